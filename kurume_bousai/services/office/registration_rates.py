"""登録率 (RULEBOOK §5): 申込済 ÷ 対象者 per 校区 and for the city, year by year, and where 対象者 come from.

The figures are those of ``CityStatistics``: one counting for every screen and paper. Kumamoto's indicator
(要援護者名簿登録 ÷ 対象者) is the same share of the whole city.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.fiscal_years import fiscal_year_of
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.map_papers import ThemeMeasure
from kurume_bousai.domain.rates import Rate, city_rate
from kurume_bousai.services.facts import FACT_ELIGIBLE_FROM_LIST
from kurume_bousai.services.maps.theme_maps import rows_of
from kurume_bousai.services.papers.registration import RegistrationReport, ShareRow
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.rates import WHOLE_CITY, YearFigure
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.roster.statistics import CityFigures, CityStatistics

#: What the city wants to reach, in percent with one decimal (Kumamoto: 50.0); empty = none set.
FACT_RATE_TARGET: Final = "registration_rate_target"
_MOST: Final = 1_000_000
_FIRST_YEAR: Final = 2005
_TOPICS: Final = frozenset({Topic.DISTRICTS})
_KIN: Final = (ThemeMeasure.PLANS, ThemeMeasure.NO_SUPPORTER)


@dataclass(frozen=True, slots=True)
class StatedEligible:
    """打ちこんだ対象者数 of one 校区, with the day it was true on and where it comes from."""

    district_id: DistrictId
    count: int | None
    on: date | None
    source: str = ""


@dataclass(frozen=True, slots=True)
class YearRate:
    """年度の登録率 of the city: its parts where they are known, or one typed figure."""

    fiscal_year: int
    rate: Rate
    counted_on: date
    source: str
    is_by_district: bool


@dataclass(frozen=True, slots=True)
class RateFigures:
    """登録率の数. ``target_percent``: what the city wants to reach; None = none set."""

    figures: CityFigures
    is_from_list: bool
    stated: tuple[StatedEligible, ...]
    years: tuple[YearRate, ...]
    target_percent: Decimal | None
    as_of: date

    @property
    def city(self) -> Rate:
        """Σ ÷ Σ of the 校区 that have a denominator."""
        return self.figures.registration_rate

    @property
    def without_denominator(self) -> tuple[DistrictId, ...]:
        """校区 whose 対象者 are not known: they stand in neither sum."""
        return tuple(row.district_id for row in self.figures.districts if not row.eligible)

    @property
    def overfull(self) -> tuple[DistrictId, ...]:
        """校区 with more registered than 対象者: the typed 対象者 are too old."""
        rows = self.figures.districts
        return tuple(row.district_id for row in rows if row.eligible and row.applied > row.eligible)

    @property
    def applied_outside(self) -> int:
        """登録者 of rows without a denominator: people the rate of the city leaves out."""
        return self.figures.applied - self.city.part

    @property
    def needed_for_target(self) -> int | None:
        """How many more registrations reach the target; None without a target or a denominator."""
        if self.target_percent is None or not self.city.whole:
            return None
        wanted = (self.target_percent * self.city.whole / 100).to_integral_value(ROUND_CEILING)
        return max(0, int(wanted) - self.city.part)


class RegistrationRates:
    """登録率の用件 on one open database. Reading needs ``SEE_COUNTS``, typing ``KEEP_CITY_RULES``."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def figures(self) -> RateFigures:
        """Derive everything; raises ``no_right``."""
        self._database.access.require(Right.SEE_COUNTS)
        city = CityStatistics(self._database).figures()
        with self._database.reading() as session:
            districts = session.districts.all()
            years = session.registration_years.all()
            is_from_list = session.fact(FACT_ELIGIBLE_FROM_LIST) == "1"
            target = session.fact(FACT_RATE_TARGET)
        stated = tuple(
            StatedEligible(one.district_id, one.eligible_count, one.eligible_on, one.source)
            for one in districts
        )
        return RateFigures(
            city,
            is_from_list,
            stated,
            year_rates(years),
            Decimal(target) if target else None,
            self._clock.now().date(),
        )

    def report(self) -> RegistrationReport:
        """The content of the paper: rows with those of their kin, and the years."""
        found = self.figures()
        with self._database.reading() as session:
            years = tuple(session.registration_years.all())
            districts = tuple(session.districts.all())
            outlines = tuple(session.districts.outlines())
        return RegistrationReport(
            _shares(found.figures, ThemeMeasure.REGISTRATION),
            tuple(_shares(found.figures, one) for one in _KIN),
            found.city,
            found.is_from_list,
            tuple(one.on for one in found.stated if one.on is not None),
            years,
            "" if found.target_percent is None else str(found.target_percent),
            districts,
            outlines,
        )

    # -- 対象者 --------------------------------------------------------------------------------

    def count_from_list(self, *, is_whole: bool) -> Outcome[bool]:
        """Say whether the list itself is whole, so that 対象者 are counted from it; audited.

        Raises
        ------
        KnownProblem
            ``no_right``.
        """
        access = self._database.access
        access.require(Right.KEEP_CITY_RULES)
        with self._database.writing() as session:
            session.set_fact(FACT_ELIGIBLE_FROM_LIST, "1" if is_whole else "0")
            session.audit.record(access, "eligible_source_set", [], {"from_list": is_whole})
        return Outcome(is_whole, _TOPICS)

    def set_eligible(self, stated: Sequence[StatedEligible]) -> Outcome[int]:
        """Keep typed 対象者数 with their days; a number without a day is refused.

        Raises
        ------
        KnownProblem
            ``no_right``, ``eligible_invalid``, ``unknown_district``.
        """
        access = self._database.access
        access.require(Right.KEEP_CITY_RULES)
        for one in stated:
            _check_stated(one, self._clock.now().date())
        with self._database.writing() as session:
            known = {one.district_id: one for one in session.districts.all()}
            changed = []
            for one in stated:
                if one.district_id not in known:
                    raise KnownProblem(
                        "unknown_district", "その名前の校区はありません。", where=one.district_id
                    )
                district = known[one.district_id]
                after = replace(district, eligible_count=one.count, eligible_on=one.on)
                if after != district:
                    changed.append(after)
            session.districts.save_many(access, changed)
            session.audit.record(
                access,
                "eligible_counts_set",
                [one.district_id for one in changed],
                {one.district_id: one.eligible_count for one in changed},
            )
        return Outcome(len(changed), _TOPICS)

    def set_target(self, percent: str) -> Outcome[Decimal | None]:
        """Keep the share the city wants to reach; empty takes it away.

        Raises
        ------
        KnownProblem
            ``no_right``, ``target_invalid``.
        """
        access = self._database.access
        access.require(Right.KEEP_CITY_RULES)
        target = _percent(percent)
        with self._database.writing() as session:
            session.set_fact(FACT_RATE_TARGET, "" if target is None else str(target))
            session.audit.record(access, "rate_target_set", [], {"percent": str(target)})
        return Outcome(target, _TOPICS)

    # -- years ---------------------------------------------------------------------------------

    def record_year(self, fiscal_year: int | None = None) -> Outcome[YearRate]:
        """Take today's figures of every 校区 down as those of a 年度 (this one, or the one just over).

        Raises
        ------
        KnownProblem
            ``no_right``, ``year_invalid``.
        """
        today = self._clock.now().date()
        this_year = fiscal_year_of(today)
        year = this_year if fiscal_year is None else fiscal_year
        if year not in (this_year, this_year - 1):
            raise KnownProblem(
                "year_invalid",
                "今日の数を控えられるのは、今年度か前の年度だけです。",
                where=str(year),
                advice="前の年度の数は、資料の数を打ちこんでください。",
            )
        city = CityStatistics(self._database).figures()
        rows = [
            YearFigure(year, row.district_id, row.applied, row.eligible, today, "このソフトの集計")
            for row in city.rows
        ]
        return self._replace(year, rows)

    def type_year(
        self, fiscal_year: int, applied: int, eligible: int | None, counted_on: date, source: str
    ) -> Outcome[YearRate]:
        """Keep the city's figures of a year before this program, from a document.

        Raises
        ------
        KnownProblem
            ``no_right``, ``year_invalid``.
        """
        today = self._clock.now().date()
        fits = (
            _FIRST_YEAR <= fiscal_year <= fiscal_year_of(today)
            and 0 <= applied <= _MOST
            and (eligible is None or applied <= eligible <= _MOST)
            and counted_on <= today
            and source.strip()
        )
        if not fits:
            raise KnownProblem(
                "year_invalid",
                "年度の数が正しくありません。",
                advice="年度、登録者数、対象者数(登録者数より多いか同じ)、いつの数か、資料の名前を入れてください。",
            )
        row = YearFigure(fiscal_year, WHOLE_CITY, applied, eligible, counted_on, source.strip()[:200])
        return self._replace(fiscal_year, [row])

    def _replace(self, year: int, rows: Sequence[YearFigure]) -> Outcome[YearRate]:
        with self._database.writing() as session:
            session.registration_years.replace(self._database.access, year, rows, at=self._clock.now())
        return Outcome(year_rates(rows)[0], _TOPICS)


