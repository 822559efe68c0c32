"""The board is a fold over the log: replay, undo and merge always agree."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.ids import MemberId, OperationId, SiteId, TableId
from kurume_bousai.domain.operations import Board, EntryKind, EntryStamp, LogEntry, TaskClock

START = datetime(2026, 10, 8, 10, 0, tzinfo=UTC)
OPERATION = OperationId("op")


@dataclass
class Log:
    """Writes entries with rising stamps on one device."""

    device: str = "a"
    sequence: int = 0

    def entry(self, kind: EntryKind, table: str | None = "1", **payload: object) -> LogEntry:
        self.sequence += 1
        stamp = EntryStamp(1_000 + self.sequence, 0, self.device, self.sequence)
        at = START + timedelta(seconds=self.sequence)
        return LogEntry(OPERATION, stamp, at, "架空", kind, TableId(table) if table else None, payload)


def state_of(board: Board) -> tuple[Any, ...]:
    return (
        deepcopy(board.assignments),
        {key: (feature.kind, feature.points, feature.text) for key, feature in board.features.items()},
        set(board.closed_sites),
        dict(board.staff_percent),
        board.level,
        list(board.injects_played),
        {key: set(value) for key, value in board.tasks_done.items()},
        board.clock,
        board.finished,
    )


acts = st.one_of(
    st.builds(
        lambda member, supporter, site: (
            EntryKind.ASSIGNED,
            {"member_id": member, "supporter_id": supporter, "site_id": site},
        ),
        st.sampled_from("ABC"),
        st.sampled_from(["s1", "s2", None]),
        st.sampled_from(["w1", "w2", None]),
    ),
    st.builds(lambda member: (EntryKind.UNASSIGNED, {"member_id": member}), st.sampled_from("ABC")),
    st.builds(
        lambda name: (
            EntryKind.FEATURE_DRAWN,
            {"feature_id": name, "feature_kind": "danger", "points": [[130.5, 33.3]]},
        ),
        st.sampled_from("xyz"),
    ),
    st.builds(lambda name: (EntryKind.FEATURE_REMOVED, {"feature_id": name}), st.sampled_from("xyz")),
    st.builds(lambda site: (EntryKind.SITE_CLOSED, {"site_id": site}), st.sampled_from(["w1", "w2"])),
    st.builds(lambda site: (EntryKind.SITE_REOPENED, {"site_id": site}), st.sampled_from(["w1", "w2"])),
    st.builds(lambda minutes: (EntryKind.TIME_ADDED, {"minutes": minutes}), st.integers(1, 9)),
    st.just((EntryKind.TASK_STARTED, {"task_id": "support", "minutes": 20})),
    st.just((EntryKind.TABLE_DONE, {"task_id": "support"})),
    st.just((EntryKind.LEVEL_RAISED, {"level": 3})),
    st.just((EntryKind.STAFF_CHANGED, {"percent": 50})),
    st.just((EntryKind.INJECT_PLAYED, {"inject_id": "road"})),
    st.just(("undo", {})),
)


def build_log(chosen: list[tuple[Any, dict[str, Any]]]) -> tuple[list[LogEntry], Board]:
    log, board, entries = Log(), Board(), []
    for kind, payload in chosen:
        if kind == "undo":
            last = board.last_undoable()
            if last is None:
                continue
            entry = log.entry(EntryKind.UNDONE, device_id=last.stamp.device_id, sequence=last.stamp.sequence)
        else:
            entry = log.entry(kind, **payload)
        entries.append(entry)
        board.apply(entry)
    return entries, board


@given(st.lists(acts, max_size=25))
def test_replaying_the_log_gives_the_board_on_the_screen(chosen: list[tuple[Any, dict[str, Any]]]) -> None:
    entries, board = build_log(chosen)
    assert state_of(Board(entries)) == state_of(board)


@given(st.lists(acts, max_size=15), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(
    chosen: list[tuple[Any, dict[str, Any]]], random: Random
) -> None:
    entries, board = build_log(chosen)
    shuffled = list(entries)
    random.shuffle(shuffled)
    merged = Board()
    for entry in shuffled:
        merged.apply(entry)
    assert state_of(merged) == state_of(board)


@given(st.lists(acts, max_size=12))
def test_undo_brings_back_what_stood_before(chosen: list[tuple[Any, dict[str, Any]]]) -> None:
    entries, board = build_log(chosen)
    before = state_of(board)
    log = Log(sequence=len(entries) + 100)
    board.apply(log.entry(EntryKind.ASSIGNED, member_id="A", supporter_id="s9", site_id="w9"))
    last = board.last_undoable()
    assert last is not None
    board.apply(log.entry(EntryKind.UNDONE, device_id=last.stamp.device_id, sequence=last.stamp.sequence))
    after = state_of(board)
    empty_left = {key: value for key, value in after[0].items() if not value.is_empty}
    assert empty_left == {key: value for key, value in before[0].items() if not value.is_empty}
    assert after[1:] == before[1:]


def test_a_decision_keeps_what_it_does_not_name() -> None:
    log, board = Log(), Board()
    board.apply(log.entry(EntryKind.ASSIGNED, member_id="A", supporter_id="s1"))
    board.apply(log.entry(EntryKind.ASSIGNED, member_id="A", site_id="w1", travel_mode="car", level=3))
    assignment = board.assignment(MemberId("A"))
    assert (assignment.supporter_id, assignment.site_id, assignment.travel_mode) == ("s1", "w1", "car")


def test_a_closed_site_opens_again() -> None:
    log, board = Log(), Board()
    board.apply(log.entry(EntryKind.SITE_CLOSED, site_id="w1"))
    assert not board.is_open(SiteId("w1"))
    board.apply(log.entry(EntryKind.SITE_REOPENED, site_id="w1"))
    assert board.is_open(SiteId("w1"))


def test_a_clock_set_back_never_gives_more_than_the_full_time() -> None:
    clock = TaskClock("support", START, 20)
    assert clock.remaining_s(START - timedelta(hours=9)) == 1200
    assert clock.remaining_s(START + timedelta(minutes=21)) == -60
