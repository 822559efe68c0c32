"""Widgets belong to the Qt thread: what is called from another one is reported loudly."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QMessageLogContext, QThread, QtMsgType, qInstallMessageHandler

_LOG = logging.getLogger(__name__)
_FROM_WRONG_THREAD: Final = re.compile(
    r"different thread|another thread|outside the GUI thread|outside the main thread|non-gui thread|"
    r"Cannot (?:set parent|create children|send events|move to target thread)",
    re.IGNORECASE,
)


class WrongThreadError(RuntimeError):
    """A widget or a Qt object of the Qt thread was used from a worker thread: a defect of ours."""


def is_qt_thread() -> bool:
    """Whether the caller runs on the thread of the application."""
    application = QCoreApplication.instance()
    return application is None or QThread.currentThread() is application.thread()


def require_qt_thread(what: str) -> None:
    """Raise WrongThreadError when `what` is called off the Qt thread."""
    if not is_qt_thread():
        raise WrongThreadError(f"{what} was called from a worker thread")


def is_wrong_thread_warning(text: str) -> bool:
    """Whether a message of Qt complains about a call from the wrong thread."""
    return bool(_FROM_WRONG_THREAD.search(text))


def watch_threads(report: Callable[[str], None]) -> None:
    """Send Qt's own complaints about wrong threads to `report`, other messages of Qt to the log.

    `report` may be called on any thread; connect it to a signal.
    """

    def handle(kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
        said = text or ""
        if is_wrong_thread_warning(said):
            _LOG.critical("widget used from a worker thread: %s", said)
            report(said)
        elif kind in {QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg}:
            _LOG.warning("Qt: %s", said)
        else:
            _LOG.debug("Qt: %s", said)

    qInstallMessageHandler(handle)
