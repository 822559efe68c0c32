"""What a workbook says of a row beside its values: hidden, struck through, drawn together, not computed."""

from __future__ import annotations

from collections.abc import Mapping

from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.exchange.problems import cell_problem
from kurume_bousai.exchange.roster_sift import hidden_rows
from kurume_bousai.exchange.tables import Table

_KEYS = ("ID", "氏名")


class RowMarks:
    """行の印: what is told of each row, counted as the person counts rows."""

    def __init__(self, table: Table, positions: Mapping[str, int], *, takes_hidden_rows: bool) -> None:
        self._names = {place: name for name, place in positions.items()}
        self._hidden = frozenset[int]() if takes_hidden_rows else hidden_rows(table)
        self._struck = table.marks.struck
        self._uncomputed = table.marks.uncomputed
        self._merged = _merged(table)
        self._is_plain = not (self._hidden or self._struck or self._uncomputed or self._merged)

    def silent(self, row: int) -> tuple[str, ...]:
        """The columns of a row of which nothing is known: drawn together, or a formula without an answer."""
        if self._is_plain:
            return ()
        places = (*self._uncomputed.get(row - 1, ()), *self._merged.get(row - 1, ()))
        return tuple(self._names[place] for place in places if place in self._names)

    def problems(self, row: int) -> list[RowProblem]:
        """What is told of a row; nearly always nothing."""
        if self._is_plain:
            return []
        told = [cell_problem(row, "", "", "row_hidden")] if row in self._hidden else []
        struck = [self._names[place] for place in self._struck.get(row - 1, ()) if place in self._names]
        if any(name in _KEYS for name in struck):
            told.append(cell_problem(row, "", "", "row_struck"))
        else:
            told += [cell_problem(row, name, "", "cell_struck") for name in struck]
        for places, code in ((self._uncomputed, "formula_uncomputed"), (self._merged, "cell_merged")):
            told += [
                cell_problem(row, self._names[place], "", code)
                for place in places.get(row - 1, ())
                if place in self._names
            ]
        return told


def _merged(table: Table) -> dict[int, tuple[int, ...]]:
    """Row → columns that are empty because they are drawn together with another cell."""
    found: dict[int, tuple[int, ...]] = {}
    for one in table.merged:
        for row in range(max(one.first_row, table.header_row), one.last_row + 1):
            first = one.first_column + (row == one.first_row)
            found[row] = (*found.get(row, ()), *range(first, one.last_column + 1))
    return found
