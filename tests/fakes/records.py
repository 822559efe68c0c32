"""運用・提供台帳・取込・監査 of the fake city."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.hand_outs import CopyContents
from kurume_bousai.domain.ids import (
    ImportId,
    MemberId,
    OperationId,
)
from kurume_bousai.domain.operations import EntryKind, FrozenPerson, LogEntry, Operation
from kurume_bousai.domain.second_person import Vouched
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.services.ports.imports import ImportRecord
from kurume_bousai.services.ports.ledger import LedgerEntry
from tests.fakes.state import CityState, may_see


class FakeOperations:
    """運用 in memory. The log is another fake's work: here it only refuses loudly."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self) -> list[Operation]:
        return list(self._state.operations.values())

    def get(self, operation_id: OperationId) -> Operation | None:
        return self._state.operations.get(operation_id)

    def save(self, access: Access, operation: Operation) -> None:
        self._state.operations[operation.operation_id] = operation

    def freeze(
        self, operation_id: OperationId, people: Sequence[FrozenPerson], sites: Sequence[WelfareShelter]
    ) -> None:
        assert operation_id not in self._state.frozen_people, "written once"
        self._state.frozen_people[operation_id] = tuple(people)
        self._state.frozen_sites[operation_id] = tuple(sites)

    def frozen_people(self, access: Access, operation_id: OperationId) -> list[FrozenPerson]:
        def is_hidden(person: FrozenPerson) -> bool:
            member = self._state.members.get(person.member_id)
            return member is not None and not may_see(access, member)

        return [p for p in self._state.frozen_people.get(operation_id, ()) if not is_hidden(p)]

    def frozen_sites(self, operation_id: OperationId) -> list[WelfareShelter]:
        return list(self._state.frozen_sites.get(operation_id, ()))

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
        raise NotImplementedError("this fake keeps no log")

    def entries(self, operation_id: OperationId, *, after_sequence: int = -1) -> list[LogEntry]:
        return []


class FakeLedger:
    """提供台帳 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def issue(
        self,
        access: Access,
        *,
        document: str,
        recipient: str,
        purpose: str,
        copies: int,
        member_ids: Sequence[MemberId],
        at: datetime,
        expires_on: date | None,
        due_on: date | None,
        versions: Mapping[MemberId, int] | None = None,
        removed: Collection[MemberId] = (),
        second: Vouched | None = None,
        contents: CopyContents = CopyContents(),  # noqa: B008 - frozen
    ) -> list[LedgerEntry]:
        hidden = {key for key, member in self._state.members.items() if member.has_protected_address}
        assert not hidden & set(member_ids), "nobody under 支援措置 is handed out"
        start = len(self._state.ledger)
        issued = [
            LedgerEntry(
                f"{start + copy:06d}", document, recipient, purpose, at, access.name, expires_on, due_on,
                len(member_ids), second_person="" if second is None else second.name,
                second_ground=None if second is None else second.ground,
            )
            for copy in range(1, copies + 1)
        ]  # fmt: skip
        self._state.ledger = (*self._state.ledger, *issued)
        named = tuple((one, (versions or {}).get(one), False) for one in member_ids)
        struck = tuple((one, None, True) for one in removed)
        for entry in issued:
            self._state.copy_people[entry.copy_number] = (*named, *struck)
            self._state.copy_contents[entry.copy_number] = contents
        return issued

    def all(self, access: Access) -> list[LedgerEntry]:
        return list(self._state.ledger)


class FakeImports:
    """取込の記録 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def save(self, access: Access, record: ImportRecord) -> None:
        self._state.imports[record.import_id] = record

    def get(self, import_id: ImportId) -> ImportRecord | None:
        return self._state.imports.get(import_id)

    def all(self) -> list[ImportRecord]:
        return list(self._state.imports.values())

    def told(self, access: Access) -> list[ImportRecord]:
        access.require(Right.IMPORT_PEOPLE)
        found = sorted(self._state.imports.values(), key=lambda one: one.committed_at, reverse=True)
        return [dataclasses.replace(one, added=(), changed={}, removed=()) for one in found]

    def mark_undone(self, access: Access, import_id: ImportId, at: datetime) -> None:
        self._state.imports[import_id] = dataclasses.replace(self._state.imports[import_id], undone_at=at)


class FakeAuditor:
    """監査記録 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def record(
        self, access: Access, action: str, subjects: Iterable[str], payload: Mapping[str, Any]
    ) -> None:
        self._state.audit = (*self._state.audit, (access.name, action, tuple(subjects), dict(payload)))

    def head(self) -> str:
        return f"{len(self._state.audit):08d}"

    def verify(self, expected_head: str | None = None) -> list[str]:
        return [] if expected_head in (None, self.head()) else ["監査記録の末尾が違います。"]
