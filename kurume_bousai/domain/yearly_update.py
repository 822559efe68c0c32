"""年に一度の更新: the list of every 校区 checked once a 年度, as a job whose steps are written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.fiscal_years import fiscal_year_of, fiscal_year_words
from kurume_bousai.domain.ids import DistrictId

LONGEST_NOTE: Final = 400


class YearlyStep(StrEnum):
    """更新の段階, in order."""

    NOTICE = "notice"  # 案内
    INQUIRY = "inquiry"  # 校区へ照会: the list is handed over for checking
    ANSWER = "answer"  # 回答
    APPLIED = "applied"  # 反映
    DONE = "done"  # 済


STEPS: Final = tuple(YearlyStep)
#: Month and day by which each step should stand ⚙; a month before April lies in the next calendar year.
USUAL_DUE: Final[Mapping[YearlyStep, tuple[int, int]]] = {
    YearlyStep.NOTICE: (5, 31),
    YearlyStep.INQUIRY: (7, 31),
    YearlyStep.ANSWER: (9, 30),
    YearlyStep.APPLIED: (11, 30),
    YearlyStep.DONE: (3, 31),
}


def usual_due(fiscal_year: int) -> dict[YearlyStep, date]:
    """The days by which the steps of a 年度 should stand."""
    return {
        step: date(fiscal_year + (1 if month < 4 else 0), month, day)
        for step, (month, day) in USUAL_DUE.items()
    }


@dataclass(frozen=True, slots=True)
class YearlyUpdate:
    """一年度の更新: the 年度 (the Gregorian year in which it begins), who began it, and the days due.

    ``due`` are the days of the city; ``district_due`` those of a 校区 that has its own for some steps.
    """

    fiscal_year: int
    started_at: datetime
    started_by: str
    due: Mapping[YearlyStep, date]
    district_due: Mapping[DistrictId, Mapping[YearlyStep, date]] = field(default_factory=dict)

    def due_of(self, district_id: DistrictId) -> dict[YearlyStep, date]:
        """The days due in one 校区."""
        return {**self.due, **self.district_due.get(district_id, {})}


@dataclass(frozen=True, slots=True)
class YearlyRecord:
    """更新の記録: one step of one 校区. A step taken back is one more record, nothing is erased.

    ``copy_numbers`` are the numbered copies that were handed over with the inquiry.
    """

    record_id: int
    fiscal_year: int
    district_id: DistrictId
    step: YearlyStep
    done_on: date
    recorded_at: datetime
    recorded_by: str
    note: str = field(default="", repr=False)
    copy_numbers: tuple[str, ...] = ()
    takes_back: bool = False


@dataclass(frozen=True, slots=True)
class DistrictProgress:
    """校区の進みぐあい: the steps that stand, in order. ``due_on`` is that of the next step.

    ``due`` are the days of all its steps; ``has_own_due``: some of them are not the city's.
    """

    district_id: DistrictId
    steps: tuple[YearlyRecord, ...]
    due_on: date | None
    due: Mapping[YearlyStep, date] = field(default_factory=dict)
    has_own_due: bool = False

    @property
    def last(self) -> YearlyStep | None:
        """The last step that stands; None = nothing yet."""
        return self.steps[-1].step if self.steps else None

    @property
    def next(self) -> YearlyStep | None:
        """The step that comes now; None = 済."""
        return STEPS[len(self.steps)] if len(self.steps) < len(STEPS) else None

    def late_days(self, today: date) -> int:
        """How many days the next step is late; 0 = in time."""
        return max(0, (today - self.due_on).days) if self.due_on is not None else 0

    def of(self, step: YearlyStep) -> YearlyRecord | None:
        """The record of a step that stands."""
        return next((one for one in self.steps if one.step is step), None)


@dataclass(frozen=True, slots=True)
class YearlyProgress:
    """市の進みぐあい of one 年度: every 校区 in the city's order."""

    update: YearlyUpdate
    districts: tuple[DistrictProgress, ...]

    def reached(self, step: YearlyStep) -> int:
        """校区 where the step stands."""
        return sum(row.of(step) is not None for row in self.districts)

    @property
    def done(self) -> int:
        """校区 that are 済."""
        return self.reached(YearlyStep.DONE)

    def late(self, today: date) -> tuple[DistrictProgress, ...]:
        """校区 whose next step is late, the latest first."""
        found = [row for row in self.districts if row.late_days(today)]
        return tuple(sorted(found, key=lambda row: -row.late_days(today)))


