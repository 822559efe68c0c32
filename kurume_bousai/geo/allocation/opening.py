"""If only K sites can open, which K? Phase by phase, each proven before the next.

A choice of K sites is a point of a small space: bounds for all choices at once (``opening_dual``) feed a tree
over the sites (``opening_tree``), and only the few choices that no bound rules out are answered exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from kurume_bousai.geo.allocation.class_model import ClassModel
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.cost_model import FIRST_CHOICES, GROWTH, CostAnswer, CostModel
from kurume_bousai.geo.allocation.greedy import fill
from kurume_bousai.geo.allocation.instance import UNPLACED, BoolArray, FloatArray, Instance, IntArray
from kurume_bousai.geo.allocation.opening_cuts import Choices
from kurume_bousai.geo.allocation.opening_dual import Dual
from kurume_bousai.geo.allocation.opening_knapsack import KnapsackDual, is_small
from kurume_bousai.geo.allocation.opening_linear import LinearDual
from kurume_bousai.geo.allocation.opening_question import question_of
from kurume_bousai.geo.allocation.opening_sift import SiftedDual
from kurume_bousai.geo.allocation.opening_tree import Leaf, Tree
from kurume_bousai.geo.allocation.phases import Goal, values_of
from kurume_bousai.geo.allocation.pricing import Prices
from kurume_bousai.geo.allocation.reduction import ROUNDING

#: The part of the time that the people-phases may take; the rest is for the metres of what they found.
FOR_PEOPLE = 0.8
UNKNOWN = np.inf


def solve_opening(
    instance: Instance, goals: list[Goal], first: IntArray, clock: Clock
) -> tuple[IntArray, tuple[int, ...], float]:
    """Return assignment, people-bounds and cost bound with at most ``open_at_most`` sites used.

    ``first`` is any assignment that keeps the limits; it stands where time does not suffice.
    """
    if not instance.open_at_most:
        return first, values_of(goals, first), 0.0
    return _Opening(instance, goals, first, clock).run()


@dataclass(slots=True)
class _Opening:
    """One question on its way: the best assignment so far and what is known about choices of sites."""

    instance: Instance
    goals: list[Goal]
    best: IntArray
    clock: Clock
    bounds: list[int] = field(default_factory=list)
    people: list[LinearDual] = field(default_factory=list)
    known: list[Choices] = field(default_factory=list)

    def run(self) -> tuple[IntArray, tuple[int, ...], float]:
        early = self.clock.part(FOR_PEOPLE)
        for number, goal in enumerate(self.goals):
            value = goal.value(self.best)
            bound = value if value == goal.floor_value(self.instance) else self._people_phase(number, early)
            self.bounds.append(bound)
            if bound < goal.value(self.best):
                self._shorten(self.clock)
                return self.best, tuple(self.bounds), 0.0
        self._shorten(self.clock)
        cost_bound = 0.0 if self.clock.is_over else self._cost_phase()
        return self.best, tuple(self.bounds), cost_bound

    def _held(self, number: int) -> tuple[int, ...]:
        return tuple(self.bounds[:number])

    def _choices(self, clock: Clock) -> Choices:
        """Return what every later phase may open: each phase proven so far rules choices out."""
        instance = self.instance
        usable: BoolArray = np.asarray(instance.allowed.any(axis=0))
        choices = Choices(usable, instance.open_at_most or 0, clock)
        for before, dual in zip(self.known, self.people, strict=True):
            choices.keep(before, float(self.bounds[dual.number]))
        return choices

    def _people_phase(self, number: int, clock: Clock) -> int:
        goals = self.goals[: number + 1]
        dual = LinearDual(question_of(self.instance, self.goals, self._held(number)), self.clock, number)
        choices = self._choices(clock)

        def answer(sites: IntArray, _cutoff: float) -> Leaf:
            there = self._only(sites)
            nobody = np.full(self.instance.party_count, UNPLACED, np.int64)
            found = ClassModel(there, goals).solve(clock, nobody)
            if len(found.bounds) <= number or found.site_of is None:
                return Leaf(UNKNOWN, -UNKNOWN)
            site_of = fill(there, found.site_of)
            values = values_of(goals, site_of)
            if values[:number] != self._held(number):
                proven = found.bounds[:number] > self._held(number)
                return Leaf(UNKNOWN, UNKNOWN if proven else -UNKNOWN)
            if values < values_of(goals, self.best):
                self.best = site_of
            return Leaf(float(values[number]), float(found.bounds[number]))

        tree = Tree(dual, choices, answer, float(values_of(goals, self.best)[number]), clock)
        bound = max(0.0, tree.run(self._sites()))
        self.people.append(dual)
        self.known.append(choices)
        return min(int(np.ceil(bound - ROUNDING)), int(tree.value))

    def _cost_phase(self) -> float:
        held = self._held(len(self.goals))
        question = question_of(self.instance, self.goals, held)
        dual: Dual = SiftedDual(question, self.clock)
        if is_small(question):
            dual = KnapsackDual(question, self.clock, len(self.goals))
        choices = self._choices(self.clock)

        def answer(sites: IntArray, cutoff: float) -> Leaf:
            for people, known in zip(self.people, self.known, strict=True):
                y, value = _indicator(sites, self.instance.site_count), float(self.bounds[people.number])
                cut = people.cut_at(y)
                if cut.at(y) > value + 1e-6:
                    choices.require(cut, value)
                    known.add(cut)
                    return Leaf(UNKNOWN, UNKNOWN)
            return self._least_cost(sites, cutoff)

        tree = Tree(dual, choices, answer, self.instance.cost_of(self.best), self.clock)
        return max(0.0, tree.run(self._sites()))

    def _least_cost(self, sites: IntArray, cutoff: float) -> Leaf:
        """Least cost at these sites, unless it is proven to be no better than ``cutoff``."""
        there, held = self._only(sites), self._held(len(self.goals))
        model = ClassModel(there, self.goals)
        people = model.bounds(self.clock)
        if people.values > held:
            return Leaf(UNKNOWN, UNKNOWN)
        if len(people.values) < len(held):
            return Leaf(UNKNOWN, -UNKNOWN)
        costs = CostModel(there, self.goals, held, self.clock)
        prices = costs.relax()
        if prices is None or prices.bound >= cutoff:
            return Leaf(UNKNOWN, -UNKNOWN if prices is None else prices.bound)
        for choices in (FIRST_CHOICES, FIRST_CHOICES * GROWTH):
            found = costs.solve(prices, None, choices)
            if found.site_of is not None or not found.is_infeasible or self.clock.is_over:
                return self._taken(found)
        return self._from_people(model, costs, prices)

    def _from_people(self, model: ClassModel, costs: CostModel, prices: Prices) -> Leaf:
        """Begin from an answer to the people-phases, where nothing was found near the prices."""
        held = self._held(len(self.goals))
        start = model.solve(self.clock, np.full(self.instance.party_count, UNPLACED, np.int64))
        if start.bounds > held:
            return Leaf(UNKNOWN, UNKNOWN)
        if start.site_of is None or values_of(self.goals, start.site_of) != held:
            return Leaf(UNKNOWN, prices.bound)
        return self._taken(costs.solve(prices, start.site_of, FIRST_CHOICES * GROWTH))

    def _taken(self, found: CostAnswer) -> Leaf:
        """Keep an answer of the cost phase where it is the best so far."""
        if found.site_of is None or values_of(self.goals, found.site_of) != self._held(len(self.goals)):
            return Leaf(UNKNOWN, found.bound)
        cost = self.instance.cost_of(found.site_of)
        if cost < self.instance.cost_of(self.best):
            self.best = found.site_of
        return Leaf(cost, found.bound)

    def _shorten(self, clock: Clock) -> None:
        """Better the metres of the best answer at its own sites, without changing any people-phase."""
        there, values = self._only(self._sites()), values_of(self.goals, self.best)
        if clock.is_over:
            return
        costs = CostModel(there, self.goals, values, clock)
        prices = costs.relax()
        if prices is None or clock.is_over:
            return
        found = costs.solve(prices, self.best, FIRST_CHOICES)
        if found.site_of is not None and values_of(self.goals, found.site_of) == values:
            self.best = found.site_of

    def _only(self, sites: IntArray) -> Instance:
        chosen = np.zeros(self.instance.site_count, bool)
        chosen[sites] = True
        return replace(self.instance, allowed=self.instance.allowed & chosen[None, :], open_at_most=None)

    def _sites(self) -> IntArray:
        """Return the K sites of the best answer; where it uses fewer, the largest others join."""
        used = np.unique(self.best[self.best >= 0])
        usable = np.nonzero(self.instance.allowed.any(axis=0))[0]
        others = np.setdiff1d(usable, used)
        more = others[np.argsort(-self.instance.capacity[others], kind="stable")]
        joined: IntArray = np.sort(
            np.concatenate([used, more[: (self.instance.open_at_most or 0) - len(used)]])
        )
        return joined


def _indicator(sites: IntArray, count: int) -> FloatArray:
    y = np.zeros(count)
    y[sites] = 1.0
    return y
