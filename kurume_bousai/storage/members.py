"""名簿 in the database. Implements ``MemberRepository``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    func,
    select,
    true,
    update,
)

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import (
    RemovalReason,
    RosterMember,
)
from kurume_bousai.domain.person_details import PersonDetails
from kurume_bousai.services.collecting import let_go
from kurume_bousai.services.ports.members import MemberVersion
from kurume_bousai.storage import absorbed, household_links, search
from kurume_bousai.storage.behind import Behind
from kurume_bousai.storage.kept_versions import keep_versions
from kurume_bousai.storage.listing import MemberList
from kurume_bousai.storage.mapping import members as mapping
from kurume_bousai.storage.numbering import Numbering
from kurume_bousai.storage.repository import chunks, parts
from kurume_bousai.storage.rows.people import (
    MemberRecord,
    MemberVersionRecord,
)
from kurume_bousai.storage.visible import visible, visible_members

_MEMBERS = cast("Table", MemberRecord.__table__)
_VERSIONS = cast("Table", MemberVersionRecord.__table__)
#: What a version says whose only change is the 区分.
_SCREENING = "スクリーニング"


class Members(MemberList):
    """名簿: the list and its counts, and people in full."""

    def get(self, access: Access, member_id: MemberId) -> RosterMember | None:
        """One person in full. The audit tells who looked, before anything is shown."""
        found = self._read(access, MemberRecord.member_id == member_id)
        if not found:
            return None
        self.session.audit.record(access, "member_seen", [member_id], {})
        return found[0]

    def id_of(self, access: Access, number: int) -> MemberId | None:
        """Find who has a number; somebody the operator may not see has none."""
        access.require(Right.SEE_PEOPLE)
        wanted = and_(visible(access), MemberRecord.number == number)
        found = self.connection.execute(select(MemberRecord.member_id).where(wanted)).scalar()
        return None if found is None else MemberId(found)

    def get_many(self, access: Access, member_ids: Sequence[MemberId]) -> list[RosterMember]:
        """Several in full, in the order asked for; those who do not exist for the operator are left out."""
        access.require(Right.SEE_PEOPLE)
        found: dict[MemberId, RosterMember] = {}
        for part in chunks(member_ids):
            for member in self._read(access, MemberRecord.member_id.in_(part)):
                found[member.member_id] = member
        if found:
            self.session.audit.record(access, "members_seen", sorted(found), {"people": len(found)})
        return [found[member_id] for member_id in dict.fromkeys(member_ids) if member_id in found]

    def in_district(self, access: Access, district_id: DistrictId | None) -> list[RosterMember]:
        """All visible members in full (of one 校区), in order of number. Audited as one reading."""
        wanted = true() if district_id is None else MemberRecord.district_id == district_id
        found = self._read(access, wanted)
        self.session.audit.record(access, "members_read", [], {"district": district_id, "people": len(found)})
        return found

    def versions(self, access: Access, member_id: MemberId) -> list[MemberVersion]:
        """The saved states, oldest first; of a time under 支援措置 only for the flagged clerk."""
        statement = (
            select(_VERSIONS)
            .where(MemberVersionRecord.member_id == member_id)
            .where(MemberVersionRecord.member_id.in_(visible_members(access)))
            .order_by(MemberVersionRecord.version)
        )
        found = [
            MemberVersion(
                row.version, row.saved_at, row.operator, row.source, mapping.from_version(row.content)
            )
            for row in self.connection.execute(statement)
        ]
        if found:
            self.session.audit.record(access, "member_history_seen", [member_id], {})
        shown = [
            version for version in found if access.sees_protected or not version.member.has_protected_address
        ]
        seen = household_links.as_seen(self.connection, access, [version.member for version in shown])
        return [replace(version, member=member) for version, member in zip(shown, seen, strict=True)]

    def by_source_keys(self, source: str) -> dict[str, RosterMember]:
        """Every kept member of a source by its key, hidden ones too: for imports only, never shown."""
        statement = select(_MEMBERS).where(
            MemberRecord.source == source, MemberRecord.removed_on.is_(None), MemberRecord.source_key != ""
        )
        found = mapping.members_of(self.connection.execute(statement))
        return {member.source_key: member for member in found}

    def add_many(self, access: Access, members: Sequence[RosterMember], *, source: str) -> None:
        """Store new members with their first version; ``number`` 0 = the next free number."""
        self._require_edit(access)
        now = self.session.database.now()
        numbering = Numbering.read(self.connection)
        stored: dict[str, int] = {}
        with Behind() as behind:
            for part in parts(members):
                numbers = [numbering.fit(member) for member in part]
                rows = mapping.to_columns(part, numbers=numbers, versions=[1] * len(part), updated_at=now)
                words = list(map(search.tokens, rows["search_text"]))
                # Only here: until then the connection was the other thread's.
                behind.wait()
                if self.connection.dialect.name == "sqlite":
                    rows["row_id"] = self._next_row_ids(len(part))
                self.insert_columns(_MEMBERS, rows)
                stored.update(dict.fromkeys(rows["member_id"], 1))
                behind.begin(partial(_follow, self.connection, rows, words, access.name, source))
        self._audit(access, "members_added", stored, source)

    def save_many(self, access: Access, members: Sequence[RosterMember], *, source: str) -> None:
        """Store changed members as new versions.

        Raises
        ------
        KnownProblem
            ``changed_meanwhile``: another saved a newer version than the one that was read.
        """
        self._require_edit(access)
        self._save(access, members, source=source, action="members_saved")

    def save_screening_class(self, access: Access, member_id: MemberId, screening_class: int) -> None:
        """Store the 区分 of the screening that holds as a new version; only ``Screenings`` calls this.

        Raises
        ------
        KnownProblem
            ``no_right``.
        """
        self.require_writing()
        access.require(Right.SCREEN_PEOPLE)
        judged = [
            replace(member, screening_class=screening_class)
            for member in self._any([member_id])
            if member.screening_class != screening_class
        ]
        self._save(access, judged, source=_SCREENING, action="members_screened")

    def remove_many(
        self,
        access: Access,
        member_ids: Sequence[MemberId],
        reason: RemovalReason,
        *,
        source: str,
        on: date,
    ) -> None:
        """Take members off the list, with the reason; their history stays."""
        self._require_edit(access)
        kept = [member for member in self._any(member_ids) if member.removed_on is None]
        gone = [replace(member, removed_on=on, removal_reason=reason) for member in kept]
        self._save(access, gone, source=source, action="members_removed")

    def purge_added(self, access: Access, member_ids: Sequence[MemberId]) -> None:
        """Take back members that an import added, with their versions and plans."""
        self._require_edit(access)
        search.forget_words(self.connection, self._row_ids(member_ids).values())
        self.delete_by(_MEMBERS, "member_id", member_ids)
        self.session.audit.record(access, "members_purged", member_ids, {"people": len(member_ids)})

    def restore_versions(self, access: Access, versions: Mapping[MemberId, int], *, source: str) -> None:
        """Write the named older version of each member as a new version."""
        self._require_edit(access)
        older, stored = self._kept_versions(versions), self._any(list(versions))
        # The number stays today's: papers and people know it, and the old one may be another's by now. So
        # does the 区分: its records stand in a table of their own and are not taken back.
        restored = [
            replace(
                older[member.member_id],
                version=member.version,
                number=member.number,
                screening_class=member.screening_class,
            )
            for member in stored
            if member.member_id in older
        ]
        self._save(access, restored, source=source, action="members_restored")
        let_go(restored, older, stored)

    def save_details(self, access: Access, details: Mapping[MemberId, PersonDetails], *, source: str) -> None:
        """Store くわしい記録 of people whoever they are, hidden ones too; only ``Merging`` calls this."""
        self._require_edit(access)
        changed = [replace(one, details=details[one.member_id]) for one in self._any(list(details))]
        self._save(access, changed, source=source, action="members_saved")

    def _read(self, access: Access, wanted: ColumnElement[bool]) -> list[RosterMember]:
        statement = select(_MEMBERS).where(visible(access), wanted).order_by(MemberRecord.number)
        found = mapping.members_of(self.connection.execute(statement))
        return household_links.as_seen(self.connection, access, found)

    def _any(self, member_ids: Sequence[MemberId]) -> list[RosterMember]:
        """Members by id whoever they are, removed ones too: inside a write only, never shown.

        Of somebody who was made anonymous nothing is left to change or to bring back.
        """
        found: list[RosterMember] = []
        for part in chunks(member_ids):
            statement = select(_MEMBERS).where(
                MemberRecord.member_id.in_(part), MemberRecord.anonymised_on.is_(None)
            )
            found += mapping.members_of(self.connection.execute(statement))
        return found

    def _kept_versions(self, versions: Mapping[MemberId, int]) -> dict[MemberId, RosterMember]:
        found: dict[MemberId, RosterMember] = {}
        for part in chunks(list(versions)):
            statement = select(
                MemberVersionRecord.member_id, MemberVersionRecord.version, MemberVersionRecord.content
            ).where(MemberVersionRecord.member_id.in_(part))
            for member_id, version, content in self.connection.execute(statement):
                if versions[MemberId(member_id)] == version:
                    found[MemberId(member_id)] = mapping.from_version(content)
        return found

    def _save(self, access: Access, members: Sequence[RosterMember], *, source: str, action: str) -> None:
        now = self.session.database.now()
        hidden = self._require_unchanged(members)
        members = household_links.with_links_kept(self.connection, access, members)
        numbering = Numbering.read(self.connection)
        stored: dict[str, int] = {}
        for part in parts(members):
            saved = [self._flagged(access, member, hidden) for member in part]
            rows = mapping.to_columns(
                saved,
                numbers=[numbering.fit(member) for member in saved],
                versions=[member.version + 1 for member in saved],
                updated_at=now,
            )
            indexed = self._indexed(rows["member_id"])
            self._update(rows)
            keep_versions(self.connection, rows, operator=access.name, source=source)
            self._index(rows, indexed)
            stored.update(zip(rows["member_id"], rows["version"], strict=True))
        absorbed.follow(self.connection, [member.member_id for member in members])
        self._audit(access, action, stored, source)

    @staticmethod
    def _flagged(access: Access, member: RosterMember, hidden: Collection[str]) -> RosterMember:
        """A flag is taken off only by one who sees it: a file that does not know it must not."""
        keeps_flag = member.member_id in hidden and not access.sees_protected
        return replace(member, has_protected_address=True) if keeps_flag else member

    def _require_unchanged(self, members: Sequence[RosterMember]) -> set[str]:
        """Refuse what was read before another's change; returns the ids of 支援措置対象者 among them."""
        stored: dict[str, int] = {}
        hidden: set[str] = set()
        for part in chunks([member.member_id for member in members]):
            statement = select(
                MemberRecord.member_id, MemberRecord.version, MemberRecord.has_protected_address
            ).where(MemberRecord.member_id.in_(part))
            for member_id, version, protected in self.connection.execute(statement):
                stored[member_id] = version
                if protected:
                    hidden.add(member_id)
        if any(stored.get(member.member_id) != member.version for member in members):
            raise KnownProblem(
                "changed_meanwhile",
                "開いている間に、ほかの人がこの人の記録を変えました。",
                advice="画面を開き直して、いまの内容を確かめてから、もう一度入れてください。",
            )
        return hidden

    def _update(self, rows: Mapping[str, Sequence[Any]]) -> None:
        names = [name for name in rows if name != "member_id"]
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        statement = update(_MEMBERS).where(_MEMBERS.c.member_id == bindparam("wanted")).values(values)
        keys = ["wanted", *(f"new_{name}" for name in names)]
        columns = [rows["member_id"], *(rows[name] for name in names)]
        self.connection.execute(
            statement, [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]
        )

    def _next_row_ids(self, count: int) -> range:
        """The next row numbers, as SQLite itself would give them: the index of words needs them at once."""
        last = self.connection.scalar(select(func.max(MemberRecord.row_id))) or 0
        return range(last + 1, last + 1 + count)

    def _index(self, rows: Mapping[str, Sequence[Any]], indexed: Mapping[str, tuple[int, str]]) -> None:
        """Put the words into the index of those whose words are others now: most changes touch none."""
        changed = []
        for member_id, words in zip(rows["member_id"], rows["search_text"], strict=True):
            row_id, before = indexed[member_id]
            if words != before:
                changed.append((row_id, words))
        search.index_words(self.connection, changed)

    def _indexed(self, member_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
        """The row number and the words of each as they stand in the file and in the index."""
        found: dict[str, tuple[int, str]] = {}
        for part in chunks(member_ids):
            statement = select(MemberRecord.member_id, MemberRecord.row_id, MemberRecord.search_text).where(
                MemberRecord.member_id.in_(part)
            )
            found.update((one, (row_id, words)) for one, row_id, words in self.connection.execute(statement))
        return found

    def _row_ids(self, member_ids: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in chunks(member_ids):
            statement = select(MemberRecord.member_id, MemberRecord.row_id).where(
                MemberRecord.member_id.in_(part)
            )
            found.update((member_id, row_id) for member_id, row_id in self.connection.execute(statement))
        return found

    def _require_edit(self, access: Access) -> None:
        self.require_writing()
        if not access.has(Right.IMPORT_PEOPLE):
            access.require(Right.EDIT_PEOPLE)

    def _audit(self, access: Access, action: str, versions: Mapping[str, int], source: str) -> None:
        self.session.audit.record(access, action, sorted(versions), {"source": source, "versions": versions})


def _follow(
    connection: Connection,
    rows: Mapping[str, Sequence[Any]],
    words: Sequence[str],
    operator: str,
    source: str,
) -> None:
    """What is written behind new rows: their first versions and their words."""
    keep_versions(connection, rows, operator=operator, source=source)
    if "row_id" in rows:
        search.index_new(connection, rows["row_id"][0], words)
