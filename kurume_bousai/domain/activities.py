"""活動の記録: 名簿制度の説明・図上訓練・マイプラン出前講座 by 年度 and 校区 (FEATURES D9).

The figures the city has printed (R2–R6) stand as printed; a later 年度 is counted from its records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType

from kurume_bousai.domain.dates import years_before
from kurume_bousai.domain.districts import ActivityFigure
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.fiscal_years import fiscal_year_of
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.operations import Operation, OperationKind, OperationState

ActivityId = NewType("ActivityId", str)
MOST_PEOPLE: Final = 100_000
MOST_TIMES: Final = 1_000
LONGEST_NOTE: Final = 400
#: 校区 without a 図上訓練 for so many years are named (FEATURES D9).
COVERAGE_YEARS: Final = 3


class ActivityKind(StrEnum):
    """活動の種類."""

    EXPLANATION = "explanation"  # 名簿制度の説明
    TABLETOP = "tabletop"  # 図上訓練
    PLAN_LECTURE = "plan_lecture"  # マイプラン出前講座


class ActivityMeasure(StrEnum):
    """数えるもの."""

    TIMES = "times"  # 実施回数
    PEOPLE = "people"  # 参加人数
    DISTRICTS = "districts"  # 実施校区数


class ActivitySource(StrEnum):
    """数のもと of one cell of the table."""

    PRINTED = "printed"  # 市の表の値
    PRINTED_NONE = "printed_none"  # 市の表で「-」
    RECORDED = "recorded"  # 記録から数えた
    NOT_RECORDED = "not_recorded"  # 記録がない


#: The city's name of each row of its table, in its order.
INDICATORS: Final[Mapping[tuple[ActivityKind, ActivityMeasure], str]] = {
    (ActivityKind.EXPLANATION, ActivityMeasure.TIMES): "名簿制度説明_実施回数(回)",
    (ActivityKind.EXPLANATION, ActivityMeasure.PEOPLE): "名簿制度説明_参加人数(人)",
    (ActivityKind.TABLETOP, ActivityMeasure.TIMES): "図上訓練_実施回数(回)",
    (ActivityKind.TABLETOP, ActivityMeasure.PEOPLE): "図上訓練_参加人数(人)",
    (ActivityKind.TABLETOP, ActivityMeasure.DISTRICTS): "図上訓練_実施校区数(校区)",
    (ActivityKind.PLAN_LECTURE, ActivityMeasure.TIMES): "マイプラン出前講座_実施回数(回)",
    (ActivityKind.PLAN_LECTURE, ActivityMeasure.PEOPLE): "マイプラン出前講座_参加人数(人)",
}


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """活動の一件. ``district_id`` None = not of one 校区; ``people`` None = not counted that day.

    ``times`` is more than one where a paper gives only the sum of several. ``operation_id``: the session of
    this program that it stands for; an entry typed for it takes its place. ``removed_at`` = taken back.
    """

    activity_id: ActivityId
    kind: ActivityKind
    held_on: date
    district_id: DistrictId | None
    people: int | None
    times: int = 1
    place: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    operation_id: OperationId | None = None
    recorded_at: datetime | None = None
    recorded_by: str = ""
    removed_at: datetime | None = None

    @property
    def fiscal_year(self) -> int:
        """The 年度 of the day."""
        return fiscal_year_of(self.held_on)

    @property
    def is_from_session(self) -> bool:
        """True where it was counted from a finished session and typed by nobody."""
        return self.operation_id is not None and self.recorded_at is None


@dataclass(frozen=True, slots=True)
class ActivityCell:
    """表の一マス: its value and where it is from. ``uncounted``: records without the number asked for."""

    value: int | None
    source: ActivitySource
    uncounted: int = 0


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """表の一行: one measure of one kind, one cell per 年度."""

    kind: ActivityKind
    measure: ActivityMeasure
    cells: tuple[ActivityCell, ...]


@dataclass(frozen=True, slots=True)
class ActivityTable:
    """活動の表: the city's seven rows, the 年度 in order."""

    fiscal_years: tuple[int, ...]
    rows: tuple[ActivityRow, ...]

    def cell(self, kind: ActivityKind, measure: ActivityMeasure, fiscal_year: int) -> ActivityCell:
        """One cell; KeyError where the table has no such row."""
        for row in self.rows:
            if (row.kind, row.measure) == (kind, measure):
                return row.cells[self.fiscal_years.index(fiscal_year)]
        raise KeyError((kind, measure))


@dataclass(frozen=True, slots=True)
class DistrictCoverage:
    """校区の実施: its last 図上訓練 and how often each kind was held in the chosen years."""

    district_id: DistrictId
    last_tabletop_on: date | None
    times: Mapping[ActivityKind, int]
    people: int
    is_overdue: bool  # no 図上訓練 within the last COVERAGE_YEARS years, as far as is recorded


def entries_of(
    operations: Iterable[Operation], people: Mapping[OperationId, int], typed: Iterable[ActivityEntry]
) -> list[ActivityEntry]:
    """Finished sessions and typed entries as one list, by day; no session is counted twice.

    ``people``: who sat at the tables in the end, per operation. A practice never counts. An entry typed for
    a session stands in its place, and a typed entry taken back leaves the session out.
    """
    kept = list(typed)
    answered = {entry.operation_id for entry in kept if entry.operation_id is not None}
    found = [entry for entry in kept if entry.removed_at is None]
    for operation in operations:
        entry = _from_session(operation, people)
        if entry is not None and entry.operation_id not in answered:
            found.append(entry)
    return sorted(found, key=lambda entry: (entry.held_on, entry.kind.value, entry.activity_id))


