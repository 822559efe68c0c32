"""Random fictional questions for the allocator."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.placement import PlacementParty, PlacementSite, PlanePoint
from kurume_bousai.domain.shelters import UNLIMITED, Unlimited

NEED_SHARE = {
    Need.POWER: 0.08,
    Need.WHEELCHAIR: 0.2,
    Need.STRETCHER: 0.05,
    Need.PRIVATE_ROOM: 0.1,
    Need.CARE: 0.25,
    Need.INFANT: 0.05,
}
CATEGORIES = tuple(AdmissionCategory)


def random_parties(count: int, seed: int, side_m: float = 20_000) -> list[PlacementParty]:
    """Parties of 1–3 people with needs, one category and a band, at random points."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, side_m, (count, 2)).tolist()
    size = rng.choice([1, 2, 3], count, p=[0.5, 0.35, 0.15]).tolist()
    band = rng.choice([1, 2, 3], count, p=[0.2, 0.3, 0.5]).tolist()
    category = rng.choice(len(CATEGORIES), count, p=[0.5, 0.25, 0.1, 0.1, 0.05]).tolist()
    has = {need: (rng.random(count) < share).tolist() for need, share in NEED_SHARE.items()}
    return [
        PlacementParty(
            id=f"p{i}",
            position=PlanePoint(*xy[i]),
            size=size[i],
            needs=frozenset(need for need in Need if has[need][i]),
            categories=frozenset({CATEGORIES[category[i]]}),
            band=band[i],
        )
        for i in range(count)
    ]


def random_sites(
    count: int, places: int, seed: int, *, power_first: bool = True, side_m: float = 20_000
) -> list[PlacementSite]:
    """Sites whose capacities add up to ``places``; the first is the power-first site where wanted."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, side_m, (count, 2)).tolist()
    share = rng.dirichlet(np.full(count, 5.0))
    capacity = np.floor(share * places).astype(int).tolist()
    capacity[0] += places - sum(capacity)
    sites = []
    for j in range(count):
        units: Mapping[Need, int | Unlimited | None] = {
            need: _units(rng, capacity[j], NEED_SHARE[need]) for need in Need
        }
        taken = frozenset(c for c in CATEGORIES if rng.random() < 0.6)
        sites.append(
            PlacementSite(
                id=f"s{j}",
                position=PlanePoint(*xy[j]),
                capacity=capacity[j],
                accepts=UNLIMITED if rng.random() < 0.4 else taken,
                need_capacity=units,
                power_first=power_first and j == 0,
            )
        )
    return sites


def _units(rng: np.random.Generator, capacity: int, share: float) -> int | Unlimited | None:
    roll = rng.random()
    if roll < 0.2:
        return 0
    if roll < 0.7:
        return max(1, int(capacity * share * rng.uniform(0.3, 1.5)))
    return UNLIMITED
