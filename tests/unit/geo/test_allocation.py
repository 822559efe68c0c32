from __future__ import annotations

import math
import time
from dataclasses import replace

import pytest
from hypothesis import given
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
)
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
