"""年度: it begins on 1 April and has the number of the year in which it begins."""

from __future__ import annotations

from datetime import date

from kurume_bousai.domain.dates import ERAS, Era
from kurume_bousai.domain.errors import KnownProblem

_LATEST = 2100


def fiscal_year_of(day: date) -> int:
    """The Gregorian year in which the 年度 of a day begins."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_letter(fiscal_year: int) -> str:
    """R6, as the city's tables write it. 令和元年度 is the one that began as 平成31年度."""
    era = _era(fiscal_year)
    return f"{era.letter}{fiscal_year - era.begins_on.year + 1}"


def fiscal_year_words(fiscal_year: int) -> str:
    """令和6年度."""
    era = _era(fiscal_year)
    year = fiscal_year - era.begins_on.year + 1
    return f"{era.name}{'元' if year == 1 else year}年度"


def parse_fiscal_year(text: str) -> int:
    """Read 「R8」「令和8年度」「2026」.

    Raises
    ------
    KnownProblem
        ``fiscal_year``.
    """
    cleaned = text.strip().removesuffix("年度").removesuffix("年")
    if cleaned.isdecimal() and ERAS[-1].begins_on.year <= int(cleaned) <= _LATEST:
        return int(cleaned)
    for era in ERAS:
        for name in (era.name, era.letter, era.letter.lower()):
            number = cleaned.removeprefix(name)
            if number != cleaned and (number == "元" or number.isdecimal()):
                found = era.begins_on.year + (1 if number == "元" else int(number)) - 1
                if era.begins_on.year <= found <= _LATEST:
                    return found
    raise KnownProblem("fiscal_year", "年度として読めません。", where=text, advice="例: R8、令和8年度、2026")


def _era(fiscal_year: int) -> Era:
    """The era by which a 年度 is called: the one that its calendar year ends in."""
    return next(era for era in ERAS if fiscal_year >= era.begins_on.year)
