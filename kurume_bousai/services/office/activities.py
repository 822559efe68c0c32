"""活動の記録の用件: what was typed and what finished sessions tell, as the city's table and per 校区."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.activities import (
    COVERAGE_YEARS,
    ActivityEntry,
    ActivityId,
    activity_table,
    check_entry,
    coverage_of,
    entries_of,
)
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.fiscal_years import fiscal_year_of
from kurume_bousai.domain.ids import OperationId, new_id
from kurume_bousai.domain.operations import Board, Operation, OperationKind, OperationState
from kurume_bousai.domain.session import participants_from
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.office_papers import ActivitiesReport
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

_TOPICS: Final = frozenset({Topic.ACTIVITIES})


class ActivityService:
    """活動の記録の用件 on one open database. Reading needs ``SEE_COUNTS``, writing ``KEEP_ACTIVITIES``."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def may_write(self) -> bool:
        """True for a clerk, the desk and a facilitator."""
        return self._database.access.has(Right.KEEP_ACTIVITIES)

    def report(self, fiscal_year: int | None = None) -> ActivitiesReport:
        """Return the table, the coverage of one 年度 (this one unless named) and the entries behind them."""
        self._database.access.require(Right.SEE_COUNTS)
        today = self._clock.now().date()
        with self._database.reading() as session:
            entries = _entries(session)
            figures = session.districts.activities()
            districts = [district.district_id for district in session.districts.all()]
        year = fiscal_year_of(today) if fiscal_year is None else fiscal_year
        return ActivitiesReport(
            table=activity_table(figures, entries, max(year, fiscal_year_of(today))),
            coverage=coverage_of(districts, entries, year, today),
            entries=tuple(entries),
            fiscal_year=year,
            as_of=today,
            sources=tuple(dict.fromkeys(figure.source for figure in figures if figure.source)),
        )

    def save(self, entry: ActivityEntry) -> Outcome[ActivityEntry]:
        """Write an entry: a new one has an empty id. Raises as ``check_entry``, and ``activity_district``."""
        access = self._database.access
        access.require(Right.KEEP_ACTIVITIES)
        now = self._clock.now()
        check_entry(entry, now.date())
        kept = replace(
            entry,
            activity_id=entry.activity_id or ActivityId(new_id()),
            recorded_at=now,
            recorded_by=access.name,
            place=entry.place.strip(),
            note=entry.note.strip(),
        )
        with self._database.writing() as session:
            known = {district.district_id for district in session.districts.all()}
            if kept.district_id is not None and kept.district_id not in known:
                raise KnownProblem(
                    "activity_district",
                    "市にない校区です。",
                    where=f"{kept.district_id}校区",
                    advice="校区の名前を確かめてください。",
                )
            session.activities.save(access, kept)
        return Outcome(kept, _TOPICS)

    def remove(self, entry: ActivityEntry) -> Outcome[None]:
        """Take an entry back. One that a session told is taken back by an entry that stands for it."""
        access = self._database.access
        access.require(Right.KEEP_ACTIVITIES)
        now = self._clock.now()
        with self._database.writing() as session:
            if entry.is_from_session:
                session.activities.save(access, replace(entry, recorded_at=now, recorded_by=access.name))
            session.activities.remove(access, entry.activity_id, at=now)
        return Outcome(None, _TOPICS)


def coverage_words() -> str:
    """「3年」 as screens and papers write it."""
    return f"{COVERAGE_YEARS}年"


def _entries(session: ReadSession) -> list[ActivityEntry]:
    operations = [one for one in session.operations.all() if _counts(one)]
    people = {one.operation_id: _sat(session, one) for one in operations}
    return entries_of(operations, people, session.activities.all(with_removed=True))


def _counts(operation: Operation) -> bool:
    is_held = operation.kind is OperationKind.EXERCISE and operation.state is OperationState.FINISHED
    return is_held and not operation.settings.practice


def _sat(session: ReadSession, operation: Operation) -> int:
    """People at the tables in the end: as prepared, or as changed in the session."""
    board = Board(session.operations.entries(OperationId(operation.operation_id)))
    groups: Sequence[int] = [
        participant.count
        for table in operation.settings.tables
        for participant in (
            participants_from(board.participants[table.table_id])
            if table.table_id in board.participants
            else table.participants
        )
    ]
    return sum(groups)
