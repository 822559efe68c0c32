"""What a fresh solve knows, in the form in which changes are followed: prices of cost and people."""

from __future__ import annotations

import numpy as np

from kurume_bousai.geo.allocation.allocator import SolvedPlacement
from kurume_bousai.geo.allocation.cost_question import cost_question
from kurume_bousai.geo.allocation.instance import NEEDS, UNPLACED, FloatArray, IntArray
from kurume_bousai.geo.allocation.phases import goals_of, values_of
from kurume_bousai.geo.allocation.rows import limit_rows
from kurume_bousai.geo.allocation.warm_people import PeoplePrices
from kurume_bousai.geo.allocation.warm_prices import Prices, no_prices
from kurume_bousai.geo.allocation.warm_table import Table


def sites_of(table: Table, solved: SolvedPlacement) -> IntArray:
    """Site of each party in the order of the table, or ``UNPLACED``."""
    number = {site.id: j for j, site in enumerate(table.question.sites)}
    site_of = np.full(table.party_count, UNPLACED, np.int64)
    for each in solved.placement.assignments:
        site_of[table.row_of[each.party_id]] = number[each.site_id]
    return site_of


def prices_of(table: Table, solved: SolvedPlacement) -> Prices:
    """Prices of the cost phase; where none were needed everything is free of charge."""
    dual, instance = solved.answer.dual, solved.instance
    nothing = no_prices(table.site_count, len(NEEDS))
    if dual is None:
        return nothing
    goals = goals_of(instance)
    question = cost_question(instance, goals, values_of(goals, solved.answer.site_of))
    place, unit = _by_site(table, solved, -dual.of_limit)
    worth = zip(question.goals, np.abs(dual.of_goal).tolist(), strict=True)
    return Prices(place, unit, {goal.name: price for (goal, _), price in worth}, ())


def people_prices_of(table: Table, solved: SolvedPlacement) -> dict[str, PeoplePrices]:
    """Prices of the people-phases by name; nothing for those that needed no solving."""
    people, instance = solved.answer.people, solved.instance
    if people is None:
        return {}
    found = {}
    limits = limit_rows(instance).count
    for goal, row_dual in zip(goals_of(instance), people.duals, strict=False):
        worth = np.maximum(-row_dual, 0.0)
        place, unit = _by_site(table, solved, worth[:limits])
        found[goal.name] = PeoplePrices(place, unit, worth[limits:])
    return found


def _by_site(table: Table, solved: SolvedPlacement, worth: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Prices of places (m,) and units (m, needs) in the order of the table, from those of the limit rows."""
    limits, m = limit_rows(solved.instance), table.site_count
    ids = [site.id for site in table.question.sites]
    order = np.array(sorted(range(m), key=ids.__getitem__), np.int64).reshape(m)
    price = np.maximum(worth, 0.0)
    place, unit = np.zeros(m), np.zeros((m, len(NEEDS)))
    place[order] = price[:m]
    unit[order[limits.unit_site], limits.unit_need] = price[m:]
    return place, unit
