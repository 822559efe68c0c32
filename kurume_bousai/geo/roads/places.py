"""場所と道: homes, sites and goals are put on the nearest road; the way from the door is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from kurume_bousai.domain.routes import LONGEST_STUB_M, NoWay
from kurume_bousai.geo.roads.edges import Edges, Flags, Floats, Ints, Shapes
from kurume_bousai.geo.roads.graph import Blocks, Use
from kurume_bousai.geo.roads.seeds import Seeds

#: Roads joined to nothing else and shorter than this in all are no way out: nobody is put on them.
ISLAND_M: Final = 200.0


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """道の上の場所: piece, metres from its begin and metres between door and road; piece -1 = off road."""

    edge: Ints
    at_m: Floats
    stub_m: Floats

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def on_road(self) -> Flags:
        """Whether a road lies near enough."""
        return self.edge >= 0


def island_flags(edges: Edges, use: Use) -> Flags:
    """True for pieces that belong to a short part of the roads this mode can use (``ISLAND_M``)."""
    usable = use.either
    tail, head = edges.tail[usable], edges.head[usable]
    shape = (edges.junctions, edges.junctions)
    joints = coo_array((np.ones(len(tail)), (tail, head)), shape=shape).tocsr()
    count, part = connected_components(joints, directed=False)
    length_m = np.bincount(part[tail], weights=edges.length_m[usable], minlength=count)
    return usable & (length_m[part[edges.tail]] < ISLAND_M) if count else usable


class RoadFinder:
    """近くの道: nearest piece one mode can use, islands left out. Immutable."""

    def __init__(self, edges: Edges, shapes: Shapes, use: Use) -> None:
        self._pieces = np.flatnonzero(use.either & ~island_flags(edges, use))
        self._shapes = shapes[self._pieces]
        self._length_m = edges.length_m[self._pieces]
        self._tree = shapely.STRtree(self._shapes)

    def find(self, xy: Floats, longest_m: float = LONGEST_STUB_M) -> Places:
        """Places (n, 2) in metres of EPSG:6670 on their nearest roads; equal distance → the first piece."""
        found = Places(np.full(len(xy), -1), np.zeros(len(xy)), np.zeros(len(xy)))
        if not len(self._pieces) or not len(xy):
            return found
        points = shapely.points(xy)
        (place, piece), distance = self._tree.query_nearest(
            points, max_distance=longest_m, return_distance=True
        )
        order = np.lexsort((piece, place))
        place, one = np.unique(place[order], return_index=True)
        piece, distance = piece[order][one], distance[order][one]
        found.edge[place] = self._pieces[piece]
        at_m = shapely.line_locate_point(self._shapes[piece], points[place])
        # GEOS and numpy round a length differently in its last digit.
        found.at_m[place] = np.clip(at_m, 0.0, self._length_m[piece])
        found.stub_m[place] = distance
        return found


def chosen(places: Places, which: Ints) -> Places:
    """Some of the places, in the order asked for."""
    return Places(places.edge[which], places.at_m[which], places.stub_m[which])


def to_ends(edges: Edges, use: Use, blocks: Blocks, places: Places) -> tuple[Floats, Floats]:
    """Metres along the road from each place to the tail and to the head of its piece; infinite = not open."""
    edge, at_m = places.edge, places.at_m
    on_road = places.on_road
    tail = np.where(on_road & use.backward[edge] & (at_m < blocks.low_m[edge]), at_m, np.inf)
    rest_m = edges.length_m[edge] - at_m
    head = np.where(on_road & use.forward[edge] & (at_m > blocks.high_m[edge]), rest_m, np.inf)
    return tail, head


def seeds_of(edges: Edges, use: Use, blocks: Blocks, goals: Places) -> Seeds:
    """Where ways to the goals come in: from the tail and the head of each goal's piece, its stub included."""
    edge, at_m = goals.edge, goals.at_m
    from_tail = goals.on_road & use.forward[edge] & (at_m < blocks.low_m[edge])
    from_head = goals.on_road & use.backward[edge] & (at_m > blocks.high_m[edge])
    rest_m = edges.length_m[edge] - at_m
    return Seeds(
        np.concatenate([np.flatnonzero(from_tail), np.flatnonzero(from_head)]),
        np.concatenate([edges.tail[edge[from_tail]], edges.head[edge[from_head]]]),
        np.concatenate([at_m[from_tail], rest_m[from_head]])
        + np.concatenate([goals.stub_m[from_tail], goals.stub_m[from_head]]),
        len(goals),
    )


def along_same_piece(use: Use, blocks: Blocks, places: Places, edge: int, at_m: float) -> tuple[Ints, Floats]:
    """Places on this piece that reach the point ``at_m`` of it without leaving it, and their metres."""
    here = np.flatnonzero(places.edge == edge)
    begin = places.at_m[here]
    before = np.maximum(begin, at_m) < blocks.low_m[edge]
    one_side = before | (np.minimum(begin, at_m) > blocks.high_m[edge])
    allowed = np.where(begin <= at_m, use.forward[edge], use.backward[edge]) & one_side
    return here[allowed], np.abs(begin - at_m)[allowed]


def why_not(blocks: Blocks, places: Places, position: int) -> NoWay:
    """Why a place has no way."""
    edge = int(places.edge[position])
    if edge < 0:
        return NoWay.OFF_ROAD
    at_m = float(places.at_m[position])
    if blocks.low_m[edge] <= at_m <= blocks.high_m[edge]:
        return NoWay.BLOCKED
    return NoWay.DISCONNECTED
