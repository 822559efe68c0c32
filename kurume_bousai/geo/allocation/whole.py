"""Whole answers of a small model by branch and bound over its linear relaxation, kept hot.

HiGHS prepares an integer model for a long search; of the remainders met here, with some hundred columns and a
gap of a few metres, that preparation takes 0.1 to 5 seconds and the search a moment. Here every node is a few
pivots from its parent. Both children of a branching are solved at once, which gives the bound of the node and
what the column is worth as a branching column; the better child is followed down until it is whole or beaten,
then the search goes on where the bound is lowest.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field

import highspy
import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Model
from kurume_bousai.geo.allocation.hot import HotSolver
from kurume_bousai.geo.allocation.instance import BoolArray, FloatArray, IntArray

#: A value this near to 0 or 1 is whole.
WHOLE = 1e-6
#: Linear models solved at most, before another solver may try.
MOST_RUNS = 600
#: Columns tried as the next branching: few at first, more where the search grows long.
_TRIED = (3, 12)
_LONG = 40
_LEAST_WORTH = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class WholeAnswer:
    """``x`` None = none found; ``bound`` holds for every whole point, inf where there is none.

    ``is_exact`` = the bound is within the gap wanted of the answer (or there is no whole point).
    """

    x: FloatArray | None
    objective: float
    bound: float
    is_exact: bool


def solve_whole(
    model: Model, clock: Clock, gap: float, start: FloatArray | None = None, most_runs: int = MOST_RUNS
) -> WholeAnswer:
    """Minimise over points of 0 and 1, within ``gap`` of the best.

    ``start`` is a whole point that keeps every row; ``clock`` and ``most_runs`` linear models end the search.
    """
    return _Search(model, clock, gap, start, most_runs).run()


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    """A linear optimum with some columns fixed: its value, its point, its basis."""

    value: float
    columns: tuple[int, ...]
    sides: tuple[float, ...]
    x: FloatArray
    basis: highspy.HighsBasis


@dataclass(slots=True, eq=False)
class _Worth:
    """What a branching on each column (n,) has added to the value per unit, down and up."""

    gain: FloatArray
    times: FloatArray

    @classmethod
    def of(cls, count: int) -> _Worth:
        """Nothing known yet."""
        return cls(np.zeros((2, count)), np.zeros((2, count)))

    def add(self, side: int, column: int, gain: float) -> None:
        """Remember one branching."""
        self.gain[side, column] += max(0.0, gain)
        self.times[side, column] += 1

    def score(self, columns: IntArray, x: FloatArray) -> FloatArray:
        """How much both children are expected to gain."""
        typical = self.gain.sum(axis=1) / np.maximum(1, self.times.sum(axis=1))
        times = self.times[:, columns]
        mean = self.gain[:, columns] / np.maximum(1, times)
        known = np.where(times > 0, mean, np.maximum(typical, _LEAST_WORTH)[:, None])
        part = x[columns]
        down, up = known[0] * part, known[1] * (1 - part)
        found: FloatArray = np.maximum(down, _LEAST_WORTH) * np.maximum(up, _LEAST_WORTH)
        return found

    def is_known(self, column: int) -> bool:
        """Tell whether both sides were tried before."""
        return bool((self.times[:, column] > 0).all())


@dataclass(slots=True, eq=False)
class _Best:
    """The best whole point so far, and which columns are still free to be 1 beside it."""

    x: FloatArray | None
    value: float
    ceiling: FloatArray = field(default_factory=lambda: np.zeros(0))


class _Search:
    def __init__(
        self, model: Model, clock: Clock, gap: float, start: FloatArray | None, most_runs: int
    ) -> None:
        self._clock, self._gap, self._runs_left = clock, gap, most_runs
        self._solver = HotSolver(model, clock)
        self._solver.option("presolve", "off")
        self._count = len(model.cost)
        self._every = np.arange(self._count)
        value = INF if start is None else float(model.cost @ start)
        self._best = _Best(start, value, np.ones(self._count))
        self._worth = _Worth.of(self._count)
        self._root_value = -INF
        self._root_reduced = np.zeros(self._count)
        self._is_late = False

    def run(self) -> WholeAnswer:
        """Search until the lowest bound is within the gap of the best."""
        root = self._solve((), (), None)
        if root is None:
            return self._answer(-INF if self._is_late else INF)
        self._root_value, self._root_reduced = root.value, self._solver.duals()[1]
        self._drop_beaten()
        numbers = itertools.count()
        waiting = [(root.value, next(numbers), root)]
        while waiting:
            lowest = waiting[0][0]
            if self._is_beaten(lowest):
                return self._answer(lowest)
            if self._is_late or self._runs_left <= 0:
                return self._answer(lowest)
            node: _Node | None = heapq.heappop(waiting)[2]
            while node is not None:
                if self._is_late or self._runs_left <= 0:
                    heapq.heappush(waiting, (node.value, next(numbers), node))
                    break
                children = self._children(node)
                node = children[0] if children else None
                for other in children[1:]:
                    heapq.heappush(waiting, (other.value, next(numbers), other))
        return self._answer(INF)

    def _answer(self, lowest: float) -> WholeAnswer:
        best = self._best
        bound = max(self._root_value, min(lowest, best.value - self._gap))
        return WholeAnswer(best.x, best.value, bound, not self._is_late and lowest >= best.value - self._gap)

    def _is_beaten(self, value: float) -> bool:
        return value >= self._best.value - self._gap

    def _children(self, node: _Node) -> list[_Node]:
        """Solve both sides of the best branching; the better one is first, what is beaten is gone."""
        part = np.minimum(node.x, 1 - node.x)
        split = np.nonzero(part > WHOLE)[0]
        if not len(split):
            self._take(node)
            return []
        tried = _TRIED[1] if self._runs_left < MOST_RUNS - _LONG else _TRIED[0]
        order = split[np.argsort(-self._worth.score(split, node.x), kind="stable")][:tried]
        chosen: tuple[float, list[_Node]] | None = None
        for column in order.tolist():
            if chosen is not None and self._worth.is_known(column):
                continue
            children = self._branched(node, column)
            if self._is_late:
                return [node]
            values = [child.value for child in children] + [INF] * (2 - len(children))
            worth = float(np.prod([max(_LEAST_WORTH, min(v, 1e15) - node.value) for v in values]))
            if chosen is None or worth > chosen[0]:
                chosen = (worth, children)
            if all(self._is_beaten(value) for value in values):
                break
        alive = [] if chosen is None else [each for each in chosen[1] if not self._is_beaten(each.value)]
        return sorted(alive, key=lambda each: each.value)

    def _branched(self, node: _Node, column: int) -> list[_Node]:
        children = []
        for side in (0, 1):
            child = self._solve((*node.columns, column), (*node.sides, float(side)), node.basis)
            if child is not None:
                share = node.x[column] if side == 0 else 1 - node.x[column]
                self._worth.add(side, column, (child.value - node.value) / share)
                children.append(child)
        return children

    def _solve(
        self, columns: tuple[int, ...], sides: tuple[float, ...], basis: highspy.HighsBasis | None
    ) -> _Node | None:
        """Return the optimum with these columns fixed; None where there is none, or time is over."""
        lower, upper = np.zeros(self._count), self._best.ceiling.copy()
        fixed = np.array(columns, np.int64)
        lower[fixed] = sides
        if (lower > upper).any():
            return None
        upper[fixed] = sides
        self._solver.set_columns(self._every, lower, upper)
        if basis is not None:
            self._solver.begin_from(basis)
        self._runs_left -= 1
        solved = self._solver.run()
        if solved.is_infeasible:
            return None
        if not solved.is_exact or solved.x is None:
            self._is_late = True
            return None
        return _Node(solved.objective, columns, sides, solved.x, self._solver.basis())

    def _take(self, node: _Node) -> None:
        if node.value < self._best.value:
            self._best.x, self._best.value = np.round(node.x), node.value
            self._drop_beaten()

    def _drop_beaten(self) -> None:
        """Close columns that no better answer can use, by their reduced costs at the root."""
        beaten: BoolArray = self._root_reduced > self._best.value - self._gap - self._root_value
        self._best.ceiling[beaten] = 0.0
