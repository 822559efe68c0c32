"""封入の点検: the two codes of one opened envelope, the keyboard only; a wrong pair stops the posting."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from kurume_bousai.domain.mailings import EnvelopeCheck, show_code
from kurume_bousai.services.letters.status import MailingStatus
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import VScroll
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import Para, StateMark, button, card, field, hbox, label, vbox

_SHOWN = 12


class EnvelopeDialog(FormDialog):
    """案内と回答用紙の番号は同じですか."""

    def __init__(self, desktop: Desktop, status: MailingStatus, parent: QWidget | None = None) -> None:
        super().__init__("封入の点検", parent, size=(860, 520))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._service = desktop.services.letters.mailings()
        self._status = status
        self._number = status.mailing.number
        self.letter_code, self.form_code = QLineEdit(), QLineEdit()
        self.letter_code.returnPressed.connect(self.form_code.setFocus)
        self.form_code.returnPressed.connect(self.check_pair)
        self._mark = StateMark(State.OK, 30)
        self._mark.hide()
        self.verdict = label("", "number")
        self._words = Para("点検表の封筒を開け、2枚の番号を続けて入れます。", "lead", line=1.35)
        self.waiting = Para("", "quiet", line=1.35)
        codes = hbox(
            (field("案内の文書の番号", self.letter_code, hint="Enterで次の欄へ"), 1),
            (field("回答用紙の番号", self.form_code, hint="Enterで確かめます"), 1),
            gap=2,
        )
        answer = card(hbox(self._mark, self.verdict, None), self._words)
        self.add_wide_step(
            vbox(
                label("案内と回答用紙の番号は同じですか", "title"),
                (VScroll(vbox(codes, answer, self.waiting, None, gap=1.5)), 1),
                hbox(None, button("閉じる", "plain", "close", self.reject)),
                gap=1.25,
            )
        )
        self._show_waiting(status)
        self.show_step(0, self.letter_code)

    def check_pair(self) -> None:
        """Hold two sheets of one envelope against each other; both codes are written down."""
        letter, form = self.letter_code.text(), self.form_code.text()
        service, number = self._service, self._number

        self.clear_messages()
        self._desktop.runner.write(
            lambda: service.check_pair(number, letter, form).value, self._on_checked, on_fail=self._on_refused
        )

    def _on_checked(self, check: EnvelopeCheck) -> None:
        # The envelopes are those of the window's beginning; only what was opened grows.
        self._status = replace(self._status, checks=(*self._status.checks, check))
        self._mark.set_state(State.OK if check.is_match else State.SHORT)
        self._mark.show()
        self.verdict.setText("同じです" if check.is_match else "違います")
        self._words.set_text(
            f"{show_code(check.letter_code)} の封筒は、合っています。"
            if check.is_match
            else f"案内は {show_code(check.letter_code)}、用紙は {show_code(check.form_code)} です。"
            "この封筒をよけて、同じ束を全部開けて確かめてください。合うまで、出したことにできません。"
        )
        self._show_waiting(self._status)
        self._again()

    def _on_refused(self, error: BaseException) -> bool:
        self._again()
        return self.told(error)

    def _again(self) -> None:
        self.letter_code.clear()
        self.form_code.clear()
        self.letter_code.setFocus()

    def _show_waiting(self, status: MailingStatus) -> None:
        codes = status.to_check
        if not codes:
            self.waiting.set_text("点検表の封筒は、すべて合っています。")
            return
        more = "" if len(codes) <= _SHOWN else f" ほか{len(codes) - _SHOWN:,}通"
        self.waiting.set_text(f"まだの封筒: {'、'.join(codes[:_SHOWN])}{more}")
