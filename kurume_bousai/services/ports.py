"""Ports: what the use cases ask of the outside. Adapters implement them; fakes stand in for tests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import (
    ActivityFigure,
    DistrictOutline,
    SchoolDistrict,
)
from kurume_bousai.domain.hand_outs import CopyContents
from kurume_bousai.domain.ids import (
    DistrictId,
    MemberId,
    OperationId,
    OperatorId,
    SiteId,
    SupporterId,
)
from kurume_bousai.domain.members import CountedMember, MemberRow, Need, RemovalReason, RosterMember
from kurume_bousai.domain.operations import EntryKind, FrozenPerson, LogEntry, Operation
from kurume_bousai.domain.plans import IndividualEvacuationPlan
from kurume_bousai.domain.second_person import SecondPersonGround, Vouched
from kurume_bousai.domain.shelters import (
    DesignatedShelter,
    EmergencyEvacuationSite,
    WelfareShelter,
)
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.ports_backgrounds import Background as Background  # noqa: PLC0414 - its old home
from kurume_bousai.services.ports_backgrounds import BackgroundRepository
from kurume_bousai.services.ports_gazetteer import GazetteerRepository
from kurume_bousai.services.ports_hand_outs import HandOutSession
from kurume_bousai.services.ports_imports import ImportRecord as ImportRecord  # noqa: PLC0414 - its old home
from kurume_bousai.services.ports_imports import ImportRepository as ImportRepository  # noqa: PLC0414
from kurume_bousai.services.ports_layers import LayerRepository
from kurume_bousai.services.ports_letters import LetterSession
from kurume_bousai.services.ports_mapping_profiles import MappingSession
from kurume_bousai.services.ports_matching import MatchingSession
from kurume_bousai.services.ports_office import OfficeSession
from kurume_bousai.services.ports_reception import ReceptionRepository, ScreeningRepository
from kurume_bousai.services.ports_retention import RetentionRepository
from kurume_bousai.services.ports_scenarios import ScenarioRepository
from kurume_bousai.services.ports_task_layers import TaskLayerRepository
from kurume_bousai.services.ports_tiles import TilePackRepository


class Clock(Protocol):
    """時計: aware moments; an operation's clock can be simulated."""

    def now(self) -> datetime: ...


class MemberFilter(StrEnum):
    """名簿のしぼりこみ, each shown with its count."""

    ALL = "all"
    NO_SUPPORTER = "no_supporter"
    NO_PLAN = "no_plan"
    NO_CONSENT = "no_consent"
    NEEDS_POWER = "needs_power"
    DEEP_FLOOD = "deep_flood"  # 浸水3m以上
    NO_DISTRICT = "no_district"
    UNPLACED = "unplaced"  # 地図に位置がない
    NOT_APPLIED = "not_applied"  # 申込なし
    PROTECTED = "protected"  # only for the flagged clerk


class GroupField(StrEnum):
    """名簿をまとめる項目, as its column is called."""

    NEIGHBORHOOD = "neighborhood"
    COMMISSIONER = "commissioner"


@dataclass(frozen=True, slots=True)
class MemberQuery:
    """名簿のさがし方: text of one letter or more, one filter, one 校区, one 自治会, one 民生委員.

    ``most`` bounds the rows; counts are of all.
    """

    text: str = field(default="", repr=False)
    filter: MemberFilter = MemberFilter.ALL
    district_id: DistrictId | None = None
    most: int | None = None
    neighborhood: str = field(default="", repr=False)
    commissioner: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MemberVersion:
    """版: one saved state of a record."""

    version: int
    saved_at: datetime
    operator: str
    source: str
    member: RosterMember = field(repr=False)


@dataclass(frozen=True, slots=True)
class DistrictCount:
    """校区ごとの人数 for anybody who may see counts; 支援措置対象者 never enter (RULEBOOK §1).

    ``complete`` counts people who are 申込済 and whose plan is 完成 or later (RULEBOOK §5);
    ``no_supporter`` and ``unplaced`` (no place on the map) count among all on the list.
    """

    district_id: DistrictId | None  # None = people whose 校区 is not known
    total: int
    registered: int
    complete: int
    no_supporter: int = 0
    unplaced: int = 0


