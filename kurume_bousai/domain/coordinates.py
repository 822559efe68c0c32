"""Points on the ground, always longitude before latitude."""

from __future__ import annotations

import math
from dataclasses import dataclass

CRS_STORED = "EPSG:6668"  # JGD2011, degrees
CRS_METRIC = "EPSG:6670"  # JGD2011 / Plane Rectangular CS II, metres: covers Fukuoka

# The city with a margin (KURUME.md §8): a point outside is a typing error, not a home.
CITY_EXTENT = (130.37, 33.21, 130.75, 33.38)  # west, south, east, north in degrees


@dataclass(frozen=True, slots=True)
class LonLat:
    """経度・緯度 in degrees of JGD2011, in this order."""

    lon: float = 0.0
    lat: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lon) and math.isfinite(self.lat)):
            raise ValueError("longitude and latitude must be finite")
        if not (-180.0 <= self.lon <= 180.0 and -90.0 <= self.lat <= 90.0):
            raise ValueError("longitude or latitude out of range")

    def __repr__(self) -> str:
        # The exact point of a home is personal; nothing needs it in a traceback.
        return "LonLat(…)"


def in_city_extent(point: LonLat) -> bool:
    """True where the point lies in the box around the city."""
    west, south, east, north = CITY_EXTENT
    return west <= point.lon <= east and south <= point.lat <= north
