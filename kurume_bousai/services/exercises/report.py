"""図上訓練の報告の中身: from a session's log to figures, numbers and marks; no name passes here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from kurume_bousai.domain.exercises import ExerciseTask
from kurume_bousai.domain.ids import MemberId, SiteId, SupporterId, TableId
from kurume_bousai.domain.operations import EntryKind, FeatureKind, FrozenPerson, LogEntry
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.session import ExerciseSession, PersonState
from kurume_bousai.domain.shelters import Unlimited
from kurume_bousai.services.capacity.figures import UnplacedFigures
from kurume_bousai.services.exercises.capacity import FitAnswer, decided_now
from kurume_bousai.services.papers.ports import (
    BoardNeedFigures,
    BoardSiteFigures,
    DecisionFigures,
    DrawnFigures,
    ExerciseReport,
    FitFigures,
    LogLine,
    PlayedCard,
    TableFigures,
    TaskFigures,
)

#: 「番号のない人」 in a list of numbers: counted, never shown.
NO_NUMBER = "番号なし"


def exercise_report(session: ExerciseSession, fit: FitAnswer | None = None) -> ExerciseReport:
    """Return the content of the exercise paper as the log says now; ``fit``: the hall's answer."""
    settings = session.operation.settings
    operation = session.operation
    held_on = operation.held_on or (operation.started_at.date() if operation.started_at else None)
    sites, needs = _balances(session)
    return ExerciseReport(
        district=session.district_id,
        held_on=held_on,
        place=settings.place,
        purpose=settings.purpose,
        preset=settings.preset.name,
        scenario=settings.scenario,
        practice=settings.practice,
        started_at=operation.started_at,
        finished_at=operation.finished_at,
        tables=tuple(_tables(session)),
        tasks=tuple(_tasks(session)),
        decisions=tuple(_decision(session, person) for person in session.shown()),
        drawn=tuple(
            DrawnFigures(_table_name(session, feature.table_id), feature.kind, feature.text)
            for feature in session.board.features.values()
        ),
        cards=tuple(_cards(session)),
        sites=sites,
        needs=needs,
        people_counted=len(session.people),
        others=session.others_count(),
        fit=_fit(fit) if fit is not None else None,
        log=tuple(_log_line(session, entry) for entry in session.board.entries),
    )


def _fit(fit: FitAnswer) -> FitFigures:
    return FitFigures(
        people=fit.demand_people,
        placed=fit.placed_people,
        unplaced=fit.unplaced_people,
        rule_words=fit.rule_words,
        is_proven=fit.is_proven,
        unplaced_rows=tuple(UnplacedFigures(row.words, row.people, row.reasons) for row in fit.unplaced),
    )


def _is_shown(session: ExerciseSession, person: FrozenPerson | None) -> bool:
    return person is not None and bool(person.number) and person.member_id not in session.hidden_now


def _spoken(session: ExerciseSession, person: FrozenPerson | None) -> str:
    if person is None or not _is_shown(session, person):
        return NO_NUMBER
    return f"{person.number}番"


def _table_name(session: ExerciseSession, table_id: TableId | None) -> str:
    return next((table.name for table in session.operation.settings.tables if table.table_id == table_id), "")


def _site_name(session: ExerciseSession, site_id: SiteId | None) -> str:
    if site_id is None:
        return ""
    if site := session.sites.get(site_id):
        return site.name
    shelter = session.shelters.get(site_id)
    return shelter.name if shelter is not None else ""


def _supporter_mark(session: ExerciseSession, supporter_id: SupporterId | None) -> str:
    if supporter_id is None:
        return ""
    spot = session.supporters.get(supporter_id)
    # Somebody who refused since the session is still a decision that was made, but without a number.
    return spot.label if spot is not None else "S--"


def _tables(session: ExerciseSession) -> Iterator[TableFigures]:
    for table in session.tables:
        shown = session.shown(table.table_id)
        yield TableFigures(
            name=table.name,
            level=session.level(table.table_id),
            neighborhoods=table.neighborhoods,
            participants=tuple((item.body, item.count) for item in table.participants),
            people=len(shown),
            decided=sum(session.state(person.member_id) is PersonState.DECIDED for person in shown),
        )


def _tasks(session: ExerciseSession) -> Iterator[TaskFigures]:
    used = _used_minutes(session)
    for task in session.operation.settings.preset.tasks:
        yield TaskFigures(
            heading=task.heading,
            question=task.question,
            planned_min=task.minutes,
            used_min=used.get(task.task_id),
            tables_done=len(session.tables_done(task.task_id)),
        )


