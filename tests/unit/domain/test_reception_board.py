"""受け入れの今: the fold over the ledger, whatever is written into it."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.operations import EntryStamp
from kurume_bousai.domain.reception import (
    PARTY_KINDS,
    PartyStage,
    ReceptionEntry,
    ReceptionKind,
    RuleBroken,
    SiteOccupancy,
    SiteReport,
)
from kurume_bousai.domain.reception_board import ReceptionBoard, cancelled_ids, fold
from kurume_bousai.domain.shelters import YesNoUnknown

START = datetime(2026, 7, 10, 6, 0, tzinfo=UTC)
A, B, C = map(SiteId, ("A", "B", "C"))


def entry(
    number: int,
    kind: ReceptionKind,
    site: SiteId = A,
    people: int = 2,
    party: str | None = "p",
    *,
    source: SiteId | None = None,
    cancels: str | None = None,
    minutes: int | None = None,
    report: SiteReport | None = None,
) -> ReceptionEntry:
    return ReceptionEntry(
        entry_id=f"e{number}",
        stamp=EntryStamp(number, 0, "m", number),
        at=START + timedelta(minutes=number if minutes is None else minutes),
        operator="架空",
        kind=kind,
        site_id=site,
        people=people,
        party_id=party if kind in PARTY_KINDS else None,
        from_site_id=source,
        cancels=cancels,
        report=report,
    )


def board_of(*entries: ReceptionEntry) -> ReceptionBoard:
    return fold(entries)


K = ReceptionKind


def test_the_whole_way_of_a_party() -> None:
    way = [entry(1, K.REQUESTED), entry(2, K.OFFERED), entry(3, K.ASSIGNED), entry(4, K.ADMITTED)]
    figures = [fold(way[:count]).site(A) for count in range(1, 5)]
    seen = [(one.waiting_people, one.expected_people, one.occupied_people) for one in figures]
    assert seen == [(2, 0, 0), (2, 0, 0), (0, 2, 0), (0, 0, 2)]
    left = fold([*way, entry(5, K.LEFT)])
    assert left.site(A).occupied_people == 0
    assert left.parties["p"].stage is PartyStage.LEFT
    assert left.site(A).newest_at == START + timedelta(minutes=5)


def test_a_refused_party_waits_nowhere_and_another_site_can_be_asked() -> None:
    board = board_of(entry(1, K.REQUESTED), entry(2, K.REFUSED), entry(3, K.REQUESTED, B))
    assert (board.site(A).waiting_people, board.site(B).waiting_people) == (0, 2)
    assert board.conflicts == []


def test_a_party_arrives_without_having_been_asked_for() -> None:
    assert board_of(entry(1, K.ADMITTED)).site(A).occupied_people == 2


def test_a_party_is_admitted_once() -> None:
    board = board_of(entry(1, K.ADMITTED), entry(2, K.ADMITTED, B))
    assert [one.rule for one in board.conflicts] == [RuleBroken.ALREADY_ADMITTED]
    assert (board.site(A).occupied_people, board.site(B).occupied_people) == (2, 0)


def test_a_family_may_leave_before_the_person() -> None:
    board = board_of(entry(1, K.ADMITTED, people=3), entry(2, K.LEFT, people=1))
    assert (board.site(A).occupied_people, board.parties["p"].stage) == (2, PartyStage.ADMITTED)
    assert board.site(A).received_people - board.site(A).departed_people == 2


def test_a_transfer_from_a_place_outside_the_ledger() -> None:
    board = board_of(entry(1, K.TRANSFERRED, A, source=C))
    assert (board.site(A).occupied_people, board.site(C).occupied_people) == (2, 0)


BROKEN = {
    "left twice": ([entry(1, K.ADMITTED), entry(2, K.LEFT), entry(3, K.LEFT)], RuleBroken.NOT_HERE),
    "left elsewhere": ([entry(1, K.ADMITTED), entry(2, K.LEFT, B)], RuleBroken.NOT_HERE),
    "more left than came": ([entry(1, K.ADMITTED), entry(2, K.LEFT, people=3)], RuleBroken.TOO_MANY),
    "answer unasked": ([entry(1, K.OFFERED)], RuleBroken.NOT_ASKED),
    "another answers": ([entry(1, K.REQUESTED), entry(2, K.OFFERED, B)], RuleBroken.NOT_ASKED),
    "moved from elsewhere": (
        [entry(1, K.ADMITTED), entry(2, K.TRANSFERRED, B, source=C)],
        RuleBroken.OTHER_SOURCE,
    ),
    "moved nowhere": ([entry(1, K.ADMITTED), entry(2, K.TRANSFERRED, A, source=A)], RuleBroken.SAME_SITE),
    "half a party moved": (
        [entry(1, K.ADMITTED), entry(2, K.TRANSFERRED, B, people=1, source=A)],
        RuleBroken.TOO_MANY,
    ),
    "nobody": ([entry(1, K.ADMITTED, people=0)], RuleBroken.NO_PEOPLE),
    "asked while in": ([entry(1, K.ADMITTED), entry(2, K.REQUESTED, B)], RuleBroken.ALREADY_ADMITTED),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_entry_that_cannot_follow_changes_nothing(name: str) -> None:
    entries, rule = BROKEN[name]
    board = fold(entries)
    assert [one.rule for one in board.conflicts] == [rule]
    assert _figures(board) == _figures(fold(entries[:-1]))


def test_the_newest_count_by_its_own_time_holds() -> None:
    board = board_of(
        entry(1, K.HEAD_COUNTED, people=12, minutes=60), entry(2, K.HEAD_COUNTED, people=9, minutes=30)
    )
    site = board.site(A)
    assert (site.counted_people, site.counted_at) == (12, START + timedelta(minutes=60))
    assert site.counted_by == "架空"


def test_those_counted_and_those_written_are_added() -> None:
    board = board_of(entry(1, K.ADMITTED), entry(2, K.HEAD_COUNTED, people=12))
    assert board.site(A).occupied_people == 14
    assert board.site(A).balance(1) == -13


def test_a_report_stands_with_its_time() -> None:
    said = SiteReport(3, YesNoUnknown.NO, YesNoUnknown.YES, YesNoUnknown.UNKNOWN)
    site = board_of(entry(1, K.REPORTED, report=said)).site(A)
    assert (site.report, site.reported_at) == (said, START + timedelta(minutes=1))
    assert site.counted_people is None


def test_a_correction_takes_back_and_its_own_correction_restores() -> None:
    came = [entry(1, K.REQUESTED), entry(2, K.ADMITTED)]
    taken = [*came, entry(3, K.CANCELLED, cancels="e2")]
    restored = [*taken, entry(4, K.CANCELLED, cancels="e3")]
    assert _figures(fold(taken)) == _figures(fold(came[:1]))
    assert _figures(fold(restored)) == _figures(fold(came))
    assert cancelled_ids(restored) == {"e3"}


def test_a_correction_of_what_was_written_later_takes_nothing_back() -> None:
    assert cancelled_ids([entry(1, K.CANCELLED, cancels="e2"), entry(2, K.ADMITTED)]) == frozenset()


def _figures(board: ReceptionBoard) -> dict[SiteId, SiteOccupancy]:
    """Figures of sites that are not empty; times apart."""
    found = {
        site: dataclasses.replace(one, newest_at=None, counted_at=None) for site, one in board.sites.items()
    }
    return {site: one for site, one in found.items() if one != SiteOccupancy(site)}


# ---------------------------------------------------------------- whatever is written
sites = st.sampled_from([A, B, C])


@st.composite
def ledgers(draw: st.DrawFn) -> list[ReceptionEntry]:
    """Any entries at all, most of which do not fit together."""
    entries: list[ReceptionEntry] = []
    for number in range(draw(st.integers(0, 25))):
        kind = draw(st.sampled_from(list(K)))
        known = [one.entry_id for one in entries]
        entries.append(
            entry(
                number,
                kind,
                draw(sites),
                draw(st.integers(0, 4)),
                draw(st.sampled_from(["p", "q", "r"])),
                source=draw(st.none() | sites) if kind is K.TRANSFERRED else None,
                cancels=draw(st.sampled_from(known)) if kind is K.CANCELLED and known else None,
            )
        )
    return entries


def _people_in(board: ReceptionBoard) -> int:
    return sum(one.people for one in board.parties.values() if one.stage is PartyStage.ADMITTED)


@given(ledgers())
def test_received_less_departed_is_who_is_there_and_never_negative(entries: list[ReceptionEntry]) -> None:
    board = fold(entries)
    for site in board.sites.values():
        assert site.received_people - site.departed_people == site.admitted_people >= 0
        assert site.occupied_people == site.admitted_people + (site.counted_people or 0) >= 0
        assert min(site.waiting_people, site.expected_people, site.departed_people) >= 0
    assert sum(site.admitted_people for site in board.sites.values()) == _people_in(board)


@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_matter(entries: list[ReceptionEntry], rng: random.Random) -> None:
    mixed = list(entries)
    rng.shuffle(mixed)
    assert fold(mixed) == fold(entries)


@given(ledgers())
def test_a_transfer_between_sites_keeps_the_total(entries: list[ReceptionEntry]) -> None:
    before = fold(entries)
    moving = [one for one in before.parties.values() if one.stage is PartyStage.ADMITTED]
    for party in moving:
        target = A if party.site_id != A else B
        move = entry(99, K.TRANSFERRED, target, party.people, party.party_id, source=party.site_id)
        after = fold([*entries, move])
        assert _people_in(after) == _people_in(before)
        assert after.site(target).admitted_people == before.site(target).admitted_people + party.people


@given(ledgers())
def test_a_correction_of_the_last_entry_is_as_if_it_was_never_written(entries: list[ReceptionEntry]) -> None:
    if entries and entries[-1].kind is not K.CANCELLED:
        taken = [*entries, entry(99, K.CANCELLED, cancels=entries[-1].entry_id)]
        assert fold(taken) == fold(entries[:-1])
        restored: Sequence[ReceptionEntry] = [*taken, entry(100, K.CANCELLED, cancels="e99")]
        assert fold(restored) == fold(entries)
