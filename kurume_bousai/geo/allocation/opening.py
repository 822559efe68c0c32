"""If only K sites can open: people-phases and cost with one binary per site."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kurume_bousai.domain.placement import RELATIVE_TOLERANCE
from kurume_bousai.geo.allocation.class_model import ClassModel
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.cost_model import FIRST_CHOICES, CostModel
from kurume_bousai.geo.allocation.highs import INF, Model, Solver, columns_of
from kurume_bousai.geo.allocation.instance import UNPLACED, BoolArray, Instance, IntArray
from kurume_bousai.geo.allocation.phases import Goal, values_of
from kurume_bousai.geo.allocation.rows import limit_entries, limit_rows

#: Pairs (party, site) up to which the model with one binary per site is built: HiGHS looks at the clock too
#: seldom while it presolves a larger one.
LARGEST_EXACT = 30_000


def solve_opening(
    instance: Instance, goals: list[Goal], first: IntArray, clock: Clock
) -> tuple[IntArray, tuple[int, ...], float]:
    """Return assignment, people-bounds and cost bound with at most ``open_at_most`` sites used.

    ``first`` is any assignment that keeps the limits; it stands where time does not suffice.
    """
    people = ClassModel(instance, goals).solve(clock, first)
    site_of = first if people.site_of is None else people.site_of
    values = values_of(goals, site_of)
    if values != people.bounds or clock.is_over:
        return site_of, people.bounds, 0.0
    better, bound = _least_cost(instance, goals, values, site_of, clock)
    return better, values, bound


def _least_cost(
    instance: Instance, goals: list[Goal], values: tuple[int, ...], start: IntArray, clock: Clock
) -> tuple[IntArray, float]:
    """First the best assignment to the sites already chosen, then the choice itself.

    The bound of the question without the limit K holds for the one with it; where the whole model would
    not even load in time, that bound stands and the gap says so.
    """
    site_of = _at_chosen_sites(instance, goals, values, start, clock)
    if clock.is_over:
        return site_of, 0.0
    whole = CostModel(instance, goals, values, clock).relax(_marks(instance, site_of))
    bound = 0.0 if whole is None else max(0.0, whole.bound)
    if clock.is_over or instance.allowed.sum() > LARGEST_EXACT:
        return site_of, bound
    better, proven_bound = _by_integers(instance, goals, values, site_of, clock)
    return better, max(bound, proven_bound)


def _at_chosen_sites(
    instance: Instance, goals: list[Goal], values: tuple[int, ...], start: IntArray, clock: Clock
) -> IntArray:
    chosen = np.zeros(instance.site_count, bool)
    chosen[start[start >= 0]] = True
    there = replace(instance, allowed=instance.allowed & chosen[None, :])
    costs = CostModel(there, goals, values, clock)
    prices = costs.relax(_marks(there, start))
    if prices is None or clock.is_over:
        return start
    found = costs.solve(prices, start, FIRST_CHOICES)
    return start if found.site_of is None else found.site_of


def _marks(instance: Instance, site_of: IntArray) -> BoolArray:
    marks = np.zeros_like(instance.allowed)
    placed = np.nonzero(site_of >= 0)[0]
    marks[placed, site_of[placed]] = True
    return marks


def _by_integers(
    instance: Instance, goals: list[Goal], values: tuple[int, ...], start: IntArray, clock: Clock
) -> tuple[IntArray, float]:
    party, site = np.nonzero(instance.allowed)
    model = _model(instance, goals, values, party, site)
    solver = Solver(model, clock, integer=True)
    solver.option("mip_rel_gap", RELATIVE_TOLERANCE / 10)
    opened = np.zeros(instance.site_count)
    opened[np.unique(start[start >= 0])] = 1.0
    solver.start_from(np.concatenate([(start[party] == site).astype(float), opened]))
    solved = solver.run()
    if solved.x is None:
        return start, max(0.0, solved.bound)
    site_of = np.full_like(start, UNPLACED)
    chosen = solved.x[: len(party)] > 0.5
    site_of[party[chosen]] = site[chosen]
    return site_of, max(0.0, solved.bound)


def _model(
    instance: Instance, goals: list[Goal], values: tuple[int, ...], party: IntArray, site: IntArray
) -> Model:
    """Rows: parties, limits × open, party-to-site ≤ open, goals, number of open sites."""
    n, m, pairs = instance.party_count, instance.site_count, len(party)
    limits = limit_rows(instance)
    row, col, value = limit_entries(instance, limits, party, site)
    pair, y = np.arange(pairs), pairs + np.arange(m)
    linked = n + limits.count
    goal_row = linked + pairs
    rows = [party, n + row, n + np.arange(limits.count), linked + pair, linked + pair]
    cols = [pair, col, pairs + np.concatenate([np.arange(m), limits.unit_site]), pair, pairs + site]
    parts = [np.ones(pairs), value, -limits.limit, np.ones(pairs), -np.ones(pairs)]
    lower = np.full(goal_row + len(goals) + 1, -INF)
    upper = np.concatenate([np.ones(n), np.zeros(limits.count + pairs), np.full(len(goals) + 1, INF)])
    for number, (goal, target) in enumerate(zip(goals, values, strict=True), start=goal_row):
        weight = (
            goal.weight[party] if goal.sites is None else np.where(goal.sites[site], goal.weight[party], 0)
        )
        rows.append(np.full(pairs, number))
        cols.append(pair)
        parts.append(weight.astype(float))
        if goal.sites is None:
            lower[number] = float(goal.weight.sum() - target)
        else:
            upper[number] = float(target)
    rows.append(np.full(m, len(lower) - 1))
    cols.append(y)
    parts.append(np.ones(m))
    upper[-1] = float(instance.open_at_most or 0)
    columns = columns_of(np.concatenate(rows), np.concatenate(cols), np.concatenate(parts), pairs + m)
    cost = np.concatenate([instance.cost[party, site], np.zeros(m)])
    return Model(columns, cost, np.zeros(pairs + m), np.ones(pairs + m), lower, upper)
