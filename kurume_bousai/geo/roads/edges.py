"""道路の辺: arrays of a road network's pieces and junctions, metres of EPSG:6670."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
#: A shapely geometry or an array of them; shapely carries no types.
Shapes: TypeAlias = Any


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """辺: piece ``e`` runs from junction ``tail[e]`` to ``head[e]`` along its vertices.

    ``xy`` (vertices, 2) holds all pieces one after the other, piece ``e`` at ``first[e]:first[e + 1]``;
    ``along_m`` is the way from the piece's begin at each vertex. ``line`` is the position of the road line
    it comes from. Junctions are numbered along a Z-curve, so that neighbours lie near in memory.
    """

    tail: Ints
    head: Ints
    length_m: Floats
    line: Ints
    xy: Floats
    first: Ints
    along_m: Floats
    junctions: int

    def __len__(self) -> int:
        return len(self.tail)

    def at(self, edge: Ints, metres: Floats) -> Floats:
        """Points (n, 2) that lie so many metres from the begin of their pieces."""
        # One rising scale over all pieces: each begins where the one before ends, a metre later.
        step = self.length_m + 1.0
        begin = np.concatenate([[0.0], np.cumsum(step)[:-1]])
        scale = self.along_m + np.repeat(begin, np.diff(self.first))
        place = begin[edge] + metres
        return np.column_stack([np.interp(place, scale, self.xy[:, axis]) for axis in (0, 1)])

    def stretch(self, edge: int, from_m: float, to_m: float) -> Floats:
        """Points (k, 2) of the piece between two of its places, in the order asked for."""
        low, high = min(from_m, to_m), max(from_m, to_m)
        part = slice(int(self.first[edge]), int(self.first[edge + 1]))
        along, xy = self.along_m[part], self.xy[part]
        inner = xy[(along > low) & (along < high)]
        ends = np.column_stack([np.interp([low, high], along, xy[:, axis]) for axis in (0, 1)])
        points = np.vstack([ends[:1], inner, ends[1:]])
        return points if from_m <= to_m else points[::-1]


def ranges(starts: Ints, counts: Ints) -> Ints:
    """``starts[0], starts[0] + 1, …`` for each start, one after the other."""
    begin = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(begin - starts, counts)