@dataclass(frozen=True, slots=True)
class DestinationCount:
    """計画の行先ごとの人数 for anybody who may see counts; 支援措置対象者 never enter (RULEBOOK §1).

    ``site_id`` None = the plan says 福祉避難所 but not yet which. ``people`` counts companions too;
    ``parties_by_need`` counts parties, a need without any is absent.
    """

    site_id: SiteId | None
    people: int
    parties_by_need: Mapping[Need, int] = field(default_factory=dict)


class MemberRepository(Protocol):
    """名簿. Every read takes the viewer; 支援措置対象者 exist only for the flagged clerk."""

    def rows(self, access: Access, query: MemberQuery) -> list[MemberRow]:
        """Matching rows in order of kana then number; without kana last."""

    def count(self, access: Access, query: MemberQuery) -> int: ...

    def filter_counts(self, access: Access, query: MemberQuery) -> dict[MemberFilter, int]:
        """Counts of every filter under the query's text and 校区 (its own filter ignored)."""

    def rows_and_counts(
        self, access: Access, query: MemberQuery
    ) -> tuple[list[MemberRow], dict[MemberFilter, int]]:
        """``rows`` and ``filter_counts`` of one query, gone through once where that is possible."""

    def groups(self, access: Access, query: MemberQuery, by: GroupField) -> list[tuple[str, int]]:
        """The 自治会 or 民生委員 that stand in matching records, with their people."""

    def get(self, access: Access, member_id: MemberId) -> RosterMember | None: ...

    def id_of(self, access: Access, number: int) -> MemberId | None:
        """Who has this 番号, among those the viewer may see; needs ``SEE_PEOPLE``."""

    def get_many(self, access: Access, member_ids: Sequence[MemberId]) -> list[RosterMember]: ...

    def in_district(self, access: Access, district_id: DistrictId | None) -> list[RosterMember]:
        """All visible members in full (of one 校区), in order of number."""

    def counted(self, access: Access) -> list[CountedMember]:
        """Everybody visible who enters numbers, in order of number: never a 支援措置対象者 (RULEBOOK §1)."""

    def versions(self, access: Access, member_id: MemberId) -> list[MemberVersion]: ...

    def district_counts(self, access: Access) -> list[DistrictCount]:
        """Counts per 校区 that has people; needs ``SEE_COUNTS`` only."""

    def by_source_keys(self, source: str) -> dict[str, RosterMember]:
        """Every kept member of a source by its key, hidden ones too: for imports only, never shown."""

    def add_many(self, access: Access, members: Sequence[RosterMember], *, source: str) -> None:
        """Store new members with their first version; ``number`` 0 = the next free number."""

    def save_many(self, access: Access, members: Sequence[RosterMember], *, source: str) -> None:
        """Store changed members as new versions (their ``version`` is the one that was read)."""

    def remove_many(
        self,
        access: Access,
        member_ids: Sequence[MemberId],
        reason: RemovalReason,
        *,
        source: str,
        on: date,
    ) -> None: ...

    def purge_added(self, access: Access, member_ids: Sequence[MemberId]) -> None:
        """Take back members that an import added, with their versions (undo of an import)."""

    def restore_versions(self, access: Access, versions: Mapping[MemberId, int], *, source: str) -> None:
        """Write the named older version of each member as a new version."""


class PlanRepository(Protocol):
    """災害時マイプラン."""

    def by_member(
        self, access: Access, member_ids: Sequence[MemberId] | None = None
    ) -> dict[MemberId, IndividualEvacuationPlan]: ...

    def destination_counts(self, access: Access) -> list[DestinationCount]:
        """People whose plan leads to a site, per site; needs ``SEE_COUNTS`` only."""

    def save_many(self, access: Access, plans: Sequence[IndividualEvacuationPlan]) -> None: ...


