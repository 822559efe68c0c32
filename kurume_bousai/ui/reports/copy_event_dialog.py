"""写しに起きたことを書く窓: which copies, the day, who has it now. Written once, taken back by a 訂正."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import CopyEventKind, HandedCopy
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import Part
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import DateEdit, button
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.reports.copy_window import CopyWindow
from kurume_bousai.ui.reports.hand_out_dialog import range_words

_QUESTIONS: Final = {
    CopyEventKind.RECEIVED: ("受領書を受け取りましたか", "受け取ったと書く"),
    CopyEventKind.RETURNED: ("写しが返ってきましたか", "返却と書く"),
    CopyEventKind.DISPOSED: ("写しを廃棄しましたか", "廃棄と書く"),
    CopyEventKind.LOST: ("写しをなくした届けがありましたか", "紛失と書いて、だれの情報かを見る"),
    CopyEventKind.FOUND: ("なくした写しが見つかりましたか", "見つかったと書く"),
    CopyEventKind.HANDED_OVER: ("写しを持つ人が変わりましたか", "引き継ぎと書く"),
    CopyEventKind.RECALLED: ("写しを返すように求めましたか", "回収を求めたと書く"),
}
#: Written by a stray Enter they would be believed: that nobody has the copy any more.
_WEIGHTY: Final = frozenset({CopyEventKind.LOST, CopyEventKind.DISPOSED})


class CopyEventDialog(FormDialog):
    """写しに起きたことを書く窓; after a loss the copy's people are shown at once."""

    def __init__(
        self,
        desktop: Desktop,
        copies: Sequence[HandedCopy],
        kind: CopyEventKind,
        parent: QWidget | None = None,
    ) -> None:
        question, words = _QUESTIONS[kind]
        super().__init__(question, parent, size=(620, 420))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._kind = kind
        self._numbers = tuple(copy.copy_number for copy in copies)
        self.day = DateEdit("日", today=lambda: desktop.clock.now().date())
        self.day.set_value(desktop.clock.now().date())
        self.holder = QLineEdit()
        self.holder.setAccessibleName("これから持つ人")
        self.note = QLineEdit()
        self.note.setAccessibleName("メモ")
        body: list[Part] = [
            Para(f"写し {range_words(self._numbers)}", "lead"),
            labelled("日", self.day),
        ]
        if kind is CopyEventKind.HANDED_OVER:
            body.append(labelled("これから持つ人", self.holder))
        body.append(labelled("メモ(なくてもよい)", self.note))
        stop = button("やめる", on_click=self.reject)
        self.write_button = button(words, "main", on_click=self.write)
        is_weighty = kind in _WEIGHTY
        step = self.add_step(question, body, [stop, None, self.write_button], is_weighty=is_weighty)
        first = self.day if is_weighty else self.write_button
        self.show_step(step, self.holder if kind is CopyEventKind.HANDED_OVER else first)

    def write(self) -> None:
        """Write it of every copy, or of none."""
        service = self._desktop.services.copies
        try:
            day = self.day.check() or self._desktop.clock.now().date()
        except KnownProblem as problem:
            self.say(problem)
            return
        work = partial(
            service.record, self._numbers, self._kind, day, holder=self.holder.text(), note=self.note.text()
        )
        self.set_busy(busy=True)
        self._desktop.runner.write(work, self._on_written, on_fail=self.told)

    def _on_written(self, outcome: Outcome[list[HandedCopy]]) -> None:
        self.set_busy(busy=False)
        self._desktop.finish(outcome, "提供台帳に書きました。")
        self.accept()
        if self._kind is CopyEventKind.LOST:
            CopyWindow(self._desktop, self._numbers[0], self.parentWidget()).open()
