"""The words of the map screen's enums, beside those of ``words``."""

from __future__ import annotations

from enum import Enum
from typing import Final

from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.gazetteer import TYPICAL_ERROR_M, PlaceLevel
from kurume_bousai.domain.map_places import Exactness, MapPlaceKind
from kurume_bousai.domain.task_layers import StepAct

MAP_PAIRS: Final[tuple[tuple[Enum, str], ...]] = (
    (Topic.TASK_LAYERS, "作業の層"),
    (Topic.MAP_LAYERS, "地図の見え方"),
    (MapPlaceKind.DISTRICT, "校区"),
    (MapPlaceKind.NEIGHBORHOOD, "自治会"),
    (MapPlaceKind.WELFARE, "福祉避難所"),
    (MapPlaceKind.DESIGNATED, "指定避難所"),
    (MapPlaceKind.EMERGENCY, "指定緊急避難場所"),
    (MapPlaceKind.ADDRESS, "住所"),
    (Exactness.OUTLINE, "校区の全体を出します。"),
    (Exactness.SITE, "施設の位置です。"),
    (Exactness.NUMBER, "号・枝番までの位置です。"),
    (Exactness.BLOCK, "街区・地番の位置です。"),
    (Exactness.TOWN, f"町字の中ほどです(約{TYPICAL_ERROR_M[PlaceLevel.TOWN]}mの誤差)。"),
    (Exactness.HOMES, "名簿の住まいの、まん中あたりです(100m単位)。"),
    (Exactness.DISTRICT_ONLY, "名簿の住まいが5軒より少ないため、校区の全体を出します。"),
    (StepAct.LAYER_ADDED, "層をつくったこと"),
    (StepAct.LAYER_RENAMED, "層の名前を変えたこと"),
    (StepAct.LAYER_REMOVED, "層を消したこと"),
    (StepAct.DRAWN, "描いたこと"),
    (StepAct.WORDS_CHANGED, "言葉を直したこと"),
    (StepAct.MOVED, "動かしたこと"),
    (StepAct.ERASED, "描いたものを消したこと"),
)
