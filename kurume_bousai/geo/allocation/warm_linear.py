"""The linear model of the cost phase over some choices, with cuts; grows without losing its basis."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Solved, Solver, columns_of
from kurume_bousai.geo.allocation.instance import NEEDS, BoolArray, FloatArray, IntArray
from kurume_bousai.geo.allocation.warm_choices import Choices
from kurume_bousai.geo.allocation.warm_cuts import WHOLE, CutRow, FractionalPoint, broken_cuts
from kurume_bousai.geo.allocation.warm_prices import Prices

CUT_ROUNDS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Prices and value of an optimum, how much stays broken, and the point over the choices."""

    prices: Prices
    value: float
    broken: float
    choices: Choices
    x: FloatArray

    @property
    def is_broken(self) -> bool:
        """True where even fractions cannot keep every row."""
        return self.broken > WHOLE

    @property
    def site_of(self) -> IntArray | None:
        """The assignment, where the point is whole."""
        whole = (self.x <= WHOLE) | (self.x >= 1 - WHOLE)
        return self.choices.chosen(self.x) if whole.all() else None


class LinearModel:
    """Solve over choices; then over more of them."""

    def __init__(self, choices: Choices, clock: Clock) -> None:
        self._choices = choices
        model = choices.linear_model()
        self._solver = Solver(model, clock)
        self._solver.option("presolve", "off")
        self._width = model.columns.count
        self._soft = np.arange(choices.count, self._width)
        self._column = np.arange(choices.count)

    def grow(self, near: BoolArray, out: BoolArray) -> bool:
        """Take in more choices (n, m); False where that needs another model.

        It does where somebody who was settled is in question now, or may now stay out.
        """
        choices = self._choices
        was_out = choices.may_stay_out
        settled = np.ones(len(out), bool)
        settled[choices.active] = False
        there = np.nonzero(choices.fixed >= 0)[0]
        more = near.copy()
        more[choices.party, choices.site] = False
        more[there, choices.fixed[there]] = False
        if (out & ~was_out).any() or more[settled].any():
            return False
        party, site = np.nonzero(more)
        if len(party):
            self._add_choices(party, site)
        return True

    def solve(self) -> Linear | None:
        """Return an optimum no cut of ours cuts off; None when time ran out."""
        rooms = self._choices.question.rooms
        solved = self._solver.run()
        for _ in range(CUT_ROUNDS):
            if not solved.is_exact or solved.x is None:
                return None
            x = solved.x[self._column]
            if solved.x[self._soft].sum() > WHOLE:
                break
            choices = self._choices
            point = FractionalPoint(choices.party, choices.site, x, choices.fixed)
            rows = [choices.question.row(cut) for cut in broken_cuts(point, rooms)]
            known = [row for row in rows if row is not None]
            if not known:
                break
            for row in known:
                self._add_cut(row)
            self._choices = replace(choices, cuts=(*choices.cuts, *known))
            solved = self._solver.run()
        if not solved.is_exact or solved.x is None:
            return None
        return Linear(
            prices=_prices(self._choices, solved),
            value=self._choices.fixed_cost + solved.objective,
            broken=float(solved.x[self._soft].sum()),
            choices=self._choices,
            x=solved.x[self._column],
        )

    def _add_choices(self, party: IntArray, site: IntArray) -> None:
        choices, count = self._choices, len(party)
        number = np.zeros(len(choices.fixed), np.int64)
        number[choices.active] = np.arange(len(choices.active))
        rows, cols, values = choices.entries(party, site)
        every = np.arange(count)
        columns = columns_of(
            np.append(number[party], rows),
            np.append(every, cols),
            np.append(np.ones(count), values),
            count,
        )
        self._solver.add_columns(choices.question.table.cost[party, site], columns)
        self._choices = replace(
            choices, party=np.append(choices.party, party), site=np.append(choices.site, site)
        )
        self._column = np.append(self._column, self._width + every)
        self._width += count

    def _add_cut(self, row: CutRow) -> None:
        choices, table = self._choices, self._choices.question.table
        is_there = np.zeros(table.site_count, bool)
        is_there[list(row.cut.sites)] = True
        here = np.nonzero(is_there[choices.site])[0]
        weights = np.zeros(self._width)
        weights[self._column[here]] = row.weights(choices.party[here], choices.question.rooms)
        settled = np.nonzero(choices.fixed >= 0)[0]
        settled = settled[is_there[choices.fixed[settled]]]
        used = float(row.weights(settled, choices.question.rooms).sum())
        self._solver.add_row(-INF, row.limit - used, weights)


def _prices(choices: Choices, solved: Solved) -> Prices:
    table, dual = choices.question.table, solved.row_dual
    m = table.site_count
    worth = np.maximum(-dual, 0.0)
    limit, duty, cut = choices.first_limit, choices.first_duty, choices.first_cut
    goals = {}
    for number, task in enumerate(choices.question.duties, start=duty):
        at_least = task.goal.sites is None
        goals[task.goal.name] = max(float(dual[number]), 0.0) if at_least else float(worth[number])
    priced = zip(choices.cuts, worth[cut:].tolist(), strict=True)
    return Prices(
        place=worth[limit : limit + m],
        unit=worth[limit + m : duty].reshape(m, len(NEEDS)),
        goal=goals,
        cuts=tuple((row.cut, paid) for row, paid in priced if paid > 1e-9),
    )
