"""The pool of cuts and the small linear model over the choice of sites."""

from __future__ import annotations

import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Model, Solver, columns_of
from kurume_bousai.geo.allocation.instance import BoolArray, FloatArray, IntArray
from kurume_bousai.geo.allocation.opening_dual import Cut

WHOLE = 1e-6
#: Cuts in the linear model beyond which those that said nothing lately leave it (they stay in the pool).
MOST_ROWS = 240
RECENT = 60
ADDED = 6


class Choices:
    """The linear model  min value,  value ≥ base − worth·y  for all cuts,  Σ y = K,  0 ≤ y ≤ 1."""

    def __init__(self, usable: BoolArray, opened: int, clock: Clock) -> None:
        m = len(usable)
        self.opened = opened
        self.lower, self.upper = np.zeros(m), usable.astype(float)
        self.cuts: list[Cut] = []
        self.answered: list[tuple[IntArray, float]] = []
        self._clock = clock
        self._bases, self._worths = np.zeros(0), np.zeros((0, m))
        self._rows: list[tuple[float, float, FloatArray]] = []
        self._inside: list[int] = []  # cuts in the model
        self._told = np.zeros(0, np.int64)  # when a cut last said something
        self._now = 0
        self._solver = self._begin()

    def _begin(self) -> Solver:
        """Return the model without cuts, with every row that excludes choices."""
        m = len(self.lower)
        cost = np.zeros(m + 1)
        cost[m] = 1.0
        count = np.array([float(self.opened)])
        columns = columns_of(np.zeros(m, np.int64), np.arange(m), np.ones(m), m + 1)
        low, high = np.append(self.lower, 0.0), np.append(self.upper, INF)
        solver = Solver(Model(columns, cost, low, high, count, count), self._clock)
        for lower, upper, weights in self._rows:
            solver.add_row(lower, upper, weights)
        return solver

    def add(self, cut: Cut) -> None:
        """One more cut."""
        self.cuts.append(cut)
        self._bases = np.append(self._bases, cut.base)
        self._worths = np.vstack([self._worths, cut.worth])
        self._told = np.append(self._told, self._now)
        self._enter(len(self.cuts) - 1)

    def keep(self, before: Choices, value: float) -> None:
        """Keep out what an earlier phase with its own model ruled out, now that its value is proven."""
        for cut in before.cuts:
            self.require(cut, value)
        for sites, reached in before.answered:
            if reached > value:
                self.forbid(sites, reached)

    def require(self, cut: Cut, value: float) -> None:
        """Let a phase before keep its ``value``: base − worth·y ≤ value. Skipped where idle."""
        least = np.sort(cut.worth[self.upper > 0])[: self.opened]
        if cut.base - float(least.sum()) > value + WHOLE:
            self._exclude(cut.base - value - WHOLE, INF, np.append(cut.worth, 0.0))

    def forbid(self, sites: IntArray, value: float) -> None:
        """Exclude the choice of exactly these K sites, known to reach no less than ``value``."""
        self.answered.append((sites, value))
        weights = np.zeros(len(self.lower) + 1)
        weights[sites] = 1.0
        self._exclude(-INF, float(self.opened - 1), weights)

    def solve(self, lower: FloatArray, upper: FloatArray) -> tuple[float, FloatArray] | None:
        """Return the bound and the choice between the given sides; None = no time.

        The bound is infinite where no choice is left.
        """
        while True:
            self._shrink()
            self._solver.set_bounds(np.append(lower, 0.0), np.append(upper, INF))
            solved = self._solver.run()
            if solved.is_infeasible:
                return np.inf, lower
            if not solved.is_exact or solved.x is None:
                return None
            y: FloatArray = np.clip(solved.x[:-1], lower, upper)
            if not self._missed(y, solved.objective):
                return solved.objective, y

    def bound_at(self, y: FloatArray) -> float:
        """Return the best bound of the pool for a choice."""
        return float((self._bases - self._worths @ y).max(initial=0.0))

    def best_cut(self, y: FloatArray) -> Cut:
        """Return the cut that says most at a choice."""
        return self.cuts[int(np.argmax(self._bases - self._worths @ y))]

    def bounds_of_swaps(self, sites: IntArray) -> tuple[FloatArray, IntArray, IntArray]:
        """Bounds of closing one of ``sites`` for another, with the site closed and the one opened."""
        others = np.setdiff1d(np.nonzero(self.upper > 0)[0], sites)
        here = self._bases - self._worths[:, sites].sum(axis=1)
        closed, opened = (grid.ravel() for grid in np.meshgrid(sites, others, indexing="ij"))
        bounds = (here[:, None] + self._worths[:, closed] - self._worths[:, opened]).max(axis=0)
        return bounds, closed, opened

    def fix(self, cutoff: float) -> None:
        """Fix sites that every choice better than ``cutoff`` opens, or leaves closed, by each cut alone."""
        for base, worth in zip(self._bases.tolist(), self._worths, strict=True):
            free = np.nonzero(self.lower < self.upper)[0]
            left = self.opened - int(self.lower.sum())
            if left <= 0 or left >= len(free):
                return
            ranked = free[np.argsort(-worth[free], kind="stable")]
            best = base - float(worth @ self.lower) - float(worth[ranked[:left]].sum())
            last_in, first_out = worth[ranked[left - 1]], worth[ranked[left]]
            self.upper[free[best + last_in - worth[free] >= cutoff]] = 0.0
            self.lower[ranked[:left][best + worth[ranked[:left]] - first_out >= cutoff]] = 1.0

    def _exclude(self, lower: float, upper: float, weights: FloatArray) -> None:
        self._rows.append((lower, upper, weights))
        self._solver.add_row(lower, upper, weights)

    def _enter(self, number: int) -> None:
        self._inside.append(number)
        self._solver.add_row(float(self._bases[number]), INF, np.append(self._worths[number], 1.0))

    def _missed(self, y: FloatArray, value: float) -> bool:
        """Mark the cuts that spoke; let those that are broken enter the model, and tell whether some were."""
        says = self._bases - self._worths @ y
        slack = 1e-7 * max(1.0, abs(value))
        self._now += 1
        self._told[says >= value - slack] = self._now
        inside = np.zeros(len(self.cuts), bool)
        inside[self._inside] = True
        broken = np.nonzero((says > value + slack) & ~inside)[0]
        for number in broken[np.argsort(-says[broken], kind="stable")][:ADDED].tolist():
            self._enter(number)
        return len(broken) > 0

    def _shrink(self) -> None:
        if len(self._inside) <= MOST_ROWS:
            return
        recent = [number for number in self._inside if self._told[number] >= self._now - RECENT]
        if len(recent) > MOST_ROWS // 2:
            recent = sorted(recent, key=lambda number: int(self._told[number]))[-(MOST_ROWS // 2) :]
        self._solver, self._inside = self._begin(), []
        for number in recent:
            self._enter(number)
