"""What must not be left behind by a test: log records, threads, running timers."""

from __future__ import annotations

import gc
import logging
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

THREAD_GRACE_S = 2.0


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


def running_timers() -> dict[int, str]:
    """Return the active QTimer objects made in Python: id -> what it is."""
    if not qt_is_running():
        return {}
    import shiboken6
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    found = {}
    for thing in gc.get_objects():
        if type(thing) is QTimer and shiboken6.isValid(thing) and thing.isActive():
            found[id(thing)] = f"QTimer({thing.objectName() or thing.interval()}) of {thing.parent()!r}"
    return found


def pool_is_idle() -> bool:
    """Tell whether Qt's global thread pool comes to rest within the grace."""
    if not qt_is_running():
        return True
    from PySide6.QtCore import QThreadPool

    return QThreadPool.globalInstance().waitForDone(int(THREAD_GRACE_S * 1000))
