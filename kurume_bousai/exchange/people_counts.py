"""How many people a place takes, as public lists write it. What is no plain number is told, never guessed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class CountReading(StrEnum):
    """読み方: how a cell was understood; only the first three give a number to compute with."""

    EXACT = "count_exact"
    NOTED = "count_noted"  # a number with a remark in brackets
    IN_AND_OUT = "count_in_and_out"  # 屋内 and 屋外 apart
    EMPTY = "count_empty"
    ZERO = "count_zero"
    APPROXIMATE = "count_approximate"
    LIMIT = "count_limit"  # 最大, 以上, 未満
    RANGE = "count_range"
    SEVERAL = "count_several"
    OTHER_UNIT = "count_other_unit"
    UNREADABLE = "count_unreadable"


@dataclass(frozen=True, slots=True)
class ParsedCount:
    """読んだ人数. ``indoor`` is the number that counts; ``outdoor`` is only kept.

    ``figures``: every number found where none of them can be used (約50: 50; 40~50: 40 and 50).
    ``note``: the remark beside the number (面積の1/2), or the whole cell where it is no number.
    """

    reading: CountReading
    indoor: int | None = None
    outdoor: int | None = None
    note: str = ""
    figures: tuple[int, ...] = ()

    @property
    def is_unknown(self) -> bool:
        """Return whether the place takes nobody until somebody has asked."""
        return self.indoor is None

    @property
    def is_plain(self) -> bool:
        """Return whether there is nothing to tell about the cell."""
        return self.reading is CountReading.EXACT


_NUMBER: Final = r"(\d{1,7})(?:\.0+)?"
_PEOPLE: Final = r"\s*(?:人|名|にん)?"
_LEAD: Final = r"(?:(?:収容|受入|受け入れ|利用)?(?:可能)?(?:人数|人員|定員)|合計|計)?\s*[:は]?\s*"
_REMARK: Final = r"\s*(?:\((.*)\))?"
_EXACT: Final = re.compile(rf"{_LEAD}{_NUMBER}{_PEOPLE}{_REMARK}")
_INDOOR: Final = re.compile(rf"(?:屋内|室内){_LEAD}{_NUMBER}{_PEOPLE}{_REMARK}")
_IN_AND_OUT: Final = re.compile(
    rf"(?:屋内|室内){_LEAD}{_NUMBER}{_PEOPLE}\s*[/、・]?\s*(?:屋外|室外){_LEAD}{_NUMBER}{_PEOPLE}{_REMARK}"
)
_RANGE: Final = re.compile(
    rf"{_LEAD}{_NUMBER}{_PEOPLE}\s*(?:[~〜\-–—−]|から|ないし)\s*{_NUMBER}{_PEOPLE}{_REMARK}"
)
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)")
_DIGITS: Final = re.compile(r"\d{1,7}")
_FRACTION: Final = re.compile(r"\d\.\d")
_SQUARE_METRES: Final = re.compile(r"m2|m²", re.IGNORECASE)
_NOTHING: Final = frozenset({"", "-", "ー", "―", "—", "不明", "未定", "調査中", "確認中", "未確認", "なし"})
_ABOUT: Final = re.compile(r"約|およそ|おおよそ|おおむね|概ね|ほぼ|程度|くらい|ぐらい|前後|ほど|弱|強")
_BOUND: Final = re.compile(r"最大|最小|最低|上限|以上|以下|以内|未満|まで|超")
_UNITS: Final = re.compile(r"\d\s*(?:床|室|部屋|戸|世帯|組|台|㎡|m2|m²|平米|平方メートル|ユニット|%|割)")

_MESSAGES: Final = {
    CountReading.NOTED: "「( )」の中は備考として残し、{indoor:,}人と読みました。",
    CountReading.EMPTY: "人数が書かれていません。不明として扱います。",
    CountReading.ZERO: "0は、入れないのか書いていないのか区別できません。不明として扱います。",
    CountReading.APPROXIMATE: "およその数({figures})です。正確な数を確かめるまで、不明として扱います。",
    CountReading.LIMIT: "上限や下限の数({figures})です。正確な数を確かめるまで、不明として扱います。",
    CountReading.RANGE: "幅のある数({figures})です。どちらにするか確かめるまで、不明として扱います。",
    CountReading.SEVERAL: "数がいくつもあります({figures})。足さずに、不明として扱います。",
    CountReading.OTHER_UNIT: "人数ではない単位の数({figures})です。不明として扱います。",
    CountReading.UNREADABLE: "人数として読めません。不明として扱います。",
}  # fmt: skip


def parse_people_count(text: str) -> ParsedCount:
    """Read a cell such as 「４０人」, 「屋内1,371人／屋外5,470人（面積の1/2）」 or 「約50」.

    Zero and empty are unknown (RULEBOOK §2), except that a stated 屋内0人 beside 屋外 is a statement.
    """
    plain = _fold(text)
    if plain in _NOTHING:
        return ParsedCount(CountReading.EMPTY)
    if match := _EXACT.fullmatch(plain):
        return _exact(int(match.group(1)), (match.group(2) or "").strip())
    if match := _IN_AND_OUT.fullmatch(plain):
        indoor, outdoor, note = match.groups()
        return ParsedCount(CountReading.IN_AND_OUT, int(indoor), int(outdoor), (note or "").strip())
    if match := _INDOOR.fullmatch(plain):
        return _exact(int(match.group(1)), (match.group(2) or "").strip(), is_indoor=True)
    figures = tuple(int(found) for found in _DIGITS.findall(_SQUARE_METRES.sub("㎡", plain)))
    return ParsedCount(_doubt(plain, figures), note=text.strip(), figures=figures)


def describe_count(count: ParsedCount) -> str:
    """Say what was read and how, as the message of a row; empty where there is nothing to tell."""
    if count.is_plain:
        return ""
    if count.reading is CountReading.IN_AND_OUT:
        return f"屋内{count.indoor:,}人、屋外{count.outdoor:,}人と読みました。数えるのは屋内だけです。"
    figures = "、".join(f"{figure:,}" for figure in count.figures)
    return _MESSAGES[count.reading].format(indoor=count.indoor or 0, figures=figures)


def _exact(number: int, note: str, *, is_indoor: bool = False) -> ParsedCount:
    if number == 0:
        return ParsedCount(CountReading.ZERO, note=note)
    is_noted = bool(note) or is_indoor
    return ParsedCount(CountReading.NOTED if is_noted else CountReading.EXACT, number, note=note)


def _doubt(plain: str, figures: tuple[int, ...]) -> CountReading:
    """Why a cell with words in it gives no number."""
    if not figures or _FRACTION.search(plain):
        return CountReading.UNREADABLE
    if _RANGE.fullmatch(plain):
        return CountReading.RANGE
    if _UNITS.search(plain):
        return CountReading.OTHER_UNIT
    if _BOUND.search(plain):
        return CountReading.LIMIT
    if _ABOUT.search(plain):
        return CountReading.APPROXIMATE
    return CountReading.SEVERAL if len(figures) > 1 else CountReading.UNREADABLE


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).strip()
    return _THOUSANDS.sub(lambda match: match.group().replace(",", ""), folded)
