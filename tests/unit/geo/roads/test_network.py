"""Lengths equal networkx on random networks; ways, stubs, one-way streets and places without a way."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.roads import RoadDirection, RoadKind, RoadLine, WidthClass
from kurume_bousai.domain.routes import TRAVEL_RULES, EvacuationRoute, HazardZone, NoWay
from kurume_bousai.geo.roads.network import JoinedRoads, road_network
from kurume_bousai.services.ports.routes import Barrier
from tests.helpers.road_nets import (
    city_roads,
    in_networkx,
    line_wkb,
    networkx_lengths,
    point,
    polygon_wkb,
    road,
    scattered,
)

WALK, WHEELCHAIR, CAR = (
    TRAVEL_RULES[mode] for mode in (TravelMode.WALK, TravelMode.WHEELCHAIR, TravelMode.CAR)
)
_GRID = 6
_STEP_M = 250.0


@st.composite
def networks(draw: st.DrawFn) -> list[RoadLine]:
    """Some sides of a grid of slightly moved corners, with kinds, widths and one-way streets."""
    moves = draw(st.lists(st.integers(-60, 60), min_size=2 * _GRID**2, max_size=2 * _GRID**2))
    corners = [
        (x * _STEP_M + moves[2 * (x * _GRID + y)], y * _STEP_M + moves[2 * (x * _GRID + y) + 1])
        for x in range(_GRID)
        for y in range(_GRID)
    ]
    sides = [(n, n + 1) for n in range(_GRID**2) if (n + 1) % _GRID]
    sides += [(n, n + _GRID) for n in range(_GRID**2 - _GRID)]
    chosen = draw(st.lists(st.sampled_from(sides), min_size=3, max_size=len(sides), unique=True))
    return [
        road(
            corners[a],
            corners[b],
            kind=draw(st.sampled_from([RoadKind.ROAD, RoadKind.ROAD, RoadKind.ROAD, RoadKind.STEPS])),
            width=draw(st.sampled_from(list(WidthClass))),
            direction=draw(st.sampled_from(list(RoadDirection))),
        )
        for a, b in chosen
    ]


positions = st.tuples(st.integers(0, 1250), st.integers(0, 1250))


@settings(deadline=None, max_examples=60)
@given(networks(), st.lists(positions, min_size=4, max_size=9), st.sampled_from([WALK, WHEELCHAIR, CAR]))
def test_lengths_equal_networkx(lines: list[RoadLine], spots: list[tuple[int, int]], rule: object) -> None:
    assert rule in (WALK, WHEELCHAIR, CAR)
    travel = next(one for one in (WALK, WHEELCHAIR, CAR) if one == rule)
    network = road_network(lines)
    points = [point(*spot) for spot in spots]
    places, sites = network.places(points, travel), network.places(points[:3], travel)
    ours = network.length_matrix(places, sites, travel)
    use = network.use(travel)
    theirs = networkx_lengths(in_networkx(network.edges, use), network.edges, use, places, sites)
    theirs[~places.on_road] = np.inf
    theirs[:, ~sites.on_road] = np.inf
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-6)


@settings(deadline=None, max_examples=40)
@given(networks(), st.lists(positions, min_size=3, max_size=6), positions, st.integers(20, 300))
def test_closing_never_shortens_and_one_way_is_as_long_as_its_line(
    lines: list[RoadLine], spots: list[tuple[int, int]], where: tuple[int, int], size: int
) -> None:
    network = road_network(lines)
    points = [point(*spot) for spot in spots]
    closures = network.closed_by([Barrier(polygon_wkb(*where, where[0] + size, where[1] + size))])
    before, after = network.lengths(points, points, WALK), network.lengths(points, points, WALK, closures)
    for a, row in enumerate(after.metres):
        for b, length_m in enumerate(row):
            assert length_m >= before.metres[a][b] - 1e-6
            found = network.route(points[a], points[b], WALK, closures)
            if math.isinf(length_m):
                assert isinstance(found, NoWay)
                continue
            assert isinstance(found, EvacuationRoute)
            assert found.length_m == pytest.approx(length_m, abs=1e-6)
            assert found.minutes == pytest.approx(after.minutes[a][b], abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(networks(), st.lists(positions, min_size=3, max_size=3))
def test_the_triangle_inequality_holds_on_the_road(
    lines: list[RoadLine], spots: list[tuple[int, int]]
) -> None:
    network = road_network(lines)
    places = network.places([point(*spot) for spot in spots], CAR)
    metres = network.length_matrix(places, places, CAR)
    for a in range(3):
        for b in range(3):
            for c in range(3):
                assert metres[a, c] <= metres[a, b] + metres[b, c] + 1e-6


def test_a_whole_city_equals_networkx_open_and_closed() -> None:
    network = road_network(city_roads(1500, 2100))
    places, sites = (network.places(scattered(n, seed=n), WALK) for n in (200, 9))
    use = network.use(WALK)
    open_m = network.length_matrix(places, sites, WALK)
    theirs = networkx_lengths(in_networkx(network.edges, use), network.edges, use, places, sites)
    theirs[~places.on_road] = np.inf
    theirs[:, ~sites.on_road] = np.inf
    np.testing.assert_allclose(open_m, theirs, rtol=1e-9, atol=1e-6)
    closed = network.closed_by([Barrier(polygon_wkb(5000, 2000, 9000, 7000))])
    closed_m = network.length_matrix(places, sites, WALK, closed.blocks)
    assert closed.edges > 50
    assert (closed_m >= open_m - 1e-6).all()
    assert (closed_m > open_m + 1).any()
    np.testing.assert_array_equal(network.length_matrix(places, sites, WALK), open_m)  # nothing was rebuilt


# ---------------------------------------------------------------- one network, by hand
#: 0 ── 100 ── 200 along the south; a detour north over (0,100) ── (200,100); an island far away.
def _town() -> JoinedRoads:
    return road_network(
        [
            road((0, 0), (100, 0)),
            road((100, 0), (200, 0), width=WidthClass.UNDER_3),
            road((0, 0), (0, 100), (200, 100), (200, 0), width=WidthClass.TO_5_5),
            road((3000, 3000), (3000, 3400)),
        ]
    )


def test_a_way_counts_its_stubs_and_says_what_it_is_made_of() -> None:
    found = _town().route(point(50, 20), point(150, -30), WALK)
    assert isinstance(found, EvacuationRoute)
    assert found.length_m == pytest.approx(100 + 50, abs=0.01)
    assert found.stub_m == pytest.approx(50, abs=0.01)
    assert found.minutes == pytest.approx(150 / 43, abs=0.001)
    assert (found.is_straight, found.is_long, len(found.line)) == (False, False, 5)


def test_a_car_goes_round_the_narrow_road_and_is_told_of_the_caution() -> None:
    found = _town().route(point(50, 5), point(200, 40), CAR)
    assert isinstance(found, EvacuationRoute)
    assert found.length_m == pytest.approx(5 + 50 + 100 + 200 + 60, abs=0.01)
    assert found.caution_m == pytest.approx(360, abs=0.01)
    assert found.minutes == pytest.approx(410 / 180 + 5 / 30, abs=0.001)


def test_no_way_says_why() -> None:
    town = _town()
    assert town.route(point(0, 0), point(3000, 3200), WALK) == NoWay.DISCONNECTED
    assert town.route(point(0, 0), point(1500, 1500), WALK) == NoWay.OFF_ROAD
    closures = town.closed_by([Barrier(polygon_wkb(20, -10, 80, 10))])
    assert town.route(point(50, 0), point(200, 0), WALK, closures) == NoWay.BLOCKED
    lengths = town.lengths([point(0, 0), point(50, 0), point(1500, 1500)], [point(200, 0)], WALK, closures)
    assert lengths.no_way == {1: NoWay.BLOCKED, 2: NoWay.OFF_ROAD}
    assert lengths.length_m(1, 0) is None
    assert lengths.nearest(1) is None
    assert lengths.nearest(0) == 0


def test_beside_a_closed_part_people_leave_on_their_own_side() -> None:
    town = _town()
    closures = town.closed_by([Barrier(line_wkb([(50, -20), (50, 20)]))])
    assert closures.edges == 1
    west = town.route(point(30, 0), point(70, 0), WALK, closures)
    assert isinstance(west, EvacuationRoute)
    assert west.length_m == pytest.approx(30 + 100 + 200 + 100 + 100 + 30, abs=0.01)
    same_side = town.route(point(30, 0), point(10, 0), WALK, closures)
    assert isinstance(same_side, EvacuationRoute)
    assert same_side.length_m == pytest.approx(20, abs=0.01)


def test_a_one_way_street_binds_cars_only() -> None:
    town = road_network(
        [
            road((0, 0), (300, 0), direction=RoadDirection.FORWARD),
            road((0, 0), (0, 200), (300, 200), (300, 0)),
        ]
    )
    on, back = (town.route(point(*a), point(*b), CAR) for a, b in (((10, 0), (290, 0)), ((290, 0), (10, 0))))
    assert isinstance(on, EvacuationRoute)
    assert isinstance(back, EvacuationRoute)
    assert on.length_m == pytest.approx(280, abs=0.01)
    assert back.length_m == pytest.approx(10 + 700 + 10, abs=0.01)
    walked = town.route(point(290, 0), point(10, 0), WALK)
    assert isinstance(walked, EvacuationRoute)
    assert walked.length_m == pytest.approx(280, abs=0.01)


def test_steps_are_no_way_for_a_wheelchair() -> None:
    town = road_network([road((0, 0), (300, 0)), road((300, 0), (600, 0), kind=RoadKind.STEPS)])
    walked = town.route(point(10, 0), point(590, 0), WALK)
    assert isinstance(walked, EvacuationRoute)
    assert walked.steps_m == pytest.approx(290, abs=0.01)
    # The nearest road a wheelchair can use is where the steps begin.
    rolled = town.route(point(10, 0), point(590, 0), WHEELCHAIR)
    assert isinstance(rolled, EvacuationRoute)
    assert rolled.stub_m == pytest.approx(290, abs=0.01)
    assert rolled.steps_m == 0.0


def test_what_a_way_crosses_is_measured_once_where_zones_overlap() -> None:
    zones = [
        HazardZone("洪水浸水想定区域(想定最大規模)", polygon_wkb(20, -50, 60, 50), rank=2),
        HazardZone("洪水浸水想定区域(想定最大規模)", polygon_wkb(40, -50, 90, 50), rank=3),
        HazardZone("土砂災害警戒区域", polygon_wkb(500, 500, 600, 600)),
    ]
    found = _town().route(point(0, 0), point(100, 0), WALK, None, zones)
    assert isinstance(found, EvacuationRoute)
    assert [(one.name, one.rank) for one in found.hazards] == [("洪水浸水想定区域(想定最大規模)", 3)]
    assert found.hazards[0].length_m == pytest.approx(70, abs=0.01)


def test_a_huge_zone_is_met_quickly_and_rightly() -> None:
    angle = np.linspace(0, 2 * np.pi, 60_001)[:-1]
    ring = [(100 + 60 * math.cos(a), 60 * math.sin(a)) for a in angle]
    wkb = bytes(shapely.to_wkb(shapely.polygons(shapely.get_coordinates(shapely.from_wkb(line_wkb(ring))))))
    found = _town().route(point(0, 0), point(200, 0), WALK, None, [HazardZone("架空", wkb)])
    assert isinstance(found, EvacuationRoute)
    assert found.hazards[0].length_m == pytest.approx(120, abs=0.01)


def test_goals_are_where_roads_leave_the_zones() -> None:
    goals = _town().boundary_goals(
        [HazardZone("架空", polygon_wkb(-50, -50, 50, 50)), HazardZone("架空", polygon_wkb(40, -50, 150, 50))]
    )
    expected = {(150, 0), (0, 50)}
    for east, north in expected:
        near = point(east, north)
        assert any(math.hypot(g.lon - near.lon, g.lat - near.lat) < 1e-7 for g in goals)
    assert len(goals) == len(expected)


def test_nothing_usable_is_said_plainly() -> None:
    with pytest.raises(KnownProblem) as told:
        road_network([RoadLine(b"not a line"), RoadLine(bytes(shapely.to_wkb(shapely.Point(130.5, 33.3))))])
    assert told.value.code == "no_roads"


def test_closures_of_another_network_are_refused() -> None:
    closures = road_network([road((0, 0), (100, 0))]).closed_by([])
    with pytest.raises(TypeError):
        _town().lengths([point(0, 0)], [point(1, 0)], WALK, closures)


def test_nobody_and_nowhere() -> None:
    town = _town()
    assert town.lengths([], [point(0, 0)], WALK).metres == []
    assert town.lengths([point(0, 0)], [], WALK).nearest(0) is None
    assert town.places([], WALK).on_road.tolist() == []
