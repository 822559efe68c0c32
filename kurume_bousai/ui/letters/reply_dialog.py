"""返送を入れる: one field, the keyboard only, a big echo of whose form it is.

Scan or type the code, look at the name on the form and on the screen, press one key, and the field is empty
again. Nothing is written before the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QPushButton, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.dates import describe_birth, format_wareki
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mailings import Mailing, ReplyKind, show_code
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.letters.replies import LetterEcho, Reply, ReplyResult
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog, ask
from kurume_bousai.ui.kit.widgets import (
    DateEdit,
    Para,
    VScroll,
    button,
    card,
    field,
    flow,
    hbox,
    label,
    vbox,
)
from kurume_bousai.ui.registry.words import number_words


@dataclass(frozen=True, slots=True)
class Answer:
    """答えのキー: what one key writes."""

    key: str
    words: str
    kind: ReplyKind
    roster: ConsentState | None = None
    plan: ConsentState | None = None


_GIVEN: Final = ConsentState.GIVEN
ANSWERS: Final = (
    Answer("1", "申込・名簿も計画も同意", ReplyKind.APPLIED, _GIVEN, _GIVEN),
    Answer("2", "申込・名簿だけ同意", ReplyKind.APPLIED, _GIVEN),
    Answer("3", "申込・名簿は不同意", ReplyKind.APPLIED, ConsentState.REFUSED),
    Answer("4", "辞退(名簿も不同意)", ReplyKind.DECLINED),
    Answer("5", "不同意だけ(申込の答えなし)", ReplyKind.REFUSED),
    Answer("6", "宛先不明で戻った", ReplyKind.UNDELIVERED),
)


class ReplyDialog(FormDialog):
    """返送を入れる."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("返送を入れる", parent, size=(1080, 660))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop = desktop
        self._service = desktop.services.letters.replies()
        self._echo: LetterEcho | None = None
        self._done = 0
        today = self._service.today
        self.which = QComboBox()
        self.which.addItem("どの案内でも", None)
        self.received = DateEdit("受け取った日", today)
        self.answered = DateEdit("用紙に書かれた日")
        self.answered.line.setPlaceholderText("空なら受け取った日")
        self.code = QLineEdit()
        self.code.setPlaceholderText("用紙の番号 例 001-00345-6　読み取り機でも")
        self.code.setProperty("role", "big")
        self.code.setAccessibleName("用紙の番号")
        self.code.returnPressed.connect(self.look_up)
        self.kana, self.name = label("", "lead"), label("", "number")
        self.about = Para("", "lead", line=1.35)
        self.state = Para("", "quiet", line=1.35)
        self.last = Para("用紙の番号を入れて、Enterを押します。", "quiet", line=1.35)
        self.count = label("", "quiet")
        self.keys: list[QPushButton] = []
        self._card = self._make_card()
        self._build()
        desktop.privacy.changed.connect(self._on_privacy)
        desktop.runner.read(desktop.services.letters.mailings().all, self._on_mailings, on_fail=self.told)
        self.code.setFocus()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        days = hbox(
            (field("どの案内の用紙か", self.which), 2),
            (field("受け取った日", self.received), 1),
            (field("用紙に書かれた日", self.answered), 1),
            gap=2,
        )
        foot = hbox(
            button("この番号の返送を取り消す", "plain", "undo-variant", self._ask_take_back),
            self.count,
            None,
            button("閉じる", "plain", "close", self.reject),
        )
        self.add_wide_step(
            vbox(
                label("返送を入れる", "title"),
                days,
                self.code,
                (VScroll(vbox(self._card)), 1),  # with large letters it scrolls; the window never grows
                self.last,
                foot,
                gap=1.25,
            )
        )
        self.show_step(0, self.code)

    def _make_card(self) -> QFrame:
        for one in ANSWERS:
            made = button(f"{one.key}　{one.words}", "plain", on_click=partial(self.answer, one.key))
            self.keys.append(made)
        wrong = button("9　名前が違う用紙", "plain", "alert-outline", self._ask_mixed_up)
        stop = button("Esc　やめる", "plain", on_click=self.forget)
        self._answers = flow([*self.keys, wrong, stop])
        who = hbox(self.name, self.kana, None, gap=2)
        made_card = card(who, self.about, self.state, self._answers, None, name="この番号の人")
        self._answers.hide()
        return made_card

    # -- what a person does --------------------------------------------------------------------

    def look_up(self) -> None:
        """Show whose form it is; nothing is written."""
        text, number = self.code.text(), self.which.currentData()
        self.clear_messages()
        self._desktop.runner.read(
            lambda: self._service.echo(text, number), self._on_echo, on_fail=self._on_refused, key="reply"
        )

    def answer(self, key: str) -> None:
        """Write the reply of one key and go back to the field."""
        echo = self._echo
        one = next((answer for answer in ANSWERS if answer.key == key), None)
        if echo is None or one is None:
            return
        try:
            received = self.received.check() or self._service.today
            reply = Reply(one.kind, received, self.answered.check(), one.roster, one.plan)
        except KnownProblem as problem:
            self.say(problem)
            return
        self.set_busy(busy=True)
        code = show_code(echo.code)
        self._desktop.runner.write(
            lambda: self._service.answer(code, reply),
            partial(self._on_written, one),
            on_fail=self._on_refused,
        )

    def forget(self) -> None:
        """Leave the form that is shown and go back to the field; nothing is written."""
        self._echo = None
        self._show()
        self.code.clear()
        self.code.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit answers while a form is shown; Esc goes back to the field first (Qt)."""
        if self._echo is not None and not self.code.hasFocus():
            if event.text() in {one.key for one in ANSWERS}:
                self.answer(event.text())
                return
            if event.text() == "9":
                self._ask_mixed_up()
                return
            if event.key() == Qt.Key.Key_Escape:
                self.forget()
                return
        super().keyPressEvent(event)

    # -- inside --------------------------------------------------------------------------------

    def _on_mailings(self, mailings: list[Mailing]) -> None:
        for one in mailings:
            if one.is_out:
                self.which.addItem(f"第{one.number}回 {one.title}", one.number)

    def _on_echo(self, echo: LetterEcho) -> None:
        self._echo = echo
        self._show()
        self._card.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._card.setFocus()

    def _on_refused(self, error: BaseException) -> bool:
        """Say why, and put the field back with its text marked, so that typing replaces it."""
        is_told = self.told(error)
        self._echo = None
        self._show()
        self.code.setFocus()
        self.code.selectAll()
        return is_told

    def _on_written(self, answer: Answer, outcome: Outcome[ReplyResult]) -> None:
        self.set_busy(busy=False)
        result = outcome.value
        self._done += 1
        number = number_words(result.echo.number)
        told = [f"{show_code(result.echo.code)} 番号 {number}: 「{answer.words}」を入れました。"]
        told += result.notices
        if result.copies_out:
            told.append(f"渡してある写しの回収が要ります: {'、'.join(result.copies_out)}")
        self._desktop.changes.tell(outcome.changes)
        self.last.set_text("\n".join(told))
        self.count.setText(f"この画面で {self._done:,}通")
        self.forget()

    def _on_privacy(self, _hidden: bool) -> None:
        self._show()

    def _show(self) -> None:
        echo, privacy = self._echo, self._desktop.privacy
        self._answers.setVisible(echo is not None)
        if echo is None:
            self.kana.setText("")
            self.name.setText("")
            self.about.set_text("")
            self.state.set_text("")
            return
        born = "" if echo.born_on is None else describe_birth(echo.born_on, self._service.today)
        self.kana.setText(privacy.shown(echo.kana))
        self.name.setText(privacy.shown(echo.name))
        district = "校区不明" if echo.district_id is None else f"{echo.district_id}校区"
        number = number_words(echo.number)
        self.about.set_text(
            f"番号 {number}　{privacy.shown(born)}\n{district}　{privacy.shown(echo.address)}"
        )
        self.state.set_text(
            f"用紙の名前と同じか、見てから答えのキーを押します。"
            f"いまは「{word_of(echo.registration)}」、名簿の同意は「{word_of(echo.roster)}」です。"
            f"{self._received_words(echo)}"
        )

    @staticmethod
    def _received_words(echo: LetterEcho) -> str:
        if echo.letter.reply is None or echo.letter.received_on is None:
            return ""
        day = format_wareki(echo.letter.received_on)
        return f"この番号は{day}に「{word_of(echo.letter.reply)}」を入れてあります。"

    def _ask_mixed_up(self) -> None:
        echo = self._echo
        if echo is None:
            return
        lines = [
            f"番号 {show_code(echo.code)} の用紙が、別の人の封筒に入っていたと記録します。",
            "返送は入れません。この人には、もう一度案内を送ります。",
            "用紙はよけておき、責任者に知らせてください。同じ束の前後の用紙も確かめます。",
        ]
        code = show_code(echo.code)
        ask(self, "名前が違う用紙ですか", lines, "記録する", lambda: self._mixed_up(code))

    def _mixed_up(self, code: str) -> None:
        self._desktop.runner.write(
            lambda: self._service.mixed_up(code), lambda _outcome: self._on_mixed_up(code), on_fail=self.told
        )

    def _on_mixed_up(self, code: str) -> None:
        self.last.set_text(f"{code}: 別の封筒に入っていた用紙として記録しました。返送は入れていません。")
        self.forget()

    def _ask_take_back(self) -> None:
        text = self.code.text()
        if not text.strip() and self._echo is not None:
            text = show_code(self._echo.code)
        lines = [
            f"番号 {text.strip() or '(空)'} に入れた返送を取り消し、入れる前に戻します。",
            "そのあとで人が直したところは、そのままにします。",
        ]
        ask(self, "返送を取り消しますか", lines, "取り消す", lambda: self._take_back(text))

    def _take_back(self, text: str) -> None:
        def done(outcome: Outcome[LetterEcho]) -> None:
            self._desktop.changes.tell(outcome.changes)
            self.last.set_text(f"{show_code(outcome.value.code)} の返送を取り消しました。")
            self.forget()

        self._desktop.runner.write(lambda: self._service.take_back(text), done, on_fail=self._on_refused)
