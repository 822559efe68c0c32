"""経路の言葉: whole sentences about a way and a 逃げ地図, alike on the screen, the command line and paper."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from kurume_bousai.domain.route_answers import ClosedPlaces, CrossedZone, WayAnswer
from kurume_bousai.domain.routes import (
    CLOSED_STEP,
    LONG_WALK_M,
    NO_WAY_STEP,
    REACH_STEPS,
    EvacuationRoute,
    NoWay,
)
from kurume_bousai.labels.measures import length_words
from kurume_bousai.labels.words import label

_NO_WAY: Final[Mapping[NoWay, str]] = {
    NoWay.OFF_ROAD: "近くに、この手段で通れる道路がありません。",
    NoWay.BLOCKED: "出発か行先の場所そのものが、通れない所の中にあります。",
    NoWay.DISCONNECTED: "通れる道路がつながっていないため、行けません。",
}
NOT_SAFE: Final = "安全という意味ではありません。"


def minutes_words(minutes: float) -> str:
    """「およそ12分」; never a shorter time than computed."""
    return f"およそ{max(1, math.ceil(minutes - 1e-9)):,}分"


def way_caption(route: EvacuationRoute) -> str:
    """「徒歩 およそ12分 520m」: what stands beside a way on the map."""
    straight = " 直線" if route.is_straight else ""
    return f"{label(route.mode)} {minutes_words(route.minutes)} {length_words(route.length_m)}{straight}"


def way_sentences(answer: WayAnswer) -> list[str]:
    """Everything that must be said of a way, the length and time first."""
    route = answer.route
    if route is None:
        return [_NO_WAY[answer.no_way or NoWay.DISCONNECTED], *closed_sentences(answer.closed)]
    said = [
        f"{label(route.mode)}で{length_words(route.length_m)}、{minutes_words(route.minutes)}です。"
        + ("夜の速さ(昼の8割)で計算しました。" if answer.is_night else "")
    ]
    if route.is_straight:
        said.append(f"道路の図がないため、直線の長さの{route.factor:g}倍としました。実際の道とは違います。")
        said.append("直線なので、通れない所と災害の区域は調べていません。")
        return said
    if route.is_long:
        said.append(f"歩く長さの目安({LONG_WALK_M:g}m)を超えます。")
    if route.caution_m >= 1.0:
        said.append(f"このうち{length_words(route.caution_m)}は、この手段では気をつける狭い道です。")
    if route.unknown_width_m >= 1.0:
        said.append(f"このうち{length_words(route.unknown_width_m)}は、幅のわからない道です。")
    if route.steps_m >= 1.0:
        said.append(f"石段や階段が{length_words(route.steps_m)}あります。")
    return [*said, *_crossed(answer), *closed_sentences(answer.closed)]


def short_way_words(answer: WayAnswer) -> str:
    """A way in a line or two, for a card; "" where no roads are known, because a card tells only ways."""
    route = answer.route
    if route is None:
        return _NO_WAY[answer.no_way or NoWay.DISCONNECTED]
    if route.is_straight:
        return ""
    length, minutes = length_words(route.length_m), minutes_words(route.minutes)
    said = [f"行先まで道で{length}、{label(route.mode)}で{minutes}です。"]
    return "".join([*said, *map(crossed_sentence, answer.crossed), *closed_sentences(answer.closed)])


def _crossed(answer: WayAnswer) -> list[str]:
    if not answer.asked:
        return [f"災害の区域の図が取り込まれていないため、通る区域はわかりません。{NOT_SAFE}"]
    if not answer.crossed:
        return [f"調べた区域({'、'.join(answer.asked)})は通りません。{NOT_SAFE}"]
    return [crossed_sentence(zone) for zone in answer.crossed]


def crossed_sentence(zone: CrossedZone) -> str:
    """「洪水浸水想定区域(想定最大規模)を120m通ります。いちばん深い所は、3m以上5m未満です。」."""
    depth = f"いちばん深い所は、{zone.words}です。" if zone.words else ""
    return f"{zone.name}を{length_words(zone.length_m)}通ります。{depth}"


def closed_sentences(closed: ClosedPlaces) -> list[str]:
    """How many drawn places were taken into account, and how many met no road."""
    said = []
    if closed.count:
        said.append(f"地図にかいた{closed.count:,}か所を、通れない所としました。")
    if closed.without_effect:
        said.append(
            f"このうち{len(closed.without_effect):,}か所は、近くに道路がないため、道を閉じていません。"
        )
    return said


def reach_words(step: int) -> str:
    """What the roads of one step mean, for legends and tables."""
    if step == NO_WAY_STEP:
        return "目標地点へ行けない道"
    if step == CLOSED_STEP:
        return "通れない道"
    return next(one.word for one in REACH_STEPS if one.number == step)
