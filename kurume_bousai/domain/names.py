"""Folding of Japanese text so that a search finds what a person means.

One key serves the list, duplicates and the search column: width, case, kana, 異体字 and spaces do
not matter. The folded key is never shown.
"""

from __future__ import annotations

import unicodedata
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
_VARIATION_SELECTORS: Final = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
_PRIVATE_USE: Final = (
    range(0xE000, 0xF900),
    range(0xF0000, 0xFFFFE),
    range(0x100000, 0x10FFFE),
)
_KATAKANA_TO_HIRAGANA: Final = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")


def fold(text: str) -> str:
    """The search key of a text: NFKC, lower case, hiragana, common form of 異体字, no spaces."""
    folded = _fold_once(text)
    # Leaving a space out can bring two letters together that now compose; folding again settles it.
    while not unicodedata.is_normalized("NFKC", folded):
        folded = _fold_once(folded)
    return folded


def _fold_once(text: str) -> str:
    without_selectors = "".join(letter for letter in text if ord(letter) not in _VARIATION_SELECTORS)
    plain = unicodedata.normalize("NFKC", without_selectors).translate(_VARIANTS).casefold()
    plain = unicodedata.normalize("NFKC", plain)
    joined = "".join(letter for letter in plain if not letter.isspace() and letter != "・")
    return joined.translate(_KATAKANA_TO_HIRAGANA).translate(_DASHES)


def fold_digits(text: str) -> str:
    """Only the digits of a telephone or an id, half-width."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isdecimal())


def bigrams(folded: str) -> tuple[str, ...]:
    """The overlapping pairs of a folded key, in order; a single letter gives itself."""
    if len(folded) < 2:
        return (folded,) if folded else ()
    return tuple(folded[index : index + 2] for index in range(len(folded) - 1))


def to_hiragana(text: str) -> str:
    """かな above a name, from full or half-width カナ."""
    return unicodedata.normalize("NFKC", text).translate(_KATAKANA_TO_HIRAGANA)


def unusual_characters(text: str) -> tuple[str, ...]:
    """Characters that another computer may not show: private use (外字) and variation selectors."""
    return tuple(
        letter
        for letter in text
        if ord(letter) in _VARIATION_SELECTORS or any(ord(letter) in block for block in _PRIVATE_USE)
    )
