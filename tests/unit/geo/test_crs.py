"""Metres come from EPSG:6670; degrees stay longitude first."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.geo import crs

lons = st.floats(130.37, 130.75)
lats = st.floats(33.21, 33.38)
points = st.builds(LonLat, lons, lats)


@given(points)
def test_metres_and_back_is_the_same_place(point: LonLat) -> None:
    lon, lat = crs.to_degrees(*crs.to_metric(point.lon, point.lat))
    assert float(lon[0]) == pytest.approx(point.lon, abs=1e-9)
    assert float(lat[0]) == pytest.approx(point.lat, abs=1e-9)


def test_easting_comes_first() -> None:
    # EPSG:6670 has its origin at 131°E 33°N: Kurume lies west and north of it.
    east, north = crs.to_metric(130.5, 33.3)
    assert east[0] < 0 < north[0]


def test_a_thousandth_of_a_degree_in_metres() -> None:
    assert crs.distance_m(LonLat(130.5, 33.3), LonLat(130.5, 33.301)) == pytest.approx(110.9, abs=0.2)
    assert crs.distance_m(LonLat(130.5, 33.3), LonLat(130.501, 33.3)) == pytest.approx(93.1, abs=0.2)


@given(st.lists(points, min_size=1, max_size=20))
def test_blur_moves_nobody_farther_than_half_a_cell_diagonal(homes: list[LonLat]) -> None:
    for home, blurred in zip(homes, crs.blur(homes), strict=True):
        assert crs.distance_m(home, blurred) <= 50 * math.sqrt(2) + 1e-3


@given(st.lists(points, min_size=1, max_size=20))
def test_blurred_places_are_centres_of_cells_of_100_m(homes: list[LonLat]) -> None:
    for blurred in crs.blur(homes):
        east, north = crs.to_metric(blurred.lon, blurred.lat)
        for value in (float(east[0]), float(north[0])):
            assert (value % 100) == pytest.approx(50, abs=1e-3)


def test_two_homes_of_one_cell_cannot_be_told_apart() -> None:
    lon, lat = crs.to_degrees([-50010.0, -50090.0], [33010.0, 33090.0])
    first, second = crs.blur([LonLat(float(lon[0]), float(lat[0])), LonLat(float(lon[1]), float(lat[1]))])
    assert first == second


@given(lons, lats)
def test_web_mercator_and_back(lon: float, lat: float) -> None:
    back_lon, back_lat = crs.from_web_mercator(*crs.to_web_mercator(lon, lat))
    assert float(back_lon[0]) == pytest.approx(lon, abs=1e-9)
    assert float(back_lat[0]) == pytest.approx(lat, abs=1e-9)


def test_web_mercator_agrees_with_proj() -> None:
    from pyproj import Transformer

    expected = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(130.5, 33.3)
    x, y = crs.to_web_mercator(130.5, 33.3)
    assert (float(x[0]), float(y[0])) == pytest.approx(expected, abs=1e-3)
