"""No small flow can be worked out from what the pages by 校区 show."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kurume_bousai.reports.flow_counts import NamedFlows, nameable_flows

SITES = ("w1", "w2", "w3", "w4")
counts = st.one_of(st.integers(0, 4), st.integers(0, 30))
matrices = st.lists(st.lists(counts, min_size=4, max_size=4), min_size=1, max_size=6)


def flows_of(matrix: list[list[int]]) -> list[tuple[str, str, int]]:
    return [
        (f"d{row}", SITES[column], count)
        for row, line in enumerate(matrix)
        for column, count in enumerate(line)
        if count
    ]


def range_of(matrix: list[list[int]], shown: dict[str, NamedFlows], row: int, column: int) -> tuple[int, int]:
    """What a reader can tell about one count, by linear programming over everything shown."""
    size = len(matrix)
    bounds: list[tuple[int, int | None]] = []
    rows: list[tuple[list[float], int]] = []
    for index, line in enumerate(matrix):
        page = shown.get(f"d{index}")
        named = dict(page.named) if page else {}
        sum_line = [0.0] * (4 * size)
        sum_line[4 * index : 4 * index + 4] = [1.0] * 4
        if page is not None:  # a page that names no site tells its placed people at most elsewhere
            rows.append((sum_line, sum(line)))
        large = [count for count in line if count >= 5]
        is_folded = page is not None and len(named) < len(large)
        for place, count in enumerate(line):
            if SITES[place] in named:
                bounds.append((count, count))
            elif page is None or is_folded:
                bounds.append((0, None))
            else:
                bounds.append((0, 4))
    for place in range(4):
        site_line = [0.0] * (4 * size)
        site_line[place::4] = [1.0] * size
        rows.append((site_line, sum(line[place] for line in matrix)))
    goal = np.zeros(4 * size)
    goal[4 * row + column] = 1
    left, right = np.array([line for line, _ in rows]), [total for _, total in rows]
    least = linprog(goal, A_eq=left, b_eq=right, bounds=bounds, method="highs")
    most = linprog(-goal, A_eq=left, b_eq=right, bounds=bounds, method="highs")
    assert least.fun is not None
    assert most.fun is not None
    return round(least.fun), round(-most.fun)


@settings(max_examples=60)
@given(matrices, st.sets(st.integers(0, 5)))
def test_no_small_flow_of_a_page_can_be_derived(matrix: list[list[int]], quiet: set[int]) -> None:
    shown = nameable_flows(flows_of(matrix), [f"d{row}" for row in quiet])
    if not shown:
        return
    for row, line in enumerate(matrix):
        for column, count in enumerate(line):
            if 0 < count < 5:
                low, high = range_of(matrix, shown, row, column)
                assert low < high


@given(matrices)
def test_the_named_and_the_others_make_the_placed_people(matrix: list[list[int]]) -> None:
    for district, page in nameable_flows(flows_of(matrix), []).items():
        line = matrix[int(district[1:])]
        assert sum(count for _, count in page.named) + page.others == sum(line)
        assert all(count >= 5 for _, count in page.named)
        assert page.others == 0 or page.others >= 5 or not page.named


@given(matrices, st.sets(st.integers(0, 5)))
def test_a_withheld_row_names_no_site(matrix: list[list[int]], quiet: set[int]) -> None:
    names = {f"d{row}" for row in quiet}
    assert names.isdisjoint(nameable_flows(flows_of(matrix), names))


def test_a_few_people_from_one_district_alone_are_not_told() -> None:
    """Two 校区, one site each but for two people: their site would follow from the sums."""
    shown = nameable_flows([("a", "w1", 20), ("b", "w2", 30), ("b", "w1", 2)], [])
    assert "b" not in shown


def test_large_flows_stay_whole() -> None:
    shown = nameable_flows([("a", "w1", 20), ("a", "w2", 7), ("b", "w2", 30)], [])
    assert shown["a"] == NamedFlows((("w1", 20), ("w2", 7)), 0)
    assert shown["b"] == NamedFlows((("w2", 30),), 0)
