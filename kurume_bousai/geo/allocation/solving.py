"""One question from arrays to a proven assignment: shortcut, bounds, cost, and the integer people-phases."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kurume_bousai.domain.placement import PHASE_COST, RELATIVE_TOLERANCE, Phase
from kurume_bousai.geo.allocation.class_model import ClassModel, PeopleBounds
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.cost_model import FIRST_CHOICES, GROWTH, CostAnswer, CostModel
from kurume_bousai.geo.allocation.greedy import by_prices, fill, greedy, nearest, repair
from kurume_bousai.geo.allocation.instance import UNPLACED, Instance, IntArray
from kurume_bousai.geo.allocation.opening import solve_opening
from kurume_bousai.geo.allocation.phases import Goal, goals_of, values_of
from kurume_bousai.geo.allocation.pricing import Dual, Prices

#: Seconds an unproven answer may be bettered after the time is over.
REPAIR_S = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """An assignment, lower bounds of the people-phases in order (as many as are known) and of the cost.

    ``dual`` proves the cost bound (not where sites are chosen), ``people`` the others where they needed
    solving: whoever goes on from this answer begins with them.
    """

    site_of: IntArray
    bounds: tuple[int, ...]
    cost_bound: float
    dual: Dual | None = None
    people: PeopleBounds | None = None


def solve(instance: Instance, clock: Clock) -> tuple[Answer, tuple[Phase, ...]]:
    """Return the best answer found and its phases."""
    goals = goals_of(instance)
    answer = (
        _opening(instance, goals, clock) if _limits_opening(instance) else _all_open(instance, goals, clock)
    )
    return answer, phases_of(instance, goals, answer)


def phases_of(instance: Instance, goals: list[Goal], answer: Answer) -> tuple[Phase, ...]:
    """Phases with honest bounds: after the first unproven phase only what holds without solving."""
    phases: list[Phase] = []
    proven = True
    for number, goal in enumerate(goals):
        value, bound = goal.value(answer.site_of), goal.floor_value(instance)
        if proven and number < len(answer.bounds):
            bound = max(bound, min(answer.bounds[number], value))
        proven = proven and value == bound
        phases.append(Phase(goal.name, value, bound, proven))
    cost = instance.cost_of(answer.site_of)
    bound_m = max(0.0, min(answer.cost_bound, cost)) if proven else 0.0
    proven = proven and cost - bound_m <= RELATIVE_TOLERANCE * max(1.0, abs(cost))
    phases.append(Phase(PHASE_COST, cost, bound_m, proven))
    return tuple(phases)


def _limits_opening(instance: Instance) -> bool:
    usable = int((instance.is_open & instance.allowed.any(axis=0)).sum())
    return instance.open_at_most is not None and instance.open_at_most < usable


def _opening(instance: Instance, goals: list[Goal], clock: Clock) -> Answer:
    first = greedy(instance)
    site_of, bounds, cost_bound = solve_opening(instance, goals, first, clock)
    return Answer(fill(instance, site_of), bounds, cost_bound)


def _all_open(instance: Instance, goals: list[Goal], clock: Clock) -> Answer:
    simple = nearest(instance)
    if simple is not None:
        return Answer(simple, values_of(goals, simple), instance.cost_of(simple))
    if not instance.allowed.any():
        nobody = np.full(instance.party_count, UNPLACED, np.int64)
        return Answer(nobody, values_of(goals, nobody), 0.0)
    model = ClassModel(instance, goals)
    first = greedy(instance) if model.is_large else None
    bounds = _bounds(instance, goals, model, first, clock)
    prices = None
    if len(bounds) == len(goals):
        costs = CostModel(instance, goals, bounds, clock)
        prices = costs.relax()
        hopeful = None if prices is None else _by_bounds(costs, prices, bounds)
        if hopeful is not None and prices is not None:
            return replace(hopeful, dual=prices.dual, people=model.known)
    if first is None:
        first = greedy(instance)
    if clock.is_over or len(bounds) < len(goals):
        return _late(instance, goals, first, bounds, prices, clock)
    return _by_integers(instance, goals, model, first, bounds, clock)


def _bounds(
    instance: Instance, goals: list[Goal], model: ClassModel, first: IntArray | None, clock: Clock
) -> tuple[int, ...]:
    """Lower bounds of the people-phases; where the first answer reaches the floors, those are proven."""
    floors = tuple(goal.floor_value(instance) for goal in goals)
    if first is not None and values_of(goals, first) == floors:
        return floors
    return model.bounds(clock).values


def _by_bounds(costs: CostModel, prices: Prices, targets: tuple[int, ...]) -> Answer | None:
    """Nearly always some assignment reaches every rounded bound: then all phases are proven at once."""
    if prices.site_of is not None:
        return Answer(prices.site_of, targets, prices.bound)
    for choices in (FIRST_CHOICES, FIRST_CHOICES * GROWTH, FIRST_CHOICES * GROWTH**2):
        found = costs.solve(prices, None, choices)
        if found.site_of is not None:
            return Answer(found.site_of, targets, found.bound)
        if not found.is_infeasible:
            break
    return None


def _late(
    instance: Instance,
    goals: list[Goal],
    first: IntArray,
    bounds: tuple[int, ...],
    prices: Prices | None,
    clock: Clock,
) -> Answer:
    """What stands when time is over: the first answer, or a better one that the prices lead to.

    It is bettered for a moment, never more than ``REPAIR_S``.
    """
    found = [first] if prices is None else [first, by_prices(instance, prices)]
    best = min(found, key=lambda site_of: (values_of(goals, site_of), instance.cost_of(site_of)))
    site_of = repair(instance, best, Clock(REPAIR_S, lambda: clock.is_cancelled))
    return Answer(site_of, bounds, 0.0 if prices is None else prices.bound)


def _by_integers(
    instance: Instance,
    goals: list[Goal],
    model: ClassModel,
    first: IntArray,
    bounds: tuple[int, ...],
    clock: Clock,
) -> Answer:
    """Solve the people-phases as integer models, then the cost from their answer."""
    site_of, values = first, values_of(goals, first)
    if values != bounds:
        people = model.solve(clock, first)
        site_of = first if people.site_of is None else people.site_of
        values = values_of(goals, site_of)
        if values != people.bounds:
            return Answer(fill(instance, site_of), people.bounds, 0.0)
    costs = CostModel(instance, goals, values, clock)
    prices = costs.relax()
    if prices is None:
        return Answer(site_of, values, 0.0)
    found = CostAnswer(site_of, prices.bound, is_infeasible=False)
    if not clock.is_over:
        found = costs.solve(prices, site_of, FIRST_CHOICES * GROWTH**2)
    best = site_of if found.site_of is None else found.site_of
    return Answer(best, values, found.bound, prices.dual, model.known)
