"""少ない数を伏せる: cells under 5 outside the program, with more hidden where subtraction would tell.

RULEBOOK §1 「Small counts」. It applies to tables by 校区 (or finer) of papers that leave the program, in
every form (PDF, xlsx, CSV, HTML, JSON). Exact stay: the headline of the capacity question and the figures
of sites, which describe buildings and the city as a whole; and everything on the screen. Zero is shown,
as on the tables' notice 「ほかに N人」: nobody is there to be recognised. Where only zeros are left to
hide behind, they are hidden too and 「5人未満」 then means 0 to 4.

A reader knows every number shown, the totals, that total = first + second in each row, and what the words
mean: 「5人未満」 is 1 to 4 (or 0 to 4), 「非表示」 is 5 or more. No hidden cell has only one value that
fits all this. Each row's possible values form a generalized polymatroid; sums of those are described by
the sums of their tight bounds, also in whole numbers, so the check below is exact and not an estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from kurume_bousai.reports.paper import Withheld

SMALLEST_SHOWN: Final = 5
UNDER_FIVE: Final = Withheld("5人未満")
HIDDEN: Final = Withheld("非表示")

_TOTAL, _FIRST, _SECOND = range(3)
Interval = tuple[int, int]
Box = tuple[Interval, Interval, Interval]  # total, first, second
Shown = int | Withheld


@dataclass(frozen=True, slots=True)
class SplitRow:
    """行: people = first + second, e.g. 行く人 = 入れる + 入れない."""

    first: int
    second: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.first + self.second

    @property
    def cells(self) -> tuple[int, int, int]:
        """Total, first, second."""
        return self.total, self.first, self.second


@dataclass(frozen=True, slots=True)
class PublicRows:
    """外に出せる表. ``withheld`` = per column the sum of the hidden cells (what the totals tell anyway)."""

    rows: tuple[tuple[Shown, Shown, Shown], ...]
    withheld: tuple[int, int, int]
    totals: tuple[int, int, int]


@dataclass(slots=True)
class _Cover:
    """What is hidden so far."""

    rows: Sequence[SplitRow]
    hidden: list[set[int]] = field(default_factory=list)
    zeros_hidden: bool = False

    def __post_init__(self) -> None:
        self.hidden = [
            {index for index, count in enumerate(row.cells) if 0 < count < SMALLEST_SHOWN}
            for row in self.rows
        ]
        for row, cells in zip(self.rows, self.hidden, strict=True):
            if cells in ({_SECOND}, {_FIRST}):  # the other part and the total would tell it
                cells |= {_FIRST, _SECOND}
                self.zeros_hidden |= 0 in (row.first, row.second)

    def box(self, index: int) -> Box:
        """Return what a reader can tell about a row from the row itself."""
        most = sum(row.total for row in self.rows)
        lows = 0 if self.zeros_hidden else 1
        bounds = []
        for cell, count in enumerate(self.rows[index].cells):
            if cell not in self.hidden[index]:
                bounds.append((count, count))
            elif count < SMALLEST_SHOWN:
                bounds.append((lows, SMALLEST_SHOWN - 1))
            else:
                bounds.append((SMALLEST_SHOWN, most))
        return _tight((bounds[0], bounds[1], bounds[2]))

    def told(self) -> list[tuple[int, int]]:
        """Return the hidden cells (row, cell) for which only one value is possible."""
        boxes = [self.box(index) for index in range(len(self.rows))]
        sums = [(sum(box[cell][0] for box in boxes), sum(box[cell][1] for box in boxes)) for cell in range(3)]
        totals = [sum(row.cells[cell] for row in self.rows) for cell in range(3)]
        found = []
        for index, box in enumerate(boxes):
            if not self.hidden[index]:
                continue
            reachable = _tight(_within(box, sums, totals))
            found += [
                (index, cell)
                for cell in sorted(self.hidden[index])
                if reachable[cell][0] == reachable[cell][1]
            ]
        return found

    def widen(self, index: int, cell: int) -> bool:
        """Hide more so that this cell may become safe; False where nothing is left to hide."""
        if _TOTAL not in self.hidden[index] and self._row_tells(index, cell):
            self.hidden[index] = {_TOTAL, _FIRST, _SECOND}
            self.zeros_hidden |= 0 in self.rows[index].cells
            return True
        for other in sorted(range(len(self.rows)), key=lambda other: self._loss(other, cell)):
            wanted = {_TOTAL, _FIRST, _SECOND}
            if cell != _TOTAL and not self.hidden[other] and self._has_two_large_parts(other):
                wanted = {_FIRST, _SECOND}
            if wanted <= self.hidden[other]:
                continue
            self.hidden[other] |= wanted
            self.zeros_hidden |= 0 in self.rows[other].cells
            return True
        return False

    def _row_tells(self, index: int, cell: int) -> bool:
        low, high = self.box(index)[cell]
        return low == high

    def _has_two_large_parts(self, index: int) -> bool:
        row = self.rows[index]
        return min(row.first, row.second) >= SMALLEST_SHOWN

    def _loss(self, index: int, cell: int) -> tuple[bool, bool, int, int]:
        row = self.rows[index]
        untouched = not self.hidden[index]
        return (
            0 in row.cells,  # zeros last: hiding one weakens every 「5人未満」
            not (cell != _TOTAL and untouched and self._has_two_large_parts(index)),
            row.total,
            index,
        )


def _within(box: Box, sums: Sequence[Interval], totals: Sequence[int]) -> Box:
    """Return the row's box cut by what the totals leave for it."""
    cut = []
    for cell in range(3):
        rest_low, rest_high = sums[cell][0] - box[cell][0], sums[cell][1] - box[cell][1]
        cut.append((max(box[cell][0], totals[cell] - rest_high), min(box[cell][1], totals[cell] - rest_low)))
    return cut[0], cut[1], cut[2]


