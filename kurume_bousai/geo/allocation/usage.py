"""What a placement comes to: how far it is proven, and what each site is used for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kurume_bousai.domain.placement import Phase, PlacementSite, PlacementStatus, SiteUsage
from kurume_bousai.geo.allocation.instance import NEEDS, BoolArray, IntArray


def used_of(
    site_of: IntArray, size: IntArray, needs: BoolArray, site_count: int
) -> tuple[IntArray, IntArray]:
    """People per site, and units per site and need (columns of ``NEEDS``).

    ``site_of`` has shape (n,) with −1 for parties left out, ``size`` (n,), ``needs`` (n, needs).
    """
    placed = np.nonzero(site_of >= 0)[0]
    used = np.zeros(site_count, np.int64)
    units = np.zeros((site_count, len(NEEDS)), np.int64)
    np.add.at(used, site_of[placed], size[placed])
    np.add.at(units, site_of[placed], needs[placed].astype(np.int64))
    return used, units


def site_usages(sites: Sequence[PlacementSite], used: IntArray, units: IntArray) -> tuple[SiteUsage, ...]:
    """The same in words of the domain; needs nobody has are left out."""
    return tuple(
        SiteUsage(
            site.id,
            site.capacity,
            int(used[j]),
            {need: int(units[j, k]) for k, need in enumerate(NEEDS) if units[j, k]},
        )
        for j, site in enumerate(sites)
    )


def status_of(phases: Sequence[Phase], *, is_empty: bool) -> PlacementStatus:
    """EMPTY without parties or sites, OPTIMAL where every phase is proven, else TIME_LIMIT."""
    if is_empty:
        return PlacementStatus.EMPTY
    if all(phase.proven for phase in phases):
        return PlacementStatus.OPTIMAL
    return PlacementStatus.TIME_LIMIT
