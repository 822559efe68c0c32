"""The solver behind the allocation: what its clock means, which differs between its two kinds of run."""

from __future__ import annotations

import time

import numpy as np
import pytest

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Columns, Model, Solver, columns_of


def hard_model(variables: int, rows: int, seed: int = 0) -> Model:
    """Knapsacks over one another: far more than a second of work for an integer run."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 60, (rows, variables)).astype(float)
    row, col = np.nonzero(weights)
    cost = -rng.integers(10, 100, variables).astype(float)
    limits = weights.sum(axis=1) // 3
    columns = columns_of(row, col, weights[row, col], variables)
    return Model(columns, cost, np.zeros(variables), np.ones(variables), np.full(rows, -INF), limits)


class Restarted(Clock):
    """A clock that can begin again."""

    def __init__(self, limit_s: float) -> None:
        super().__init__(limit_s, lambda: False)

    def restart(self) -> None:
        self._started = time.perf_counter()


@pytest.mark.parametrize("integer", [True, False])
def test_each_run_has_what_is_left_of_the_clock(integer: bool) -> None:
    clock = Restarted(0.4)
    model = hard_model(200, 30) if integer else hard_model(900, 700)
    solver = Solver(model, clock, integer=integer)
    for seed in range(3):
        clock.restart()
        solver.forget_basis()
        solver.set_cost(model.cost - seed)
        started = time.perf_counter()
        solved = solver.run()
        took_s = time.perf_counter() - started
        assert took_s < 3.0
        assert solved.is_exact or took_s > 0.3


def test_columns_come_from_triplets_in_any_order() -> None:
    columns = columns_of(np.array([1, 0, 1]), np.array([2, 0, 0]), np.array([5.0, 3.0, 4.0]), 4)
    assert isinstance(columns, Columns)
    assert columns.start.tolist() == [0, 2, 2, 3, 3]
    assert columns.index.tolist() == [0, 1, 1]
    assert columns.value.tolist() == [3.0, 4.0, 5.0]
