"""The linear model of the cost phase over some choices, with cuts; grows without losing its basis."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Solved, columns_of
from kurume_bousai.geo.allocation.hot import HotSolver
from kurume_bousai.geo.allocation.instance import NEEDS, BoolArray, FloatArray, IntArray
from kurume_bousai.geo.allocation.warm_choices import Choices
from kurume_bousai.geo.allocation.warm_cuts import WHOLE, CutRow, FractionalPoint, broken_cuts
from kurume_bousai.geo.allocation.warm_prices import Priced, Prices

CUT_ROUNDS = 8
#: What one place, unit or person too many costs in a linear model that would otherwise have no answer: a part
#: of the dearest choice above the price known, so that prices stay tame while choices are missing; it grows
#: where a row stays broken, up to what says that there is no answer.
ELASTIC_STEP = 0.1
ELASTIC_GROWTH = 20.0
MOST_ELASTIC = 1e7
#: A price or regret this small is none.
_NOTHING = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Prices and value of an optimum, how much of each soft row stays broken, and the point over the choices.

    ``is_cut`` = cuts were looked for.
    """

    prices: Prices
    value: float
    broken: FloatArray
    choices: Choices
    x: FloatArray
    is_cut: bool

    @property
    def is_broken(self) -> bool:
        """True where even fractions cannot keep every row."""
        return bool(self.broken.sum() > WHOLE)

    @property
    def site_of(self) -> IntArray | None:
        """The assignment, where the point is whole."""
        whole = (self.x <= WHOLE) | (self.x >= 1 - WHOLE)
        return self.choices.chosen(self.x) if whole.all() else None


class LinearModel:
    """Solve over choices; then over more of them.

    ``is_hard`` where the choices are known to suffice: then breaking a row costs the most from the start.
    """

    def __init__(self, choices: Choices, clock: Clock, near: Priced, *, is_hard: bool) -> None:
        self._choices = choices
        soft, prices = choices.soft_rows(), _row_prices(choices, near)
        dearest = float(choices.question.table.cost.max(initial=0.0))
        self._elastic = prices[soft] + ELASTIC_STEP * (1.0 + dearest)
        if is_hard:
            self._elastic = np.full(len(soft), MOST_ELASTIC)
        model = choices.linear_model(soft, self._elastic)
        self._solver = HotSolver(model, clock)
        self._solver.option("presolve", "off")
        self._width = model.columns.count
        self._soft = np.arange(choices.count, self._width)
        self._column = np.arange(choices.count)
        columns = np.zeros(self._width, bool)
        columns[: choices.count] = _basic_choices(choices, near)
        self._solver.begin_at(columns, prices <= _NOTHING)

    @property
    def is_active(self) -> BoolArray:
        """Parties (n,) whose place is in question."""
        found = np.zeros(len(self._choices.fixed), bool)
        found[self._choices.active] = True
        return found

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

    def harden(self, linear: Linear) -> bool:
        """Let the rows that are broken cost more to break; False where all of them cost the most already."""
        grown = np.minimum(self._elastic * ELASTIC_GROWTH, MOST_ELASTIC)
        harder = (linear.broken > WHOLE) & (grown > self._elastic)
        if not harder.any():
            return False
        self._elastic = np.where(harder, grown, self._elastic)
        self._solver.set_costs(self._soft, self._elastic)
        return True

    def solve(self, near: float) -> Linear | None:
        """Return an optimum no cut of ours cuts off; None when time ran out.

        One that costs more than ``near`` is far from the optimum over everybody; there cuts would be early.
        """
        rooms = self._choices.question.rooms
        solved = self._solver.run()
        rounds = CUT_ROUNDS if self._choices.fixed_cost + solved.objective <= near else 0
        for _ in range(rounds):
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
            prices=self._prices(solved),
            value=self._choices.fixed_cost + solved.objective,
            broken=solved.x[self._soft],
            choices=self._choices,
            x=solved.x[self._column],
            is_cut=rounds > 0,
        )

    def _prices(self, solved: Solved) -> Prices:
        basic = self._solver.basic_columns()[self._column]
        choices = self._choices
        return _prices(choices, solved, (choices.party[basic], choices.site[basic]))

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


def _basic_choices(choices: Choices, near: Priced) -> BoolArray:
    """Which choices are basic where the prices come from; without a basis those that lose nothing by them."""
    if near.prices.basic is None:
        free: BoolArray = near.regret[choices.party, choices.site] <= _NOTHING
        return free
    is_basic = np.zeros(near.regret.shape, bool)
    is_basic[near.prices.basic] = True
    # Whoever was settled until now and has no basic choice begins at the best one.
    joined = choices.active[~is_basic[choices.active].any(axis=1)]
    joined = joined[near.regret_out[joined] > _NOTHING]
    if near.regret.shape[1]:
        is_basic[joined, np.argmin(near.regret[joined], axis=1)] = True
    basic: BoolArray = is_basic[choices.party, choices.site]
    return basic


def _row_prices(choices: Choices, near: Priced) -> FloatArray:
    """Price of every row; what has none need not hold exactly."""
    prices, question = near.prices, choices.question
    paid = {id(cut): price for cut, price in prices.cuts}
    goals = [prices.goal.get(duty.goal.name, 0.0) for duty in question.duties]
    cuts = [paid.get(id(row.cut), 0.0) for row in choices.cuts]
    return np.concatenate([near.regret_out[choices.active], prices.place, prices.unit.ravel(), goals, cuts])


def _prices(choices: Choices, solved: Solved, basic: tuple[IntArray, IntArray]) -> Prices:
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
        basic=basic,
    )
