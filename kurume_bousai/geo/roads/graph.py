"""道路のグラフ: junctions and pieces as a matrix whose shape never changes; closed roads are numbers in it.

Searches run from the sites on the reversed graph, one per site, in ``scipy.sparse.csgraph``; many at once on
the shrunk graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from kurume_bousai.geo.roads.edges import Edges, Flags, Floats, Ints
from kurume_bousai.geo.roads.seeds import Seeds, matrix_with_goals
from kurume_bousai.geo.roads.shrinking import ShrunkGraph

_NO_NODE: Final = -9999  # of scipy's predecessors


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """通れる向き for one mode: may a piece be used from tail to head, from head to tail."""

    forward: Flags
    backward: Flags

    @property
    def either(self) -> Flags:
        """Pieces the mode can use at all."""
        return self.forward | self.backward


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """通れない区間 per piece: nothing passes between ``low_m`` and ``high_m``; ``inf`` and ``-inf`` = open.

    Several on one piece are one from the first to the last: between them no junction can be reached.
    """

    low_m: Floats
    high_m: Floats

    @property
    def is_closed(self) -> Flags:
        """Pieces that cannot be passed from end to end."""
        return self.low_m <= self.high_m

    @classmethod
    def none(cls, count: int) -> Blocks:
        """Everything open."""
        return cls(np.full(count, np.inf), np.full(count, -np.inf))


class Graph:
    """道路のグラフ of some pieces, reversed: row = where a way arrives, column = where it comes from."""

    def __init__(self, edges: Edges) -> None:
        self.junctions = edges.junctions
        self._shrunk = ShrunkGraph(edges)
        self._length_m = edges.length_m
        rows = np.concatenate([edges.head, edges.tail])
        columns = np.concatenate([edges.tail, edges.head])
        self._order = np.lexsort((columns, rows))
        pair = rows[self._order] * max(self.junctions, 1) + columns[self._order]
        self._begin = np.flatnonzero(np.diff(pair, prepend=-1))
        #: Column of each matrix entry; rows begin at ``_rows``. Parallel pieces are one entry, the shorter.
        self._columns = columns[self._order][self._begin].astype(np.int32)
        counts = np.bincount(rows[self._order][self._begin], minlength=self.junctions)
        self._rows = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)

    def costs(self, use: Use, blocks: Blocks) -> Floats:
        """Metres of both arcs of each piece (from tail first); infinite where the way is not open."""
        is_open = ~blocks.is_closed
        forward = np.where(use.forward & is_open, self._length_m, np.inf)
        backward = np.where(use.backward & is_open, self._length_m, np.inf)
        return np.concatenate([forward, backward])

    def to_goals(self, costs: Floats, seeds: Seeds) -> Floats:
        """Metres from every junction to every goal, shape (junctions, goals); infinite without a way."""
        return self._shrunk.to_goals(costs, seeds)

    def to_nearest(self, costs: Floats, seeds: Seeds) -> Floats:
        """Metres from every junction to its nearest goal, shape (junctions,)."""
        matrix = matrix_with_goals(self._matrix(costs), seeds.as_one())
        metres: Floats = dijkstra(matrix, directed=True, indices=np.array([self.junctions]))
        return metres[0, : self.junctions]

    def tree(self, costs: Floats, seeds: Seeds) -> tuple[Floats, Ints]:
        """Metres to the nearest goal, and the next junction on the way to it (-1 = the goal itself)."""
        matrix = matrix_with_goals(self._matrix(costs), seeds.as_one())
        start = np.array([self.junctions])
        metres, previous = dijkstra(matrix, directed=True, indices=start, return_predecessors=True)
        following = previous[0, : self.junctions].astype(np.int64)
        at_goal = (following >= self.junctions) | (following == _NO_NODE)
        return metres[0, : self.junctions], np.where(at_goal, -1, following)

    def edge_between(self, costs: Floats, start: int, end: int) -> tuple[int, bool]:
        """Shortest open piece from one junction to the next, and whether it is gone along from its tail."""
        part = slice(int(self._rows[end]), int(self._rows[end + 1]))
        entry = int(self._rows[end]) + int(np.searchsorted(self._columns[part], start))
        last = self._begin[entry + 1] if entry + 1 < len(self._begin) else len(self._order)
        arcs = self._order[self._begin[entry] : last]
        arc = int(arcs[np.argmin(costs[arcs])])
        pieces = len(self._length_m)
        return arc % pieces, arc < pieces

    def _matrix(self, costs: Floats) -> csr_array:
        arcs = np.minimum.reduceat(costs[self._order], self._begin)
        return csr_array((arcs, self._columns, self._rows), shape=(self.junctions, self.junctions))
