"""受け入れの今: the fold over the ledger, in the order of its stamps.

Entries of several machines can meet that do not fit together (a party admitted twice). Such an entry
changes nothing and is told as a conflict; so no figure is ever negative and no order of files matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.reception import (
    PARTY_KINDS,
    PartyStage,
    ReceptionEntry,
    ReceptionKind,
    ReceptionParty,
    ReceptionWords,
    RuleBroken,
    SiteOccupancy,
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """合わない記録: an entry that does not follow from those before it, and the rule it breaks."""

    entry: ReceptionEntry
    rule: RuleBroken


@dataclass(slots=True)
class ReceptionBoard:
    """受け入れの盤面: parties and sites after some entries. Grown by ``fold`` only."""

    parties: dict[str, ReceptionParty] = field(default_factory=dict)
    sites: dict[SiteId, SiteOccupancy] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)

    def site(self, site_id: SiteId) -> SiteOccupancy:
        """Return a site's figures; all 0 where nothing was written."""
        return self.sites.get(site_id, SiteOccupancy(site_id))


def fold(entries: Iterable[ReceptionEntry]) -> ReceptionBoard:
    """Return the board after all entries, by their stamps, those taken back left out."""
    ordered = sorted(entries, key=lambda entry: entry.stamp)
    cancelled = cancelled_ids(ordered)
    board = ReceptionBoard()
    for entry in ordered:
        if entry.entry_id in cancelled or entry.kind is ReceptionKind.CANCELLED:
            continue
        rule = broken_rule(board.parties, entry)
        if rule is None:
            _apply(board, entry)
        else:
            board.conflicts.append(Conflict(entry, rule))
    _count_stages(board)
    return board


def cancelled_ids(entries: Sequence[ReceptionEntry]) -> frozenset[str]:
    """Return the ids that were taken back. A 訂正 that was itself taken back takes nothing back.

    An entry can name only what was written before it, so one pass from the newest on decides.
    """
    known: dict[str, ReceptionEntry] = {entry.entry_id: entry for entry in entries}
    gone: set[str] = set()
    for entry in sorted(entries, key=lambda entry: entry.stamp, reverse=True):
        if entry.kind is not ReceptionKind.CANCELLED or entry.entry_id in gone:
            continue
        target = known.get(entry.cancels or "")
        if target is not None and target.stamp < entry.stamp:
            gone.add(target.entry_id)
    return frozenset(gone)


def broken_rule(parties: Mapping[str, ReceptionParty], entry: ReceptionWords) -> RuleBroken | None:
    """Return the rule an entry breaks after what stands; None = it may follow."""
    if entry.kind is ReceptionKind.HEAD_COUNTED:
        return RuleBroken.NO_PEOPLE if entry.people < 0 else None
    if entry.kind not in PARTY_KINDS:
        return None
    if entry.people < 1:
        return RuleBroken.NO_PEOPLE
    return _RULES[entry.kind](parties.get(entry.party_id or ""), entry)


def _may_arrive(party: ReceptionParty | None, _entry: ReceptionWords) -> RuleBroken | None:
    """要請・割当・入所: whoever is in no site. People also come without having been asked for."""
    is_in = party is not None and party.stage is PartyStage.ADMITTED
    return RuleBroken.ALREADY_ADMITTED if is_in else None


def _may_answer(party: ReceptionParty | None, entry: ReceptionWords) -> RuleBroken | None:
    """可・断り: only the site that was asked answers; what was promised can still be withdrawn."""
    stages = {PartyStage.REQUESTED, PartyStage.OFFERED}
    if entry.kind is ReceptionKind.REFUSED:
        stages |= {PartyStage.ASSIGNED}
    asked = party is not None and party.site_id == entry.site_id and party.stage in stages
    return None if asked else RuleBroken.NOT_ASKED


def _may_leave(party: ReceptionParty | None, entry: ReceptionWords) -> RuleBroken | None:
    """退所: of people who are there, at most as many as are there."""
    if party is None or party.stage is not PartyStage.ADMITTED or party.site_id != entry.site_id:
        return RuleBroken.NOT_HERE
    return RuleBroken.TOO_MANY if entry.people > party.people else None


def _may_move(party: ReceptionParty | None, entry: ReceptionWords) -> RuleBroken | None:
    """移送: whole, out of the site where the party is; from elsewhere where it is in none."""
    if entry.from_site_id == entry.site_id:
        return RuleBroken.SAME_SITE
    if party is None or party.stage is not PartyStage.ADMITTED:
        return None
    if party.site_id == entry.site_id:
        return RuleBroken.ALREADY_ADMITTED
    if party.site_id != entry.from_site_id:
        return RuleBroken.OTHER_SOURCE
    return None if entry.people == party.people else RuleBroken.TOO_MANY


