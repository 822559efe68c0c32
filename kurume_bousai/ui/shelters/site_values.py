"""書かれたものを読む: what a person types about a site becomes kept values, or a message beside the field."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.shelters import UNLIMITED, Room, Unlimited
from kurume_bousai.domain.site_record import StockItem

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


def write_count(count: int | None) -> str:
    """Return what stands in the field; the reverse of ``read_count``."""
    return "" if count is None else f"{count}"


def read_number(text: str, where: str) -> float | None:
    """A number ≥ 0 such as kW or hours; empty = unknown."""
    cleaned = re.sub(r"(kw|時間|h)$", "", clean(text), flags=re.IGNORECASE).strip()
    if not cleaned:
        return None
    if not re.fullmatch(r"\d{1,5}(\.\d{1,3})?", cleaned):
        raise _unreadable(where, "0以上の数を入れてください(例 5.5)。わからないときは空にします。")
    return float(cleaned)


def write_number(number: float | None) -> str:
    """Return what stands in the field; the reverse of ``read_number``."""
    return "" if number is None else f"{number:.9g}"


def read_units(text: str, where: str) -> int | Unlimited | None:
    """A number of parties, ``*`` or 制限なし; empty = unknown."""
    if clean(text) in _UNLIMITED_WORDS:
        return UNLIMITED
    if clean(text) == "なし":
        return 0
    if clean(text) == "不明":
        return None
    try:
        return read_count(text, where)
    except KnownProblem:
        raise _unreadable(
            where, "数か「制限なし」か「なし」を入れてください。わからないときは空にします。"
        ) from None


def write_units(units: int | Unlimited | None) -> str:
    """Return what stands in the field; the reverse of ``read_units``."""
    if units is None:
        return ""
    if isinstance(units, Unlimited):
        return "制限なし"
    return f"{units}" if units else "なし"


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


def read_stock(lines: list[tuple[str, str]]) -> tuple[StockItem, ...]:
    """Items of (name, amount with its unit such as 30枚); a line with neither is left out."""
    return tuple(
        _stock_item(name.strip(), amount, f"{number}番目の備蓄")
        for number, (name, amount) in enumerate(lines, start=1)
        if name.strip() or amount.strip()
    )


def write_amount(amount: Decimal | None, unit: str) -> str:
    """Return what stands in the field; the reverse of what ``read_stock`` reads."""
    return "" if amount is None else f"{amount.normalize():f}{unit}"


def _stock_item(name: str, amount: str, where: str) -> StockItem:
    folded = unicodedata.normalize("NFKC", amount).strip()
    match = re.fullmatch(r"(\d[\d,]{0,8}(?:\.\d{1,3})?)\s*(\D.*)?", folded)
    if not name:
        raise _unreadable(where, "品目の名前を入れてください。")
    if not folded:
        return StockItem(name)
    if match is None:
        raise _unreadable(where, "数と単位を入れてください(例 30枚)。わからないときは空にします。")
    return StockItem(name, Decimal(match.group(1).replace(",", "")), (match.group(2) or "").strip())


def _unreadable(where: str, advice: str) -> KnownProblem:
    return KnownProblem("unreadable", "読めない値です。", where=where, advice=advice)
