from __future__ import annotations

import math
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.placement import (
    CostUnit,
    DistanceKind,
    Placement,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    PlacementStatus,
    PlanePoint,
    people,
)
from kurume_bousai.domain.placement_check import PlacementCheckError, check_placement
from kurume_bousai.domain.shelters import UNLIMITED
from kurume_bousai.geo.allocation import HighsAllocator
from tests.helpers.placement_cases import random_parties, random_sites
from tests.helpers.placement_reference import by_brute_force, by_milp

PLAIN = PlacementOptions()
NEEDS = (Need.POWER, Need.WHEELCHAIR)
CATEGORIES = (AdmissionCategory.ELDERLY, AdmissionCategory.PHYSICAL)
ORIGIN = PlanePoint(0.0, 0.0)

points = st.builds(PlanePoint, st.integers(0, 50).map(float), st.integers(0, 50).map(float))
units = st.sampled_from([None, 0, 1, 2, UNLIMITED])


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[PlacementParty], list[PlacementSite], PlacementOptions]:
    parties = []
    for i in range(draw(st.integers(1, 5))):
        off_list = draw(st.integers(0, 5)) == 0
        parties.append(
            PlacementParty(
                id=f"p{i}",
                position=draw(points),
                size=draw(st.sampled_from([1, 1, 2, 3, 7])),
                needs=frozenset() if off_list else draw(st.frozensets(st.sampled_from(NEEDS))),
                categories=draw(st.frozensets(st.sampled_from(CATEGORIES))),
                band=draw(st.integers(1, 3)),
                max_m=draw(st.sampled_from([None, None, 30.0])),
                off_list=off_list,
            )
        )
    sites = [
        PlacementSite(
            id=f"s{j}",
            position=draw(points),
            capacity=draw(st.sampled_from([None, 0, 1, 2, 3, 4, 5, 9])),
            accepts=draw(st.sampled_from([UNLIMITED, UNLIMITED, None, frozenset(CATEGORIES[:1])])),
            need_capacity={need: draw(units) for need in NEEDS},
            power_first=draw(st.integers(0, 3)) == 0,
            closed=draw(st.integers(0, 9)) == 0,
            excluded=draw(st.integers(0, 9)) == 0,
        )
        for j in range(draw(st.integers(0, 4)))
    ]
    open_count = sum(site.is_open for site in sites)
    options = PlacementOptions(
        cost=draw(st.sampled_from(CostUnit)),
        distance=draw(st.sampled_from(DistanceKind)),
        open_at_most=draw(st.one_of(st.none(), st.integers(0, open_count))),
        reach_m=draw(st.sampled_from([None, None, 40.0])),
        unknown_accepts=draw(st.booleans()),
    )
    return parties, sites, options


def place(
    parties: list[PlacementParty], sites: list[PlacementSite], options: PlacementOptions = PLAIN
) -> Placement:
    return HighsAllocator().place(parties, sites, options)


def values(placement: Placement) -> list[float]:
    return [phase.value for phase in placement.phases]


def left_out(placement: Placement) -> list[float]:
    """Phases about people left out, in order."""
    return [phase.value for phase in placement.phases if phase.name not in ("power_first", "cost")]


@given(questions())
def test_equals_brute_force(
    question: tuple[list[PlacementParty], list[PlacementSite], PlacementOptions],
) -> None:
    placement = place(*question)
    assert values(placement) == pytest.approx(list(by_brute_force(*question)), rel=1e-6)
    assert all(phase.proven for phase in placement.phases)


@pytest.mark.parametrize(("seed", "places"), [(1, 60), (2, 150), (3, 400), (4, 0)])
def test_equals_the_plain_model_given_to_scipy(seed: int, places: int) -> None:
    parties, sites = random_parties(120, seed), random_sites(9, places, seed + 100)
    placement = place(parties, sites)
    expected = by_milp(parties, sites, PLAIN)
    assert {p.name: p.value for p in placement.phases} == pytest.approx(expected, rel=1e-6)
    assert placement.status is PlacementStatus.OPTIMAL


