"""運用 (図上訓練・災害対応): an append-only log (クロノロジー) and the board that is a fold over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.exercises import ExerciseSettings
from kurume_bousai.domain.ids import (
    DistrictId,
    MemberId,
    OperationId,
    SiteId,
    SupporterId,
    TableId,
)
from kurume_bousai.domain.members import AdmissionCategory, Need


class OperationKind(StrEnum):
    """運用の種類."""

    EXERCISE = "exercise"
    EVENT = "event"


class OperationState(StrEnum):
    """運用の状態."""

    PREPARED = "prepared"
    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class FrozenPerson:
    """訓練開始時の人: what is frozen when a session starts; names, levels and consents stay live.

    ``number`` is the session number at ``table_id`` (1–99); 0 = counted but never shown, because there
    was no consent when the session started. 支援措置対象者 are never among these.
    """

    member_id: MemberId
    table_id: TableId | None
    number: int
    district_id: DistrictId
    neighborhood: str = field(repr=False)
    home: LonLat | None = field(repr=False)
    needs: frozenset[Need] = field(repr=False)
    categories: frozenset[AdmissionCategory] = field(repr=False)
    party_size: int = field(repr=False)
    band: int = field(repr=False)
    flood_rank: int | None = field(default=None, repr=False)
    planned_supporter: SupporterId | None = field(default=None, repr=False)
    planned_site: SiteId | None = field(default=None, repr=False)
    is_home_rough: bool = field(default=False, repr=False)  # the home is only the middle of its 町字


@dataclass(frozen=True, slots=True)
class Operation:
    """運用: one exercise or one event, on a version of the list frozen at its start."""

    operation_id: OperationId
    kind: OperationKind
    state: OperationState
    settings: ExerciseSettings
    started_at: datetime | None = None
    finished_at: datetime | None = None
    held_on: date | None = None


class EntryKind(StrEnum):
    """クロノロジーの項目: every act there is. The value is stored, so it never changes."""

    SESSION_STARTED = "session_started"
    TASK_STARTED = "task_started"  # task_id, minutes
    TIME_ADDED = "time_added"  # minutes
    TABLE_DONE = "table_done"  # task_id, done
    FEATURE_DRAWN = "feature_drawn"  # feature_id, feature_kind, geometry [[lon, lat], …], text
    FEATURE_REMOVED = "feature_removed"  # feature_id
    ASSIGNED = "assigned"  # member_id + any of supporter_id, site_id, travel_mode, level
    UNASSIGNED = "unassigned"  # member_id, fields
    INJECT_PLAYED = "inject_played"  # inject_id, title, subject
    SITE_CLOSED = "site_closed"  # site_id
    SITE_REOPENED = "site_reopened"  # site_id
    STAFF_CHANGED = "staff_changed"  # site_id or "", factor in percent
    LEVEL_RAISED = "level_raised"  # level
    PARTICIPANTS_CHANGED = "participants_changed"  # participants
    NAMES_SHOWN = "names_shown"  # seconds
    NOTE_ADDED = "note_added"  # text
    UNDONE = "undone"  # of: [device, sequence]; a compensating entry, nothing is erased
    SESSION_FINISHED = "session_finished"


@dataclass(frozen=True, slots=True, order=True)
class EntryStamp:
    """順序: hybrid logical clock, device and sequence; total order for merging several files."""

    clock_ms: int
    counter: int
    device_id: str
    sequence: int


@dataclass(frozen=True, slots=True)
class LogEntry:
    """クロノロジーの一件. ``payload`` holds plain JSON values and ids, never names."""

    operation_id: OperationId
    stamp: EntryStamp
    at: datetime
    operator: str
    kind: EntryKind
    table_id: TableId | None = None
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)


class FeatureKind(StrEnum):
    """地図に描くもの. The legend of the session: always shape and letter, never colour alone."""

    ASSEMBLY_POINT = "assembly_point"  # 集合場所
    DANGER = "danger"  # 危険
    BLOCKED_ROAD = "blocked_road"  # 通れない道
    ROUTE = "route"  # 経路
    RESOURCE = "resource"  # 資源
    REGION = "region"  # 区域
    NOTE = "note"  # 文字


#: Kinds drawn as a line, and as a ring of corners (not closed); the others are set by one press.
LINE_KINDS = frozenset({FeatureKind.ROUTE})
REGION_KINDS = frozenset({FeatureKind.REGION})


@dataclass(slots=True)
class DrawnFeature:
    """描いたもの on a table's layer; a point, or the corners of a line or region, in EPSG:6668."""

    feature_id: str
    kind: FeatureKind
    table_id: TableId | None
    points: tuple[LonLat, ...]
    text: str = field(default="", repr=False)  # typed in the hall: it may name somebody


