"""避難経路と逃げ地図: speeds by mode, 3-minute steps and what a way is made of (RULES D7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.roads import RoadKind, WidthClass

#: Metres per minute on the level (RULES D7); no source gives one for slopes, so none is made up.
SPEED_ELDERLY: Final = 43.0  # 逃げ地図: 129 m in 3 minutes
SPEED_FREE_WALK: Final = 60.0  # 高齢者の自由歩行
SPEED_DIFFICULT: Final = 30.0  # 歩行困難・障害者等
SPEED_CAR: Final = 180.0  # 車 3.0 m/s
#: At night everybody is slower (RULES D7).
NIGHT_SHARE: Final = 0.8
#: The longest walk that is sensible, in metres (RULES D7).
LONG_WALK_M: Final = 500.0
#: A way is taken to be this many times the straight line where no roads are known. Our own assumption,
#: a setting of the city; shown wherever it is used.
STRAIGHT_FACTOR: Final = 1.3
#: Farther from any road than this there is no way, in metres.
LONGEST_STUB_M: Final = 300.0

ON_FOOT: Final = frozenset({TravelMode.WALK, TravelMode.WHEELCHAIR, TravelMode.STRETCHER})


@dataclass(frozen=True, slots=True)
class TravelRule:
    """移動のきまり of one mode: speed in metres a minute, and which roads it can use.

    ``stub_speed`` is the speed between a door and the road. A road narrower than ``narrowest`` is closed
    to the mode; one of unknown width is open, and its length is told. ``caution_below``: narrower roads
    are open but told (RULES F4: class 1 「車が入れない」, class 2 「要注意」).
    """

    mode: TravelMode
    speed: float
    stub_speed: float
    kinds: frozenset[RoadKind]
    narrowest: WidthClass = WidthClass.UNDER_3
    caution_below: WidthClass = WidthClass.UNDER_3
    follows_one_way: bool = False

    def allows(self, kind: RoadKind, width: WidthClass) -> bool:
        """Whether the mode can use a road of this kind and width."""
        return kind in self.kinds and (width == WidthClass.UNKNOWN or width >= self.narrowest)

    def minutes(self, road_m: float, stub_m: float = 0.0) -> float:
        """Minutes for metres along roads and between doors and roads."""
        return road_m / self.speed + stub_m / self.stub_speed

    def at_night(self) -> TravelRule:
        """The same at 80 % of the speed (RULES D7)."""
        return TravelRule(
            self.mode,
            self.speed * NIGHT_SHARE,
            self.stub_speed * NIGHT_SHARE,
            self.kinds,
            self.narrowest,
            self.caution_below,
            self.follows_one_way,
        )

    def at_speed(self, speed: float) -> TravelRule:
        """The same with another speed in metres a minute, for the road and the way to it."""
        if not speed > 0.0:
            raise ValueError("a speed is above 0")
        stub = speed if self.mode in ON_FOOT else self.stub_speed
        return TravelRule(
            self.mode, speed, stub, self.kinds, self.narrowest, self.caution_below, self.follows_one_way
        )


def _on_foot(mode: TravelMode, speed: float, kinds: frozenset[RoadKind]) -> TravelRule:
    return TravelRule(mode, speed, speed, kinds)


def _by_car(mode: TravelMode) -> TravelRule:
    return TravelRule(
        mode,
        SPEED_CAR,
        SPEED_DIFFICULT,
        frozenset({RoadKind.ROAD, RoadKind.EXPRESSWAY}),
        narrowest=WidthClass.TO_5_5,
        caution_below=WidthClass.TO_13,
        follows_one_way=True,
    )


_WITHOUT_STEPS: Final = frozenset({RoadKind.ROAD, RoadKind.FOOTPATH})

TRAVEL_RULES: Final[Mapping[TravelMode, TravelRule]] = MappingProxyType(
    {
        TravelMode.WALK: _on_foot(TravelMode.WALK, SPEED_ELDERLY, _WITHOUT_STEPS | {RoadKind.STEPS}),
        TravelMode.WHEELCHAIR: _on_foot(TravelMode.WHEELCHAIR, SPEED_DIFFICULT, _WITHOUT_STEPS),
        TravelMode.STRETCHER: _on_foot(TravelMode.STRETCHER, SPEED_DIFFICULT, _WITHOUT_STEPS),
        TravelMode.CAR: _by_car(TravelMode.CAR),
        TravelMode.WELFARE_VEHICLE: _by_car(TravelMode.WELFARE_VEHICLE),
    }
)


@dataclass(frozen=True, slots=True)
class TravelChoice:
    """移動の条件: mode, night, and another speed in metres a minute where somebody sets one."""

    mode: TravelMode = TravelMode.WALK
    is_night: bool = False
    speed: float | None = None

    def rule(self) -> TravelRule:
        """The rule these make."""
        rule = TRAVEL_RULES[self.mode]
        if self.speed is not None:
            rule = rule.at_speed(self.speed)
        return rule.at_night() if self.is_night else rule


class NoWay(StrEnum):
    """道がない理由."""

    OFF_ROAD = "off_road"  # too far from a road the mode can use
    BLOCKED = "blocked"  # the place itself is where the road is closed
    DISCONNECTED = "disconnected"  # no open road joins the two


@dataclass(frozen=True, slots=True)
class HazardZone:
    """経路が通る区域: WKB of polygons in EPSG:6668. ``name`` is the official wording shown, rank its code."""

    name: str
    wkb: bytes = field(repr=False)
    rank: int = 0


@dataclass(frozen=True, slots=True)
class HazardStretch:
    """区域を通る長さ: metres of the way inside one kind of zone and the worst rank on it."""

    name: str
    length_m: float
    rank: int


@dataclass(frozen=True, slots=True)
class EvacuationRoute:
    """避難経路: length and time of a way, what it crosses, and its line in degrees of EPSG:6668.

    ``length_m`` includes ``stub_m``, the metres between doors and roads. ``caution_m`` lies on roads narrow
    for the mode, ``unknown_width_m`` on roads whose width is not known. ``is_straight``: no roads are
    known; the length is the straight line × ``factor`` and must be shown as 直線. Nothing crossed does not
    mean safe: ``hazards`` is as good as the zones it was asked with.
    """

    mode: TravelMode
    length_m: float
    minutes: float
    is_straight: bool = False
    factor: float = 1.0
    stub_m: float = 0.0
    caution_m: float = 0.0
    unknown_width_m: float = 0.0
    steps_m: float = 0.0
    hazards: tuple[HazardStretch, ...] = ()
    line: tuple[LonLat, ...] = field(default=(), repr=False)

    @property
    def is_long(self) -> bool:
        """On foot and longer than the 500 m that are sensible (RULES D7)."""
        return self.mode in ON_FOOT and self.length_m > LONG_WALK_M


def straight_route(
    rule: TravelRule, start: LonLat, end: LonLat, distance_m: float, factor: float = STRAIGHT_FACTOR
) -> EvacuationRoute:
    """The way where no roads are known: straight line in metres × the stated factor, labelled 直線."""
    if distance_m < 0.0 or factor < 1.0:
        raise ValueError("a distance is not below 0, a factor not below 1")
    length_m = distance_m * factor
    return EvacuationRoute(
        rule.mode,
        length_m,
        rule.minutes(length_m),
        is_straight=True,
        factor=factor,
        line=(start, end),
    )


# ---------------------------------------------------------------- 逃げ地図
STEP_MINUTES: Final = 3.0


@dataclass(frozen=True, slots=True)
class ReachStep:
    """逃げ地図の色: one step of 3 minutes. ``upto_min`` None = more than the recipe's last step."""

    number: int
    upto_min: float | None
    colour: str
    word: str


