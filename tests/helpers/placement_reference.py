"""Independent answers to compare with: the plain model given to scipy's milp, and brute force."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from kurume_bousai.domain.members import Need
from kurume_bousai.domain.placement import (
    CostUnit,
    DistanceKind,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    PlanePoint,
)
from kurume_bousai.domain.shelters import Unlimited


def distance(party: PlacementParty, site: PlacementSite, options: PlacementOptions) -> float:
    here, there = party.position, site.position
    assert isinstance(here, PlanePoint)
    assert isinstance(there, PlanePoint)
    metres = math.sqrt((here.x_m - there.x_m) ** 2 + (here.y_m - there.y_m) ** 2)
    return math.floor(metres) if options.distance is DistanceKind.FLOOR else metres


def may_go(party: PlacementParty, site: PlacementSite, options: PlacementOptions) -> bool:
    if site.closed or site.excluded or site.capacity is None or party.size > site.capacity:
        return False
    if site.accepts is None and not options.unknown_accepts:
        return False
    if isinstance(site.accepts, frozenset) and not (site.accepts & party.categories):
        return False
    for need in party.needs:
        units = site.need_capacity.get(need)
        if units == 0 or (units is None and not options.unknown_accepts):
            return False
    limit = min(party.max_m if party.max_m is not None else math.inf, options.reach_m or math.inf)
    return distance(party, site, options) <= limit


def goals(
    parties: Sequence[PlacementParty], sites: Sequence[PlacementSite]
) -> list[tuple[str, list[int], list[bool] | None]]:
    """(name, weight per party, sites where the weight counts or None = counts when left out)."""
    found: list[tuple[str, list[int], list[bool] | None]] = []
    listed = [not p.off_list for p in parties]
    masks = [("power", [Need.POWER in p.needs for p in parties])]
    masks += [
        (f"band_{b}", [p.band == b and ok for p, ok in zip(parties, listed, strict=True)]) for b in (1, 2, 3)
    ]
    masks.append(("off_list", [not ok for ok in listed]))
    for name, mask in masks:
        if any(mask):
            found.append((name, [p.size if hit else 0 for p, hit in zip(parties, mask, strict=True)], None))
    first = [s.power_first and s.is_open for s in sites]
    if any(first) and any(Need.POWER not in p.needs for p in parties):
        found.append(("power_first", [0 if Need.POWER in p.needs else p.size for p in parties], first))
    return found


def by_milp(  # noqa: C901, PLR0912 - one plain model, read from top to bottom
    parties: Sequence[PlacementParty], sites: Sequence[PlacementSite], options: PlacementOptions
) -> dict[str, float]:
    """Phase values of the plain lexicographic model, one milp per phase (gap 1e-9)."""
    pairs = [(i, j) for i, p in enumerate(parties) for j, s in enumerate(sites) if may_go(p, s, options)]
    m, width = len(sites), len(pairs) + len(sites)
    entries: list[tuple[int, int, float]] = []
    upper: list[float] = []

    def add(row: Sequence[tuple[int, float]], limit: float) -> None:
        entries.extend((len(upper), column, value) for column, value in row)
        upper.append(limit)

    by_party: dict[int, list[int]] = {}
    by_site: dict[int, list[int]] = {}
    for k, (i, j) in enumerate(pairs):
        by_party.setdefault(i, []).append(k)
        by_site.setdefault(j, []).append(k)
    for columns in by_party.values():
        add([(k, 1.0) for k in columns], 1.0)
    for j, columns in by_site.items():
        capacity = sites[j].capacity or 0
        add([(k, parties[pairs[k][0]].size) for k in columns] + [(len(pairs) + j, -capacity)], 0.0)
        for need in Need:
            units = sites[j].need_capacity.get(need)
            if units is not None and not isinstance(units, Unlimited):
                add([(k, 1.0) for k in columns if need in parties[pairs[k][0]].needs], units)
        if options.open_at_most is not None:
            for k in columns:
                add([(k, 1.0), (len(pairs) + j, -1.0)], 0.0)
    if options.open_at_most is not None:
        add([(len(pairs) + j, 1.0) for j in range(m)], options.open_at_most)
    if width == 0:
        return {name: float(sum(weight)) for name, weight, _ in goals(parties, sites)} | {"cost": 0.0}
    values: dict[str, float] = {}
    objectives: list[tuple[str, np.ndarray, float]] = []
    for name, weight, first in goals(parties, sites):
        c = np.zeros(width)
        for k, (i, j) in enumerate(pairs):
            c[k] = -weight[i] if first is None else (weight[i] if first[j] else 0)
        objectives.append((name, c, sum(weight) if first is None else 0))
    c = np.zeros(width)
    for k, (i, j) in enumerate(pairs):
        c[k] = distance(parties[i], sites[j], options) * (
            parties[i].size if options.cost is CostUnit.PEOPLE else 1
        )
    objectives.append(("cost", c, 0))
    for name, c, offset in objectives:
        matrix = csr_array(
            ([e[2] for e in entries], ([e[0] for e in entries], [e[1] for e in entries])),
            shape=(len(upper), width),
        )
        result = milp(
            c,
            integrality=np.ones(width, dtype=np.int64),
            bounds=Bounds(np.zeros(width), np.ones(width)),
            constraints=LinearConstraint(matrix, -np.inf, np.array(upper)) if upper else None,
            options={"mip_rel_gap": 1e-9},
        )
        assert result.success, result.message
        value = float(offset + result.fun)
        values[name] = value if name == "cost" else round(value)
        add(
            [(k, float(v)) for k, v in enumerate(c) if v],
            round(float(result.fun)) if name != "cost" else math.inf,
        )
    return values


def by_brute_force(
    parties: Sequence[PlacementParty], sites: Sequence[PlacementSite], options: PlacementOptions
) -> tuple[float, ...]:
    """Phase values of the lexicographically best of all assignments; for a handful of parties only."""
    wanted = goals(parties, sites)
    choices = [
        [None, *(j for j, site in enumerate(sites) if may_go(party, site, options))] for party in parties
    ]
    best: tuple[float, ...] | None = None
    for chosen in itertools.product(*choices):
        if not _keeps_limits(parties, sites, chosen, options):
            continue
        values: list[float] = []
        for _, weight, first in wanted:
            pairs = zip(weight, chosen, strict=True)
            if first is None:
                values.append(sum(w for w, j in pairs if j is None))
            else:
                values.append(sum(w for w, j in pairs if j is not None and first[j]))
        values.append(
            sum(
                distance(p, sites[j], options) * (p.size if options.cost is CostUnit.PEOPLE else 1)
                for p, j in zip(parties, chosen, strict=True)
                if j is not None
            )
        )
        if best is None or tuple(values) < best:
            best = tuple(values)
    assert best is not None
    return best


def _keeps_limits(
    parties: Sequence[PlacementParty],
    sites: Sequence[PlacementSite],
    chosen: Sequence[int | None],
    options: PlacementOptions,
) -> bool:
    used = {j for j in chosen if j is not None}
    if options.open_at_most is not None and len(used) > options.open_at_most:
        return False
    for j in used:
        here = [p for p, k in zip(parties, chosen, strict=True) if k == j]
        if sum(p.size for p in here) > (sites[j].capacity or 0):
            return False
        for need in Need:
            units = sites[j].need_capacity.get(need)
            if isinstance(units, int) and sum(need in p.needs for p in here) > units:
                return False
    return True