def _used_minutes(session: ExerciseSession) -> dict[str, float]:
    """Minutes from the start of each task to the next one's, summed where a task ran twice."""
    marks: list[tuple[datetime, str | None]] = []
    for entry in session.board.entries:
        if entry.kind is EntryKind.TASK_STARTED:
            marks.append((entry.at, str(entry.payload["task_id"])))
        elif entry.kind is EntryKind.SESSION_FINISHED:
            marks.append((entry.at, None))
    if marks and marks[-1][1] is not None:
        marks.append((session.board.entries[-1].at, None))
    used: dict[str, float] = {}
    for (start, task_id), (end, _) in pairwise(marks):
        if task_id is not None:
            # A clock set back must not take time away from another task.
            used[task_id] = used.get(task_id, 0.0) + max(0.0, (end - start).total_seconds() / 60)
    return used


def _decision(session: ExerciseSession, person: FrozenPerson) -> DecisionFigures:
    assignment = session.board.assignment(person.member_id)
    return DecisionFigures(
        table=_table_name(session, person.table_id),
        number=person.number,
        needs=person.needs,
        supporter=_supporter_mark(session, assignment.supporter_id),
        destination=_site_name(session, assignment.site_id),
        travel_mode=_travel_mode(assignment.travel_mode),
        level=assignment.level,
        undecided=session.state(person.member_id) is not PersonState.DECIDED,
    )


def _travel_mode(value: object) -> TravelMode | None:
    try:
        return TravelMode(str(value)) if value else None
    except ValueError:
        return None


def _cards(session: ExerciseSession) -> Iterator[PlayedCard]:
    undone = session.board.undone_stamps()
    for entry in session.board.entries:
        played = entry.kind is EntryKind.INJECT_PLAYED
        if played and (entry.stamp.device_id, entry.stamp.sequence) not in undone:
            subject = str(entry.payload.get("subject", ""))
            about = _site_name(session, SiteId(subject)) or (
                f"レベル{subject}" if subject.isdecimal() else ""
            )
            yield PlayedCard(entry.at, str(entry.payload.get("title", "")), about)


def _balances(
    session: ExerciseSession,
) -> tuple[tuple[BoardSiteFigures, ...], tuple[BoardNeedFigures, ...]]:
    """Return the sites somebody was sent to, or that a card closed, and their needs."""
    sites, needs = [], []
    for balance in decided_now(session):
        name = session.sites[balance.site_id].name
        is_open = session.board.is_open(balance.site_id)
        if balance.assigned or not is_open:
            sites.append(
                BoardSiteFigures(name, balance.usable or 0, balance.assigned, is_open, balance.usable is None)
            )
        for need, row in balance.by_need.items():
            if row.assigned:
                units = None if isinstance(row.capacity, Unlimited) else row.capacity or 0
                needs.append(BoardNeedFigures(name, need, units, row.assigned))
    return tuple(sites), tuple(needs)


def _log_line(session: ExerciseSession, entry: LogEntry) -> LogLine:
    payload = entry.payload
    person = None
    if "member_id" in payload:
        person = session.people.get(MemberId(str(payload["member_id"])))
    about = _spoken(session, person) if "member_id" in payload else _subject(session, entry)
    # What was decided for somebody who may no longer be shown is not told either.
    tell = "member_id" not in payload or _is_shown(session, person)
    kind = payload.get("feature_kind")
    return LogLine(
        at=entry.at,
        table=_table_name(session, entry.table_id),
        kind=entry.kind,
        about=about,
        supporter=_supporter_mark(session, payload.get("supporter_id")) if tell else "",
        site=_site_name(session, payload.get("site_id")) if tell else "",
        travel_mode=_travel_mode(payload.get("travel_mode")) if tell else None,
        level=int(payload["level"]) if payload.get("level") and tell else None,
        feature=FeatureKind(str(kind)) if kind else None,
        minutes=int(payload["minutes"]) if payload.get("minutes") else None,
        undone=(entry.stamp.device_id, entry.stamp.sequence) in session.board.undone_stamps(),
    )


def _subject(session: ExerciseSession, entry: LogEntry) -> str:
    payload = entry.payload
    if task_id := payload.get("task_id"):
        return _task_heading(session.operation.settings.preset.tasks, str(task_id))
    return str(payload.get("title") or payload.get("text") or "")


def _task_heading(tasks: Sequence[ExerciseTask], task_id: str) -> str:
    return next((task.heading for task in tasks if task.task_id == task_id), "")
