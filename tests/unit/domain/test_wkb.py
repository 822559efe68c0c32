from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.wkb import line_wkb, point_wkb, polygon_wkb

POINTS = st.builds(LonLat, st.floats(130.0, 131.0), st.floats(33.0, 34.0))


@given(st.lists(POINTS, min_size=3, max_size=9, unique=True))
def test_an_independent_reader_gets_the_same_corners(points: list[LonLat]) -> None:
    corners = [(point.lon, point.lat) for point in points]
    assert shapely.from_wkb(point_wkb(points[0])).coords[0] == corners[0]
    assert list(shapely.from_wkb(line_wkb(points)).coords) == corners
    for ring in (points, [*points, points[0]]):
        assert list(shapely.from_wkb(polygon_wkb([ring])).exterior.coords) == [*corners, corners[0]]


def test_a_hole_is_kept() -> None:
    outer = [LonLat(0, 0), LonLat(9, 0), LonLat(9, 9)]
    inner = [LonLat(7, 1), LonLat(8, 1), LonLat(8, 2)]
    assert len(shapely.from_wkb(polygon_wkb([outer, inner])).interiors) == 1


def test_too_few_corners_are_refused() -> None:
    here = LonLat(130.5, 33.3)
    with pytest.raises(ValueError, match="two corners"):
        line_wkb([here])
    for ring in ([], [here], [here, LonLat(130.6, 33.3), here]):
        with pytest.raises(ValueError, match="three corners"):
            polygon_wkb([ring])
