"""An in-memory city database behind the ports: the same rules of sight as the real one, all or nothing.

``FakeCity`` is a ``CityDatabase``. ``writing()`` works on a copy that replaces the kept state only when
the block ends well. Every read of people leaves out 支援措置対象者 unless the viewer has the flag, and 校区
the viewer may not see.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.consents import ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import ActivityFigure, DistrictOutline, SchoolDistrict
from kurume_bousai.domain.ids import (
    BackgroundId,
    DistrictId,
    ImportId,
    MemberId,
    OperationId,
    SiteId,
    SupporterId,
)
from kurume_bousai.domain.members import MemberRow, Need, RegistrationState, RemovalReason, RosterMember
from kurume_bousai.domain.names import fold
from kurume_bousai.domain.operations import EntryKind, FrozenPerson, LogEntry, Operation
from kurume_bousai.domain.plans import (
    COMPLETE_STATES,
    DestinationKind,
    IndividualEvacuationPlan,
    PlanState,
)
from kurume_bousai.domain.shelters import DesignatedShelter, EmergencyEvacuationSite, WelfareShelter
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.ports import (
    Background,
    DestinationCount,
    DistrictCount,
    ImportRecord,
    LedgerEntry,
    MemberFilter,
    MemberQuery,
    MemberVersion,
)

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@dataclass
class FixedClock:
    """A clock that stands still until a test moves it."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


@dataclass
class CityState:
    """Everything the file holds. Values are frozen, so a copy of the containers is a whole copy."""

    members: dict[MemberId, RosterMember] = field(default_factory=dict)
    versions: dict[MemberId, tuple[MemberVersion, ...]] = field(default_factory=dict)
    next_number: int = 1
    next_hidden_number: int = 900_001
    plans: dict[MemberId, IndividualEvacuationPlan] = field(default_factory=dict)
    supporters: dict[SupporterId, Supporter] = field(default_factory=dict)
    welfare: dict[SiteId, WelfareShelter] = field(default_factory=dict)
    designated: dict[SiteId, DesignatedShelter] = field(default_factory=dict)
    emergency: dict[SiteId, EmergencyEvacuationSite] = field(default_factory=dict)
    districts: dict[DistrictId, SchoolDistrict] = field(default_factory=dict)
    outlines: tuple[DistrictOutline, ...] = ()
    activities: dict[tuple[str, int], ActivityFigure] = field(default_factory=dict)
    backgrounds: dict[BackgroundId, Background] = field(default_factory=dict)
    operations: dict[OperationId, Operation] = field(default_factory=dict)
    frozen_people: dict[OperationId, tuple[FrozenPerson, ...]] = field(default_factory=dict)
    frozen_sites: dict[OperationId, tuple[WelfareShelter, ...]] = field(default_factory=dict)
    imports: dict[ImportId, ImportRecord] = field(default_factory=dict)
    ledger: tuple[LedgerEntry, ...] = ()
    audit: tuple[tuple[str, str, tuple[str, ...], dict[str, Any]], ...] = ()
    facts: dict[str, str] = field(default_factory=dict)

    def copy(self) -> CityState:
        """Copy the containers; the frozen values are shared."""
        copied = dataclasses.replace(self)
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if isinstance(value, dict):
                setattr(copied, item.name, dict(value))
        return copied


def may_see(access: Access, member: RosterMember) -> bool:
    """RULEBOOK §1 in one place of the fake."""
    if member.has_protected_address and not access.sees_protected:
        return False
    allowed = access.visible_districts
    return allowed is None or (member.district_id is not None and member.district_id in allowed)


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

    def get(self, access: Access, member_id: MemberId) -> RosterMember | None:
        access.require(Right.SEE_PEOPLE)
        member = self._state.members.get(member_id)
        return member if member and may_see(access, member) else None

    def get_many(self, access: Access, member_ids: Sequence[MemberId]) -> list[RosterMember]:
        found = (self.get(access, member_id) for member_id in member_ids)
        return [member for member in found if member]

    def in_district(self, access: Access, district_id: DistrictId | None) -> list[RosterMember]:
        access.require(Right.SEE_PEOPLE)
        return sorted(self._seen(access, district_id), key=lambda member: member.number)

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
        ]
        return sorted(found, key=lambda member: (fold(member.kana), member.number))

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
            home=member.home,
            has_protected_address=member.has_protected_address,
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