def progress_of(
    update: YearlyUpdate, districts: Sequence[DistrictId], records: Iterable[YearlyRecord]
) -> YearlyProgress:
    """Fold the records of a 年度, in the order they were written, into where every 校区 stands."""
    standing: dict[DistrictId, list[YearlyRecord]] = {district_id: [] for district_id in districts}
    for record in sorted(records, key=lambda one: one.record_id):
        steps = standing.get(record.district_id)
        if record.fiscal_year != update.fiscal_year or steps is None:
            continue
        if record.takes_back:
            if steps and steps[-1].step is record.step:
                steps.pop()
        elif len(steps) < len(STEPS) and STEPS[len(steps)] is record.step:
            steps.append(record)
    rows = tuple(_row(update, district_id, steps) for district_id, steps in standing.items())
    return YearlyProgress(update, rows)


def _row(update: YearlyUpdate, district_id: DistrictId, steps: Sequence[YearlyRecord]) -> DistrictProgress:
    due = update.due_of(district_id)
    due_on = due.get(STEPS[len(steps)]) if len(steps) < len(STEPS) else None
    own = any(update.due.get(step) != day for step, day in due.items())
    return DistrictProgress(district_id, tuple(steps), due_on, due, own)


def check_step(row: DistrictProgress, step: YearlyStep, done_on: date, today: date) -> None:
    """Refuse a step out of its order or on a day that cannot be.

    Raises
    ------
    KnownProblem
        ``yearly_order``, ``yearly_future``, ``yearly_before``.
    """
    where = f"{row.district_id}校区"
    if row.next is not step:
        raise KnownProblem(
            "yearly_order",
            "この段階は、いま書くところではありません。",
            where=where,
            advice="前の段階から順に書いてください。書いてある段階は、取り消してから書き直せます。",
        )
    if done_on > today:
        raise KnownProblem(
            "yearly_future",
            "日付が今日より後になっています。",
            where=where,
            advice="した日を入れてください。",
        )
    if row.steps and done_on < row.steps[-1].done_on:
        raise KnownProblem(
            "yearly_before",
            "前の段階の日より、前の日付になっています。",
            where=where,
            advice="した日を確かめてください。",
        )


def check_start(fiscal_year: int, due: Mapping[YearlyStep, date], known: Iterable[int], today: date) -> None:
    """Refuse a 年度 that was begun already or lies too far off, and days due out of order.

    Raises
    ------
    KnownProblem
        ``yearly_started``, ``yearly_year``, ``yearly_due``.
    """
    if fiscal_year in set(known):
        raise KnownProblem(
            "yearly_started",
            f"{fiscal_year_words(fiscal_year)}の更新は、もう始まっています。",
            advice="画面の年度を選んで、続きを書いてください。",
        )
    if abs(fiscal_year - fiscal_year_of(today)) > 1:
        raise KnownProblem(
            "yearly_year",
            "始められるのは、今年度とその前後の年度だけです。",
            advice="年度を確かめてください。",
        )
    check_due(fiscal_year, due)


def check_due(fiscal_year: int, due: Mapping[YearlyStep, date], where: str = "期限") -> None:
    """Refuse days due that are not all there, out of order, or far from the 年度.

    Raises
    ------
    KnownProblem
        ``yearly_due``.
    """
    days = [due[step] for step in STEPS if step in due]
    if len(days) != len(STEPS) or days != sorted(days):
        raise KnownProblem(
            "yearly_due",
            "期限の順番が合っていません。",
            where=where,
            advice="前の段階の期限が、後の段階の期限より先になるようにしてください。",
        )
    if days[0] < date(fiscal_year, 1, 1) or days[-1] > date(fiscal_year + 2, 3, 31):
        raise KnownProblem(
            "yearly_due",
            "期限が、年度から離れすぎています。",
            where=where,
            advice=f"{fiscal_year_words(fiscal_year)}の前後の日を入れてください。",
        )
