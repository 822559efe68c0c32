"""校区を囲む四角: from its imported outline, else from its computed one (概略)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import DistrictOutline
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.geo.districts import computed_areas


def district_box(
    district_id: DistrictId, outlines: Sequence[DistrictOutline], points: Mapping[DistrictId, LonLat]
) -> tuple[float, float, float, float]:
    """West, south, east and north in degrees; raises ``KeyError`` for a 校区 that is not there."""
    own = [one for one in outlines if one.district_id == district_id]
    if not own:
        own = [one for one in computed_areas(dict(points)) if one.district_id == district_id]
    if not own:
        raise KeyError(district_id)
    sides = shapely.total_bounds(shapely.from_wkb([one.wkb for one in own]))
    return float(sides[0]), float(sides[1]), float(sides[2]), float(sides[3])
