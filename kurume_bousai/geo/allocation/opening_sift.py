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
from kurume_bousai.geo.allocation.price_box import PriceBox

ROUNDS = 16
FREE_PER_ROOT = 40.0
LEAST_FREE = 2000
NEAR = 1e-3
TINY = 1e-9
BROKEN = 1e-7


@dataclass(frozen=True, slots=True)
class Free:
    """The model's part: pairs (items, sites) and items that may stay out; what the rest takes already."""

    pairs: BoolArray
    out: BoolArray


@dataclass(frozen=True, slots=True)
class Found:
    """An optimum in a box of prices: value and prices, rows that lack, rows that press at all."""

    objective: float
    limit: FloatArray
    hold: FloatArray
    lacking: BoolArray
    broken: BoolArray


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
        box: PriceBox | None = None
        for _ in range(min(rounds, ROUNDS)):
            if best.value >= goal or self._clock.is_over:
                break
            free, within = self._widened(free, sites, share, *near)
            if box is None:
                box = self._box(sites, limit, hold, within / 2)
            found = self._solve(free, box, sites, share, *near)
            if found is None:
                break
            near = (found.limit, found.hold)
            here = self._point(sites, share, *near)
            improved = here.value > best.value
            if improved:
                best, kept = here, near
                box = box.around(self._prices(sites, *near))
            is_near = found.objective - best.value <= NEAR * abs(goal - best.value) + TINY * abs(best.value)
            if is_near and (not found.broken.any() or box.is_final(found.lacking)):
                break
            if is_near or improved:
                box = box.wider(np.ones_like(found.broken) if is_near else found.broken)
        prices = start.limit.copy()
        prices[sites] = kept[0]
        return best.value, SitePrices(prices, kept[1]), best.item

    def _prices(self, sites: IntArray, limit: FloatArray, hold: FloatArray) -> FloatArray:
        """Prices in the order of the model's rows."""
        return np.concatenate([limit[self._priced[sites]], hold])

    def _box(self, sites: IntArray, limit: FloatArray, hold: FloatArray, width: float) -> PriceBox:
        middle = self._prices(sites, limit, hold)
        return PriceBox(-np.ones(len(middle)), middle, np.full(len(middle), width), self.ceiling)

    def _widened(
        self, free: Free | None, sites: IntArray, share: FloatArray, limit: FloatArray, hold: FloatArray
    ) -> tuple[Free, float]:
        """Add the choices closest to their party's price; how close, too."""
        cost, out = self.priced_cost(sites, limit, hold), self._out(hold)
        item = fill_shares(cost, share, out).item
        away, away_out = np.abs(cost - item[:, None]), np.abs(out - item)
        rank = self.question.item_count + (self._free_count if free is None else self._free_count // 4)
        every = np.concatenate([away.ravel(), away_out])
        within = float(np.partition(every, rank)[rank]) if rank < len(every) else self.ceiling
        within = max(min(within, self.ceiling), TINY)
        pairs, stay = (away <= within) & np.isfinite(cost), away_out <= within
        return (Free(pairs, stay) if free is None else Free(pairs | free.pairs, stay | free.out)), within

    def _solve(
        self,
        free: Free,
        box: PriceBox,
        sites: IntArray,
        share: FloatArray,
        limit: FloatArray,
        hold: FloatArray,
    ) -> Found | None:
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
        model, spent = self._model(inside, box, fixed, fixed_out, rest, sites, share)
        solved = Solver(model, self._clock).run()
        if not solved.is_exact or solved.x is None:
            return None
        rows = int(doubt.sum())
        price = np.maximum(0.0, -solved.row_dual[rows:])
        new_limit = np.zeros_like(limit)
        where = self._priced[sites]
        count = int(where.sum())
        new_limit[where] = price[:count]
        lacking, wasted = solved.x[-2 * len(price) :].reshape(2, -1) > BROKEN
        objective = question.offset + spent + solved.objective
        return Found(objective, new_limit, price[count:], lacking, lacking | wasted)

    def _model(
        self,
        free: Free,
        box: PriceBox,
        fixed: FloatArray,
        fixed_out: FloatArray,
        rest: FloatArray,
        sites: IntArray,
        share: FloatArray,
    ) -> tuple[Model, float]:
        """Rows: items in doubt, limits, holds. Columns: free pairs, items out, rows broken, rows wasted."""
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
        softened = items + np.arange(soft)
        rows: list[IntArray] = [row_of[item], row_of[away], softened, softened]
        cols: list[IntArray] = [
            np.arange(len(item)),
            first_out + np.arange(len(away)),
            first_soft + np.arange(2 * soft),
        ]
        sign = np.repeat([-1.0, 1.0], soft)
        values: list[FloatArray] = [np.ones(len(item)), np.ones(len(away)), sign]
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
        cost = np.concatenate([question.cost[item, sites[site]], plain_out[away], box.highest, -box.lowest])
        waste = np.where(box.lowest > 0, INF, 0.0)
        most = np.concatenate(
            [question.count[item] * share[site], question.count[away], np.full(soft, INF), waste]
        )
        width = first_soft + 2 * soft
        columns = columns_of(np.concatenate(rows), np.concatenate(cols), np.concatenate(values), width)
        finite = np.where(fixed > 0, question.cost[:, sites], 0.0)
        spent = float((weighted * finite).sum() + (question.count * fixed_out) @ plain_out)
        return Model(columns, cost, np.zeros(width), most, bottom, top), spent
