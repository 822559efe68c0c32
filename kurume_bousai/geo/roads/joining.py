"""線から辺へ: lines are joined where they meet, within a stated tolerance, and cut into pieces there.

Lines meet at their ends (0.5 m), where an end touches the middle of another line (0.5 m, same level), and
at vertices they share exactly (1 mm, same level). Lines that merely cross do not meet: bridges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from kurume_bousai.domain.coordinates import CITY_EXTENT
from kurume_bousai.domain.roads import RoadLine
from kurume_bousai.geo.districts import metric_geometry
from kurume_bousai.geo.roads.edges import Edges, Flags, Floats, Ints, Shapes, ranges

#: Ends nearer than this are one junction, in metres.
SNAP_M: Final = 0.5
#: Vertices are the same where they agree to this, in metres.
_SAME_M: Final = 0.001
#: Roads this far around the city are kept, in degrees (about 5 km): ways lead over the border.
_AROUND_DEG: Final = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class ReadLines:
    """読めた線: single lines in metres, the road line each comes from, and what was left out."""

    shapes: Shapes
    source: Ints
    level: Ints
    attributes: Ints
    unread: int
    outside: int
    doubled: int
    too_short: int


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """つないだ結果: the pieces and what was told on the way."""

    edges: Edges
    doubled: int
    too_short: int
    split_at_touch: int


def read_lines(lines: Sequence[RoadLine]) -> ReadLines:
    """Lines as metres of EPSG:6670, 1 mm; what is no line, or far from the city, is counted and left out."""
    with np.errstate(invalid="ignore"):  # a coordinate that is no number is counted below
        shapes = shapely.from_wkb([line.wkb for line in lines], on_invalid="ignore")
    parts, source = shapely.get_parts(shapes, return_index=True)
    is_line = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    coordinates, owner = shapely.get_coordinates(parts, return_index=True)
    is_line &= np.bincount(owner[~np.isfinite(coordinates).all(axis=1)], minlength=len(parts)) == 0
    is_line &= ~shapely.is_empty(parts)
    unread = len(lines) - len(np.unique(source[is_line]))
    west, south, east, north = CITY_EXTENT
    around = shapely.box(west - _AROUND_DEG, south - _AROUND_DEG, east + _AROUND_DEG, north + _AROUND_DEG)
    near = is_line.copy()
    near[is_line] = shapely.intersects(parts[is_line], around)
    shapes = metric_geometry(shapely.force_2d(parts[near]))
    shapes = shapely.remove_repeated_points(shapely.transform(shapes, _rounded), 0.0)
    source = source[near]
    long_enough = shapely.length(shapes) > SNAP_M
    level, attributes = _levels_attributes(lines)
    single = long_enough & _first_of_each(shapes, attributes[source])
    return ReadLines(
        shapes[single],
        source[single],
        level[source[single]],
        attributes[source[single]],
        unread,
        int(is_line.sum() - near.sum()),
        int(long_enough.sum() - single.sum()),
        int((~long_enough).sum()),
    )


def _rounded(xy: Floats) -> Floats:
    return np.round(xy / _SAME_M) * _SAME_M


def _levels_attributes(lines: Sequence[RoadLine]) -> tuple[Ints, Ints]:
    """Level of each line, and a number that is equal where all that is said about two lines is equal."""
    numbers: dict[tuple[object, ...], int] = {}
    said = ((line.kind, line.width, line.direction, line.level) for line in lines)
    attributes = np.fromiter((numbers.setdefault(one, len(numbers)) for one in said), np.int64, len(lines))
    return np.fromiter((line.level for line in lines), np.int64, len(lines)), attributes


def _first_of_each(shapes: Shapes, attributes: Ints) -> Flags:
    """True for the first of lines that are the same in shape and attributes (mesh edges have them twice)."""
    seen: set[tuple[bytes, int]] = set()
    kept = np.zeros(len(shapes), dtype=np.bool_)
    for position, key in enumerate(zip(shapely.to_wkb(shapes), attributes.tolist(), strict=True)):
        kept[position] = key not in seen
        seen.add(key)
    return kept


@dataclass(frozen=True, slots=True, eq=False)
class _Vertices:
    """頂点 of all lines in order: ``key`` is equal where two are the same point (1 mm)."""

    xy: Floats
    line: Ints
    is_end: Flags
    key: Ints
    key_xy: Floats


def join(read: ReadLines) -> Joined:
    """Pieces between junctions."""
    shapes, touched = _split_at_touch(read.shapes, read.level)
    vertices = _vertices(shapes)
    level = read.level[vertices.line]
    has_end = np.zeros(len(vertices.key_xy), dtype=np.bool_)
    has_end[vertices.key[vertices.is_end]] = True
    # Per point and level: a bridge may pass over a junction through the very same point.
    span = int(level.max() - level.min()) + 1 if len(level) else 1
    storey = vertices.key * span + (level - (level.min() if len(level) else 0))
    _, place, times = np.unique(storey, return_inverse=True, return_counts=True)
    is_cut = vertices.is_end | has_end[vertices.key] | (times[place] > 1)
    junction_key = np.where(has_end[vertices.key], vertices.key * span, storey)
    node = _clustered(vertices, is_cut, junction_key, has_end)
    edges = _pieces(vertices, np.flatnonzero(is_cut), node)
    kept = _without_loops(edges)
    single = kept & _single(edges, read.attributes[edges.line])
    return Joined(
        _taken(edges, single, read.source),
        int(kept.sum() - single.sum()),
        int((~kept).sum()),
        touched,
    )


def _vertices(shapes: Shapes) -> _Vertices:
    xy, line = shapely.get_coordinates(shapes, return_index=True)
    is_end = np.ones(len(xy), dtype=np.bool_)
    is_end[1:-1] = (line[1:-1] != line[:-2]) | (line[1:-1] != line[2:])
    cell = np.round(xy / _SAME_M).astype(np.int64)
    _, where, key = np.unique(cell[:, 0] * (1 << 31) + cell[:, 1], return_index=True, return_inverse=True)
    return _Vertices(xy, line, is_end, key, xy[where])


def _split_at_touch(shapes: Shapes, level: Ints) -> tuple[Shapes, int]:
    """Give lines a vertex where another line's end touches their middle (within ``SNAP_M``, same level)."""
    if not len(shapes):
        return shapes, 0
    vertices = _vertices(shapes)
    ends = np.flatnonzero(vertices.is_end)
    points = shapely.points(vertices.xy[ends])
    position, line = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=SNAP_M)
    end = ends[position]
    at_m = shapely.line_locate_point(shapes[line], points[position])
    middle = (at_m > SNAP_M) & (at_m < shapely.length(shapes[line]) - SNAP_M)
    middle &= (line != vertices.line[end]) & (level[line] == level[vertices.line[end]])
    pair = vertices.line * len(vertices.key_xy) + vertices.key
    middle &= ~np.isin(line * len(vertices.key_xy) + vertices.key[end], pair)
    made = shapes.copy()
    for one in np.unique(line[middle]):
        here = middle & (line == one)
        made[one] = _with_vertices(shapes[one], at_m[here], vertices.xy[end[here]])
    return made, int(middle.sum())


