"""通行止め: drawn shapes and hazard zones close the parts of roads they touch; nothing is rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.geo.districts import metric_geometry
from kurume_bousai.geo.roads.edges import Floats, Ints, Shapes
from kurume_bousai.geo.roads.graph import Blocks

#: A drawn point or line closes the roads this near to it, in metres: a hand is not exact.
DRAWN_REACH_M: Final = 5.0
#: A point that meets no road so near closes the nearest one within this.
DRAWN_POINT_M: Final = 30.0
_TILE_VERTICES: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class ClosedRoads:
    """通行止め (``services.ports.routes.Closures``)."""

    blocks: Blocks
    without_effect: tuple[int, ...]

    @property
    def edges(self) -> int:
        """How many pieces of road are closed somewhere."""
        return int(self.blocks.is_closed.sum())


def readable(wkbs: Sequence[bytes], where: str) -> Shapes:
    """Valid shapes in metres; ``KnownProblem`` where one cannot be read."""
    with np.errstate(invalid="ignore"):  # a coordinate that is no number is told below
        shapes = shapely.from_wkb(list(wkbs), on_invalid="ignore")
    finite = np.array([_is_finite(shape) for shape in shapes], dtype=np.bool_)
    if not finite.all():
        number = int(np.flatnonzero(~finite)[0]) + 1
        raise KnownProblem(
            "shape_unreadable",
            "図形を読めません。形がないか、位置の数字が正しくありません。",
            where=f"{where}の{number}番目",
            advice="その図形を描き直すか、取り込み直してください。",
        )
    return metric_geometry(shapely.make_valid(shapes))


def _is_finite(shape: Shapes) -> bool:
    if shape is None or shapely.is_empty(shape):
        return False
    xy = shapely.get_coordinates(shape)
    return bool(np.isfinite(xy).all() and (np.abs(xy) <= (180.0, 90.0)).all())


def closed_roads(
    shapes: Shapes, tree: shapely.STRtree, wkbs: Sequence[bytes], onto: ClosedRoads | None = None
) -> ClosedRoads:
    """Close what the barriers touch, besides what ``onto`` has closed already.

    Parameters
    ----------
    shapes, tree
        Pieces of road in metres and the tree over them.
    wkbs
        Barriers in EPSG:6668: a polygon closes what lies in it, a line or a point what lies within
        ``DRAWN_REACH_M``; a point farther from any road closes the nearest within ``DRAWN_POINT_M``.
    """
    blocks = Blocks.none(len(shapes))
    if onto is not None:
        blocks = Blocks(onto.blocks.low_m.copy(), onto.blocks.high_m.copy())
    if not len(wkbs):
        return ClosedRoads(blocks, ())
    barriers = readable(wkbs, "通れない所")
    bodies, owner = diced(np.array([_body(barrier) for barrier in barriers], dtype=object))
    body, piece = tree.query(bodies, predicate="intersects")
    _block(blocks, shapes, bodies, body, piece)
    met = np.zeros(len(barriers), dtype=np.bool_)
    met[owner[body]] = True
    met[_nearest_blocked(blocks, shapes, tree, barriers, np.flatnonzero(~met))] = True
    return ClosedRoads(blocks, tuple(int(one) for one in np.flatnonzero(~met)))


def _body(barrier: Shapes) -> Shapes:
    """A polygon as it is; lines and points with their reach; a mixed drawing part by part."""
    parts = shapely.get_parts(barrier)
    if all(shapely.get_dimensions(part) == 2 for part in parts):
        return barrier
    reach = [0.0 if shapely.get_dimensions(part) == 2 else DRAWN_REACH_M for part in parts]
    return shapely.union_all(shapely.buffer(parts, reach))


def _block(blocks: Blocks, shapes: Shapes, bodies: Shapes, body: Ints, piece: Ints) -> None:
    low, high, pair = inside(shapes[piece], bodies[body])
    np.minimum.at(blocks.low_m, piece[pair], low)
    np.maximum.at(blocks.high_m, piece[pair], high)


def diced(shapes: Shapes) -> tuple[Shapes, Ints]:
    """Cut polygons into tiles of few vertices, so that a short road never meets a huge zone.

    Returns the tiles and, per tile, the position of the shape it is of.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    tiles, owners = [parts[:0]], [owner[:0]]
    while len(parts):
        small = shapely.get_num_coordinates(parts) <= _TILE_VERTICES
        tiles.append(parts[small])
        owners.append(owner[small])
        parts, owner = parts[~small], owner[~small]
        halves = shapely.intersection(np.repeat(parts, 2), _halves(shapely.bounds(parts)))
        parts, index = shapely.get_parts(halves, return_index=True)
        owner = np.repeat(owner, 2)[index]
        whole = (shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)
        parts, owner = parts[whole], owner[whole]
    return np.concatenate(tiles), np.concatenate(owners)


def _halves(bounds: Floats) -> Shapes:
    """Both halves of each box, cut across its longer side."""
    west, south, east, north = bounds.T
    wide = east - west > north - south
    middle_x, middle_y = np.where(wide, (west + east) / 2, east), np.where(wide, north, (south + north) / 2)
    first = shapely.box(west, south, middle_x, middle_y)
    other = shapely.box(np.where(wide, middle_x, west), np.where(wide, south, middle_y), east, north)
    return np.stack([first, other], axis=1).ravel()


def inside(lines: Shapes, bodies: Shapes) -> tuple[Floats, Floats, Ints]:
    """First and last metre of each line in its body, and the position of the pair; only where they meet."""
    common = shapely.intersection(lines, bodies)
    vertices, pair = shapely.get_coordinates(common, return_index=True)
    at_m = shapely.line_locate_point(lines[pair], shapely.points(vertices))
    met, begin = np.unique(pair, return_index=True)
    if not len(met):
        return np.empty(0), np.empty(0), met
    return np.minimum.reduceat(at_m, begin), np.maximum.reduceat(at_m, begin), met


def _nearest_blocked(
    blocks: Blocks, shapes: Shapes, tree: shapely.STRtree, barriers: Shapes, left: Ints
) -> Ints:
    """Close the nearest road at points that met none; which of them did."""
    points: Ints = left[shapely.get_type_id(barriers[left]) == shapely.GeometryType.POINT]
    if not len(points):
        return points
    found, piece = tree.query_nearest(barriers[points], max_distance=DRAWN_POINT_M, all_matches=False)
    at_m = shapely.line_locate_point(shapes[piece], barriers[points[found]])
    length_m = shapely.length(shapes[piece])
    np.minimum.at(blocks.low_m, piece, np.maximum(at_m - DRAWN_REACH_M, 0.0))
    np.maximum.at(blocks.high_m, piece, np.minimum(at_m + DRAWN_REACH_M, length_m))
    met: Ints = points[found]
    return met
