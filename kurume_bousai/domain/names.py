"""Folding of Japanese text so that a search finds what a person means.

One key serves the list, duplicates and the search column: width, case, kana, 異体字 and spaces do
not matter. The folded key is never shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

# Variant forms met in registers of names; the left ones are folded to the right one. Only pairs that
# people themselves treat as "the same name" stand here.
_VARIANT_GROUPS: Final = (
    "高髙", "崎﨑嵜埼", "浜濱濵", "辺邊邉", "斉斎齊齋", "沢澤", "広廣", "国國", "吉𠮷", "島嶋嶌", "桜櫻",
    "富冨", "竜龍", "滝瀧", "万萬", "与與", "恵惠", "栄榮", "円圓", "塩鹽", "関關", "亀龜", "旧舊", "郷鄕",
    "黒黑", "蔵藏", "児兒", "実實", "寿壽", "条條", "真眞", "図圖", "寛寬", "静靜", "銭錢", "禅禪", "曽曾",
    "対對", "台臺", "沖冲", "徳德", "仏佛", "峰峯", "穂穗", "堀濠", "槙槇", "豊豐", "弥彌", "薬藥", "遥遙",
    "来來", "礼禮", "渕淵", "館舘", "緑綠", "浅淺", "戸戶", "尚尙", "兎兔", "芦蘆", "柳栁", "桑桒", "秋穐",
)  # fmt: skip
_VARIANTS: Final = {ord(form): ord(group[0]) for group in _VARIANT_GROUPS for form in group[1:]}
_KATAKANA_TO_HIRAGANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_HIRAGANA_TO_KATAKANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_KATAKANA_ONLY: Final = re.compile(r"^[\u30a1-\u30fe]*(?: [\u30a1-\u30fe]+)*$")
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
_SPACES: Final = {code: None for code in range(0x10000) if chr(code).isspace()} | {ord("・"): None}
#: Everything a fold changes letter by letter, in one table: a list of 20,000 has a million letters.
_FOLDING: Final = _VARIANTS | _KATAKANA_TO_HIRAGANA | _DASHES | _SPACES
_APART: Final = "\x00"  # composes with nothing and is no space
_SELECTORS: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_UNUSUAL: Final = re.compile(
    "[\ufe00-\ufe0f\U000e0100-\U000e01ef\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]"
)


def fold(text: str) -> str:
    """The search key of a text: NFKC, lower case, hiragana, common form of 異体字, no spaces."""
    folded = _fold_once(text)
    # Leaving a space out can bring two letters together that now compose; folding again settles it.
    while not unicodedata.is_normalized("NFKC", folded):
        folded = _fold_once(folded)
    return folded


def _fold_once(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _SELECTORS.sub("", text)).casefold()
    return unicodedata.normalize("NFKC", plain).translate(_FOLDING)


def fold_each(texts: Sequence[str]) -> list[str]:
    """``fold`` of each, in one go: a list of 20,000 has 160,000 texts to fold."""
    folded = fold(_APART.join(texts)).split(_APART)
    # Where the letter that holds them apart stands in one of them, one by one.
    return folded if len(folded) == len(texts) else [fold(text) for text in texts]


def fold_digits(text: str) -> str:
    """Only the digits of a telephone or an id, half-width."""
    plain = text.replace("-", "")
    if plain.isascii() and (plain.isdecimal() or not plain):
        return plain  # as nearly all of them are written
    return "".join(filter(str.isdecimal, unicodedata.normalize("NFKC", text)))


def bigrams(folded: str) -> tuple[str, ...]:
    """The overlapping pairs of a folded key, in order; a single letter gives itself."""
    if len(folded) < 2:
        return (folded,) if folded else ()
    return tuple(folded[index : index + 2] for index in range(len(folded) - 1))


def to_hiragana(text: str) -> str:
    """かな above a name, from full or half-width カナ."""
    return unicodedata.normalize("NFKC", text).translate(_KATAKANA_TO_HIRAGANA)


def kana_form(text: str) -> str:
    """フリガナ as a list sorts it: full-width カタカナ with single spaces, from ｶﾅ or かな.

    A text that is not a reading (a kanji, a letter in it) stays as it is: nothing of it is guessed.
    """
    if _KATAKANA_ONLY.match(text):  # as most offices write it
        return text
    plain = " ".join(unicodedata.normalize("NFKC", text).split()).translate(_HIRAGANA_TO_KATAKANA)
    return plain if _KATAKANA_ONLY.match(plain) else text


def unusual_characters(text: str) -> tuple[str, ...]:
    """Characters that another computer may not show: private use (外字) and variation selectors."""
    return tuple(_UNUSUAL.findall(text))
