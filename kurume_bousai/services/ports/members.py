"""Ports of 名簿, plans and supporters, with the questions asked of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.ids import (
    DistrictId,
    MemberId,
    SiteId,
    SupporterId,
)
from kurume_bousai.domain.members import CountedMember, MemberRow, Need, RemovalReason, RosterMember
from kurume_bousai.domain.plans import IndividualEvacuationPlan
from kurume_bousai.domain.supporters import Supporter


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
