"""The prices behind the last phase: bounds that hold for any prices, and ways to good ones that agree."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.placement import DistanceKind, PlacementOptions, PlacementParty, PlanePoint
from kurume_bousai.domain.shelters import UNLIMITED
from kurume_bousai.geo.allocation import HighsAllocator, sifting, smoothing
from kurume_bousai.geo.allocation.class_model import ClassModel
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.cost_model import CostModel
from kurume_bousai.geo.allocation.cost_question import CostQuestion, cost_question
from kurume_bousai.geo.allocation.greedy import by_prices, greedy, keeps_limits, repair
from kurume_bousai.geo.allocation.highs import Model, Solver
from kurume_bousai.geo.allocation.instance import Instance, build_instance, plane_points
from kurume_bousai.geo.allocation.phases import goals_of, values_of
from kurume_bousai.geo.allocation.pricing import Dual, price
from kurume_bousai.geo.allocation.smoothing import is_smooth, smooth_dual
from tests.helpers.placement_cases import random_parties, random_sites
from tests.helpers.placement_reference import by_milp
from tests.helpers.placement_rival import phases_by_milp, plain_model

PLAIN = PlacementOptions()


def clock(limit_s: float = 60.0) -> Clock:
    return Clock(limit_s, lambda: False)


def instance(count: int, places: int, seed: int, site_count: int = 12) -> Instance:
    parties, sites = random_parties(count, seed), random_sites(site_count, places, seed + 1)
    points = [plane_points([thing.position for thing in things]) for things in (parties, sites)]
    return build_instance(parties, sites, PLAIN, *points)


def last_phase(question: Instance) -> CostQuestion:
    goals = goals_of(question)
    return cost_question(question, goals, ClassModel(question, goals).bounds(clock()).values)


@cache
def small_last_phase(seed: int) -> tuple[CostQuestion, float]:
    """A small question and its optimal cost, as the plain model says."""
    parties, sites = random_parties(15, seed), random_sites(4, 20, seed + 1)
    points = [plane_points([thing.position for thing in things]) for things in (parties, sites)]
    question = build_instance(parties, sites, PLAIN, *points)
    best = by_milp(parties, sites, PLAIN)
    goals = goals_of(question)
    return cost_question(question, goals, tuple(int(best[goal.name]) for goal in goals)), best["cost"]


@given(st.integers(0, 30), st.integers(0, 10_000))
def test_any_prices_give_a_bound_below_the_optimum(seed: int, dice: int) -> None:
    asked, cost = small_last_phase(seed)
    rng = np.random.default_rng(dice)
    dual = Dual(rng.normal(0, 5_000, asked.limits.count), rng.normal(0, 9_000, len(asked.goals)))
    assert price(asked, dual).bound <= cost + 1e-6 * max(1.0, cost)


@pytest.mark.parametrize(("places", "seed"), [(300, 1), (1_300, 2), (2_600, 3)])
def test_sifting_ends_at_the_bound_of_the_whole_relaxation(
    monkeypatch: pytest.MonkeyPatch, places: int, seed: int
) -> None:
    monkeypatch.setattr(sifting, "SMALL", 150)
    question = last_phase(instance(900, places, seed))
    sampled = sifting.first_dual(question, clock())  # None where the sample alone has no answer
    found = sifting.sift(question, clock(), sampled)
    assert found is not None
    whole = whole_relaxation(question)
    assert sampled is None or price(question, sampled).bound < found.bound
    assert found.bound == pytest.approx(whole, rel=1e-7)


@pytest.mark.parametrize("size", [1e7, 1e9, 1e12])
def test_a_guess_far_off_is_never_taken_for_no_answer(size: float) -> None:
    """Prices of a sample that had no answer of its own once ended a question that has one."""
    question = last_phase(instance(400, 500, 5))
    wild = Dual(np.full(question.limits.count, -size), np.full(len(question.goals), size))
    found, plain = sifting.sift(question, clock(), wild), sifting.sift(question, clock(), None)
    assert found is not None
    assert plain is not None
    assert found.bound == pytest.approx(plain.bound, rel=1e-6)


def whole_relaxation(question: CostQuestion) -> float:
    """The linear optimum over every pair at once."""
    party, site = np.nonzero(question.allowed)
    ones = np.ones(len(party))
    cost = question.instance.cost[party, site]
    model = Model(question.columns(party, site), cost, 0.0 * ones, ones, *question.sides())
    solved = Solver(model, clock()).run()
    assert solved.is_exact
    return solved.objective


def test_what_cannot_be_reached_has_no_prices() -> None:
    question = instance(200, 60, 5)
    goals = goals_of(question)
    nobody_out = tuple(goal.floor_value(question) for goal in goals)
    assert CostModel(question, goals, nobody_out, clock()).relax() is None


def test_time_that_strikes_leaves_prices_that_round_to_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sifting, "ROUNDS", 2)
    question = instance(900, 1_300, 2)
    goals = goals_of(question)
    bounds = ClassModel(question, goals).bounds(clock()).values
    prices = CostModel(question, goals, bounds, clock()).relax()
    assert prices is not None
    rounded, first = by_prices(question, prices), greedy(question)
    assert keeps_limits(question, rounded)
    assert question.allowed[np.nonzero(rounded >= 0)[0], rounded[rounded >= 0]].all()
    assert values_of(goals, rounded) >= bounds
    assert values_of(goals, repair(question, rounded, clock())) <= values_of(goals, first)


@pytest.mark.parametrize("share", [0.7, 1.01, 1.4])
def test_single_people_equal_the_plain_model(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    monkeypatch.setattr(smoothing, "SAMPLE", 400)
    rng = np.random.default_rng(7)
    homes, places = rng.uniform(0, 9_000, (450, 2)).tolist(), random_sites(6, int(450 * share), 8)
    people = [PlacementParty(f"p{i}", PlanePoint(*xy)) for i, xy in enumerate(homes)]
    sites = [type(s)(s.id, s.position, s.capacity, UNLIMITED) for s in places]
    options = PlacementOptions(distance=DistanceKind.FLOOR)
    points = [plane_points([thing.position for thing in things]) for things in (people, sites)]
    question = last_phase(build_instance(people, sites, options, *points))
    assert is_smooth(question)
    guess = price(question, smooth_dual(question)).bound
    placement = HighsAllocator().place(people, sites, options)
    expected = {phase.name: phase.value for phase in phases_by_milp(plain_model(people, sites, options))}
    assert {p.name: p.value for p in placement.phases} == pytest.approx(expected, rel=1e-9)
    assert 0.98 * placement.total_cost < guess <= placement.total_cost


@pytest.mark.parametrize("places", [40, 130, 300])
def test_the_fast_rival_is_the_readable_model(places: int) -> None:
    parties, sites = random_parties(70, 21), random_sites(6, places, 22)
    fast = {phase.name: phase.value for phase in phases_by_milp(plain_model(parties, sites, PLAIN), 1e-9)}
    assert fast == pytest.approx(by_milp(parties, sites, PLAIN), rel=1e-6)


@given(st.integers(0, 100), st.integers(50, 250))
def test_repair_keeps_the_limits_and_betters_the_answer(seed: int, places: int) -> None:
    question = instance(120, places, seed, site_count=7)
    goals = goals_of(question)
    first = greedy(question)
    better = repair(question, first, clock())
    assert keeps_limits(question, better)
    assert question.allowed[np.nonzero(better >= 0)[0], better[better >= 0]].all()
    assert (better[first >= 0] >= 0).all()
    assert (values_of(goals, better), question.cost_of(better)) <= (
        values_of(goals, first),
        question.cost_of(first),
    )


def test_repair_stops_when_the_time_is_over() -> None:
    question = instance(300, 200, 3)
    first = greedy(question)
    assert values_of(goals_of(question), repair(question, first, clock(0.0))) == values_of(
        goals_of(question), first
    )
