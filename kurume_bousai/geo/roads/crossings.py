"""通る区域: what lies on a way, and where roads leave the zones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import shapely

from kurume_bousai.domain.routes import HazardStretch, HazardZone
from kurume_bousai.geo.roads.closing import diced, readable
from kurume_bousai.geo.roads.edges import Floats, Ints, Shapes

_BOUNDARY_VERTICES: Final = 60


def stretches(line: Floats, zones: Sequence[HazardZone]) -> tuple[HazardStretch, ...]:
    """Metres of a way (points in metres, (k, 2)) inside the zones of each name; overlaps count once."""
    if not zones or len(line) < 2:
        return ()
    tiles, owner = _tiles(tuple(zones))
    segments = shapely.linestrings(np.stack([line[:-1], line[1:]], axis=1))
    begin_m = np.concatenate([[0.0], np.cumsum(shapely.length(segments))[:-1]])
    tile, segment = shapely.STRtree(segments).query(tiles, predicate="intersects")
    parts, pair = shapely.get_parts(shapely.intersection(segments[segment], tiles[tile]), return_index=True)
    is_line = shapely.get_dimensions(parts) == 1
    parts, pair = parts[is_line], pair[is_line]
    spans: dict[str, list[tuple[float, float]]] = {}
    ranks: dict[str, int] = {}
    ends_m = np.column_stack([_at(segments[segment[pair]], parts, index) for index in (0, -1)])
    ends_m += begin_m[segment[pair]][:, None]
    for zone_index, (first, last) in zip(owner[tile[pair]].tolist(), ends_m.tolist(), strict=True):
        zone = zones[zone_index]
        spans.setdefault(zone.name, []).append((min(first, last), max(first, last)))
        ranks[zone.name] = max(ranks.get(zone.name, zone.rank), zone.rank)
    found = (HazardStretch(name, _covered(some), ranks[name]) for name, some in spans.items())
    return tuple(sorted((one for one in found if one.length_m > 0.0), key=lambda one: one.name))


@lru_cache(maxsize=4)
def _tiles(zones: tuple[HazardZone, ...]) -> tuple[Shapes, Ints]:
    """Zones cut into tiles; ways are asked for again and again with the same zones."""
    return diced(readable([zone.wkb for zone in zones], "災害の区域"))


def _at(segments: Shapes, parts: Shapes, index: int) -> Floats:
    at_m: Floats = shapely.line_locate_point(segments, shapely.get_point(parts, index))
    return at_m


def _covered(spans: list[tuple[float, float]]) -> float:
    """Length of the union of intervals."""
    total, reached = 0.0, -np.inf
    for first, last in sorted(spans):
        total += max(0.0, last - max(first, reached))
        reached = max(reached, last)
    return float(total)


def boundary_points(tree: shapely.STRtree, shapes: Shapes, zones: Sequence[HazardZone]) -> Floats:
    """Points (n, 2) in metres where roads cross the outer line of all zones together."""
    if not zones:
        return np.empty((0, 2))
    united = shapely.union_all(readable([zone.wkb for zone in zones], "災害の区域"))
    rings = shapely.get_parts(shapely.boundary(shapely.get_parts(united)))
    pieces = np.array([piece for ring in shapely.get_parts(rings) for piece in _short(ring)], dtype=object)
    piece, road = tree.query(pieces, predicate="intersects")
    crossed = shapely.intersection(shapes[road], pieces[piece])
    return np.unique(np.round(shapely.get_coordinates(crossed), 3), axis=0)


def _short(ring: Shapes) -> list[Shapes]:
    xy = shapely.get_coordinates(ring)
    starts = range(0, max(len(xy) - 1, 1), _BOUNDARY_VERTICES)
    return [shapely.linestrings(xy[start : start + _BOUNDARY_VERTICES + 1]) for start in starts]
