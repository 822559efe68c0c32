"""校区の区域: computed ones around the city's 46 points, and the question in which one a point lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import shapely

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import DistrictOutline
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.geo.crs import as_arrays, to_degrees, to_metric

#: A point this near to a polygon is still given to it (borders of open data are simplified by ~30 m).
NEAR_M: Final = 100.0
#: Without an outline of the city the computed areas reach this far around the points.
_HULL_MARGIN_M: Final = 1500.0

#: A shapely geometry or an array of them; shapely carries no types.
Shapes: TypeAlias = Any

METHOD_POLYGON: Final = "polygon"
METHOD_NEAREST: Final = "nearest"
METHOD_UNKNOWN: Final = "unknown"

COMPUTED_SOURCE: Final = "概略(校区の代表点から計算)"


def metric_geometry(geometry: Shapes) -> Shapes:
    """Turn shapes from degrees of EPSG:6668 into metres of EPSG:6670."""
    return shapely.transform(geometry, to_metric, interleaved=False)


def degree_geometry(geometry: Shapes) -> Shapes:
    """Turn shapes from metres of EPSG:6670 into degrees of EPSG:6668."""
    return shapely.transform(geometry, to_degrees, interleaved=False)


def computed_areas(
    points: Mapping[DistrictId, LonLat], boundary: bytes | None = None
) -> tuple[DistrictOutline, ...]:
    """概略の区域: for each 校区 the ground that is nearer to its point than to any other.

    Parameters
    ----------
    points
        The representative point of each 校区, degrees of EPSG:6668.
    boundary
        Outline of the city as WKB in EPSG:6668; None = the hull of the points with 1.5 km around it.

    Returns
    -------
    One outline per point in the same order, WKB in EPSG:6668, flagged ``approximate``.  Together they
    cover the outline without overlap.

    Raises
    ------
    KnownProblem
        ``district_points_same``: two 校区 have one point.
        ``district_outside_boundary``: no ground within the outline is nearest to a 校区's point.
    """
    if not points:
        return ()
    _refuse_equal_points(points)
    located = shapely.points(*to_metric(*as_arrays(list(points.values()))))
    clip = _clip_shape(located, boundary)
    cells = _cells(located, clip)
    outlines = []
    for district_id, cell in zip(points, shapely.intersection(cells, clip), strict=True):
        if shapely.area(cell) == 0:
            raise KnownProblem(
                "district_outside_boundary",
                "校区の代表点が市の外形から離れすぎていて、区域を計算できません。",
                where=f"校区「{district_id}」",
                advice="校区の代表点か、市の外形のファイルを確かめてください。",
            )
        wkb = bytes(shapely.to_wkb(degree_geometry(_polygons_only(cell))))
        outlines.append(DistrictOutline(district_id, wkb, approximate=True, source=COMPUTED_SOURCE))
    return tuple(outlines)


def _refuse_equal_points(points: Mapping[DistrictId, LonLat]) -> None:
    seen: dict[LonLat, DistrictId] = {}
    for district_id, point in points.items():
        if point in seen:
            raise KnownProblem(
                "district_points_same",
                "二つの校区の代表点が同じ場所にあり、区域を計算できません。",
                where=f"校区「{seen[point]}」と「{district_id}」",
                advice="どちらかの代表点を直してください。",
            )
        seen[point] = district_id


def _clip_shape(located: Shapes, boundary: bytes | None) -> Shapes:
    if boundary is None:
        hull = shapely.convex_hull(shapely.multipoints(located))
        return shapely.buffer(hull, _HULL_MARGIN_M)
    return shapely.make_valid(metric_geometry(shapely.from_wkb(boundary)))


def _cells(located: Shapes, clip: Shapes) -> Shapes:
    if len(located) == 1:
        return np.array([clip], dtype=object)
    cells = shapely.voronoi_polygons(shapely.multipoints(located), extend_to=clip, ordered=True)
    return shapely.get_parts(cells)


def _polygons_only(geometry: Shapes) -> Shapes:
    """Clipping can leave lines and points where shapes touch; only areas are kept."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    kept = [part for part in parts if shapely.get_type_id(part) == shapely.GeometryType.POLYGON]
    return kept[0] if len(kept) == 1 else shapely.multipolygons(kept)


@dataclass(frozen=True, slots=True)
class Located:
    """判定: 校区 (None = not known), method and distance to its area in metres of EPSG:6670."""

    district_id: DistrictId | None
    method: str
    distance_m: float


class PolygonLocator:
    """校区の判定 by polygons (``services.ports.clock.DistrictLocator``).

    Inside an imported polygon → ``polygon``, 0 m; on a border between two, the first in order of the
    outlines.  Inside a computed area, or within 100 m of any area → ``nearest`` with the distance
    (a computed area *is* the ground nearest to a point, never more).  Farther out → no 校区,
    ``unknown``, with the distance to the nearest area (infinite without any outline), for a person to
    decide.
    """

    def __init__(self, outlines: Sequence[DistrictOutline]) -> None:
        self._ids = [outline.district_id for outline in outlines]
        self._approximate = [outline.approximate for outline in outlines]
        shapes = shapely.from_wkb([outline.wkb for outline in outlines])
        self._shapes = metric_geometry(shapely.make_valid(shapes)) if outlines else np.empty(0, dtype=object)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    def locate(self, point: LonLat) -> tuple[DistrictId | None, str, float]:
        """District, method and distance in metres of one point (degrees of EPSG:6668)."""
        found = self.locate_many([point])[0]
        return found.district_id, found.method, found.distance_m

    def locate_many(self, points: Sequence[LonLat]) -> list[Located]:
        """Do the same for many points at once, in their order."""
        if not self._ids or not points:
            return [Located(None, METHOD_UNKNOWN, float("inf")) for _ in points]
        located = shapely.points(*to_metric(*as_arrays(points)))
        inside = self._inside(located)
        results = [self._result_inside(int(index)) for index in inside]
        outside = np.flatnonzero(inside < 0)
        for position, found in zip(outside, self._nearest(located[outside]), strict=True):
            results[int(position)] = found
        return results

    def _inside(self, located: Shapes) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Index of the first area that covers each point; -1 = none."""
        points_hit, shapes_hit = self._tree.query(located, predicate="intersects")
        first = np.full(len(located), len(self._ids), dtype=np.int64)
        np.minimum.at(first, points_hit, shapes_hit)
        return np.where(first == len(self._ids), -1, first)

    def _result_inside(self, index: int) -> Located:
        if index < 0:
            return Located(None, METHOD_UNKNOWN, float("inf"))
        method = METHOD_NEAREST if self._approximate[index] else METHOD_POLYGON
        return Located(self._ids[index], method, 0.0)

    def _nearest(self, located: Shapes) -> list[Located]:
        if not len(located):
            return []
        pairs, distances = self._tree.query_nearest(located, return_distance=True, all_matches=False)
        found = []
        for index, distance in zip(pairs[1], distances, strict=True):
            is_near = float(distance) <= NEAR_M
            district_id = self._ids[int(index)] if is_near else None
            found.append(Located(district_id, METHOD_NEAREST if is_near else METHOD_UNKNOWN, float(distance)))
        return found
