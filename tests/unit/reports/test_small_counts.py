from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from kurume_bousai.reports.paper import Withheld
from kurume_bousai.reports.small_counts import (
    HIDDEN,
    UNDER_FIVE,
    PublicRows,
    Shown,
    SplitRow,
    count_text,
    suppress,
)

counts = st.one_of(st.integers(0, 6), st.integers(0, 60))
tables = st.lists(st.builds(SplitRow, counts, counts), min_size=1, max_size=9)


def reader_bounds(cell: Shown, total: int, *, zeros: bool) -> tuple[int, int]:
    if isinstance(cell, int):
        return cell, cell
    return (0 if zeros else 1, 4) if cell == UNDER_FIVE else (5, total)


def derivable(public: PublicRows, *, zeros: bool) -> list[tuple[int, int]]:
    """An independent reader: linear programming over everything shown (totally unimodular, so exact)."""
    size = len(public.rows)
    bounds = [reader_bounds(cell, public.totals[0], zeros=zeros) for row in public.rows for cell in row]
    equations, right = [], []
    for index in range(size):
        line = np.zeros(3 * size)
        line[3 * index : 3 * index + 3] = (1, -1, -1)
        equations.append(line)
        right.append(0)
    for cell in range(3):
        line = np.zeros(3 * size)
        line[cell::3] = 1
        equations.append(line)
        right.append(public.totals[cell])
    found = []
    for variable in range(3 * size):
        if isinstance(public.rows[variable // 3][variable % 3], int):
            continue
        goal = np.zeros(3 * size)
        goal[variable] = 1
        least = linprog(goal, A_eq=np.array(equations), b_eq=right, bounds=bounds, method="highs")
        most = linprog(-goal, A_eq=np.array(equations), b_eq=right, bounds=bounds, method="highs")
        assert least.status == 0, "what is shown contradicts itself"
        assert least.fun is not None
        assert most.fun is not None
        if round(least.fun) == round(-most.fun):
            found.append((variable // 3, variable % 3))
    return found


@given(tables)
def test_no_small_count_is_shown(rows: list[SplitRow]) -> None:
    public = suppress(rows)
    if public is None:
        return
    for row in public.rows:
        assert not any(isinstance(cell, int) and 0 < cell < 5 for cell in row)


@given(tables)
def test_no_hidden_cell_can_be_derived_from_what_is_shown(rows: list[SplitRow]) -> None:
    public = suppress(rows)
    if public is None:
        return
    zero_hidden = any(
        isinstance(cell, Withheld) and count == 0
        for row, shown in zip(rows, public.rows, strict=True)
        for count, cell in zip(row.cells, shown, strict=True)
    )
    assert derivable(public, zeros=zero_hidden) == []


@given(tables)
def test_what_is_shown_and_what_is_withheld_make_the_totals(rows: list[SplitRow]) -> None:
    public = suppress(rows)
    if public is None:
        return
    for cell in range(3):
        shown = sum(value for row in public.rows if isinstance(value := row[cell], int))
        assert shown + public.withheld[cell] == public.totals[cell]


@given(tables)
def test_the_words_never_lie(rows: list[SplitRow]) -> None:
    public = suppress(rows)
    if public is None:
        return
    for row, shown in zip(rows, public.rows, strict=True):
        for count, cell in zip(row.cells, shown, strict=True):
            if cell == UNDER_FIVE:
                assert count < 5
            elif cell == HIDDEN:
                assert count >= 5
            else:
                assert count == cell


def test_large_counts_stay_whole() -> None:
    rows = [SplitRow(20, 8), SplitRow(30, 0), SplitRow(12, 12)]
    public = suppress(rows)
    assert public is not None
    assert public.rows == tuple(row.cells for row in rows)
    assert public.withheld == (0, 0, 0)


def test_a_lone_small_count_takes_a_second_cell_and_a_second_row_with_it() -> None:
    public = suppress([SplitRow(50, 2), SplitRow(40, 10), SplitRow(100, 20)])
    assert public is not None
    assert public.rows[0] == (52, HIDDEN, UNDER_FIVE)
    assert public.rows[1] == (50, HIDDEN, HIDDEN)
    assert public.rows[2] == (120, 100, 20)


@pytest.mark.parametrize("rows", [[SplitRow(3, 1)], [SplitRow(50, 2)], [SplitRow(1, 0), SplitRow(0, 0)]])
def test_where_nothing_can_hide_it_the_table_is_refused(rows: list[SplitRow]) -> None:
    public = suppress(rows)
    assert public is None or derivable(public, zeros=True) == []


def test_the_words_for_a_table_in_the_hall() -> None:
    assert [count_text(count) for count in (0, 1, 4, 5, 1460)] == [
        "0人",
        "5人未満",
        "5人未満",
        "5人",
        "1,460人",
    ]


def test_forty_six_districts_keep_most_of_their_figures() -> None:
    rows = [SplitRow(60 + index, 3 if index == 7 else index % 3 * 6) for index in range(46)]
    public = suppress(rows)
    assert public is not None
    hidden = sum(isinstance(cell, Withheld) for row in public.rows for cell in row)
    assert 3 <= hidden <= 6
