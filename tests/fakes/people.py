"""名簿・計画・支援者 of the fake city: the same rules of sight as the real one."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.consents import ConsentKind, ConsentState
from kurume_bousai.domain.ids import (
    DistrictId,
    MemberId,
    SiteId,
    SupporterId,
)
from kurume_bousai.domain.members import (
    CountedMember,
    MemberRow,
    Need,
    RegistrationState,
    RemovalReason,
    RosterMember,
)
from kurume_bousai.domain.names import fold
from kurume_bousai.domain.plans import (
    COMPLETE_STATES,
    DestinationKind,
    IndividualEvacuationPlan,
    PlanState,
)
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.ports.members import (
    DestinationCount,
    DistrictCount,
    GroupField,
    MemberFilter,
    MemberQuery,
    MemberVersion,
)
from tests.fakes.state import NOW, CityState, may_see


class FakeMembers:
    """名簿 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def rows(self, access: Access, query: MemberQuery) -> list[MemberRow]:
        access.require(Right.SEE_PEOPLE)
        return [self._row(member) for member in self._matching(access, query)[: query.most]]

    def count(self, access: Access, query: MemberQuery) -> int:
        return len(self._matching(access, query))

    def filter_counts(self, access: Access, query: MemberQuery) -> dict[MemberFilter, int]:
        return {
            kind: self.count(access, dataclasses.replace(query, filter=kind))
            for kind in MemberFilter
            if kind is not MemberFilter.PROTECTED or access.sees_protected
        }

    def rows_and_counts(
        self, access: Access, query: MemberQuery
    ) -> tuple[list[MemberRow], dict[MemberFilter, int]]:
        return self.rows(access, query), self.filter_counts(access, query)

    def groups(self, access: Access, query: MemberQuery, by: GroupField) -> list[tuple[str, int]]:
        access.require(Right.SEE_PEOPLE)
        query = dataclasses.replace(query, filter=MemberFilter.ALL)
        names = Counter(getattr(member, by.value) for member in self._matching(access, query))
        return sorted((name, people) for name, people in names.items() if name)

    def get(self, access: Access, member_id: MemberId) -> RosterMember | None:
        access.require(Right.SEE_PEOPLE)
        member = self._state.members.get(member_id)
        return member if member and may_see(access, member) else None

    def id_of(self, access: Access, number: int) -> MemberId | None:
        access.require(Right.SEE_PEOPLE)
        seen = self._seen(access, None)
        return next((member.member_id for member in seen if member.number == number), None)

    def get_many(self, access: Access, member_ids: Sequence[MemberId]) -> list[RosterMember]:
        found = (self.get(access, member_id) for member_id in member_ids)
        return [member for member in found if member]

    def in_district(self, access: Access, district_id: DistrictId | None) -> list[RosterMember]:
        access.require(Right.SEE_PEOPLE)
        return sorted(self._seen(access, district_id), key=lambda member: member.number)

    def counted(self, access: Access) -> list[CountedMember]:
        names = [one.name for one in dataclasses.fields(CountedMember)]
        return [
            CountedMember(**{name: getattr(member, name) for name in names})
            for member in self.in_district(access, None)
            if not member.has_protected_address and member.removed_on is None
        ]

    def versions(self, access: Access, member_id: MemberId) -> list[MemberVersion]:
        versions = self._state.versions.get(member_id, ())
        return list(versions) if versions and may_see(access, versions[-1].member) else []

    def by_source_keys(self, source: str) -> dict[str, RosterMember]:
        return {
            member.source_key: member
            for member in self._state.members.values()
            if member.source == source and member.removed_on is None
        }

    def district_counts(self, access: Access) -> list[DistrictCount]:
        access.require(Right.SEE_COUNTS)
        counted = [
            m for m in self._state.members.values() if not m.has_protected_address and not m.removed_on
        ]
        return [
            DistrictCount(
                district_id,
                len(people),
                sum(m.registration.state is RegistrationState.APPLIED for m in people),
                sum(
                    m.registration.state is RegistrationState.APPLIED
                    and (plan := self._state.plans.get(m.member_id)) is not None
                    and plan.state in COMPLETE_STATES
                    for m in people
                ),
                sum(
                    (plan := self._state.plans.get(m.member_id)) is None or not plan.supporter_ids
                    for m in people
                ),
                sum(m.home is None for m in people),
            )
            for district_id in sorted({m.district_id for m in counted}, key=str)
            if (people := [m for m in counted if m.district_id == district_id])
        ]

    def add_many(self, access: Access, members: Sequence[RosterMember], *, source: str) -> None:
        for member in members:
            assert member.member_id not in self._state.members
            number = member.number or self._free_number(hidden=member.has_protected_address)
            self._keep(access, dataclasses.replace(member, number=number, version=1), source)

    def save_many(self, access: Access, members: Sequence[RosterMember], *, source: str) -> None:
        for member in members:
            kept = self._state.members[member.member_id]
            assert kept.version == member.version, "the record was changed by somebody else"
            self._keep(access, dataclasses.replace(member, version=member.version + 1), source)

    def remove_many(
        self, access: Access, member_ids: Sequence[MemberId], reason: RemovalReason, *, source: str, on: date
    ) -> None:
        for member_id in member_ids:
            kept = self._state.members[member_id]
            gone = dataclasses.replace(kept, removed_on=on, removal_reason=reason, version=kept.version + 1)
            self._keep(access, gone, source)

    def purge_added(self, access: Access, member_ids: Sequence[MemberId]) -> None:
        for member_id in member_ids:
            del self._state.members[member_id]
            del self._state.versions[member_id]

    def restore_versions(self, access: Access, versions: Mapping[MemberId, int], *, source: str) -> None:
        for member_id, wanted in versions.items():
            kept = self._state.members[member_id]
            older = next(v.member for v in self._state.versions[member_id] if v.version == wanted)
            self._keep(access, dataclasses.replace(older, version=kept.version + 1), source)

    def _keep(self, access: Access, member: RosterMember, source: str) -> None:
        member = dataclasses.replace(member, updated_at=NOW)
        version = MemberVersion(member.version, NOW, access.name, source, member)
        self._state.members[member.member_id] = member
        self._state.versions[member.member_id] = (*self._state.versions.get(member.member_id, ()), version)

    def _free_number(self, *, hidden: bool) -> int:
        if hidden:
            self._state.next_hidden_number += 1
            return self._state.next_hidden_number - 1
        self._state.next_number += 1
        return self._state.next_number - 1

    def _seen(self, access: Access, district_id: DistrictId | None) -> list[RosterMember]:
        return [
            member
            for member in self._state.members.values()
            if member.removed_on is None
            and may_see(access, member)
            and (district_id is None or member.district_id == district_id)
        ]

    def _matching(self, access: Access, query: MemberQuery) -> list[RosterMember]:
        if query.filter is MemberFilter.PROTECTED and not access.sees_protected:
            return []
        text = fold(query.text)
        found = [
            member
            for member in self._seen(access, query.district_id)
            if (not text or text in fold(member.name + member.kana + member.address + member.neighborhood))
            and self._fits(member, query.filter)
            and query.neighborhood in ("", member.neighborhood)
            and query.commissioner in ("", member.commissioner)
        ]
        return sorted(found, key=lambda member: (not member.kana, fold(member.kana), member.number))

    def _fits(self, member: RosterMember, kind: MemberFilter) -> bool:
        plan = self._state.plans.get(member.member_id)
        tests: dict[MemberFilter, bool] = {
            MemberFilter.ALL: True,
            MemberFilter.NO_SUPPORTER: not (plan and plan.supporter_ids),
            MemberFilter.NO_PLAN: not (plan and plan.state in COMPLETE_STATES),
            MemberFilter.NO_CONSENT: member.consent_state(ConsentKind.ROSTER) is not ConsentState.GIVEN,
            MemberFilter.NEEDS_POWER: Need.POWER in member.needs,
            MemberFilter.DEEP_FLOOD: (member.flood_rank or 0) >= 3,
            MemberFilter.NO_DISTRICT: member.district_id is None,
            MemberFilter.UNPLACED: member.home is None,
            MemberFilter.NOT_APPLIED: member.registration.state is not RegistrationState.APPLIED,
            MemberFilter.PROTECTED: member.has_protected_address,
        }
        return tests[kind]

    def _row(self, member: RosterMember) -> MemberRow:
        plan = self._state.plans.get(member.member_id)
        return MemberRow(
            member_id=member.member_id,
            number=member.number,
            name=member.name,
            kana=member.kana,
            district_id=member.district_id,
            neighborhood=member.neighborhood,
            needs=member.needs,
            roster_consent=member.consent_state(ConsentKind.ROSTER),
            registration=member.registration.state,
            plan_state=(plan.state if plan else PlanState.NONE).value,
            has_supporter=bool(plan and plan.supporter_ids),
            flood_rank=member.flood_rank,
            lon=None if member.home is None else member.home.lon,
            lat=None if member.home is None else member.home.lat,
            has_protected_address=member.has_protected_address,
            is_rough=(place := self._state.home_places.get(member.member_id)) is not None
            and place.is_rough
            and place.point == member.home,
        )


