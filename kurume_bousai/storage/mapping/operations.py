"""運用 and クロノロジー ↔ rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kurume_bousai.domain.audit import canonical_json
from kurume_bousai.domain.exercises import ExerciseSettings
from kurume_bousai.domain.ids import OperationId, TableId
from kurume_bousai.domain.operations import (
    EntryKind,
    EntryStamp,
    LogEntry,
    Operation,
    OperationKind,
    OperationState,
)
from kurume_bousai.storage import codec


def operation_to_row(operation: Operation) -> dict[str, Any]:
    """Every column of ``operations``."""
    return {
        "operation_id": operation.operation_id,
        "kind": operation.kind.value,
        "state": operation.state.value,
        "settings": codec.dumps(operation.settings),
        "started_at": operation.started_at,
        "finished_at": operation.finished_at,
        "held_on": operation.held_on,
    }


def operation_from_row(row: Mapping[Any, Any]) -> Operation:
    """The operation of a row."""
    return Operation(
        OperationId(row["operation_id"]),
        OperationKind(row["kind"]),
        OperationState(row["state"]),
        codec.loads(ExerciseSettings, row["settings"]),
        row["started_at"],
        row["finished_at"],
        row["held_on"],
    )


def entry_to_row(entry: LogEntry) -> dict[str, Any]:
    """Every column of ``log_entries``."""
    return {
        "operation_id": entry.operation_id,
        "device_id": entry.stamp.device_id,
        "sequence": entry.stamp.sequence,
        "clock_ms": entry.stamp.clock_ms,
        "counter": entry.stamp.counter,
        "at": entry.at,
        "operator": entry.operator,
        "kind": entry.kind.value,
        "table_id": entry.table_id,
        "payload": canonical_json(entry.payload),
    }


def entry_from_row(row: Mapping[Any, Any]) -> LogEntry:
    """The log entry of a row."""
    return LogEntry(
        OperationId(row["operation_id"]),
        EntryStamp(row["clock_ms"], row["counter"], row["device_id"], row["sequence"]),
        row["at"],
        row["operator"],
        EntryKind(row["kind"]),
        None if row["table_id"] is None else TableId(row["table_id"]),
        json.loads(row["payload"]),
    )
