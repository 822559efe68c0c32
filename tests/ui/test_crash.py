from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui import crash_report
from kurume_bousai.ui.crash import CrashDialog, install_excepthook

SENTINEL = "見張架空子9999"


@pytest.fixture
def hooks() -> Iterator[None]:
    kept = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    handler = qInstallMessageHandler(None)
    qInstallMessageHandler(handler)
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = kept
    qInstallMessageHandler(handler)


def _raise_with(name: str) -> None:
    try:
        dict[str, str]()[name]
    except KeyError as cause:
        raise ValueError(f"cannot save {name}") from cause


@given(name=st.text(min_size=4).filter(lambda text: text.strip() and not text.isascii()))
def test_no_message_and_no_value_reaches_a_report(name: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - only the report matters
        _raise_with(name)
    report = crash_report.describe(caught.value)
    assert name not in report
    assert "builtins.ValueError" in report
    assert "caused by builtins.KeyError" in report
    assert f"{__name__}:" in report


def test_the_code_of_a_known_problem_is_kept_and_nothing_else() -> None:
    report = crash_report.describe(KnownProblem("disk_full", SENTINEL, where=SENTINEL, advice=SENTINEL))
    assert "[disk_full]" in report
    assert SENTINEL not in report


def test_groups_are_opened() -> None:
    report = crash_report.describe(ExceptionGroup(SENTINEL, [ValueError(SENTINEL), KeyError(SENTINEL)]))
    assert "one of builtins.KeyError" in report
    assert SENTINEL not in report


def test_the_log_rotates_and_stays_small(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "crash.log"
    for _ in range(60):
        assert crash_report.append(log, "x" * 32_000)
    files = sorted(path.name for path in log.parent.iterdir())
    assert files == ["crash.log", "crash.log.1", "crash.log.2", "crash.log.3"]
    assert all(path.stat().st_size < crash_report.MAX_LOG_BYTES + 40_000 for path in log.parent.iterdir())


def test_a_disk_that_refuses_does_not_crash_the_crash(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert not crash_report.append(tmp_path / "file" / "crash.log", "report")


def test_uncaught_exceptions_of_all_threads_are_reported_without_values(
    hooks: None, dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / "crash.log"
    shown: list[str] = []
    problems: list[KnownProblem] = []
    install_excepthook(log, problems.append, shown.append)
    sys.excepthook(ValueError, ValueError(SENTINEL), None)
    worker = threading.Thread(target=_raise_with, args=(SENTINEL,))
    worker.start()
    worker.join()
    problem = KnownProblem("x", SENTINEL)
    sys.excepthook(KnownProblem, problem, None)
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert problems == [problem]
    assert SENTINEL not in "".join(shown) + log.read_text(encoding="utf-8")


def test_dialogs_do_not_pile_up(hooks: None, dressed: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    shown: list[str] = []

    def again(report: str) -> None:
        shown.append(report)
        reporter.report(KeyError(SENTINEL))
        qtbot.wait(20)

    reporter = install_excepthook(tmp_path / "crash.log", None, again)
    reporter.report(ValueError(SENTINEL))
    qtbot.waitUntil(lambda: bool(shown))
    qtbot.wait(50)
    assert len(shown) == 1


def test_qt_complaint_about_a_thread_is_reported(
    hooks: None, dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    reports: list[str] = []
    from kurume_bousai.ui import threads

    threads.watch_threads(reports.append)
    handler = qInstallMessageHandler(None)
    assert handler is not None
    logging.getLogger("kurume_bousai.ui.threads").disabled = True
    from PySide6.QtCore import QMessageLogContext, QtMsgType

    handler(
        QtMsgType.QtWarningMsg, QMessageLogContext(), "Cannot set parent, new parent is in a different thread"
    )
    logging.getLogger("kurume_bousai.ui.threads").disabled = False
    assert len(reports) == 1


def test_the_programs_log_has_tracebacks_without_values() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(crash_report.CleanFormatter("%(levelname)s %(message)s"))
    logger = logging.Logger("clean")  # noqa: LOG001 - apart from the tree the guard watches
    logger.addHandler(handler)
    try:
        _raise_with(SENTINEL)
    except ValueError:
        logger.exception("saving failed")
    assert "builtins.ValueError" in out.getvalue()
    assert SENTINEL not in out.getvalue()


def test_the_dialog_copies_the_report(dressed: QApplication, qtbot: QtBot) -> None:
    dialog = CrashDialog("builtins.ValueError\n  module:1")
    qtbot.addWidget(dialog)
    dialog.copy_report()
    assert QApplication.clipboard().text() == "builtins.ValueError\n  module:1"
