"""架空の浸水: an invented river and two ponds with depth ranks 0–5. No real river, no real map."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hazards import FloodRank
from kurume_bousai.services.fictional.plane import Metres, to_lonlat, to_metres

NAME: Final = "架空川の浸水想定(架空)"

# The invented course from east to west, in degrees; it enters and leaves outside the city.
_COURSE: Final = (
    (130.80, 33.372), (130.74, 33.352), (130.69, 33.338), (130.64, 33.350),
    (130.59, 33.338), (130.545, 33.326), (130.505, 33.322), (130.47, 33.300),
    (130.44, 33.270), (130.41, 33.245), (130.36, 33.225), (130.31, 33.210),
)  # fmt: skip
# Half width of the water of at least this rank, in metres, and how far it narrows and widens.
_HALF_WIDTH_M: Final = {1: 1900.0, 2: 1500.0, 3: 900.0, 4: 430.0, 5: 150.0}
_SWELL: Final = 0.18
_STEPS: Final = 12  # points between two bends
# Ponds of inland water: centre in degrees, half axes in metres, deepest rank.
_PONDS: Final = (((130.523, 33.2885), (900.0, 520.0), 2), ((130.455, 33.2585), (1100.0, 600.0), 3))
_POND_SHRINK: Final = {1: 1.0, 2: 0.72, 3: 0.4}

Ring = tuple[LonLat, ...]


@dataclass(frozen=True, slots=True)
class FloodPolygon:
    """浸水の一つの面: an outer ring, then holes; each ring is closed. ``rank`` is 1–5."""

    rank: FloodRank
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class _Zone:
    """Water of at least ``rank``; ``inner`` is the next deeper water inside it."""

    rank: int
    outline: tuple[Metres, ...]
    inner: tuple[Metres, ...] | None
    box: tuple[float, float, float, float]

    def holds(self, x_m: float, y_m: float) -> bool:
        west, south, east, north = self.box
        return west <= x_m <= east and south <= y_m <= north and _inside(self.outline, x_m, y_m)


@dataclass(frozen=True, slots=True)
class FloodField:
    """浸水深の場: polygons for the map and the rank at a point, which always agree."""

    name: str
    polygons: tuple[FloodPolygon, ...]
    _zones: tuple[_Zone, ...]

    def rank_at(self, point: LonLat) -> FloodRank:
        """Return the deepest rank at a point (several waters → the deepest, RULES J9); 0 = outside."""
        x_m, y_m = to_metres(point)
        # The zones stand deepest first.
        return FloodRank(next((zone.rank for zone in self._zones if zone.holds(x_m, y_m)), 0))


def fictional_flood() -> FloodField:
    """Return the one fictional flood; always the same, so that papers of two demos can be compared."""
    zones = [*_nested(_HALF_WIDTH_M, _river_outline), *(zone for pond in _PONDS for zone in _pond(*pond))]
    zones.sort(key=lambda zone: -zone.rank)
    polygons = tuple(
        FloodPolygon(FloodRank(zone.rank), tuple(_ring(line) for line in (zone.outline, zone.inner) if line))
        for zone in reversed(zones)
    )
    return FloodField(NAME, polygons, tuple(zones))


def _nested(sizes: dict[int, float], outline: Callable[[float, int], tuple[Metres, ...]]) -> Iterator[_Zone]:
    outlines = {rank: outline(size, rank) for rank, size in sizes.items()}
    for rank, line in outlines.items():
        xs, ys = [x for x, _ in line], [y for _, y in line]
        yield _Zone(rank, line, outlines.get(rank + 1), (min(xs), min(ys), max(xs), max(ys)))


def _pond(centre: tuple[float, float], half_axes_m: tuple[float, float], deepest: int) -> Iterator[_Zone]:
    x_m, y_m = to_metres(LonLat(*centre))

    def outline(share: float, _: int) -> tuple[Metres, ...]:
        angles = (2 * math.pi * step / 48 for step in range(48))
        return tuple(
            (x_m + math.cos(turn) * half_axes_m[0] * share, y_m + math.sin(turn) * half_axes_m[1] * share)
            for turn in angles
        )

    yield from _nested({rank: share for rank, share in _POND_SHRINK.items() if rank <= deepest}, outline)


def _river_outline(half_width_m: float, rank: int) -> tuple[Metres, ...]:
    """Both banks as one line; deeper water begins later and ends earlier, so that it lies inside."""
    course = _smooth_course()[rank : -rank or None]
    left, right = [], []
    for index, (x, y) in enumerate(course):
        before, after = course[max(0, index - 1)], course[min(len(course) - 1, index + 1)]
        length = math.dist(before, after)
        normal = (before[1] - after[1]) / length, (after[0] - before[0]) / length
        width = half_width_m * (1 + _SWELL * math.sin((index + rank) / 7))
        left.append((x + normal[0] * width, y + normal[1] * width))
        right.append((x - normal[0] * width, y - normal[1] * width))
    return tuple(left + right[::-1])


def _smooth_course() -> list[Metres]:
    """Catmull-Rom through the bends."""
    bends = [to_metres(LonLat(*bend)) for bend in _COURSE]
    points = []
    for index in range(1, len(bends) - 2):
        p0, p1, p2, p3 = bends[index - 1 : index + 3]
        for step in range(_STEPS):
            share = step / _STEPS
            points.append(
                tuple(_catmull_rom(p0[axis], p1[axis], p2[axis], p3[axis], share) for axis in (0, 1))
            )
    return [(x, y) for x, y in points]


def _catmull_rom(p0: float, p1: float, p2: float, p3: float, share: float) -> float:
    square, cube = share * share, share**3
    return 0.5 * (
        2 * p1
        + (p2 - p0) * share
        + (2 * p0 - 5 * p1 + 4 * p2 - p3) * square
        + (3 * p1 - p0 - 3 * p2 + p3) * cube
    )


def _ring(line: tuple[Metres, ...]) -> Ring:
    return tuple(to_lonlat(x, y) for x, y in (*line, line[0]))


def _inside(line: tuple[Metres, ...], x_m: float, y_m: float) -> bool:
    """Even-odd rule."""
    odd = False
    x_before, y_before = line[-1]
    for x, y in line:
        if (y > y_m) != (y_before > y_m) and x_m < (x_before - x) * (y_m - y) / (y_before - y) + x:
            odd = not odd
        x_before, y_before = x, y
    return odd
