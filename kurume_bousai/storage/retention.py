"""保存期限の過ぎた人を匿名にする, in every table. Implements ``RetentionRepository``.

The audit stays whole: an entry keeps its hash, and the payloads of those entries that are about nobody else
are erased by an entry of its own. Ids stay, in the ledger and the audit too: they lead to an empty record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    select,
    true,
    update,
)
from sqlalchemy import (
    cast as sql_cast,
)

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RemovalReason, RosterMember
from kurume_bousai.domain.retention import ExpiryCount, anonymous
from kurume_bousai.services.ports_matching import member_ref, source_ref
from kurume_bousai.services.progress import Progress
from kurume_bousai.storage import codec, search
from kurume_bousai.storage.audit_store import AuditStore
from kurume_bousai.storage.base import Row
from kurume_bousai.storage.mapping import members as mapping
from kurume_bousai.storage.repository import Repository, chunks
from kurume_bousai.storage.rows_matching import PairDecisionRecord, SourceStatementRecord
from kurume_bousai.storage.rows_people import MemberRecord, MemberVersionRecord
from kurume_bousai.storage.rows_reception import ReceptionRecord
from kurume_bousai.storage.rows_records import (
    FactRecord,
    FrozenPersonRecord,
    LedgerPersonRecord,
    LedgerRecord,
    LogRecord,
)

_MEMBERS = cast("Table", MemberRecord.__table__)
_VERSIONS = cast("Table", MemberVersionRecord.__table__)
#: Tables that name a person without a foreign key, and so without their rows going: what is done with them
#: stands in ``Retention``; a test holds every table of the schema against this list.
KEPT_TABLES: Final = frozenset({"ledger_people", "frozen_people", "reception_entries", "member_versions"})
_AT_ONCE: Final = 200
_SHORTEST_NAME: Final = 2
_NAMELESS: Final = "(匿名)"
_TELLING: Final = "匿名にしています"


def columns_that_go() -> list[Column[Any]]:
    """Every column whose rows belong to the person it names and go with them, by its foreign key."""
    return [
        key.parent
        for table in Row.metadata.sorted_tables
        if table.name not in KEPT_TABLES
        for key in sorted(table.foreign_keys, key=lambda found: found.parent.name)
        if key.target_fullname == "members.member_id"
    ]


class Retention(Repository):
    """名簿の保存期限."""

    def due(self, access: Access, until: date) -> ExpiryCount:
        """Count them by reason; those who are named in a copy that is out are held back."""
        access.require(Right.EDIT_PEOPLE)
        statement = (
            select(
                MemberRecord.removal_reason,
                func.count(),
                func.sum(sql_cast(MemberRecord.has_protected_address, Integer)),
                func.min(MemberRecord.removed_on),
            )
            .where(_due(access, until), ~_IS_OUT)
            .group_by(MemberRecord.removal_reason)
            .order_by(MemberRecord.removal_reason)
        )
        found = list(self.connection.execute(statement))
        held_back = self.connection.scalar(select(func.count()).where(_due(access, until), _IS_OUT))
        return ExpiryCount(
            people=sum(count for _reason, count, _hidden, _first in found),
            protected=sum(hidden or 0 for _reason, _count, hidden, _first in found),
            held_back=held_back or 0,
            by_reason={RemovalReason(reason): count for reason, count, _hidden, _first in found if reason},
            oldest=min((first for *_rest, first in found if first is not None), default=None),
        )

    def anonymise(self, access: Access, until: date, *, on: date, progress: Progress) -> int:
        """Empty them all in the transaction of the session; the audit names their ids and nothing else."""
        self.require_writing()
        access.require(Right.EDIT_PEOPLE)
        wanted = select(MemberRecord.member_id).where(_due(access, until), ~_IS_OUT)
        ids = [MemberId(found) for found in self.connection.scalars(wanted.order_by(MemberRecord.number))]
        for start in range(0, len(ids), _AT_ONCE):
            progress(start, len(ids), _TELLING)
            self._empty(ids[start : start + _AT_ONCE], on)
        if ids:
            search.forget_traces(self.connection)
            self._forget_drafts(ids)
            self.session.audit.record(access, "members_anonymised", ids, {"people": len(ids)})
            AuditStore(self.session).erase_about(access, frozenset(map(str, ids)))
        progress(len(ids), len(ids), _TELLING)
        return len(ids)

    def _empty(self, ids: Sequence[MemberId], on: date) -> None:
        found = select(_MEMBERS).where(MemberRecord.member_id.in_(ids))
        rows = list(self.connection.execute(found).mappings())
        members = [mapping.from_row(row) for row in rows]
        self._forget_names_in_logs(members)
        self._forget_decisions(members)
        search.forget_words(self.connection, [row["row_id"] for row in rows])
        for member in members:
            self._empty_record(member, on)
        for version in self.connection.execute(
            select(MemberVersionRecord.member_id, MemberVersionRecord.version, MemberVersionRecord.content)
            .where(MemberVersionRecord.member_id.in_(ids))
        ).all():  # fmt: skip
            self._empty_version(*version)
        for column in columns_that_go():
            self.connection.execute(delete(column.table).where(column.in_(ids)))
        self._empty_frozen(ids)
        self.connection.execute(
            update(ReceptionRecord).where(ReceptionRecord.member_id.in_(ids)).values(note="", reported_by="")
        )

    def _empty_record(self, member: RosterMember, on: date) -> None:
        row = _emptied(member)
        del row["member_id"]
        statement = update(_MEMBERS).where(_MEMBERS.c.member_id == member.member_id)
        self.connection.execute(statement.values(**row, anonymised_on=on))

    def _empty_version(self, member_id: str, version: int, content: str) -> None:
        emptied = mapping.to_version(_emptied(mapping.from_version(content)))
        self.connection.execute(
            update(_VERSIONS)
            .where(_VERSIONS.c.member_id == member_id, _VERSIONS.c.version == version)
            .values(content=emptied)
        )

    def _empty_frozen(self, ids: Sequence[MemberId]) -> None:
        """A finished session keeps its numbers and needs; where somebody lived and who would come goes."""
        table = cast("Table", FrozenPersonRecord.__table__)
        found = self.connection.execute(
            select(table.c.operation_id, table.c.position, table.c.content).where(table.c.member_id.in_(ids))
        ).all()
        for operation_id, position, content in found:
            kept: dict[str, Any] = json.loads(content)
            gone = {"neighborhood": "", "home": None, "planned_supporter": None}
            kept |= {name: value for name, value in gone.items() if name in kept}
            self.connection.execute(
                update(table)
                .where(table.c.operation_id == operation_id, table.c.position == position)
                .values(content=codec.dumps(kept))
            )

    def _forget_names_in_logs(self, members: Iterable[RosterMember]) -> None:
        """What somebody wrote by hand into the log of a session in which the person was."""
        for member in members:
            operations = select(FrozenPersonRecord.operation_id).where(
                FrozenPersonRecord.member_id == member.member_id
            )
            for name in _spellings(member):
                self.connection.execute(
                    update(LogRecord)
                    .where(LogRecord.operation_id.in_(operations), LogRecord.payload.contains(name))
                    .values(payload=func.replace(LogRecord.payload, name, _NAMELESS))
                )

    def _forget_decisions(self, members: Sequence[RosterMember]) -> None:
        """Decisions about pairs name an office's own number of the person."""
        ids = [member.member_id for member in members]
        stated = select(SourceStatementRecord.source, SourceStatementRecord.source_key).where(
            SourceStatementRecord.member_id.in_(ids)
        )
        keys = {(source, key) for source, key in self.connection.execute(stated)}
        keys |= {(member.source, member.source_key) for member in members if member.source_key}
        refs = [*map(member_ref, ids), *map(source_ref, sorted(keys))]
        for part in chunks(refs):
            about = PairDecisionRecord.first.in_(part) | PairDecisionRecord.second.in_(part)
            self.connection.execute(delete(PairDecisionRecord).where(about))

    def _forget_drafts(self, ids: Sequence[MemberId]) -> None:
        drafts = self.connection.execute(
            select(FactRecord.key, FactRecord.value).where(FactRecord.key.startswith("draft."))
        ).all()
        gone = [key for key, value in drafts if any(member_id in value for member_id in ids)]
        if gone:
            statement = update(FactRecord).where(FactRecord.key == bindparam("draft")).values(value="")
            self.connection.execute(statement, [{"draft": key} for key in gone])


def _emptied(member: RosterMember) -> dict[str, Any]:
    row = mapping.to_row(
        anonymous(member), number=member.number, version=member.version, updated_at=member.updated_at
    )
    return {**row, "search_text": ""}


def _spellings(member: RosterMember) -> list[str]:
    """How the name may stand in a sentence: as received, without spaces, as shown, kana. Longest first."""
    names = (member.name, member.kana, member.details.display_name, member.details.display_kana)
    found = {spelling for name in names for spelling in (name.strip(), "".join(name.split()))}
    plain = [one for one in found if len(one) >= _SHORTEST_NAME and '"' not in one and "\\" not in one]
    return sorted(plain, key=len, reverse=True)


#: Named in a copy that is out.
_IS_OUT = exists().where(
    LedgerPersonRecord.member_id == MemberRecord.member_id,
    LedgerRecord.copy_number == LedgerPersonRecord.copy_number,
    LedgerRecord.returned_on.is_(None),
)


def _due(access: Access, until: date) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [
        MemberRecord.removed_on <= until,
        MemberRecord.anonymised_on.is_(None),
    ]
    if not access.sees_protected:
        conditions.append(func.coalesce(MemberRecord.has_protected_address, true()).is_(False))
    return and_(*conditions)
