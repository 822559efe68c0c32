"""Straight-line metres between parties and sites, in the plane every placement is measured in."""

from __future__ import annotations

from collections.abc import Sequence

from kurume_bousai.domain.placement import DistanceKind, PlacementParty, PlacementSite
from kurume_bousai.geo.allocation.instance import metres_between, plane_points


def straight_metres(parties: Sequence[PlacementParty], sites: Sequence[PlacementSite]) -> list[list[float]]:
    """One row per party, one column per site: EPSG:6670 for degrees, the plane given for metres.

    The positions must be all of one kind, as ``refuse_bad_input`` holds.
    """
    from_xy, to_xy = plane_points([p.position for p in parties]), plane_points([s.position for s in sites])
    return metres_between(from_xy[:, None], to_xy[None], DistanceKind.EUCLID).tolist()  # type: ignore[no-any-return]  # floats