@dataclass(slots=True)
class Assignment:
    """決めたこと for one person."""

    supporter_id: SupporterId | None = None
    site_id: SiteId | None = None
    travel_mode: str | None = None
    level: int | None = None

    @property
    def is_empty(self) -> bool:
        """True where nothing is decided."""
        return self.supporter_id is None and self.site_id is None


@dataclass(slots=True)
class TaskClock:
    """問いの時計: which task runs since when, with the minutes given to it."""

    task_id: str
    started_at: datetime
    minutes: int

    def remaining_s(self, now: datetime) -> int:
        """Seconds left; negative when over. A clock set back never shows more than the full time."""
        elapsed = max(0.0, (now - self.started_at).total_seconds())
        return int(self.minutes * 60 - elapsed)


class Board:
    """盤面: the state of a session, one mutable object with ``apply``.

    The same entries in stamp order always give the same board. An entry of an unknown person or site
    is kept in the log and ignored here. ``UNDONE`` takes effect by replay without the undone entries,
    so that undo needs no inverse of each act.
    """

    def __init__(self, entries: Iterable[LogEntry] = ()) -> None:
        self.entries: list[LogEntry] = []
        self._reset()
        self.extend(entries)

    def _reset(self) -> None:
        self.clock: TaskClock | None = None
        self.tasks_done: dict[str, set[TableId]] = {}
        self.features: dict[str, DrawnFeature] = {}
        self.assignments: dict[MemberId, Assignment] = {}
        self.closed_sites: set[SiteId] = set()
        self.staff_percent: dict[str, int] = {}
        self.level: int = 0
        self.injects_played: list[str] = []
        self.participants: dict[TableId, list[dict[str, Any]]] = {}
        self.finished = False

    def extend(self, entries: Iterable[LogEntry]) -> None:
        """Apply entries in stamp order."""
        for entry in sorted(entries, key=lambda entry: entry.stamp):
            self.apply(entry)

    def apply(self, entry: LogEntry) -> None:
        """Add one act. An entry older than the last one (a merge) or an undo replays the whole log."""
        late = bool(self.entries) and entry.stamp < self.entries[-1].stamp
        self.entries.append(entry)
        if late:
            self.entries.sort(key=lambda item: item.stamp)
        if late or entry.kind is EntryKind.UNDONE:
            self._replay()
        else:
            self._act(entry)

    def _replay(self) -> None:
        undone = self.undone_stamps()
        self._reset()
        for entry in self.entries:
            if (entry.stamp.device_id, entry.stamp.sequence) not in undone:
                self._act(entry)

    def undone_stamps(self) -> set[tuple[str, int]]:
        """Device and sequence of every entry that an ``UNDONE`` took back."""
        return {
            (str(entry.payload["device_id"]), int(entry.payload["sequence"]))
            for entry in self.entries
            if entry.kind is EntryKind.UNDONE
        }

    def last_undoable(self, table_id: TableId | None = None) -> LogEntry | None:
        """The latest act that is not undone yet: of one table, or of the whole hall (a 状況カード)."""
        undone = self.undone_stamps()
        for entry in reversed(self.entries):
            if (
                entry.kind in UNDOABLE
                and (entry.stamp.device_id, entry.stamp.sequence) not in undone
                and (table_id is None or entry.table_id in (None, table_id))
            ):
                return entry
        return None

    def card_of(self, entry: LogEntry) -> LogEntry | None:
        """The 状況カード that did this: written just before it, on the same device; None for another act."""
        before = (entry.stamp.device_id, entry.stamp.sequence - 1)
        return next(
            (
                card
                for card in self.entries
                if card.kind is EntryKind.INJECT_PLAYED
                and (card.stamp.device_id, card.stamp.sequence) == before
                and entry.kind in CARD_EFFECTS
            ),
            None,
        )

    def is_open(self, site_id: SiteId) -> bool:
        """False once a card closed the site."""
        return site_id not in self.closed_sites

    def assignment(self, member_id: MemberId) -> Assignment:
        """What is decided for a person; an empty one where nothing is."""
        return self.assignments.get(member_id, Assignment())

    def _act(self, entry: LogEntry) -> None:
        handler = _HANDLERS.get(entry.kind)
        if handler is not None:
            handler(self, entry)