def _shares(figures: CityFigures, measure: ThemeMeasure) -> tuple[ShareRow, ...]:
    return tuple(ShareRow(row.district_id, row.part, row.whole) for row in rows_of(figures, measure))


def year_rates(figures: Iterable[YearFigure]) -> tuple[YearRate, ...]:
    """One share of the city per year: Σ ÷ Σ of its 校区, or what was typed for the city."""
    by_year: dict[int, list[YearFigure]] = defaultdict(list)
    for one in figures:
        by_year[one.fiscal_year].append(one)
    return tuple(_year(year, rows) for year, rows in sorted(by_year.items()))


def _year(year: int, rows: Sequence[YearFigure]) -> YearRate:
    whole = [one for one in rows if one.district_id == WHOLE_CITY]
    parts = whole or rows
    return YearRate(
        year,
        parts[0].rate if whole else city_rate(one.rate for one in parts),
        max(one.counted_on for one in parts),
        parts[0].source,
        is_by_district=not whole,
    )


def _check_stated(one: StatedEligible, today: date) -> None:
    if one.count is None and one.on is None:
        return
    if one.count is None or one.on is None or not 0 <= one.count <= _MOST or one.on > today:
        raise KnownProblem(
            "eligible_invalid",
            "対象者数と、いつの数かを、両方入れてください。",
            where=f"{one.district_id}校区",
            advice="対象者数は0以上の数、日付は今日までにしてください。",
        )


def _percent(text: str) -> Decimal | None:
    plain = text.strip().rstrip("%％")
    if not plain:
        return None
    try:
        found = Decimal(plain).quantize(Decimal("0.1"))
    except InvalidOperation:
        found = Decimal(-1)
    if not 0 < found <= 100:
        raise KnownProblem(
            "target_invalid", "目標は、0より大きく100までの数です。", where="目標", advice="例 50.0"
        )
    return found
