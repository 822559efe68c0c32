"""支援者をつなぐ窓: who helps this person, in which order, who was asked; found by a few letters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QListWidget, QWidget

from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.ids import MemberId, SupporterId
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.roster.supporters import LONGEST, FoundSupporters, HelpersFile, PersonSupporters
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.form_dialog import FormDialog
from kurume_bousai.ui.kit.layouts import fix, hbox, holder
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import ChipRow, button, card
from kurume_bousai.ui.kit.widgets import field as labelled
from kurume_bousai.ui.registry.words import number_words, supporter_number

_REST_MS: Final = 150
_ANSWERS: Final = ((ConsentState.GIVEN, "引き受けた"), (ConsentState.UNANSWERED, "まだ聞いていない"),
                   (ConsentState.REFUSED, "引き受けない"))  # fmt: skip
_PERSON: Final = {
    ConsentState.GIVEN: "本人は、支援者に情報を渡すことに同意しています。",
    ConsentState.UNANSWERED: (
        "本人はまだ、支援者に情報を渡すことに答えていません。支援者を決めることはできますが、"
        "同意を記録するまで、本人の情報は渡せません。"
    ),
    ConsentState.REFUSED: "本人は、支援者に情報を渡すことに同意していません。新しい支援者はつなげません。",
    ConsentState.WITHDRAWN: "本人は、支援者への同意を撤回しています。新しい支援者はつなげません。",
}


class SupportersDialog(FormDialog):
    """支援者の窓. Closed by 「閉じる」; every act is written at once. Everything by keyboard."""

    changed = Signal()

    def __init__(self, desktop: Desktop, member_id: MemberId, parent: QWidget | None = None) -> None:
        super().__init__("この人の支援者", parent, size=(900, 640))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desktop, self._member_id = desktop, member_id
        self._service = PersonSupporters(desktop.database)
        self._file: HelpersFile | None = None
        self._found: tuple[Supporter, ...] = ()
        self._who, self._agrees = Para("", "lead"), Para("", line=1.35)
        self.linked, self.found = _list("つながっている支援者"), _list("さがした支援者")
        self.search = QLineEdit()
        self.search.setPlaceholderText("氏名・かな・電話でさがす")
        self.search.setAccessibleName("支援者をさがす")
        self._count = Para("", "small")
        self.answer = ChipRow[ConsentState](list(_ANSWERS), name="支援者の答え")
        self.put_first = button("一番めにする", "plain", "arrow-up", self._put_first)
        self.let_go = button("つながりを外す", "plain", "link-off", self._let_go)
        self.add = button("支援者にする", "plain", "link", self._add)
        self.write_new = button("新しい支援者を書く", "plain", "plus", self._show_new)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._build_first()
        self._build_new()
        self._connect()
        self.show_step(0, self.search)
        self.reload()

    # -- building --------------------------------------------------------------------------------

    def _build_first(self) -> None:
        answer = labelled("選んだ支援者の答え(支援を引き受けるか)", self.answer)
        kept = card(
            self.linked,
            answer,
            hbox(self.put_first, self.let_go, None),
            title="つながっている支援者",
            gap=0.75,
        )
        search = card(
            self.search, self.found, self._count, hbox(self.add, self.write_new, None),
            title="支援者をさがしてつなぐ", gap=0.75,
        )  # fmt: skip
        close = button("閉じる", "main", on_click=self.accept)
        close.setAutoDefault(False)
        parts = [self._who, self._agrees, holder(hbox((kept, 1), (search, 1), gap=1.5))]
        self.add_step("この人を支援するのはだれですか", parts, [None, close])
        self._defaults[-1] = None  # Enter chooses in the lists, it does not close the window

    def _build_new(self) -> None:
        self.name, self.kana, self.phone, self.relation = (QLineEdit() for _ in range(4))
        for one in (self.name, self.kana, self.phone, self.relation):
            one.setMaxLength(LONGEST)
        self.is_body = QCheckBox("人ではなく、団体や事業所です")
        self.new_answer = ChipRow[ConsentState](
            list(_ANSWERS[:2]), ConsentState.UNANSWERED, name="支援者の答え"
        )
        parts = [
            Para("同じ人がもう入っていないか、先にさがしてください。校区と自治会は本人と同じになります。"),
            labelled("氏名", self.name),
            labelled("フリガナ", self.kana),
            labelled("電話", self.phone),
            labelled("本人との関係(隣人、民生委員など)", self.relation),
            self.is_body,
            labelled("支援者の答え(支援を引き受けるか)", self.new_answer),
        ]
        back = button("やめる", on_click=lambda: self.show_step(0, self.search))
        self.keep_new = button("登録してつなぐ", "main", on_click=self._add_new)
        self.add_step("新しい支援者", parts, [None, back, self.keep_new])

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._rest.start())
        self._rest.timeout.connect(self._search)
        self.search.returnPressed.connect(lambda: self.found.setFocus(Qt.FocusReason.OtherFocusReason))
        self.found.itemActivated.connect(lambda _item: self._add())
        self.linked.currentRowChanged.connect(lambda _row: self._arm())
        self.found.currentRowChanged.connect(lambda _row: self._arm())
        self.answer.chosen.connect(self._answered)
        self._desktop.privacy.changed.connect(self._fill)

    # -- reading ---------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the supporters of the person, and look for others."""
        look = partial(self._service.look, self._member_id)
        self._desktop.runner.read(look, self._on_file, on_fail=self.told, key="person-supporters")
        self._search()

    def _search(self) -> None:
        find = partial(self._service.search, self._member_id, self.search.text().strip())
        self._desktop.runner.read(find, self._on_found, on_fail=self.told, key="supporter-search")

    def _on_file(self, file: HelpersFile) -> None:
        self._file = file
        self._fill()

    def _on_found(self, found: FoundSupporters) -> None:
        self._found = found.supporters
        shown, hidden = len(found.supporters), self._desktop.privacy.hidden
        more = f"ほかに{found.total - shown:,}人います。文字を足してしぼってください。"
        none = "見つかりません。「新しい支援者を書く」で登録できます。"
        self._count.set_text(more if found.total > shown else none if not found.total else "")
        _fill(self.found, [_words(one, place, hidden=hidden) for place, one in enumerate(self._found)])
        self._arm()

    def _fill(self) -> None:
        file, privacy = self._file, self._desktop.privacy
        if file is None:
            return
        self._who.set_text(f"{number_words(file.member.number)}　{privacy.shown(file.member.name)}")
        self._agrees.set_text(_PERSON[file.person_agrees])
        lines = [_words(one, place, hidden=privacy.hidden) for place, one in enumerate(file.supporters)]
        _fill(self.linked, lines)
        _fill(self.found, [_words(one, n, hidden=privacy.hidden) for n, one in enumerate(self._found)])
        self._arm()

    def _arm(self) -> None:
        chosen, found = self._chosen(), self._found_one()
        self.let_go.setEnabled(chosen is not None)
        self.put_first.setEnabled(chosen is not None and self.linked.currentRow() > 0)
        self.answer.setEnabled(chosen is not None)
        if chosen is not None:
            self.answer.set_value(chosen.consent)
        self.add.setEnabled(found is not None)

    def _chosen(self) -> Supporter | None:
        row = self.linked.currentRow()
        return self._file.supporters[row] if self._file and 0 <= row < len(self._file.supporters) else None

    def _found_one(self) -> Supporter | None:
        row = self.found.currentRow()
        return self._found[row] if 0 <= row < len(self._found) else None

    # -- writing ---------------------------------------------------------------------------------

    def _add(self) -> None:
        if (found := self._found_one()) is not None:
            self._write(self._service.add, found.supporter_id, "支援者としてつなぎました。")

    def _let_go(self) -> None:
        if (chosen := self._chosen()) is not None:
            self._write(
                self._service.remove,
                chosen.supporter_id,
                "つながりを外しました。支援者の記録は残っています。",
            )

    def _put_first(self) -> None:
        if (chosen := self._chosen()) is not None:
            self._write(self._service.first, chosen.supporter_id, "一番めの支援者にしました。")

    def _answered(self, answer: object) -> None:
        chosen = self._chosen()
        if chosen is None or not isinstance(answer, ConsentState) or answer is chosen.consent:
            return
        words = "支援者の答えを書きました。"
        if answer is ConsentState.REFUSED:
            words = "引き受けないと書き、この人とのつながりを外しました。"

        def act(file: HelpersFile, supporter_id: SupporterId) -> Outcome[HelpersFile]:
            return self._service.answered(file, supporter_id, answer)

        self._write(act, chosen.supporter_id, words)

    def _show_new(self) -> None:
        self.name.setText(self.search.text())
        self.show_step(1, self.name)

    def _add_new(self) -> None:
        made = Supporter(
            SupporterId(""), self.name.text(), self.kana.text().strip(), self.is_body.isChecked(),
            self.phone.text().strip(), relation=self.relation.text().strip(),
            consent=self.new_answer.value() or ConsentState.UNANSWERED,
        )  # fmt: skip
        file = self._file
        if file is not None:
            self._run(partial(self._service.add_new, file, made), "支援者を登録して、つなぎました。")

    def _write(
        self,
        act: Callable[[HelpersFile, SupporterId], Outcome[HelpersFile]],
        supporter_id: SupporterId,
        words: str,
    ) -> None:
        file = self._file
        if file is not None:
            self._run(partial(act, file, supporter_id), words)

    def _run(self, work: Callable[[], Outcome[HelpersFile]], words: str) -> None:
        self.clear_messages()
        self.set_busy(busy=True)

        def done(outcome: Outcome[HelpersFile]) -> None:
            self.set_busy(busy=False)
            self._desktop.finish(outcome, words)
            if self.step() != 0:
                self.show_step(0)
            self._on_file(outcome.value)
            self._search()
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)
            self.changed.emit()

        self._desktop.runner.write(work, done, on_fail=self.told, title="支援者を書いています")


def _list(name: str) -> QListWidget:
    made = QListWidget()
    made.setAccessibleName(name)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setWordWrap(True)
    fix(made, min_height=136)
    return made


def _fill(into: QListWidget, lines: list[str]) -> None:
    row = max(into.currentRow(), 0)
    into.blockSignals(True)
    into.clear()
    into.addItems(lines)
    into.blockSignals(False)
    if lines:
        into.setCurrentRow(min(row, len(lines) - 1))


def _words(supporter: Supporter, place: int, *, hidden: bool) -> str:
    """隣 三郎　隣人　引き受けた, and below it telephone and 自治会."""
    answer = dict(_ANSWERS).get(supporter.consent, word_of(supporter.consent))
    where = " ".join(part for part in (supporter.district_id or "", supporter.neighborhood) if part)
    name = supporter_number(place) if hidden else supporter.name
    first = "　".join(part for part in (name, supporter.relation, answer) if part)
    second = "　".join(part for part in ("" if hidden else supporter.phone, where) if part)
    return f"{first}\n{second}" if second else first
