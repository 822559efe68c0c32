"""年に一度の更新: any acts leave every 校区 at a step reached in order, and the 46 add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.yearly_update import (
    STEPS,
    DistrictProgress,
    YearlyRecord,
    YearlyStep,
    YearlyUpdate,
    check_due,
    check_start,
    check_step,
    progress_of,
    usual_due,
)

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
DISTRICTS = tuple(map(DistrictId, ("津福", "荘島", "日吉")))
UPDATE = YearlyUpdate(2026, NOW, "検査", usual_due(2026))


def record(number: int, district: DistrictId, step: YearlyStep, *, back: bool = False) -> YearlyRecord:
    return YearlyRecord(number, 2026, district, step, TODAY, NOW, "検査", takes_back=back)


acts = st.lists(st.tuples(st.sampled_from(DISTRICTS), st.sampled_from(STEPS), st.booleans()), max_size=40)


@given(acts)
def test_steps_stand_in_order_whatever_was_written(
    written: list[tuple[DistrictId, YearlyStep, bool]],
) -> None:
    records = [
        record(place, district, step, back=back) for place, (district, step, back) in enumerate(written)
    ]
    progress = progress_of(UPDATE, DISTRICTS, reversed(records))
    assert [row.district_id for row in progress.districts] == list(DISTRICTS)
    for row in progress.districts:
        assert tuple(one.step for one in row.steps) == STEPS[: len(row.steps)]
        assert row.next == (STEPS[len(row.steps)] if len(row.steps) < len(STEPS) else None)
    reached = [progress.reached(step) for step in STEPS]
    assert reached == sorted(reached, reverse=True)
    assert progress.done == sum(row.next is None for row in progress.districts)


def test_late_is_the_next_step_after_its_day() -> None:
    progress = progress_of(UPDATE, DISTRICTS, [record(1, DISTRICTS[0], YearlyStep.NOTICE)])
    first, second = progress.districts[:2]
    assert first.due_on == date(2026, 7, 31)
    assert first.late_days(TODAY) == (TODAY - date(2026, 7, 31)).days
    assert second.late_days(date(2026, 5, 31)) == 0
    assert [row.district_id for row in progress.late(TODAY)] == [DISTRICTS[1], DISTRICTS[2], DISTRICTS[0]]


def test_the_last_day_due_lies_in_march() -> None:
    assert usual_due(2026)[YearlyStep.DONE] == date(2027, 3, 31)
    assert list(usual_due(2026).values()) == sorted(usual_due(2026).values())


def test_a_step_out_of_order_or_of_tomorrow_is_refused() -> None:
    row = DistrictProgress(DISTRICTS[0], (record(1, DISTRICTS[0], YearlyStep.NOTICE),), None)
    check_step(row, YearlyStep.INQUIRY, TODAY, TODAY)
    for step, day, code in (
        (YearlyStep.ANSWER, TODAY, "yearly_order"),
        (YearlyStep.NOTICE, TODAY, "yearly_order"),
        (YearlyStep.INQUIRY, TODAY + timedelta(days=1), "yearly_future"),
        (YearlyStep.INQUIRY, TODAY - timedelta(days=1), "yearly_before"),
    ):
        with pytest.raises(KnownProblem) as refused:
            check_step(row, step, day, TODAY)
        assert refused.value.code == code


def test_a_year_begins_once_and_near() -> None:
    check_start(2026, usual_due(2026), [2025], TODAY)
    with pytest.raises(KnownProblem, match="yearly_started"):
        check_start(2026, usual_due(2026), [2026], TODAY)
    with pytest.raises(KnownProblem, match="yearly_year"):
        check_start(2030, usual_due(2030), [], TODAY)
    turned = {**usual_due(2026), YearlyStep.NOTICE: date(2027, 3, 31), YearlyStep.DONE: date(2026, 5, 31)}
    with pytest.raises(KnownProblem, match="yearly_due"):
        check_start(2026, turned, [], TODAY)


def test_a_district_with_its_own_day_is_late_by_that_day() -> None:
    later = date(2026, 12, 20)
    update = replace(UPDATE, district_due={DISTRICTS[1]: {YearlyStep.NOTICE: later}})
    first, second, third = progress_of(update, DISTRICTS, []).districts
    assert (first.due_on, second.due_on, third.due_on) == (date(2026, 5, 31), later, date(2026, 5, 31))
    assert [row.has_own_due for row in (first, second, third)] == [False, True, False]
    assert second.late_days(TODAY) == 0
    assert first.late_days(TODAY) > 0


@pytest.mark.parametrize(
    "due",
    [
        {**usual_due(2026), YearlyStep.ANSWER: date(2026, 7, 1)},
        {**usual_due(2026), YearlyStep.DONE: date(2062, 3, 31)},
        {YearlyStep.NOTICE: date(2026, 5, 1)},
    ],
)
def test_days_out_of_order_far_off_or_missing_are_refused(due: dict[YearlyStep, date]) -> None:
    with pytest.raises(KnownProblem) as caught:
        check_due(2026, due)
    assert caught.value.code == "yearly_due"
