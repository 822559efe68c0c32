from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.kit.tokens import hub
from kurume_bousai.ui.tasks import Progress, Step, TaskRunner
from kurume_bousai.ui.threads import WrongThreadError, is_wrong_thread_warning


def wait_for(qtbot: QtBot, is_true: Callable[[], bool]) -> None:
    qtbot.waitUntil(is_true, timeout=5000)


def test_result_arrives_on_the_qt_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    seen: list[tuple[str, bool]] = []
    here = threading.current_thread()
    runner.read(
        lambda: threading.current_thread().name,
        lambda name: seen.append((name, threading.current_thread() is here)),
    )
    wait_for(qtbot, lambda: bool(seen))
    assert seen[0][0].startswith("bousai-read")
    assert seen[0][1]
    assert runner.running() == ()


def test_writes_keep_their_order_on_one_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    order: list[int] = []
    names: set[str] = set()

    def work(number: int) -> int:
        names.add(threading.current_thread().name)
        return number

    for number in range(50):
        runner.write(lambda number=number: work(number), order.append)
    wait_for(qtbot, lambda: len(order) == 50)
    assert order == list(range(50))
    assert len(names) == 1


def test_progress_is_reported_and_the_last_step_always(runner: TaskRunner, qtbot: QtBot) -> None:
    steps: list[Step] = []
    done: list[int] = []
    runner.progressed.connect(lambda _task, step: steps.append(step))

    def work(progress: Progress) -> int:
        for number in range(1, 1001):
            progress.step(number, 1000, "行を読んでいます")
        return 1000

    runner.compute(work, done.append, title="取込")
    wait_for(qtbot, lambda: done == [1000])
    assert steps[-1].ratio == 1.0
    assert len(steps) < 100, "the screen is not flooded"


def test_cancel_stops_the_work_without_a_result(runner: TaskRunner, qtbot: QtBot) -> None:
    began, stopped = threading.Event(), []
    done: list[int] = []

    def work(progress: Progress) -> int:
        began.set()
        while True:
            progress.raise_if_cancelled()

    task = runner.compute(work, done.append, on_cancel=lambda: stopped.append(True), title="計算")
    assert began.wait(5)
    task.cancel()
    wait_for(qtbot, lambda: stopped == [True])
    assert done == []


def test_cancel_interrupts_a_blocking_call_whatever_it_raises(runner: TaskRunner, qtbot: QtBot) -> None:
    interrupted, began = threading.Event(), threading.Event()
    stopped: list[bool] = []
    crashes: list[BaseException] = []
    runner.crashed.connect(crashes.append)

    def work(progress: Progress) -> None:
        progress.when_cancelled(interrupted.set)
        began.set()
        interrupted.wait(5)
        raise RuntimeError("the driver's own words: interrupted")

    task = runner.read(work, on_cancel=lambda: stopped.append(True))
    assert began.wait(5)
    task.cancel()
    wait_for(qtbot, lambda: stopped == [True])
    assert crashes == []


def test_a_waiting_task_that_is_cancelled_never_starts(runner: TaskRunner, qtbot: QtBot) -> None:
    gate, ran, stopped = threading.Event(), [], []
    runner.write(lambda: gate.wait(5))
    task = runner.write(lambda: ran.append(True), on_cancel=lambda: stopped.append(True))
    task.cancel()
    gate.set()
    wait_for(qtbot, lambda: stopped == [True])
    assert ran == []


def test_known_problem_goes_to_the_bar_and_others_to_the_dialog(runner: TaskRunner, qtbot: QtBot) -> None:
    problems: list[KnownProblem] = []
    crashes: list[BaseException] = []
    runner.problem.connect(problems.append)
    runner.crashed.connect(crashes.append)

    def known() -> None:
        raise KnownProblem("disk_full", "ディスクがいっぱいです。")

    def unknown() -> None:
        raise ZeroDivisionError

    runner.read(known)
    runner.compute(unknown)
    wait_for(qtbot, lambda: bool(problems) and bool(crashes))
    assert problems[0].code == "disk_full"
    assert isinstance(crashes[0], ZeroDivisionError)


def test_on_fail_that_has_shown_it_keeps_it_from_the_bar(runner: TaskRunner, qtbot: QtBot) -> None:
    problems: list[KnownProblem] = []
    failures: list[BaseException] = []
    runner.problem.connect(problems.append)

    def known() -> None:
        raise KnownProblem("x", "だめです。")

    def shown(error: BaseException) -> bool:
        failures.append(error)
        return True

    def noticed(error: BaseException) -> None:
        failures.append(error)

    runner.read(known, on_fail=shown)
    wait_for(qtbot, lambda: len(failures) == 1)
    assert problems == []
    runner.read(known, on_fail=noticed)
    wait_for(qtbot, lambda: len(problems) == 1)


def test_a_newer_request_with_the_same_key_drops_the_older_result(runner: TaskRunner, qtbot: QtBot) -> None:
    gate = threading.Event()
    results: list[str] = []

    def slow() -> str:
        gate.wait(5)
        return "old"

    runner.read(slow, results.append, key="search")
    runner.read(lambda: "new", results.append, key="search")
    wait_for(qtbot, lambda: results == ["new"])
    gate.set()
    wait_for(qtbot, lambda: runner.running() == ())
    assert results == ["new"]


def test_a_result_for_a_widget_that_is_gone_is_dropped(runner: TaskRunner, qtbot: QtBot) -> None:
    gate = threading.Event()
    label = QLabel()
    runner.read(lambda: "x" if gate.wait(5) else "", label.setText)
    label.deleteLater()
    qtbot.wait(10)
    gate.set()
    wait_for(qtbot, lambda: runner.running() == ())


def test_close_lets_writes_end_and_joins_all_threads(dressed: QApplication) -> None:
    runner = TaskRunner()
    written: list[int] = []
    for number in range(20):
        runner.write(lambda number=number: written.append(number))
    runner.read(lambda progress: progress.cancelled)
    runner.close()
    runner.close()
    assert written == list(range(20))
    with pytest.raises(RuntimeError):
        runner.read(int)


def test_use_from_a_worker_thread_is_refused_loudly(runner: TaskRunner, qtbot: QtBot) -> None:
    crashes: list[BaseException] = []
    runner.crashed.connect(crashes.append)
    runner.compute(lambda: runner.read(int))
    wait_for(qtbot, lambda: bool(crashes))
    assert isinstance(crashes[0], WrongThreadError)


@pytest.mark.parametrize(
    "text",
    [
        "QObject::setParent: Cannot set parent, new parent is in a different thread",
        "QObject::startTimer: Timers cannot be started from another thread",
        "QObject: Cannot create children for a parent that is in a different thread.",
    ],
)
def test_complaints_of_qt_about_threads_are_recognised(text: str) -> None:
    assert is_wrong_thread_warning(text)
    assert not is_wrong_thread_warning("Could not parse stylesheet")
    assert hub() is hub()


def test_a_write_that_fails_while_closing_is_not_swallowed(dressed: QApplication) -> None:
    runner = TaskRunner()

    def fail() -> None:
        raise KnownProblem("disk_full", "ディスクがいっぱいです。")

    runner.write(fail)
    errors = runner.close()
    assert [type(error) for error in errors] == [KnownProblem]


def test_closing_the_window_loses_no_decision(dressed: QApplication) -> None:
    runner = TaskRunner()
    gate, written = threading.Event(), []
    runner.write(lambda: gate.wait(5))
    runner.write(lambda: written.append("決めた"))
    runner.cancel_titled()
    gate.set()
    runner.close()
    assert written == ["決めた"]
