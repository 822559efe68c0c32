"""A session that is killed at any instant: what was acknowledged stands, and it goes on from there."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from kurume_bousai import app
from kurume_bousai.domain.injects import InjectEffect
from kurume_bousai.domain.operations import Board, EntryKind
from kurume_bousai.domain.session import ExerciseSession
from kurume_bousai.storage import open_database
from tests.fixtures.demo_city import OPERATOR, PASSPHRASE
from tests.helpers.killed import child
from tests.helpers.session_child import hold, line_of, next_act, open_session


@dataclass(frozen=True, slots=True)
class Instant:
    """When a kill falls: after so many acknowledged entries, and then so much later."""

    acknowledged: int
    later_ms: float

    @classmethod
    def drawn(cls, dice: random.Random) -> Instant:
        """Every fifth before or while the file is opened, the others in the middle of the acts."""
        if dice.random() < 0.2:
            return cls(0, dice.uniform(0, 250))
        return cls(dice.randrange(1, 40), dice.uniform(0, 25))


@dataclass(frozen=True, slots=True)
class After:
    """What stood after one kill."""

    instant: Instant
    acknowledged: int
    lost: int
    entries: int
    unacknowledged: int
    audit_faults: int
    broken_pages: int
    next_sequence: int


@pytest.mark.parametrize("kills", [6, pytest.param(50, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_a_killed_session_keeps_every_acknowledged_act(demo_path: Path, kills: int) -> None:
    dice, instants = random.Random(20261121), random.Random(7)
    standing: list[str] = []
    rows: list[After] = []
    for number in range(kills):
        instant = Instant.drawn(instants)
        new = _run_and_kill(demo_path, number, instant)
        row, standing = _look(demo_path, instant, new, standing, dice)
        rows.append(row)
    _tell(rows)
    assert [row for row in rows if row.lost or row.audit_faults or row.broken_pages] == []
    assert sum(row.acknowledged for row in rows) > kills
    assert all(row.next_sequence == row.entries for row in rows)


def _run_and_kill(path: Path, seed: int, instant: Instant) -> list[str]:
    """Let a child hold the session, kill it at the instant, and read what it had acknowledged."""
    with child(hold, path, seed) as holding:
        # What still stood in the pipe had been acknowledged too; a line cut in two had not.
        return holding.hear(instant.acknowledged) + holding.kill(instant.later_ms)


def _look(
    path: Path, instant: Instant, new: list[str], before: list[str], dice: random.Random
) -> tuple[After, list[str]]:
    """Reopen, compare the board with what was acknowledged, and do the next act.

    ``before`` stood on the board already; the lines that stand now are returned beside the row.
    """
    database = open_database(path, OPERATOR, PASSPHRASE)
    try:
        session = open_session(database)
        stored = [line_of(entry) for entry in session.board.entries]
        assert [entry.stamp.sequence for entry in session.board.entries] == list(range(len(stored)))
        _whole_acts_only(session)
        assert Board(session.board.entries).assignments == session.board.assignments
        lost = set(before + new) - set(stored)
        written = app.session_log(database).perform(session, next_act(session, dice))
        with database.reading() as reading:
            faults = reading.audit.verify()
        row = After(
            instant,
            acknowledged=len(new),
            lost=len(lost),
            entries=len(stored),
            unacknowledged=len(stored) - len(before) - len(new),
            audit_faults=len(faults),
            broken_pages=database.broken_pages(),
            next_sequence=written[0].stamp.sequence,
        )
        return row, [line_of(entry) for entry in session.board.entries]
    finally:
        database.close()


def _whole_acts_only(session: ExerciseSession) -> None:
    """A card and what it does stand together or not at all."""
    closing = {
        inject.inject_id
        for inject in session.operation.settings.preset.injects
        if inject.effect is InjectEffect.CLOSE_SITE
    }
    entries = session.board.entries
    for index, entry in enumerate(entries):
        if entry.kind is EntryKind.INJECT_PLAYED and entry.payload["inject_id"] in closing:
            assert entries[index + 1].kind is EntryKind.SITE_CLOSED


def _tell(rows: list[After]) -> None:
    """Write what stood afterwards to stdout (shown with ``-s``)."""
    lines = [
        "",
        " kill  after acks  + ms  acknowledged  lost  written, not told  on the board  audit  pages  next",
    ]
    for number, row in enumerate(rows, start=1):
        audit = "whole" if not row.audit_faults else "FAULT"
        pages = "whole" if not row.broken_pages else "BROKEN"
        lines.append(
            f"{number:5d}{row.instant.acknowledged:12d}{row.instant.later_ms:6.0f}{row.acknowledged:14d}"
            f"{row.lost:6d}{row.unacknowledged:19d}{row.entries:14d}  {audit}  {pages}{row.next_sequence:6d}"
        )
    total, lost = sum(row.acknowledged for row in rows), sum(row.lost for row in rows)
    lines.append(
        f"{len(rows)} kills, {total} acknowledged, {lost} lost, {rows[-1].entries} entries on the board"
    )
    sys.stdout.write("\n".join(lines) + "\n")
