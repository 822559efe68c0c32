"""訓練中の行い: what a press means, as entries for the log. Pure: nothing is written or changed here.

Each function checks the act against the session as it stands and returns an ``Act``. The service writes
it, and only then the session applies it, so that what the screen shows always stands on the disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kurume_bousai.domain.bodies import DataLevel
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.exercises import ExerciseTask, Participant
from kurume_bousai.domain.ids import MemberId, SiteId, SupporterId, TableId, new_id
from kurume_bousai.domain.injects import Inject, InjectEffect
from kurume_bousai.domain.operations import LINE_KINDS, REGION_KINDS, EntryKind, FeatureKind
from kurume_bousai.domain.session import ExerciseSession, participants_payload

#: Letters of a drawing's text that are kept: a name of a place, a few words on the map.
MOST_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Act:
    """行い: entries that belong together, all of them or none."""

    entries: tuple[tuple[EntryKind, Mapping[str, Any]], ...] = field(repr=False)
    table_id: TableId | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """決めること for one person, as chosen with the chips. None = not chosen now."""

    supporter_id: SupporterId | None = None
    site_id: SiteId | None = None
    travel_mode: str | None = None
    level: int | None = None

    @property
    def is_empty(self) -> bool:
        """True where neither a supporter nor a destination is chosen."""
        return self.supporter_id is None and self.site_id is None

    def payload(self, member_id: MemberId) -> dict[str, Any]:
        """Plain values for the log; what was not chosen is left out."""
        chosen = {
            "supporter_id": self.supporter_id,
            "site_id": self.site_id,
            "travel_mode": self.travel_mode,
            "level": self.level,
        }
        return {"member_id": member_id, **{name: value for name, value in chosen.items() if value}}


def _act(kind: EntryKind, payload: Mapping[str, Any], table_id: TableId | None = None) -> Act:
    return Act(((kind, payload),), table_id)


def require_running(session: ExerciseSession) -> None:
    """Raise ``session_finished`` for a session whose log is closed."""
    if session.board.finished:
        raise KnownProblem(
            "session_finished",
            "この訓練は終わっています。記録は変えられません。",
            advice="続きは、新しい訓練として始めてください。",
        )


# -- time ----------------------------------------------------------------------------------------


def next_task(session: ExerciseSession) -> Act | None:
    """次の問いへ; None where the last one runs already."""
    tasks = session.operation.settings.preset.tasks
    index = tasks.index(session.current_task()) + 1
    return start_task(tasks[index]) if index < len(tasks) else None


def start_task(task: ExerciseTask) -> Act:
    """Start a task's clock."""
    return _act(EntryKind.TASK_STARTED, {"task_id": task.task_id, "minutes": task.minutes})


def add_minutes(minutes: int = 5) -> Act:
    """＋5分."""
    return _act(EntryKind.TIME_ADDED, {"minutes": minutes})


def mark_done(session: ExerciseSession, table_id: TableId, *, done: bool = True) -> Act:
    """A table says できた for the running task, or takes it back."""
    payload = {"task_id": session.current_task().task_id, "done": done}
    return _act(EntryKind.TABLE_DONE, payload, table_id)


# -- the map -------------------------------------------------------------------------------------


def draw(kind: FeatureKind, points: Sequence[LonLat], table_id: TableId, text: str = "") -> Act:
    """Draw 集合場所, 危険, 通れない道, 経路, 資源, 区域 or 文字 on a table's layer.

    Raises
    ------
    KnownProblem
        ``too_few_points`` for nothing, a line of one point or a region of two; ``no_words`` for 文字
        without any.
    """
    require_drawable(kind, points, text)
    payload = {
        "feature_id": new_id(),
        "feature_kind": kind.value,
        "points": [[point.lon, point.lat] for point in points],
        "text": text.strip()[:MOST_LETTERS],
    }
    return _act(EntryKind.FEATURE_DRAWN, payload, table_id)


def require_drawable(kind: FeatureKind, points: Sequence[LonLat], text: str) -> None:
    """Raise where a drawing of a kind has too few points or lacks its words."""
    if kind in REGION_KINDS and len(set(points)) < 3:
        raise KnownProblem(
            "too_few_points",
            "区域をかくには、三つ以上の角が必要です。",
            advice="区域のまわりを続けて押してください。",
        )
    if not points or (kind in LINE_KINDS and len(set(points)) < 2):
        raise KnownProblem(
            "too_few_points",
            "線をかくには、二つ以上の点が必要です。",
            advice="道にそって続けて押してください。",
        )
    if kind is FeatureKind.NOTE and not text.strip():
        raise KnownProblem("no_words", "地図に書く文字がありません。", advice="文字を入れてください。")


