"""The people-phases on classes: for them distance does not matter, so equal parties are counted together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Model, Solver, columns_of
from kurume_bousai.geo.allocation.instance import UNPLACED, FloatArray, Instance, IntArray
from kurume_bousai.geo.allocation.phases import Goal
from kurume_bousai.geo.allocation.reduction import ROUNDING, Proof, completed, used_by
from kurume_bousai.geo.allocation.rows import limit_entries, limit_rows

#: Choices from which the relaxations take more time than a first answer.
LARGE = 2_000
#: The part of the time left in which whole parties are sought that reach all bounds at once, each try.
FOR_BOUNDS = 0.1
#: How many parties less than the linear optimum are kept of each class at each site, in turn.
KEPT_LESS = (0.0, 1.0, np.inf)


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

    They are fewer than the phases when time ran out. ``proof`` is what they leave open to an answer that
    reaches all of them, ``linear`` the counts of the last linear optimum, ``duals`` those of the rows of
    every phase: limits, and the phases before it.
    """

    values: tuple[int, ...]
    proof: Proof
    linear: FloatArray
    duals: tuple[FloatArray, ...] = ()


@dataclass(frozen=True, slots=True)
class PeopleAnswer:
    """An assignment from the integer model and lower bounds of the phases reached."""

    site_of: IntArray | None
    bounds: tuple[int, ...]


