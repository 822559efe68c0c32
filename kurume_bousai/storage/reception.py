"""受け入れの台帳 in the database. Implements ``ReceptionRepository``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, func, insert, select

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId, OperationId, SiteId, new_id
from kurume_bousai.domain.operations import EntryStamp
from kurume_bousai.domain.reception import ReceptionEntry, ReceptionKind, ReceptionWords, SiteReport
from kurume_bousai.storage import codec
from kurume_bousai.storage.absorbed import kept_for
from kurume_bousai.storage.repository import Repository, chunks
from kurume_bousai.storage.rows.people import MemberRecord
from kurume_bousai.storage.rows.reception import ReceptionRecord
from kurume_bousai.storage.stamps import following_stamp
from kurume_bousai.storage.visible import visible_members

_ENTRIES = cast("Table", ReceptionRecord.__table__)


class Receptions(Repository):
    """受け入れの台帳."""

    def entries(self, access: Access) -> list[ReceptionEntry]:
        """Everything in stamp order.

        A flag that arrives late takes effect at once: of the person only the number of people is left.
        """
        access.require(Right.SEE_COUNTS)
        statement = select(_ENTRIES).order_by(
            ReceptionRecord.clock_ms,
            ReceptionRecord.counter,
            ReceptionRecord.device_id,
            ReceptionRecord.sequence,
        )
        found = [_from_row(row) for row in self.connection.execute(statement).mappings()]
        if not access.has(Right.SEE_PEOPLE):
            return [replace(entry, member_id=None, reported_by="", note="") for entry in found]
        known = self._visible(access)
        kept = kept_for(self.connection)
        found = [
            replace(entry, member_id=kept[entry.member_id]) if entry.member_id in kept else entry
            for entry in found
        ]
        return [entry if entry.member_id in known else replace(entry, member_id=None) for entry in found]

    def append(self, access: Access, words: ReceptionWords, *, written_at: datetime) -> ReceptionEntry:
        """Append one entry with the next stamp of this device; durable when ``writing()`` is left."""
        self.require_writing()
        access.require(Right.RUN_RECEPTION)
        self._require_not_protected(words.member_id)
        entry = ReceptionEntry.written(
            words, entry_id=new_id(), stamp=self._next_stamp(written_at), operator=access.name
        )
        self.connection.execute(insert(_ENTRIES).values(_to_row(entry)))
        subjects = [entry.entry_id, entry.site_id, *([entry.member_id] if entry.member_id else [])]
        told = {"kind": entry.kind.value, "people": entry.people, "cancels": entry.cancels}
        self.session.audit.record(access, "reception_recorded", subjects, told)
        return entry

    def _visible(self, access: Access) -> set[str]:
        """Whom of the ledger the viewer may know of; a record taken into another one counts as that one."""
        written = select(ReceptionRecord.member_id).where(ReceptionRecord.member_id.is_not(None)).distinct()
        kept = kept_for(self.connection)
        named = sorted(
            {kept.get(one, one) for one in map(MemberId, filter(None, self.connection.scalars(written)))}
        )
        found: set[str] = set()
        for part in chunks(named):
            found.update(
                self.connection.scalars(visible_members(access).where(MemberRecord.member_id.in_(part)))
            )
        return found

    def _require_not_protected(self, member_id: MemberId | None) -> None:
        hidden = select(MemberRecord.member_id).where(
            MemberRecord.member_id == member_id, MemberRecord.has_protected_address.is_(True)
        )
        if member_id is not None and self.connection.scalar(hidden) is not None:
            raise KnownProblem(
                "protected_in_reception",
                "この人は、台帳に一人ずつ書くことができません。",
                advice="施設の人数の報告に入れて、人数だけで数えてください。",
            )

    def _next_stamp(self, at: datetime) -> EntryStamp:
        device_id = self.session.device_id
        last = self.connection.execute(
            select(ReceptionRecord.clock_ms, ReceptionRecord.counter)
            .order_by(ReceptionRecord.clock_ms.desc(), ReceptionRecord.counter.desc())
            .limit(1)
        ).first()
        sequence = self.connection.scalar(
            select(func.max(ReceptionRecord.sequence)).where(ReceptionRecord.device_id == device_id)
        )
        return following_stamp(
            device_id, at, last=None if last is None else (last.clock_ms, last.counter), sequence=sequence
        )


_SAME = (
    "entry_id", "at", "operator", "site_id", "people", "party_id", "member_id", "from_site_id",
    "operation_id", "cancels", "reported_by", "note",
)  # fmt: skip


def _to_row(entry: ReceptionEntry) -> dict[str, Any]:
    return {
        **{name: getattr(entry, name) for name in _SAME},
        "device_id": entry.stamp.device_id,
        "sequence": entry.stamp.sequence,
        "clock_ms": entry.stamp.clock_ms,
        "counter": entry.stamp.counter,
        "kind": entry.kind.value,
        "report": None if entry.report is None else codec.dumps(entry.report),
    }


def _from_row(row: Mapping[Any, Any]) -> ReceptionEntry:
    return ReceptionEntry(
        entry_id=row["entry_id"],
        stamp=EntryStamp(row["clock_ms"], row["counter"], row["device_id"], row["sequence"]),
        at=row["at"],
        operator=row["operator"],
        kind=ReceptionKind(row["kind"]),
        site_id=SiteId(row["site_id"]),
        people=row["people"],
        party_id=row["party_id"],
        member_id=None if row["member_id"] is None else MemberId(row["member_id"]),
        from_site_id=None if row["from_site_id"] is None else SiteId(row["from_site_id"]),
        operation_id=None if row["operation_id"] is None else OperationId(row["operation_id"]),
        cancels=row["cancels"],
        report=None if row["report"] is None else codec.loads(SiteReport, row["report"]),
        reported_by=row["reported_by"],
        note=row["note"],
    )
