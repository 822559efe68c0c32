"""逃げ地図: 129 m a step at 43 m a minute, cut exactly, again after somebody draws 通れない."""

from __future__ import annotations

import math
import struct

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.roads import RoadDirection, RoadKind
from kurume_bousai.domain.routes import (
    CLOSED_STEP,
    NO_WAY_STEP,
    TRAVEL_RULES,
    EvacuationRoute,
    ReachMap,
    reach_step,
)
from kurume_bousai.geo.crs import distance_m
from kurume_bousai.geo.roads.network import JoinedRoads, road_network
from kurume_bousai.services.ports.routes import Barrier
from tests.helpers.road_nets import city_roads, line_wkb, point, polygon_wkb, road, scattered

WALK, CAR = TRAVEL_RULES[TravelMode.WALK], TRAVEL_RULES[TravelMode.CAR]
STEP_M = 129.0


def _straight(length_m: float = 2000.0) -> JoinedRoads:
    return road_network([road((0, 0), (length_m / 2, 0)), road((length_m / 2, 0), (length_m, 0))])


def _metres(reach: ReachMap) -> dict[int, float]:
    return {step: round(length_m, 1) for step, length_m in reach.metres.items()}


def test_each_step_is_129_metres_and_the_rest_is_beyond() -> None:
    reach = _straight(1500).reach([point(0, 0)], WALK)
    assert _metres(reach) == {**dict.fromkeys(range(1, 9), STEP_M), 9: 1500 - 8 * STEP_M}
    assert (reach.goals, reach.goals_off_road, reach.speed) == (1, 0, 43.0)


def test_pieces_point_to_the_goal_and_their_minutes_fit_their_step() -> None:
    goal = point(700, 0)
    for piece in _straight().reach([goal], WALK).pieces:
        first, last = (LonLat(*end) for end in (piece.line[0], piece.line[-1]))
        assert distance_m(first, goal) > distance_m(last, goal)
        assert piece.from_min > piece.to_min
        assert distance_m(first, goal) / 43 == pytest.approx(piece.from_min, abs=0.01)
        assert reach_step((piece.from_min + piece.to_min) / 2) == piece.step


def test_the_stub_of_a_goal_is_part_of_the_time() -> None:
    reach = _straight(1500).reach([point(0, 100)], WALK)
    assert _metres(reach)[1] == pytest.approx(29, abs=0.1)


def test_between_two_goals_the_watershed_is_in_the_middle() -> None:
    reach = _straight(1000).reach([point(0, 0), point(1000, 0)], WALK)
    assert _metres(reach) == {1: 258.0, 2: 258.0, 3: 258.0, 4: 226.0}


def test_a_near_goal_behind_a_far_one_wins() -> None:
    reach = road_network([road((0, 0), (400, 0))]).reach([point(100, 250), point(120, 0)], WALK)
    assert max(piece.from_min for piece in reach.pieces) == pytest.approx(280 / 43, abs=0.01)


def test_a_closed_part_is_shown_and_what_lies_behind_has_no_way() -> None:
    network = _straight(1000)
    reach = network.reach([point(0, 0)], WALK, network.closed_by([Barrier(polygon_wkb(240, -9, 260, 9))]))
    assert _metres(reach) == {1: 129.0, 2: 111.0, CLOSED_STEP: 20.0, NO_WAY_STEP: 740.0}
    assert all(math.isinf(piece.from_min) for piece in reach.pieces if piece.step <= NO_WAY_STEP)


@pytest.mark.parametrize(
    ("drawn", "closed_m"),
    [
        (shapely.Point(0, 0), 10.0),  # on the road
        (shapely.Point(0, 3), 8.0),  # beside it, within reach
        (shapely.Point(0, 25), 10.0),  # a hand that missed by 25 m
        (shapely.Point(0, 45), 0.0),  # no road here: told, nothing closed
    ],
)
def test_a_drawn_point_closes_the_road_beside_it(drawn: shapely.Point, closed_m: float) -> None:
    network = _straight(1000)
    at = point(300 + drawn.x, drawn.y)
    closures = network.closed_by([Barrier(bytes(shapely.to_wkb(shapely.Point(at.lon, at.lat))))])
    assert closures.without_effect == (() if closed_m else (0,))
    assert closures.edges == (1 if closed_m else 0)
    found = network.reach([point(0, 0)], WALK, closures).metres.get(CLOSED_STEP, 0.0)
    assert found == pytest.approx(closed_m, abs=0.1)


def test_a_line_drawn_over_a_crossing_closes_all_that_meets_there() -> None:
    network = road_network([road((0, 0), (300, 0)), road((300, 0), (600, 0)), road((300, 0), (300, 300))])
    closures = network.closed_by([Barrier(line_wkb([(290, -10), (310, 10)]))])
    assert closures.edges == 3


def test_a_shape_that_cannot_be_read_is_said() -> None:
    point_nan = struct.pack("<BI2d", 1, 1, math.nan, 33.3)
    for wkb in (b"", b"rubbish", bytes(shapely.to_wkb(shapely.Polygon())), point_nan):
        with pytest.raises(KnownProblem) as told:
            _straight().closed_by([Barrier(polygon_wkb(0, 0, 1, 1)), Barrier(wkb)])
        assert told.value.code == "shape_unreadable"
        assert "2番目" in told.value.where


def test_roads_nobody_can_use_are_left_out_and_one_way_streets_are_kept_to() -> None:
    lines = [
        road((0, 0), (300, 0), direction=RoadDirection.FORWARD),
        road((300, 0), (300, 300), kind=RoadKind.STEPS),
    ]
    reach = road_network(lines).reach([point(100, 0)], CAR)
    assert _metres(reach) == {1: 100.0, NO_WAY_STEP: 200.0}


def test_a_goal_off_road_is_counted() -> None:
    reach = _straight().reach([point(0, 0), point(0, 5000)], WALK)
    assert (reach.goals, reach.goals_off_road) == (1, 1)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 6), st.booleans())
def test_every_piece_says_what_the_way_from_it_says(seed: int, count: int, closed: bool) -> None:
    network = road_network(city_roads(60, 85, seed=seed))
    goals = [one for one in scattered(count, seed=seed) if network.places([one], WALK).on_road[0]]
    box = polygon_wkb(6000, 3000, 13_000, 8000)
    closures = network.closed_by([Barrier(box)] if closed else [])
    reach = network.reach(goals, WALK, closures)
    assert math.fsum(reach.metres.values()) == pytest.approx(network.summary.length_m, rel=1e-9)
    if not goals:
        assert set(reach.metres) <= {NO_WAY_STEP, CLOSED_STEP}
        return
    for piece in reach.pieces[:: max(1, len(reach.pieces) // 12)]:
        if piece.step == CLOSED_STEP:
            continue
        (x0, y0), (x1, y1) = piece.line[0], piece.line[1]
        middle = LonLat((x0 + x1) / 2, (y0 + y1) / 2)
        minutes = [
            found.minutes
            for goal in goals
            if isinstance(found := network.route(middle, goal, WALK, closures), EvacuationRoute)
        ]
        best = min(minutes, default=math.inf)
        assert piece.to_min - 0.01 <= best <= piece.from_min + 0.01 or best == piece.from_min