class SupporterRepository(Protocol):
    """支援者. A supporter without consent is shown to clerks only (SUPPORTER consent)."""

    def all(self, access: Access, district_id: DistrictId | None = None) -> list[Supporter]: ...

    def get(self, access: Access, supporter_id: SupporterId) -> Supporter | None: ...

    def save_many(self, access: Access, supporters: Sequence[Supporter]) -> None: ...


class ShelterRepository(Protocol):
    """福祉避難所・指定避難所・指定緊急避難場所."""

    def welfare(self) -> list[WelfareShelter]:
        """The city's welfare shelters in order of opening_order then id; the power-first site last."""

    def save_welfare(self, access: Access, shelters: Sequence[WelfareShelter]) -> None: ...

    def remove_welfare(self, access: Access, site_ids: Sequence[SiteId]) -> None: ...

    def designated(self) -> list[DesignatedShelter]: ...

    def save_designated(self, access: Access, shelters: Sequence[DesignatedShelter]) -> None: ...

    def emergency(self) -> list[EmergencyEvacuationSite]: ...

    def save_emergency(self, access: Access, sites: Sequence[EmergencyEvacuationSite]) -> None: ...

    def care_facilities(self) -> list[CareFacility]:
        """候補の施設 in order of id."""

    def save_care_facilities(self, access: Access, facilities: Sequence[CareFacility]) -> None: ...


class DistrictRepository(Protocol):
    """校区とその区域."""

    def all(self) -> list[SchoolDistrict]:
        """The 46 in the city's order."""

    def save_many(self, access: Access, districts: Sequence[SchoolDistrict]) -> None: ...

    def outlines(self) -> list[DistrictOutline]: ...

    def replace_outlines(self, access: Access, outlines: Sequence[DistrictOutline]) -> None: ...

    def activities(self) -> list[ActivityFigure]: ...

    def save_activities(self, access: Access, figures: Sequence[ActivityFigure]) -> None: ...


class OperationRepository(Protocol):
    """運用とクロノロジー."""

    def all(self) -> list[Operation]: ...

    def get(self, operation_id: OperationId) -> Operation | None: ...

    def save(self, access: Access, operation: Operation) -> None: ...

    def freeze(
        self,
        operation_id: OperationId,
        people: Sequence[FrozenPerson],
        sites: Sequence[WelfareShelter],
    ) -> None:
        """Keep the people and sites of the start; written once."""

    def frozen_people(self, access: Access, operation_id: OperationId) -> list[FrozenPerson]:
        """Without anybody who is a 支援措置対象者 now, so that a late flag takes effect at once."""

    def frozen_sites(self, operation_id: OperationId) -> list[WelfareShelter]: ...

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
        """Append one act with the next stamp of this device, never below the last one.

        A clock that was set back changes nothing in the order.
        """

    def entries(self, operation_id: OperationId, *, after_sequence: int = -1) -> list[LogEntry]:
        """The log in stamp order."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """提供台帳の一行: one numbered copy that left."""

    copy_number: str
    document: str
    recipient: str = field(repr=False)
    purpose: str
    issued_at: datetime
    operator: str
    expires_on: date | None
    due_on: date | None
    people: int
    returned_on: date | None = None
    second_person: str = field(default="", repr=False)
    second_ground: SecondPersonGround | None = None  # None = of an older program


class LedgerRepository(Protocol):
    """提供台帳."""

    def issue(  # noqa: PLR0913 - a ledger row has these fields
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
        versions: Mapping[MemberId, int] | None = None,
        removed: Collection[MemberId] = (),
        second: Vouched | None = None,
        contents: CopyContents = CopyContents(),  # noqa: B008 - frozen
    ) -> list[LedgerEntry]:
        """Write one row per copy before anything leaves, and audit it.

        ``versions``: of each person's record as it goes out; ``removed``: whom a 差分 strikes out;
        ``second``: who confirmed, or why nobody did; ``contents``: what it shows, to whom, on which consents.
        """

    def all(self, access: Access) -> list[LedgerEntry]: ...


class Auditor(Protocol):
    """監査記録: append-only; payloads may be erased at expiry without breaking the chain."""

    def record(
        self,
        access: Access,
        action: str,
        subjects: Iterable[str],
        payload: Mapping[str, Any],
    ) -> None: ...

    def head(self) -> str:
        """The chain's head as printed on papers: short text."""

    def verify(self, expected_head: str | None = None) -> list[str]:
        """Japanese sentences, one per fault found; empty = whole."""


