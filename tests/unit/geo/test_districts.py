"""Computed areas cover the city without overlap; a point finds its 校区, or is said to be outside."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import DistrictOutline
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.geo import crs
from kurume_bousai.geo.districts import PolygonLocator, computed_areas, metric_geometry

_GRID = {DistrictId(f"校区{n}"): LonLat(130.45 + n % 4 * 0.05, 33.26 + n // 4 * 0.03) for n in range(12)}


def _square(name: str, west: float, south: float, *, approximate: bool = False) -> DistrictOutline:
    shape = shapely.box(west, south, west + 0.02, south + 0.02)
    return DistrictOutline(DistrictId(name), bytes(shapely.to_wkb(shape)), approximate)


@pytest.fixture(scope="module")
def real_outlines() -> list[DistrictOutline]:
    path = Path(__file__).parents[4] / "shared/data/kurume_school_districts/kurume_a27_16_clean.geojson"
    if not path.is_file():
        pytest.skip("official files (../shared/data) are not on this machine")
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return [
        DistrictOutline(
            DistrictId(feature["properties"]["name"]),
            bytes(shapely.to_wkb(shapely.geometry.shape(feature["geometry"]))),
            approximate=False,
        )
        for feature in features
    ]


def test_computed_areas_are_flagged_and_hold_their_points() -> None:
    outlines = computed_areas(_GRID)
    assert [outline.district_id for outline in outlines] == list(_GRID)
    assert all(outline.approximate and "概略" in outline.source for outline in outlines)
    for outline in outlines:
        point = _GRID[outline.district_id]
        assert shapely.contains_xy(shapely.from_wkb(outline.wkb), point.lon, point.lat)


def test_computed_areas_fill_the_real_outline_exactly(
    shared_data: Path, real_outlines: list[DistrictOutline]
) -> None:
    text = (shared_data / "kurume_boundary/40203.geojson").read_text(encoding="utf-8")
    boundary = shapely.geometry.shape(json.loads(text)["features"][0]["geometry"])
    inside = [shapely.point_on_surface(shapely.from_wkb(outline.wkb)) for outline in real_outlines]
    points = {
        outline.district_id: LonLat(point.x, point.y)
        for outline, point in zip(real_outlines, inside, strict=True)
    }
    areas = computed_areas(points, bytes(shapely.to_wkb(boundary)))
    shapes = metric_geometry(shapely.from_wkb([area.wkb for area in areas]))
    assert len(areas) == 46
    city_m2 = shapely.area(metric_geometry(boundary))
    assert city_m2 / 1e6 == pytest.approx(229.93, abs=0.01)
    assert shapely.area(shapes).sum() == pytest.approx(city_m2, rel=1e-6)  # no gap …
    assert shapely.area(shapely.union_all(shapes)) == pytest.approx(city_m2, rel=1e-6)  # … and no overlap
    assert shapely.is_valid(shapes).all()


@given(st.sampled_from(sorted(_GRID)), st.floats(-0.01, 0.01), st.floats(-0.009, 0.009))
def test_a_place_in_a_computed_area_is_nearest_to_its_point(name: str, east: float, north: float) -> None:
    start = _GRID[DistrictId(name)]
    place = LonLat(start.lon + east, start.lat + north)
    found, method, way_m = PolygonLocator(computed_areas(_GRID)).locate(place)
    ways = sorted((crs.distance_m(place, point), district) for district, point in _GRID.items())
    if ways[1][0] - ways[0][0] > 0.01:
        assert (found, method, way_m) == (ways[0][1], "nearest", 0.0)


def test_no_points_no_areas_and_one_point_takes_all() -> None:
    assert computed_areas({}) == ()
    only = computed_areas({DistrictId("a"): LonLat(130.5, 33.3)})
    assert len(only) == 1


def test_two_districts_at_one_point_are_refused() -> None:
    with pytest.raises(KnownProblem) as caught:
        computed_areas({DistrictId("a"): LonLat(130.5, 33.3), DistrictId("b"): LonLat(130.5, 33.3)})
    assert caught.value.code == "district_points_same"


def test_a_point_whose_ground_is_outside_the_city_is_refused() -> None:
    boundary = bytes(shapely.to_wkb(shapely.box(130.45, 33.28, 130.55, 33.32)))
    points = {
        DistrictId("a"): LonLat(130.5, 33.3),
        DistrictId("b"): LonLat(130.52, 33.3),
        DistrictId("far"): LonLat(130.7, 33.3),
    }
    with pytest.raises(KnownProblem) as caught:
        computed_areas(points, boundary)
    assert caught.value.code == "district_outside_boundary"


def test_inside_near_and_far() -> None:
    locator = PolygonLocator([_square("a", 130.50, 33.30), _square("b", 130.52, 33.30)])
    assert locator.locate(LonLat(130.51, 33.31)) == ("a", "polygon", 0.0)
    assert locator.locate(LonLat(130.53, 33.31)) == ("b", "polygon", 0.0)
    assert locator.locate(LonLat(130.52, 33.31))[:2] == ("a", "polygon")  # on the border: the first
    found, method, way_m = locator.locate(LonLat(130.4995, 33.31))
    assert (found, method) == ("a", "nearest")
    assert way_m == pytest.approx(46.6, abs=0.5)
    found, method, way_m = locator.locate(LonLat(130.48, 33.31))
    assert (found, method) == (None, "unknown")
    assert way_m == pytest.approx(1862, abs=5)


def test_without_outlines_nothing_is_known() -> None:
    assert PolygonLocator([]).locate(LonLat(130.5, 33.3)) == (None, "unknown", float("inf"))


def test_the_order_of_points_does_not_matter_and_many_agree_with_one(
    real_outlines: list[DistrictOutline],
) -> None:
    random = np.random.default_rng(7)
    places = [
        LonLat(float(x), float(y))
        for x, y in zip(random.uniform(130.42, 130.7, 200), random.uniform(33.24, 33.36, 200), strict=True)
    ]
    locator = PolygonLocator(real_outlines)
    many = locator.locate_many(places)
    assert [(one.district_id, one.method, one.distance_m) for one in many] == [
        locator.locate(place) for place in places
    ]
    assert locator.locate_many(places[::-1]) == many[::-1]
    assert sum(one.method == "polygon" for one in many) > 100
