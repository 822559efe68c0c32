"""図形の修復: polygons made valid so that no ground in danger is lost, and which were not valid."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from kurume_bousai.exchange.layers.locating import KEPT_EXTENT
from kurume_bousai.exchange.layers.tables import Shapes

#: Above this a polygon is cut to the city and its margin: a whole river system need not be carried.
HUGE_VERTICES: Final = 50_000
_T = shapely.GeometryType
_AREAL: Final = frozenset({int(_T.POLYGON), int(_T.MULTIPOLYGON)})
_LINEAR: Final = frozenset({int(_T.LINESTRING), int(_T.MULTILINESTRING), int(_T.LINEARRING)})
_POINTS: Final = frozenset({int(_T.POINT), int(_T.MULTIPOINT)})
KINDS: Final = {"polygon": _AREAL, "line": _LINEAR, "point": _POINTS}
WORDS: Final = {"polygon": "面", "line": "線", "point": "点"}


def of_kind(shapes: Shapes, geometry: str) -> npt.NDArray[np.bool_]:
    """Which shapes are of the wanted kind; every kind but an empty one where none is wanted."""
    kinds = shapely.get_type_id(shapes)
    wanted = KINDS.get(geometry)
    present = (kinds >= 0) & ~shapely.is_empty(shapes)
    return np.asarray(present if wanted is None else present & np.isin(kinds, list(wanted)))


def cut_huge(shapes: Shapes) -> tuple[Shapes, int]:
    """Cut shapes of very many vertices to the ground that is kept; how many were cut.

    Valid input only: a box cuts a broken ring into nonsense.
    """
    huge = shapely.get_num_coordinates(shapes) > HUGE_VERTICES
    if not huge.any():
        return shapes, 0
    result = np.array(shapes, dtype=object)
    result[huge] = shapely.clip_by_rect(result[huge], *KEPT_EXTENT)
    return result, int(huge.sum())


def repaired(shapes: Shapes) -> tuple[Shapes, npt.NDArray[np.intp]]:
    """Valid shapes, and the places of those that were not valid. A shape that is no ground at all → None."""
    broken = np.flatnonzero(~shapely.is_valid(shapes))
    if not len(broken):
        return shapes, broken
    result = np.array(shapes, dtype=object)
    for place in broken:
        result[place] = whole(result[place])
    return result, broken


def whole(shape: Any) -> Any:  # noqa: ANN401 - shapely carries no types
    """A valid polygon of the same ground.

    Shells are united, never cancelled by crossing each other; a ring meant as a hole that lies outside its
    shell is ground of its own (parts written as extra rings), so that a repair never dries a flooded place.
    """
    if int(shapely.get_type_id(shape)) not in _AREAL:
        return shapely.make_valid(shape)
    ground: list[Shapes] = []
    holes: list[Shapes] = []
    for part in shapely.get_parts(shape):
        shell = shapely.make_valid(shapely.Polygon(shapely.get_exterior_ring(part)))
        ground.append(shell)
        for index in range(int(shapely.get_num_interior_rings(part))):
            ring = shapely.make_valid(shapely.Polygon(shapely.get_interior_ring(part, index)))
            inside = shapely.area(shapely.intersection(shell, ring)) > 0.5 * shapely.area(ring)
            (holes if inside else ground).append(ring)
    united = shapely.union_all([_areal(one) for one in ground])
    return _areal(shapely.difference(united, shapely.union_all([_areal(one) for one in holes])))


def _areal(shape: Any) -> Any:  # noqa: ANN401 - shapely carries no types
    """The polygons of a shape, without stray lines and points; None where nothing is left."""
    parts = [
        part
        for part in shapely.get_parts(shapely.get_parts(shape))
        if int(shapely.get_type_id(part)) in _AREAL
    ]
    return shapely.union_all(parts) if parts else None
