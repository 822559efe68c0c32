"""Hazard codes as the official data gives them (RULES F4, F6). Outside a zone is never called safe."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class FloodRank(IntEnum):
    """浸水深ランク of 国土数値情報 A31a: rank → depth in metres. 0 = outside the mapped zone."""

    OUTSIDE = 0
    UNDER_HALF = 1  # 0–0.5 m
    TO_THREE = 2  # 0.5–3 m
    TO_FIVE = 3  # 3–5 m
    TO_TEN = 4  # 5–10 m
    TO_TWENTY = 5  # 10–20 m
    OVER_TWENTY = 6


#: Official colours of the depth ranks (水害ハザードマップ作成の手引き), used for nothing else.
FLOOD_COLOURS: dict[FloodRank, str] = {
    FloodRank.UNDER_HALF: "#F7F5A9",
    FloodRank.TO_THREE: "#FFD8C0",
    FloodRank.TO_FIVE: "#FFB7B7",
    FloodRank.TO_TEN: "#FF9191",
    FloodRank.TO_TWENTY: "#F285C9",
    FloodRank.OVER_TWENTY: "#DC7ADC",
}


#: Colours of the duration ranks of 国土数値情報 A31a (洪水浸水想定区域図作成マニュアル 第4版; ○ not yet read
#: in the primary text), used for nothing else. Rank → duration: labels of ``maps/datasets.toml``.
DURATION_COLOURS: dict[int, str] = {
    1: "#A0D2FF",  # under 12 hours
    2: "#0041FF",  # to 24 hours
    3: "#FAF500",  # to 3 days
    4: "#FF9900",  # to a week
    5: "#FF2800",  # to two weeks
    6: "#B40068",  # to four weeks
    7: "#600060",  # four weeks and more
}


class HazardScenario(StrEnum):
    """想定: the hazards a site can be unfit for (RULEBOOK §4 ``--hazard``)."""

    NONE = "none"
    FLOOD_L2 = "flood_l2"
    FLOOD_L1 = "flood_l1"
    INLAND = "inland"
    LANDSLIDE = "landslide"
    EARTHQUAKE = "earthquake"


class Fitness(StrEnum):
    """適否 of a site for a hazard, kept by the city; unconfirmed is told, never guessed."""

    FIT = "fit"
    UNFIT = "unfit"
    UNCONFIRMED = "unconfirmed"