def _with_vertices(shape: Shapes, at_m: Floats, xy: Floats) -> Shapes:
    own = shapely.get_coordinates(shape)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(own, axis=0).T))])
    order = np.argsort(np.concatenate([along, at_m]), kind="stable")
    return shapely.remove_repeated_points(shapely.linestrings(np.vstack([own, xy])[order]), 0.0)


def _clustered(vertices: _Vertices, is_cut: Flags, junction_key: Ints, has_end: Flags) -> Ints:
    """Junction per vertex (only those of cuts mean anything): ends within ``SNAP_M`` are one."""
    keys, where, node = np.unique(junction_key[is_cut], return_index=True, return_inverse=True)
    first = np.flatnonzero(is_cut)[where]
    xy, ended = vertices.xy[first], has_end[vertices.key[first]]
    near = np.flatnonzero(ended)
    pairs = np.empty((0, 2), dtype=np.int64)
    if len(near):
        pairs = near[cKDTree(xy[near]).query_pairs(SNAP_M, output_type="ndarray")]
    joints = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(keys), len(keys)))
    count, cluster = connected_components(joints.tocsr(), directed=False)
    rank = _along_z_curve(xy, cluster.astype(np.int64), count)
    result = np.zeros(len(vertices.xy), dtype=np.int64)
    result[is_cut] = rank[cluster[node]]
    return result