class FakePlans:
    """計画 in memory; a plan of somebody hidden is hidden."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def by_member(
        self, access: Access, member_ids: Sequence[MemberId] | None = None
    ) -> dict[MemberId, IndividualEvacuationPlan]:
        wanted = None if member_ids is None else set(member_ids)
        return {
            member_id: plan
            for member_id, plan in self._state.plans.items()
            if (wanted is None or member_id in wanted)
            and (member := self._state.members.get(member_id)) is not None
            and may_see(access, member)
        }

    def destination_counts(self, access: Access) -> list[DestinationCount]:
        access.require(Right.SEE_COUNTS)
        going: dict[SiteId | None, list[RosterMember]] = {}
        for member_id, plan in self._state.plans.items():
            member = self._state.members.get(member_id)
            counts = member is not None and not member.has_protected_address and not member.removed_on
            if counts and member is not None and plan.destination_kind is DestinationKind.WELFARE_SHELTER:
                going.setdefault(plan.destination_id, []).append(member)
        return [
            DestinationCount(
                site_id,
                sum(member.party_size for member in members),
                {n: count for n in Need if (count := sum(n in member.needs for member in members))},
            )
            for site_id, members in sorted(going.items(), key=lambda item: item[0] or "")
        ]

    def save_many(self, access: Access, plans: Sequence[IndividualEvacuationPlan]) -> None:
        self._state.plans.update({plan.member_id: plan for plan in plans})


class FakeSupporters:
    """支援者 in memory; without consent for those with ``EDIT_PEOPLE`` only."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self, access: Access, district_id: DistrictId | None = None) -> list[Supporter]:
        return [
            supporter
            for supporter in self._state.supporters.values()
            if (supporter.consent is ConsentState.GIVEN or access.has(Right.EDIT_PEOPLE))
            and (district_id is None or supporter.district_id == district_id)
        ]

    def get(self, access: Access, supporter_id: SupporterId) -> Supporter | None:
        return next((one for one in self.all(access) if one.supporter_id == supporter_id), None)

    def save_many(self, access: Access, supporters: Sequence[Supporter]) -> None:
        self._state.supporters.update({supporter.supporter_id: supporter for supporter in supporters})
