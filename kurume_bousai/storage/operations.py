"""運用とクロノロジー in the database. Implements ``OperationRepository``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, func, insert, select

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.ids import OperationId, TableId
from kurume_bousai.domain.operations import (
    EntryKind,
    EntryStamp,
    FrozenPerson,
    LogEntry,
    Operation,
)
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.storage import codec
from kurume_bousai.storage.mapping import operations as mapping
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.people import MemberRecord
from kurume_bousai.storage.rows.records import (
    FrozenPersonRecord,
    FrozenSiteRecord,
    LogRecord,
    OperationRecord,
)
from kurume_bousai.storage.stamps import following_stamp
from kurume_bousai.storage.visible import visible_frozen

_OPERATIONS = cast("Table", OperationRecord.__table__)
_PEOPLE = cast("Table", FrozenPersonRecord.__table__)
_SITES = cast("Table", FrozenSiteRecord.__table__)
_LOG = cast("Table", LogRecord.__table__)


class Operations(Repository):
    """運用とクロノロジー."""

    def all(self) -> list[Operation]:
        """The latest start first; prepared ones before them."""
        found = [
            mapping.operation_from_row(row)
            for row in self.connection.execute(
                select(_OPERATIONS).order_by(OperationRecord.operation_id)
            ).mappings()
        ]
        started = [operation for operation in found if operation.started_at is not None]
        prepared = [operation for operation in found if operation.started_at is None]
        return prepared + sorted(started, key=_start, reverse=True)

    def get(self, operation_id: OperationId) -> Operation | None:
        """One operation."""
        statement = select(_OPERATIONS).where(OperationRecord.operation_id == operation_id)
        row = self.connection.execute(statement).mappings().first()
        return None if row is None else mapping.operation_from_row(row)

    def save(self, access: Access, operation: Operation) -> None:
        """Store an operation, new or changed."""
        self.require_writing()
        access.require(Right.RUN_EXERCISE)
        self.upsert(_OPERATIONS, [mapping.operation_to_row(operation)])
        self.session.audit.record(
            access, "operation_saved", [operation.operation_id], {"state": operation.state.value}
        )

    def freeze(
        self,
        operation_id: OperationId,
        people: Sequence[FrozenPerson],
        sites: Sequence[WelfareShelter],
    ) -> None:
        """Keep the people and sites of the start; written once. 支援措置対象者 are left out.

        Raises
        ------
        RuntimeError
            It was frozen before: a defect of ours, the start of a session never changes.
        """
        self.require_writing()
        statement = select(func.count()).select_from(_SITES).where(_SITES.c.operation_id == operation_id)
        frozen = select(func.count()).select_from(_PEOPLE).where(_PEOPLE.c.operation_id == operation_id)
        if self.connection.scalar(statement) or self.connection.scalar(frozen):
            raise RuntimeError("an operation is frozen once")
        hidden = set(
            self.connection.scalars(
                select(MemberRecord.member_id).where(MemberRecord.has_protected_address.is_(True))
            )
        )
        self.insert_many(
            _PEOPLE,
            [
                {
                    "operation_id": operation_id, "position": position, "member_id": person.member_id,
                    "district_id": person.district_id, "content": codec.dumps(person),
                }
                for position, person in enumerate(people)
                if person.member_id not in hidden
            ],
        )  # fmt: skip
        self.insert_many(
            _SITES,
            [
                {"operation_id": operation_id, "position": position, "content": codec.dumps(site)}
                for position, site in enumerate(sites)
            ],
        )

    def frozen_people(self, access: Access, operation_id: OperationId) -> list[FrozenPerson]:
        """Without anybody who is a 支援措置対象者 now, so that a late flag takes effect at once."""
        statement = (
            select(FrozenPersonRecord.content)
            .where(FrozenPersonRecord.operation_id == operation_id, visible_frozen(access))
            .order_by(FrozenPersonRecord.position)
        )
        return [codec.loads(FrozenPerson, content) for content in self.connection.scalars(statement)]

    def frozen_sites(self, operation_id: OperationId) -> list[WelfareShelter]:
        """The sites of the start, in the order given."""
        statement = (
            select(FrozenSiteRecord.content)
            .where(FrozenSiteRecord.operation_id == operation_id)
            .order_by(FrozenSiteRecord.position)
        )
        return [codec.loads(WelfareShelter, content) for content in self.connection.scalars(statement)]

    def append(
        self,
        access: Access,
        operation_id: OperationId,
        kind: EntryKind,
        payload: Mapping[str, Any],
        *,
        table_id: str | None,
        at: datetime,
    ) -> LogEntry:
        """Append one act.

        Inside ``writing()`` it is durable when the context is left; from a reading session it has a
        transaction of its own and is durable on return.
        """
        access.require(Right.RUN_EXERCISE)
        if not self.session.is_writing:
            with self.session.database.write_session() as writer:
                return writer.operations.append(access, operation_id, kind, payload, table_id=table_id, at=at)
        entry = LogEntry(
            operation_id,
            self._next_stamp(operation_id, at),
            at,
            access.name,
            kind,
            None if table_id is None else TableId(table_id),
            dict(payload),
        )
        self.connection.execute(insert(_LOG).values(mapping.entry_to_row(entry)))
        return entry

    def entries(self, operation_id: OperationId, *, after_sequence: int = -1) -> list[LogEntry]:
        """The log in stamp order. ``after_sequence`` leaves out what each device wrote up to there."""
        statement = (
            select(_LOG)
            .where(LogRecord.operation_id == operation_id, LogRecord.sequence > after_sequence)
            .order_by(LogRecord.clock_ms, LogRecord.counter, LogRecord.device_id, LogRecord.sequence)
        )
        return [mapping.entry_from_row(row) for row in self.connection.execute(statement).mappings()]

    def _next_stamp(self, operation_id: OperationId, at: datetime) -> EntryStamp:
        """Hybrid logical clock: after everything this log has seen, whatever the clock says."""
        device_id = self.session.device_id
        last = self.connection.execute(
            select(LogRecord.clock_ms, LogRecord.counter)
            .where(LogRecord.operation_id == operation_id)
            .order_by(LogRecord.clock_ms.desc(), LogRecord.counter.desc())
            .limit(1)
        ).first()
        sequence = self.connection.scalar(
            select(func.max(LogRecord.sequence)).where(
                LogRecord.operation_id == operation_id, LogRecord.device_id == device_id
            )
        )
        return following_stamp(
            device_id, at, last=None if last is None else (last.clock_ms, last.counter), sequence=sequence
        )


def _start(operation: Operation) -> datetime:
    assert operation.started_at is not None  # noqa: S101 - the caller filtered
    return operation.started_at
