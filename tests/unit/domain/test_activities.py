"""活動の記録: the printed cells stay, later years are counted, sessions are counted once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.activities import (
    INDICATORS,
    ActivityCell,
    ActivityEntry,
    ActivityId,
    ActivityKind,
    ActivityMeasure,
    ActivitySource,
    activity_table,
    check_entry,
    coverage_of,
    entries_of,
)
from kurume_bousai.domain.districts import ActivityFigure
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.exercises import ExercisePreset, ExerciseSettings
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.operations import Operation, OperationKind, OperationState

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
DISTRICTS = tuple(map(DistrictId, ("津福", "荘島", "日吉")))
T, P, D = ActivityMeasure.TIMES, ActivityMeasure.PEOPLE, ActivityMeasure.DISTRICTS
PRINTED = [ActivityFigure(name, 2024, 10, "市の表") for name in INDICATORS.values()]

entries = st.builds(
    ActivityEntry,
    activity_id=st.uuids().map(lambda found: ActivityId(found.hex)),
    kind=st.sampled_from(ActivityKind),
    held_on=st.dates(date(2024, 4, 1), date(2028, 3, 31)),
    district_id=st.none() | st.sampled_from(DISTRICTS),
    people=st.none() | st.integers(0, 300),
    times=st.integers(1, 5),
)


@given(st.lists(entries, max_size=20))
def test_the_table_adds_up_and_keeps_what_was_printed(found: list[ActivityEntry]) -> None:
    table = activity_table(PRINTED, found, 2026)
    assert table.fiscal_years[0] == 2024
    assert 2026 in table.fiscal_years
    for row in table.rows:
        assert row.cells[0] == ActivityCell(10, ActivitySource.PRINTED)
    for year in table.fiscal_years[1:]:
        for kind in ActivityKind:
            mine = [one for one in found if one.kind is kind and one.fiscal_year == year]
            times, people = table.cell(kind, T, year), table.cell(kind, P, year)
            assert (times.value or 0) == sum(one.times for one in mine)
            assert (people.value or 0) == sum(one.people or 0 for one in mine)
            assert (times.source is ActivitySource.NOT_RECORDED) == (not mine)


def entry(**fields: object) -> ActivityEntry:
    made = ActivityEntry(ActivityId("1"), ActivityKind.TABLETOP, date(2026, 10, 10), DISTRICTS[0], 40)
    return replace(made, **fields)  # type: ignore[arg-type]


def test_a_number_nobody_counted_is_not_nought() -> None:
    table = activity_table([], [entry(people=None), entry(district_id=None)], 2026)
    assert table.cell(ActivityKind.TABLETOP, P, 2026) == ActivityCell(40, ActivitySource.RECORDED, 1)
    assert table.cell(ActivityKind.TABLETOP, D, 2026) == ActivityCell(1, ActivitySource.RECORDED, 1)
    lonely = activity_table([], [entry(people=None)], 2026)
    assert lonely.cell(ActivityKind.TABLETOP, P, 2026) == ActivityCell(None, ActivitySource.RECORDED, 1)
    printed = ActivityFigure("マイプラン出前講座_実施回数(回)", 2020, None, "市の表")
    none = activity_table([printed], [], 2020).cell(ActivityKind.PLAN_LECTURE, T, 2020)
    assert none == ActivityCell(None, ActivitySource.PRINTED_NONE)


def session(number: str, held_on: date | None, *, practice: bool = False, done: bool = True) -> Operation:
    state = OperationState.FINISHED if done else OperationState.RUNNING
    settings = ExerciseSettings(DISTRICTS[0], ExercisePreset("60", "60分", ()), (), practice=practice)
    return Operation(OperationId(number), OperationKind.EXERCISE, state, settings, NOW, NOW, held_on)


def test_only_finished_sessions_that_are_no_practice_count_and_only_once() -> None:
    day = date(2026, 10, 10)
    operations = [
        session("a", day),
        session("b", day),
        session("練習", day, practice=True),
        session("途中", day, done=False),
        session("日なし", None),
        session("消した", day),
    ]
    typed = [
        entry(activity_id=ActivityId("x"), operation_id=OperationId("b"), people=55, recorded_at=NOW),
        entry(activity_id=ActivityId("y"), operation_id=OperationId("消した"), removed_at=NOW),
    ]
    found = entries_of(operations, {OperationId("a"): 42, OperationId("b"): 12}, typed)
    assert sorted((one.people or 0) for one in found) == [42, 55]
    assert [one.is_from_session for one in found if one.people == 42] == [True]
    (nobody,) = entries_of([session("a", day)], {}, [])
    assert nobody.people is None


def test_coverage_names_who_has_not_met_for_three_years() -> None:
    held = [
        entry(held_on=date(2023, 11, 21)),
        entry(held_on=date(2023, 11, 20), district_id=DISTRICTS[1]),
        entry(held_on=date(2026, 5, 5), kind=ActivityKind.EXPLANATION, people=None, times=2),
        entry(held_on=date(2027, 1, 1), district_id=DISTRICTS[2]),  # not yet
    ]
    rows = coverage_of(DISTRICTS, held, 2026, TODAY)
    assert [row.is_overdue for row in rows] == [False, True, True]
    assert rows[0].times[ActivityKind.EXPLANATION] == 2
    assert rows[1].last_tabletop_on == date(2023, 11, 20)
    assert rows[2].last_tabletop_on is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"held_on": date(2026, 11, 22)}, "activity_future"),
        ({"people": -1}, "activity_people"),
        ({"times": 0}, "activity_times"),
        ({"note": "長" * 500}, "activity_text"),
    ],
)
def test_what_cannot_have_been_is_refused(fields: dict[str, object], code: str) -> None:
    check_entry(entry(), TODAY)
    with pytest.raises(KnownProblem) as refused:
        check_entry(entry(**fields), TODAY)
    assert refused.value.code == code
