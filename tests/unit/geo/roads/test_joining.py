"""Lines meet where they should, and only there; bad geometry is counted, nothing is lost in silence."""

from __future__ import annotations

import math
import struct

import pytest
import shapely

from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.roads import NetworkSummary, RoadLine
from kurume_bousai.domain.routes import TRAVEL_RULES, EvacuationRoute
from kurume_bousai.geo.roads.network import JoinedRoads, road_network
from tests.helpers.road_nets import line_wkb, point, road

WALK = TRAVEL_RULES[TravelMode.WALK]


def _length(network: JoinedRoads, start: tuple[float, float], end: tuple[float, float]) -> float:
    found = network.route(point(*start), point(*end), WALK)
    return found.length_m if isinstance(found, EvacuationRoute) else math.inf


@pytest.mark.parametrize(("gap_m", "length_m"), [(0.0, 500), (0.4, 499.6), (0.7, math.inf)])
def test_ends_within_the_tolerance_are_one_junction(gap_m: float, length_m: float) -> None:
    network = road_network([road((0, 0), (250, 0)), road((250 + gap_m, 0), (500, 0))])
    assert _length(network, (0, 0), (500, 0)) == pytest.approx(length_m, abs=0.5)


def test_an_end_on_the_middle_of_a_line_splits_it() -> None:
    network = road_network([road((0, 0), (500, 0)), road((200, 0.3), (200, 300))])
    assert network.summary.split_at_touch == 1
    assert (network.summary.edges, network.summary.junctions) == (3, 4)
    assert _length(network, (0, 0), (200, 300)) == pytest.approx(500, abs=1)


def test_lines_that_merely_cross_do_not_meet() -> None:
    network = road_network([road((0, 0), (500, 0)), road((250, -250), (250, 250))])
    assert network.summary.edges == 2
    assert math.isinf(_length(network, (0, 0), (250, 250)))


def test_a_shared_vertex_is_a_junction_on_one_level_only() -> None:
    cross = ((250, -250), (250, 0), (250, 250))
    flat = road_network([road((0, 0), (250, 0), (500, 0)), road(*cross)])
    assert _length(flat, (0, 0), (250, 250)) == pytest.approx(500, abs=0.01)
    bridge = road_network([road((0, 0), (250, 0), (500, 0)), road(*cross, level=1)])
    assert math.isinf(_length(bridge, (0, 0), (250, 250)))


def test_the_ends_of_a_bridge_join_the_ground() -> None:
    network = road_network(
        [road((0, 0), (100, 0)), road((100, 0), (200, 0), level=1), road((200, 0), (300, 0))]
    )
    assert _length(network, (0, 0), (300, 0)) == pytest.approx(300, abs=0.01)


def test_what_is_there_twice_is_counted_once() -> None:
    lines = [
        road((0, 0), (300, 0)),
        road((0, 0), (300, 0)),
        road((300, 0), (0, 0)),
        road((300, 0), (300, 300)),
    ]
    summary = road_network(lines).summary
    assert (summary.lines, summary.edges, summary.doubled) == (4, 2, 2)


def test_bad_geometry_is_counted_and_left_out() -> None:
    swapped = shapely.transform(shapely.from_wkb(line_wkb([(0, 0), (300, 0)])), lambda xy: xy[:, ::-1])
    lines = [
        road((0, 0), (300, 0)),
        RoadLine(b""),
        RoadLine(b"\x00broken"),
        RoadLine(bytes(shapely.to_wkb(shapely.Point(130.5, 33.3)))),
        RoadLine(bytes(shapely.to_wkb(shapely.LineString()))),
        RoadLine(struct.pack("<BII4d", 1, 2, 2, 130.5, 33.3, math.nan, 33.3)),
        RoadLine(bytes(shapely.to_wkb(swapped))),
        road((10, 10), (10.2, 10)),
        road((10, 10), (10, 10)),
    ]
    summary = road_network(lines).summary
    assert isinstance(summary, NetworkSummary)
    assert (summary.edges, summary.unread, summary.outside, summary.too_short) == (1, 5, 1, 2)


def test_lines_of_several_parts_and_heights_are_read() -> None:
    parts = [shapely.from_wkb(line_wkb(points)) for points in ([(0, 0), (300, 0)], [(300, 0), (300, 300)])]
    wkb = bytes(shapely.to_wkb(shapely.force_3d(shapely.multilinestrings(parts), 12.0)))
    network = road_network([RoadLine(wkb)])
    assert network.summary.length_m == pytest.approx(600, abs=0.1)
    assert _length(network, (0, 0), (300, 300)) == pytest.approx(600, abs=0.1)


def test_a_loop_can_be_walked_round() -> None:
    ring = [
        (100 + 50 * math.cos(a), 50 * math.sin(a)) for a in (math.pi + n * math.pi / 18 for n in range(36))
    ]
    network = road_network([road((0, 0), (50, 0)), road((50, 0), *ring[1:], (50, 0))])
    assert network.summary.edges == 2
    assert _length(network, (0, 0), (150, 0)) == pytest.approx(50 + 50 * math.pi, rel=0.01)


def test_nobody_is_put_on_an_island() -> None:
    network = road_network([road((0, 0), (500, 0)), road((100, 60), (140, 60))])
    assert network.summary.islands == 1
    assert _length(network, (120, 60), (500, 0)) == pytest.approx(60 + 380, abs=0.1)
