"""一人の欄: the fields of a record, the statutory ones first; texts as typed for drafts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QSpinBox, QWidget

from kurume_bousai.domain.consents import ConsentKind
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
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
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.roster import with_consent
from kurume_bousai.ui.kit.fields import EnterMovesOn
from kurume_bousai.ui.kit.widgets import ChipRow, DateEdit, Para, card, field, fix, grid, holder, vbox
from kurume_bousai.ui.registry.chip_set import ChipSet
from kurume_bousai.ui.registry.consent_editor import ConsentEditor

_NO_DISTRICT: Final = "わからない"
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
    """一人の欄. ``edited()`` whenever something was typed or chosen."""

    edited = Signal()

    def __init__(
        self,
        base: RosterMember,
        districts: Sequence[str],
        *,
        today: Callable[[], date],
        handles_protected: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._base = base
        self._handles_protected = handles_protected
        self.lines = {name: _line(caption) for name, caption, _personal in _LINES}
        self.lines["address"].setPlaceholderText("例 津福今町9999-12")
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
        self._moved_field = field("住所が変わりました。地図の家の場所はどうしますか", self.moved)
        self._build()
        self.set_member(base)
        self._connect()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        line = self._field
        self._moved_field.hide()
        statutory = card(
            _pairs(
                line("name"), line("kana"),
                field("生年月日", self.born, hint="わからないときは空けておきます"),
                field("性別", self.sex),
                line("address"), line("building"), line("phone"), line("phone_second"),
            ),
            self._moved_field,
            field("事由（1つ以上）", self.reasons),
            Para("ここまでで登録できます。あとの項目は、わかってからで構いません。", "small"),
            title="法律で決まった項目",
        )  # fmt: skip
        support = card(
            field("必要な支援", self.needs), field("受入対象", self.categories),
            _pairs(line("power_hours"), line("home_story")), title="必要な支援",
        )  # fmt: skip
        contact = card(
            _pairs(
                field("校区", self.district), line("neighborhood"), line("commissioner"),
                line("information_means"), line("mail_or_fax"), line("postal_code"),
                field("同居している人（本人を入れて）", self.household),
                field("一緒に避難する人（本人は入れない）", self.companions),
            ),
            title="校区と連絡先",
        )  # fmt: skip
        grades = card(
            _pairs(*(line(name) for name in (
                "care_level", "physical_grade", "intellectual_grade", "mental_grade", "disease",
            ))),
            title="等級",
        )  # fmt: skip
        agreed = card(
            field("登録（申込）", self.registration), field("登録日", self.registered),
            *self.consents.values(), title="申込と同意", gap=1.5,
        )  # fmt: skip
        rest = card(line("note"), self.protected, title="そのほか")
        self.protected.setVisible(self._handles_protected)
        self.setLayout(vbox(statutory, support, contact, grades, agreed, rest, None, gap=1.5))

    def _field(self, name: str) -> QWidget:
        return field(next(caption for key, caption, _p in _LINES if key == name), self.lines[name])

    def _connect(self) -> None:
        for row in self.findChildren(ChipRow):
            fix(row, min_height=40)  # or the height of all its lines would be asked of every parent
        moves_on = EnterMovesOn(self)
        for edit in self.findChildren(QLineEdit):
            edit.textChanged.connect(lambda _text: self.edited.emit())
            edit.installEventFilter(moves_on)
        for chips in (self.reasons, self.needs, self.categories):
            chips.changed.connect(self.edited)
        for row in self.findChildren(ChipRow):
            row.chosen.connect(lambda _value: self.edited.emit())
        self.district.currentIndexChanged.connect(lambda _index: self.edited.emit())
        self.protected.toggled.connect(lambda _on: self.edited.emit())
        self.lines["address"].textChanged.connect(lambda _text: self._ask_about_house())

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

    def hide_personal(self, *, hidden: bool) -> None:
        """Show dots instead of what the room must not read."""
        mode = QLineEdit.EchoMode.Password if hidden else QLineEdit.EchoMode.Normal
        for name, _caption, personal in _LINES:
            if personal:
                self.lines[name].setEchoMode(mode)
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
        return found

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
            prefix = f"consent.{kind.value}."
            kept = {key.removeprefix(prefix): text for key, text in fields.items() if key.startswith(prefix)}
            if kept:
                editor.set_fields(kept)
        if self._handles_protected and "protected" in fields:
            self.protected.setChecked(fields["protected"] == "1")
        self._ask_about_house()
        self.moved.set_value(fields.get("moved") or None)

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
        )
        for editor in self.consents.values():
            member = with_consent(member, editor.check())
        return self._with_house(member)

    def editor_of(self, where: str) -> QWidget | None:
        """The field that a problem's ``where`` names."""
        named: dict[str, QWidget] = {caption: self.lines[name] for name, caption, _p in _LINES}
        roster = self.consents[ConsentKind.ROSTER]
        named |= {
            "生年月日": self.born, "登録日": self.registered, "事由": self.reasons, "家の場所": self.moved,
            "同意日": roster.decided, "説明日": roster.explained,
        }  # fmt: skip
        return named.get(where)

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
        self._moved_field.setVisible(self._is_house_asked())

    def _choose_district(self, district_id: str) -> None:
        place = self.district.findData(district_id)
        if place < 0:  # a 校区 the header does not offer stays what it is
            self.district.addItem(f"{district_id}校区", district_id)
            place = self.district.count() - 1
        self.district.setCurrentIndex(place)


def _line(caption: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(caption)
    made.setMaxLength(500)
    return made


def _pairs(*fields: QWidget) -> QWidget:
    """Fields two by two, read line by line."""
    layout = QGridLayout()
    grid(layout, gap=1.5)
    for place, one in enumerate(fields):
        layout.addWidget(one, place // 2, place % 2)
    layout.setColumnStretch(0, 1)
    layout.setColumnStretch(1, 1)
    return holder(layout)


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
