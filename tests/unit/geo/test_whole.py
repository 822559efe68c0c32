"""The small branch and bound must find what trying everything finds."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Model, columns_of
from kurume_bousai.geo.allocation.whole import solve_whole


def patient() -> Clock:
    return Clock(60.0, lambda: False)


def model_of(cost: list[float], rows: list[list[int]], upper: list[int], lower: list[float]) -> Model:
    """Minimise ``cost``·x under lower ≤ rows·x ≤ upper, x between 0 and 1."""
    matrix = np.array(rows, float).reshape(len(rows), len(cost))
    row, col = np.nonzero(matrix)
    n = len(cost)
    return Model(
        columns_of(row, col, matrix[row, col], n),
        np.array(cost, float),
        np.zeros(n),
        np.ones(n),
        np.array(lower, float),
        np.array(upper, float),
    )


@st.composite
def models(draw: st.DrawFn) -> tuple[Model, list[list[int]], list[int], list[float]]:
    n, m = draw(st.integers(1, 7)), draw(st.integers(1, 4))
    cost = draw(st.lists(st.integers(-9, 9).map(float), min_size=n, max_size=n))
    rows = [draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)) for _ in range(m)]
    upper = [draw(st.integers(0, 9)) for _ in range(m)]
    lower = [draw(st.sampled_from([-INF, -INF, 1.0, 3.0])) for _ in range(m)]
    lower = [min(least, float(most)) for least, most in zip(lower, upper, strict=True)]
    return model_of(cost, rows, upper, lower), rows, upper, lower


@given(models(), st.booleans())
def test_the_answer_is_the_best_of_all(
    asked: tuple[Model, list[list[int]], list[int], list[float]], has_start: bool
) -> None:
    model, rows, upper, lower = asked
    matrix = np.array(rows)
    possible = [
        np.array(x, float)
        for x in itertools.product((0, 1), repeat=len(model.cost))
        if ((matrix @ np.array(x) <= upper) & (matrix @ np.array(x) >= lower)).all()
    ]
    start = possible[-1] if has_start and possible else None
    found = solve_whole(model, patient(), 1e-4, start)
    assert found.is_exact
    if not possible:
        assert found.x is None
        return
    best = min(float(model.cost @ x) for x in possible)
    assert found.x is not None
    assert any((found.x == x).all() for x in possible)
    assert found.objective == pytest.approx(best, abs=1e-3)
    assert found.bound <= best + 1e-9
    assert found.bound >= found.objective - 1e-3


def hard(count: int = 24) -> Model:
    """Pairs that fit only in halves: fractions say nothing about the answer."""
    rng = np.random.default_rng(3)
    size = rng.integers(20, 60, count).tolist()
    return model_of([-float(s) for s in size], [size], [sum(size) // 2], [-INF])


def test_it_ends_after_so_many_runs_and_says_so() -> None:
    found = solve_whole(hard(), patient(), 0.0, np.zeros(24), most_runs=3)
    assert not found.is_exact
    assert found.x is not None
    assert math.isfinite(found.bound)
    assert found.bound <= found.objective


def test_it_ends_when_time_is_over() -> None:
    found = solve_whole(hard(), Clock(0.0, lambda: False), 0.0, np.zeros(24))
    assert not found.is_exact
    assert found.objective == 0.0


def test_it_ends_when_cancelled() -> None:
    found = solve_whole(hard(), Clock(60.0, lambda: True), 0.0)
    assert not found.is_exact
    assert found.x is None
