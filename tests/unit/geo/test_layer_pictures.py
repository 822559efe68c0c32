"""A look of a file stays small, and the share of the city is that of its box."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from kurume_bousai.domain.coordinates import CITY_EXTENT
from kurume_bousai.geo.layer_pictures import MOST_SHAPES, city_share, make_picture

WEST, SOUTH, EAST, NORTH = CITY_EXTENT


@pytest.mark.parametrize(
    ("box", "share"),
    [
        ((WEST - 1, SOUTH - 1, EAST + 1, NORTH + 1), 1.0),
        ((WEST, SOUTH, (WEST + EAST) / 2, NORTH), 0.5),
        ((0.0, 0.0, 1.0, 1.0), 0.0),
    ],
)
def test_the_share_of_the_city(box: tuple[float, float, float, float], share: float) -> None:
    assert city_share(shapely.to_wkb(shapely.box(*box))) == pytest.approx(share)


def test_kinds_stand_apart_and_the_city_is_its_box_without_outlines() -> None:
    shapes = [
        shapely.box(130.5, 33.3, 130.51, 33.31),
        shapely.MultiLineString([[(130.5, 33.3), (130.6, 33.3)], [(130.5, 33.2), (130.6, 33.2)]]),
        shapely.MultiPoint([(130.5, 33.3), (130.6, 33.3)]),
    ]
    picture = make_picture([shapely.to_wkb(shape) for shape in shapes], None, [])
    assert (len(picture.rings), len(picture.lines), len(picture.points)) == (1, 2, 2)
    assert picture.extent == pytest.approx((130.5, 33.2, 130.6, 33.31))
    assert len(picture.city) == 1
    assert picture.coverage == ()


def test_very_many_shapes_and_corners_are_thinned() -> None:
    points = shapely.to_wkb(shapely.points(np.linspace(130.4, 130.7, 10_000), 33.3))
    picture = make_picture(list(points), None, [])
    assert picture.total == 10_000
    assert picture.shown <= MOST_SHAPES
    turn = np.linspace(0, 2 * np.pi, 200_000)
    ring = shapely.Polygon(np.column_stack([130.55 + 0.1 * np.cos(turn), 33.3 + 0.1 * np.sin(turn)]))
    picture = make_picture([shapely.to_wkb(ring)], None, [])
    assert len(picture.rings[0]) < 1000


def test_nothing_at_all() -> None:
    picture = make_picture([], shapely.to_wkb(shapely.box(*CITY_EXTENT)), [])
    assert (picture.total, picture.extent, len(picture.coverage)) == (0, CITY_EXTENT, 1)
