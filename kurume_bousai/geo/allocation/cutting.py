"""The linear relaxation of a small remainder, with what parties of two and three cannot do cut off.

Nearly the whole gap between fractions and whole parties comes from the last places of full sites; a few
rounds of cuts (``warm_cuts``) close most of it, often all, in a fraction of the time a search takes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.cost_question import CostQuestion
from kurume_bousai.geo.allocation.highs import INF, Model, Solved, Solver
from kurume_bousai.geo.allocation.instance import FloatArray, IntArray
from kurume_bousai.geo.allocation.warm_cuts import (
    WHOLE,
    CutRow,
    FractionalPoint,
    Rooms,
    broken_cuts,
    cut_row,
)

ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Tightened:
    """The last linear optimum and the cuts as rows: weights · x ≤ limit over the model's columns."""

    solved: Solved
    rows: tuple[tuple[FloatArray, float], ...]

    @property
    def is_whole(self) -> bool:
        """True where the linear optimum is already the best whole answer."""
        x = self.solved.x
        return self.solved.is_exact and x is not None and bool((np.abs(x - np.round(x)) <= WHOLE).all())


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
    return Tightened(solved, tuple(rows))


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
