"""はじめの画面の数字: counts per 校区 and for the city, each derived from its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.activities import ActivityEntry, ActivityKind
from kurume_bousai.domain.capacity_answer import UNKNOWN_DISTRICT
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.operations import Operation, OperationKind, OperationState
from kurume_bousai.domain.rates import Rate, city_rate
from kurume_bousai.services.facts import FACT_ELIGIBLE_FROM_LIST
from kurume_bousai.services.ports.members import DistrictCount
from kurume_bousai.services.ports.sessions import CityDatabase

#: A count below this is 「5人未満」 where those look on who may see counts only (RULEBOOK §1).
SMALLEST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class DistrictFigures:
    """校区の数: people on the list, 申込済, 対象者 and plans, never with 支援措置対象者 among them."""

    district_id: DistrictId
    on_list: int
    applied: int
    plans_complete: int
    no_supporter: int
    eligible: int | None
    last_session_on: date | None = None
    unplaced: int = 0

    @property
    def registration_rate(self) -> Rate:
        """登録率 = 申込済 ÷ 対象者 (RULEBOOK §5)."""
        return Rate(self.applied, self.eligible)

    @property
    def plan_completion_rate(self) -> Rate:
        """プラン作成率 = 完成以降の人 ÷ 申込済."""
        return Rate(self.plans_complete, self.applied)

    @property
    def no_supporter_rate(self) -> Rate:
        """支援者がいない人 ÷ 名簿の人."""
        return Rate(self.no_supporter, self.on_list)


@dataclass(frozen=True, slots=True)
class CityFigures:
    """市の数: the sums of the 46 校区 and of the people whose 校区 is not known (``elsewhere``)."""

    districts: tuple[DistrictFigures, ...]
    elsewhere: DistrictFigures
    running_sessions: int = 0

    @property
    def rows(self) -> tuple[DistrictFigures, ...]:
        """Every row the totals are made of."""
        return (*self.districts, self.elsewhere)

    @property
    def on_list(self) -> int:
        """People on the list."""
        return sum(row.on_list for row in self.rows)

    @property
    def applied(self) -> int:
        """申込済 people."""
        return sum(row.applied for row in self.rows)

    @property
    def plans_complete(self) -> int:
        """People whose plan is 完成 or later."""
        return sum(row.plans_complete for row in self.rows)

    @property
    def no_supporter(self) -> int:
        """People without a supporter."""
        return sum(row.no_supporter for row in self.rows)

    @property
    def unplaced(self) -> int:
        """People without a place on the map."""
        return sum(row.unplaced for row in self.rows)

    @property
    def eligible(self) -> int | None:
        """対象者 of the rows that have one; None where none has."""
        return self.registration_rate.whole

    @property
    def registration_rate(self) -> Rate:
        """Σ ÷ Σ, never a mean of rates."""
        return city_rate(row.registration_rate for row in self.rows)

    @property
    def plan_completion_rate(self) -> Rate:
        """Σ ÷ Σ."""
        return city_rate(row.plan_completion_rate for row in self.rows)

    def not_rehearsed_since(self, day: date) -> tuple[DistrictFigures, ...]:
        """校区 without a finished session on or after ``day``, as far as this file knows."""
        return tuple(
            row for row in self.districts if row.last_session_on is None or row.last_session_on < day
        )


class CityStatistics:
    """市の数を数える人. Needs ``SEE_COUNTS`` only; no count contains a 支援措置対象者."""

    def __init__(self, database: CityDatabase) -> None:
        self._database = database

    def figures(self) -> CityFigures:
        """Derive every row from one consistent reading."""
        access = self._database.access
        access.require(Right.SEE_COUNTS)
        with self._database.reading() as session:
            counts = {count.district_id: count for count in session.members.district_counts(access)}
            districts = session.districts.all()
            operations = session.operations.all()
            typed = session.activities.all()
            is_whole = session.fact(FACT_ELIGIBLE_FROM_LIST) == "1"
        last = _last_sessions(operations, typed)
        known = {district.district_id for district in districts}
        strays = [count for district_id, count in counts.items() if district_id not in known]
        running = sum(
            operation.kind is OperationKind.EXERCISE and operation.state is OperationState.RUNNING
            for operation in operations
        )
        return CityFigures(
            districts=tuple(
                _row(district, counts.get(district.district_id), last, is_whole=is_whole)
                for district in districts
            ),
            elsewhere=_elsewhere(strays, is_whole=is_whole),
            running_sessions=running,
        )


def _last_sessions(operations: Iterable[Operation], typed: Iterable[ActivityEntry]) -> dict[DistrictId, date]:
    """The day of the last 図上訓練 per 校区: sessions of this program and those written down by hand."""
    last: dict[DistrictId, date] = {}
    for operation in operations:
        held_on = operation.held_on
        is_done = operation.state is OperationState.FINISHED and operation.kind is OperationKind.EXERCISE
        if is_done and held_on is not None:
            district_id = operation.settings.district_id
            last[district_id] = max(held_on, last.get(district_id, held_on))
    for entry in typed:
        if entry.kind is ActivityKind.TABLETOP and entry.district_id is not None:
            last[entry.district_id] = max(entry.held_on, last.get(entry.district_id, entry.held_on))
    return last


def _row(
    district: SchoolDistrict,
    count: DistrictCount | None,
    last: Mapping[DistrictId, date],
    *,
    is_whole: bool,
) -> DistrictFigures:
    kept = count or DistrictCount(district.district_id, 0, 0, 0)
    return DistrictFigures(
        district_id=district.district_id,
        on_list=kept.total,
        applied=kept.registered,
        plans_complete=kept.complete,
        no_supporter=kept.no_supporter,
        eligible=kept.total if is_whole else district.eligible_count,
        last_session_on=last.get(district.district_id),
        unplaced=kept.unplaced,
    )


def _elsewhere(counts: Sequence[DistrictCount], *, is_whole: bool) -> DistrictFigures:
    total = sum(count.total for count in counts)
    return DistrictFigures(
        district_id=UNKNOWN_DISTRICT,
        on_list=total,
        applied=sum(count.registered for count in counts),
        plans_complete=sum(count.complete for count in counts),
        no_supporter=sum(count.no_supporter for count in counts),
        eligible=total if is_whole else None,
        unplaced=sum(count.unplaced for count in counts),
    )


def withheld(counts: Sequence[int]) -> frozenset[int]:
    """Positions of the counts of a column that are not shown: those of 1 to 4, and never only one.

    Where a single cell is hidden the total would tell it, so the smallest of the others that is not 0
    goes with it.
    """
    small = {index for index, count in enumerate(counts) if 0 < count < SMALLEST_SHOWN}
    if len(small) == 1:
        others = [index for index, count in enumerate(counts) if count >= SMALLEST_SHOWN]
        if others:
            small.add(min(others, key=lambda index: counts[index]))
    return frozenset(small)