@given(st.integers(0, 10_000), st.integers(1, 25), st.integers(1, 5), st.sampled_from([0.2, 0.7, 1.0, 1.6]))
@settings(max_examples=25)
def test_equals_the_plain_model_on_random_questions(
    seed: int, count: int, site_count: int, places_each: float
) -> None:
    parties = [
        replace(p, off_list=not p.needs and i % 5 == 0, max_m=9_000.0 if i % 7 == 0 else None)
        for i, p in enumerate(random_parties(count, seed))
    ]
    sites = random_sites(site_count, int(places_each * people(parties)), seed + 1)
    options = PlacementOptions(reach_m=15_000.0 if seed % 3 == 0 else None)
    placement = place(parties, sites, options)
    expected = by_milp(parties, sites, options)
    assert {p.name: p.value for p in placement.phases} == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert all(phase.proven for phase in placement.phases)


@given(questions())
def test_limits_are_kept_and_nobody_is_lost(
    question: tuple[list[PlacementParty], list[PlacementSite], PlacementOptions],
) -> None:
    parties, sites, options = question
    placement = place(parties, sites, options)
    by_id = {party.id: party for party in parties}
    for site in sites:
        here = [by_id[a.party_id] for a in placement.assignments if a.site_id == site.id]
        assert people(here) <= (site.capacity or 0)
        for need in Need:
            limit = site.need_capacity.get(need)
            if isinstance(limit, int):
                assert sum(need in party.needs for party in here) <= limit
    named = [a.party_id for a in placement.assignments] + [u.party_id for u in placement.unplaced]
    assert sorted(named) == sorted(by_id)
    assert placement.placed_people + placement.unplaced_people == people(parties)


@given(questions(), st.sampled_from([2.0, 8.0, 0.25]))
def test_scaling_everything_scales_the_cost_only(
    question: tuple[list[PlacementParty], list[PlacementSite], PlacementOptions], factor: float
) -> None:
    parties, sites, options = question
    options = replace(options, distance=DistanceKind.EUCLID, reach_m=None)
    parties = [replace(party, max_m=None) for party in parties]
    first = place(parties, sites, options)
    second = place(
        [replace(p, position=_scaled(p.position, factor)) for p in parties],
        [replace(s, position=_scaled(s.position, factor)) for s in sites],
        options,
    )
    assert values(second)[:-1] == values(first)[:-1]
    assert second.total_cost == pytest.approx(factor * first.total_cost, rel=1e-6)


def _scaled(point: object, factor: float) -> PlanePoint:
    assert isinstance(point, PlanePoint)
    return PlanePoint(point.x_m * factor, point.y_m * factor)


@given(questions(), st.data())
def test_an_answer_changed_by_hand_is_caught(
    question: tuple[list[PlacementParty], list[PlacementSite], PlacementOptions], data: st.DataObject
) -> None:
    parties, sites, options = question
    placement = place(parties, sites, options)
    if not placement.assignments or len(sites) < 2:
        return
    number = data.draw(st.integers(0, len(placement.assignments) - 1))
    moved = placement.assignments[number]
    elsewhere = data.draw(st.sampled_from([site.id for site in sites if site.id != moved.site_id]))
    assignments = list(placement.assignments)
    assignments[number] = replace(moved, site_id=elsewhere)

    def plane_of(thing: PlacementParty | PlacementSite) -> PlanePoint:
        assert isinstance(thing.position, PlanePoint)
        return thing.position

    with pytest.raises(PlacementCheckError):
        check_placement(replace(placement, assignments=tuple(assignments)), parties, sites, options, plane_of)


@pytest.mark.parametrize("seed", [5, 6])
def test_open_k_equals_the_plain_model(seed: int) -> None:
    parties, sites = random_parties(60, seed), random_sites(8, 150, seed + 100, power_first=False)
    options = PlacementOptions(open_at_most=3)
    placement = place(parties, sites, options)
    assert {p.name: p.value for p in placement.phases} == pytest.approx(
        by_milp(parties, sites, options), rel=1e-6
    )
    assert len(placement.opened) <= 3


