from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hazards import FloodRank
from kurume_bousai.services.fictional.flood import FloodPolygon, fictional_flood

FLOOD = fictional_flood()


def shape(polygon: FloodPolygon) -> Polygon:
    outer, *holes = ([(point.lon, point.lat) for point in ring] for ring in polygon.rings)
    return Polygon(outer, holes)


SHAPES = [(polygon.rank, shape(polygon)) for polygon in FLOOD.polygons]


def test_polygons_are_valid_closed_and_of_every_rank() -> None:
    assert {rank for rank, _ in SHAPES} == set(range(1, 6))
    assert all(one.is_valid and one.area > 0 for _, one in SHAPES)
    assert all(ring[0] == ring[-1] for polygon in FLOOD.polygons for ring in polygon.rings)


def test_it_is_the_same_every_time() -> None:
    assert fictional_flood() == FLOOD
    assert "架空" in FLOOD.name


@given(st.floats(130.385, 130.732), st.floats(33.224, 33.368))
def test_the_rank_at_a_point_is_the_deepest_polygon_there(lon: float, lat: float) -> None:
    point = Point(lon, lat)
    near_an_edge = any(one.boundary.distance(point) < 1e-5 for _, one in SHAPES)
    if not near_an_edge:
        assert FLOOD.rank_at(LonLat(lon, lat)) == max(ranks_at(point), default=FloodRank.OUTSIDE)


def ranks_at(point: Point) -> Iterator[FloodRank]:
    return (rank for rank, one in SHAPES if one.contains(point))
