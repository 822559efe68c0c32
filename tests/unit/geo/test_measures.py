"""Lengths and surfaces in EPSG:6670, against the ellipsoid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.geo.measures import PlaneMeasures

_MEASURES = PlaneMeasures()
_PLACES = st.builds(LonLat, st.floats(130.40, 130.72), st.floats(33.235, 33.365))
_SQUARE = [LonLat(130.50, 33.30), LonLat(130.51, 33.30), LonLat(130.51, 33.31), LonLat(130.50, 33.31)]


@given(st.lists(_PLACES, min_size=2, max_size=8))
def test_a_length_is_that_of_the_ellipsoid(points: list[LonLat]) -> None:
    geod = Geod(ellps="GRS80")
    whole = geod.line_length([point.lon for point in points], [point.lat for point in points])
    # The plane is 0.01 % short in its middle; the city lies near it.
    assert _MEASURES.length_m(points) == pytest.approx(whole, rel=2e-4, abs=0.01)


@given(st.lists(_PLACES, max_size=6))
def test_a_length_does_not_mind_the_direction(points: list[LonLat]) -> None:
    assert _MEASURES.length_m(points) == pytest.approx(_MEASURES.length_m(points[::-1]))


def test_a_surface_is_that_of_the_ellipsoid() -> None:
    geod = Geod(ellps="GRS80")
    wanted, _ = geod.polygon_area_perimeter(
        [point.lon for point in _SQUARE], [point.lat for point in _SQUARE]
    )
    assert _MEASURES.surface_m2(_SQUARE) == pytest.approx(abs(wanted), rel=4e-4)


def test_a_ring_may_be_closed_and_may_turn_either_way() -> None:
    open_ring = _MEASURES.surface_m2(_SQUARE)
    assert _MEASURES.surface_m2([*_SQUARE, _SQUARE[0]]) == pytest.approx(open_ring)
    assert _MEASURES.surface_m2(_SQUARE[::-1]) == pytest.approx(open_ring)


def test_edges_that_cross_have_no_surface() -> None:
    assert _MEASURES.surface_m2([_SQUARE[0], _SQUARE[2], _SQUARE[1], _SQUARE[3]]) is None


@pytest.mark.parametrize("points", [[], _SQUARE[:1], _SQUARE[:2], [_SQUARE[0]] * 4])
def test_too_few_corners_have_no_surface_yet(points: list[LonLat]) -> None:
    assert _MEASURES.surface_m2(points) == 0.0
    assert _MEASURES.length_m(points[:1]) == 0.0
