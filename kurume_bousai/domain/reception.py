"""受け入れの台帳 (FEATURES E5, E7, E8, E14): an append-only ledger per site, and what follows from it.

Who came is written party by party, people who are not on the list as a count. Nothing is changed or
deleted: 訂正 is an entry of its own that cancels an older one. Everything shown is derived by the fold in
``reception_board``.

支援措置対象者 are never an entry of their own: they come in with the counts (RULEBOOK §1).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.ids import MemberId, OperationId, SiteId
from kurume_bousai.domain.operations import EntryStamp
from kurume_bousai.domain.shelters import YesNoUnknown


class ReceptionKind(StrEnum):
    """台帳の項目. The value is stored, so it never changes."""

    REQUESTED = "requested"  # 要請: the site is asked
    OFFERED = "offered"  # 可
    REFUSED = "refused"  # 断り
    ASSIGNED = "assigned"  # 割当
    ADMITTED = "admitted"  # 入所
    LEFT = "left"  # 退所
    TRANSFERRED = "transferred"  # 移送: to ``site_id``, from another site or from a 一次避難所
    HEAD_COUNTED = "head_counted"  # 人数の報告: people there who are not written one by one
    REPORTED = "reported"  # 状況連絡
    CANCELLED = "cancelled"  # 訂正: takes back the entry ``cancels``


#: Entries that move a party, in the order of its way.
MOVES: Final = (
    ReceptionKind.REQUESTED,
    ReceptionKind.OFFERED,
    ReceptionKind.REFUSED,
    ReceptionKind.ASSIGNED,
    ReceptionKind.ADMITTED,
    ReceptionKind.LEFT,
    ReceptionKind.TRANSFERRED,
)
PARTY_KINDS: Final = frozenset(MOVES)


@dataclass(frozen=True, slots=True)
class SiteReport:
    """状況連絡 of a site: staff there now, and whether power, water and toilets work."""

    staff: int | None = None
    power: YesNoUnknown = YesNoUnknown.UNKNOWN
    water: YesNoUnknown = YesNoUnknown.UNKNOWN
    toilet: YesNoUnknown = YesNoUnknown.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionWords:
    """台帳に書くこと: an entry before it has its id, its stamp and its writer.

    ``at`` is when it happened. ``party_id`` is opaque and stays with a party through all its entries;
    ``member_id`` None = not on the list, or not shown to the one who reads. ``people``: of the party, of
    those who left, or of the count. ``from_site_id`` of a transfer: where the party came from, None = a place
    that is no site.
    """

    kind: ReceptionKind
    site_id: SiteId
    at: datetime
    people: int = 0
    party_id: str | None = None
    member_id: MemberId | None = field(default=None, repr=False)
    from_site_id: SiteId | None = None
    operation_id: OperationId | None = None
    cancels: str | None = None
    report: SiteReport | None = None
    reported_by: str = field(default="", repr=False)
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionEntry(ReceptionWords):
    """台帳の一件. ``stamp`` gives the order in which entries were written; nothing of one ever changes."""

    entry_id: str
    stamp: EntryStamp
    operator: str

    @classmethod
    def written(
        cls, words: ReceptionWords, *, entry_id: str, stamp: EntryStamp, operator: str
    ) -> ReceptionEntry:
        """Return the words as an entry of the ledger."""
        values = {one.name: getattr(words, one.name) for one in fields(ReceptionWords)}
        return cls(entry_id=entry_id, stamp=stamp, operator=operator, **values)


class PartyStage(StrEnum):
    """組の段階."""

    REQUESTED = "requested"
    OFFERED = "offered"
    REFUSED = "refused"
    ASSIGNED = "assigned"
    ADMITTED = "admitted"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class ReceptionParty:
    """受け入れの組: where a party stands now. ``people`` there or expected; 0 = all have left."""

    party_id: str
    stage: PartyStage
    site_id: SiteId
    people: int
    since: datetime
    member_id: MemberId | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SiteOccupancy:
    """施設の受け入れの今, every figure derived from entries.

    ``waiting_people``: asked for or offered, not yet 割当. ``expected_people``: 割当, not yet there.
    ``admitted_people``: there now and written party by party = ``received_people`` − ``departed_people``.
    ``counted_people``: there besides them by the newest count; None = never counted. ``newest_at``: of any
    entry about this site; ``counted_by``/``reported_by``: who said so, else who wrote it down.
    """

    site_id: SiteId
    waiting_people: int = 0
    expected_people: int = 0
    admitted_people: int = 0
    counted_people: int | None = None
    received_people: int = 0
    departed_people: int = 0
    counted_at: datetime | None = None
    counted_by: str = field(default="", repr=False)
    report: SiteReport | None = None
    reported_at: datetime | None = None
    reported_by: str = field(default="", repr=False)
    report_note: str = field(default="", repr=False)
    newest_at: datetime | None = None

    @property
    def occupied_people(self) -> int:
        """People there now: those written one by one and those counted. Never below 0."""
        return self.admitted_people + (self.counted_people or 0)

    def balance(self, usable: int) -> int:
        """過不足: usable places − people there; negative where it is over (FEATURES E9)."""
        return usable - self.occupied_people


class RuleBroken(StrEnum):
    """台帳のきまり: why an entry cannot follow those before it."""

    ALREADY_ADMITTED = "already_admitted"
    NOT_HERE = "not_here"
    NOT_ASKED = "not_asked"
    OTHER_SOURCE = "other_source"
    SAME_SITE = "same_site"
    TOO_MANY = "too_many"
    NO_PEOPLE = "no_people"
