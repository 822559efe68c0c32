"""The words of the enums of maps on paper, beside those of ``words``."""

from __future__ import annotations

from enum import Enum
from typing import Final

from kurume_bousai.domain.map_papers import MapHazard, PaperSize, ThemeMeasure
from kurume_bousai.domain.paper_order import PaperOrder

PAPER_PAIRS: Final[tuple[tuple[Enum, str], ...]] = (
    (PaperOrder.KANA, "校区・自治会・フリガナの順"),
    (PaperOrder.NUMBER, "名簿の番号の順"),
    (PaperSize.A4, "A4"),
    (PaperSize.A3, "A3"),
    (PaperSize.A1, "A1"),
    (PaperSize.A0, "A0"),
    (MapHazard.FLOOD_L2, "洪水(想定最大規模)"),
    (MapHazard.FLOOD_L1, "洪水(計画規模)"),
    (MapHazard.DURATION, "浸水の続く時間"),
    (MapHazard.INLAND, "内水(雨水出水)"),
    (MapHazard.STORM_SURGE, "高潮"),
    (MapHazard.LANDSLIDE, "土砂災害"),
    (MapHazard.NONE, "災害をかかない"),
    (ThemeMeasure.REGISTRATION, "登録率"),
    (ThemeMeasure.PLANS, "プラン作成率"),
    (ThemeMeasure.NO_SUPPORTER, "支援者がいない割合"),
    (ThemeMeasure.UNPLACED, "福祉避難所に入れない割合"),
)
