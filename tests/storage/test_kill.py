"""Killed at any instant and reopened: every acknowledged act is there."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from kurume_bousai.storage import open_database
from tests.helpers.act_child import OPERATION, write_for_ever
from tests.helpers.killed import child
from tests.storage.conftest import OPERATOR, PASSPHRASE


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
        stored = [entry.stamp.sequence for entry in session.operations.entries(OPERATION)]
        assert session.audit.verify() == []
    assert city.broken_pages() == 0
    city.close()
    assert acknowledged
    assert set(acknowledged) <= set(stored)
    assert stored == list(range(len(stored)))
    assert len(set(acknowledged)) == len(acknowledged)


def _run_and_kill(path: Path, acts: int) -> list[int]:
    """Let a child write at least so many acts, kill it while it writes, and read what it had acknowledged."""
    with child(write_for_ever, path, OPERATOR, PASSPHRASE) as writing:
        # What was still in the pipe had been acknowledged too.
        return [int(line) for line in writing.hear(acts) + writing.kill()]
