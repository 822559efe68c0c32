"""一人の欄: the fields of a record, the statutory ones first; texts as typed for drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QLineEdit, QSpinBox, QWidget

from kurume_bousai.domain.consents import ConsentKind
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import (
    AdmissionCategory,
    DistrictMethod,
    Need,
    Reason,
    Registration,
    RegistrationState,
    RosterMember,
    Sex,
)
from kurume_bousai.domain.names import unusual_characters
from kurume_bousai.domain.person_details import reasons_in_doubt
from kurume_bousai.domain.statutory import missing_items
from kurume_bousai.labels import DETAIL_WORDS
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.roster.register import Relative, with_consent
from kurume_bousai.ui.kit.fields import EnterMovesOn
from kurume_bousai.ui.kit.widgets import ChipRow, DateEdit, Para, VScroll, field, fix, vbox
from kurume_bousai.ui.registry.chip_set import ChipSet
from kurume_bousai.ui.registry.consent_editor import ConsentEditor
from kurume_bousai.ui.registry.detail_words import in_order
from kurume_bousai.ui.registry.fold_card import FoldCard
from kurume_bousai.ui.registry.person_form_answers import section_answers
from kurume_bousai.ui.registry.person_form_details import DetailFields
from kurume_bousai.ui.registry.person_form_layout import FormParts, folded_sections, pairs, statutory_card

_NO_DISTRICT: Final = "わからない"
_UNUSUAL: Final = (
    "ほかのコンピューターで出ないことのある字(外字・異体字)が氏名に入っています。受け取った字はこのまま残します。"
    "画面や紙で代わりに使う書き方を、下に入れられます。"
)
_SHOWN_NAME: Final = "画面や紙で氏名の代わりに使う書き方です。氏名は受け取った字のまま残ります。"
#: Line fields: name, caption, and whether the room must not read it (UI.md principle 8).
_LINES: Final = (
    ("name", "氏名", True), ("kana", "フリガナ", True), ("address", "住所", True),
    ("building", "方書（建物と部屋）", True), ("phone", "電話1", True), ("phone_second", "電話2", True),
    ("mail_or_fax", "メール・FAX", True), ("postal_code", "郵便番号", True),
    ("neighborhood", "自治会", False), ("commissioner", "民生委員", True),
    ("information_means", "知らせ方", False), ("care_level", "要介護度", False),
    ("physical_grade", "身障等級", False), ("intellectual_grade", "療育", False),
    ("mental_grade", "精神等級", False), ("disease", "難病", False), ("home_story", "家の階", False),
    ("power_hours", "電池が続く時間（時間）", False), ("note", "備考", True),
)  # fmt: skip


class PersonForm(QWidget):
    """一人の欄.

    ``edited()`` whenever something was typed or chosen; ``somebody_wanted(take)`` when a person of the list
    is to be chosen for a row, to be given to ``take``.
    """

    edited = Signal()
    somebody_wanted = Signal(object)

    def __init__(
        self,
        base: RosterMember,
        districts: Sequence[str],
        *,
        today: Callable[[], date],
        handles_protected: bool,
        in_turns: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """``in_turns``: the caller lays out, in other turns of the event loop."""
        super().__init__(parent)
        self._base = base
        self._handles_protected = handles_protected
        self._today = today
        self.lines = {name: _line(caption) for name, caption, _personal in _LINES}
        self.lines["address"].setPlaceholderText("例 津福今町9999-12")
        self.details = DetailFields(today=today, ask=self.somebody_wanted.emit, parent=self)
        self.statutory = Para("", "small", line=1.35)
        self.unusual = Para("", "small", line=1.35)
        self.companions_note = Para("", "small", line=1.35)
        self.reasons_note = Para("", "small", line=1.35)
        self._completers: dict[str, QCompleter] = {}
        self.born = DateEdit("生年月日", is_birth=True, today=today)
        self.sex = ChipRow[Sex]([(sex, word_of(sex)) for sex in Sex], Sex.UNKNOWN, name="性別")
        self.reasons = ChipSet(list(Reason), word_of, name="事由")
        self.needs = ChipSet(list(Need), word_of, name="必要な支援")
        self.categories = ChipSet(list(AdmissionCategory), word_of, name="受入対象")
        self.district = QComboBox()
        self.district.addItem(_NO_DISTRICT, "")
        for name in districts:
            self.district.addItem(f"{name}校区", name)
        self.household, self.companions = QSpinBox(), QSpinBox()
        self.household.setRange(1, 99)
        self.companions.setRange(0, 20)
        for spin in (self.household, self.companions):
            spin.setSuffix("人")
        self.registration = ChipRow[RegistrationState](
            [(state, word_of(state)) for state in RegistrationState], name="登録（申込）"
        )
        self.registered = DateEdit("登録日", today=today)
        self.consents = {kind: ConsentEditor(kind, today=today) for kind in ConsentKind}
        self.protected = QCheckBox("支援措置対象者（支援措置担当のほかには、いないものとして扱われます）")
        self.protected.setAccessibleName("支援措置対象者")
        self.moved = ChipRow[str](
            [("same", "書き方を直しただけ"), ("moved", "別の家に移った")], name="家の場所"
        )
        self.moved_field = field("住所が変わりました。地図の家の場所はどうしますか", self.moved)
        self.shown_name = pairs(self.details.line("display_name"), self.details.line("display_kana"))
        self.sections: dict[str, FoldCard] = {}
        self._frame: VScroll | None = None
        if not in_turns:
            self.lay_out()

    @property
    def member_id(self) -> MemberId:
        """Whose record it is."""
        return self._base.member_id

    # -- building ------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Put the fields in their places and fill them, once."""
        for _ in self.laying_out():
            pass

    def laying_out(self) -> Iterator[None]:
        """Do the same part by part; between two parts the window may have its turn."""
        if self.sections:
            return
        self.moved_field.hide()
        self.protected.setVisible(self._handles_protected)
        for words in (self.unusual, self.companions_note, self.reasons_note):
            words.hide()
        parts = self._parts()
        first = statutory_card(parts)
        for key, section in folded_sections(parts, handles_protected=self._handles_protected):
            self.sections[key] = section
            yield
        self.setLayout(vbox(first, *self.sections.values(), None, gap=1))
        yield
        self.set_member(self._base)
        self._connect()

    def frame(self) -> VScroll:
        """The scrolling frame around the fields, made once; to take so many fields in is a turn's work."""
        if self._frame is None:
            self._frame = VScroll(self)
        return self._frame

    def _parts(self) -> FormParts:
        editors: dict[str, QWidget] = {
            "born": self.born, "sex": self.sex, "reasons": self.reasons, "needs": self.needs,
            "categories": self.categories, "district": self.district, "household": self.household,
            "companions": self.companions, "registration": self.registration,
            "registered": self.registered, "protected": self.protected, "unusual": self.unusual,
            "shown_name": self.shown_name, "moved_field": self.moved_field, "statutory": self.statutory,
            "companions_note": self.companions_note, "reasons_note": self.reasons_note,
        }  # fmt: skip
        return FormParts(self.line, self.details, editors, list(self.consents.values()))

    def line(self, name: str) -> QWidget:
        """A line with its caption."""
        return field(next(caption for key, caption, _p in _LINES if key == name), self.lines[name])

    def _connect(self) -> None:
        moves_on = EnterMovesOn(self)
        for row in self.findChildren(ChipRow):
            fix(row, min_height=40)  # or the height of all its lines would be asked of every parent
            row.chosen.connect(lambda _value: self.edited.emit())
        for edit in self.findChildren(QLineEdit):
            edit.textChanged.connect(lambda _text: self.edited.emit())
            edit.installEventFilter(moves_on)
        for chips in (self.reasons, self.needs, self.categories):
            chips.changed.connect(self.edited)
        self.district.currentIndexChanged.connect(lambda _index: self.edited.emit())
        self.protected.toggled.connect(lambda _on: self.edited.emit())
        self.lines["address"].textChanged.connect(lambda _text: self._ask_about_house())
        self.details.edited.connect(self.edited)
        for spin in (self.household, self.companions):
            spin.valueChanged.connect(lambda _number: self.edited.emit())
        self.edited.connect(self._say_all)
        for fold in self.sections.values():
            fold.opened.connect(lambda _open: self._say_all())

    def set_suggestions(self, neighborhoods: Sequence[str], commissioners: Sequence[str]) -> None:
        """Names that stand in the list, offered while one types."""
        for name, words in (("neighborhood", neighborhoods), ("commissioner", commissioners)):
            completer = QCompleter(list(words), self)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
            self._completers[name] = completer
            if self.lines[name].echoMode() is QLineEdit.EchoMode.Normal:
                self.lines[name].setCompleter(completer)

    def set_relatives(self, relatives: Sequence[Relative]) -> None:
        """Who the people of the list are that the record names as family."""
        self.details.set_relatives(relatives)

    # -- filling -------------------------------------------------------------------------------

    def set_member(self, member: RosterMember) -> None:
        """Fill every field from a record."""
        for name, edit in self.lines.items():
            value = getattr(member, name)
            edit.setText("" if value is None else f"{value:g}" if isinstance(value, float) else str(value))
        self.born.set_value(member.born_on)
        self.sex.set_value(member.sex)
        self.reasons.set_values(member.reasons)
        self.needs.set_values(member.needs)
        self.categories.set_values(member.categories)
        self._choose_district(member.district_id or "")
        self.household.setValue(member.household_size)
        self.companions.setValue(member.companion_count)
        self.registration.set_value(member.registration.state)
        self.registered.set_value(member.registration.registered_on)
        for kind, editor in self.consents.items():
            editor.set_consent(member.consent(kind))
        self.protected.setChecked(member.has_protected_address)
        self.details.set_details(member.details)
        self._say_all()

    def hide_personal(self, *, hidden: bool) -> None:
        """Show dots instead of what the room must not read."""
        mode = QLineEdit.EchoMode.Password if hidden else QLineEdit.EchoMode.Normal
        for name, _caption, personal in _LINES:
            if personal:
                self.lines[name].setEchoMode(mode)
        self.details.hide_personal(hidden=hidden)
        if "commissioner" in self._completers:
            offered = None if hidden else self._completers["commissioner"]
            self.lines["commissioner"].setCompleter(offered)  # type: ignore[arg-type]  # Qt takes None
        self.born.line.setEchoMode(mode)
        self.born.echo.setVisible(not hidden)

    def fields(self) -> dict[str, str]:
        """Everything as typed, for a draft."""
        found = {name: edit.text() for name, edit in self.lines.items()}
        found |= {
            "born_on": self.born.line.text(),
            "sex": (self.sex.value() or Sex.UNKNOWN).value,
            "reasons": self.reasons.text(),
            "needs": self.needs.text(),
            "categories": self.categories.text(),
            "district_id": str(self.district.currentData() or ""),
            "household_size": str(self.household.value()),
            "companion_count": str(self.companions.value()),
            "registration": (self.registration.value() or RegistrationState.NOT_INVITED).value,
            "registered_on": self.registered.line.text(),
            "moved": self.moved.value() or "",
            "protected": "1" if self.protected.isChecked() else "",
        }
        for kind, editor in self.consents.items():
            found |= {f"consent.{kind.value}.{name}": text for name, text in editor.fields().items()}
        return found | {f"detail.{name}": text for name, text in self.details.fields().items()}

    def set_fields(self, fields: dict[str, str]) -> None:
        """Everything as a draft kept it; what it does not know stays."""
        for name, edit in self.lines.items():
            edit.setText(fields.get(name, edit.text()))
        self.born.line.setText(fields.get("born_on", self.born.line.text()))
        self.registered.line.setText(fields.get("registered_on", self.registered.line.text()))
        if fields.get("sex") in {sex.value for sex in Sex}:
            self.sex.set_value(Sex(fields["sex"]))
        if fields.get("registration") in {state.value for state in RegistrationState}:
            self.registration.set_value(RegistrationState(fields["registration"]))
        for name, chips in (
            ("reasons", self.reasons), ("needs", self.needs), ("categories", self.categories),
        ):  # fmt: skip
            chips.set_text(fields.get(name, chips.text()))
        self._choose_district(fields.get("district_id", ""))
        for name, spin in (("household_size", self.household), ("companion_count", self.companions)):
            spin.setValue(int(fields[name]) if fields.get(name, "").isdecimal() else spin.value())
        for kind, editor in self.consents.items():
            kept = _below(f"consent.{kind.value}.", fields)
            if kept:
                editor.set_fields(kept)
        if self._handles_protected and "protected" in fields:
            self.protected.setChecked(fields["protected"] == "1")
        self._ask_about_house()
        self.moved.set_value(fields.get("moved") or None)
        self.details.set_fields(_below("detail.", fields))
        self._say_all()

    # -- reading -------------------------------------------------------------------------------

    def check(self) -> RosterMember:
        """The record as typed.

        Raises
        ------
        KnownProblem
            Why a field cannot be taken; ``where`` names it.
        """
        values: dict[str, Any] = {name: edit.text().strip() for name, edit in self.lines.items()}
        values["power_hours"] = _hours(values["power_hours"])
        district = str(self.district.currentData() or "")
        kept_district = district == (self._base.district_id or "")
        method = DistrictMethod.STATED if district else DistrictMethod.UNKNOWN
        member = replace(
            self._base,
            **values,
            born_on=_checked(self.born, "生年月日"),
            sex=self.sex.value() or Sex.UNKNOWN,
            reasons=self.reasons.values(),
            needs=self.needs.values(),
            categories=self.categories.values(),
            district_id=DistrictId(district) if district else None,
            district_method=self._base.district_method if kept_district else method,
            household_size=self.household.value(),
            companion_count=self.companions.value(),
            registration=Registration(
                self.registration.value() or RegistrationState.NOT_INVITED,
                _checked(self.registered, "登録日"),
            ),
            has_protected_address=self.protected.isChecked()
            if self._handles_protected
            else self._base.has_protected_address,
            details=self.details.check(),
        )
        for editor in self.consents.values():
            member = with_consent(member, editor.check())
        return self._with_house(member)

    def editor_of(self, where: str) -> QWidget | None:
        """The field that a problem's ``where`` names."""
        named: dict[str, QWidget] = {caption: self.lines[name] for name, caption, _p in _LINES}
        named |= {
            "生年月日": self.born, "登録日": self.registered, "事由": self.reasons, "家の場所": self.moved,
        }  # fmt: skip
        for consent in self.consents.values():
            if (found := consent.editor_of(where)) is not None:
                return found
        if where in DETAIL_WORDS:
            return self.details.editor(where)
        return named.get(where)

    def reveal(self, editor: QWidget) -> None:
        """Open the section in which a field stands."""
        for fold in self.sections.values():
            if fold.inside.isAncestorOf(editor) and not fold.is_open:
                fold.set_open(is_open=True)

    def _say_all(self) -> None:
        """The answers on the folded lines, what of the law is missing, and what looks unusual."""
        seen = self._as_seen()
        lacking = "、".join(word_of(item) for item in missing_items(seen))
        self.statutory.set_text(
            f"法律で決まった項目で、まだないもの: {lacking}"
            if lacking
            else "法律で決まった項目は、すべて入っています。"
        )
        unusual = "".join(dict.fromkeys(unusual_characters(seen.name + seen.kana)))
        is_unusual = bool(unusual) or bool(seen.details.display_name or seen.details.display_kana)
        self.unusual.set_text(_UNUSUAL if unusual else _SHOWN_NAME)
        self.unusual.setVisible(is_unusual)
        self.shown_name.setVisible(is_unusual)
        self._say_companions()
        self._say_reasons(seen)
        for key, answer in section_answers(seen).items():
            self.sections[key].set_answer(answer)

    def _say_reasons(self, seen: RosterMember) -> None:
        """Where the dated records and the chosen 事由 do not agree, a person decides."""
        unchosen, ended = reasons_in_doubt(seen.reasons, seen.details, self._today())
        words = []
        if unchosen:
            words.append(f"記録にあって、上で選ばれていない事由: {in_order(Reason, unchosen)}。")
        if ended:
            words.append(f"記録の終わりの日が過ぎている事由: {in_order(Reason, ended)}。")
        self.reasons_note.set_text("".join(words))
        self.reasons_note.setVisible(bool(words))

    def _say_companions(self) -> None:
        going = sum(row.texts()[3] == "1" for row in self.details.household.rows())
        differs = bool(going) and going != self.companions.value()
        self.companions_note.set_text(
            f"「一緒に避難する」の印は{going}人、同行者数は{self.companions.value()}人です。"
            "避難所の人数には、同行者数を使います。"
        )
        self.companions_note.setVisible(differs)

    def _as_seen(self) -> RosterMember:
        """What is typed, as far as it can be read: for the words on the form only."""
        values: dict[str, Any] = {name: edit.text().strip() for name, edit in self.lines.items()}
        values["power_hours"] = None
        found = self.details.lines
        try:
            details = self.details.check()
        except KnownProblem:
            details = self._base.details
        details = replace(
            details,
            display_name=found["display_name"].text().strip(),
            display_kana=found["display_kana"].text().strip(),
        )
        return replace(
            self._base,
            **values,
            born_on=self.born.value(),
            sex=self.sex.value() or Sex.UNKNOWN,
            reasons=self.reasons.values(),
            needs=self.needs.values(),
            categories=self.categories.values(),
            district_id=DistrictId(str(self.district.currentData() or "")) or None,
            household_size=self.household.value(),
            companion_count=self.companions.value(),
            registration=Registration(self.registration.value() or RegistrationState.NOT_INVITED),
            details=details,
        )

    def _with_house(self, member: RosterMember) -> RosterMember:
        """A person who moved keeps neither the old place on the map nor its depth of flood."""
        if not self._is_house_asked():
            return member
        if self.moved.value() is None:
            raise KnownProblem(
                "house_unclear",
                "住所が変わりましたが、家の場所をどうするかが選ばれていません。",
                where="家の場所",
                advice="書き方を直しただけか、別の家に移ったかを選んでください。",
            )
        if self.moved.value() == "same":
            return member
        return replace(member, home=None, flood_rank=None)

    def _is_house_asked(self) -> bool:
        return self._base.home is not None and self.lines["address"].text().strip() != self._base.address

    def _ask_about_house(self) -> None:
        self.moved_field.setVisible(self._is_house_asked())

    def _choose_district(self, district_id: str) -> None:
        place = self.district.findData(district_id)
        if place < 0:  # a 校区 the header does not offer stays what it is
            self.district.addItem(f"{district_id}校区", district_id)
            place = self.district.count() - 1
        self.district.setCurrentIndex(place)


def _below(prefix: str, fields: Mapping[str, str]) -> dict[str, str]:
    return {key.removeprefix(prefix): text for key, text in fields.items() if key.startswith(prefix)}


def _line(caption: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(caption)
    made.setMaxLength(500)
    return made


def _checked(edit: DateEdit, where: str) -> date | None:
    try:
        return edit.check()
    except KnownProblem as problem:
        raise KnownProblem(problem.code, problem.message, where=where, advice=problem.advice) from None


def _hours(text: str) -> float | None:
    if not text:
        return None
    try:
        hours = float(text)
    except ValueError:
        hours = -1.0
    if not 0 <= hours <= 999:
        raise KnownProblem(
            "hours_unreadable",
            "電池が続く時間を数で読めません。",
            where="電池が続く時間（時間）",
            advice="例: 8",
        )
    return hours
