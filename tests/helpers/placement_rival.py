"""The plain lexicographic model of RULEBOOK §4 for scipy's ``milp``, built by numpy: a fast rival.

The same model as ``placement_reference.by_milp``, which is written to be read; a test holds them equal.
Only the time inside ``milp`` is counted, so that nobody wins by the other's loops in Python.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, vstack

from kurume_bousai.domain.members import Need
from kurume_bousai.domain.placement import CostUnit, PlacementOptions, PlacementParty, PlacementSite
from tests.helpers.placement_reference import distance, goals, may_go

GAP = 1e-6


@dataclass(frozen=True)
class RivalPhase:
    """One phase as ``milp`` solved it; ``bound`` is its own, ``seconds`` inside ``milp`` alone."""

    name: str
    value: float
    bound: float
    seconds: float


@dataclass(frozen=True)
class PlainModel:
    """Pairs that may be, as columns of 0 or 1; ``wanted``: name, cost per pair, offset of each phase."""

    matrix: csr_array
    upper: np.ndarray
    wanted: list[tuple[str, np.ndarray, float]]


def plain_model(
    parties: Sequence[PlacementParty], sites: Sequence[PlacementSite], options: PlacementOptions
) -> PlainModel:
    """The whole model; without ``open_at_most``."""
    pairs = np.array(
        [(i, j) for i, p in enumerate(parties) for j, s in enumerate(sites) if may_go(p, s, options)],
        np.int64,
    ).reshape(-1, 2)
    party, site = pairs[:, 0], pairs[:, 1]
    matrix, upper = _limits(parties, sites, party, site)
    metres = np.array([distance(parties[i], sites[j], options) for i, j in pairs.tolist()])
    factor = np.array([p.size if options.cost is CostUnit.PEOPLE else 1 for p in parties])
    wanted: list[tuple[str, np.ndarray, float]] = []
    for name, weight, first in goals(parties, sites):
        of_pair = np.array(weight)[party].astype(float)
        if first is None:
            wanted.append((name, -of_pair, float(sum(weight))))
        else:
            wanted.append((name, np.where(np.array(first)[site], of_pair, 0.0), 0.0))
    wanted.append(("cost", metres * factor[party], 0.0))
    return PlainModel(matrix, upper, wanted)


def phases_by_milp(model: PlainModel, gap: float = GAP) -> Iterator[RivalPhase]:
    """Solve one phase after the other, each value held for those that follow."""
    matrix, upper = model.matrix, model.upper
    for name, cost, offset in model.wanted:
        began = time.perf_counter()
        result = milp(
            cost,
            integrality=np.ones(len(cost), np.int64),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, -np.inf, upper),
            options={"mip_rel_gap": gap},
        )
        taken_s = time.perf_counter() - began
        assert result.success, result.message
        value = float(result.fun)
        yield RivalPhase(name, value + offset, float(result.mip_dual_bound) + offset, taken_s)
        matrix = csr_array(vstack([matrix, csr_array(cost[None, :])]))
        upper = np.append(upper, round(value))


def _limits(
    parties: Sequence[PlacementParty], sites: Sequence[PlacementSite], party: np.ndarray, site: np.ndarray
) -> tuple[csr_array, np.ndarray]:
    """Rows: one per party, places per site, units per site and limited need."""
    size = np.array([p.size for p in parties], float)
    column = np.arange(len(party))
    rows, cols, values = [party, len(parties) + site], [column, column], [np.ones(len(party)), size[party]]
    upper = [np.ones(len(parties)), np.array([float(s.capacity or 0) for s in sites])]
    count = len(parties) + len(sites)
    for need in Need:
        has = np.array([need in p.needs for p in parties])
        for j, place in enumerate(sites):
            units = place.need_capacity.get(need)
            if isinstance(units, int):
                used = column[(site == j) & has[party]]
                rows.append(np.full(len(used), count))
                cols.append(used)
                values.append(np.ones(len(used)))
                upper.append(np.array([float(units)]))
                count += 1
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(cols)))
    return csr_array(coo_array(entries, shape=(count, len(party)))), np.concatenate(upper)
