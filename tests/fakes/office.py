"""災害時提供モード・年に一度の更新・活動の記録・名簿の点検 of the fake city."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.activities import ActivityEntry, ActivityId
from kurume_bousai.domain.emergency import EmergencyId, EmergencyMode
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.yearly_update import YearlyRecord, YearlyStep, YearlyUpdate
from kurume_bousai.services.ports.office_papers import EmergencyCopyLine
from kurume_bousai.services.ports.quality import QualityCount, QualityKind, QualityPerson
from tests.fakes.state import CityState, may_see


class FakeEmergencies:
    """災害時提供モード in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self) -> list[EmergencyMode]:
        return sorted(self._state.emergencies.values(), key=lambda mode: mode.started_at, reverse=True)

    def get(self, emergency_id: EmergencyId) -> EmergencyMode | None:
        return self._state.emergencies.get(emergency_id)

    def add(self, access: Access, mode: EmergencyMode) -> None:
        access.require(Right.SWITCH_EMERGENCY)
        self._state.emergencies[mode.emergency_id] = dataclasses.replace(mode, started_by=access.name)

    def end(self, access: Access, emergency_id: EmergencyId, *, at: datetime, note: str) -> None:
        access.require(Right.SWITCH_EMERGENCY)
        mode = self._state.emergencies[emergency_id]
        ended = dataclasses.replace(mode, ended_at=at, ended_by=access.name, end_note=note)
        self._state.emergencies[emergency_id] = ended

    def note_copies(self, access: Access, emergency_id: EmergencyId, copy_numbers: Sequence[str]) -> None:
        access.require(Right.PRINT_NAMED)
        self._state.emergency_copies += tuple((number, emergency_id) for number in copy_numbers)

    def copies(self, access: Access, emergency_id: EmergencyId) -> list[EmergencyCopyLine]:
        left = {number for number, one in self._state.emergency_copies if one == emergency_id}
        return [
            EmergencyCopyLine(
                one.copy_number, one.document, one.recipient, one.purpose, one.issued_at, one.operator,
                one.people, one.due_on, one.returned_on,
            )
            for one in self._state.ledger
            if one.copy_number in left
        ]  # fmt: skip


class FakeYearlyUpdates:
    """年に一度の更新 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self) -> list[YearlyUpdate]:
        return sorted(self._state.yearly_updates, key=lambda one: -one.fiscal_year)

    def records(self, fiscal_year: int) -> list[YearlyRecord]:
        return [one for one in self._state.yearly_records if one.fiscal_year == fiscal_year]

    def start(self, access: Access, update: YearlyUpdate) -> None:
        access.require(Right.EDIT_PEOPLE)
        self._state.yearly_updates += (update,)

    def set_due(
        self,
        access: Access,
        fiscal_year: int,
        districts: Sequence[DistrictId] | None,
        due: Mapping[YearlyStep, date],
        *,
        at: datetime,
    ) -> None:
        access.require(Right.EDIT_PEOPLE)
        assert at.tzinfo is not None
        self._state.yearly_updates = tuple(
            one
            if one.fiscal_year != fiscal_year
            else dataclasses.replace(one, due=due)
            if districts is None
            else dataclasses.replace(
                one, district_due={**one.district_due, **{each: dict(due) for each in districts}}
            )
            for one in self._state.yearly_updates
        )

    def record_many(
        self,
        access: Access,
        fiscal_year: int,
        districts: Sequence[DistrictId],
        step: YearlyStep,
        *,
        done_on: date,
        at: datetime,
        note: str = "",
        copy_numbers: Sequence[str] = (),
        takes_back: bool = False,
    ) -> None:
        access.require(Right.EDIT_PEOPLE)
        first = len(self._state.yearly_records) + 1
        self._state.yearly_records += tuple(
            YearlyRecord(
                first + place, fiscal_year, district_id, step, done_on, at, access.name, note,
                tuple(copy_numbers), takes_back,
            )
            for place, district_id in enumerate(districts)
        )  # fmt: skip


class FakeActivities:
    """活動の記録 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self, *, with_removed: bool = False) -> list[ActivityEntry]:
        found = sorted(self._state.activity_entries.values(), key=lambda one: (one.held_on, one.activity_id))
        return [one for one in found if with_removed or one.removed_at is None]

    def save(self, access: Access, entry: ActivityEntry) -> None:
        access.require(Right.KEEP_ACTIVITIES)
        self._state.activity_entries[entry.activity_id] = entry

    def remove(self, access: Access, activity_id: ActivityId, *, at: datetime) -> None:
        access.require(Right.KEEP_ACTIVITIES)
        kept = self._state.activity_entries[activity_id]
        self._state.activity_entries[activity_id] = dataclasses.replace(kept, removed_at=at)


class FakeQuality:
    """名簿の点検 in memory: only the kind that needs no other record."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def counts(
        self, access: Access, today: date, *, unreturned: Sequence[MemberId] = ()
    ) -> list[QualityCount]:
        found: dict[DistrictId | None, int] = {}
        for person in self.people(access, QualityKind.NO_PHONE, today):
            found[person.district_id] = found.get(person.district_id, 0) + 1
        return [QualityCount(QualityKind.NO_PHONE, one, people) for one, people in found.items()]

    def people(
        self,
        access: Access,
        kind: QualityKind,
        today: date,
        *,
        district_id: DistrictId | None = None,
        has_no_district: bool = False,
        unreturned: Sequence[MemberId] = (),
    ) -> list[QualityPerson]:
        access.require(Right.SEE_PEOPLE)
        assert kind is QualityKind.NO_PHONE, "another kind is the real file's work"
        return [
            QualityPerson(
                one.member_id, one.number, one.name, one.kana, one.born_on, one.district_id, one.neighborhood
            )
            for one in self._state.members.values()
            if may_see(access, one) and not one.phone and (district_id in (None, one.district_id))
        ]

    def totals(self, access: Access) -> Mapping[DistrictId | None, int]:
        found: dict[DistrictId | None, int] = {}
        for one in self._state.members.values():
            if may_see(access, one):
                found[one.district_id] = found.get(one.district_id, 0) + 1
        return found
