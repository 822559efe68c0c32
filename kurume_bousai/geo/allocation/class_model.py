"""The people-phases on classes: for them distance does not matter, so equal parties are counted together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Model, Solver, columns_of
from kurume_bousai.geo.allocation.instance import UNPLACED, BoolArray, FloatArray, Instance, IntArray
from kurume_bousai.geo.allocation.phases import Goal
from kurume_bousai.geo.allocation.rows import limit_entries, limit_rows

#: A linear optimum this little above a whole number counts as that number (HiGHS works to 1e-7).
ROUNDING = 1e-5


@dataclass(frozen=True, slots=True)
class Classes:
    """Parties alike in size, needs, band and sites allowed. ``of`` (n,) is −1 for those no site allows."""

    of: IntArray
    first: IntArray
    count: IntArray


def classes_of(instance: Instance) -> Classes:
    """Group the parties that some site allows."""
    able = np.nonzero(instance.allowed.any(axis=1))[0]
    key = np.hstack(
        [
            instance.size[able].astype(">u8").view(np.uint8).reshape(len(able), 8),
            instance.group[able].astype(np.uint8)[:, None],
            np.packbits(instance.needs[able], axis=1),
            np.packbits(instance.allowed[able], axis=1),
        ]
    )
    packed = np.ascontiguousarray(key).view(f"V{key.shape[1]}").ravel()
    _, first, inverse, count = np.unique(packed, return_index=True, return_inverse=True, return_counts=True)
    of = np.full(instance.party_count, -1, np.int64)
    of[able] = inverse
    return Classes(of, able[first], count.astype(np.int64))


@dataclass(frozen=True, slots=True)
class PeopleBounds:
    """Lower bounds of the phases in order, each under the bounds before it.

    They are fewer than the phases when time ran out.
    ``support`` (n, m) marks the pairs the last linear optimum used.
    """

    values: tuple[int, ...]
    support: BoolArray


@dataclass(frozen=True, slots=True)
class PeopleAnswer:
    """An assignment from the integer model and lower bounds of the phases reached."""

    site_of: IntArray | None
    bounds: tuple[int, ...]


class ClassModel:
    """Counts of each class at each site it allows; with ``open_at_most`` one binary per site."""

    def __init__(self, instance: Instance, goals: list[Goal]) -> None:
        self._instance = instance
        self._goals = goals
        self._classes = classes_of(instance)
        first = self._classes.first
        self._class, self._site = np.nonzero(instance.allowed[first])
        self._party = first[self._class]
        self._opens = instance.open_at_most is not None
        self._pairs = len(self._class)
        self._width = self._pairs + (instance.site_count if self._opens else 0)
        self._model = self._build()

    def bounds(self, clock: Clock) -> PeopleBounds:
        """Solve the linear relaxations one after the other and round up."""
        solver = Solver(self._model, clock)
        solver.option("solver", "ipm")
        values: list[int] = []
        x: FloatArray | None = None
        for goal in self._goals:
            known = goal.floor_value(self._instance)
            solver.forget_basis()
            solver.set_cost(self._objective(goal))
            solved = solver.run()
            if not solved.is_exact or solved.x is None:
                break
            x = solved.x
            values.append(max(known, math.ceil(self._offset(goal) + solved.objective - ROUNDING)))
            self._hold(solver, goal, values[-1])
        return PeopleBounds(tuple(values), self._support(x))

    def solve(self, clock: Clock, start: IntArray) -> PeopleAnswer:
        """Solve the integer models one after the other, beginning from ``start``."""
        solver = Solver(self._model, clock, integer=True)
        solver.option("mip_rel_gap", 0.0)
        solver.option("mip_abs_gap", 0.5)
        solver.start_from(self._counts(start))
        bounds: list[int] = []
        best: FloatArray | None = None
        for goal in self._goals:
            solver.set_cost(self._objective(goal))
            solved = solver.run()
            if solved.x is not None:
                best = np.round(solved.x)
            lower = self._offset(goal) + solved.bound - ROUNDING
            bounds.append(max(goal.floor_value(self._instance), math.ceil(lower) if lower > 0 else 0))
            if not solved.is_exact or best is None:
                break
            value = round(self._offset(goal) + float(self._objective(goal) @ best))
            bounds[-1] = value
            self._hold(solver, goal, value)
            solver.start_from(best)
        return PeopleAnswer(None if best is None else self._parties(best), tuple(bounds))

    def _build(self) -> Model:
        instance, rows = self._instance, limit_rows(self._instance)
        n_classes, m = len(self._classes.first), instance.site_count
        row, col, value = limit_entries(instance, rows, self._party, self._site)
        pair = np.arange(self._pairs, dtype=np.int64)
        row_parts, col_parts, value_parts = (
            [self._class, n_classes + row],
            [pair, col],
            [np.ones(self._pairs), value],
        )
        upper = np.concatenate([self._classes.count.astype(float), rows.limit])
        ceiling = np.full(self._width, INF)
        most = self._most()
        if self._opens:
            y = self._pairs + np.arange(m)
            ceiling[y] = 1.0
            site_of_row = np.concatenate([np.arange(m), rows.unit_site])
            row_parts.append(n_classes + np.arange(rows.count))
            col_parts.append(self._pairs + site_of_row)
            value_parts.append(-rows.limit)
            linked = n_classes + rows.count
            row_parts += [linked + pair, linked + pair, np.full(m, linked + self._pairs)]
            col_parts += [pair, self._pairs + self._site, y]
            value_parts += [np.ones(self._pairs), -most, np.ones(m)]
            limits = float(instance.open_at_most or 0)
            upper = np.concatenate([upper[:n_classes], np.zeros(rows.count + self._pairs), [limits]])
        columns = columns_of(
            np.concatenate(row_parts), np.concatenate(col_parts), np.concatenate(value_parts), self._width
        )
        zeros = np.zeros(self._width)
        return Model(columns, zeros, zeros, ceiling, np.full(len(upper), -INF), upper)

    def _most(self) -> FloatArray:
        """Return the most parties of a class that a site can take at all, per pair."""
        size = self._instance.size[self._party]
        most: FloatArray = np.minimum(
            self._classes.count[self._class], self._instance.capacity[self._site] // size
        ).astype(float)
        return most

    def _objective(self, goal: Goal) -> FloatArray:
        weights = np.zeros(self._width)
        weight = goal.weight[self._party].astype(float)
        weights[: self._pairs] = (
            -weight if goal.sites is None else np.where(goal.sites[self._site], weight, 0.0)
        )
        return weights

    @staticmethod
    def _offset(goal: Goal) -> int:
        return int(goal.weight.sum()) if goal.sites is None else 0

    def _hold(self, solver: Solver, goal: Goal, value: int) -> None:
        solver.add_row(-INF, float(value - self._offset(goal)), self._objective(goal))

    def _support(self, x: FloatArray | None) -> BoolArray:
        used = np.zeros((len(self._classes.first) + 1, self._instance.site_count), bool)
        if x is not None:
            used[self._class, self._site] = x[: self._pairs] > ROUNDING
        of: BoolArray = used[self._classes.of]  # −1 meets the last row, which is empty
        return of

    def _counts(self, site_of: IntArray) -> FloatArray:
        counts = np.zeros((len(self._classes.first), self._instance.site_count))
        placed = np.nonzero(site_of >= 0)[0]
        np.add.at(counts, (self._classes.of[placed], site_of[placed]), 1.0)
        x = np.zeros(self._width)
        x[: self._pairs] = counts[self._class, self._site]
        if self._opens:
            x[self._pairs + np.unique(site_of[placed])] = 1.0
        return x

    def _parties(self, x: FloatArray) -> IntArray:
        """Give each class's places to its parties, those who are nearest to a site first."""
        site_of = np.full(self._instance.party_count, UNPLACED, np.int64)
        members: dict[int, list[int]] = {}
        for party, kind in enumerate(self._classes.of.tolist()):
            members.setdefault(kind, []).append(party)
        for pair in np.nonzero(x[: self._pairs] > 0.5)[0].tolist():
            waiting, site = members[int(self._class[pair])], int(self._site[pair])
            waiting.sort(key=lambda party: -float(self._instance.cost[party, site]))
            for _ in range(int(x[pair])):
                site_of[waiting.pop()] = site
        return site_of