class FakeShelters:
    """避難所 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def welfare(self) -> list[WelfareShelter]:
        return sorted(
            self._state.welfare.values(),
            key=lambda site: (site.is_power_first, site.opening_order or 10**6, site.site_id),
        )

    def save_welfare(self, access: Access, shelters: Sequence[WelfareShelter]) -> None:
        self._state.welfare.update({site.site_id: site for site in shelters})

    def remove_welfare(self, access: Access, site_ids: Sequence[SiteId]) -> None:
        for site_id in site_ids:
            self._state.welfare.pop(site_id, None)

    def designated(self) -> list[DesignatedShelter]:
        return sorted(self._state.designated.values(), key=lambda site: site.site_id)

    def save_designated(self, access: Access, shelters: Sequence[DesignatedShelter]) -> None:
        self._state.designated.update({site.site_id: site for site in shelters})

    def emergency(self) -> list[EmergencyEvacuationSite]:
        return sorted(self._state.emergency.values(), key=lambda site: site.site_id)

    def save_emergency(self, access: Access, sites: Sequence[EmergencyEvacuationSite]) -> None:
        self._state.emergency.update({site.site_id: site for site in sites})


class FakeDistricts:
    """校区 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self) -> list[SchoolDistrict]:
        return sorted(self._state.districts.values(), key=lambda district: district.order)

    def save_many(self, access: Access, districts: Sequence[SchoolDistrict]) -> None:
        self._state.districts.update({district.district_id: district for district in districts})

    def outlines(self) -> list[DistrictOutline]:
        return list(self._state.outlines)

    def replace_outlines(self, access: Access, outlines: Sequence[DistrictOutline]) -> None:
        self._state.outlines = tuple(outlines)

    def activities(self) -> list[ActivityFigure]:
        return list(self._state.activities.values())

    def save_activities(self, access: Access, figures: Sequence[ActivityFigure]) -> None:
        self._state.activities.update({(f.indicator, f.fiscal_year): f for f in figures})


class FakeBackgrounds:
    """背景図 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self, *, with_picture: bool = False) -> list[Background]:
        kept = list(self._state.backgrounds.values())
        return kept if with_picture else [dataclasses.replace(one, png=b"") for one in kept]

    def get(self, background_id: BackgroundId) -> Background | None:
        return self._state.backgrounds.get(background_id)

    def add(self, access: Access, background: Background) -> None:
        self._state.backgrounds[background.background_id] = background

    def remove(self, access: Access, background_id: BackgroundId) -> None:
        self._state.backgrounds.pop(background_id, None)


class FakeOperations:
    """運用 in memory. The log is another fake's work: here it only refuses loudly."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self) -> list[Operation]:
        return list(self._state.operations.values())

    def get(self, operation_id: OperationId) -> Operation | None:
        return self._state.operations.get(operation_id)

    def save(self, access: Access, operation: Operation) -> None:
        self._state.operations[operation.operation_id] = operation

    def freeze(
        self, operation_id: OperationId, people: Sequence[FrozenPerson], sites: Sequence[WelfareShelter]
    ) -> None:
        assert operation_id not in self._state.frozen_people, "written once"
        self._state.frozen_people[operation_id] = tuple(people)
        self._state.frozen_sites[operation_id] = tuple(sites)

    def frozen_people(self, access: Access, operation_id: OperationId) -> list[FrozenPerson]:
        def is_hidden(person: FrozenPerson) -> bool:
            member = self._state.members.get(person.member_id)
            return member is not None and not may_see(access, member)

        return [p for p in self._state.frozen_people.get(operation_id, ()) if not is_hidden(p)]

    def frozen_sites(self, operation_id: OperationId) -> list[WelfareShelter]:
        return list(self._state.frozen_sites.get(operation_id, ()))

    def append(
        self,
        access: Access,
        operation_id: OperationId,
        kind: EntryKind,
        payload: Mapping[str, Any],
        *,
        table_id: str | None,
        at: datetime,
    ) -> LogEntry:
        raise NotImplementedError("this fake keeps no log")

    def entries(self, operation_id: OperationId, *, after_sequence: int = -1) -> list[LogEntry]:
        return []


