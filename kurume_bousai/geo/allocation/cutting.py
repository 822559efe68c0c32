"""Whole answers of a small remainder: its linear relaxation with cuts, then a search among what that leaves.

Nearly the whole gap between fractions and whole parties comes from the last places of full sites; a few
rounds of cuts (``warm_cuts``) close most of it, often all, in a fraction of the time a search takes. The
search then sees only the choices whose reduced cost is small: an answer that makes another choice costs at
least the linear optimum + that reduced cost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.cost_question import CostQuestion
from kurume_bousai.geo.allocation.highs import INF, Model, Solved, Solver
from kurume_bousai.geo.allocation.instance import BoolArray, FloatArray, IntArray
from kurume_bousai.geo.allocation.reduction import NO_PRICE
from kurume_bousai.geo.allocation.warm_cuts import (
    WHOLE,
    CutRow,
    FractionalPoint,
    Rooms,
    broken_cuts,
    cut_row,
)

ROUNDS = 12
#: Choices beyond the linear optimum's own in the first search.
FIRST_CHOICES = 150
GROWTH = 4.0


@dataclass(frozen=True, slots=True)
class Tightened:
    """The last linear optimum, its reduced costs, and the cuts that hold it: weights · x ≤ limit."""

    solved: Solved
    reduced: FloatArray
    rows: tuple[tuple[FloatArray, float], ...]

    @property
    def is_whole(self) -> bool:
        """True where the linear optimum is already the best whole answer."""
        x = self.solved.x
        return self.solved.is_exact and x is not None and bool((np.abs(x - np.round(x)) <= WHOLE).all())

    def delta_for(self, choices: int) -> float:
        """Reduced cost up to which so many choices lie beyond the optimum's own."""
        cost = np.sort(np.abs(self.reduced))
        rank = int((cost <= WHOLE).sum()) + choices
        return float(cost[rank]) if rank < len(cost) else np.inf


@dataclass(frozen=True, slots=True)
class Whole:
    """The best whole point found (None = none), a bound for all of them, and whether there is none."""

    x: FloatArray | None
    bound: float
    is_infeasible: bool


def best_whole(
    model: Model, tight: Tightened, start: FloatArray | None, tolerance: float, clock: Clock
) -> Whole:
    """Search the cheapest whole point of ``model``, to ``tolerance``, beginning from ``start``."""
    linear = tight.solved
    if tight.is_whole and linear.x is not None:
        return Whole(np.round(linear.x), linear.objective, is_infeasible=False)
    if not linear.is_exact:
        return Whole(start, -INF, linear.is_infeasible)
    best = start
    delta = tight.delta_for(FIRST_CHOICES)
    if best is not None:
        delta = float(model.cost @ best) - linear.objective
    while True:
        near = np.abs(tight.reduced) <= delta + tolerance
        solved = _search(model, tight, near, best, tolerance / 2, clock)
        if solved.x is None:
            if not solved.is_infeasible or near.all():
                return Whole(best, linear.objective, solved.is_infeasible and best is None)
            delta = max(delta * GROWTH, tight.delta_for(2 * int(near.sum())))
            continue
        best = np.round(solved.x)
        cost = float(model.cost @ best)
        beyond = np.inf if near.all() else linear.objective + delta
        bound = max(linear.objective, min(solved.bound, beyond))
        if cost <= bound + tolerance or not solved.is_exact or clock.is_over:
            return Whole(best, min(bound, cost), is_infeasible=False)
        delta = cost - linear.objective


def _search(
    model: Model,
    tight: Tightened,
    near: BoolArray,
    start: FloatArray | None,
    tolerance: float,
    clock: Clock,
) -> Solved:
    """Solve the integer model in which only the choices marked, and those of ``start``, may move."""
    at_one = ~near & (tight.reduced < 0)
    at_zero = ~near & (tight.reduced > 0)
    if start is not None:
        at_one &= start > 0
        at_zero &= start < 1
    limited = replace(model, lower=np.where(at_one, 1.0, 0.0), upper=np.where(at_zero, 0.0, 1.0))
    solver = Solver(limited, clock, integer=True)
    for weights, limit in tight.rows:
        solver.add_row(-INF, limit, weights)
    solver.option("mip_rel_gap", 0.0)
    solver.option("mip_abs_gap", tolerance)
    if start is not None:
        solver.start_from(start)
    return solver.run()


def tightened(
    question: CostQuestion, model: Model, party: IntArray, site: IntArray, fixed: IntArray, clock: Clock
) -> Tightened:
    """Solve the relaxation of ``model``, whose columns are the choices (``party``, ``site``), and cut it.

    ``fixed`` (n,) has the site of everybody who has no choice left.
    """
    rooms = _rooms(question)
    solver = Solver(model, clock)
    solver.option("presolve", "off")
    rows: list[tuple[FloatArray, float]] = []
    solved = solver.run()
    for _ in range(ROUNDS):
        if not solved.is_exact or solved.x is None:
            break
        point = FractionalPoint(party, site, solved.x, fixed)
        found = [row for cut in broken_cuts(point, rooms) if (row := cut_row(cut, rooms)) is not None]
        if not found:
            break
        for row in found:
            rows.append(_weighed(row, rooms, party, site, fixed))
            solver.add_row(-INF, rows[-1][1], rows[-1][0])
        solved = solver.run()
    if not solved.is_exact or solved.x is None:
        return Tightened(solved, np.zeros(len(party)), ())
    row_dual, reduced = solver.duals()
    holding = row_dual[len(row_dual) - len(rows) :] < -NO_PRICE
    return Tightened(solved, reduced, tuple(row for row, holds in zip(rows, holding, strict=True) if holds))


def _rooms(question: CostQuestion) -> Rooms:
    instance = question.instance
    return Rooms(instance.size, instance.needs, instance.capacity, instance.units, question.least_placed)


def _weighed(
    row: CutRow, rooms: Rooms, party: IntArray, site: IntArray, fixed: IntArray
) -> tuple[FloatArray, float]:
    """Weights of the choices, and the limit that those who are fixed leave."""
    inside = np.zeros(len(rooms.capacity), bool)
    inside[list(row.cut.sites)] = True
    weights = np.zeros(len(party))
    here = np.nonzero(inside[site])[0]
    weights[here] = row.weights(party[here], rooms)
    settled = np.nonzero(fixed >= 0)[0]
    settled = settled[inside[fixed[settled]]]
    return weights, row.limit - float(row.weights(settled, rooms).sum())
