"""探す起点: where the ways to the goals come into the network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from kurume_bousai.geo.roads.edges import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """探す起点: goal ``goal[i]`` can be reached from junction ``node[i]`` in ``metres[i]``."""

    goal: Ints
    node: Ints
    metres: Floats
    goals: int

    def as_one(self) -> Seeds:
        """All goals as one: the nearest is what counts."""
        return Seeds(np.zeros_like(self.goal), self.node, self.metres, 1).shortest()

    def shortest(self) -> Seeds:
        """Each junction once per goal, in order of goal and junction."""
        order = np.lexsort((self.metres, self.node, self.goal))
        goal, node = self.goal[order], self.node[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (np.diff(goal) != 0) | (np.diff(node) != 0)
        return Seeds(goal[first], node[first], self.metres[order][first], self.goals)


def matrix_with_goals(matrix: csr_array, seeds: Seeds) -> csr_array:
    """Append a row per goal to a reversed graph: its arcs lead to the junctions beside it."""
    some = seeds.shortest()
    counts = np.bincount(some.goal, minlength=some.goals)
    size = matrix.shape[0] + some.goals
    return csr_array(
        (
            np.concatenate([matrix.data, some.metres]),
            np.concatenate([matrix.indices, some.node]).astype(np.int32),
            np.concatenate([matrix.indptr, matrix.indptr[-1] + np.cumsum(counts)]).astype(np.int32),
        ),
        shape=(size, size),
    )
