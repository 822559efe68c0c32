"""The city's list of 福祉避難所 as cells of its own form, so that it can be corrected and brought back in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from kurume_bousai.domain.dates import format_wareki_short
from kurume_bousai.domain.members import AdmissionCategory
from kurume_bousai.domain.shelters import Room, Unlimited, WelfareShelter
from kurume_bousai.domain.site_record import Equipment, EquipmentFact, FigureSource, SiteFigure, StockItem
from kurume_bousai.exchange.site_cells import UNKNOWN_SOURCE
from kurume_bousai.exchange.welfare_columns import FITNESS_COLUMNS, NEED_COLUMNS
from kurume_bousai.exchange.words import (
    CATEGORY_WORDS,
    EQUIPMENT_WORDS,
    FITNESS_WORDS,
    OWNERSHIP_WORDS,
    SITE_FIGURE_WORDS,
    YES_NO_UNKNOWN_WORDS,
)

#: Columns that a filled form leaves out: who answers the telephone is not carried about on paper.
LEFT_OUT_COLUMNS: Final = frozenset({"管理者", "連絡先昼", "連絡先夜"})
#: Signs that separate the parts of a cell cannot stand inside a part.
_SIGNS: Final = str.maketrans({";": "、", "；": "、", "@": " ", "＠": " ", "=": " ", "＝": " ", "\n": " "})


def welfare_cells(site: WelfareShelter) -> dict[str, str]:
    """Return the cell of every column of the form, except ``LEFT_OUT_COLUMNS``; unknown is empty."""
    record = site.record
    return {
        "ID": site.site_id,
        "名称": site.name,
        "略称": site.short_name,
        "区分": OWNERSHIP_WORDS.preferred[site.ownership],
        "住所": site.address,
        "電話": site.phone,
        "経度": "" if site.point is None else f"{site.point.lon}",
        "緯度": "" if site.point is None else f"{site.point.lat}",
        "校区": site.district_id or "",
        "指定": YES_NO_UNKNOWN_WORDS.preferred[site.designation],
        "公示日": _day(record.announced_on),
        "協定": YES_NO_UNKNOWN_WORDS.preferred[site.agreement],
        "協定日": _day(record.agreement_on),
        "室と面積": ";".join(map(_room, site.rooms)),
        "1人の面積": _number(site.rate_m2),
        "届出定員": _number(site.declared_capacity),
        "使えない人数": f"{site.blocked_places}",
        "受入対象": _accepts(site.accepts),
        **_needs(site),
        "発電kW": _number(site.power_kw),
        "発電時間": _number(site.power_hours),
        "職員昼": _number(site.staff_by_day),
        "職員夜": _number(site.staff_by_night),
        **{column: FITNESS_WORDS.preferred[site.fitness_for(one)] for one, column in FITNESS_COLUMNS.items()},
        "設備": _equipment(record.equipment),
        "備蓄": ";".join(map(_stock, record.stock)),
        "開設レベル": f"{site.opens_at_level}",
        "開設順": _number(site.opening_order),
        "電源優先": "はい" if site.is_power_first else "いいえ",
        "確認日": _day(site.verified_on),
        "出典": site.source,
        "値の出典": _sources(site.figure_sources),
        "備考": site.note,
    }


def _day(day: date | None) -> str:
    return "" if day is None else format_wareki_short(day)


def _number(number: float | Decimal | None) -> str:
    if number is None:
        return ""
    return f"{number.normalize():f}" if isinstance(number, Decimal) else f"{number:g}"


def _room(room: Room) -> str:
    return f"{room.name.translate(_SIGNS)}={_number(room.floor_m2)}"


def _accepts(accepts: frozenset[AdmissionCategory] | Unlimited | None) -> str:
    if accepts is None:
        return ""
    if isinstance(accepts, Unlimited):
        return accepts.value
    words = [CATEGORY_WORDS.preferred[one] for one in AdmissionCategory if one in accepts]
    return ";".join(words) or "なし"


def _needs(site: WelfareShelter) -> dict[str, str]:
    cells = {}
    for need, column in NEED_COLUMNS.items():
        units = site.need_capacity.get(need)
        cells[column] = units.value if isinstance(units, Unlimited) else _number(units)
    return cells


def _dated(text: str, day: date | None) -> str:
    return f"{text}@{_day(day)}" if day is not None else text


def _equipment(facts: Mapping[Equipment, EquipmentFact]) -> str:
    return ";".join(
        _dated(
            f"{EQUIPMENT_WORDS.preferred[kind]}={'有' if fact.is_there else '無'}{_remark(fact.note)}",
            fact.confirmed_on,
        )
        for kind, fact in facts.items()
    )


def _remark(note: str) -> str:
    return f"({note.translate(_SIGNS)})" if note else ""


def _stock(item: StockItem) -> str:
    amount = "" if item.amount is None else f"{_number(item.amount)}{item.unit}"
    return _dated(f"{item.name.translate(_SIGNS)}={amount.translate(_SIGNS)}", item.confirmed_on)


def _sources(sources: Mapping[SiteFigure, FigureSource]) -> str:
    return ";".join(
        _dated(f"{SITE_FIGURE_WORDS.preferred[figure]}={_who(told)}", told.confirmed_on)
        for figure, told in sources.items()
    )


def _who(told: FigureSource) -> str:
    """A figure that nobody vouches for is written as such, so that it is still asked for afterwards."""
    return told.source.translate(_SIGNS) or ("" if told.confirmed_on else UNKNOWN_SOURCE)
