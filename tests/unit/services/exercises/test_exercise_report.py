"""From a session's log to the content of its paper: numbers and marks, never a name or an id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kurume_bousai.domain.bodies import Body, DataLevel
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.exercises import ExerciseSettings, ExerciseTable, Participant
from kurume_bousai.domain.ids import DistrictId, MemberId, OperationId, SiteId, SupporterId, TableId
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.operations import (
    Board,
    EntryKind,
    EntryStamp,
    FrozenPerson,
    LogEntry,
    Operation,
    OperationKind,
    OperationState,
)
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.presets import KURUME_60
from kurume_bousai.domain.session import ExerciseSession, SupporterSpot
from kurume_bousai.domain.shelters import UNLIMITED, Ownership, Room, WelfareShelter
from kurume_bousai.services.exercises.report import NO_NUMBER, exercise_report

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TABLE = TableId("t1")
SITE, OTHER = SiteId("site-a"), SiteId("site-b")


def entry(
    sequence: int, minutes: float, kind: EntryKind, payload: Mapping[str, Any] | None = None
) -> LogEntry:
    return LogEntry(
        OperationId("op"),
        EntryStamp(sequence, 0, "device", sequence),
        START + timedelta(minutes=minutes),
        "架空",
        kind,
        TABLE,
        payload or {},
    )


def person(name: str, number: int, size: int = 1, *needs: Need) -> FrozenPerson:
    return FrozenPerson(
        MemberId(name), TABLE, number, DistrictId("津福"), "東", LonLat(130.5, 33.3), frozenset(needs),
        frozenset(), size, 3,
    )  # fmt: skip


def shelter(site_id: SiteId, name: str, square_metres: int) -> WelfareShelter:
    return WelfareShelter(
        site_id,
        name,
        name,
        Ownership.PUBLIC,
        LonLat(130.51, 33.31),
        rooms=(Room("室", Decimal(square_metres)),),
        accepts=UNLIMITED,
        need_capacity={Need.POWER: 0},
    )


def session(*entries: LogEntry) -> ExerciseSession:
    table = ExerciseTable(TABLE, "1班", ("東",), (Participant(Body.TEACHER, 3),))
    settings = ExerciseSettings(DistrictId("津福"), KURUME_60, (table,), "会場", "ねらい")
    operation = Operation(
        OperationId("op"), OperationKind.EXERCISE, OperationState.RUNNING, settings, START, None, START.date()
    )
    people = (person("anna", 1, 3, Need.POWER), person("bert", 2), person("carl", 0))
    return ExerciseSession(
        operation=operation,
        people={one.member_id: one for one in people},
        sites={SITE: shelter(SITE, "架空一番", 8), OTHER: shelter(OTHER, "架空二番", 400)},
        shelters={},
        supporters={SupporterId("sup"): SupporterSpot(SupporterId("sup"), 7, None)},
        board=Board(entries),
        distance_m=lambda start, end: 0.0,
    )


ASSIGNED = {
    "member_id": "anna",
    "supporter_id": "sup",
    "site_id": SITE,
    "travel_mode": "wheelchair",
    "level": 3,
}
LOG = (
    entry(0, 0, EntryKind.SESSION_STARTED),
    entry(1, 0, EntryKind.TASK_STARTED, {"task_id": "confirm", "minutes": 10}),
    entry(2, 12.5, EntryKind.TASK_STARTED, {"task_id": "support", "minutes": 20}),
    entry(3, 13, EntryKind.ASSIGNED, ASSIGNED),
    entry(4, 14, EntryKind.INJECT_PLAYED, {"inject_id": "close", "title": "使えない", "subject": OTHER}),
    entry(5, 14, EntryKind.SITE_CLOSED, {"site_id": OTHER}),
    entry(6, 30, EntryKind.SESSION_FINISHED),
)


def test_decisions_carry_numbers_and_marks_only() -> None:
    report = exercise_report(session(*LOG))
    anna, bert = report.decisions
    assert (anna.number, anna.supporter, anna.destination) == (1, "S07", "架空一番")
    assert (anna.travel_mode, anna.level, anna.undecided) == (TravelMode.WHEELCHAIR, 3, False)
    assert (bert.number, bert.supporter, bert.destination, bert.undecided) == (2, "", "", True)
    assert (report.people_counted, report.others) == (3, 1)
    for hidden in ("anna", "bert", "carl", "sup'", "site-a"):
        assert hidden not in repr(report.log) + repr([row.supporter for row in report.decisions])


def test_a_party_over_the_places_is_a_shortage_of_that_site() -> None:
    report = exercise_report(session(*LOG))
    assert [(site.name, site.usable, site.assigned, site.balance, site.is_open) for site in report.sites] == [
        ("架空一番", 2, 3, -1, True),
        ("架空二番", 0, 0, 0, False),
    ]
    assert [(row.site, row.need, row.units, row.assigned, row.balance) for row in report.needs] == [
        ("架空一番", Need.POWER, 0, 1, -1)
    ]


def test_time_used_runs_to_the_next_question_and_never_backwards() -> None:
    report = exercise_report(session(*LOG))
    used = {task.heading: task.used_min for task in report.tasks}
    assert used["要支援者を確かめる"] == 12.5
    assert used["誰が助けるか"] == 17.5
    assert used["集合場所を決める"] is None
    back = (LOG[0], entry(1, 60, EntryKind.TASK_STARTED, {"task_id": "confirm", "minutes": 10}), LOG[2])
    assert exercise_report(session(*back)).tasks[0].used_min == 0.0


def test_somebody_whose_consent_fell_away_is_told_nowhere() -> None:
    opened = session(*LOG)
    opened.hidden_now = {MemberId("anna")}
    report = exercise_report(opened)
    assert [row.number for row in report.decisions] == [2]
    assert report.others == 2
    line = next(line for line in report.log if line.kind is EntryKind.ASSIGNED)
    assert (line.about, line.supporter, line.site, line.level) == (NO_NUMBER, "", "", None)


def test_what_was_taken_back_is_marked_and_not_counted() -> None:
    undo = entry(7, 20, EntryKind.UNDONE, {"device_id": "device", "sequence": 3})
    report = exercise_report(session(*LOG[:4], undo))
    assert all(row.undecided for row in report.decisions)
    assert report.sites == ()
    assert [line.undone for line in report.log if line.kind is EntryKind.ASSIGNED] == [True]


def test_tables_cards_and_facts_of_the_session() -> None:
    report = exercise_report(session(*LOG))
    (table,) = report.tables
    assert (table.level, table.people, table.decided) == (DataLevel.SYMBOL, 2, 1)
    assert table.participants == ((Body.TEACHER, 3),)
    assert [(card.title, card.about) for card in report.cards] == [("使えない", "架空二番")]
    assert (report.held_on, report.place, report.practice) == (date(2026, 11, 21), "会場", False)
    assert replace(report, log=()) != report
