"""保存期限の過ぎた人を匿名にする, in every table. Implements ``RetentionRepository``.

The audit stays whole: an entry keeps its hash, and the payloads of those entries that are about nobody else
or that name one of them are erased by an entry of its own. Ids stay, in the ledger and the audit too: they
lead to an empty record. A record that was taken into another one expires with that one: the person is not
gone as long as it is kept. Supporters who helped nobody else go too; what people wrote is scrubbed of names.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import (
    Column,
    ColumnElement,
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

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RemovalReason, RosterMember
from kurume_bousai.domain.retention import ExpiryCount, NameEraser, anonymous
from kurume_bousai.services.ports.matching import member_ref, source_ref
from kurume_bousai.services.progress import Progress
from kurume_bousai.storage import codec, scrubbing, search
from kurume_bousai.storage.absorbed import kept_for
from kurume_bousai.storage.audit_store import AuditStore
from kurume_bousai.storage.mapping import members as mapping
from kurume_bousai.storage.repository import Repository, chunks
from kurume_bousai.storage.rows.every import metadata
from kurume_bousai.storage.rows.matching import PairDecisionRecord, SourceStatementRecord
from kurume_bousai.storage.rows.people import (
    MemberRecord,
    MemberVersionRecord,
    PlanRecord,
    PlanSupporterRecord,
    SupporterRecord,
)
from kurume_bousai.storage.rows.reception import ReceptionRecord
from kurume_bousai.storage.rows.records import (
    AuditRecord,
    FactRecord,
    FrozenPersonRecord,
    LedgerPersonRecord,
    LedgerRecord,
)

_MEMBERS = cast("Table", MemberRecord.__table__)
_VERSIONS = cast("Table", MemberVersionRecord.__table__)
#: Tables that name a person without a foreign key, and so without their rows going: what is done with them
#: stands in ``Retention``; a test holds every table of the schema against this list.
KEPT_TABLES: Final = frozenset({"ledger_people", "frozen_people", "reception_entries", "member_versions"})
_AT_ONCE: Final = 200
_BACKUP: Final = "backup_written"
_TELLING: Final = "匿名にしています"


def columns_that_go() -> list[Column[Any]]:
    """Every column whose rows belong to the person it names and go with them, by its foreign key."""
    return [
        key.parent
        for table in metadata.sorted_tables  # all of them, whichever modules are loaded
        if table.name not in KEPT_TABLES
        for key in sorted(table.foreign_keys, key=lambda found: found.parent.name)
        if key.target_fullname == "members.member_id"
    ]


class Retention(Repository):
    """名簿の保存期限."""

    def due(self, access: Access, until: date) -> ExpiryCount:
        """Count them by reason; those who are named in a copy that is out are held back."""
        access.require(Right.EDIT_PEOPLE)
        found, held_back = self._due(access, until)
        written = select(AuditRecord.at).where(AuditRecord.action == _BACKUP)
        backups = list(self.connection.scalars(written)) if found else []
        reasons = Counter(RemovalReason(one.removal_reason) for one in found if one.removal_reason)
        return ExpiryCount(
            people=len(found),
            protected=sum(one.has_protected_address for one in found),
            held_back=held_back,
            supporters=len(self._helpers([one.member_id for one in found])),
            by_reason={reason: reasons[reason] for reason in sorted(reasons)},
            oldest=min((one.removed_on for one in found), default=None),
            backups=len(backups),
            last_backup=in_japan(max(backups)).date() if backups else None,
        )

    def anonymise(self, access: Access, until: date, *, on: date, progress: Progress) -> int:
        """Empty them all in the transaction of the session; the audit names their ids and nothing else."""
        self.require_writing()
        access.require(Right.EDIT_PEOPLE)
        ids = [MemberId(one.member_id) for one in self._due(access, until)[0]]
        if not ids:
            return 0
        helpers = self._helpers(ids)
        found = scrubbing.spellings(self._members(ids))
        for start in range(0, len(ids), _AT_ONCE):
            progress(start, len(ids), _TELLING)
            self._empty(ids[start : start + _AT_ONCE], on)
        search.forget_traces(self.connection)
        self._forget_drafts(ids)
        scrubbing.forget_helpers(self.connection, helpers)
        eraser = NameEraser(found - scrubbing.shared(self.connection, found, ids))
        scrubbing.scrub(self.connection, eraser)
        told = {"people": len(ids), "supporters": len(helpers)}
        self.session.audit.record(access, "members_anonymised", ids, told)
        naming = scrubbing.payloads_naming(self.connection, eraser)
        AuditStore(self.session).erase_about(access, frozenset(map(str, ids)), naming)
        progress(len(ids), len(ids), _TELLING)
        return len(ids)

    def _due(self, access: Access, until: date) -> tuple[list[Any], int]:
        """Who is due, in order of number, and how many more are held back by a copy that is out.

        A record and those taken into it are one person: all of them are due, or none.
        """
        statement = (
            select(
                MemberRecord.member_id, MemberRecord.removed_on, MemberRecord.removal_reason,
                MemberRecord.has_protected_address, _IS_OUT.label("is_out"),
            )
            .where(_over(access, until))
            .order_by(MemberRecord.number)
        )  # fmt: skip
        over = {MemberId(one.member_id): one for one in self.connection.execute(statement)}
        kept = kept_for(self.connection)
        people: dict[MemberId, list[MemberId]] = {}
        for one in over:
            people.setdefault(kept.get(one, one), []).append(one)
        alive = {person for person in people if person not in over}
        out = {person for person, ids in people.items() if any(over[one].is_out for one in ids)}
        due = {one for person, ids in people.items() if person not in alive | out for one in ids}
        held = sum(len(people[person]) for person in out - alive)
        return [row for one, row in over.items() if one in due], held

    def _members(self, ids: Sequence[MemberId]) -> list[RosterMember]:
        """With every older version: a name may have been written differently, an address another one."""
        found: list[RosterMember] = []
        for part in chunks(ids):
            rows = self.connection.execute(select(_MEMBERS).where(MemberRecord.member_id.in_(part)))
            found += mapping.members_of(rows)
            versions = select(MemberVersionRecord.content).where(MemberVersionRecord.member_id.in_(part))
            found += map(mapping.from_version, self.connection.scalars(versions))
        return found

    def _helpers(self, ids: Sequence[MemberId]) -> set[str]:
        """Supporters who stand in plans of these people and of nobody else; bodies stay."""
        found: set[str] = set()
        for part in chunks(ids):
            statement = (
                select(PlanSupporterRecord.supporter_id)
                .join(PlanRecord, PlanRecord.plan_id == PlanSupporterRecord.plan_id)
                .join(SupporterRecord, SupporterRecord.supporter_id == PlanSupporterRecord.supporter_id)
                .where(PlanRecord.member_id.in_(part), SupporterRecord.is_organisation.is_(False))
            )
            found.update(self.connection.scalars(statement))
        gone = set(ids)
        others = select(PlanSupporterRecord.supporter_id, PlanRecord.member_id).join(
            PlanRecord, PlanRecord.plan_id == PlanSupporterRecord.plan_id
        )
        for named in chunks(sorted(found)):
            rows = self.connection.execute(others.where(PlanSupporterRecord.supporter_id.in_(named)))
            found -= {helper for helper, member_id in rows if member_id not in gone}
        return found

    def _empty(self, ids: Sequence[MemberId], on: date) -> None:
        found = select(_MEMBERS).where(MemberRecord.member_id.in_(ids))
        rows = list(self.connection.execute(found).mappings())
        members = [mapping.from_row(row) for row in rows]
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

    def _forget_decisions(self, members: Sequence[RosterMember]) -> None:
        """Decisions about pairs name an office's own number of the person."""
        ids = [member.member_id for member in members]
        stated = select(SourceStatementRecord.source, SourceStatementRecord.source_key).where(
            SourceStatementRecord.member_id.in_(ids)
        )
        keys = {(source, key) for source, key in self.connection.execute(stated)}
        keys |= {(member.source, member.source_key) for member in members if member.source_key}
        keys -= self._keys_of_others(ids)
        refs = [*map(member_ref, ids), *map(source_ref, sorted(keys))]
        for part in chunks(refs):
            about = PairDecisionRecord.first.in_(part) | PairDecisionRecord.second.in_(part)
            self.connection.execute(delete(PairDecisionRecord).where(about))

    def _keys_of_others(self, ids: Sequence[MemberId]) -> set[tuple[str, str]]:
        statement = select(SourceStatementRecord.source, SourceStatementRecord.source_key).where(
            SourceStatementRecord.member_id.not_in(ids)
        )
        return {(source, key) for source, key in self.connection.execute(statement)}

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


#: Named in a copy that is out.
_IS_OUT = exists().where(
    LedgerPersonRecord.member_id == MemberRecord.member_id,
    LedgerRecord.copy_number == LedgerPersonRecord.copy_number,
    LedgerRecord.returned_on.is_(None),
)


def _over(access: Access, until: date) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [
        MemberRecord.removed_on <= until,
        MemberRecord.anonymised_on.is_(None),
    ]
    if not access.sees_protected:
        conditions.append(func.coalesce(MemberRecord.has_protected_address, true()).is_(False))
    return and_(*conditions)
