"""The status bar: saved, long work with 中止, and that nothing goes over a network."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtWidgets import QFrame, QProgressBar, QSizePolicy, QWidget

from kurume_bousai.ui.kit.layouts import fix, hbox
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import StateMark, button, label, plate
from kurume_bousai.ui.tasks import Step, Task, TaskRunner

STATUS_HEIGHT: Final = 36  # px at 100 %
BUSY_HEIGHT: Final = 46
OFFLINE: Final = "通信なしで動いています"


class StatusBar(QFrame):
    """いちばん下の帯: 「● 保存しました 10:42」, the longest-running work, and a note."""

    def __init__(self, runner: TaskRunner, *, is_fictional: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "status")
        self._runner = runner
        self._shown: Task | None = None
        self._steps: dict[int, Step] = {}
        self._compact = False
        self._mark = StateMark(State.OK, 14)
        self._saved = label("", "small")
        self._work = label("", "small")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        fix(self._bar, fixed_width=140)
        self._stop = button("中止", "tool", on_click=self._on_stop)
        self._stop.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._note = label(OFFLINE, "small")
        self._fictional = plate("架空のデータ")
        self._is_fictional = is_fictional
        self._fictional.hide()
        row = (self._mark, self._saved, None, self._work, self._bar, self._stop, self._note, self._fictional)
        self.setLayout(hbox(*row, margins=(2, 0, 2, 0)))
        runner.started.connect(self._on_started)
        runner.ended.connect(self._on_ended)
        runner.progressed.connect(self._on_progressed)
        self._mark.hide()
        self._refresh()

    def set_saved(self, at: datetime) -> None:
        """Say when the last change reached the disk; `at` in local time."""
        self._mark.set_state(State.OK)
        self._mark.show()
        self._saved.setText(f"保存しました {at:%H:%M}")

    def set_unsaved(self, text: str = "まだ保存していません") -> None:
        """Say that something typed is not on the disk yet."""
        self._mark.set_state(State.FEW)
        self._mark.show()
        self._saved.setText(text)

    def saved_text(self) -> str:
        """Return what it says about saving."""
        return self._saved.text()

    def work_text(self) -> str:
        """Return what it says about long work, empty when there is none."""
        return self._work.text()

    def set_note(self, text: str) -> None:
        """Replace the note at the right; empty brings 「通信なしで動いています」 back."""
        self._note.setText(text or OFFLINE)

    def set_in_session(self, *, in_session: bool) -> None:
        """Carry the mark of a fictional database while the header, which usually does, is hidden."""
        self._fictional.setVisible(in_session and self._is_fictional)

    def set_compact(self, *, compact: bool) -> None:
        """Switch between the two layouts."""
        self._compact = compact
        self._refresh()

    def _refresh(self) -> None:
        titled = self._runner.titled()
        self._shown = titled[0] if titled else None
        busy = self._shown is not None
        for part in (self._work, self._bar, self._stop):
            part.setVisible(busy)
        self._note.setVisible(not (busy and self._compact))
        fix(self, fixed_height=BUSY_HEIGHT if busy else STATUS_HEIGHT)
        if self._shown is None:
            self._work.setText("")
            return
        self._show_step(self._shown, self._steps.get(self._shown.number))
        self._bar.setAccessibleName(self._shown.title)
        self._stop.setEnabled(not self._shown.progress.cancelled)
        self._stop.setAccessibleName(f"中止 {self._shown.title}")

    def _on_started(self, _task: Task) -> None:
        self._refresh()

    def _on_ended(self, task: Task) -> None:
        self._steps.pop(task.number, None)
        self._refresh()

    def _on_progressed(self, task: Task, step: Step) -> None:
        self._steps[task.number] = step
        if task is self._shown and not task.progress.cancelled:
            self._show_step(task, step)

    def _show_step(self, task: Task, step: Step | None) -> None:
        if step is None:
            self._bar.setRange(0, 0)
            self._work.setText(task.title)
            return
        if step.ratio is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, 100)
            self._bar.setValue(round(step.ratio * 100))
        self._work.setText(describe_step(task.title, step))

    def _on_stop(self) -> None:
        if self._shown is None:
            return
        self._shown.cancel()
        self._stop.setEnabled(False)
        self._work.setText(f"{self._shown.title}　中止しています")


def describe_step(title: str, step: Step) -> str:
    """Say what, how far and how long: 「取込　62%　残り8秒」."""
    parts = [title]
    if step.ratio is not None:
        parts.append(f"{round(step.ratio * 100)}%")
    if step.text:
        parts.append(step.text)
    if step.left_s is not None and step.left_s >= 1:
        minutes, seconds = divmod(round(step.left_s), 60)
        parts.append(f"残り{minutes}分{seconds}秒" if minutes else f"残り{seconds}秒")
    return "　".join(parts)
