"""Finding the header of a sheet: below titles, on one line or two, with cells drawn together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kurume_bousai.exchange.sheets import MergedCells, Sheet

SEARCH_ROWS: Final = 20  # titles and notes stand above the header in files of offices
_LEAST_CELLS: Final = 2
_WIDE: Final = 0.6  # of the fullest row: a title line with a date beside it is no header
#: Between a heading and the group it stands under: 「連絡先_電話」.
GROUP_MARK: Final = "_"


@dataclass(frozen=True, slots=True)
class FoundHeader:
    """見つけた見出し: rows count from 0, the last one included; ``lack`` 0 = it has all that is required."""

    lack: int
    first_row: int
    last_row: int
    headings: tuple[str, ...]


def find_header(sheet: Sheet, lacking: Callable[[Sequence[str]], int]) -> FoundHeader | None:
    """The header among the first rows that lacks least; on one line where that is as good as on two."""
    best: FoundHeader | None = None
    filled = [sum(1 for cell in row if cell.strip()) for row in sheet.rows[:SEARCH_ROWS]]
    widest = max(filled, default=0)
    for position, row in enumerate(sheet.rows[:SEARCH_ROWS]):
        if filled[position] < _LEAST_CELLS:
            continue
        candidates = [FoundHeader(0, position, position, _cleaned(row))]
        joined = _joined(sheet, position)
        if joined is not None:
            candidates.append(FoundHeader(0, position, position + 1, joined))
        for found in candidates:
            lack = lacking(found.headings)
            is_wider = best is not None and filled[best.first_row] < widest * _WIDE <= filled[position]
            is_as_good = best is not None and lack == best.lack
            if best is None or lack < best.lack or (is_as_good and (is_wider or _is_fuller(found, best))):
                best = FoundHeader(lack, found.first_row, found.last_row, found.headings)
    return best


def _is_fuller(found: FoundHeader, best: FoundHeader) -> bool:
    """A second line belongs to the header where it names columns that the first leaves without a name."""
    return found.first_row == best.first_row and found.last_row > best.last_row


def _cleaned(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in row)


def _joined(sheet: Sheet, position: int) -> tuple[str, ...] | None:
    """The headings of two lines as one; None where the second line is none.

    A second line is one where cells of the first are drawn together over it, or where it names only
    columns that stand beside a heading of a group; where it says something under a heading that stands
    alone, it is the first row of people.
    """
    if position + 1 >= len(sheet.rows):
        return None
    upper, lower = _cleaned(sheet.rows[position]), _cleaned(sheet.rows[position + 1])
    width = max(len(upper), len(lower))
    upper += ("",) * (width - len(upper))
    lower += ("",) * (width - len(lower))
    groups = _groups(sheet.merged, position, upper)
    if not groups:
        return None
    if not _spans_two_rows(sheet.merged, position) and any(
        lower[column] for column in range(width) if column not in groups
    ):
        return None
    if not any(lower[column] for column in groups):
        return None
    return tuple(
        GROUP_MARK.join(filter(None, (groups.get(column, upper[column]), lower[column])))
        for column in range(width)
    )


def _groups(merged: tuple[MergedCells, ...], position: int, upper: Sequence[str]) -> dict[int, str]:
    """Column → heading of the group it stands under."""
    drawn = [
        one
        for one in merged
        if one.first_row <= position <= one.last_row and one.last_column > one.first_column
    ]
    if drawn:
        return {
            column: upper[one.first_column]
            for one in drawn
            if one.last_row == position and upper[one.first_column]
            for column in range(one.first_column, min(one.last_column + 1, len(upper)))
        }
    groups: dict[int, str] = {}
    for column, cell in enumerate(upper):
        if not cell and column and (column - 1 in groups or upper[column - 1]):
            groups[column] = groups.get(column - 1, upper[column - 1])
            groups.setdefault(column - 1, groups[column])
    return groups


def _spans_two_rows(merged: tuple[MergedCells, ...], position: int) -> bool:
    return any(one.first_row == position and one.last_row == position + 1 for one in merged)
