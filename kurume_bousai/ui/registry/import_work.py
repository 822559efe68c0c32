"""取込の進みぐあい: what is being done and how far it is, with 中止."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QProgressBar, QWidget

from kurume_bousai.ui.kit.widgets import button, hbox, label
from kurume_bousai.ui.tasks import Progress, Task
from kurume_bousai.ui.tasks import Step as WorkStep


class WorkRow(QWidget):
    """進みの行. Shown while a task is on its way."""

    def __init__(self, on_stop: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QProgressBar()
        self._bar.setAccessibleName("進みぐあい")
        self._bar.setTextVisible(False)  # the words beside it say it; over the bar nobody reads them
        self._words = label("", "quiet")
        self.setLayout(hbox(self._words, (self._bar, 1), button("中止", "tool", on_click=on_stop)))
        self.hide()

    def begin(self, task: Task) -> None:
        """Show a task whose end is not known yet."""
        self._bar.setRange(0, 0)
        self._words.setText(task.title)
        self.show()

    def tell(self, step: WorkStep) -> None:
        """Show how far it is."""
        self._bar.setRange(0, step.total)
        self._bar.setValue(step.done)
        words = f"{step.text} {step.done:,} / {step.total:,}" if step.total else step.text
        self._words.setText(words)


class Told:
    """進みぐあい: how a use case says it, as the runner takes it; 中止 is looked at on the way."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __call__(self, done: int, total: int, text: str) -> None:
        """Pass it on, unless 中止 was pressed."""
        self._progress.raise_if_cancelled()
        self._progress.step(done, total, text)
