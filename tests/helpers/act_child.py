"""Small acts one after another in a process of its own, to be killed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kurume_bousai.domain.exercises import ExerciseSettings
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.operations import EntryKind, Operation, OperationKind, OperationState
from kurume_bousai.domain.presets import KURUME_60
from kurume_bousai.storage import open_database
from tests.helpers.killed import Say

OPERATION = OperationId("o")


def write_for_ever(say: Say, path: Path, operator: str, passphrase: str) -> None:
    """Append notes; the number of each is said after the write returned. It never ends by itself."""
    city = open_database(path, operator, passphrase)
    with city.writing() as session:
        if session.operations.get(OPERATION) is None:
            settings = ExerciseSettings(DistrictId("津福"), KURUME_60, ())
            running = Operation(OPERATION, OperationKind.EXERCISE, OperationState.RUNNING, settings)
            session.operations.save(city.access, running)
    while True:
        with city.writing() as session:
            entry = session.operations.append(
                city.access,
                OPERATION,
                EntryKind.NOTE_ADDED,
                {"text": "x" * 500},
                table_id=None,
                at=datetime.now(UTC),
            )
        say(str(entry.stamp.sequence))