def _along_z_curve(xy: Floats, cluster: Ints, count: int) -> Ints:
    """New number of each cluster; neighbours near in memory make the search a third faster."""
    place = np.zeros((count, 2))
    place[cluster] = xy
    if not count:
        return np.zeros(0, dtype=np.int64)
    extent = np.maximum(np.ptp(place, axis=0), 1.0)
    cell = ((place - place.min(axis=0)) / extent * 65535).astype(np.uint64)
    code = _spread(cell[:, 0]) | (_spread(cell[:, 1]) << np.uint64(1))
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(code, kind="stable")] = np.arange(count)
    return rank


def _spread(value: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Bits of a number of 16 bits, each followed by an empty one."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        value = (value | (value << np.uint64(shift))) & np.uint64(mask)
    return value


def _pieces(vertices: _Vertices, cuts: Ints, node: Ints) -> Edges:
    same_line = vertices.line[cuts[:-1]] == vertices.line[cuts[1:]]
    begin, end = cuts[:-1][same_line], cuts[1:][same_line]
    counts = end - begin + 1
    xy = vertices.xy[ranges(begin, counts)]
    first = np.concatenate([[0], np.cumsum(counts)])
    along_m, length_m = _along(xy, first)
    junctions = int(node.max()) + 1 if len(node) else 0
    return Edges(node[begin], node[end], length_m, vertices.line[begin], xy, first, along_m, junctions)


def _along(xy: Floats, first: Ints) -> tuple[Floats, Floats]:
    step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    step[first[:-1]] = 0.0
    total = np.cumsum(step)
    along = total - np.repeat(total[first[:-1]], np.diff(first))
    return along, along[first[1:] - 1]


def _without_loops(edges: Edges) -> Flags:
    """False for pieces that snapping made into a point; a real loop of a road stays."""
    kept: Flags = (edges.tail != edges.head) | (edges.length_m > 2 * SNAP_M)
    return kept


def _single(edges: Edges, attributes: Ints) -> Flags:
    """False for a second piece that is the same road: ends and attributes, length and middle (``SNAP_M``)."""
    low, high = np.minimum(edges.tail, edges.head), np.maximum(edges.tail, edges.head)
    middle = edges.at(np.arange(len(edges)), edges.length_m / 2) if len(edges) else np.empty((0, 2))
    order = np.lexsort((edges.length_m, attributes, high, low))
    a, b = order[:-1], order[1:]
    same = (low[a] == low[b]) & (high[a] == high[b]) & (attributes[a] == attributes[b])
    same &= edges.line[a] != edges.line[b]
    same &= np.abs(edges.length_m[a] - edges.length_m[b]) <= SNAP_M
    same &= np.hypot(*(middle[a] - middle[b]).T) <= SNAP_M
    single = np.ones(len(edges), dtype=np.bool_)
    single[b[same]] = False
    return single


def _taken(edges: Edges, kept: Flags, source: Ints) -> Edges:
    counts = np.diff(edges.first)[kept]
    vertices = ranges(edges.first[:-1][kept], counts)
    return Edges(
        edges.tail[kept],
        edges.head[kept],
        edges.length_m[kept],
        source[edges.line[kept]],
        edges.xy[vertices],
        np.concatenate([[0], np.cumsum(counts)]),
        edges.along_m[vertices],
        edges.junctions,
    )
