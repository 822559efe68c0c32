"""The cost phase on single parties: prices from a linear relaxation, then a small exact remainder.

The relaxation is solved by sifting (a party needs only few of the sites). Its prices give every
choice of every party a regret ≥ 0, and an answer that uses a choice of regret r costs at least the lower
bound + r. So an integer model over the choices of regret ≤ δ is exact as soon as its answer costs at most the
lower bound + δ; parties with a single such choice are fixed and leave the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kurume_bousai.domain.placement import RELATIVE_TOLERANCE
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.cost_question import cost_question
from kurume_bousai.geo.allocation.cutting import best_whole, tightened
from kurume_bousai.geo.allocation.highs import INF, Columns, Model
from kurume_bousai.geo.allocation.instance import UNPLACED, FloatArray, Instance, IntArray
from kurume_bousai.geo.allocation.phases import Goal
from kurume_bousai.geo.allocation.pricing import Prices, regret_at
from kurume_bousai.geo.allocation.sifting import first_dual, sift
from kurume_bousai.geo.allocation.smoothing import is_smooth, smooth_dual

FIRST_CHOICES = 600  # choices beyond the best one of each party, in the first small model
GROWTH = 2


@dataclass(frozen=True, slots=True)
class CostAnswer:
    """``site_of`` None = none found; ``bound`` holds for every answer that meets the goals."""

    site_of: IntArray | None
    bound: float
    is_infeasible: bool


class CostModel:
    """Least cost among the assignments whose phases reach ``targets``."""

    def __init__(self, instance: Instance, goals: list[Goal], targets: tuple[int, ...], clock: Clock) -> None:
        self._instance = instance
        self._clock = clock
        self._question = cost_question(instance, goals, targets)

    def relax(self) -> Prices | None:
        """Solve the linear relaxation, or what time allows of it: any prices give a bound and a direction.

        None = no answer even in fractions, or no prices yet.
        """
        question = self._question
        if not question.is_possible:
            return None
        guess = smooth_dual(question) if is_smooth(question) else first_dual(question, self._clock)
        return sift(question, self._clock, guess)

    def solve(self, prices: Prices, start: IntArray | None, choices: int) -> CostAnswer:
        """Solve the integer remainder over about ``choices`` choices (see the module's text).

        Without ``start`` it may be infeasible although the whole model is not; with a feasible ``start``
        it ends with the optimum, or with what time allowed.
        """
        delta = regret_at(prices, choices)
        while True:
            found = self._remainder(prices, delta, start)
            beyond = prices.bound + delta
            if found.site_of is None:
                return CostAnswer(None, prices.bound, found.is_infeasible)
            cost = self._instance.cost_of(found.site_of)
            bound = min(found.bound, beyond)
            if cost <= bound + self._tolerance(prices) or self._clock.is_over:
                return CostAnswer(found.site_of, min(bound, cost), is_infeasible=False)
            if found.bound < cost - self._tolerance(prices):
                return CostAnswer(found.site_of, bound, is_infeasible=False)
            delta, start = (cost - prices.bound) * (1 + 1e-9), found.site_of

    @staticmethod
    def _tolerance(prices: Prices) -> float:
        return RELATIVE_TOLERANCE / 10 * max(1.0, abs(prices.bound))

    def _remainder(self, prices: Prices, delta: float, start: IntArray | None) -> CostAnswer:
        """Build and solve the integer model over the choices of regret ≤ δ (and those of ``start``)."""
        n = self._instance.party_count
        kept = prices.regret <= delta
        out = prices.regret_out <= delta
        if start is not None:
            placed = np.nonzero(start >= 0)[0]
            kept[placed, start[placed]] = True
            out |= start < 0
        options = kept.sum(axis=1) + out
        if (options == 0).any():
            return CostAnswer(None, prices.bound, is_infeasible=True)
        fixed = np.where((options == 1) & ~out, np.argmax(kept, axis=1), UNPLACED)
        free = np.nonzero((options > 1)[:, None] & kept)
        lower, upper = self._question.sides()
        lower[:n] = np.where(out, -INF, 1.0)
        used = self._question.used_by(fixed)
        lower -= used
        upper -= used
        if (upper[n : n + self._question.limits.count] < 0).any():
            return CostAnswer(None, prices.bound, is_infeasible=True)
        return self._solve_free(free[0], free[1], fixed, lower, upper, start, prices)

    def _solve_free(
        self,
        party: IntArray,
        site: IntArray,
        fixed: IntArray,
        lower: FloatArray,
        upper: FloatArray,
        start: IntArray | None,
        prices: Prices,
    ) -> CostAnswer:
        instance, count = self._instance, len(party)
        base = instance.cost_of(fixed)
        if count == 0:
            fits = bool((upper >= -1e-9).all() and (lower[instance.party_count :] <= 1e-9).all())
            return CostAnswer(fixed if fits else None, base if fits else prices.bound, not fits)
        rows, model = self._compact(party, site, lower, upper)
        if rows is None:
            return CostAnswer(None, prices.bound, is_infeasible=True)
        tight = tightened(self._question, model, party, site, fixed, self._clock)
        begin = None if start is None else (start[party] == site).astype(float)
        found = best_whole(model, tight, begin, self._tolerance(prices) / 2, self._clock)
        if found.x is None:
            return CostAnswer(None, prices.bound, found.is_infeasible)
        site_of = fixed.copy()
        chosen = found.x > 0.5
        site_of[party[chosen]] = site[chosen]
        return CostAnswer(site_of, max(prices.bound, base + found.bound), is_infeasible=False)

    def _compact(
        self, party: IntArray, site: IntArray, lower: FloatArray, upper: FloatArray
    ) -> tuple[IntArray | None, Model]:
        """Return the model without the rows no free column touches; None where such a row cannot hold."""
        columns, count = self._question.columns(party, site), len(party)
        touched = np.zeros(len(lower), bool)
        touched[columns.index] = True
        n = self._instance.party_count
        alone = ~touched
        alone[:n] = False  # a fixed party holds its own row
        number = np.cumsum(touched) - 1
        compact = Columns(columns.start, number[columns.index].astype(np.int32), columns.value)
        cost = self._instance.cost[party, site]
        model = Model(compact, cost, np.zeros(count), np.ones(count), lower[touched], upper[touched])
        holds = bool((lower[alone] <= 1e-9).all() and (upper[alone] >= -1e-9).all())
        return (np.nonzero(touched)[0] if holds else None), model