def _from_session(operation: Operation, people: Mapping[OperationId, int]) -> ActivityEntry | None:
    is_held = operation.kind is OperationKind.EXERCISE and operation.state is OperationState.FINISHED
    if not is_held or operation.settings.practice or operation.held_on is None:
        return None
    sat = people.get(operation.operation_id, 0)
    return ActivityEntry(
        activity_id=ActivityId(operation.operation_id),
        kind=ActivityKind.TABLETOP,
        held_on=operation.held_on,
        district_id=operation.settings.district_id,
        people=sat or None,  # nobody was written down: that is not 0 people
        place=operation.settings.place,
        operation_id=operation.operation_id,
    )


def activity_table(
    figures: Iterable[ActivityFigure], entries: Sequence[ActivityEntry], last_year: int
) -> ActivityTable:
    """The city's table, gone on with up to ``last_year``."""
    printed = {(figure.indicator, figure.fiscal_year): figure for figure in figures}
    seen = {year for _, year in printed} | {entry.fiscal_year for entry in entries} | {last_year}
    years = tuple(range(min(seen), max(seen) + 1))
    rows = tuple(
        ActivityRow(
            kind,
            measure,
            tuple(_cell(printed.get((indicator, year)), kind, measure, year, entries) for year in years),
        )
        for (kind, measure), indicator in INDICATORS.items()
    )
    return ActivityTable(years, rows)


def _cell(
    figure: ActivityFigure | None,
    kind: ActivityKind,
    measure: ActivityMeasure,
    fiscal_year: int,
    entries: Sequence[ActivityEntry],
) -> ActivityCell:
    """A printed cell stands as printed: later records of that year are not added to it."""
    if figure is not None and figure.value is not None:
        return ActivityCell(figure.value, ActivitySource.PRINTED)
    if figure is not None and figure.source:
        return ActivityCell(None, ActivitySource.PRINTED_NONE)
    mine = [entry for entry in entries if entry.kind is kind and entry.fiscal_year == fiscal_year]
    if not mine:
        return ActivityCell(None, ActivitySource.NOT_RECORDED)
    if measure is ActivityMeasure.TIMES:
        return ActivityCell(sum(entry.times for entry in mine), ActivitySource.RECORDED)
    if measure is ActivityMeasure.PEOPLE:
        known = [entry.people for entry in mine if entry.people is not None]
        without = sum(entry.times for entry in mine if entry.people is None)
        return ActivityCell(sum(known) if known else None, ActivitySource.RECORDED, without)
    held = {entry.district_id for entry in mine if entry.district_id is not None}
    nowhere = sum(entry.times for entry in mine if entry.district_id is None)
    return ActivityCell(len(held) or (None if nowhere else 0), ActivitySource.RECORDED, nowhere)


def coverage_of(
    districts: Sequence[DistrictId], entries: Iterable[ActivityEntry], fiscal_year: int, today: date
) -> tuple[DistrictCoverage, ...]:
    """Where each of the 46 stands, today; ``times`` and ``people`` are of one 年度."""
    held = [entry for entry in entries if entry.district_id is not None and entry.held_on <= today]
    since = years_before(today, COVERAGE_YEARS)
    rows = []
    for district_id in districts:
        mine = [entry for entry in held if entry.district_id == district_id]
        days = [entry.held_on for entry in mine if entry.kind is ActivityKind.TABLETOP]
        last = max(days, default=None)
        of_year = [entry for entry in mine if entry.fiscal_year == fiscal_year]
        rows.append(
            DistrictCoverage(
                district_id,
                last,
                {kind: sum(entry.times for entry in of_year if entry.kind is kind) for kind in ActivityKind},
                sum(entry.people or 0 for entry in of_year),
                last is None or last < since,
            )
        )
    return tuple(rows)


def check_entry(entry: ActivityEntry, today: date) -> None:
    """Refuse an entry that cannot have been held.

    Raises
    ------
    KnownProblem
        ``activity_future``, ``activity_people``, ``activity_times``, ``activity_text``.
    """
    checks = (
        (entry.held_on <= today, "activity_future", "日付が今日より後になっています。", "実施日",
         "行った後に書いてください。"),
        (entry.people is None or 0 <= entry.people <= MOST_PEOPLE, "activity_people",
         f"人数は0人から{MOST_PEOPLE:,}人までにしてください。", "人数", "数え直してください。"),
        (1 <= entry.times <= MOST_TIMES, "activity_times",
         f"回数は1回から{MOST_TIMES:,}回までにしてください。", "回数", "回数を確かめてください。"),
        (max(len(entry.place), len(entry.note)) <= LONGEST_NOTE, "activity_text", "入れた文が長すぎます。",
         "場所・備考", f"それぞれ{LONGEST_NOTE}文字までにしてください。"),
    )  # fmt: skip
    for holds, code, message, where, advice in checks:
        if not holds:
            raise KnownProblem(code, message, where=where, advice=advice)
