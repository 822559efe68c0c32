"""道路: road lines as imported, before anybody asks for a way along them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class WidthClass(IntEnum):
    """幅員区分 of 国土数値情報 N13_006 (RULES F4). Unknown is told, never guessed."""

    UNKNOWN = 0
    UNDER_3 = 1  # < 3 m: cars do not get in
    TO_5_5 = 2  # 3–5.5 m: a caution for cars
    TO_13 = 3
    TO_19_5 = 4
    OVER_19_5 = 5


#: Upper ends of the classes in metres, exclusive (RULES F4).
_UPPER_M = ((3.0, WidthClass.UNDER_3), (5.5, WidthClass.TO_5_5), (13.0, WidthClass.TO_13))


def width_class(width_m: float) -> WidthClass:
    """The class of a width in metres; what is not above 0 (nor a number) is unknown."""
    if not width_m > 0.0:
        return WidthClass.UNKNOWN
    for upper_m, found in _UPPER_M:
        if width_m < upper_m:
            return found
    return WidthClass.TO_19_5 if width_m < 19.5 else WidthClass.OVER_19_5


class RoadKind(StrEnum):
    """道の種類: who can use it."""

    ROAD = "road"
    FOOTPATH = "footpath"  # 徒歩道・庭園路
    STEPS = "steps"  # 石段・階段
    EXPRESSWAY = "expressway"  # 高速道路: no one on foot


class RoadDirection(StrEnum):
    """通行の向き for cars; on foot every road is open both ways."""

    BOTH = "both"
    FORWARD = "forward"  # as the line is drawn
    BACKWARD = "backward"


@dataclass(frozen=True, slots=True)
class RoadLine:
    """道路の線: WKB (line or multi-line) in degrees of EPSG:6668 and what the source says about it.

    ``level`` tells roads that cross without meeting apart (N13_005 階層, OSM ``layer``): lines of
    different level meet at their ends only.
    """

    wkb: bytes = field(repr=False)
    kind: RoadKind = RoadKind.ROAD
    width: WidthClass = WidthClass.UNKNOWN
    direction: RoadDirection = RoadDirection.BOTH
    level: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class NetworkSummary:
    """道路網のまとめ: what became of the lines, told after it is made.

    ``unread`` lines had no usable geometry, ``outside`` ones lie far from the city, ``doubled`` pieces were
    there twice (mesh edges), ``too_short`` ones lie within the snapping tolerance, ``split_at_touch`` ends
    met the middle of another line, ``islands`` pieces belong to short parts that nothing joins.
    """

    lines: int
    edges: int
    junctions: int
    length_m: float
    unread: int = 0
    outside: int = 0
    doubled: int = 0
    too_short: int = 0
    split_at_touch: int = 0
    islands: int = 0
