"""責任者の交代: every copy that is out is handed over to the new one, or called back (FEATURES X3)."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import HELD_STATES, HandedCopy
from kurume_bousai.domain.recipients import SupportPartner
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import hbox, tab_behind
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, DateEdit, button, label
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.reports.partner_words import partner_words

_HAND_OVER: Final = "hand_over"
_RECALL: Final = "recall"


class HolderDialog(FormDialog):
    """責任者の交代. Nothing is chosen beforehand: each copy is asked for."""

    def __init__(self, desktop: Desktop, partner: SupportPartner, parent: QWidget | None = None) -> None:
        super().__init__("責任者がかわりましたか", parent, size=(720, 520))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._partner = partner
        self.name = QLineEdit()
        self.name.setAccessibleName("新しい責任者")
        self.day = DateEdit("交代の日", today=lambda: desktop.clock.now().date())
        self.day.set_value(desktop.clock.now().date())
        self.choices: dict[str, ChipRow[str]] = {}
        self._words = Para("", line=1.35)
        self._rows = QWidget()
        self._rows_layout = QVBoxLayout(self._rows)
        self._rows_layout.setContentsMargins(0, 0, 0, 0)
        stop = button("やめる", on_click=self.reject)
        self.save_button = button("交代を書く", "main", on_click=self.save)
        step = self.add_step(
            "責任者がかわりましたか",
            [
                Para(partner_words(partner), "quiet"),
                hbox((labelled("新しい責任者", self.name), 2), (labelled("交代の日", self.day), 1), gap=2),
                self._words,
                self._rows,
            ],
            [stop, None, self.save_button],
        )
        self.show_step(step, self.name)
        self.set_busy(busy=True)
        copies = desktop.services.copies
        desktop.runner.read(
            lambda: copies.ledger().copies, self._on_read, on_fail=self.told, key="holder-copies"
        )

    def save(self) -> None:
        """Write the change and what became of each copy."""
        try:
            day = self.day.check() or self._desktop.clock.now().date()
            decided = self._decided()
        except KnownProblem as problem:
            self.say(problem)
            return
        work = partial(
            self._desktop.services.recipients.change_responsible,
            self._partner.partner_id,
            self.name.text(),
            day,
            hands_over=decided,
        )
        self.set_busy(busy=True)
        self._desktop.runner.write(work, self._on_saved, on_fail=self.told)

    def _decided(self) -> dict[str, bool]:
        open_ones = [number for number, row in self.choices.items() if row.value() is None]
        if open_ones:
            raise KnownProblem(
                "holder_copies",
                "引き継ぐか回収するかが、まだ決まっていない写しがあります。",
                where="、".join(open_ones),
                advice="写しを一部ずつ、本人に見せてもらって確かめてください。",
            )
        return {number: row.value() == _HAND_OVER for number, row in self.choices.items()}

    def _on_read(self, copies: tuple[HandedCopy, ...]) -> None:
        self.set_busy(busy=False)
        held = [
            copy
            for copy in reversed(copies)
            if copy.partner_id == self._partner.partner_id and copy.state in HELD_STATES
        ]
        self._words.set_text(
            "持っている写しを、一部ずつ確かめます。見あたらない写しは、先に台帳で「紛失」と書いてください。"
            if held
            else "いま持っている写しはありません。"
        )
        for copy in held:
            number = copy.copy_number
            row = ChipRow[str](
                ((_HAND_OVER, "新しい責任者に引き継ぐ"), (_RECALL, "回収する")), name=f"写し {number}"
            )
            self.choices[number] = row
            line = QWidget()
            line.setLayout(hbox(label(f"写し {number}"), (row, 1), gap=2))
            self._rows_layout.addWidget(line)
        # Read after the window was built: Tab finds them between the day and the buttons all the same.
        tab_behind(self._rows, self._rows.findChildren(QPushButton))
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_saved(self, outcome: Outcome[SupportPartner]) -> None:
        self.set_busy(busy=False)
        self._desktop.finish(outcome, "責任者の交代を書きました。")
        self.accept()
