"""照合 of the fake city."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.ids import ImportId, MemberId, PlanId
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.ports.matching import (
    MemberMerge,
    PairDecision,
    Recounted,
    SourceKey,
    SourceStatement,
)
from tests.fakes.state import CityState


class FakeMatching:
    """照合 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def everyone(self) -> list[RosterMember]:
        kept = [member for member in self._state.members.values() if member.removed_on is None]
        return sorted(kept, key=lambda member: member.number)

    def recounted(self, meant: Mapping[MemberId, RosterMember], fields: Sequence[str]) -> Recounted:
        kept = {one.member_id: one for one in self.everyone()}
        taken = attrgetter(*fields)
        unlike = {
            one for one, member in meant.items() if one not in kept or taken(kept[one]) != taken(member)
        }
        keys = [(one.source, one.source_key, one.member_id) for one in kept.values()]
        return Recounted(keys, frozenset(unlike))

    def statements(self) -> list[SourceStatement]:
        latest: dict[SourceKey, SourceStatement] = {}
        for one in self._state.statements:
            if one.member_id not in self._state.members:
                continue  # the database deletes them with the member
            before = latest.get(one.source_key)
            earlier = () if before is None else (*before.earlier, before.digest)
            latest[one.source_key] = dataclasses.replace(one, earlier=earlier)
        return list(latest.values())

    def statements_of(self, member_id: MemberId) -> list[SourceStatement]:
        return [one for one in self.statements() if one.member_id == member_id]

    def add_statements(self, access: Access, statements: Sequence[SourceStatement]) -> None:
        self._state.statements = (*self._state.statements, *statements)

    def take_back(self, access: Access, import_ids: Sequence[ImportId]) -> None:
        self._state.statements = tuple(
            one for one in self._state.statements if one.import_id not in import_ids
        )

    def point_to(self, access: Access, keys: Sequence[SourceKey], member_id: MemberId) -> None:
        self._state.statements = tuple(
            dataclasses.replace(one, member_id=member_id) if one.source_key in keys else one
            for one in self._state.statements
        )

    def forget(self, access: Access, member_ids: Sequence[MemberId]) -> None:
        self._state.statements = tuple(
            one for one in self._state.statements if one.member_id not in member_ids
        )

    def decisions(self) -> list[PairDecision]:
        return list(self._state.decisions.values())

    def save_decisions(self, access: Access, decisions: Sequence[PairDecision]) -> None:
        for one in decisions:
            self._state.decisions.pop((one.first, one.second), None)
            if one.verdict is not PairVerdict.DOUBT:
                self._state.decisions[one.first, one.second] = one

    def merges(self) -> list[MemberMerge]:
        return sorted(self._state.merges.values(), key=lambda merge: merge.merged_at, reverse=True)

    def save_merge(self, access: Access, merge: MemberMerge) -> None:
        self._state.merges[merge.merge_id] = merge

    def mark_split(self, access: Access, merge_id: str, at: datetime) -> None:
        self._state.merges[merge_id] = dataclasses.replace(self._state.merges[merge_id], split_at=at)

    def take_over(
        self, access: Access, kept_id: MemberId, absorbed_id: MemberId, *, with_home: bool
    ) -> dict[str, Any]:
        return {}  # nobody here has letters, screenings or relatives to move

    def give_back(
        self,
        access: Access,
        kept_id: MemberId,
        absorbed_id: MemberId,
        taken: Mapping[str, Any],
        *,
        with_home: bool,
    ) -> None:
        if taken:
            raise NotImplementedError("merges that move something are tested on the database")

    def is_free(self, number: int) -> bool:
        return all(member.number != number for member in self._state.members.values())

    def remove_plan(self, access: Access, plan_id: PlanId) -> None:
        raise NotImplementedError("merges are tested on the database")
