"""The cost phase on single parties: prices from a linear relaxation, then a small exact remainder.

The relaxation is solved by column generation (a party needs only few of the sites). Its prices give every
choice of every party a regret ≥ 0, and an answer that uses a choice of regret r costs at least the lower
bound + r. So an integer model over the choices of regret ≤ δ is exact as soon as its answer costs at most the
lower bound + δ; parties with a single such choice are fixed and leave the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kurume_bousai.domain.placement import RELATIVE_TOLERANCE
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Columns, Model, Solved, Solver, columns_of
from kurume_bousai.geo.allocation.instance import UNPLACED, BoolArray, FloatArray, Instance, IntArray
from kurume_bousai.geo.allocation.phases import Goal
from kurume_bousai.geo.allocation.rows import LimitRows, limit_entries, limit_rows

FIRST_COLUMNS = 4
ADDED_PER_PARTY = 3
FIRST_CHOICES = 600  # choices beyond the best one of each party, in the first small model
GROWTH = 4


@dataclass(frozen=True, slots=True)
class Prices:
    """Dual prices of the limit rows (≤ 0) and goal rows, the bound they prove, and everybody's regrets.

    ``regret`` (n, m) is inf where not allowed; ``regret_out`` (n,) is that of leaving the party out, inf
    where it must be placed.
    """

    bound: float
    regret: FloatArray
    regret_out: FloatArray


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
        self._limits: LimitRows = limit_rows(instance)
        self._allowed = instance.allowed.copy()
        self._must = np.zeros(instance.party_count, bool)
        self._goals: list[tuple[Goal, int]] = []
        able = instance.allowed.any(axis=1)
        for goal, target in zip(goals, targets, strict=True):
            if goal.sites is None and target == goal.floor_value(instance):
                self._must |= able & (goal.weight > 0)
            elif goal.sites is not None and target == 0:
                self._allowed &= ~((goal.weight > 0)[:, None] & goal.sites[None, :])
            else:
                self._goals.append((goal, target))

    def relax(self, support: BoolArray) -> Prices | None:
        """Solve the linear relaxation; ``support`` (n, m) marks choices to begin with.

        None = no proof in time, or no answer even in fractions.

        """
        if (self._must & ~self._allowed.any(axis=1)).any():
            return None
        active = self._first_columns(support)
        party, site = np.nonzero(active)
        solver = Solver(self._linear_model(party, site), self._clock)
        while True:
            solved = solver.run()
            if not solved.is_exact:
                return None
            prices, missing = self._price(solved, active)
            if prices.bound >= solved.objective - 1e-9 * max(1.0, abs(solved.objective)) or not missing.any():
                return prices
            party, site = np.nonzero(missing)
            solver.add_columns(self._instance.cost[party, site], self._columns(party, site))
            active |= missing

    def solve(self, prices: Prices, start: IntArray | None, choices: int) -> CostAnswer:
        """Solve the integer remainder over about ``choices`` choices (see the module's text).

        Without ``start`` it may be infeasible although the whole model is not; with a feasible ``start``
        it ends with the optimum, or with what time allowed.
        """
        delta = self._delta_for(prices, choices)
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

    def _first_columns(self, support: BoolArray) -> BoolArray:
        cost = np.where(self._allowed, self._instance.cost, np.inf)
        active = support & self._allowed
        few = min(FIRST_COLUMNS, self._instance.site_count)
        near = np.argpartition(cost, few - 1, axis=1)[:, :few]
        np.put_along_axis(active, near, values=True, axis=1)
        active &= self._allowed
        return active

    def _columns(self, party: IntArray, site: IntArray) -> Columns:
        n = self._instance.party_count
        row, col, value = limit_entries(self._instance, self._limits, party, site)
        rows, cols, values = [party, n + row], [np.arange(len(party)), col], [np.ones(len(party)), value]
        for number, (goal, _) in enumerate(self._goals):
            used = np.nonzero(self._goal_weight(goal, party, site))[0]
            rows.append(np.full(len(used), n + self._limits.count + number))
            cols.append(used)
            values.append(goal.weight[party[used]].astype(float))
        return columns_of(np.concatenate(rows), np.concatenate(cols), np.concatenate(values), len(party))

    @staticmethod
    def _goal_weight(goal: Goal, party: IntArray, site: IntArray) -> IntArray:
        weight = goal.weight[party]
        return weight if goal.sites is None else np.where(goal.sites[site], weight, 0)

    def _sides(self) -> tuple[FloatArray, FloatArray]:
        """Lower and upper sides of all rows: parties, limits, goals."""
        n, limits = self._instance.party_count, self._limits
        lower = np.full(n + limits.count + len(self._goals), -INF)
        upper = np.concatenate([np.ones(n), limits.limit, np.full(len(self._goals), INF)])
        lower[:n][self._must] = 1.0
        for number, (goal, target) in enumerate(self._goals, start=n + limits.count):
            if goal.sites is None:
                lower[number] = float(goal.weight.sum() - target)
            else:
                upper[number] = float(target)
        return lower, upper

    def _linear_model(self, party: IntArray, site: IntArray) -> Model:
        count = len(party)
        cost = self._instance.cost[party, site]
        return Model(self._columns(party, site), cost, np.zeros(count), np.ones(count), *self._sides())

    def _price(self, solved: Solved, active: BoolArray) -> tuple[Prices, BoolArray]:
        """Prices of a linear optimum over the active columns, and the columns that would better it."""
        instance, limits = self._instance, self._limits
        n, m = instance.party_count, instance.site_count
        of_limit = np.minimum(solved.row_dual[n : n + limits.count], 0.0)
        of_goal = solved.row_dual[n + limits.count :]
        reduced = instance.cost - instance.size[:, None] * of_limit[None, :m]
        unit_price = np.zeros((m, instance.needs.shape[1]))
        unit_price[limits.unit_site, limits.unit_need] = of_limit[m:]
        reduced -= instance.needs.astype(float) @ unit_price.T
        bound = float(limits.limit @ of_limit)
        for (goal, target), dual in zip(self._goals, of_goal.tolist(), strict=True):
            if goal.sites is None:
                price = max(dual, 0.0)
                reduced -= price * goal.weight[:, None]
                bound += price * float(goal.weight.sum() - target)
            else:
                price = min(dual, 0.0)
                reduced -= price * goal.weight[:, None] * goal.sites[None, :]
                bound += price * target
        reduced[~self._allowed] = np.inf
        least = reduced.min(axis=1, initial=np.inf)
        best = np.where(self._must, least, np.minimum(least, 0.0))
        bound += float(best.sum())
        regret_out = np.where(self._must, np.inf, -best)
        missing = self._missing(reduced, solved.row_dual[:n], active)
        return Prices(bound, reduced - best[:, None], regret_out), missing

    def _missing(self, reduced: FloatArray, party_dual: FloatArray, active: BoolArray) -> BoolArray:
        better = np.where(active, np.inf, reduced) < (party_dual - 1e-6)[:, None]
        few = min(ADDED_PER_PARTY, self._instance.site_count)
        near = np.argpartition(np.where(active, np.inf, reduced), few - 1, axis=1)[:, :few]
        kept = np.zeros_like(better)
        np.put_along_axis(kept, near, values=True, axis=1)
        return better & kept

    def _delta_for(self, prices: Prices, choices: int) -> float:
        """Return the regret up to which about ``choices`` choices lie, beyond one per party."""
        regret = np.concatenate([prices.regret.ravel(), prices.regret_out])
        rank = self._instance.party_count + choices
        finite = regret[np.isfinite(regret)]
        if rank >= len(finite):
            return float(finite.max(initial=0.0)) + 1.0
        return float(np.partition(finite, rank)[rank])

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
        lower, upper = self._sides()
        lower[:n] = np.where(out, -INF, 1.0)
        self._subtract(fixed, lower, upper)
        if (upper[n : n + self._limits.count] < 0).any():
            return CostAnswer(None, prices.bound, is_infeasible=True)
        return self._solve_free(free[0], free[1], fixed, lower, upper, start, prices)

    def _subtract(self, fixed: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Take what the fixed parties use from the right sides."""
        party = np.nonzero(fixed >= 0)[0]
        columns = self._columns(party, fixed[party])
        used = np.bincount(columns.index, weights=columns.value, minlength=len(lower))
        lower -= used
        upper -= used

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
        solver = Solver(model, self._clock, integer=True)
        solver.option("mip_rel_gap", 0.0)
        solver.option("mip_abs_gap", self._tolerance(prices) / 2)
        if start is not None:
            solver.start_from((start[party] == site).astype(float))
        solved = solver.run()
        if solved.x is None:
            return CostAnswer(None, prices.bound, solved.is_infeasible)
        site_of = fixed.copy()
        chosen = solved.x > 0.5
        site_of[party[chosen]] = site[chosen]
        bound = max(prices.bound, base + solved.bound)
        return CostAnswer(site_of, bound, is_infeasible=False)

    def _compact(
        self, party: IntArray, site: IntArray, lower: FloatArray, upper: FloatArray
    ) -> tuple[IntArray | None, Model]:
        """Return the model without the rows no free column touches; None where such a row cannot hold."""
        columns, count = self._columns(party, site), len(party)
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
