"""The crash dialog and the hooks that lead to it; the log holds no personal data (`crash_report`)."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QWidget

from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.ui import crash_report
from kurume_bousai.ui.kit.layouts import hbox, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, fix, label
from kurume_bousai.ui.threads import watch_threads

_LOG = logging.getLogger(__name__)

WHAT_HAPPENED = (
    "プログラムの中で、思わぬ不具合が起きました。"
    "「保存しました」と出た内容は、失われていません。いま入力している途中のものは、もう一度確かめてください。"
)
WHAT_TO_DO = (
    "このまま続けられることもあります。同じことが続くときは、プログラムを終えて開き直し、"
    "下の記録を担当者に渡してください。記録に個人の情報は入っていません。"
)


class CrashDialog(QDialog):
    """不具合の知らせ: what happened, what is safe, what to do; the clean report can be copied."""

    def __init__(self, report: str, log_path: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("不具合が起きました")
        self.setModal(True)
        self._report = QPlainTextEdit(report)
        self._report.setReadOnly(True)
        self._report.setAccessibleName("不具合の記録")
        self._report.setTabChangesFocus(True)
        fix(self._report, min_height=140, min_width=520)
        self._go_on = button("このまま続ける", "main", on_click=self.accept)
        copy = button("記録を写す", icon="content-copy", on_click=self.copy_report)
        leave = button("プログラムを終える", on_click=self.reject)
        kept = f"記録は {log_path.name} にも残しました。" if log_path is not None else ""
        self.setLayout(
            vbox(
                label("不具合が起きました", "title"),
                Para(WHAT_HAPPENED),
                Para(WHAT_TO_DO),
                (self._report, 1),
                *((label(kept, "small"),) if kept else ()),
                hbox(copy, None, leave, self._go_on),
                margins=(3, 2.5, 3, 2.5),
                gap=1.5,
            )
        )
        self._go_on.setFocus()

    def copy_report(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self._report.toPlainText())


class CrashReporter(QObject):
    """不具合を知らせる人: writes the clean log and shows one dialog at a time; callable from any thread.

    `show_dialog(report)` is a seam for tests and for the headless program; by default a `CrashDialog`.
    """

    _reported = Signal(str)

    def __init__(
        self,
        log_path: Path,
        show_dialog: Callable[[str], None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._log_path = log_path
        self._show_dialog = show_dialog or self._ask
        self._is_open = False
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)

    def report(self, error: BaseException) -> None:
        """Log an unexpected exception and tell the person."""
        self.report_text(crash_report.describe(error))

    def report_text(self, report: str) -> None:
        """Log and tell a report that is already clean."""
        crash_report.append(self._log_path, report)
        self._reported.emit(report)

    def _on_reported(self, report: str) -> None:
        # A defect in a paint event would open a dialog per frame: one is enough, the rest is logged.
        if self._is_open:
            return
        self._is_open = True
        try:
            self._show_dialog(report)
        finally:
            self._is_open = False

    def _ask(self, report: str) -> None:
        dialog = CrashDialog(report, self._log_path, QApplication.activeWindow())
        if dialog.exec() == QDialog.DialogCode.Rejected:
            QApplication.quit()


def install_excepthook(
    log_path: Path,
    on_problem: Callable[[KnownProblem], object] | None = None,
    show_dialog: Callable[[str], None] | None = None,
) -> CrashReporter:
    """Lead every uncaught exception of every thread to the clean log and the dialog.

    A KnownProblem raised in a slot goes to `on_problem` (the message bar) instead. Complaints of Qt
    about widgets used from a worker thread are reported like defects. Returns the reporter; the
    caller keeps it alive and connects `TaskRunner.crashed` to its `report`.
    """
    reporter = CrashReporter(log_path, show_dialog)

    def on_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        elif isinstance(error, KnownProblem) and on_problem is not None:
            on_problem(error)
        elif not isinstance(error, Cancelled):
            reporter.report(error)

    def on_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            reporter.report(args.exc_value)

    def on_unraisable(args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            reporter.report(args.exc_value)

    sys.excepthook = on_uncaught
    threading.excepthook = on_thread
    sys.unraisablehook = on_unraisable
    watch_threads(lambda _said: reporter.report_text(_here("widget used from a worker thread")))
    return reporter


def _here(what: str) -> str:
    """Name the line of ours that is running, for a complaint that has no traceback."""
    frame = sys._getframe(1)  # noqa: SLF001 - the documented way to walk the stack of this thread
    lines = [what]
    while frame is not None and frame.f_back is not None:
        frame = frame.f_back
        lines.append(f"  {frame.f_globals.get('__name__', '?')}:{frame.f_lineno}")
    return "\n".join(lines)
