from __future__ import annotations

import itertools
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.errors import Cancelled
from kurume_bousai.domain.placement import (
    CostUnit,
    DistanceKind,
    Placement,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    PlacementStatus,
)
from kurume_bousai.geo.allocation import HighsAllocator
from tests.helpers.placement_cases import random_parties, random_sites
from tests.helpers.placement_reference import by_milp
from tests.helpers.pmedcap import NUMBERS, read_median

Case = tuple[list[PlacementParty], list[PlacementSite]]


def place(case: Case, opened: int | None, limit_s: float = 60.0) -> Placement:
    return HighsAllocator().place(*case, PlacementOptions(open_at_most=opened, time_limit_s=limit_s))


def values(placement: Placement) -> tuple[float, ...]:
    return tuple(phase.value for phase in placement.phases)


def rounded(found: tuple[float, ...]) -> tuple[float, ...]:
    """Metres a little apart are the same."""
    return (*found[:-1], round(found[-1], 3))


def best_of_all_choices(case: Case, opened: int) -> tuple[float, ...]:
    """Brute force: the plain model at every choice of sites."""
    parties, sites = case
    found = []
    for chosen in itertools.combinations(range(len(sites)), opened):
        # Sites that stay closed have no place, so that the phases are the same ones at every choice.
        there = [site if j in chosen else replace(site, capacity=0) for j, site in enumerate(sites)]
        found.append(tuple(by_milp(parties, there, PlacementOptions()).values()))
    return min(map(rounded, found))


def city(parties: int, sites: int, places: int, seed: int, *, power_first: bool = True) -> Case:
    return random_parties(parties, seed), random_sites(sites, places, seed + 100, power_first=power_first)


@pytest.mark.parametrize(("seed", "places"), [(1, 25), (2, 60), (3, 120)])
def test_equals_brute_force_over_all_choices(seed: int, places: int) -> None:
    case = city(24, 5, places, seed)
    placement = place(case, 2)
    assert placement.status is PlacementStatus.OPTIMAL
    assert rounded(values(placement)) == pytest.approx(best_of_all_choices(case, 2), rel=1e-6)


@pytest.mark.parametrize(
    ("parties", "sites", "places", "opened", "seed"),
    [
        (60, 8, 60, 3, 11),
        (60, 8, 150, 5, 12),
        (90, 10, 400, 4, 13),
        (80, 12, 90, 6, 14),
        (40, 9, 30, 1, 15),
    ],
)
def test_equals_the_plain_model(parties: int, sites: int, places: int, opened: int, seed: int) -> None:
    case = city(parties, sites, places, seed)
    placement = place(case, opened)
    expected = by_milp(*case, PlacementOptions(open_at_most=opened))
    assert {phase.name: phase.value for phase in placement.phases} == pytest.approx(expected, rel=1e-6)
    assert placement.status is PlacementStatus.OPTIMAL
    assert len(placement.opened) <= opened


@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(5, 90), st.sampled_from(CostUnit))
def test_small_questions_equal_the_plain_model(seed: int, opened: int, places: int, unit: CostUnit) -> None:
    case = city(12, 6, places, seed)
    options = PlacementOptions(open_at_most=opened, cost=unit, distance=DistanceKind.FLOOR)
    expected = by_milp(*case, options)
    placement = HighsAllocator().place(*case, options)
    assert {phase.name: phase.value for phase in placement.phases} == pytest.approx(expected, rel=1e-6)
    assert all(phase.proven for phase in placement.phases)


def test_one_more_site_is_never_worse() -> None:
    case = city(80, 9, 140, 21)
    found = [rounded(values(place(case, opened))) for opened in range(10)]
    assert found == sorted(found, reverse=True)


def test_all_sites_are_as_good_as_no_limit() -> None:
    case = city(100, 8, 120, 22)
    assert values(place(case, 8)) == values(place(case, None))


def test_no_site_at_all_places_nobody() -> None:
    case = city(10, 3, 50, 23)
    placement = place(case, 0)
    assert placement.status is PlacementStatus.OPTIMAL
    assert (placement.placed_people, placement.opened) == (0, ())
    assert {reason.reason for party in placement.unplaced for reason in party.reasons} >= {"closed"}


def test_sites_not_chosen_refuse_as_closed() -> None:
    case = city(60, 6, 60, 24, power_first=False)
    placement = place(case, 2)
    shut = {site.id for site in case[1]} - set(placement.opened)
    told = {r.reason for party in placement.unplaced for r in party.reasons if r.site_id in shut}
    assert "closed" in told
    assert "full" not in told


@pytest.mark.parametrize("limit_s", [0.02, 0.3, 1.0])
def test_time_that_runs_out_leaves_bounds_that_hold(limit_s: float) -> None:
    case = city(150, 12, 200, 25)
    best = place(case, 5)
    assert best.status is PlacementStatus.OPTIMAL
    hasty = place(case, 5, limit_s)
    assert rounded(values(hasty)) >= rounded(values(best))
    for early, proven in zip(hasty.phases, best.phases, strict=True):
        assert early.bound <= proven.value * (1 + 1e-9) + 1e-6
        if not early.proven:
            break
        assert early.value == pytest.approx(proven.value, rel=1e-6)


def test_the_limit_is_kept_with_many_parties() -> None:
    case = city(6000, 37, 1460, 26)
    started = time.perf_counter()
    placement = place(case, 15, 2.0)
    assert time.perf_counter() - started < 12.0
    assert len(placement.opened) <= 15


def test_a_cancelled_search_ends() -> None:
    case = city(400, 20, 500, 27)
    began = time.perf_counter()
    with pytest.raises(Cancelled):
        HighsAllocator().place(
            *case,
            PlacementOptions(open_at_most=7, time_limit_s=60),
            should_stop=lambda: time.perf_counter() - began > 0.3,
        )
    assert time.perf_counter() - began < 10.0


def test_the_published_optimum_of_the_first_file(shared_data: Path) -> None:
    median = read_median(shared_data, 1)
    placement = HighsAllocator().place(median.parties, median.sites, median.options())
    assert placement.total_cost == median.optimum == 713
    assert placement.status is PlacementStatus.OPTIMAL


@pytest.mark.slow
@pytest.mark.parametrize("number", NUMBERS)
def test_published_optima_are_proven(shared_data: Path, number: int) -> None:
    median = read_median(shared_data, number)
    placement = HighsAllocator().place(median.parties, median.sites, median.options(600))
    assert placement.total_cost == median.optimum
    assert placement.status is PlacementStatus.OPTIMAL
    assert len(placement.opened) == median.opened


@pytest.mark.slow
@pytest.mark.parametrize(("places", "opened"), [(1460, 15), (12_000, 10)])
def test_the_city_is_proven(places: int, opened: int) -> None:
    placement = place(city(1000, 37, places, 1), opened, 300)
    assert placement.status is PlacementStatus.OPTIMAL
