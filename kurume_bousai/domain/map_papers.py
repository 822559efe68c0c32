"""地図の紙: sizes, scales, and what a sheet can show of dangers and of numbers."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

#: A table's map is read between these scales (1 : N); outside of them a sheet is no use.
LARGEST_SCALE: Final = 1_500
SMALLEST_SCALE: Final = 25_000
#: Scales (1 : N) that a ruler can be laid to, the largest first.
SCALES: Final = (
    LARGEST_SCALE, 2_000, 2_500, 3_000, 4_000, 5_000, 6_000, 7_500, 10_000, 12_500, 15_000, 20_000,
    SMALLEST_SCALE,
)  # fmt: skip
#: More pages than this are a mistake in the order, not a wish.
MOST_PAGES: Final = 3_000


class PaperSize(StrEnum):
    """紙の大きさ."""

    A4 = "A4"
    A3 = "A3"
    A1 = "A1"
    A0 = "A0"


#: Sizes an office printer takes: only these are cut into tiles.
TILE_SIZES: Final = frozenset({PaperSize.A4, PaperSize.A3})


class MapHazard(StrEnum):
    """地図にかく災害: one water at a time, 土砂 beside each; an earthquake has no zones."""

    FLOOD_L2 = "flood_l2"
    FLOOD_L1 = "flood_l1"
    DURATION = "duration"
    INLAND = "inland"
    STORM_SURGE = "storm_surge"
    LANDSLIDE = "landslide"
    NONE = "none"


class ThemeMeasure(StrEnum):
    """テーマの地図の数: which share shades the 46 校区 (FEATURES C4)."""

    REGISTRATION = "registration"  # 申込済 ÷ 対象者
    PLANS = "plans"  # 完成以降 ÷ 申込済
    NO_SUPPORTER = "no_supporter"  # 支援者がいない人 ÷ 名簿の人
    UNPLACED = "unplaced"  # 入れない人 ÷ 行く人
