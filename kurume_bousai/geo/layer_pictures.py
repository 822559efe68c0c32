"""見取り図: the shapes of a file as a few thousand corners, and how much of the city a file speaks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely

from kurume_bousai.domain.coordinates import CITY_EXTENT
from kurume_bousai.domain.layers import Extent
from kurume_bousai.services.ports.map_layers import LayerPicture, Line

#: Shapes shown at most: more are a grey cloud on a picture of 300 px.
MOST_SHAPES: Final = 3000
#: About 30 m: nothing smaller is seen on the picture.
_TOLERANCE_DEG: Final = 0.0003
_MOST_CORNERS: Final = 60_000
_T = shapely.GeometryType
#: A shapely geometry or an array of them; shapely carries no types.
_Shapes = Any


def city_share(coverage: bytes) -> float:
    """Share of the city's box that a coverage (WKB, EPSG:6668) holds, 0 to 1."""
    # A share of one small box: the same stretch of degrees above and below the line.
    city = shapely.box(*CITY_EXTENT)
    return float(shapely.area(shapely.intersection(shapely.from_wkb(coverage), city)) / shapely.area(city))


def make_picture(
    features: Sequence[bytes], coverage: bytes | None, outlines: Sequence[bytes]
) -> LayerPicture:
    """Simplify shapes (WKB, EPSG:6668) for a look; every n-th where there are very many."""
    step = max(1, -(-len(features) // MOST_SHAPES))
    shapes = _read(features[::step])
    rings, lines, points = _parts(shapes)
    city = _parts(_read(outlines))[0] if outlines else (_box(CITY_EXTENT),)
    known = _parts(_read([coverage]))[0] if coverage is not None else ()
    return LayerPicture(
        extent=_extent(shapes),
        city=city,
        rings=rings,
        lines=lines,
        points=points,
        coverage=known,
        shown=len(shapes),
        total=len(features),
    )


def _read(wkb: Sequence[bytes]) -> _Shapes:
    return shapely.from_wkb(list(wkb)) if wkb else np.empty(0, dtype=object)


def _extent(shapes: _Shapes) -> tuple[float, float, float, float]:
    if not len(shapes):
        return CITY_EXTENT
    west, south, east, north = (float(side) for side in shapely.total_bounds(shapes))
    return west, south, east, north


def _parts(shapes: _Shapes) -> tuple[tuple[Line, ...], tuple[Line, ...], Line]:
    """Rings, lines and points, simplified until they are few enough to be painted at once."""
    tolerance = _TOLERANCE_DEG
    thin = shapely.simplify(shapes, tolerance, preserve_topology=False)
    while int(shapely.get_num_coordinates(thin).sum()) > _MOST_CORNERS and tolerance < 0.02:
        tolerance *= 2
        thin = shapely.simplify(shapes, tolerance, preserve_topology=False)
    single = shapely.get_parts(shapely.get_parts(thin))
    kinds = shapely.get_type_id(single)
    rings = shapely.get_exterior_ring(single[kinds == int(_T.POLYGON)])
    lines = single[(kinds == int(_T.LINESTRING)) | (kinds == int(_T.LINEARRING))]
    points = single[kinds == int(_T.POINT)]
    corners = tuple((float(x), float(y)) for x, y in shapely.get_coordinates(points))
    return _corners(rings), _corners(lines), corners


def _box(extent: Extent) -> Line:
    west, south, east, north = extent
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


def _corners(lines: _Shapes) -> tuple[Line, ...]:
    return tuple(
        tuple((float(x), float(y)) for x, y in shapely.get_coordinates(line)) for line in lines if line
    )
