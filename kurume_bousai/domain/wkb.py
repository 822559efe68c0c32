"""WKB (OGC 06-103r4): points, lines and regions that somebody drew, written without a library of geometry.

Coordinates are longitude and latitude in degrees of EPSG:6668; little-endian, two dimensions.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from kurume_bousai.domain.coordinates import LonLat

_POINT, _LINE, _POLYGON = 1, 2, 3


def point_wkb(point: LonLat) -> bytes:
    """One point."""
    return struct.pack("<BIdd", 1, _POINT, point.lon, point.lat)


def line_wkb(points: Sequence[LonLat]) -> bytes:
    """A line of two corners or more; raises ``ValueError`` for fewer."""
    if len(points) < 2:
        raise ValueError("a line has two corners or more")
    return struct.pack("<BI", 1, _LINE) + _corners(points)


def polygon_wkb(rings: Sequence[Sequence[LonLat]]) -> bytes:
    """An outer ring, then holes; an open ring is closed. Raises ``ValueError`` below 3 corners."""
    closed = [_closed(ring) for ring in rings]
    head = struct.pack("<BII", 1, _POLYGON, len(closed))
    return head + b"".join(_corners(ring) for ring in closed)


def _closed(ring: Sequence[LonLat]) -> Sequence[LonLat]:
    whole = ring if ring and ring[0] == ring[-1] else (*ring, *ring[:1])
    if len(whole) < 4:
        raise ValueError("a ring has three corners or more")
    return whole


def _corners(points: Sequence[LonLat]) -> bytes:
    numbers = [number for point in points for number in (point.lon, point.lat)]
    return struct.pack(f"<I{len(numbers)}d", len(points), *numbers)
