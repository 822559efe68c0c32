"""What must not be left behind by a test: log records, threads, running timers."""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QWidget

THREAD_GRACE_S = 2.0
#: Every timer made in Python that is still there.
_timers: WeakSet[QTimer] = WeakSet()
_watching: list[object] = []


class LogGuard(logging.Handler):
    """Collects records of WARNING and above that no test said it expects."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.unexpected: list[str] = []
        self._patterns: list[re.Pattern[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{record.levelname} {record.name}: {record.getMessage()}"
        if not any(pattern.search(text) for pattern in self._patterns):
            self.unexpected.append(text)

    @contextmanager
    def allow(self, pattern: str) -> Iterator[None]:
        """Let records matching ``pattern`` (searched in "LEVEL logger: message") pass within the block."""
        compiled = re.compile(pattern)
        self._patterns.append(compiled)
        try:
            yield
        finally:
            self._patterns.remove(compiled)


def leaked_threads(before: set[threading.Thread]) -> list[str]:
    """Name the threads started since ``before`` that still run after a moment of grace.

    Threads that Python did not start (a QThread calling into Python) appear as dummies which stay
    listed for ever; they are left out.
    """
    deadline = time.monotonic() + THREAD_GRACE_S
    leaked = []
    for thread in set(threading.enumerate()) - before:
        if isinstance(thread, threading._DummyThread):
            continue
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            leaked.append(thread.name)
    return leaked


def qt_is_running() -> bool:
    """Tell whether a Qt application object exists, without importing Qt."""
    core = sys.modules.get("PySide6.QtCore")
    return core is not None and core.QCoreApplication.instance() is not None


def watch_timers() -> None:
    """Remember each QTimer made from now on; a search through all objects would be dear for every test."""
    from PySide6.QtCore import QTimer

    if _watching:
        return
    make: Callable[..., None] = QTimer.__init__
    _watching.append(make)

    def remembered(timer: QTimer, *arguments: object, **properties: object) -> None:
        make(timer, *arguments, **properties)
        _timers.add(timer)

    QTimer.__init__ = remembered  # type: ignore[method-assign]


def running_timers() -> dict[int, str]:
    """Return the active QTimer objects made in Python since they are watched: id -> what it is."""
    if not qt_is_running():
        return {}
    import shiboken6
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return {
        id(timer): f"QTimer({timer.objectName() or timer.interval()}) of {timer.parent()!r}"
        for timer in list(_timers)
        if shiboken6.isValid(timer) and timer.isActive()
    }


def windows() -> dict[int, QWidget]:
    """Return the widgets without a parent, by their address."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or not qt_is_running():
        return {}
    import shiboken6

    found = [one for one in widgets.QApplication.topLevelWidgets() if one.parent() is None]
    return {shiboken6.getCppPointer(one)[0]: one for one in found}


def put_away(left: Iterable[QWidget]) -> None:
    """Delete windows that a test has left: the application would dress and polish them for every other."""
    from PySide6.QtCore import QCoreApplication, QEvent

    for one in left:
        one.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def pool_is_idle() -> bool:
    """Tell whether Qt's global thread pool comes to rest within the grace."""
    if not qt_is_running():
        return True
    from PySide6.QtCore import QThreadPool

    return QThreadPool.globalInstance().waitForDone(int(THREAD_GRACE_S * 1000))