def _tight(box: Box) -> Box:
    """Return the same set of (first, second) with every bound reached, total = first + second."""
    (total_low, total_high), (first_low, first_high), (second_low, second_high) = box
    while True:
        before = (total_low, total_high, first_low, first_high, second_low, second_high)
        total_low = max(total_low, first_low + second_low)
        total_high = min(total_high, first_high + second_high)
        first_low = max(first_low, total_low - second_high)
        first_high = min(first_high, total_high - second_low)
        second_low = max(second_low, total_low - first_high)
        second_high = min(second_high, total_high - first_low)
        if before == (total_low, total_high, first_low, first_high, second_low, second_high):
            return (total_low, total_high), (first_low, first_high), (second_low, second_high)


def suppress(rows: Sequence[SplitRow]) -> PublicRows | None:
    """Return the rows as they may leave the program, the totals shown; None where no hiding is enough.

    None happens where there is one row (its total is the headline) or hardly anybody in the table; the
    paper then leaves the table out and says so.
    """
    cover = _Cover(rows)
    while told := cover.told():
        if not cover.widen(*told[0]):
            return None
    shown = tuple(
        (
            _shown(row.total, _TOTAL in hidden),
            _shown(row.first, _FIRST in hidden),
            _shown(row.second, _SECOND in hidden),
        )
        for row, hidden in zip(rows, cover.hidden, strict=True)
    )
    withheld = [
        sum(row.cells[cell] for row, hidden in zip(rows, cover.hidden, strict=True) if cell in hidden)
        for cell in range(3)
    ]
    totals = [sum(row.cells[cell] for row in rows) for cell in range(3)]
    return PublicRows(shown, (withheld[0], withheld[1], withheld[2]), (totals[0], totals[1], totals[2]))


def _shown(count: int, hidden: bool) -> Shown:  # noqa: FBT001 - one cell, one mark
    if not hidden:
        return count
    return UNDER_FIVE if count < SMALLEST_SHOWN else HIDDEN


def count_text(count: int) -> str:
    """Return 「5人未満」 for 1 to 4, otherwise the count with 人."""
    return UNDER_FIVE.words if 0 < count < SMALLEST_SHOWN else f"{count:,}人"
