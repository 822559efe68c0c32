"""窓の中の長い仕事: how far it is, in words and as a bar, with 中止."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtWidgets import QProgressBar, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import hbox, holder
from kurume_bousai.ui.kit.widgets import label
from kurume_bousai.ui.places.layer_words import plain
from kurume_bousai.ui.tasks import Progress, Step, Task

T = TypeVar("T")


class Told:
    """What a use case gets as its progress: tells the task, and stops where the person pressed 中止."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __call__(self, done: int, total: int, text: str) -> None:
        """Say how far the work is; raises ``Cancelled``."""
        self._progress.raise_if_cancelled()
        self._progress.step(done, total, text)


class WorkingDialog(FormDialog):
    """仕事を待つ窓: nothing blocks, the window stays until its work has ended or was stopped."""

    def __init__(
        self, question: str, desktop: Desktop, parent: QWidget | None, *, size: tuple[int, int]
    ) -> None:
        super().__init__(question, parent, size=size)
        self.desktop = desktop
        self._shown: Task | None = None
        self._how_far = label("", "quiet")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("進みぐあい")
        self._row = holder(hbox(self._how_far, (self._bar, 1), margins=(3, 0, 3, 2)))
        self._row.hide()
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self._row)
        desktop.runner.progressed.connect(self._on_progressed)
        desktop.runner.ended.connect(self._on_ended)

    def look(
        self,
        work: Callable[[Told], T],
        on_done: Callable[[T], object],
        *,
        title: str,
        on_fail: Callable[[BaseException], bool] | None = None,
    ) -> None:
        """Run what only reads, off the Qt thread, with 中止."""
        runner = self.desktop.runner

        def started(progress: Progress) -> T:
            found = work(Told(progress))
            progress.raise_if_cancelled()  # a reader that never looked up was stopped all the same
            return found

        self._show(runner.compute(started, self._free(on_done), on_fail=on_fail or self.told,
                                  on_cancel=self._on_cancelled, title=title))  # fmt: skip

    def keep(
        self,
        work: Callable[[Told], T],
        on_done: Callable[[T], object],
        *,
        title: str,
        may_stop: bool = False,
    ) -> None:
        """Run what writes, on the writer's thread; with ``may_stop`` it is all or nothing and has 中止."""
        runner = self.desktop.runner

        def started(progress: Progress) -> T:
            return work(Told(progress))

        task = runner.write(
            started, self._free(on_done), on_fail=self.told, on_cancel=self._on_cancelled, title=title
        )
        self._show(task, may_stop=may_stop)

    def say(self, problem: KnownProblem) -> None:
        """Say what is wrong, without the options of the command line."""
        words = plain(problem.message), plain(problem.advice)
        super().say(KnownProblem(problem.code, words[0], where=problem.where, advice=words[1]))

    # ------------------------------------------------------------------ inside
    def _free(self, on_done: Callable[[T], object]) -> Callable[[T], object]:
        def ended(value: T) -> None:
            self.set_busy(busy=False)
            on_done(value)

        return ended

    def _show(self, task: Task, *, may_stop: bool = True) -> None:
        self.clear_messages()
        self._shown = task
        self._how_far.setText(task.title)
        self._bar.setRange(0, 0)
        self._row.show()
        self.set_busy(busy=True, task=task if may_stop else None)

    def _on_progressed(self, task: Any, step: Step) -> None:  # noqa: ANN401 - a signal's object
        if task is not self._shown:
            return
        self._bar.setRange(0, step.total)
        self._bar.setValue(step.done)
        left = f"　残り{round(step.left_s)}秒" if step.left_s is not None else ""
        self._how_far.setText(f"{step.text}{left}")

    def _on_ended(self, task: Any) -> None:  # noqa: ANN401 - a signal's object
        if task is self._shown:
            self._shown = None
            self._row.hide()

    def _on_cancelled(self) -> None:
        self.set_busy(busy=False)
        self.messages.notice("中止しました。何も書き込んでいません。")
