"""テーマの地図の表: what of the numbers may leave, so that it adds up and tells of no handful of people.

Measures that count some of the same people (登録率, プラン作成率, 支援者がいない割合) would tell each other's
hidden cells, were each hidden by itself. So a 校区 is kept back whole, in all of them, where any of its
numbers in any of them is 1 to 4; those kept back (never only one) stand as one line with their sum. The
sum's own parts are 0 or at least 5. A share is shaded only where both of its numbers are shown.
The figures of the capacity question go by ``small_counts`` where that finds a way, as on the capacity
papers, so that the two agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kurume_bousai.domain.capacity_answer import UNKNOWN_DISTRICT
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.rates import Rate
from kurume_bousai.reports.paper import Withheld
from kurume_bousai.reports.small_counts import SMALLEST_SHOWN, SplitRow, suppress
from kurume_bousai.services.papers.theme_ports import ThemeContent, ThemeRow

KEPT_BACK: Final = Withheld("少人数")
Cell = int | Withheld | None


@dataclass(frozen=True, slots=True)
class PublicRow:
    """表の一行 as it leaves; None = not known. ``district_id`` "" = a line that is no 校区."""

    words: str
    part: Cell
    whole: Cell
    district_id: str = ""

    @property
    def rate(self) -> Rate | None:
        """The share, where both numbers are shown and there is one."""
        if not isinstance(self.part, int) or not isinstance(self.whole, int) or not self.whole:
            return None
        return Rate(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class PublicTable:
    """外に出せる表: rows of the 校区, what was kept back together, and the total, which is their sum."""

    rows: tuple[PublicRow, ...]
    kept_back: PublicRow | None
    total: PublicRow
    is_by_rows: bool
    unknown: int  # 校区 without a whole


def public_table(content: ThemeContent) -> PublicTable:
    """Return the numbers as they may leave.

    Raises
    ------
    KnownProblem
        ``too_few_people``: no hiding is enough.
    """
    return _by_rows(content) if content.kin else _by_cells(content)


def is_known(row: ThemeRow) -> bool:
    """Whether a row has a denominator; nobody of nobody is known too.

    A typed whole can be too old and smaller than its part: it counts all the same, as on the screens, so
    that the rate of the city is the same number everywhere (RULEBOOK §5), and the papers say so.
    """
    return bool(row.whole) or (row.whole == 0 and row.part == 0)


def _by_rows(content: ThemeContent) -> PublicTable:
    measures = [content.rows, *content.kin]
    hidden = kept_back(measures)
    rows = []
    for index, row in enumerate(content.rows):
        if not is_known(row):
            shown: tuple[Cell, Cell] = (None, None)
        elif index in hidden:
            shown = (KEPT_BACK, KEPT_BACK)
        else:
            shown = (row.part, row.whole)
        rows.append(_named(row, *shown))
    back = [row for index, row in enumerate(content.rows) if index in hidden and is_known(row)]
    together = None
    if back:
        together = PublicRow(
            f"少人数の{len(back)}校区の計", sum(row.part for row in back), sum(row.whole or 0 for row in back)
        )
    return PublicTable(
        tuple(rows), together, _total(content.rows), is_by_rows=True, unknown=_unknown(content.rows)
    )


def kept_back(measures: Sequence[Sequence[ThemeRow]]) -> frozenset[int]:
    """Return the positions of the rows that are kept back in every one of the measures."""
    count = len(measures[0])
    hidden = {index for index in range(count) if any(_is_small(rows[index]) for rows in measures)}
    rest = sorted(
        (
            index
            for index in range(count)
            if index not in hidden and any(rows[index].whole for rows in measures)
        ),
        key=lambda index: (sum(rows[index].whole or 0 for rows in measures), index),
    )
    while hidden and not _is_safe(measures, hidden):
        if not rest:
            raise KnownProblem(
                "too_few_people",
                "人数が少なく、どの校区の数も伏せることになるため、この地図はつくれません。",
                advice="画面の「はじめに」で見るか、もとになる名簿がそろってからつくってください。",
            )
        hidden.add(rest.pop(0))
    return frozenset(hidden)


def _is_small(row: ThemeRow) -> bool:
    if not is_known(row):
        return 0 < row.part < SMALLEST_SHOWN
    return any(0 < count < SMALLEST_SHOWN for count in (row.part, row.rest, row.whole or 0))


def _is_safe(measures: Sequence[Sequence[ThemeRow]], hidden: set[int]) -> bool:
    """No row alone, and no sum that is a handful itself."""
    for rows in measures:
        back = [rows[index] for index in hidden if is_known(rows[index])]
        if len(back) == 1:
            return False
        rests = [row.rest for row in back]
        for total in (sum(row.part for row in back), sum(rests), sum(max(0, rest) for rest in rests)):
            if 0 < total < SMALLEST_SHOWN:
                return False
    return True


def _by_cells(content: ThemeContent) -> PublicTable:
    public = suppress([SplitRow(row.rest, row.part) for row in content.rows])
    if public is None:  # the capacity papers then leave their table out, so nothing can be compared
        return _by_rows(content)
    rows = tuple(
        _named(row, part, whole) for row, (whole, _, part) in zip(content.rows, public.rows, strict=True)
    )
    together = (
        PublicRow("伏せた数の計", public.withheld[2], public.withheld[0]) if any(public.withheld) else None
    )
    return PublicTable(rows, together, _total(content.rows), is_by_rows=False, unknown=0)


def _named(row: ThemeRow, part: Cell, whole: Cell) -> PublicRow:
    words = "校区がわからない人" if row.district_id == UNKNOWN_DISTRICT else str(row.district_id)
    return PublicRow(words, part, whole, str(row.district_id))


def _total(rows: Sequence[ThemeRow]) -> PublicRow:
    known = [row for row in rows if is_known(row)]
    return PublicRow("計", sum(row.part for row in known), sum(row.whole or 0 for row in known))


def _unknown(rows: Sequence[ThemeRow]) -> int:
    return sum(not is_known(row) for row in rows if row.district_id != UNKNOWN_DISTRICT)