@given(questions())
def test_the_order_of_the_input_does_not_matter(
    question: tuple[list[PlacementParty], list[PlacementSite], PlacementOptions],
) -> None:
    parties, sites, options = question
    first = place(parties, sites, options)
    second = place(list(reversed(parties)), list(reversed(sites)), options)
    assert {a.party_id: a.site_id for a in first.assignments} == {
        a.party_id: a.site_id for a in second.assignments
    }


@given(questions(), st.integers(1, 3))
def test_more_capacity_never_raises_the_shortfall(
    question: tuple[list[PlacementParty], list[PlacementSite], PlacementOptions], more: int
) -> None:
    parties, sites, options = question
    grown = [
        site if site.capacity is None else replace(site, capacity=site.capacity + more) for site in sites
    ]
    assert left_out(place(parties, grown, options)) <= left_out(place(parties, sites, options))


def test_scaling_the_distance_does_not_change_the_choice() -> None:
    parties, sites = random_parties(80, 7), random_sites(6, 100, 8)

    def scaled(point: object) -> PlanePoint:
        assert isinstance(point, PlanePoint)
        return PlanePoint(point.x_m * 3, point.y_m * 3)

    first = place(parties, sites)
    second = place(
        [replace(p, position=scaled(p.position)) for p in parties],
        [replace(s, position=scaled(s.position)) for s in sites],
    )
    assert second.total_cost == pytest.approx(3 * first.total_cost, rel=1e-6)
    assert [(a.party_id, a.site_id) for a in first.assignments] == [
        (a.party_id, a.site_id) for a in second.assignments
    ]


def test_one_party_uses_size_and_one_unit_of_each_need() -> None:
    party = PlacementParty("p", ORIGIN, 3, frozenset({Need.POWER, Need.WHEELCHAIR}))
    site = PlacementSite("s", ORIGIN, 3, need_capacity={Need.POWER: 1, Need.WHEELCHAIR: 1})
    usage = place([party], [site]).sites[0]
    assert (usage.used, usage.remaining) == (3, 0)
    assert usage.need_used == {Need.POWER: 1, Need.WHEELCHAIR: 1}


@pytest.mark.parametrize(
    ("site", "reason"),
    [
        (PlacementSite("s", ORIGIN, None, closed=True, excluded=True), "closed"),
        (PlacementSite("s", ORIGIN, None, excluded=True), "hazard"),
        (PlacementSite("s", ORIGIN, None, accepts=None), "capacity_unknown"),
        (PlacementSite("s", ORIGIN, 1, accepts=None), "category_unknown"),
        (PlacementSite("s", ORIGIN, 1, accepts=frozenset({AdmissionCategory.MENTAL})), "category"),
        (PlacementSite("s", ORIGIN, 1, need_capacity={Need.POWER: 0}), "need_wheelchair_unknown"),
        (PlacementSite("s", ORIGIN, 1, need_capacity={Need.POWER: 0, Need.WHEELCHAIR: 1}), "need_power"),
        (PlacementSite("s", PlanePoint(999, 0), 1, need_capacity=dict.fromkeys(Need, 9)), "too_far"),
        (PlacementSite("s", ORIGIN, 1, need_capacity=dict.fromkeys(Need, UNLIMITED)), "full"),
    ],
)
def test_the_decisive_reason(site: PlacementSite, reason: str) -> None:
    party = PlacementParty(
        "p", ORIGIN, 2, frozenset(NEEDS), frozenset({AdmissionCategory.ELDERLY}), max_m=500
    )
    unplaced = place([party], [site]).unplaced[0]
    assert [(r.site_id, r.reason) for r in unplaced.reasons] == [("s", reason)]


def test_used_up_units_are_the_reason_before_full() -> None:
    parties = [PlacementParty(f"p{i}", ORIGIN, 1, frozenset({Need.POWER})) for i in range(2)]
    site = PlacementSite("s", ORIGIN, 1, need_capacity={Need.POWER: 1})
    assert place(parties, [site]).unplaced[0].reasons[0].reason == "need_power"


