"""くわしい記録の欄: everything beyond the columns of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.person_details import (
    CommunicationMeans,
    Consideration,
    Contact,
    DeliveryMeans,
    HouseholdPerson,
    MedicalDevice,
    Mobility,
    PersonDetails,
    ReasonRecord,
    Residence,
)
from kurume_bousai.labels import DETAIL_WORDS
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.roster.register import Relative
from kurume_bousai.ui.kit.widgets import ChipRow, field
from kurume_bousai.ui.registry.chip_set import ChipSet
from kurume_bousai.ui.registry.detail_words import NAMING_DETAILS
from kurume_bousai.ui.registry.person_form_family import AskForSomebody, FamilyRow
from kurume_bousai.ui.registry.person_form_rows import ContactRow, ReasonRow, RowList, RowWords

#: Details typed on one line.
LINE_DETAILS: Final = (
    "display_name", "display_kana", "support_class", "disability", "consideration_note",
    "communication_note", "language", "allergies", "medicine", "belongings", "pets", "usual_room", "bedroom",
    "house_structure", "built_year", "care_manager", "clinic", "services_used",
)  # fmt: skip
_ALONE: Final = (("yes", "日中は一人"), ("no", "だれかいる"), ("", "わからない"))
_HELPERS: Final = "helpers_needed"


class DetailFields(QObject):
    """くわしい記録の欄のまとまり: makes the editors; the form says where each stands.

    ``edited()`` after every change, ``grown()`` when a row came or went.
    """

    edited = Signal()
    grown = Signal()

    def __init__(
        self, *, today: Callable[[], date], ask: AskForSomebody | None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._kept = PersonDetails()
        self._relatives: dict[MemberId, Relative] = {}
        self.lines = {name: _line(DETAIL_WORDS[name]) for name in (*LINE_DETAILS, _HELPERS)}
        self.lines[_HELPERS].setPlaceholderText("例 2")
        self.considerations = ChipSet(list(Consideration), word_of, name=DETAIL_WORDS["considerations"])
        self.devices = ChipSet(list(MedicalDevice), word_of, name=DETAIL_WORDS["devices"])
        self.communication = ChipSet(list(CommunicationMeans), word_of, name=DETAIL_WORDS["communication"])
        self.delivery = ChipSet(list(DeliveryMeans), word_of, name=DETAIL_WORDS["delivery"])
        self.mobility = ChipRow[Mobility](
            [(one, word_of(one)) for one in Mobility], Mobility.UNKNOWN, name=DETAIL_WORDS["mobility"]
        )
        self.residence = ChipRow[Residence](
            [(one, word_of(one)) for one in Residence], Residence.UNKNOWN, name=DETAIL_WORDS["residence"]
        )
        self.alone = ChipRow[str](_ALONE, "", name=DETAIL_WORDS["is_alone_by_day"])
        self.reasons = RowList[ReasonRecord](
            RowWords("事由の記録", "事由の記録を足す"), lambda place: ReasonRow(place, today=today)
        )
        self.contacts = RowList[Contact](RowWords("緊急連絡先", "緊急連絡先を足す"), ContactRow)
        self.household = RowList[HouseholdPerson](
            RowWords("家族・同居の人", "家族を足す"), lambda place: FamilyRow(place, ask)
        )
        self._sets: dict[str, ChipSet[Any]] = {
            "considerations": self.considerations, "devices": self.devices,
            "communication": self.communication, "delivery": self.delivery,
        }  # fmt: skip
        self._lists: dict[str, RowList[Any]] = {
            "reason_records": self.reasons, "contacts": self.contacts, "household": self.household,
        }  # fmt: skip
        self._connect()

    def _connect(self) -> None:
        for edit in self.lines.values():
            edit.textChanged.connect(lambda _text: self.edited.emit())
        for chips in self._sets.values():
            chips.changed.connect(self.edited)
        for row in (self.mobility, self.residence, self.alone):
            row.chosen.connect(lambda _value: self.edited.emit())
        for rows in self._lists.values():
            rows.edited.connect(self.edited)
            rows.grown.connect(self.grown)

    def line(self, name: str) -> QWidget:
        """A line with its caption."""
        return field(DETAIL_WORDS[name], self.lines[name])

    def labelled(self, name: str) -> QWidget:
        """Chips or rows with their caption."""
        return field(DETAIL_WORDS[name], self.editor(name))

    def editor(self, name: str) -> QWidget:
        """The editor of one field of ``PersonDetails``."""
        others: dict[str, QWidget] = {
            **self._sets, **self._lists, "mobility": self.mobility, "residence": self.residence,
            "is_alone_by_day": self.alone,
        }  # fmt: skip
        return others[name] if name in others else self.lines[name]

    # -- values --------------------------------------------------------------------------------

    def set_details(self, details: PersonDetails) -> None:
        """Fill every editor."""
        self._kept = details
        for name, edit in self.lines.items():
            value = getattr(details, name)
            edit.setText("" if value is None else str(value))
        for name, chips in self._sets.items():
            chips.set_values(getattr(details, name))
        for name, rows in self._lists.items():
            rows.set_values(getattr(details, name))
        self.mobility.set_value(details.mobility)
        self.residence.set_value(details.residence)
        self.alone.set_value({True: "yes", False: "no", None: ""}[details.is_alone_by_day])
        self._say_relatives()

    def check(self) -> PersonDetails:
        """The details as typed.

        Raises
        ------
        KnownProblem
            Why a field cannot be taken; ``where`` is the name of a field of ``PersonDetails``.
        """
        values: dict[str, Any] = {name: self.lines[name].text().strip() for name in LINE_DETAILS}
        for name, chips in self._sets.items():
            values[name] = chips.values()
        for name, rows in self._lists.items():
            values[name] = _checked(rows, name)
        return replace(
            self._kept,
            **values,
            mobility=self.mobility.value() or Mobility.UNKNOWN,
            residence=self.residence.value() or Residence.UNKNOWN,
            helpers_needed=_helpers(self.lines[_HELPERS].text().strip()),
            is_alone_by_day={"yes": True, "no": False}.get(self.alone.value() or ""),
        )

    def set_relatives(self, relatives: Sequence[Relative]) -> None:
        """Who the linked people of the list are."""
        self._relatives |= {one.member_id: one for one in relatives}
        self._say_relatives()

    def hide_personal(self, *, hidden: bool) -> None:
        """Show dots instead of what the room must not read."""
        mode = QLineEdit.EchoMode.Password if hidden else QLineEdit.EchoMode.Normal
        for name in NAMING_DETAILS & self.lines.keys():
            self.lines[name].setEchoMode(mode)
        for rows in (self.contacts, self.household):
            rows.hide_personal(hidden=hidden)

    # -- drafts --------------------------------------------------------------------------------

    def fields(self) -> dict[str, str]:
        """Everything as typed, for a draft."""
        found = {name: edit.text() for name, edit in self.lines.items()}
        found |= {name: chips.text() for name, chips in self._sets.items()}
        found |= {name: rows.text() for name, rows in self._lists.items()}
        found["mobility"] = (self.mobility.value() or Mobility.UNKNOWN).value
        found["residence"] = (self.residence.value() or Residence.UNKNOWN).value
        found["is_alone_by_day"] = self.alone.value() or ""
        return found

    def set_fields(self, fields: Mapping[str, str]) -> None:
        """Everything as a draft kept it; what it does not know stays."""
        for name, edit in self.lines.items():
            edit.setText(fields.get(name, edit.text()))
        for name, chips in self._sets.items():
            chips.set_text(fields.get(name, chips.text()))
        for name, rows in self._lists.items():
            if name in fields:
                rows.set_text(fields[name])
        if fields.get("mobility") in {one.value for one in Mobility}:
            self.mobility.set_value(Mobility(fields["mobility"]))
        if fields.get("residence") in {one.value for one in Residence}:
            self.residence.set_value(Residence(fields["residence"]))
        if fields.get("is_alone_by_day") in {"yes", "no", ""}:
            self.alone.set_value(fields["is_alone_by_day"])
        self._say_relatives()

    def _say_relatives(self) -> None:
        for row in self.household.rows():
            if isinstance(row, FamilyRow):
                row.say_relative(self._relatives)


def _line(caption: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(caption)
    made.setMaxLength(500)
    return made


def _checked(rows: RowList[Any], name: str) -> tuple[Any, ...]:
    try:
        return rows.values()
    except KnownProblem as problem:
        raise KnownProblem(problem.code, problem.message, where=name, advice=problem.advice) from None


def _helpers(text: str) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise KnownProblem(
            "helpers_unreadable", "介助に要る人数を数で読めません。", where=_HELPERS, advice="例: 2"
        ) from None
