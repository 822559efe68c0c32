"""N13 and OpenStreetMap become road lines in the program's words."""

from __future__ import annotations

import math

import pytest

from kurume_bousai.domain.roads import RoadDirection, RoadKind, WidthClass
from kurume_bousai.geo.roads.attributes import N13, OSM, Properties, mapping_for, road_line


@pytest.mark.parametrize(
    ("properties", "kind", "width", "level"),
    [
        ({"N13_002": 1, "N13_003": 3, "N13_005": 0, "N13_006": 1}, RoadKind.ROAD, WidthClass.UNDER_3, 0),
        ({"N13_002": "1", "N13_003": "4", "N13_006": "5"}, RoadKind.EXPRESSWAY, WidthClass.OVER_19_5, 0),
        ({"N13_002": 3.0, "N13_003": 3.0, "N13_006": 2.0}, RoadKind.FOOTPATH, WidthClass.TO_5_5, 0),
        ({"N13_002": "4", "N13_005": "1"}, RoadKind.STEPS, WidthClass.UNKNOWN, 1),
        ({"N13_002": None, "N13_006": math.nan}, RoadKind.ROAD, WidthClass.UNKNOWN, 0),
    ],
)
def test_n13(properties: Properties, kind: RoadKind, width: WidthClass, level: int) -> None:
    line = road_line(b"", properties, N13)
    assert line is not None
    assert (line.kind, line.width, line.level, line.direction) == (kind, width, level, RoadDirection.BOTH)


@pytest.mark.parametrize(
    ("properties", "kind", "width", "direction"),
    [
        ({"highway": "residential"}, RoadKind.ROAD, WidthClass.UNKNOWN, RoadDirection.BOTH),
        (
            {"highway": "primary", "oneway": "yes", "width": "6.5 m"},
            RoadKind.ROAD,
            WidthClass.TO_13,
            RoadDirection.FORWARD,
        ),
        (
            {"highway": "service", "oneway": -1, "width": "2"},
            RoadKind.ROAD,
            WidthClass.UNDER_3,
            RoadDirection.BACKWARD,
        ),
        (
            {"highway": "tertiary", "junction": "roundabout"},
            RoadKind.ROAD,
            WidthClass.UNKNOWN,
            RoadDirection.FORWARD,
        ),
        ({"highway": "steps"}, RoadKind.STEPS, WidthClass.UNKNOWN, RoadDirection.BOTH),
        (
            {"highway": "motorway", "oneway": "no"},
            RoadKind.EXPRESSWAY,
            WidthClass.UNKNOWN,
            RoadDirection.BOTH,
        ),
    ],
)
def test_osm(properties: Properties, kind: RoadKind, width: WidthClass, direction: RoadDirection) -> None:
    line = road_line(b"", properties, OSM)
    assert line is not None
    assert (line.kind, line.width, line.direction) == (kind, width, direction)


@pytest.mark.parametrize(
    "properties",
    [{}, {"highway": None}, {"highway": "construction"}, {"highway": "service", "access": "private"}],
)
def test_osm_lines_nobody_goes_along_are_left_out(properties: Properties) -> None:
    assert road_line(b"", properties, OSM) is None


def test_a_file_is_known_by_its_fields() -> None:
    assert mapping_for(frozenset({"N13_001", "N13_002", "N13_003"})) is N13
    assert mapping_for(frozenset({"highway", "name"})) is OSM
    assert mapping_for(frozenset({"A31a_205"})) is None
