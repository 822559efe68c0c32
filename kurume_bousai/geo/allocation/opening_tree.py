"""Branch and bound on which K sites open, for one phase, with cuts shared by the whole tree."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kurume_bousai.domain.placement import RELATIVE_TOLERANCE
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.instance import FloatArray, IntArray
from kurume_bousai.geo.allocation.opening_cuts import Choices
from kurume_bousai.geo.allocation.opening_dual import Cut, Dual

#: How often the bound at the root, and at a node, is raised before the tree splits.
ROOT_ROUNDS = 60
NODE_ROUNDS = 3
#: Steps of a search for prices: at a choice, at the very first one, at whole choices.
STEPS = 40
FIRST_STEPS = 200
LEAF_STEPS = 120
#: Neighbours tried around the best choice; sites compared before a split.
SWAPS = 8
LOOKED_AT = 6
WHOLE = 1e-6
#: Of a whole step: what rounding may eat of a bound that is to prove that nothing is one step better.
MARGIN = 1e-4
ENOUGH = 0.05


@dataclass(frozen=True, slots=True)
class Leaf:
    """What the exact answer at one choice of sites gave: its value in this phase, and a bound for it."""

    value: float
    bound: float


Evaluate = Callable[[IntArray, float], Leaf]


class Tree:
    """Least value of one phase over all choices of K sites; ``evaluate`` answers a choice exactly."""

    def __init__(self, dual: Dual, choices: Choices, evaluate: Evaluate, value: float, clock: Clock) -> None:
        self._dual, self._choices = dual, choices
        self._evaluate, self._clock = evaluate, clock
        self.value = value
        self._step = dual.question.step
        self._tried: dict[bytes, float] = {}
        self._left_open = np.inf  # least bound of a choice whose exact answer is not proven

    @property
    def cutoff(self) -> float:
        """A choice with this bound cannot better the best value."""
        if self._step > 0:
            return self.value - self._step + MARGIN * self._step
        return self.value - RELATIVE_TOLERANCE / 10 * max(1.0, abs(self.value))

    def run(self, best: IntArray) -> float:
        """Search from the sites of the best answer known; return the bound proven."""
        root = bound = self._root(best)
        if root < self.cutoff and not self._clock.is_over:
            self._swaps(best, root)
        if root < self.cutoff and not self._clock.is_over:
            self._choices.fix(self.cutoff)
            bound = max(root, min(self._branch(root), self._left_open))
        return self.value if bound >= self.cutoff else bound

    def _cut_at(self, y: FloatArray, steps: int, *, sharp: bool = False) -> Cut:
        dual, choices = self._dual, self._choices
        start = choices.best_cut(y).prices if choices.cuts else dual.nothing()
        goal = self.cutoff + RELATIVE_TOLERANCE / 10 * max(1.0, abs(self.cutoff))
        value, prices, item = dual.best_prices(y, start, goal, steps)
        if sharp and value < goal:
            item = dual.sharpen(y, prices, item, goal)
        cut = dual.cut(prices, item)
        choices.add(cut)
        return cut

    def _root(self, best: IntArray) -> float:
        choices = self._choices
        first = np.zeros(len(choices.lower))
        first[best] = 1.0
        usable = choices.upper > 0
        middle = np.where(usable, choices.opened / usable.sum(), 0.0)
        self._cut_at(middle, FIRST_STEPS)
        if choices.bound_at(first) < self.cutoff:
            self._cut_at(first, STEPS)
        bound, stale, weight, sharp = -np.inf, 0, 0.5, False
        for _ in range(ROOT_ROUNDS):
            solved = choices.solve(choices.lower, choices.upper)
            if solved is None:
                break
            value, y = solved
            gained = value - bound
            bound = max(bound, value)
            if bound >= self.cutoff or self._clock.is_over:
                break
            stale = stale + 1 if gained < 0.01 * (self.cutoff - bound) else 0
            if stale >= 5:
                if sharp or not self._dual.is_sharp:
                    break
                sharp, stale = True, 0
            cut = self._cut_at(weight * y + (1 - weight) * middle, STEPS, sharp=sharp)
            if cut.at(y) <= value + 1e-9 * abs(value):
                cut = self._cut_at(y, STEPS, sharp=sharp)
            middle = weight * y + (1 - weight) * middle
        return bound

    def _swaps(self, best: IntArray, bound: float) -> None:
        """Better the choice by closing one site for another, the most promising first."""
        sites = best
        improved = True
        solved = self._choices.solve(self._choices.lower, self._choices.upper)
        if solved is not None:
            rounded = np.sort(np.argsort(-solved[1], kind="stable")[: self._choices.opened])
            if self._try(rounded):
                sites = rounded
        while improved and bound < self.cutoff and not self._clock.is_over:
            improved = False
            bounds, closed, opened = self._choices.bounds_of_swaps(sites)
            for at in np.argsort(bounds, kind="stable")[:SWAPS].tolist():
                if self._clock.is_over or bound >= self.cutoff:
                    return
                swapped = np.sort(np.append(sites[sites != closed[at]], opened[at]))
                if self._try(swapped):
                    sites, improved = swapped, True
                    break

    def _try(self, sites: IntArray) -> bool:
        """Answer one choice exactly unless it cannot be better; True where it is."""
        key = sites.tobytes()
        if key in self._tried:
            return False
        y = np.zeros(len(self._choices.lower))
        y[sites] = 1.0
        bound = self._choices.bound_at(y)
        if bound < self.cutoff:
            self._cut_at(y, LEAF_STEPS, sharp=True)
            bound = self._choices.bound_at(y)
        if bound >= self.cutoff:
            self._choices.forbid(sites, -np.inf)
            self._tried[key] = bound
            return False
        leaf = self._evaluate(sites, self.cutoff)
        self._tried[key] = leaf.bound
        self._choices.forbid(sites, leaf.bound)
        better = leaf.value < self.value
        self.value = min(self.value, leaf.value)
        if leaf.bound < self.cutoff:
            self._left_open = min(self._left_open, leaf.bound)
        return better

    def _branch(self, bound: float) -> float:
        choices = self._choices
        number = itertools.count()
        waiting = [(bound, next(number), choices.lower.copy(), choices.upper.copy())]
        while waiting:
            bound, _, lower, upper = heapq.heappop(waiting)
            if bound >= self.cutoff:
                return bound
            if self._clock.is_over:
                return bound
            node = self._node(lower, upper)
            if node is None:
                return bound
            value, y = node
            value = max(value, bound)
            if value >= self.cutoff:
                continue
            part = np.minimum(y - lower, upper - y)
            if part.max() <= WHOLE:
                self._try(np.nonzero(y > 0.5)[0])
                heapq.heappush(waiting, (value, next(number), lower, upper))
                continue
            for child, low, high in self._children(value, part, lower, upper):
                heapq.heappush(waiting, (child, next(number), low, high))
        return np.inf

    def _children(
        self, value: float, part: FloatArray, lower: FloatArray, upper: FloatArray
    ) -> list[tuple[float, FloatArray, FloatArray]]:
        """Split at the site whose sides the pool of cuts raises most; drop sides that cannot be better."""
        best: list[tuple[float, FloatArray, FloatArray]] = []
        most = -1.0
        room = max(self.cutoff - value, WHOLE)
        for site in np.argsort(-part, kind="stable")[:LOOKED_AT].tolist():
            if part[site] <= WHOLE:
                break
            sides: list[tuple[float, FloatArray, FloatArray]] = []
            for fixed in (1.0, 0.0):
                low, high = lower.copy(), upper.copy()
                low[site] = high[site] = fixed
                solved = self._choices.solve(low, high)
                sides.append((value if solved is None else max(value, solved[0]), low, high))
            gained = [min(side[0] - value, room) / room + 1e-4 for side in sides]
            if gained[0] * gained[1] > most:
                most = gained[0] * gained[1]
                best = [side for side in sides if side[0] < self.cutoff]
            if not best:
                break
        return best

    def _node(self, lower: FloatArray, upper: FloatArray) -> tuple[float, FloatArray] | None:
        choices = self._choices
        value, y, sharp = -np.inf, lower, False
        for round_ in range(NODE_ROUNDS):
            solved = choices.solve(lower, upper)
            if solved is None:
                return None
            gained, (value, y) = solved[0] - value, solved
            if value >= self.cutoff or (np.minimum(y - lower, upper - y) <= WHOLE).all():
                break
            if round_ == NODE_ROUNDS - 1:
                break
            stalled = bool(round_) and gained < ENOUGH * (self.cutoff - value)
            if stalled and (sharp or not self._dual.is_sharp):
                break
            sharp = self._dual.is_sharp and (stalled or round_ == NODE_ROUNDS - 2)
            self._cut_at(y, STEPS, sharp=sharp)
        return value, y