#: The recipe's colours by name (RULES D7); the tones are ours, and none is an official hazard colour.
REACH_STEPS: Final = (
    ReachStep(1, 3.0, "#1B8A3A", "3分以内(緑)"),
    ReachStep(2, 6.0, "#8CC63F", "6分以内(黄緑)"),
    ReachStep(3, 9.0, "#F5D800", "9分以内(黄)"),
    ReachStep(4, 12.0, "#F28C00", "12分以内(橙)"),
    ReachStep(5, 15.0, "#D7191C", "15分以内(赤)"),
    ReachStep(6, 18.0, "#7B3294", "18分以内(紫)"),
    ReachStep(7, 21.0, "#7A4B1E", "21分以内(茶)"),
    ReachStep(8, 24.0, "#111111", "24分以内(黒)"),
    ReachStep(9, None, "#5F6B76", "24分を超える"),
)
BEYOND_STEP: Final = 9
#: Steps of pieces that have no time: nothing leads to a goal, and the road itself is closed.
NO_WAY_STEP: Final = 0
CLOSED_STEP: Final = -1


def reach_step(minutes: float) -> int:
    """Step 1–8 of a time (3.0 minutes is still step 1), 9 beyond 24 minutes; no time → ``NO_WAY_STEP``."""
    for step in REACH_STEPS:
        if minutes <= (float("inf") if step.upto_min is None else step.upto_min):
            return step.number if minutes < float("inf") else NO_WAY_STEP
    return NO_WAY_STEP


@dataclass(frozen=True, slots=True)
class ReachPiece:
    """逃げ地図の線: a piece of road of one step, in degrees of EPSG:6668, pointing towards the goal.

    ``from_min`` and ``to_min`` are the minutes at its two ends, the longer first; infinite without a way.
    """

    step: int
    from_min: float
    to_min: float
    line: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class ReachMap:
    """逃げ地図: every piece of road with its step, and metres of road per step.

    ``goals_off_road`` counts goals too far from a road to be one.
    """

    mode: TravelMode
    speed: float
    pieces: tuple[ReachPiece, ...] = field(repr=False)
    metres: Mapping[int, float]
    goals: int
    goals_off_road: int = 0
