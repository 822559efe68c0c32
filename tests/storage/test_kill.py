"""Killed at any instant and reopened: every acknowledged act is there."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from kurume_bousai.domain.ids import OperationId
from kurume_bousai.storage import open_database
from tests.storage.conftest import OPERATOR, PASSPHRASE

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
    import pathlib, sys
    from datetime import UTC, datetime
    from kurume_bousai.domain.exercises import ExerciseSettings
    from kurume_bousai.domain.presets import KURUME_60
    from kurume_bousai.domain.ids import DistrictId, OperationId
    from kurume_bousai.domain.operations import EntryKind, Operation, OperationKind, OperationState
    from kurume_bousai.storage import open_database
    city = open_database(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3])
    one = OperationId("o")
    with city.writing() as session:
        if session.operations.get(one) is None:
            settings = ExerciseSettings(DistrictId("津福"), KURUME_60, ())
            running = Operation(one, OperationKind.EXERCISE, OperationState.RUNNING, settings)
            session.operations.save(city.access, running)
    while True:
        with city.writing() as session:
            entry = session.operations.append(
                city.access, one, EntryKind.NOTE_ADDED, {"text": "x" * 500},
                table_id=None, at=datetime.now(UTC),
            )
        print(entry.stamp.sequence, flush=True)
"""


@pytest.mark.parametrize("kills", [10, pytest.param(50, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_every_acknowledged_act_survives(empty_city: Path, tmp_path: Path, kills: int) -> None:
    path = tmp_path / "city.db"
    shutil.copy(empty_city, path)
    shutil.copy(empty_city.with_name("city.db.keys"), path.with_name("city.db.keys"))
    dice = random.Random(2026)
    acknowledged: list[int] = []
    for _ in range(kills):
        acknowledged += _run_and_kill(path, dice.randrange(1, 60))
    city = open_database(path, OPERATOR, PASSPHRASE)
    with city.reading() as session:
        stored = [entry.stamp.sequence for entry in session.operations.entries(OperationId("o"))]
        assert session.audit.verify() == []
    assert city.broken_pages() == 0
    city.close()
    assert acknowledged
    assert set(acknowledged) <= set(stored)
    assert stored == list(range(len(stored)))
    assert len(set(acknowledged)) == len(acknowledged)


def _run_and_kill(path: Path, acts: int) -> list[int]:
    """Let a child write at least so many acts, kill it while it writes, and read what it had acknowledged."""
    command = [sys.executable, "-c", textwrap.dedent(CHILD), str(path), OPERATOR, PASSPHRASE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        seen = [int(child.stdout.readline()) for _ in range(acts)]
        child.kill()
        # What was still in the pipe had been acknowledged too; a number cut in two had not.
        rest = child.stdout.read()
        seen += [int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    return seen
