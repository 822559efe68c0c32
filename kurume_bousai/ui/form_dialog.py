"""A window with one question: a message bar, a body that scrolls, and words on its buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLayout, QPushButton, QStackedWidget, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.emergency_band import EmergencyBand
from kurume_bousai.ui.kit.layouts import Part, VScroll, add_part, hbox, holder, vbox
from kurume_bousai.ui.kit.tokens import control, width
from kurume_bousai.ui.kit.widgets import Para, button, label
from kurume_bousai.ui.messages import MessageBar
from kurume_bousai.ui.tasks import Task

_WAIT: Final = "お待ちください。"


class FormDialog(QDialog):
    """問いの窓. Steps are shown one after the other; each has its own title, body and buttons.

    `size` is wanted at 100 %; the window never grows beyond its screen, the body scrolls instead.
    """

    def __init__(
        self, question: str, parent: QWidget | None = None, *, size: tuple[int, int] = (720, 460)
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(question)
        self.messages = MessageBar()
        self._steps = QStackedWidget()
        self._defaults: list[QPushButton | None] = []
        self._task: Task | None = None
        self._is_busy = False
        self._stop = button("中止", "tool", on_click=self._on_stop)
        self._busy_words = label(_WAIT, "quiet")
        self._busy_row = holder(hbox(self._busy_words, self._stop, None))
        self._busy_row.hide()
        inside = vbox(self.messages, (self._steps, 1), self._busy_row, margins=(3, 2, 3, 2), gap=1)
        self.emergency_band = EmergencyBand()
        self.setLayout(vbox(self.emergency_band, (holder(inside), 1), gap=0))
        self._size = size
        self._fit_screen()

    def add_step(
        self,
        question: str,
        body: Sequence[Part],
        buttons: Sequence[QPushButton | None],
        *,
        is_weighty: bool = False,
    ) -> int:
        """Append a step; None among the buttons is a spring, the last one is what Enter does.

        ``is_weighty``: what the last one does destroys or sends something, so an Enter in a field does not
        press it; one goes there by Tab.
        """
        title = label(question, "title")
        title.setWordWrap(True)
        title.setMinimumWidth(1)
        column = vbox(*body, None, gap=2)
        foot = hbox(gap=1)
        for one in buttons:
            add_part(foot, one)
        step = holder(vbox(title, (VScroll(column), 1), foot, gap=1.75))
        step.setAccessibleName(question)
        self._defaults.append(buttons[-1] if buttons and not is_weighty else None)
        return self._steps.addWidget(step)

    def add_wide_step(self, layout: QLayout) -> int:
        """Append a step that fills the window and does not scroll; Enter does nothing by itself."""
        self._defaults.append(None)
        return self._steps.addWidget(holder(layout))

    def show_step(self, number: int, focus: QWidget | None = None) -> None:
        """Go to a step and put the keyboard there."""
        self.clear_messages()
        self._steps.setCurrentIndex(number)
        default = self._defaults[number]
        for one in self._defaults:
            if one is not None:
                one.setDefault(one is default)
        target = focus or default
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self) -> int:
        """Return the number of the step shown."""
        return self._steps.currentIndex()

    def say(self, problem: KnownProblem) -> None:
        """Say what is wrong inside this window, in place of what was said before."""
        self.clear_messages()
        self.messages.problem(problem)

    def clear_messages(self) -> None:
        """Take all messages off."""
        while self.messages.messages():
            self.messages.read_one()

    def set_busy(self, *, busy: bool, task: Task | None = None) -> None:
        """Stop or allow typing while work is on its way; a `task` given can be stopped with 中止.

        The window stays open until its work has ended: nobody else would hear the result.
        """
        self._is_busy = busy
        self._task = task if busy else None
        self._busy_words.setText(_WAIT)
        self._steps.setEnabled(not busy)
        self._busy_row.setVisible(busy)
        self._stop.setVisible(self._task is not None)

    def say_busy(self, words: str) -> None:
        """Say how far the work is, until it ends."""
        self._busy_words.setText(words if self._is_busy else _WAIT)

    def reject(self) -> None:
        """Close, or ask running work to stop first (Qt)."""
        if self._is_busy:
            self._on_stop()
            return
        super().reject()

    def _on_stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def told(self, error: BaseException) -> bool:
        """Handle a failed task: free the window and say a KnownProblem; others go to the crash dialog."""
        self.set_busy(busy=False)
        if isinstance(error, KnownProblem):
            self.say(error)
            return True
        return False

    def _fit_screen(self) -> None:
        room = self.screen().availableGeometry()
        wide, high = self._size
        self.resize(min(width(wide), room.width() - 40), min(control(high), room.height() - 60))


class ConfirmDialog(FormDialog):
    """確かめる窓: what is going to happen, in whole sentences; 「やめる」 has the keyboard."""

    def __init__(
        self,
        question: str,
        lines: Sequence[str],
        yes: str,
        on_yes: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(question, parent, size=(620, 320))
        self._on_yes = on_yes
        stop = button("やめる", on_click=self.reject)
        do = button(yes, "main", on_click=self._do)
        self.add_step(question, [Para(line) for line in lines], [None, do, stop])
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.show_step(0, stop)

    def _do(self) -> None:
        self.accept()
        self._on_yes()


def ask(
    parent: QWidget | None, question: str, lines: Sequence[str], yes: str, on_yes: Callable[[], object]
) -> ConfirmDialog:
    """Open a confirmation over its parent and return at once; `on_yes` runs when it is agreed to."""
    made = ConfirmDialog(question, lines, yes, on_yes, parent)
    made.open()
    return made
