"""Layers as they are kept become roads, each by the words of its source."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
import shapely

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.layers import Attribute, LayerFeature, LayerId, LayerSource, MapLayer
from kurume_bousai.domain.roads import RoadDirection, RoadKind, RoadLine, WidthClass
from kurume_bousai.geo.roads.network import road_network
from kurume_bousai.geo.roads.stored import network_of_layers, road_lines
from kurume_bousai.services.ports.routes import Barrier
from tests.helpers.road_nets import line_wkb, point, polygon_wkb, road

SOURCE = LayerSource("架空.zip", "00", "架空", "架空")


def layer(dataset: str) -> MapLayer:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return MapLayer(LayerId(dataset), dataset, "road", "", "道路", SOURCE, at, "架空", (130, 33, 131, 34))


def lines(dataset: str, *kept: LayerFeature) -> list[RoadLine]:
    return list(road_lines(layer(dataset), kept))


def feature(value: int | None = None, level: int | None = None, **attributes: Attribute) -> LayerFeature:
    return LayerFeature(line_wkb([(0, 0), (100, 0)]), value, level, attributes)


def test_n13_by_its_codes() -> None:
    narrow, steps, fast, plain = lines(
        "N13",
        feature(1, 3, type=1, storey=0),
        feature(None, 3, type=4.0, storey="1"),
        feature(5, 4, type=1),
        feature(),
    )
    assert (narrow.kind, narrow.width, narrow.level) == (RoadKind.ROAD, WidthClass.UNDER_3, 0)
    assert (steps.kind, steps.width, steps.level) == (RoadKind.STEPS, WidthClass.UNKNOWN, 1)
    assert (fast.kind, fast.width) == (RoadKind.EXPRESSWAY, WidthClass.OVER_19_5)
    assert (plain.kind, plain.direction) == (RoadKind.ROAD, RoadDirection.BOTH)


def test_openstreetmap_with_tags_in_one_text_and_geofabriks_letters() -> None:
    tagged, shape, track = lines(
        "OSM",
        feature(highway="residential", tags='"oneway"=>"-1","width"=>"2.4 m","note"=>"\\"x\\", y"'),
        feature(highway="secondary", oneway="F", layer=-1, name="架空通り"),
        feature(highway="track_grade3", oneway="B"),
    )
    assert (tagged.direction, tagged.width) == (RoadDirection.BACKWARD, WidthClass.UNDER_3)
    assert (shape.direction, shape.level, shape.name) == (RoadDirection.FORWARD, -1, "架空通り")
    assert (track.kind, track.direction) == (RoadKind.ROAD, RoadDirection.BOTH)
    gone = (feature(highway="residential", tags='"access"=>"private"'), feature(tags='"waterway"=>"river"'))
    assert lines("OSM", *gone) == []


def test_a_layer_of_another_source_has_no_roads() -> None:
    assert lines("other", feature(highway="residential")) == []
    with pytest.raises(KnownProblem) as told:
        network_of_layers([(layer("other"), [feature()])])
    assert told.value.code == "no_roads"


def test_closing_more_leaves_what_was_closed_before_as_it_was() -> None:
    network = road_network([road((0, 0), (400, 0)), road((400, 0), (400, 300))])
    zone = network.closed_by([Barrier(polygon_wkb(100, -20, 120, 20))])
    before = zone.blocks.low_m.copy()
    spot = Barrier(bytes(shapely.to_wkb(shapely.Point(point(400, 200).lon, point(400, 200).lat))))
    both = network.closed_by([spot], zone)
    assert (zone.edges, both.edges) == (1, 2)
    assert np.array_equal(zone.blocks.low_m, before)
    assert network.closed_by([], zone).edges == 1
