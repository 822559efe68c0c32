"""校区を塗り分ける数: which number shades the 46 校区, and what may not be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.rates import Rate
from kurume_bousai.mapview.protocol import UNKNOWN_SHADE
from kurume_bousai.services.papers.shading import shade_bounds, shade_of, shade_words
from kurume_bousai.services.roster.statistics import SMALLEST_SHOWN, CityFigures, DistrictFigures, withheld

UNDER_FIVE: Final = "5人未満"
HIDDEN: Final = "非表示"
NO_RATE: Final = "—"


class Measure(StrEnum):
    """塗り分ける数."""

    REGISTRATION = "registration"
    PLANS = "plans"
    NO_SUPPORTER = "no_supporter"


MEASURE_WORDS: Final = {
    Measure.REGISTRATION: "登録率",
    Measure.PLANS: "プラン作成率",
    Measure.NO_SUPPORTER: "支援者がいない割合",
}
MEASURE_RULES: Final = {
    Measure.REGISTRATION: "登録者 ÷ 対象者",
    Measure.PLANS: "プランが完成した人 ÷ 登録者",
    Measure.NO_SUPPORTER: "支援者がいない人 ÷ 名簿の人",
}


@dataclass(frozen=True, slots=True)
class Shading:
    """塗り分け: words of the five shades, the shade (0–4 or hatched) and caption of each 校区."""

    words: tuple[str, ...]
    shades: dict[str, int]
    captions: dict[str, str]


def rate_of(row: DistrictFigures, measure: Measure) -> Rate:
    """Return the rate that shades a 校区."""
    if measure is Measure.REGISTRATION:
        return row.registration_rate
    return row.plan_completion_rate if measure is Measure.PLANS else row.no_supporter_rate


def is_told(rate: Rate) -> bool:
    """Whether a rate may stand on the map: known, and neither side of it a handful of people."""
    if not rate.whole or rate.whole < SMALLEST_SHOWN:
        return False
    rest = rate.whole - rate.part
    return not 0 < rate.part < SMALLEST_SHOWN and not 0 < rest < SMALLEST_SHOWN


def shading(figures: CityFigures, measure: Measure) -> Shading:
    """Shade every 校区; what is unknown or only a few people is hatched."""
    rates = [rate_of(row, measure) for row in figures.districts]
    bounds = shade_bounds([rate.ratio for rate in rates if is_told(rate) and rate.ratio is not None])
    shades: dict[str, int] = {}
    captions: dict[str, str] = {}
    for row in figures.districts:
        rate = rate_of(row, measure)
        ratio = rate.ratio if is_told(rate) else None
        if ratio is None:
            shades[row.district_id] = UNKNOWN_SHADE
            captions[row.district_id] = "少人数" if rate.whole else "不明"
        else:
            shades[row.district_id] = shade_of(ratio, bounds)
            captions[row.district_id] = f"{rate.percent}%"
    return Shading(shade_words(bounds), shades, captions)


@dataclass(frozen=True, slots=True)
class ListRow:
    """一覧の一行: the same numbers as the map, in words."""

    district_id: str
    on_list: str
    applied: str
    registration: str
    complete: str
    plans: str
    no_supporter: str
    last_session: str


def list_rows(figures: CityFigures) -> list[ListRow]:
    """Write the numbers of every 校区; 1 to 4 people are 「5人未満」, and no single cell can be told."""
    rows = figures.districts
    hidden = {
        name: withheld([getattr(row, name) for row in rows])
        for name in ("on_list", "applied", "plans_complete", "no_supporter")
    }

    def count(index: int, name: str) -> str:
        value: int = getattr(rows[index], name)
        if index in hidden[name]:
            return UNDER_FIVE if value < SMALLEST_SHOWN else HIDDEN
        return f"{value:,}人"

    def rate(index: int, measure: Measure, parts: Sequence[str]) -> str:
        found = rate_of(rows[index], measure)
        is_hidden = any(index in hidden[name] for name in parts) or not is_told(found)
        return NO_RATE if is_hidden else f"{found.percent}%"

    return [
        ListRow(
            row.district_id,
            count(index, "on_list"),
            count(index, "applied"),
            rate(index, Measure.REGISTRATION, ("applied",)),
            count(index, "plans_complete"),
            rate(index, Measure.PLANS, ("applied", "plans_complete")),
            count(index, "no_supporter"),
            f"{row.last_session_on.year}年{row.last_session_on.month}月"
            if row.last_session_on
            else "記録なし",
        )
        for index, row in enumerate(rows)
    ]