_RULES: Mapping[
    ReceptionKind, Callable[[ReceptionParty | None, ReceptionWords], RuleBroken | None]
] = {
    ReceptionKind.REQUESTED: _may_arrive,
    ReceptionKind.ASSIGNED: _may_arrive,
    ReceptionKind.ADMITTED: _may_arrive,
    ReceptionKind.OFFERED: _may_answer,
    ReceptionKind.REFUSED: _may_answer,
    ReceptionKind.LEFT: _may_leave,
    ReceptionKind.TRANSFERRED: _may_move,
}  # fmt: skip
_STAGES: Mapping[ReceptionKind, PartyStage] = {
    ReceptionKind.REQUESTED: PartyStage.REQUESTED,
    ReceptionKind.OFFERED: PartyStage.OFFERED,
    ReceptionKind.REFUSED: PartyStage.REFUSED,
    ReceptionKind.ASSIGNED: PartyStage.ASSIGNED,
    ReceptionKind.ADMITTED: PartyStage.ADMITTED,
    ReceptionKind.TRANSFERRED: PartyStage.ADMITTED,
}


def _apply(board: ReceptionBoard, entry: ReceptionEntry) -> None:
    if entry.kind in PARTY_KINDS:
        _move_party(board, entry)
    elif entry.kind is ReceptionKind.HEAD_COUNTED:
        _count_heads(board, entry)
    elif entry.kind is ReceptionKind.REPORTED:
        _report(board, entry)
    _touch(board, entry.site_id, entry)


def _move_party(board: ReceptionBoard, entry: ReceptionEntry) -> None:
    party_id = entry.party_id or ""
    before = board.parties.get(party_id)
    was_in = before is not None and before.stage is PartyStage.ADMITTED
    if entry.kind is ReceptionKind.LEFT and before is not None:
        rest = before.people - entry.people
        stage = PartyStage.ADMITTED if rest else PartyStage.LEFT
        since = before.since if rest else entry.at
        board.parties[party_id] = replace(before, stage=stage, people=rest, since=since)
        _add(board, entry.site_id, departed=entry.people)
        return
    if was_in and before is not None:  # a transfer out of a site
        _add(board, before.site_id, departed=before.people)
        _touch(board, before.site_id, entry)
    member_id = entry.member_id or (before.member_id if before is not None else None)
    board.parties[party_id] = ReceptionParty(
        party_id, _STAGES[entry.kind], entry.site_id, entry.people, entry.at, member_id
    )
    if board.parties[party_id].stage is PartyStage.ADMITTED:
        _add(board, entry.site_id, received=entry.people)


def _add(board: ReceptionBoard, site_id: SiteId, *, received: int = 0, departed: int = 0) -> None:
    site = board.site(site_id)
    board.sites[site_id] = replace(
        site,
        received_people=site.received_people + received,
        departed_people=site.departed_people + departed,
        admitted_people=site.admitted_people + received - departed,
    )


def _count_heads(board: ReceptionBoard, entry: ReceptionEntry) -> None:
    """The newest count by its own time holds: a paper typed late does not push a newer one aside."""
    site = board.site(entry.site_id)
    if site.counted_at is None or entry.at >= site.counted_at:
        board.sites[entry.site_id] = replace(
            site,
            counted_people=entry.people,
            counted_at=entry.at,
            counted_by=entry.reported_by or entry.operator,
        )


def _report(board: ReceptionBoard, entry: ReceptionEntry) -> None:
    site = board.site(entry.site_id)
    if site.reported_at is None or entry.at >= site.reported_at:
        board.sites[entry.site_id] = replace(
            site,
            report=entry.report,
            reported_at=entry.at,
            reported_by=entry.reported_by or entry.operator,
            report_note=entry.note,
        )


def _touch(board: ReceptionBoard, site_id: SiteId, entry: ReceptionEntry) -> None:
    site = board.site(site_id)
    newest = entry.at if site.newest_at is None else max(site.newest_at, entry.at)
    board.sites[site_id] = replace(site, newest_at=newest)


def _count_stages(board: ReceptionBoard) -> None:
    """Who waits and who is expected, counted once at the end: a party stands at one site only."""
    for party in board.parties.values():
        site = board.site(party.site_id)
        if party.stage in (PartyStage.REQUESTED, PartyStage.OFFERED):
            board.sites[party.site_id] = replace(site, waiting_people=site.waiting_people + party.people)
        elif party.stage is PartyStage.ASSIGNED:
            board.sites[party.site_id] = replace(site, expected_people=site.expected_people + party.people)
