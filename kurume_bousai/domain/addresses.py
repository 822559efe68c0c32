"""住所をそろえる: one spelling for the many ways a house of this city is written (RULES G).

Pure text, no dictionary: which 町字 exists is the gazetteer's to say. The same folding is applied to the
dictionary's own names, so that both sides meet. A normalised address is as personal as the address.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from kurume_bousai.domain.names import fold

CITY: Final = "久留米市"
PREFECTURE: Final = "福岡県"
#: The towns that became part of the city on 2005-02-05, each with the 郡 it stood in.
MERGED_TOWNS: Final = {"田主丸町": "浮羽郡", "北野町": "三井郡", "城島町": "三潴郡", "三潴町": "三潴郡"}

_KANJI: Final = "㐀-鿿々"
_DIGITS: Final = {"零": 0} | {letter: value for value, letter in enumerate("〇一二三四五六七八九")}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_NUMERALS: Final = "〇零一二三四五六七八九十百千"
#: Forms met in addresses beside those of people's names (domain.names); left letter → right letter.
_PLACE_LETTERS: Final = str.maketrans(
    "瀦螢薰檪瀨繩籠壱壹弐貳頴ゖゕぁぃぅぇぉっゃゅょゎ", "潴蛍薫櫟瀬縄篭一一二二穎けかあいうえおつやゆよわ"
)
_GAP: Final = re.compile(r"(?<=\d)[\s　]+(?=\d)")
_GA: Final = re.compile(rf"(?<=[{_KANJI}])[けかが](?=[{_KANJI}])")
_NO: Final = re.compile(rf"(?<=[{_KANJI}])[之乃の](?=[{_KANJI}])")
_KANJI_BEFORE_WORD: Final = re.compile(rf"[{_NUMERALS}]+(?=丁目|番地|番[^{_KANJI}]|番$|番[{_NUMERALS}]|号)")
_KANJI_AFTER_WORD: Final = re.compile(rf"((?<=[地番])(?:の|-)?|(?<=\d)[の-])([{_NUMERALS}]+)(?=$|[-の号(_])")
_KANJI_PAIR: Final = re.compile(rf"([{_NUMERALS}]+)[の-](?=[{_NUMERALS}\d])")
_KANJI_AT_END: Final = re.compile(rf"(?<=[{_KANJI}])[{_NUMERALS}]{{2,}}(?=$|[(_])")
_CHOME_SHORT: Final = re.compile(r"(?<=\d)丁(?!目)(?=\d|$)")
_LONG_DASH: Final = re.compile(r"(?<=\d)[ー~〜ｰ](?=\d)")
_BANCHI: Final = re.compile(r"(?<=\d)番地?(?:の|-)?(?=\d)")
_BANCHI_END: Final = re.compile(r"(?<=\d)番地?(?:の)?(?!\d)")
_GO_END: Final = re.compile(r"(?<=\d)号(?![室棟館])")
_NO_NUMBER: Final = re.compile(r"(?<=\d)の(?=\d)")
_POSTAL: Final = re.compile(r"^〒?\d{3}-?\d{4}(?=\D)")
_ZEROS: Final = re.compile(r"(?<!\d)0+(?=\d)")
_PARTS: Final = re.compile(r"^(?P<head>\D*(?:\d+丁目\D*)?)(?P<numbers>\d+(?:-\d+)*)?(?P<rest>.*)$", re.DOTALL)
_HEAD: Final = re.compile(r"^\D*(?:\d+丁目\D*)?")
_ROOM: Final = re.compile(r"^(?:号室|号棟|号館|室|階|棟|f\b|f$)")
_AZA: Final = re.compile(r"大字|小字|字")
_KOAZA: Final = re.compile(r"(?<!大)字")
_OLD_COUNTIES: Final = re.compile(
    "|".join(f"{fold(county)}(?={fold(town)})" for town, county in MERGED_TOWNS.items()).translate(
        _PLACE_LETTERS
    )
)
#: Something else than this city written first: another prefecture, city, 郡 or ward.
_ELSEWHERE: Final = re.compile(rf"^(?:[{_KANJI}]{{2,3}}[都道府県]|[^\d]{{1,6}}市|[{_KANJI}]{{1,4}}郡)")


@dataclass(frozen=True, slots=True)
class AddressText:
    """そろえた住所: folded 町字 with 丁目 (``head``), the numbers after it, and what stands behind them.

    ``names_city`` = the city or one of its former 郡 was written; ``names_koaza`` = 「字」 or 「小字」 was;
    ``looks_elsewhere`` = another municipality seems to be written, so that no 町字 of the same name may be
    taken.
    """

    head: str = field(repr=False)
    numbers: tuple[str, ...] = field(repr=False)
    rest: str = field(repr=False)
    names_city: bool = False
    names_koaza: bool = False
    looks_elsewhere: bool = False

    @property
    def text(self) -> str:
        """One line that normalises to itself."""
        line = self.head + "-".join(self.numbers)
        # What stands behind must not run into the number of the house.
        return f"{line}_{self.rest}" if self.numbers and self.rest else f"{line}{self.rest}"


def normalize_address(text: str) -> str:
    """The one spelling of an address, without prefecture, city, 大字 and 字. Twice is the same as once."""
    return parse_address(text).text


def same_house(first: str, second: str) -> bool:
    """True where two addresses (or their keys) name one house: same 町字 and numbers, whatever follows."""
    if first == second:
        return True
    one, other = parse_address(first), parse_address(second)
    return (one.head, one.numbers) == (other.head, other.numbers)


# A few only: the list asks for the key and then for the place of the same person.
@lru_cache(maxsize=8)
def parse_address(text: str) -> AddressText:
    """Take an address apart: 町字, numbers, and the rest (a building, a room, a remark)."""
    folded = _settled(text)
    names_city = names_koaza = False
    while True:
        plainer, was_city, was_koaza = _plainer(folded)
        names_city, names_koaza = names_city or was_city, names_koaza or was_koaza
        if plainer == folded:
            break
        folded = _settled_words(plainer)
    head, numbers, rest = _apart(folded)
    looks_elsewhere = not names_city and _ELSEWHERE.match(folded) is not None
    return AddressText(head, numbers, rest, names_city, names_koaza, looks_elsewhere)


def _plainer(folded: str) -> tuple[str, bool, bool]:
    """Without the city, 大字 and 字 in front of the numbers; whether the city and a 小字 were named."""
    shorter, names_city = _without_city(folded)
    found = _HEAD.match(shorter)
    head = found[0] if found is not None else ""
    names_koaza = _KOAZA.search(head) is not None
    return _AZA.sub("", head) + shorter[len(head) :], names_city, names_koaza


def _apart(folded: str) -> tuple[str, tuple[str, ...], str]:
    """町字, numbers and the rest of a folded address."""
    found = _PARTS.match(folded)
    if found is None:  # the pattern takes any text
        raise AssertionError("the pattern of an address refused a text")
    numbers = tuple(number for number in (found["numbers"] or "").split("-") if number)
    rest = found["rest"]
    if numbers and _ROOM.match(rest):
        rest, numbers = f"{numbers[-1]}{rest}", numbers[:-1]
    return found["head"], numbers, rest.lstrip("_-") if numbers else rest


@lru_cache(maxsize=8192)
def place_key(name: str) -> str:
    """The key of a 町字 or 小字 as a dictionary writes it: 「山川追分二丁目」 → 「山川追分2丁目」."""
    return _AZA.sub("", _settled(name))


def split_building(text: str) -> tuple[str, str]:
    """An address and the building written behind it, both as received; no building = empty text.

    The address ends with its last number (or 号); a room number belongs to the building.
    """
    stripped = text.strip()
    for match in _SPACES.finditer(stripped):
        before, after = stripped[: match.start()], stripped[match.end() :]
        if parse_address(before).numbers and not _continues(after):
            return before, after
    return stripped, ""


_SPACES: Final = re.compile(r"[\s　]+")
_CONTINUES: Final = re.compile(rf"^(?:[-の]|\d+(?:丁目|番|号(?!室|棟|館)|-)|[{_NUMERALS}]+(?:丁目|番|号))")


def _continues(after: str) -> bool:
    return _CONTINUES.match(fold(after)) is not None


def _settled(text: str) -> str:
    return _settled_words(_folded(_GAP.sub("_", text)))


def _settled_words(folded: str) -> str:
    # A replaced word can bring two parts together that read anew; it always ends, for every step makes
    # the text plainer.
    for _ in range(_MOST_ROUNDS):
        again = _plain_words(folded)
        if again != folded:
            folded = again
        elif unicodedata.is_normalized("NFKC", folded):
            return folded
        else:  # two letters met that now compose
            folded = _folded(folded)
    return folded


_MOST_ROUNDS: Final = 50


def _folded(text: str) -> str:
    return fold(text).translate(_PLACE_LETTERS)


def _plain_words(plain: str) -> str:
    # Asking for a letter costs a hundredth of a pattern, and a list has 20,000 addresses.
    letters = frozenset(plain)
    if letters & _GA_LETTERS:
        plain = _GA.sub("が", plain)
    if letters & _NO_LETTERS:
        plain = _NO.sub("の", plain)
    if letters & _NUMERAL_LETTERS:
        plain = _digits_for_kanji(plain)
    if "丁" in letters:
        plain = _CHOME_SHORT.sub("丁目", plain)
    plain = _NO_NUMBER.sub("-", _LONG_DASH.sub("-", plain))
    if "番" in letters:
        plain = _BANCHI_END.sub("", _BANCHI.sub("-", plain))
    if "号" in letters:
        plain = _GO_END.sub("", plain)
    return _ZEROS.sub("", _POSTAL.sub("", plain))


_GA_LETTERS: Final = frozenset("けかが")
_NO_LETTERS: Final = frozenset("之乃の")
_NUMERAL_LETTERS: Final = frozenset(_NUMERALS)


def _digits_for_kanji(plain: str) -> str:
    plain = _KANJI_BEFORE_WORD.sub(lambda found: _number(found[0]), plain)
    plain = _KANJI_PAIR.sub(lambda found: f"{_number(found[1])}-", plain)
    plain = _KANJI_AFTER_WORD.sub(lambda found: f"{found[1]}{_number(found[2])}", plain)
    return _KANJI_AT_END.sub(lambda found: _number(found[0]), plain)


def _without_city(folded: str) -> tuple[str, bool]:
    rest = folded.removeprefix(PREFECTURE)
    if rest.startswith(CITY):
        return rest.removeprefix(CITY), True
    county = _OLD_COUNTIES.match(rest)
    if county is not None:
        return rest[county.end() :], True
    # 「福岡県」 alone says nothing against this city, but 「福岡県小郡市」 does: keep it for the reader.
    return (rest, False) if rest != folded and not _ELSEWHERE.match(rest) else (folded, False)


def _number(kanji: str) -> str:
    """二百五十 or 二五〇 → 250."""
    if not any(letter in _UNITS for letter in kanji):
        return "".join(str(_DIGITS[letter]) for letter in kanji)
    total, digit = 0, 0
    for letter in kanji:
        if letter in _UNITS:
            total += max(digit, 1) * _UNITS[letter]
            digit = 0
        else:
            digit = _DIGITS[letter]
    return str(total + digit)
