"""提供台帳 and 取込の記録 in the database."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, func, insert, select, update

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.audit import canonical_json
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import CopyContents
from kurume_bousai.domain.ids import ImportId, MemberId
from kurume_bousai.domain.second_person import SecondPersonGround, Vouched
from kurume_bousai.services.ports.imports import ImportRecord
from kurume_bousai.services.ports.ledger import LedgerEntry
from kurume_bousai.storage import codec
from kurume_bousai.storage.absorbed import absorbed_into
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.people import MemberRecord
from kurume_bousai.storage.rows.records import ImportBatchRecord, LedgerPersonRecord, LedgerRecord
from kurume_bousai.storage.visible import visible_members

_LEDGER = cast("Table", LedgerRecord.__table__)
_LEDGER_PEOPLE = cast("Table", LedgerPersonRecord.__table__)
_IMPORTS = cast("Table", ImportBatchRecord.__table__)
_CONTENTS = ("shown_columns", "recipient_body", "consent_kinds")
_ENTRY_COLUMNS = tuple(item for item in _LEDGER.columns if item.name not in ("position", *_CONTENTS))


class Ledger(Repository):
    """提供台帳. Implements ``LedgerRepository``."""

    def issue(  # noqa: PLR0913 - one row of the ledger, all by name
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
        """One row per copy, numbered 2026-0001 …, and one audit entry.

        ``versions``: of each person's record as it goes out; ``removed``: whom a 差分 strikes out by number;
        ``second``: who confirmed, or why nobody did; ``contents``: what it shows, to whom, on which consents.

        Raises
        ------
        KnownProblem
            ``no_right``, or ``protected_in_copy``: a 支援措置対象者 is never handed out (RULEBOOK §1).
        """
        self.require_writing()
        access.require(Right.PRINT_NAMED)
        people = sorted(set(member_ids))
        self._require_no_protected(people)
        entries = [
            LedgerEntry(
                number,
                document,
                recipient,
                purpose,
                at,
                access.name,
                expires_on,
                due_on,
                len(people),
                second_person="" if second is None else second.name,
                second_ground=None if second is None else second.ground,
            )
            for number in self._next_numbers(at, copies)
        ]
        for entry in entries:
            values = {item.name: getattr(entry, item.name) for item in _ENTRY_COLUMNS} | _contents(contents)
            values["second_ground"] = None if second is None else second.ground.value
            self.connection.execute(insert(_LEDGER).values(values))
            self.insert_many(_LEDGER_PEOPLE, _people_rows(entry.copy_number, people, versions or {}, removed))
        numbers = [entry.copy_number for entry in entries]
        self.session.audit.record(
            access,
            "copies_issued",
            [*numbers, *people],
            {
                "document": document,
                "recipient": recipient,
                "purpose": purpose,
                "people": len(people),
                "columns": sorted(contents.columns),
                "second_person": "" if second is None else second.operator_id or "",
                "second_ground": "" if second is None else second.ground.value,
            },
        )
        return entries

    def all(self, access: Access) -> list[LedgerEntry]:
        """The latest copy first."""
        access.require(Right.PRINT_NAMED)
        statement = select(*_ENTRY_COLUMNS).order_by(LedgerRecord.position.desc())
        return [_entry(row) for row in self.connection.execute(statement).mappings()]

    def copies_naming(self, access: Access, member_id: MemberId) -> list[LedgerEntry]:
        """Copies that are out and name a person: what a late flag must call back."""
        access.require(Right.PRINT_NAMED)
        seen = self.connection.scalar(visible_members(access).where(MemberRecord.member_id == member_id))
        if seen is None:
            return []
        named = select(LedgerPersonRecord.copy_number).where(
            LedgerPersonRecord.member_id.in_([member_id, *absorbed_into(self.connection, [member_id])]),
            LedgerPersonRecord.is_removed.is_(False),
        )
        statement = (
            select(*_ENTRY_COLUMNS)
            .where(LedgerRecord.copy_number.in_(named), LedgerRecord.returned_on.is_(None))
            .order_by(LedgerRecord.position)
        )
        return [_entry(row) for row in self.connection.execute(statement).mappings()]

    def _require_no_protected(self, member_ids: Sequence[MemberId]) -> None:
        hidden = set(
            self.connection.scalars(
                select(MemberRecord.member_id).where(MemberRecord.has_protected_address.is_(True))
            )
        )
        if hidden.intersection(member_ids):
            raise KnownProblem(
                "protected_in_copy",
                "渡せない人が含まれているため、書き出しをやめました。",
                advice="画面を開き直して、もう一度作ってください。",
            )

    def _next_numbers(self, at: datetime, copies: int) -> list[str]:
        year = in_japan(at).year
        issued = self.connection.scalar(
            select(func.count())
            .select_from(_LEDGER)
            .where(LedgerRecord.copy_number.startswith(f"{year}-", autoescape=True))
        )
        return [f"{year}-{(issued or 0) + index:04d}" for index in range(1, copies + 1)]


def _contents(contents: CopyContents) -> dict[str, str | None]:
    body = None if contents.body is None else contents.body.value
    return dict(
        zip(_CONTENTS, (codec.dumps(contents.columns), body, codec.dumps(contents.kinds)), strict=True)
    )


def _entry(row: Mapping[Any, Any]) -> LedgerEntry:
    ground = row["second_ground"]
    return LedgerEntry(
        **{
            **row,
            "second_person": row["second_person"] or "",
            "second_ground": None if ground is None else SecondPersonGround(ground),
        }
    )


def _people_rows(
    copy_number: str,
    people: Sequence[MemberId],
    versions: Mapping[MemberId, int],
    removed: Collection[MemberId],
) -> list[dict[str, Any]]:
    named = [(member_id, versions.get(member_id), False) for member_id in people]
    struck = [(member_id, None, True) for member_id in sorted(removed)]
    return [
        {"copy_number": copy_number, "member_id": one, "member_version": version, "is_removed": is_removed}
        for one, version, is_removed in (*named, *struck)
    ]


class Imports(Repository):
    """取込の記録. Implements ``ImportRepository``."""

    def save(self, access: Access, record: ImportRecord) -> None:
        """Store the record of a committed import."""
        self.require_writing()
        access.require(Right.IMPORT_PEOPLE)
        self.connection.execute(insert(_IMPORTS).values(_import_to_row(record)))
        self.session.audit.record(
            access,
            "import_committed",
            [record.import_id],
            {"source": record.source, "file_hash": record.file_hash, "counts": dict(record.counts)},
        )

    def get(self, import_id: ImportId) -> ImportRecord | None:
        """One record."""
        statement = select(_IMPORTS).where(ImportBatchRecord.import_id == import_id)
        row = self.connection.execute(statement).mappings().first()
        return None if row is None else _import_from_row(row)

    def all(self) -> list[ImportRecord]:
        """The latest first."""
        statement = select(_IMPORTS).order_by(ImportBatchRecord.committed_at.desc())
        return [_import_from_row(row) for row in self.connection.execute(statement).mappings()]

    def told(self, access: Access) -> list[ImportRecord]:
        """The records as an operator may read them: counts, and nobody's id."""
        access.require(Right.IMPORT_PEOPLE)
        hidden: frozenset[str] = frozenset()
        if not access.sees_protected:
            hidden = frozenset(
                self.connection.scalars(
                    select(MemberRecord.member_id).where(MemberRecord.has_protected_address.is_(True))
                )
            )
        return [_told(record, hidden) for record in self.all()]

    def mark_undone(self, access: Access, import_id: ImportId, at: datetime) -> None:
        """Note that an import was taken back."""
        self.require_writing()
        access.require(Right.IMPORT_PEOPLE)
        self.connection.execute(
            update(_IMPORTS).where(ImportBatchRecord.import_id == import_id).values(undone_at=at)
        )
        self.session.audit.record(access, "import_undone", [import_id], {})


