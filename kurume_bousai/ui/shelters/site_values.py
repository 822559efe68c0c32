"""書かれたものを読む: what a person types about a site becomes kept values, or a message beside the field."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.shelters import UNLIMITED, Room, Unlimited

_UNLIMITED_WORDS = frozenset({"*", "制限なし", "なし(制限)", "可"})


def clean(text: str) -> str:
    """Fold full-width figures and signs, drop blanks, commas and units."""
    folded = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    return re.sub(r"(人|組|m2|㎡|平米)$", "", folded).strip()


def read_count(text: str, where: str) -> int | None:
    """A whole number ≥ 0; empty = unknown."""
    cleaned = clean(text)
    if not cleaned:
        return None
    if not re.fullmatch(r"\d{1,6}", cleaned):
        raise _unreadable(where, "0以上の数を入れてください。わからないときは空にします。")
    return int(cleaned)


def read_units(text: str, where: str) -> int | Unlimited | None:
    """A number of parties, ``*`` or 制限なし; empty = unknown."""
    if clean(text) in _UNLIMITED_WORDS:
        return UNLIMITED
    try:
        return read_count(text, where)
    except KnownProblem:
        raise _unreadable(
            where, "数か「*」(制限なし)を入れてください。わからないときは空にします。"
        ) from None


def write_units(units: int | Unlimited | None) -> str:
    """Return what stands in the field; the reverse of ``read_units``."""
    if units is None:
        return ""
    return UNLIMITED.value if isinstance(units, Unlimited) else f"{units}"


def read_floor(text: str, where: str) -> Decimal | None:
    """Square metres with at most two decimals; empty = unknown."""
    cleaned = clean(text)
    if not cleaned:
        return None
    try:
        floor = Decimal(cleaned)
    except InvalidOperation:
        raise _unreadable(where, "面積を㎡で入れてください(例 120.5)。") from None
    exponent = floor.as_tuple().exponent
    if not floor.is_finite() or not isinstance(exponent, int) or exponent < -2:
        raise _unreadable(where, "面積を㎡で、小数は2けたまで入れてください(例 120.5)。")
    return floor


def read_rooms(lines: list[tuple[str, str]]) -> tuple[Room, ...]:
    """Rooms of (name, square metres); a line with neither is left out."""
    return tuple(
        Room(name.strip(), read_floor(floor, f"{number}番目の室の面積"))
        for number, (name, floor) in enumerate(lines, start=1)
        if name.strip() or floor.strip()
    )


def _unreadable(where: str, advice: str) -> KnownProblem:
    return KnownProblem("unreadable", "読めない値です。", where=where, advice=advice)