def test_a_site_that_k_left_closed_says_closed() -> None:
    parties = [PlacementParty(f"p{i}", ORIGIN, 2) for i in range(2)]
    sites = [PlacementSite("a", ORIGIN, 2), PlacementSite("b", ORIGIN, 2)]
    placement = place(parties, sites, PlacementOptions(open_at_most=1))
    assert sorted(r.reason for r in placement.unplaced[0].reasons) == ["closed", "full"]


def test_off_list_people_never_displace_a_listed_one() -> None:
    far_listed = PlacementParty("listed", PlanePoint(9_000, 0), 1)
    near = [PlacementParty(f"off{i}", ORIGIN, 1, off_list=True) for i in range(3)]
    placement = place([*near, far_listed], [PlacementSite("s", ORIGIN, 2)])
    assert "listed" in {a.party_id for a in placement.assignments}
    assert [p.name for p in placement.phases] == ["band_3", "off_list", "cost"]
    assert values(placement) == [0, 2, 9_000]


def test_the_power_first_site_is_kept_for_those_with_the_need() -> None:
    parties = [
        PlacementParty("power", PlanePoint(5, 0), 1, frozenset({Need.POWER})),
        PlacementParty("other", ORIGIN),
    ]
    sites = [
        PlacementSite("first", ORIGIN, 2, need_capacity={Need.POWER: UNLIMITED}, power_first=True),
        PlacementSite("far", PlanePoint(800, 0), 2, need_capacity={Need.POWER: 0}),
    ]
    placement = place(parties, sites)
    assert {a.party_id: a.site_id for a in placement.assignments} == {"power": "first", "other": "far"}


NOBODY: list[PlacementParty] = []
NOWHERE: list[PlacementSite] = []


@pytest.mark.parametrize(
    ("parties", "sites", "status", "left"),
    [
        (NOBODY, NOWHERE, PlacementStatus.EMPTY, 0),
        (NOBODY, [PlacementSite("s", ORIGIN, 5)], PlacementStatus.EMPTY, 0),
        ([PlacementParty("p", ORIGIN, 2)], NOWHERE, PlacementStatus.EMPTY, 2),
        ([PlacementParty("p", ORIGIN, 2)], [PlacementSite("s", ORIGIN, 0)], PlacementStatus.OPTIMAL, 2),
        (
            [PlacementParty("p", ORIGIN, 10**9)],
            [PlacementSite("s", ORIGIN, 5)],
            PlacementStatus.OPTIMAL,
            10**9,
        ),
        (
            [PlacementParty(f"p{i}", ORIGIN, 2) for i in range(50)],
            [PlacementSite(f"s{j}", ORIGIN, 5) for j in range(6)],
            PlacementStatus.OPTIMAL,
            100 - 6 * 4,
        ),
    ],
)
def test_odd_questions_have_an_answer(
    parties: list[PlacementParty], sites: list[PlacementSite], status: PlacementStatus, left: int
) -> None:
    placement = place(parties, sites)
    assert (placement.status, placement.unplaced_people) == (status, left)


def test_degrees_are_measured_in_epsg_6670() -> None:
    party = PlacementParty("p", LonLat(130.50, 33.31))
    site = PlacementSite("s", LonLat(130.51, 33.31), 1)
    # One hundredth of a degree of longitude at 33.31° N, on the GRS80 ellipsoid.
    assert place([party], [site]).assignments[0].distance_m == pytest.approx(931.0, abs=1.0)


def test_time_that_runs_out_leaves_an_honest_answer() -> None:
    parties, sites = random_parties(600, 11), random_sites(20, 900, 12)
    started = time.perf_counter()
    placement = place(parties, sites, PlacementOptions(time_limit_s=0.05))
    assert time.perf_counter() - started < 5
    assert placement.status is PlacementStatus.TIME_LIMIT
    assert not placement.phases[-1].proven
    assert placement.phases[-1].gap > 0


