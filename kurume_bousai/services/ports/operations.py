"""Port of operations and their log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.ids import (
    OperationId,
)
from kurume_bousai.domain.operations import EntryKind, FrozenPerson, LogEntry, Operation
from kurume_bousai.domain.shelters import (
    WelfareShelter,
)


class OperationRepository(Protocol):
    """運用とクロノロジー."""

    def all(self) -> list[Operation]: ...

    def get(self, operation_id: OperationId) -> Operation | None: ...

    def save(self, access: Access, operation: Operation) -> None: ...

    def freeze(
        self,
        operation_id: OperationId,
        people: Sequence[FrozenPerson],
        sites: Sequence[WelfareShelter],
    ) -> None:
        """Keep the people and sites of the start; written once."""

    def frozen_people(self, access: Access, operation_id: OperationId) -> list[FrozenPerson]:
        """Without anybody who is a 支援措置対象者 now, so that a late flag takes effect at once."""

    def frozen_sites(self, operation_id: OperationId) -> list[WelfareShelter]: ...

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
        """Append one act with the next stamp of this device, never below the last one.

        A clock that was set back changes nothing in the order.
        """

    def entries(self, operation_id: OperationId, *, after_sequence: int = -1) -> list[LogEntry]:
        """The log in stamp order."""
