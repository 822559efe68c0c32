"""Prices for single parties at a fixed choice, fractional or whole: a small linear model around good prices.

Under prices near the best ones nearly every party is far from changing its mind. Only the choices within a
little of a party's price go into the model; all others stay as the prices have them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Model, Solver, columns_of
from kurume_bousai.geo.allocation.instance import BoolArray, FloatArray, IntArray
from kurume_bousai.geo.allocation.opening_dual import OPEN, ROUND, Dual, SitePrices, fill_shares
from kurume_bousai.geo.allocation.opening_question import Question

ROUNDS = 8
FREE_PER_ROOT = 40.0
LEAST_FREE = 2000
NEAR = 1e-3
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Free:
    """The model's part: pairs (items, sites) and items that may stay out; what the rest takes already."""

    pairs: BoolArray
    out: BoolArray


class SiftedDual(Dual):
    """As ``Dual``, with a linear model over the choices in doubt."""

    def __init__(self, question: Question, clock: Clock) -> None:
        super().__init__(question, clock)
        self._free_count = max(LEAST_FREE, int(FREE_PER_ROOT * np.sqrt(question.item_count)))

    def best_prices(
        self, y: FloatArray, start: SitePrices, goal: float, rounds: int
    ) -> tuple[float, SitePrices, FloatArray]:
        """Raise the bound at ``y`` until the model says that little is left; see ``Dual.best_prices``."""
        sites = np.nonzero(y > OPEN)[0]
        share = y[sites]
        limit, hold = start.limit[sites], start.hold
        best = self._point(sites, share, limit, hold)
        kept, near = (limit, hold), (limit, hold)
        free: Free | None = None
        for _ in range(min(rounds, ROUNDS)):
            if best.value >= goal or self._clock.is_over:
                break
            free = self._widened(free, sites, share, *near)
            solved = self._solve(free, sites, share, *near)
            if solved is None:
                break
            objective, limit, hold = solved
            here = self._point(sites, share, limit, hold)
            if here.value > best.value:
                best, kept = here, (limit, hold)
            near = (limit, hold)
            if objective - best.value <= NEAR * abs(goal - best.value) + TINY * abs(objective):
                break
        prices = start.limit.copy()
        prices[sites] = kept[0]
        return best.value, SitePrices(prices, kept[1]), best.item

    def _widened(
        self, free: Free | None, sites: IntArray, share: FloatArray, limit: FloatArray, hold: FloatArray
    ) -> Free:
        """Add the choices closest to their party's price."""
        cost, out = self.priced_cost(sites, limit, hold), self._out(hold)
        item = fill_shares(cost, share, out).item
        away, away_out = np.abs(cost - item[:, None]), np.abs(out - item)
        rank = self.question.item_count + (self._free_count if free is None else self._free_count // 4)
        every = np.concatenate([away.ravel(), away_out])
        within = float(np.partition(every, rank)[rank]) if rank < len(every) else self.ceiling
        within = max(min(within, self.ceiling), TINY)
        pairs, stay = (away <= within) & np.isfinite(cost), away_out <= within
        return Free(pairs, stay) if free is None else Free(pairs | free.pairs, stay | free.out)

    def _solve(
        self, free: Free, sites: IntArray, share: FloatArray, limit: FloatArray, hold: FloatArray
    ) -> tuple[float, FloatArray, FloatArray] | None:
        """Solve the model over the free choices, the others held at what the prices give them."""
        question = self.question
        filled = fill_shares(self.priced_cost(sites, limit, hold), share, self._out(hold))
        doubt = free.pairs.sum(axis=1) + free.out > 1
        fixed = filled.dense(len(sites))
        fixed[free.pairs & doubt[:, None]] = 0.0
        fixed_out = np.where(doubt & free.out, 0.0, filled.left)
        rest = np.where(doubt, 1.0 - fixed.sum(axis=1) - fixed_out, 0.0)
        doubt &= rest > ROUND
        inside = Free(free.pairs & doubt[:, None], free.out & doubt)
        model, spent = self._model(inside, fixed, fixed_out, rest, sites, share)
        solved = Solver(model, self._clock).run()
        if not solved.is_exact:
            return None
        rows = int(doubt.sum())
        price = np.maximum(0.0, -solved.row_dual[rows:])
        new_limit = np.zeros_like(limit)
        where = self._priced[sites]
        count = int(where.sum())
        new_limit[where] = price[:count]
        return question.offset + spent + solved.objective, new_limit, price[count:]

    def _model(
        self,
        free: Free,
        fixed: FloatArray,
        fixed_out: FloatArray,
        rest: FloatArray,
        sites: IntArray,
        share: FloatArray,
    ) -> tuple[Model, float]:
        """Rows: items in doubt, limits, holds. Columns: free pairs, items out, broken limits and holds."""
        question, pairs, out = self.question, free.pairs, free.out
        inside = pairs.any(axis=1) | out
        row_of = np.cumsum(inside) - 1
        items = int(inside.sum())
        item, site = np.nonzero(pairs)
        away = np.nonzero(out)[0]
        where_site, where_use = np.nonzero(self._priced[sites])
        limits = len(where_site)
        number = np.full((len(sites), question.use.shape[1]), -1, np.int64)
        number[where_site, where_use] = items + np.arange(limits)
        soft = limits + len(question.holds)
        first_out, first_soft = len(item), len(item) + len(away)
        rows: list[IntArray] = [row_of[item], row_of[away], items + np.arange(soft)]
        cols: list[IntArray] = [
            np.arange(len(item)),
            first_out + np.arange(len(away)),
            first_soft + np.arange(soft),
        ]
        values: list[FloatArray] = [np.ones(len(item)), np.ones(len(away)), np.full(soft, -1.0)]
        for resource in range(question.use.shape[1]):
            row, use = number[site, resource], question.use[item, resource]
            used = np.nonzero((row >= 0) & (use > 0))[0]
            rows.append(row[used])
            cols.append(used)
            values.append(use[used])
        weighted = fixed * question.count[:, None]
        sides = self._limit[sites] * share[:, None] - weighted.T @ question.use
        upper = [question.count[inside] * rest[inside], sides[where_site, where_use]]
        for at, hold in enumerate(question.holds, start=items + limits):
            if hold.sites is None:
                weight, column = hold.weight[away], first_out + np.arange(len(away))
                gone = float((question.count * fixed_out) @ hold.weight)
            else:
                weight, column = hold.weight[item] * hold.sites[sites[site]], np.arange(len(item))
                gone = float((weighted @ hold.sites[sites]) @ hold.weight)
            rows.append(np.full(len(column), at))
            cols.append(column)
            values.append(weight)
            upper.append(np.array([hold.most - gone]))
        top = np.concatenate(upper)
        bottom = np.where(np.arange(len(top)) < items, top, -INF)
        plain_out = np.minimum(question.out, self.ceiling * float(question.use[:, 0].max(initial=1.0)))
        cost = np.concatenate(
            [question.cost[item, sites[site]], plain_out[away], np.full(soft, self.ceiling)]
        )
        most = np.concatenate([question.count[item] * share[site], question.count[away], np.full(soft, INF)])
        width = first_soft + soft
        columns = columns_of(np.concatenate(rows), np.concatenate(cols), np.concatenate(values), width)
        finite = np.where(fixed > 0, question.cost[:, sites], 0.0)
        spent = float((weighted * finite).sum() + (question.count * fixed_out) @ plain_out)
        return Model(columns, cost, np.zeros(width), most, bottom, top), spent