# -- people --------------------------------------------------------------------------------------


def decide(session: ExerciseSession, member_id: MemberId, decision: Decision) -> Act:
    """決める: supporter, destination, means and time of one person.

    Raises
    ------
    KnownProblem
        ``not_in_session`` for somebody who may not be shown (any more), ``nothing_chosen``,
        ``site_closed`` for a destination that cannot be used.
    """
    person = session.people.get(member_id)
    if person is None or not person.number or member_id in session.hidden_now:
        raise KnownProblem("not_in_session", "この人は、いまこの訓練に出ていません。")
    if decision.is_empty:
        raise KnownProblem(
            "nothing_chosen",
            "まだ何も選ばれていません。",
            advice="支援者か行先を選んでから「決める」を押します。",
        )
    if decision.site_id is not None and not session.board.is_open(decision.site_id):
        raise KnownProblem(
            "site_closed", "選んだ福祉避難所は、いま使えません。", advice="ほかの行先を選んでください。"
        )
    return _act(EntryKind.ASSIGNED, decision.payload(member_id), person.table_id)


def take_back(session: ExerciseSession, member_id: MemberId) -> Act:
    """決めたことを消す for one person."""
    person = session.people[member_id]
    return _act(EntryKind.UNASSIGNED, {"member_id": member_id}, person.table_id)


def undo(session: ExerciseSession, table_id: TableId | None = None) -> Act | None:
    """ひとつ戻す: compensating entries for the latest drawing, decision or card; None where there is none.

    A card that was played by mistake goes back among the cards together with what it did.
    """
    last = session.board.last_undoable(table_id)
    if last is None:
        return None
    card = session.board.card_of(last)
    stamps = [entry.stamp for entry in (last, card) if entry is not None]
    return Act(
        tuple(
            (EntryKind.UNDONE, {"device_id": stamp.device_id, "sequence": stamp.sequence}) for stamp in stamps
        ),
        table_id,
    )


# -- situations ----------------------------------------------------------------------------------


def play(session: ExerciseSession, inject: Inject, subject: str = "") -> Act:
    """状況を出す: the card and what it does to the board, in one step.

    Raises
    ------
    KnownProblem
        ``no_such_site`` where a closing card names no site of this session.
    """
    target = subject or inject.subject
    played = {"inject_id": inject.inject_id, "title": inject.title, "subject": target}
    entries: list[tuple[EntryKind, Mapping[str, Any]]] = [(EntryKind.INJECT_PLAYED, played)]
    if inject.effect is InjectEffect.CLOSE_SITE:
        if SiteId(target) not in session.sites:
            raise KnownProblem("no_such_site", "使えなくする福祉避難所を選んでください。", where=inject.title)
        entries.append((EntryKind.SITE_CLOSED, {"site_id": target}))
    elif inject.effect is InjectEffect.REDUCE_STAFF:
        entries.append((EntryKind.STAFF_CHANGED, {"site_id": target, "percent": 50}))
    elif inject.effect is InjectEffect.RAISE_LEVEL:
        entries.append((EntryKind.LEVEL_RAISED, {"level": int(target or 3)}))
    return Act(tuple(entries))


def close_site(site_id: SiteId) -> Act:
    """Close one site without a card."""
    return _act(EntryKind.SITE_CLOSED, {"site_id": site_id})


def reopen_site(site_id: SiteId) -> Act:
    """Open it again."""
    return _act(EntryKind.SITE_REOPENED, {"site_id": site_id})


# -- who sits and sees ---------------------------------------------------------------------------


def seat(table_id: TableId, participants: Sequence[Participant]) -> Act:
    """Who sits at a table now; the level follows when the act is applied."""
    return _act(
        EntryKind.PARTICIPANTS_CHANGED, {"participants": participants_payload(participants)}, table_id
    )


def show_names(session: ExerciseSession, table_id: TableId) -> Act:
    """名前を見せる: written before any name is read.

    Raises
    ------
    KnownProblem
        ``names_not_allowed`` where the table's level is 記号.
    """
    if session.level(table_id) is DataLevel.SYMBOL:
        raise KnownProblem(
            "names_not_allowed",
            "この班では、名前を見せられません。",
            advice="班にいる人の団体を確かめてください。名前を見てよい人だけの班で見せられます。",
        )
    return _act(EntryKind.NAMES_SHOWN, {"people": len(session.shown(table_id))}, table_id)
