"""一本の道: the shortest way between two places, piece by piece."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kurume_bousai.geo.roads.edges import Edges, Flags, Floats
from kurume_bousai.geo.roads.graph import Blocks, Graph, Use
from kurume_bousai.geo.roads.places import Places, along_same_piece, chosen, seeds_of, to_ends


@dataclass(frozen=True, slots=True)
class Leg:
    """ひと区間: part of a piece, gone from ``from_m`` to ``to_m`` of it."""

    edge: int
    from_m: float
    to_m: float

    @property
    def length_m(self) -> float:
        """Metres gone."""
        return abs(self.to_m - self.from_m)


@dataclass(frozen=True, slots=True)
class Way:
    """道すじ: legs in the order gone, doors apart."""

    legs: tuple[Leg, ...]

    @property
    def length_m(self) -> float:
        """Metres of road."""
        return math.fsum(leg.length_m for leg in self.legs)

    def metres_on(self, which: Flags) -> float:
        """Metres on the pieces flagged."""
        return math.fsum(leg.length_m for leg in self.legs if which[leg.edge])


def shortest(edges: Edges, graph: Graph, use: Use, blocks: Blocks, both: Places) -> Way | None:
    """Shortest way from the first place to the second; None without one."""
    if not both.on_road.all():
        return None
    start, goal = chosen(both, np.array([0])), chosen(both, np.array([1]))
    goal = Places(goal.edge, goal.at_m, np.zeros(1))
    costs = graph.costs(use, blocks)
    metres, following = graph.tree(costs, seeds_of(edges, use, blocks, goal))
    edge, at_m = int(start.edge[0]), float(start.at_m[0])
    to_tail, to_head = (float(one[0]) for one in to_ends(edges, use, blocks, start))
    tail, head = int(edges.tail[edge]), int(edges.head[edge])
    by_tail, by_head = to_tail + float(metres[tail]), to_head + float(metres[head])
    goal_edge, goal_m = int(goal.edge[0]), float(goal.at_m[0])
    _, direct = along_same_piece(use, blocks, start, goal_edge, goal_m)
    if len(direct) and direct[0] <= min(by_tail, by_head):
        return Way((Leg(edge, at_m, goal_m),))
    if not np.isfinite(min(by_tail, by_head)):
        return None
    first = Leg(edge, at_m, 0.0) if by_tail <= by_head else Leg(edge, at_m, float(edges.length_m[edge]))
    node = tail if by_tail <= by_head else head
    legs = [first]
    while following[node] >= 0:
        nearer = int(following[node])
        piece, along = graph.edge_between(costs, node, nearer)
        length_m = float(edges.length_m[piece])
        legs.append(Leg(piece, 0.0, length_m) if along else Leg(piece, length_m, 0.0))
        node = nearer
    legs.append(_last(edges, use, blocks, goal_edge, goal_m, node))
    return Way(tuple(legs))


def _last(edges: Edges, use: Use, blocks: Blocks, edge: int, goal_m: float, node: int) -> Leg:
    """From the junction the search came in by to the goal on its piece."""
    length_m = float(edges.length_m[edge])
    legs = []
    if edges.tail[edge] == node and use.forward[edge] and goal_m < blocks.low_m[edge]:
        legs.append(Leg(edge, 0.0, goal_m))
    if edges.head[edge] == node and use.backward[edge] and goal_m > blocks.high_m[edge]:
        legs.append(Leg(edge, length_m, goal_m))
    return min(legs, key=lambda leg: leg.length_m)


def line_of(edges: Edges, way: Way) -> Floats:
    """The way's points (k, 2) in metres, none twice in a row."""
    points = np.vstack([edges.stretch(leg.edge, leg.from_m, leg.to_m) for leg in way.legs])
    moved = np.ones(len(points), dtype=np.bool_)
    moved[1:] = (np.diff(points, axis=0) != 0.0).any(axis=1)
    return points[moved]