class FakeLedger:
    """提供台帳 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def issue(
        self,
        access: Access,
        *,
        document: str,
        recipient: str,
        purpose: str,
        copies: int,
        member_ids: Sequence[MemberId],
        at: datetime,
        expires_on: date | None,
        due_on: date | None,
    ) -> list[LedgerEntry]:
        start = len(self._state.ledger)
        issued = [
            LedgerEntry(
                f"{start + copy:06d}", document, recipient, purpose, at, access.name, expires_on, due_on,
                len(member_ids),
            )
            for copy in range(1, copies + 1)
        ]  # fmt: skip
        self._state.ledger = (*self._state.ledger, *issued)
        return issued

    def all(self, access: Access) -> list[LedgerEntry]:
        return list(self._state.ledger)


class FakeImports:
    """取込の記録 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def save(self, access: Access, record: ImportRecord) -> None:
        self._state.imports[record.import_id] = record

    def get(self, import_id: ImportId) -> ImportRecord | None:
        return self._state.imports.get(import_id)

    def all(self) -> list[ImportRecord]:
        return list(self._state.imports.values())

    def mark_undone(self, access: Access, import_id: ImportId, at: datetime) -> None:
        self._state.imports[import_id] = dataclasses.replace(self._state.imports[import_id], undone_at=at)


class FakeAuditor:
    """監査記録 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def record(
        self, access: Access, action: str, subjects: Iterable[str], payload: Mapping[str, Any]
    ) -> None:
        self._state.audit = (*self._state.audit, (access.name, action, tuple(subjects), dict(payload)))

    def head(self) -> str:
        return f"{len(self._state.audit):08d}"

    def verify(self, expected_head: str | None = None) -> list[str]:
        return [] if expected_head in (None, self.head()) else ["監査記録の末尾が違います。"]


class FakeSession:
    """読み書きの場 over one state."""

    def __init__(self, state: CityState) -> None:
        self.state = state
        self.members = FakeMembers(state)
        self.plans = FakePlans(state)
        self.supporters = FakeSupporters(state)
        self.shelters = FakeShelters(state)
        self.districts = FakeDistricts(state)
        self.backgrounds = FakeBackgrounds(state)
        self.operations = FakeOperations(state)
        self.ledger = FakeLedger(state)
        self.imports = FakeImports(state)
        self.audit = FakeAuditor(state)

    def fact(self, key: str) -> str | None:
        return self.state.facts.get(key)

    def set_fact(self, key: str, value: str) -> None:
        self.state.facts[key] = value


class FakeCity:
    """市のデータベース in memory, opened for one operator. ``seen_by`` opens the same file for another."""

    def __init__(self, access: Access, state: CityState | None = None) -> None:
        self.access = access
        self._kept = [state or CityState()]

    @property
    def state(self) -> CityState:
        """What is kept now."""
        return self._kept[0]

    def seen_by(self, access: Access) -> FakeCity:
        """The same file opened by another operator."""
        other = FakeCity(access)
        other._kept = self._kept
        return other

    @contextmanager
    def reading(self) -> Iterator[FakeSession]:
        yield FakeSession(self.state.copy())

    @contextmanager
    def writing(self) -> Iterator[FakeSession]:
        session = FakeSession(self.state.copy())
        yield session
        self._kept[0] = session.state

    def close(self) -> None:
        """Nothing to close."""


class BoxLocator:
    """校区の判定 by boxes: west, south, east, north per 校区."""

    def __init__(self, boxes: Mapping[DistrictId, tuple[float, float, float, float]]) -> None:
        self._boxes = boxes

    def locate(self, point: LonLat) -> tuple[DistrictId | None, str, float]:
        for district_id, (west, south, east, north) in self._boxes.items():
            if west <= point.lon <= east and south <= point.lat <= north:
                return district_id, "polygon", 0.0
        return None, "unknown", 0.0