def _told(record: ImportRecord, hidden: Collection[str]) -> ImportRecord:
    """Without ids, and without whoever was flagged after they had been counted.

    Whoever came in with the flag on was not counted then, so nobody is taken off twice.
    """
    counts = dict(record.counts)
    written = set(record.changed).difference(record.removed)
    for kind, people in (("added", set(record.added)), ("changed", written)):
        if kind in counts and not people.isdisjoint(hidden):
            counts[kind] = min(counts[kind], len(people.difference(hidden)))
    return replace(record, counts=counts, added=(), changed={}, removed=())


def _import_to_row(record: ImportRecord) -> dict[str, Any]:
    return {
        **{name: getattr(record, name) for name in _IMPORT_SAME},
        **{name: canonical_json(getattr(record, name)) for name in _IMPORT_JSON},
    }


def _import_from_row(row: Mapping[Any, Any]) -> ImportRecord:
    lists = {name: json.loads(row[name]) for name in _IMPORT_JSON}
    return ImportRecord(
        **{name: row[name] for name in _IMPORT_SAME},
        counts=lists["counts"],
        added=tuple(lists["added"]),
        changed=lists["changed"],
        removed=tuple(lists["removed"]),
    )


_IMPORT_SAME = (
    "import_id", "source", "file_hash", "whole", "committed_at", "operator", "undone_at", "mismatch_reason",
    "session_id", "extracted_on",
)  # fmt: skip
_IMPORT_JSON = ("counts", "added", "changed", "removed")
