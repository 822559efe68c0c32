"""表計算のための表: rooms, the totals computed again, and the sheet that says whether everything agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kurume_bousai.reports.paper import Cell, Column, Formula, Ref, Table, count_of
from kurume_bousai.services.capacity.figures import CapacityReport, SiteFigures

ROOMS, TOTALS, SITES, NEEDS = "rooms", "totals", "sites", "needs"
DISTRICTS, UNPLACED, CHECKS = "districts", "unplaced", "checks"
AGREES, DIFFERS = "合っています", "合いません"
_ALL_AGREE, _SOME_DIFFER = "すべて合っています", "合わない所があります"

#: Columns of the rooms.
_ROOM_FLOOR, _ROOM_RATE, _ROOM_PLACES = 2, 3, 4


@dataclass(frozen=True, slots=True)
class Check:
    """点検の一件: the answer's number beside a formula that finds it another way."""

    words: str
    answer: Formula
    again: Formula


def rooms_table(report: CapacityReport) -> Table:
    """Return every room with ⌊㎡ ÷ rate⌋, in the order of the sites."""
    rows: list[tuple[Cell, ...]] = []
    for site in report.by_site:
        for room in site.rooms:
            index = len(rows)
            places: Cell = None
            if room.floor_m2 is not None:
                floor, rate = Ref(ROOMS, _ROOM_FLOOR, index), Ref(ROOMS, _ROOM_RATE, index)
                places = Formula(int(room.floor_m2 // site.rate_m2), ("INT(", floor, "/", rate, ")"))
            rows.append((site.name, room.name, room.floor_m2, site.rate_m2, places))
    total = sum(count_of(row[_ROOM_PLACES]) for row in rows)
    return Table(
        key=ROOMS,
        heading="室ごとの人数",
        columns=(
            Column("施設", 3),
            Column("室", 2),
            Column("床面積(㎡)", 1.2, is_count=True),
            Column("1人あたりの面積(㎡)", 1.2, is_count=True),
            Column("人数", 1, is_count=True, adds_up=True),
        ),
        rows=tuple(rows),
        total=("合計", "", None, None, total) if rows else None,
        basis="人数 = 床面積 ÷ 1人あたりの面積 の整数部分。室ごとに切り捨ててから足します。"
        "床面積のわからない室は数えません。",
        empty="室の記録がありません。",
        is_detail=True,
    )


def floor_cell(report: CapacityReport, index: int) -> Cell:
    """Return the floor places of a site: the sum of its rooms where they are there."""
    site = report.by_site[index]
    before = sum(len(one.rooms) for one in report.by_site[:index])
    places = _room_places(site)
    if site.floor is None or places != site.floor:
        return site.floor
    return Formula(site.floor, ("SUM(", Ref(ROOMS, _ROOM_PLACES, before, before + len(site.rooms) - 1), ")"))


def _room_places(site: SiteFigures) -> int | None:
    known = [room.floor_m2 for room in site.rooms if room.floor_m2 is not None]
    return sum(int(floor // site.rate_m2) for floor in known) if known else None


def staff_limit_cell(site: SiteFigures, per_staff: int, staff: Ref | None) -> Cell:
    """Return the people the staff looks after, from the staff that comes."""
    if site.staff_limit is None or site.staff is None or site.staff * per_staff != site.staff_limit:
        return site.staff_limit
    return Formula(site.staff_limit, ((str(site.staff) if staff is None else staff), f"*{per_staff}"))


def usable_cell(used: Ref, floor: Ref, blocked: Ref, staff: Ref, site: SiteFigures) -> Formula:
    """Return max(0, min(floor − blocked, staff limit)) where the site is used and its floor known."""
    room: tuple[str | Ref, ...] = (floor, "-", blocked)
    return Formula(
        site.usable,
        (
            "IF(AND(", used, '="使う",ISNUMBER(', floor, ")),MAX(0,MIN(", *room,
            ",IF(ISNUMBER(", staff, "),", staff, ",", *room, "))),0)",
        ),
    )  # fmt: skip


def totals_table(rows: Sequence[tuple[str, int]]) -> Table:
    """Return the totals of the answer as numbers, as the solver gave them; the checks begin here."""
    return Table(
        key=TOTALS,
        heading="答えの数",
        columns=(Column("何の数", 3), Column("数", 1, is_count=True)),
        rows=tuple(rows),
        basis="計算が答えた数です。ほかの表から求め直した数と合うかは、点検の表にあります。",
        is_detail=True,
    )


def checks_table(checks: Sequence[Check]) -> Table:
    """Return the sheet of checks; every word in it is a formula."""
    rows: list[tuple[Cell, ...]] = []
    for index, check in enumerate(checks):
        agrees = check.answer.value == check.again.value
        verdict = Formula(
            AGREES if agrees else DIFFERS,
            ("IF(", Ref(CHECKS, 1, index), "=", Ref(CHECKS, 2, index), f',"{AGREES}","{DIFFERS}")'),
        )
        rows.append((check.words, check.answer, check.again, verdict))
    all_agree = all(count_of(check.answer) == count_of(check.again) for check in checks)
    whole = Formula(
        _ALL_AGREE if all_agree else _SOME_DIFFER,
        (
            "IF(COUNTIF(", Ref(CHECKS, 3), f',"{AGREES}")={len(checks)},"{_ALL_AGREE}","{_SOME_DIFFER}")',
        ),
    )  # fmt: skip
    return Table(
        key=CHECKS,
        heading="点検",
        columns=(
            Column("確かめること", 4.5),
            Column("答えの数", 1.2, is_count=True),
            Column("求め直した数", 1.4, is_count=True),
            Column("結果", 2),
        ),
        rows=tuple(rows),
        total=("全体", None, None, whole),
        basis="数を書きかえると、ここの計算もやり直されます。",
        is_detail=True,
    )


def faults_of(checks: Sequence[Check]) -> list[str]:
    """Return the words of the checks that do not agree: such a paper is not written."""
    return [check.words for check in checks if check.answer.value != check.again.value]
