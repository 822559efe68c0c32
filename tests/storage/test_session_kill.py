"""A session that is killed at any instant: what was acknowledged stands, and it goes on from there."""

from __future__ import annotations

import random
import subprocess
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
from tests.helpers.session_child import line_of, next_act, open_session

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Instant:
    """When a kill falls: after so many acknowledged entries, and then so much later."""

    acknowledged: int
    later_ms: float

    @classmethod
    def drawn(cls, dice: random.Random) -> Instant:
        """Every fifth before or while the file is opened, the others in the middle of the acts."""
        if dice.random() < 0.2:
            return cls(0, dice.uniform(0, 1500))
        return cls(dice.randrange(1, 40), dice.uniform(0, 25))


@dataclass(frozen=True, slots=True)
class After:
    """What stood after one kill."""

    instant: Instant
    acknowledged: int
    kept: int
    lost: int
    entries: int
    unacknowledged: int
    audit_faults: int
    broken_pages: int
    next_sequence: int


@pytest.mark.parametrize("kills", [6, pytest.param(50, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_a_killed_session_keeps_every_acknowledged_act(demo_path: Path, kills: int) -> None:
    dice = random.Random(20261121)
    acknowledged: list[str] = []
    rows: list[After] = []
    for number in range(kills):
        instant = Instant.drawn(dice)
        new = _run_and_kill(demo_path, number, instant)
        acknowledged += new
        rows.append(_look(demo_path, instant, new, acknowledged, dice))
        acknowledged.append(rows_last_line(demo_path))
    _tell(rows)
    assert [row for row in rows if row.lost or row.audit_faults or row.broken_pages] == []
    assert sum(row.acknowledged for row in rows) > kills
    assert all(row.next_sequence == row.entries for row in rows)


def rows_last_line(path: Path) -> str:
    """The entry that the parent wrote after the kill, acknowledged like the others."""
    database = open_database(path, OPERATOR, PASSPHRASE)
    try:
        return line_of(open_session(database).board.entries[-1])
    finally:
        database.close()


def _run_and_kill(path: Path, seed: int, instant: Instant) -> list[str]:
    """Let a child hold the session, kill it at the instant, and read what it had acknowledged."""
    command = [sys.executable, "-m", "tests.helpers.session_child", str(path), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT) as child:
        assert child.stdout is not None
        seen = [child.stdout.readline() for _ in range(instant.acknowledged)]
        try:
            child.wait(instant.later_ms / 1000)
        except subprocess.TimeoutExpired:
            child.kill()
        # What still stood in the pipe had been acknowledged too; a line cut in two had not.
        seen += child.stdout.readlines()
    assert child.returncode == -9, "the child ended by itself"
    return [line.rstrip("\n") for line in seen if line.endswith("\n")]


def _look(
    path: Path, instant: Instant, new: list[str], acknowledged: list[str], dice: random.Random
) -> After:
    """Reopen, compare the board with what was acknowledged, and do the next act."""
    database = open_database(path, OPERATOR, PASSPHRASE)
    try:
        session = open_session(database)
        stored = [line_of(entry) for entry in session.board.entries]
        assert [entry.stamp.sequence for entry in session.board.entries] == list(range(len(stored)))
        _whole_acts_only(session)
        assert Board(session.board.entries).assignments == session.board.assignments
        lost = [line for line in acknowledged if line not in stored]
        written = app.session_log(database).perform(session, next_act(session, dice))
        with database.reading() as reading:
            faults = reading.audit.verify()
        return After(
            instant, len(new), len(new) - len([line for line in new if line in lost]), len(lost), len(stored),
            len(stored) - len(acknowledged), len(faults), database.broken_pages(), written[0].stamp.sequence,
        )  # fmt: skip
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
    """Print what stood afterwards (shown with ``-s``)."""
    print(
        "\n kill | after acks | + ms | acknowledged | kept | lost | on the board | unacknowledged | audit | pages"
    )
    for number, row in enumerate(rows, start=1):
        print(
            f" {number:4d} | {row.instant.acknowledged:10d} | {row.instant.later_ms:4.0f} | {row.acknowledged:12d} "
            f"| {row.kept:4d} | {row.lost:4d} | {row.entries:12d} | {row.unacknowledged:14d} "
            f"| {'whole' if not row.audit_faults else 'FAULT':5s} | {'whole' if not row.broken_pages else 'BROKEN'}"
        )
    total, lost = sum(row.acknowledged for row in rows), sum(row.lost for row in rows)
    print(
        f" {len(rows)} kills, {total} acknowledged acts, {lost} lost, {rows[-1].entries} entries on the board"
    )
