"""住所辞書 and what it answers: points of 町字, blocks and numbers, and the place found for an address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import MemberId

GazetteerSourceId = NewType("GazetteerSourceId", str)


class PlaceLevel(StrEnum):
    """位置の細かさ: how exactly a home is known (RULES G)."""

    NUMBER = "number"  # 号・枝番まで
    BLOCK = "block"  # 街区・地番
    TOWN = "town"  # 町字の代表点
    MANUAL = "manual"  # 手で決めた位置


#: How far a point of the level lies from the house, metres in the median. TOWN was measured against the
#: city's 142 real 指定避難所 (tests/benchmarks/bench_geocode.py); None = not measured.
TYPICAL_ERROR_M: Final = {
    PlaceLevel.NUMBER: None,
    PlaceLevel.BLOCK: None,
    PlaceLevel.TOWN: 520,
    PlaceLevel.MANUAL: None,
}


class GazetteerKind(StrEnum):
    """住所辞書の種類, recognised by the columns of the file."""

    ISJ_BLOCK = "isj_block"  # 位置参照情報 街区レベル
    ISJ_TOWN = "isj_town"  # 位置参照情報 大字・町丁目レベル
    ABR = "abr"  # アドレス・ベース・レジストリ
    TOWN_FILE = "town_file"  # 町丁・大字の一覧(Geolonia 住所データなど)


class GeocodeReason(StrEnum):
    """位置が決まらない理由, or what to know about a place that was found."""

    FOUND = "found"
    ADDRESS_EMPTY = "address_empty"
    DICTIONARY_EMPTY = "dictionary_empty"
    ELSEWHERE = "elsewhere"  # another municipality
    TOWN_UNKNOWN = "town_unknown"
    AMBIGUOUS = "ambiguous"
    NUMBER_MISSING = "number_missing"  # the address has no number: the 町字 only
    NUMBER_UNKNOWN = "number_unknown"  # the dictionary does not have the number: the 町字 only


@dataclass(frozen=True, slots=True)
class GazetteerPoint:
    """辞書の一件 as published.

    ``number`` is normalised: empty for a 町字, "10" or "1600" for a block or 地番, "10-16" down to 号 or
    枝番; ``is_residential`` = 住居表示実施.
    """

    town: str
    koaza: str
    number: str
    level: PlaceLevel
    point: LonLat
    is_residential: bool = False


@dataclass(frozen=True, slots=True)
class GazetteerSource:
    """辞書の出典: what was read from where, kept with the dictionary."""

    source_id: GazetteerSourceId
    kind: GazetteerKind
    file_name: str
    edition: str  # "24.0a", "2024-03-12", as far as the file says it
    licence: str
    sha256: str
    encoding: str
    crs: str
    points: int
    imported_at: datetime
    imported_by: str


@dataclass(frozen=True, slots=True)
class GeocodeMatch:
    """見つかった位置. ``matched`` = the dictionary's own words; ``left_over`` = what was not used.

    ``confidence`` is 0–1: 0.95 号, 0.85 街区・地番, 0.5 町字, less where the address had to be bent
    (町 or 旧町名 left out −0.1, 丁目 not written −0.02, 小字 not in the dictionary −0.15).
    """

    point: LonLat
    level: PlaceLevel
    confidence: float
    matched: str = field(repr=False)
    left_over: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class GeocodeResult:
    """住所の位置. ``best`` None = never placed; ``candidates`` are for a person to choose from."""

    best: GeocodeMatch | None
    reason: GeocodeReason
    candidates: tuple[GeocodeMatch, ...] = ()


@dataclass(frozen=True, slots=True)
class HomePlace:
    """自宅の位置の決め方: at which level, from which address, by whom and when.

    It speaks of the person's home only while ``point`` is still that home: a file or a form that moved
    it has the last word. ``address_key`` is the normalised address it was found for. A ``confidence`` of 1
    is a person's: no dictionary is that sure.
    """

    member_id: MemberId
    level: PlaceLevel
    point: LonLat
    confidence: float
    matched: str = field(repr=False)
    address_key: str = field(repr=False)
    set_by: str
    set_at: datetime

    @property
    def is_by_hand(self) -> bool:
        """True for a pin that a person set, or a house that a person chose: no batch moves it.

        A 町字 that a person chose is only the best that was known: a number found later is better.
        """
        if self.level is PlaceLevel.MANUAL:
            return True
        return self.level is not PlaceLevel.TOWN and self.confidence >= 1.0

    @property
    def is_rough(self) -> bool:
        """True where the point is that of a 町字, not of the house."""
        return self.level is PlaceLevel.TOWN
