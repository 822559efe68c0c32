"""Metres around the 46 points, good enough to stay inside a computed area with a margin.

The map computes 校区 areas in EPSG:6670 (geo). Here a local plane is enough: over the city it differs
from EPSG:6670 by less than 5 m in 1.5 km, and every home keeps ``MARGIN_M`` from a neighbour's side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Self

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.ids import DistrictId

_LAT0: Final = math.radians(33.3)
#: Metres per degree at the city's latitude (GRS 80 series).
M_PER_LAT: Final = 111132.954 - 559.822 * math.cos(2 * _LAT0) + 1.175 * math.cos(4 * _LAT0)
M_PER_LON: Final = 111412.84 * math.cos(_LAT0) - 93.5 * math.cos(3 * _LAT0) + 0.118 * math.cos(5 * _LAT0)

MARGIN_M: Final = 20.0
#: No home is farther from its 校区's point: the computed areas have a limit.
REACH_M: Final = 1500.0
# The city's real extent (N03): west, south, east, north in degrees.
_EXTENT: Final = (130.385, 33.224, 130.732, 33.368)

Metres = tuple[float, float]


def to_metres(point: LonLat) -> Metres:
    """Return x (east) and y (north) in the local plane."""
    return point.lon * M_PER_LON, point.lat * M_PER_LAT


def to_lonlat(x_m: float, y_m: float) -> LonLat:
    """Return the point of the local plane in degrees, rounded to about a decimetre."""
    return LonLat(round(x_m / M_PER_LON, 6), round(y_m / M_PER_LAT, 6))


def distance_m(one: LonLat, other: LonLat) -> float:
    """Return the straight line in metres."""
    return math.hypot((one.lon - other.lon) * M_PER_LON, (one.lat - other.lat) * M_PER_LAT)


def _in_extent(x_m: float, y_m: float) -> bool:
    west, south, east, north = _EXTENT
    return west <= x_m / M_PER_LON <= east and south <= y_m / M_PER_LAT <= north


@dataclass(frozen=True, slots=True)
class DistrictCell:
    """校区の範囲 as the demo uses it: nearer to its own point than to any other, and within reach."""

    district_id: DistrictId
    x_m: float
    y_m: float
    rivals: tuple[Metres, ...]

    @classmethod
    def around(cls, district: SchoolDistrict, districts: Sequence[SchoolDistrict]) -> Self:
        """Build the cell of one 校区; only points within twice the reach can be nearer."""
        x_m, y_m = to_metres(district.point)
        others = (to_metres(other.point) for other in districts if other.district_id != district.district_id)
        rivals = (other for other in others if math.dist((x_m, y_m), other) < 2 * (REACH_M + MARGIN_M))
        return cls(district.district_id, x_m, y_m, tuple(rivals))

    def holds(self, x_m: float, y_m: float) -> bool:
        """Return whether the point is surely inside."""
        own = math.hypot(x_m - self.x_m, y_m - self.y_m)
        if own > REACH_M - MARGIN_M or not _in_extent(x_m, y_m):
            return False
        limit = own + MARGIN_M
        return all(math.hypot(x_m - x, y_m - y) > limit for x, y in self.rivals)

    def scatter(self, rng: Random, x_m: float, y_m: float, spread_m: float) -> Metres:
        """Return a point about ``spread_m`` from a given inner point, still inside."""
        for _ in range(40):
            x, y = rng.gauss(x_m, spread_m), rng.gauss(y_m, spread_m)
            if self.holds(x, y):
                return x, y
        # A narrow cell: step towards the representative point, which is always inside.
        share = rng.uniform(0.05, 0.5)
        x, y = x_m + (self.x_m - x_m) * share, y_m + (self.y_m - y_m) * share
        return (x, y) if self.holds(x, y) else (self.x_m, self.y_m)
