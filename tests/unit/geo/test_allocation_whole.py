"""From fractions to whole parties: shortcuts that must end where the plain search ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kurume_bousai.domain.placement import PlacementOptions
from kurume_bousai.geo.allocation import cutting
from kurume_bousai.geo.allocation.class_model import ClassModel
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.cost_model import CostModel
from kurume_bousai.geo.allocation.greedy import greedy, keeps_limits
from kurume_bousai.geo.allocation.highs import INF, columns_of
from kurume_bousai.geo.allocation.instance import Instance, build_instance, plane_points
from kurume_bousai.geo.allocation.phases import goals_of, values_of
from kurume_bousai.geo.allocation.reduction import Proof, completed
from tests.helpers.placement_cases import random_parties, random_sites
from tests.helpers.placement_reference import by_milp

PLAIN = PlacementOptions()


def clock(limit_s: float = 60.0) -> Clock:
    return Clock(limit_s, lambda: False)


def instance(count: int, places: int, seed: int, site_count: int = 8) -> Instance:
    parties, sites = random_parties(count, seed), random_sites(site_count, places, seed + 1)
    points = [plane_points([thing.position for thing in things]) for things in (parties, sites)]
    return build_instance(parties, sites, PLAIN, *points)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from([5, 20, 45, 90]))
def test_bounds_reached_at_once_equal_the_phases_solved_one_by_one(seed: int, places: int) -> None:
    question = instance(40, places, seed, site_count=4)
    goals = goals_of(question)
    expected = by_milp(random_parties(40, seed), random_sites(4, places, seed + 1), PLAIN)
    found = ClassModel(question, goals).solve(clock(), greedy(question))
    assert found.site_of is not None
    assert keeps_limits(question, found.site_of)
    values = values_of(goals, found.site_of)
    assert values == found.bounds == tuple(round(expected[goal.name]) for goal in goals)


@pytest.mark.parametrize("first", [1, 40])
def test_however_narrow_the_first_search_the_answer_is_the_same(
    monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    question = instance(300, 420, 11)
    goals = goals_of(question)
    people = ClassModel(question, goals).solve(clock(), greedy(question))

    def least() -> tuple[float, float]:
        costs = CostModel(question, goals, people.bounds, clock())
        prices = costs.relax()
        assert prices is not None
        found = costs.solve(prices, people.site_of, 600)
        assert found.site_of is not None
        assert values_of(goals, found.site_of) == people.bounds
        return question.cost_of(found.site_of), found.bound

    cost, bound = least()
    monkeypatch.setattr(cutting, "FIRST_CHOICES", first)
    assert least()[0] == pytest.approx(cost, rel=1e-6)
    assert cost == pytest.approx(bound, rel=1e-6)


def test_a_remainder_that_cannot_use_a_row_up_has_no_answer() -> None:
    columns = columns_of(np.array([0, 0]), np.array([0, 1]), np.array([2.0, 3.0]), 2)
    free = np.array([0, 1])
    none = np.array([INF])
    assert completed(columns, free, np.array([1.0]), np.array([0.0]), clock()) is None
    exactly = completed(columns, free, np.array([7.0]), np.array([0.0]), clock())
    assert exactly is not None
    assert exactly @ np.array([2.0, 3.0]) == 7.0
    anything = completed(columns, free, np.array([7.0]), none, clock())
    assert anything is not None
    # An unlimited row with a dual of mere noise asks for nothing.
    assert completed(columns, free, none, np.array([1e5]), clock()) is not None


def test_a_proof_only_ever_grows_tighter() -> None:
    proof = Proof(np.array([True, True]), np.array([INF, 5.0]))
    tighter = proof.tighter(np.array([-0.5, -0.1]), np.array([0.2, 0.9]), 0.5)
    assert tighter.may.tolist() == [True, False]
    assert tighter.idle == pytest.approx([1.0, 5.0], rel=1e-3)
