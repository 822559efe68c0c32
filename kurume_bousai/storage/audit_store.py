"""監査記録 in the database: entry, payload and head in the transaction of what they tell about."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, tuple_, update

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.audit import (
    ERASED_ACTION,
    GENESIS,
    AuditEntry,
    AuditPayload,
    canonical_json,
    format_head,
    hash_payload,
    seal,
    verify_chain,
)
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.records import AuditHeadRecord, AuditPayloadRecord, AuditRecord


class AuditStore(Repository):
    """監査記録. Implements ``Auditor``."""

    def record(
        self, access: Access, action: str, subjects: Iterable[str], payload: Mapping[str, Any]
    ) -> None:
        """Append one entry. From a reading session it is written, and durable, before this returns."""
        if not self.session.is_writing:
            with self.session.database.write_session() as writer:
                writer.audit.record(access, action, subjects, payload)
            return
        device = self.session.device
        sequence, previous, last_at = self._last(device)
        salt, content = secrets.token_hex(16), canonical_json(payload)
        entry = seal(
            AuditEntry(
                device, sequence + 1, self._moment(last_at), access.name, action, tuple(subjects),
                hash_payload(salt, content), previous,
            )
        )  # fmt: skip
        self._store(entry, AuditPayload(salt, content))

    def head(self) -> str:
        """The head of this device's chain, for papers; of the fullest other one where it has none yet."""
        heads = self._heads()
        if not heads:
            return ""
        device = self.session.device
        if device not in heads:
            device = max(heads, key=lambda name: heads[name][0])
        return format_head(device, *heads[device])

    def verify(self, expected_head: str | None = None) -> list[str]:
        """Japanese sentences, one per fault; empty = whole."""
        return verify_chain(self.entries(), self._payloads(), self._heads(), expected_head)

    def entries(self) -> list[AuditEntry]:
        """Every entry as stored, chain by chain."""
        found = self.connection.execute(
            select(AuditRecord.__table__).order_by(AuditRecord.device, AuditRecord.sequence)
        )
        return [
            AuditEntry(
                row.device, row.sequence, row.at, row.operator, row.action,
                tuple(json.loads(row.subjects)), row.payload_hash, row.previous_hash, row.entry_hash,
            )
            for row in found
        ]  # fmt: skip

    def erase_payloads(self, access: Access, before: datetime) -> int:
        """Erase the contents (and salts) of entries older than a day; the chain stays whole.

        The erasure is an entry of its own that names every erased one. Returns how many.
        """
        self.require_writing()
        found = self.connection.execute(_unerased().where(AuditRecord.at < before))
        keys = [(row.device, row.sequence) for row in found]
        return self._erase(access, keys, {"before": before.isoformat()})

    def erase_about(
        self, access: Access, subjects: frozenset[str], naming: Sequence[tuple[str, int]] = ()
    ) -> int:
        """Erase the contents of entries that are about these subjects and nobody else. Returns how many.

        ``naming``: entries (device, sequence) in whose contents one of them is named, whoever they are about.
        """
        self.require_writing()
        keys = [
            (row.device, row.sequence)
            for row in self.connection.execute(_unerased())
            if subjects.issuperset(about := json.loads(row.subjects)) and about
        ]
        keys += [key for key in naming if key not in set(keys)]
        return self._erase(access, keys, {"subjects": len(subjects)})

    def _erase(self, access: Access, keys: list[tuple[str, int]], why: Mapping[str, Any]) -> int:
        for start in range(0, len(keys), 500):
            chosen = keys[start : start + 500]
            self.connection.execute(
                update(AuditPayloadRecord)
                .where(tuple_(AuditPayloadRecord.device, AuditPayloadRecord.sequence).in_(chosen))
                .values(salt=None, content=None)
            )
        if keys:
            labels = [f"{device}-{sequence:04d}" for device, sequence in keys]
            self.record(access, ERASED_ACTION, labels, why)
        return len(keys)

    def _last(self, device: str) -> tuple[int, str, datetime | None]:
        # From the head, not from the last entry: after a cut tail the chain must show its gap for ever.
        head = self.connection.execute(
            select(AuditHeadRecord.sequence, AuditHeadRecord.entry_hash).where(
                AuditHeadRecord.device == device
            )
        ).first()
        if head is None:
            return 0, GENESIS, None
        last_at = self.connection.scalar(
            select(AuditRecord.at)
            .where(AuditRecord.device == device)
            .order_by(AuditRecord.sequence.desc())
            .limit(1)
        )
        return head.sequence, head.entry_hash, last_at

    def _moment(self, last_at: datetime | None) -> datetime:
        """Now, but never before the last entry: a clock set back does not reorder the past."""
        now = self.session.database.now()
        return now if last_at is None else max(now, last_at)

    def _store(self, entry: AuditEntry, payload: AuditPayload) -> None:
        self.connection.execute(
            insert(AuditRecord).values(
                device=entry.device, sequence=entry.sequence, at=entry.at, operator=entry.operator,
                action=entry.action, subjects=canonical_json(entry.subjects),
                payload_hash=entry.payload_hash, previous_hash=entry.previous_hash,
                entry_hash=entry.entry_hash,
            )
        )  # fmt: skip
        self.connection.execute(
            insert(AuditPayloadRecord).values(
                device=entry.device, sequence=entry.sequence, salt=payload.salt, content=payload.content
            )
        )
        head = {"sequence": entry.sequence, "entry_hash": entry.entry_hash}
        if entry.sequence == 1:
            self.connection.execute(insert(AuditHeadRecord).values(device=entry.device, **head))
        else:
            self.connection.execute(
                update(AuditHeadRecord).where(AuditHeadRecord.device == entry.device).values(**head)
            )

    def _heads(self) -> dict[str, tuple[int, str]]:
        found = self.connection.execute(select(AuditHeadRecord.__table__))
        return {row.device: (row.sequence, row.entry_hash) for row in found}

    def _payloads(self) -> dict[str, AuditPayload]:
        found = self.connection.execute(select(AuditPayloadRecord.__table__))
        return {f"{row.device}-{row.sequence:04d}": AuditPayload(row.salt, row.content) for row in found}


def _unerased() -> Select[str, int, str]:
    return (
        select(AuditRecord.device, AuditRecord.sequence, AuditRecord.subjects)
        .join(
            AuditPayloadRecord,
            (AuditPayloadRecord.device == AuditRecord.device)
            & (AuditPayloadRecord.sequence == AuditRecord.sequence),
        )
        .where(AuditPayloadRecord.content.is_not(None))
    )
