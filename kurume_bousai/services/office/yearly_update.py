"""年に一度の更新: begun for a 年度, written step by step for the 46 校区, and what is late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.yearly_update import (
    LONGEST_NOTE,
    YearlyProgress,
    YearlyStep,
    YearlyUpdate,
    check_due,
    check_start,
    check_step,
    progress_of,
    usual_due,
)
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.office_papers import YearlySheet
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

_TOPICS: Final = frozenset({Topic.YEARLY_UPDATE})
#: Stands beside the note: everybody who sees counts reads it.
NOTE_HINT: Final = "人の名前や病気など、個人がわかることは書かないでください。"


class YearlyUpdateService:
    """年に一度の更新の用件 on one open database. Reading needs ``SEE_COUNTS``, writing ``EDIT_PEOPLE``."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def may_write(self) -> bool:
        """True for a clerk."""
        return self._database.access.has(Right.EDIT_PEOPLE)

    def years(self) -> list[int]:
        """The 年度 that were begun, the latest first."""
        self._database.access.require(Right.SEE_COUNTS)
        with self._database.reading() as session:
            return [update.fiscal_year for update in session.yearly_updates.all()]

    def progress(self, fiscal_year: int | None = None) -> YearlyProgress | None:
        """Where every 校区 stands, of the latest 年度 unless one is named; None = not begun."""
        self._database.access.require(Right.SEE_COUNTS)
        with self._database.reading() as session:
            return _progress(session, fiscal_year)

    def start(
        self, fiscal_year: int, due: Mapping[YearlyStep, date] | None = None
    ) -> Outcome[YearlyProgress]:
        """Begin a 年度, with the usual days due unless others are given; raises as ``check_start``."""
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        now = self._clock.now()
        days = dict(due) if due is not None else usual_due(fiscal_year)
        with self._database.writing() as session:
            known = [update.fiscal_year for update in session.yearly_updates.all()]
            check_start(fiscal_year, days, known, now.date())
            session.yearly_updates.start(access, YearlyUpdate(fiscal_year, now, access.name, days))
            progress = _of_year(session, fiscal_year)
        return Outcome(progress, _TOPICS)

    def set_due(
        self,
        fiscal_year: int,
        due: Mapping[YearlyStep, date],
        districts: Sequence[DistrictId] | None = None,
    ) -> Outcome[YearlyProgress]:
        """Change the days due of the city, or of some 校区 in place of the city's; audited.

        A 校区 keeps only the days that differ from the city's; with all of them equal it follows the city
        again. Days the city changes later do not move those a 校区 has of its own.

        Raises
        ------
        KnownProblem
            ``no_right``, ``yearly_not_started``, ``yearly_district``, ``yearly_due`` (also where the days of
            a 校区 would no longer fit between those of the city).
        """
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        with self._database.writing() as session:
            progress = _of_year(session, fiscal_year)
            standing = progress.update
            kept = dict(due)
            if districts is None:
                check_due(fiscal_year, due)
                for district_id, own in standing.district_due.items():
                    check_due(fiscal_year, {**due, **own}, f"{district_id}校区の期限")
            else:
                _require_known(progress, districts)
                check_due(fiscal_year, {**standing.due, **due})
                kept = {step: day for step, day in due.items() if standing.due.get(step) != day}
            session.yearly_updates.set_due(access, fiscal_year, districts, kept, at=self._clock.now())
            progress = _of_year(session, fiscal_year)
        return Outcome(progress, _TOPICS)

    def record(
        self,
        fiscal_year: int,
        districts: Sequence[DistrictId],
        step: YearlyStep,
        *,
        done_on: date | None = None,
        note: str = "",
        copy_numbers: Sequence[str] = (),
    ) -> Outcome[YearlyProgress]:
        """Write one step of several 校区, all of them or none.

        Raises
        ------
        KnownProblem
            ``no_right``, ``yearly_not_started``, ``yearly_district``, ``yearly_note``, ``yearly_copies``
            and those of ``check_step``.
        """
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        now = self._clock.now()
        day = done_on or now.date()
        _refuse_long(note)
        with self._database.writing() as session:
            progress = _of_year(session, fiscal_year)
            _require_known(progress, districts)
            rows = {row.district_id: row for row in progress.districts}
            for district_id in districts:
                check_step(rows[district_id], step, day, now.date())
            if copy_numbers:
                known = {entry.copy_number for entry in session.ledger.all(access)}
                strange = [number for number in copy_numbers if number not in known]
                if strange:
                    raise _problem("yearly_copies", "提供台帳にない写しの番号です。", "、".join(strange))
            session.yearly_updates.record_many(
                access, fiscal_year, list(dict.fromkeys(districts)), step,
                done_on=day, at=now, note=note.strip(), copy_numbers=copy_numbers,
            )  # fmt: skip
            progress = _of_year(session, fiscal_year)
        return Outcome(progress, _TOPICS)

    def take_back(self, fiscal_year: int, district_id: DistrictId, note: str = "") -> Outcome[YearlyProgress]:
        """Take the last step of a 校区 back; both stay in the file. Raises ``yearly_nothing``."""
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        _refuse_long(note)
        now = self._clock.now()
        with self._database.writing() as session:
            rows = {row.district_id: row for row in _of_year(session, fiscal_year).districts}
            row = rows.get(district_id)
            if row is None or row.last is None:
                raise _problem("yearly_nothing", "取り消す段階がありません。", f"{district_id}校区")
            session.yearly_updates.record_many(
                access, fiscal_year, [district_id], row.last,
                done_on=now.date(), at=now, note=note.strip(), takes_back=True,
            )  # fmt: skip
            progress = _of_year(session, fiscal_year)
        return Outcome(progress, _TOPICS)

    def sheet(self, fiscal_year: int | None = None) -> YearlySheet:
        """Return the content of the printed sheet; raises ``yearly_not_started``."""
        progress = self.progress(fiscal_year)
        if progress is None:
            raise _not_started()
        return YearlySheet(progress, self._clock.now().date())


def late_districts(session: ReadSession, today: date) -> int:
    """How many 校区 of the latest 年度 that was begun are late."""
    progress = _progress(session, None)
    return 0 if progress is None else len(progress.late(today))


def _progress(session: ReadSession, fiscal_year: int | None) -> YearlyProgress | None:
    updates = session.yearly_updates.all()
    wanted = [one for one in updates if fiscal_year is None or one.fiscal_year == fiscal_year]
    if not wanted:
        return None
    districts = [district.district_id for district in session.districts.all()]
    return progress_of(wanted[0], districts, session.yearly_updates.records(wanted[0].fiscal_year))


def _of_year(session: ReadSession, fiscal_year: int) -> YearlyProgress:
    found = _progress(session, fiscal_year)
    if found is None:
        raise _not_started()
    return found


def _require_known(progress: YearlyProgress, districts: Sequence[DistrictId]) -> None:
    known = {row.district_id for row in progress.districts}
    for district_id in districts:
        if district_id not in known:
            raise _problem("yearly_district", "市にない校区です。", f"{district_id}校区")


def _not_started() -> KnownProblem:
    return KnownProblem(
        "yearly_not_started",
        "この年度の更新は、まだ始まっていません。",
        advice="「年に一度の更新」で、年度の更新を始めてください。",
    )


def _refuse_long(note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise _problem("yearly_note", f"メモは{LONGEST_NOTE}文字までにしてください。", "メモ")


def _problem(code: str, message: str, where: str) -> KnownProblem:
    return KnownProblem(code, message, where=where, advice="確かめて、もう一度書いてください。")
