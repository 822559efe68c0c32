"""保存した条件・スクリーニング・受け入れの台帳 of the fake city."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId, new_id
from kurume_bousai.domain.operations import EntryStamp
from kurume_bousai.domain.reception import ReceptionEntry, ReceptionWords
from kurume_bousai.domain.scenarios import SavedScenario, ScenarioId
from kurume_bousai.domain.screening import Screening, ScreeningClass, ScreeningCount, latest, newest_first
from kurume_bousai.services.ports.scenarios import KeptScenarios
from tests.fakes.state import CityState, may_see


class FakeScenarios:
    """保存した条件 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self) -> KeptScenarios:
        found = self._state.scenarios.values()
        return KeptScenarios(tuple(sorted(found, key=lambda one: one.saved_at, reverse=True)))

    def save(self, access: Access, scenario: SavedScenario) -> None:
        access.require(Right.KEEP_SCENARIOS)
        self._state.scenarios[scenario.scenario_id] = scenario

    def remove(self, access: Access, scenario_id: ScenarioId) -> None:
        access.require(Right.KEEP_SCENARIOS)
        del self._state.scenarios[scenario_id]


class FakeScreenings:
    """スクリーニングの記録 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def add(self, access: Access, screening: Screening) -> None:
        access.require(Right.SCREEN_PEOPLE)
        member = self._state.members.get(screening.member_id)
        if member is None or not may_see(access, member):
            raise KnownProblem("person_gone", "この人はもう名簿にありません。")
        self._state.screenings = (*self._state.screenings, screening)
        holds = latest(self._of(screening.member_id)) or screening
        self._state.members[member.member_id] = dataclasses.replace(
            member, screening_class=holds.screening_class.value
        )

    def of_member(self, access: Access, member_id: MemberId) -> list[Screening]:
        member = self._state.members.get(member_id)
        return newest_first(self._of(member_id)) if member is not None and may_see(access, member) else []

    def counts(self, access: Access, district_id: DistrictId | None = None) -> list[ScreeningCount]:
        access.require(Right.SEE_COUNTS)
        people = [
            member
            for member in self._state.members.values()
            if member.removed_on is None
            and not member.has_protected_address
            and district_id in (None, member.district_id)
        ]
        counted = []
        for kind in ScreeningClass:
            held = [latest(self._of(one.member_id)) for one in people if one.screening_class == kind]
            moments = [one.screened_at for one in held if one is not None]
            counted.append(
                ScreeningCount(
                    kind,
                    len(held),
                    len(held) - len(moments),
                    min(moments, default=None),
                    max(moments, default=None),
                )
            )
        return counted

    def _of(self, member_id: MemberId) -> list[Screening]:
        return [one for one in self._state.screenings if one.member_id == member_id]


class FakeReceptions:
    """受け入れの台帳 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def entries(self, access: Access) -> list[ReceptionEntry]:
        access.require(Right.SEE_COUNTS)
        return [self._shown(access, entry) for entry in self._state.receptions]

    def append(self, access: Access, words: ReceptionWords, *, written_at: datetime) -> ReceptionEntry:
        access.require(Right.RUN_RECEPTION)
        member = self._state.members.get(words.member_id) if words.member_id is not None else None
        if member is not None and member.has_protected_address:
            raise KnownProblem("protected_in_reception", "この人は、台帳に一人ずつ書くことができません。")
        sequence = len(self._state.receptions)
        stamp = EntryStamp(sequence, 0, "fake", sequence)
        entry = ReceptionEntry.written(words, entry_id=new_id(), stamp=stamp, operator=access.name)
        self._state.receptions = (*self._state.receptions, entry)
        return entry

    def _shown(self, access: Access, entry: ReceptionEntry) -> ReceptionEntry:
        if not access.has(Right.SEE_PEOPLE):
            return dataclasses.replace(entry, member_id=None, reported_by="", note="")
        member = self._state.members.get(entry.member_id) if entry.member_id is not None else None
        is_seen = member is not None and member.removed_on is None and may_see(access, member)
        return entry if is_seen else dataclasses.replace(entry, member_id=None)