def test_the_limit_holds_over_many_runs_of_the_solver() -> None:
    parties, sites = random_parties(700, 1), random_sites(37, 900, 2)
    started = time.perf_counter()
    placement = place(parties, sites, PlacementOptions(open_at_most=10, time_limit_s=2.0))
    assert time.perf_counter() - started < 4.0
    assert len(placement.opened) <= 10


def test_a_cancelled_solve_says_so() -> None:
    parties, sites = random_parties(300, 13), random_sites(10, 400, 14)
    with pytest.raises(Cancelled):
        HighsAllocator().place(parties, sites, PLAIN, should_stop=lambda: True)


@pytest.mark.parametrize(
    ("parties", "sites", "options", "code"),
    [
        (
            [PlacementParty("p", PlanePoint(math.nan, 0), 0), PlacementParty("p", ORIGIN, band=4, max_m=-1)],
            [PlacementSite("s", ORIGIN, -1, need_capacity={Need.CARE: -2})],
            PLAIN,
            "bad_rows",
        ),
        (
            [PlacementParty("p", ORIGIN)],
            [PlacementSite("s", LonLat(130.5, 33.3), 1)],
            PLAIN,
            "mixed_positions",
        ),
        (
            NOBODY,
            [PlacementSite("s", ORIGIN, 1, closed=True)],
            PlacementOptions(open_at_most=1),
            "open_count",
        ),
        (NOBODY, NOWHERE, PlacementOptions(time_limit_s=0), "time_limit"),
        (NOBODY, NOWHERE, PlacementOptions(reach_m=math.nan), "reach"),
    ],
)
def test_bad_input_is_told(
    parties: list[PlacementParty], sites: list[PlacementSite], options: PlacementOptions, code: str
) -> None:
    with pytest.raises(KnownProblem) as problem:
        place(parties, sites, options)
    assert problem.value.code == code


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_position_that_is_no_number_names_row_and_column(number: float) -> None:
    parties = [PlacementParty("a", ORIGIN), PlacementParty("b", PlanePoint(0.0, number))]
    sites = [PlacementSite("s", PlanePoint(number, 0.0), 3), PlacementSite("s", ORIGIN, 3)]
    with pytest.raises(KnownProblem) as problem:
        place(parties, sites)
    assert problem.value.where == "組 2行目 y_m、施設 1行目 x_m、施設 2行目 id"


@pytest.mark.parametrize(
    "sites",
    [
        [PlacementSite(f"s{j}", ORIGIN, 9, closed=True) for j in range(3)],
        [PlacementSite(f"s{j}", ORIGIN, 9, excluded=True) for j in range(3)],
        [PlacementSite(f"s{j}", ORIGIN, 9, accepts=frozenset()) for j in range(3)],
        [PlacementSite(f"s{j}", ORIGIN, 0) for j in range(3)],
        [PlacementSite(f"s{j}", ORIGIN, None) for j in range(3)],
    ],
)
def test_where_nobody_can_go_everybody_is_listed(sites: list[PlacementSite]) -> None:
    parties = random_parties(2_000, 3)
    placement = place(parties, sites)
    assert placement.unplaced_people == people(parties)
    assert all(phase.proven for phase in placement.phases)


def test_identical_points_and_an_overload_have_an_answer() -> None:
    parties = [replace(party, position=ORIGIN) for party in random_parties(400, 9)]
    sites = [replace(site, position=ORIGIN) for site in random_sites(6, 60, 10)]
    placement = place(parties, sites)
    assert placement.total_cost == 0
    assert placement.status is PlacementStatus.OPTIMAL


def test_every_bad_row_is_listed() -> None:
    parties = [
        PlacementParty("", ORIGIN, 0),
        PlacementParty("a", ORIGIN),
        PlacementParty("a", ORIGIN, band=9),
    ]
    with pytest.raises(KnownProblem) as problem:
        place(parties, [])
    for row in ("1行目 id", "1行目 size", "3行目 id", "3行目 band"):
        assert row in problem.value.where
