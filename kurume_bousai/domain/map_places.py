"""さがした場所: what one can go to on the map, and how exactly it is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import DistrictId


class MapPlaceKind(StrEnum):
    """場所の種類, in the order in which they are listed."""

    DISTRICT = "district"  # 校区
    NEIGHBORHOOD = "neighborhood"  # 自治会
    WELFARE = "welfare"  # 福祉避難所
    DESIGNATED = "designated"  # 指定避難所
    EMERGENCY = "emergency"  # 指定緊急避難場所
    ADDRESS = "address"  # 住所


class Exactness(StrEnum):
    """位置の確かさ of a place on the map."""

    OUTLINE = "outline"  # 校区の区域
    SITE = "site"  # 施設の位置
    NUMBER = "number"  # 号・枝番
    BLOCK = "block"  # 街区・地番
    TOWN = "town"  # 町字の中ほど
    HOMES = "homes"  # 名簿の住まいのまん中
    DISTRICT_ONLY = "district_only"  # 校区までしかわからない


@dataclass(frozen=True, slots=True)
class MapPlace:
    """地図の場所. ``title`` is the name of a place, or an address as the dictionary has it.

    ``point`` in degrees of EPSG:6668; None with a ``district_id`` = the whole 校区 is shown.
    """

    kind: MapPlaceKind
    title: str = field(repr=False)
    exactness: Exactness
    point: LonLat | None = field(default=None, repr=False)
    district_id: DistrictId | None = None
    beside: str = field(default="", repr=False)  # what tells it from others of its name: its 校区
