"""Exact prices for the people-phases: one linear model over classes whose sides follow the choice y."""

from __future__ import annotations

import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Model, Solver, columns_of
from kurume_bousai.geo.allocation.instance import FloatArray, IntArray
from kurume_bousai.geo.allocation.opening_dual import Dual, SitePrices
from kurume_bousai.geo.allocation.opening_question import Question


class LinearDual(Dual):
    """As ``Dual``, with prices from HiGHS: from one choice to the next only sides change, so it starts warm.

    ``number`` says which goal it is about.
    """

    def __init__(self, question: Question, clock: Clock, number: int) -> None:
        super().__init__(question, clock)
        self.number = number
        self._item, self._site = np.nonzero(np.isfinite(question.cost))
        self._limit_site, self._limit_row = np.nonzero(self._priced)
        self._solver = Solver(self._model(), clock)

    def best_prices(
        self, y: FloatArray, start: SitePrices, goal: float, rounds: int
    ) -> tuple[float, SitePrices, FloatArray]:
        """Exact prices at ``y``; falls back on the search where time does not suffice."""
        question = self.question
        k = question.item_count
        upper = np.concatenate([question.count[self._item] * y[self._site], self._ceilings()])
        self._solver.set_bounds(np.zeros(len(upper)), upper)
        limits = self._limit[self._limit_site, self._limit_row] * y[self._limit_site]
        held = np.array([hold.most for hold in question.holds])
        lower = np.concatenate([question.count, np.full(len(limits) + len(held), -INF)])
        self._solver.set_sides(lower, np.concatenate([question.count, limits, held]))
        solved = self._solver.run()
        if not solved.is_exact:
            return super().best_prices(y, start, goal, rounds)
        price = np.maximum(0.0, -solved.row_dual)
        limit = start.limit.copy()
        limit[self._limit_site, self._limit_row] = price[k : k + len(limits)]
        prices = SitePrices(limit, price[k + len(limits) :])
        return question.offset + solved.objective, prices, solved.row_dual[:k]

    def _ceilings(self) -> FloatArray:
        return np.concatenate([self.question.count, np.full(len(self.question.holds), INF)])

    def _model(self) -> Model:
        """Columns: allowed pairs, items left out, and what a hold lacks (at the price of the ceiling)."""
        question, k = self.question, self.question.item_count
        pairs, holds = len(self._item), question.holds
        pair = np.arange(pairs, dtype=np.int64)
        number = np.full(self._limit.shape, -1, np.int64)
        number[self._limit_site, self._limit_row] = k + np.arange(len(self._limit_site))
        rows: list[IntArray] = [self._item, np.arange(k)]
        cols: list[IntArray] = [pair, pairs + np.arange(k)]
        values: list[FloatArray] = [np.ones(pairs), np.ones(k)]
        for resource in range(self._limit.shape[1]):
            row, use = number[self._site, resource], question.use[self._item, resource]
            used = np.nonzero((row >= 0) & (use > 0))[0]
            rows.append(row[used])
            cols.append(used)
            values.append(use[used])
        first = k + len(self._limit_site)
        for at, hold in enumerate(holds):
            weight = hold.weight if hold.sites is None else hold.weight[self._item] * hold.sites[self._site]
            used = np.nonzero(weight)[0]
            rows += [np.full(len(used), first + at), np.array([first + at])]
            cols += [used + (pairs if hold.sites is None else 0), np.array([pairs + k + at])]
            values += [weight[used], np.array([-1.0])]
        width = pairs + k + len(holds)
        columns = columns_of(np.concatenate(rows), np.concatenate(cols), np.concatenate(values), width)
        dear = np.full(len(holds), self.ceiling)
        cost = np.concatenate([question.cost[self._item, self._site], self._out(np.zeros(len(holds))), dear])
        sides = np.zeros(first + len(holds))
        return Model(columns, cost, np.zeros(width), np.full(width, INF), sides, sides)
