"""Cells of the site list that hold several things: 「名前=値@確認日;名前=値」. Bad parts are named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, Generic, TypeVar

from kurume_bousai.domain.dates import parse_date
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.shelters import Room
from kurume_bousai.domain.site_record import Equipment, EquipmentFact, FigureSource, SiteFigure, StockItem
from kurume_bousai.exchange.words import EQUIPMENT_WORDS, SITE_FIGURE_WORDS, is_yes

T = TypeVar("T")

#: Written where nobody is known who said a figure.
UNKNOWN_SOURCE: Final = "不明"
_FOLD: Final = str.maketrans("＝；＠（）", "=;@()")
_AREA: Final = re.compile(r"(?:平方メートル|m2|㎡|m²|平米)$")
_REMARK: Final = re.compile(r"^([^(]*)\((.*)\)$")
_AMOUNT: Final = re.compile(r"^(\d[\d,]*(?:\.\d+)?)\s*(.*)$")
_MOST: Final = 1_000_000


@dataclass(slots=True)
class ListedCell(Generic[T]):
    """読んだ欄: what was read, and the number of parts that could not be (1 = the first)."""

    items: T
    bad_parts: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    number: int
    name: str
    value: str
    day: date | None
    is_readable: bool = True


def read_rooms(raw: str) -> ListedCell[tuple[Room, ...]]:
    """Rooms of 「集会室=120.5;和室=」; 0 and empty are unknown, text that is no number is a bad part."""
    cell: ListedCell[tuple[Room, ...]] = ListedCell(())
    rooms = []
    folded = unicodedata.normalize("NFKC", raw)
    for number, part in enumerate(filter(str.strip, re.split(r"[;、\n]", folded)), start=1):
        name, _separator, floor_text = part.partition("=")
        written = _AREA.sub("", floor_text.strip()).strip()
        floor_m2 = read_decimal(written)
        if written and floor_m2 is None:
            cell.bad_parts.append(number)
        rooms.append(Room(name.strip(), floor_m2 or None))
    cell.items = tuple(rooms)
    return cell


def read_equipment(raw: str, today: date) -> ListedCell[dict[Equipment, EquipmentFact]]:
    """Facts of 「エレベーター=有(1階のみ)@R8.4.1;スロープ=無」."""
    cell: ListedCell[dict[Equipment, EquipmentFact]] = ListedCell({})
    for part in _parts(raw, today):
        kind = EQUIPMENT_WORDS.find(part.name)
        match = _REMARK.match(part.value)
        word, note = (match.group(1), match.group(2).strip()) if match else (part.value, "")
        answer = is_yes(word)
        if kind is None or answer is None or not part.is_readable:
            cell.bad_parts.append(part.number)
        else:
            cell.items[kind] = EquipmentFact(answer, part.day, note)
    return cell


def read_stock(raw: str, today: date) -> ListedCell[tuple[StockItem, ...]]:
    """Items of 「毛布=30枚@R8.4.1;水=」; an empty amount is unknown."""
    cell: ListedCell[tuple[StockItem, ...]] = ListedCell(())
    items: list[StockItem] = []
    for part in _parts(raw, today):
        match = _AMOUNT.match(unicodedata.normalize("NFKC", part.value))
        amount = read_decimal(match.group(1)) if match else None
        if not part.name or not part.is_readable or (part.value and amount is None):
            cell.bad_parts.append(part.number)
        else:
            items.append(StockItem(part.name, amount, match.group(2) if match else "", part.day))
    cell.items = tuple(items)
    return cell


def read_figure_sources(raw: str, today: date) -> ListedCell[dict[SiteFigure, FigureSource]]:
    """Sources of 「室と面積=図面@R8.4.1;職員=電話で確認」."""
    cell: ListedCell[dict[SiteFigure, FigureSource]] = ListedCell({})
    for part in _parts(raw, today):
        figure = SITE_FIGURE_WORDS.find(part.name)
        if figure is None or not part.is_readable or not (part.value or part.day):
            cell.bad_parts.append(part.number)
        else:
            source = "" if part.value == UNKNOWN_SOURCE else part.value
            cell.items[figure] = FigureSource(source, part.day)
    return cell


def read_decimal(raw: str) -> Decimal | None:
    """A number from 0 up to a million; None = no such number."""
    try:
        number = Decimal(unicodedata.normalize("NFKC", raw).replace(",", "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number < _MOST else None


def _parts(raw: str, today: date) -> Iterator[_Part]:
    folded = raw.translate(_FOLD)
    for number, part in enumerate(filter(str.strip, re.split(r"[;\n]", folded)), start=1):
        name, separator, rest = part.partition("=")
        value, at, day_text = rest.rpartition("@") if "@" in rest else (rest, "", "")
        day = _day(day_text, today) if at else None
        is_readable = bool(separator) and (not at or day is not None)
        yield _Part(number, name.strip(), value.strip(), day, is_readable)


def _day(text: str, today: date) -> date | None:
    """A day that is not ahead; None = unreadable."""
    try:
        day = parse_date(text)
    except KnownProblem:
        return None
    return day if day <= today else None
