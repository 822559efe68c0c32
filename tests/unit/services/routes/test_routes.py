"""With roads along roads, without them straight lines that say so."""

from __future__ import annotations

import pytest
import shapely

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.routes import EvacuationRoute, TravelChoice
from kurume_bousai.geo.crs import distance_m
from kurume_bousai.geo.roads.network import road_network
from kurume_bousai.geo.roads.straight import straight_metres
from kurume_bousai.services.ports.routes import Barrier
from kurume_bousai.services.routes.straight import RoadState, Routes, nearest_first
from tests.helpers.road_nets import point, polygon_wkb, road

WALK = TravelChoice()


def _routes() -> Routes:
    lines = [road((0, 0), (400, 0)), road((0, 0), (0, 300), (400, 300), (400, 0))]
    return Routes(straight_metres, RoadState(road_network(lines)))


def test_without_roads_everything_is_straight() -> None:
    bare = Routes(straight_metres, factor=1.2)
    found = bare.route(point(0, 0), point(300, 400), WALK)
    assert isinstance(found, EvacuationRoute)
    assert found.is_straight
    assert found.length_m == pytest.approx(600, abs=0.1)
    lengths = bare.lengths([point(0, 0)], [point(300, 400), point(30, 40)], WALK)
    assert lengths.is_straight
    assert list(lengths.metres[0]) == pytest.approx([600, 60], abs=0.1)
    assert nearest_first(lengths, 0) == [1, 0]
    assert (bare.has_roads, bare.summary, bare.closing([Barrier(b"x")])) == (False, None, bare)


def test_straight_metres_equal_the_distance_of_two() -> None:
    places = [point(0, 0), point(10, 900)]
    found = straight_metres(places, places[1:])
    assert [row[0] for row in found] == [distance_m(place, places[1]) for place in places]
    assert straight_metres(places, []) == [[], []]


def test_closing_and_opening_again() -> None:
    routes = _routes()
    closed = routes.closing([Barrier(polygon_wkb(190, -20, 210, 20))])
    ways = [one.route(point(0, 0), point(400, 0), WALK) for one in (routes, closed, closed.closing([]))]
    assert [round(way.length_m) for way in ways if isinstance(way, EvacuationRoute)] == [400, 1000, 400]
    assert closed.closures is not None
    assert closed.closures.edges == 1


def test_night_and_another_speed() -> None:
    routes = _routes()
    minutes = [
        routes.lengths([point(0, 0)], [point(400, 0)], choice).minutes[0][0]
        for choice in (
            WALK,
            TravelChoice(is_night=True),
            TravelChoice(TravelMode.WHEELCHAIR),
            TravelChoice(speed=60),
        )
    ]
    assert minutes == [pytest.approx(400 / speed, abs=0.01) for speed in (43, 34.4, 30, 60)]


def test_a_reach_map_needs_roads_and_goals() -> None:
    with pytest.raises(KnownProblem) as told:
        Routes(straight_metres).reach([point(0, 0)], WALK)
    assert told.value.code == "reach_no_roads"
    with pytest.raises(KnownProblem) as told:
        _routes().reach([], WALK)
    assert told.value.code == "reach_no_goals"
    assert _routes().reach([point(0, 0)], WALK).goals == 1


def test_a_broken_drawing_closes_nothing() -> None:
    with pytest.raises(KnownProblem):
        _routes().closing([Barrier(bytes(shapely.to_wkb(shapely.LineString())))])