def _start_task(board: Board, entry: LogEntry) -> None:
    board.clock = TaskClock(str(entry.payload["task_id"]), entry.at, int(entry.payload["minutes"]))


def _add_time(board: Board, entry: LogEntry) -> None:
    if board.clock is not None:
        board.clock.minutes += int(entry.payload["minutes"])


def _mark_table(board: Board, entry: LogEntry) -> None:
    if entry.table_id is None:
        return
    done = board.tasks_done.setdefault(str(entry.payload["task_id"]), set())
    if entry.payload.get("done", True):
        done.add(entry.table_id)
    else:
        done.discard(entry.table_id)


def _draw(board: Board, entry: LogEntry) -> None:
    feature_id = str(entry.payload["feature_id"])
    points = tuple(LonLat(float(lon), float(lat)) for lon, lat in entry.payload["points"])
    board.features[feature_id] = DrawnFeature(
        feature_id,
        FeatureKind(entry.payload["feature_kind"]),
        entry.table_id,
        points,
        str(entry.payload.get("text", "")),
    )


def _erase(board: Board, entry: LogEntry) -> None:
    board.features.pop(str(entry.payload["feature_id"]), None)


def _assign(board: Board, entry: LogEntry) -> None:
    assignment = board.assignments.setdefault(MemberId(str(entry.payload["member_id"])), Assignment())
    if supporter_id := entry.payload.get("supporter_id"):
        assignment.supporter_id = SupporterId(str(supporter_id))
    if site_id := entry.payload.get("site_id"):
        assignment.site_id = SiteId(str(site_id))
    if mode := entry.payload.get("travel_mode"):
        assignment.travel_mode = str(mode)
    if level := entry.payload.get("level"):
        assignment.level = int(level)


def _unassign(board: Board, entry: LogEntry) -> None:
    member_id = MemberId(str(entry.payload["member_id"]))
    assignment = board.assignments.get(member_id)
    if assignment is None:
        return
    for name in entry.payload.get("fields", ("supporter_id", "site_id", "travel_mode", "level")):
        if name in Assignment.__dataclass_fields__:
            setattr(assignment, name, None)


def _play_inject(board: Board, entry: LogEntry) -> None:
    board.injects_played.append(str(entry.payload["inject_id"]))


def _close_site(board: Board, entry: LogEntry) -> None:
    board.closed_sites.add(SiteId(str(entry.payload["site_id"])))


def _reopen_site(board: Board, entry: LogEntry) -> None:
    board.closed_sites.discard(SiteId(str(entry.payload["site_id"])))


def _change_staff(board: Board, entry: LogEntry) -> None:
    board.staff_percent[str(entry.payload.get("site_id", ""))] = int(entry.payload["percent"])


def _raise_level(board: Board, entry: LogEntry) -> None:
    board.level = int(entry.payload["level"])


def _change_participants(board: Board, entry: LogEntry) -> None:
    if entry.table_id is not None:
        board.participants[entry.table_id] = list(entry.payload["participants"])


def _finish(board: Board, _entry: LogEntry) -> None:
    board.finished = True
    board.clock = None


_HANDLERS = {
    EntryKind.TASK_STARTED: _start_task,
    EntryKind.TIME_ADDED: _add_time,
    EntryKind.TABLE_DONE: _mark_table,
    EntryKind.FEATURE_DRAWN: _draw,
    EntryKind.FEATURE_REMOVED: _erase,
    EntryKind.ASSIGNED: _assign,
    EntryKind.UNASSIGNED: _unassign,
    EntryKind.INJECT_PLAYED: _play_inject,
    EntryKind.SITE_CLOSED: _close_site,
    EntryKind.SITE_REOPENED: _reopen_site,
    EntryKind.STAFF_CHANGED: _change_staff,
    EntryKind.LEVEL_RAISED: _raise_level,
    EntryKind.PARTICIPANTS_CHANGED: _change_participants,
    EntryKind.SESSION_FINISHED: _finish,
}

#: Acts that ひとつ戻す takes back.
UNDOABLE = frozenset(
    {
        EntryKind.FEATURE_DRAWN,
        EntryKind.FEATURE_REMOVED,
        EntryKind.ASSIGNED,
        EntryKind.UNASSIGNED,
        EntryKind.SITE_CLOSED,
        EntryKind.SITE_REOPENED,
        EntryKind.STAFF_CHANGED,
    }
)

#: What a 状況カード does to the board; taken back together with the card, so that it can be played again.
CARD_EFFECTS = frozenset({EntryKind.SITE_CLOSED, EntryKind.STAFF_CHANGED})