class ReadSession(MatchingSession, MappingSession, HandOutSession, LetterSession, OfficeSession, Protocol):
    """読み出し: a consistent view of the file."""

    @property
    def members(self) -> MemberRepository: ...
    @property
    def plans(self) -> PlanRepository: ...
    @property
    def supporters(self) -> SupporterRepository: ...
    @property
    def shelters(self) -> ShelterRepository: ...
    @property
    def districts(self) -> DistrictRepository: ...
    @property
    def backgrounds(self) -> BackgroundRepository: ...
    @property
    def layers(self) -> LayerRepository: ...
    @property
    def tile_packs(self) -> TilePackRepository: ...
    @property
    def task_layers(self) -> TaskLayerRepository: ...
    @property
    def operations(self) -> OperationRepository: ...
    @property
    def scenarios(self) -> ScenarioRepository: ...
    @property
    def screenings(self) -> ScreeningRepository: ...
    @property
    def reception(self) -> ReceptionRepository: ...
    @property
    def gazetteer(self) -> GazetteerRepository: ...
    @property
    def ledger(self) -> LedgerRepository: ...
    @property
    def imports(self) -> ImportRepository: ...
    @property
    def audit(self) -> Auditor: ...
    @property
    def retention(self) -> RetentionRepository: ...
    def fact(self, key: str) -> str | None:
        """A single kept fact of the file: "is_fictional", "seed", "eligible_from_list" …"""


class WriteSession(ReadSession, Protocol):
    """書き込み: all or nothing.

    Leaving the context commits with ``synchronous=FULL``; an exception rolls back.
    """

    def set_fact(self, key: str, value: str) -> None: ...


class CityDatabase(Protocol):
    """市のデータベース, opened for one operator."""

    @property
    def access(self) -> Access: ...
    def reading(self) -> AbstractContextManager[ReadSession]: ...
    def writing(self) -> AbstractContextManager[WriteSession]: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Operator:
    """操作者 as an administrator keeps them; the passphrase is nowhere but in the key's wrapping."""

    operator_id: OperatorId
    name: str
    roles: frozenset[Role]
    districts: frozenset[DistrictId] | None
    handles_protected: bool


class OperatorKeeping(Protocol):
    """操作者と鍵. Every act is audited; each needs ``KEEP_OPERATORS`` but changing one's own passphrase."""

    def operators(self) -> list[Operator]: ...

    def add_operator(
        self,
        name: str,
        passphrase: str,
        *,
        roles: Iterable[Role],
        districts: Iterable[DistrictId] | None = None,
        handles_protected: bool = False,
    ) -> Operator: ...

    def change_roles(
        self,
        name: str,
        *,
        roles: Iterable[Role],
        districts: Iterable[DistrictId] | None = None,
        handles_protected: bool = False,
    ) -> Operator: ...

    def remove_operator(self, name: str) -> None:
        """Never the last administrator."""

    def change_passphrase(self, old: str, new: str) -> None:
        """One's own."""

    def renew_recovery_key(self) -> str:
        """A new recovery key to print; the old paper is worth nothing from then on."""


class DistrictLocator(Protocol):
    """校区の判定 for points (implemented in geo)."""

    def locate(self, point: LonLat) -> tuple[DistrictId | None, str, float]:
        """District, method (``polygon``/``nearest``/``unknown``) and distance to it in metres."""
