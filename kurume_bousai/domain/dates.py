"""Dates as people in Japan write them: 和暦 in many spellings, full-width digits."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from typing import Final, NamedTuple

from kurume_bousai.domain.errors import KnownProblem


class Era(NamedTuple):
    """元号: name, letter and the first day it was in force."""

    name: str
    letter: str
    begins_on: date


ERAS: Final = (
    Era("令和", "R", date(2019, 5, 1)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("明治", "M", date(1868, 1, 25)),
)
JAPAN: Final = timezone(timedelta(hours=9), "JST")
EXCEL_EPOCH: Final = date(1899, 12, 30)
_SERIAL_RANGE: Final = range(1, 73051)  # Excel serials up to the year 2099

_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$", re.ASCII)
_SEPARATED = re.compile(r"^(\d{4})\D+(\d{1,2})\D+(\d{1,2})日?$")
_PLAIN = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_ERA = re.compile(
    r"^(明治|大正|昭和|平成|令和|明|大|昭|平|令|[MTSHR])\s*(元|\d{1,2})(?:年|[./\-・ ])\s*"
    r"(\d{1,2})(?:月|[./\-・ ])\s*(\d{1,2})日?$"
)
_ERA_PLAIN = re.compile(r"^([MTSHR])(\d{2})(\d{2})(\d{2})$")
_EXAMPLE = "例: 昭和10年4月1日、S10.4.1、1935-04-01"


def parse_date(text: str) -> date:
    """Read one date in any spelling an office or a person uses.

    Accepts 昭和10年4月1日, 昭10.4.1, S10.4.1, S100401, 令和元年5月1日, 1935-04-01, 1935/4/1,
    19350401, full-width digits, and an Excel serial number.

    Raises
    ------
    KnownProblem
        ``date_empty``, ``date_unreadable``, ``date_impossible`` (no such day) or ``date_era``
        (a year the era never had, such as 昭和75年).
    """
    if match := _ISO.match(text):  # what a workbook's date cell becomes, kept fast
        return _build(*map(int, match.groups()))
    cleaned = _clean(text)
    if not cleaned:
        raise KnownProblem("date_empty", "日付が入っていません。", advice=_EXAMPLE)
    for pattern in (_SEPARATED, _PLAIN):
        if match := pattern.match(cleaned):
            year, month, day = (int(part) for part in match.groups())
            return _build(year, month, day)
    if match := (_ERA.match(cleaned) or _ERA_PLAIN.match(cleaned)):
        return _from_era(*match.groups())
    if re.fullmatch(r"\d{1,5}(\.0+)?", cleaned) and int(float(cleaned)) in _SERIAL_RANGE:
        return EXCEL_EPOCH + timedelta(days=int(float(cleaned)))
    raise KnownProblem("date_unreadable", "日付として読めません。", advice=_EXAMPLE)


def _clean(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).strip()
    folded = re.sub(r"[（(].*?[)）]$", "", folded).strip()
    folded = re.sub(r"[T ]0{1,2}:00(:00)?(\.0+)?$", "", folded)  # a date cell read as a moment
    return re.sub(r"^([mtshr])(?=\d|元)", lambda match: match.group(1).upper(), folded)


def _build(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise KnownProblem("date_impossible", "暦にない日付です。", advice=_EXAMPLE) from None


def _from_era(name: str, year_text: str, month_text: str, day_text: str) -> date:
    era = next(era for era in ERAS if name in (era.letter, era.name, era.name[0]))
    year = 1 if year_text == "元" else int(year_text)
    if year < 1:
        raise KnownProblem("date_era", "元号の年は1から数えます。", advice=_EXAMPLE)
    found = _build(era.begins_on.year + year - 1, int(month_text), int(day_text))
    index = ERAS.index(era)
    ends_before = ERAS[index - 1].begins_on if index else date.max
    # A clerk's paper of 昭和64年2月 or 平成31年5月 exists in real files; a whole year beyond does not.
    if found.year > ends_before.year or found.year < era.begins_on.year:
        raise KnownProblem("date_era", f"{era.name}に{year}年はありません。", advice=_EXAMPLE)
    return found


def era_of(day: date) -> Era | None:
    """The era in force on ``day``; None before 明治."""
    return next((era for era in ERAS if day >= era.begins_on), None)


def format_wareki(day: date) -> str:
    """昭和10年4月1日; the Gregorian form for days before 明治."""
    era = era_of(day)
    if era is None:
        return f"{day.year}年{day.month}月{day.day}日"
    year = day.year - era.begins_on.year + 1
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def format_wareki_short(day: date) -> str:
    """S10.4.1, for narrow columns."""
    era = era_of(day)
    if era is None:
        return day.isoformat()
    return f"{era.letter}{day.year - era.begins_on.year + 1}.{day.month}.{day.day}"


def age_on(born_on: date, on: date) -> int:
    """Full years of age on a day (the everyday count, a birthday adds one on its day)."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def describe_birth(born_on: date, on: date) -> str:
    """昭和10年4月1日・91歳: what the screen echoes under a typed date."""
    return f"{format_wareki(born_on)}・{age_on(born_on, on)}歳"


def years_before(day: date, years: int) -> date:
    """The same day of an earlier year; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def in_japan(moment: datetime) -> datetime:
    """The same moment on the clock of the hall, whatever zone the computer is set to."""
    return moment.astimezone(JAPAN)