class ClassModel:
    """Counts of each class at each site it allows. How many sites may open is asked elsewhere."""

    def __init__(self, instance: Instance, goals: list[Goal]) -> None:
        self._instance = instance
        self._goals = goals
        self._classes = classes_of(instance)
        first = self._classes.first
        self._class, self._site = np.nonzero(instance.allowed[first])
        self._party = first[self._class]
        self._model = self._build()
        self._bounds: PeopleBounds | None = None

    @property
    def known(self) -> PeopleBounds | None:
        """Return what ``bounds`` has found, if it was asked."""
        return self._bounds

    @property
    def is_large(self) -> bool:
        """True where a quick answer is worth trying before the relaxations."""
        return len(self._class) > LARGE

    def bounds(self, clock: Clock) -> PeopleBounds:
        """Solve the linear relaxations one after the other and round up."""
        solver = Solver(self._model, clock)
        solver.option("solver", "ipm")
        values: list[int] = []
        rows = len(self._model.row_upper)
        proof = Proof(np.ones(len(self._class), bool), np.full(rows, INF))
        linear = np.zeros(len(self._class))
        duals: list[FloatArray] = []
        for goal in self._goals:
            known = goal.floor_value(self._instance)
            solver.forget_basis()
            solver.set_cost(self._objective(goal))
            solved = solver.run()
            if not solved.is_exact or solved.x is None:
                break
            linear = solved.x
            value = self._offset(goal) + solved.objective
            values.append(max(known, math.ceil(value - ROUNDING)))
            row_dual, reduced = solver.duals()
            duals.append(row_dual[len(self._classes.first) :])
            proof = proof.tighter(row_dual[:rows], reduced, values[-1] - value)
            self._hold(solver, goal, values[-1])
        self._bounds = PeopleBounds(tuple(values), proof, linear, tuple(duals))
        return self._bounds

    def solve(self, clock: Clock, start: IntArray) -> PeopleAnswer:
        """Whole parties that reach all bounds; else the integer models one by one from ``start``."""
        people = self._bounds or self.bounds(clock)
        if len(people.values) == len(self._goals) and not clock.is_over:
            found = self._reach(people, clock)
            if found is not None:
                return PeopleAnswer(self._parties(found), people.values)
        return self._one_by_one(clock, start, people.values)

    def _reach(self, people: PeopleBounds, clock: Clock) -> FloatArray | None:
        """Counts whose phases reach all bounds, within what the proof leaves open; None = none found.

        First with the whole part of the linear optimum kept, then with less of it, at last with nothing.
        """
        model, proof = self._model, people.proof
        goals = [self._objective(goal) for goal in self._goals]
        held = [value - self._offset(goal) for value, goal in zip(people.values, self._goals, strict=True)]
        rows = np.concatenate([np.full(int(np.count_nonzero(g)), k) for k, g in enumerate(goals)])
        cols = np.concatenate([np.nonzero(goal)[0] for goal in goals])
        every = model.columns
        columns = columns_of(
            np.concatenate([every.index, len(model.row_upper) + rows]).astype(np.int64),
            np.concatenate([np.repeat(np.arange(every.count), np.diff(every.start)), cols]),
            np.concatenate([every.value, *(goal[np.nonzero(goal)[0]] for goal in goals)]),
            every.count,
        )
        free = np.nonzero(proof.may)[0]
        upper = np.concatenate([model.row_upper, held])
        idle = np.concatenate([proof.idle, np.full(len(held), INF)])
        for less in KEPT_LESS:
            kept = np.where(proof.may, np.floor(people.linear + ROUNDING - less), 0.0)
            np.maximum(kept, 0.0, out=kept)
            left = upper - used_by(columns, kept, len(upper))
            found = completed(columns, free, left, idle, clock.part(FOR_BOUNDS))
            if found is not None:
                kept[free] += found
                return kept
            if clock.is_over or not kept.any():
                break
        return None

    def _one_by_one(self, clock: Clock, start: IntArray, known: tuple[int, ...]) -> PeopleAnswer:
        """Solve the integer models one after the other; ``known`` are bounds of the first phases."""
        solver = Solver(self._model, clock, integer=True)
        solver.option("mip_rel_gap", 0.0)
        solver.option("mip_abs_gap", 0.5)
        solver.start_from(self._counts(start))
        bounds: list[int] = []
        best: FloatArray | None = None
        for number, goal in enumerate(self._goals):
            solver.set_cost(self._objective(goal))
            solved = solver.run()
            if solved.x is not None:
                best = np.round(solved.x)
            lower = self._offset(goal) + solved.bound - ROUNDING
            bounds.append(max(goal.floor_value(self._instance), math.ceil(lower) if lower > 0 else 0))
            if not solved.is_exact or best is None:
                if tuple(bounds[:number]) == known[:number] and number < len(known):
                    bounds[-1] = max(bounds[-1], known[number])
                break
            value = round(self._offset(goal) + float(self._objective(goal) @ best))
            bounds[-1] = value
            self._hold(solver, goal, value)
            solver.start_from(best)
        return PeopleAnswer(None if best is None else self._parties(best), tuple(bounds))

    def _build(self) -> Model:
        """Rows: classes, then limits. Columns: the pairs."""
        instance, rows = self._instance, limit_rows(self._instance)
        row, col, value = limit_entries(instance, rows, self._party, self._site)
        pairs, n_classes = len(self._class), len(self._classes.first)
        columns = columns_of(
            np.concatenate([self._class, n_classes + row]),
            np.concatenate([np.arange(pairs), col]),
            np.concatenate([np.ones(pairs), value]),
            pairs,
        )
        upper = np.concatenate([self._classes.count.astype(float), rows.limit])
        zeros = np.zeros(pairs)
        return Model(columns, zeros, zeros, np.full(pairs, INF), np.full(len(upper), -INF), upper)

    def _objective(self, goal: Goal) -> FloatArray:
        weight = goal.weight[self._party].astype(float)
        weights: FloatArray = -weight if goal.sites is None else np.where(goal.sites[self._site], weight, 0.0)
        return weights

    @staticmethod
    def _offset(goal: Goal) -> int:
        return int(goal.weight.sum()) if goal.sites is None else 0

    def _hold(self, solver: Solver, goal: Goal, value: int) -> None:
        solver.add_row(-INF, float(value - self._offset(goal)), self._objective(goal))

    def _counts(self, site_of: IntArray) -> FloatArray:
        counts = np.zeros((len(self._classes.first), self._instance.site_count))
        placed = np.nonzero(site_of >= 0)[0]
        np.add.at(counts, (self._classes.of[placed], site_of[placed]), 1.0)
        x: FloatArray = counts[self._class, self._site]
        return x

    def _parties(self, x: FloatArray) -> IntArray:
        """Give each class's places to its parties, those who are nearest to a site first."""
        site_of = np.full(self._instance.party_count, UNPLACED, np.int64)
        members: dict[int, list[int]] = {}
        for party, kind in enumerate(self._classes.of.tolist()):
            members.setdefault(kind, []).append(party)
        for pair in np.nonzero(x > 0.5)[0].tolist():
            waiting, site = members[int(self._class[pair])], int(self._site[pair])
            waiting.sort(key=lambda party: -float(self._instance.cost[party, site]))
            for _ in range(int(x[pair])):
                site_of[waiting.pop()] = site
        return site_of
