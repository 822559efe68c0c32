"""名簿 in the database. Implements ``MemberRepository``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Table,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
    update,
)

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.gazetteer import PlaceLevel
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import (
    CountedMember,
    MemberRow,
    Need,
    RegistrationState,
    RemovalReason,
    RosterMember,
)
from kurume_bousai.domain.person_details import PersonDetails
from kurume_bousai.domain.plans import COMPLETE_STATES, PlanState
from kurume_bousai.services.collecting import let_go
from kurume_bousai.services.ports import (
    DistrictCount,
    GroupField,
    MemberFilter,
    MemberQuery,
    MemberVersion,
)
from kurume_bousai.storage import absorbed, household_links, search
from kurume_bousai.storage.mapping import members as mapping
from kurume_bousai.storage.mapping.versions import versions_of
from kurume_bousai.storage.numbering import Numbering
from kurume_bousai.storage.repository import Repository, chunks, fetched
from kurume_bousai.storage.rows_gazetteer import HomePlaceRecord
from kurume_bousai.storage.rows_people import (
    MemberRecord,
    MemberVersionRecord,
    PlanRecord,
    PlanSupporterRecord,
)
from kurume_bousai.storage.visible import counted_members, visible, visible_members

_MEMBERS = cast("Table", MemberRecord.__table__)
_VERSIONS = cast("Table", MemberVersionRecord.__table__)

_PLAN_STATE = func.coalesce(PlanRecord.state, PlanState.NONE.value)
_HAS_SUPPORTER = exists().where(PlanSupporterRecord.plan_id == PlanRecord.plan_id)
#: The home is only the middle of its 町字; one look by key a row.
_IS_ROUGH = exists().where(
    HomePlaceRecord.member_id == MemberRecord.member_id,
    HomePlaceRecord.level == PlaceLevel.TOWN.value,
    HomePlaceRecord.lon == MemberRecord.lon,
    HomePlaceRecord.lat == MemberRecord.lat,
)
#: What a version says whose only change is the 区分.
_SCREENING = "スクリーニング"
_DEEP_FROM = 3  # depth rank of 3–5 m (RULES F4)


class Members(Repository):
    """名簿."""

    def rows(self, access: Access, query: MemberQuery) -> list[MemberRow]:
        """Matching rows in order of kana then number; without kana last."""
        if query.text.strip():
            # What a word finds is few and has to be sorted anyway.
            return self._rows(access, query, None, query.most)
        # Two reads, not one that sorts by 「has kana」: so the first rows still come from the index.
        found = self._rows(access, query, MemberRecord.kana > "", query.most)
        left = None if query.most is None else query.most - len(found)
        if left is None or left > 0:
            found += self._rows(access, query, MemberRecord.kana == "", left)
        return found

    def _rows(
        self, access: Access, query: MemberQuery, having: ColumnElement[bool] | None, most: int | None
    ) -> list[MemberRow]:
        order = (MemberRecord.kana, MemberRecord.number)
        statement = (
            select(
                *(getattr(MemberRecord, name) for name in mapping.LIST_COLUMNS),
                _PLAN_STATE,
                _HAS_SUPPORTER,
                _IS_ROUGH,
            )
            .select_from(_with_plans())
            .where(self._scope(access, query), _condition(access, query.filter))
            .limit(most)
        )
        if having is None:
            statement = statement.order_by(MemberRecord.kana == "", *order)
        else:
            statement = statement.where(having).order_by(*order)
        # The driver's own tuples: wrapping each would cost as much as reading it.
        with self.connection.execute(statement) as result:
            return list(map(mapping.to_list_row, fetched(result)))

    def count(self, access: Access, query: MemberQuery) -> int:
        """How many rows match."""
        statement = (
            select(func.count())
            .select_from(_with_plans())
            .where(self._scope(access, query), _condition(access, query.filter))
        )
        return self.connection.scalar(statement) or 0

    def filter_counts(self, access: Access, query: MemberQuery) -> dict[MemberFilter, int]:
        """Counts of every filter under the query's text and 校区, in one pass.

        ``PROTECTED`` is there for the flagged clerk only.
        """
        offered = [
            kind for kind in MemberFilter if kind is not MemberFilter.PROTECTED or access.sees_protected
        ]
        sums = [func.coalesce(func.sum(case((_condition(access, kind), 1), else_=0)), 0) for kind in offered]
        statement = select(*sums).select_from(_with_plans()).where(self._scope(access, query))
        found = self.connection.execute(statement).one()
        return dict(zip(offered, map(int, found), strict=True))

    def groups(self, access: Access, query: MemberQuery, by: GroupField) -> list[tuple[str, int]]:
        """The 自治会 or 民生委員 that stand in matching records, with their people, in order of the name."""
        group = getattr(MemberRecord, by.value)
        statement = (
            select(group, func.count())
            .where(self._scope(access, query), group != "")
            .group_by(group)
            .order_by(group)
        )
        return [(str(name), int(people)) for name, people in self.connection.execute(statement)]

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

    def counted(self, access: Access) -> list[CountedMember]:
        """Everybody visible who enters numbers, in order of number."""
        columns = (getattr(MemberRecord, name) for name in mapping.COUNTED_COLUMNS)
        statement = select(*columns).where(visible(access), counted_members()).order_by(MemberRecord.number)
        return [mapping.to_counted(found) for found in self.connection.execute(statement)]

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

    def district_counts(self, access: Access) -> list[DistrictCount]:
        """Per 校区 (None = no 校区 known): people, 申込済 and 完成, never with 支援措置対象者."""
        access.require(Right.SEE_COUNTS)
        applied = MemberRecord.registration_state == RegistrationState.APPLIED.value
        complete = _PLAN_STATE.in_([state.value for state in COMPLETE_STATES])
        statement = (
            select(
                MemberRecord.district_id,
                func.count(),
                func.sum(case((applied, 1), else_=0)),
                func.sum(case((and_(applied, complete), 1), else_=0)),
                func.sum(case((_condition(access, MemberFilter.NO_SUPPORTER), 1), else_=0)),
                func.sum(case((_condition(access, MemberFilter.UNPLACED), 1), else_=0)),
            )
            .select_from(_with_plans())
            .where(counted_members())
            .group_by(MemberRecord.district_id)
            .order_by(MemberRecord.district_id)
        )
        return [
            DistrictCount(None if district is None else DistrictId(district), *map(int, counts))
            for district, *counts in self.connection.execute(statement)
        ]

    def add_many(self, access: Access, members: Sequence[RosterMember], *, source: str) -> None:
        """Store new members with their first version; ``number`` 0 = the next free number."""
        self._require_edit(access)
        now = self.session.database.now()
        numbering = Numbering.read(self.connection)
        rows = [
            mapping.to_row(member, number=numbering.fit(member), version=1, updated_at=now)
            for member in members
        ]
        self._give_row_ids(rows)
        self.insert_many(_MEMBERS, rows)
        self._keep_versions(rows, access, source)
        self._index(rows)
        self._audit(access, "members_added", rows, source)
        let_go(rows)

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

    def _scope(self, access: Access, query: MemberQuery) -> ColumnElement[bool]:
        """Whom the operator sees, under the query's text and 校区."""
        conditions = [visible(access), search.matches(query.text, self.connection.dialect.name)]
        if query.district_id is not None:
            conditions.append(MemberRecord.district_id == query.district_id)
        if query.neighborhood:
            conditions.append(MemberRecord.neighborhood == query.neighborhood)
        if query.commissioner:
            conditions.append(MemberRecord.commissioner == query.commissioner)
        return and_(*conditions)

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
        rows = []
        for member in members:
            # A flag is taken off only by one who sees it: a file that does not know it must not.
            keeps_flag = member.member_id in hidden and not access.sees_protected
            saved = replace(member, has_protected_address=True) if keeps_flag else member
            number, version = numbering.fit(saved), member.version + 1
            rows.append(mapping.to_row(saved, number=number, version=version, updated_at=now))
        self._update(rows)
        self._keep_versions(rows, access, source)
        self._index(rows)
        absorbed.follow(self.connection, [member.member_id for member in members])
        self._audit(access, action, rows, source)
        let_go(rows)

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

    def _update(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if not rows:
            return
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "member_id"}
        statement = update(_MEMBERS).where(_MEMBERS.c.member_id == bindparam("wanted")).values(values)
        # Part by part, as ``bulk.insert``: values of all rows at once would keep the window from its turn.
        for part in chunks(rows):
            self.connection.execute(
                statement,
                [
                    {"wanted": row["member_id"], **{f"new_{name}": row[name] for name in values}}
                    for row in part
                ],
            )

    def _keep_versions(self, rows: Sequence[Mapping[str, Any]], access: Access, source: str) -> None:
        kept = [
            {
                "member_id": row["member_id"], "version": row["version"], "saved_at": row["updated_at"],
                "operator": access.name, "source": source, "content": content,
            }
            for row, content in zip(rows, versions_of(rows), strict=True)
        ]  # fmt: skip
        self.insert_many(_VERSIONS, kept)

    def _give_row_ids(self, rows: Sequence[dict[str, Any]]) -> None:
        """The next row numbers, as SQLite itself would give them: the index of words needs them at once."""
        if self.connection.dialect.name == "sqlite":
            last = self.connection.scalar(select(func.max(MemberRecord.row_id))) or 0
            for row_id, row in enumerate(rows, start=last + 1):
                row["row_id"] = row_id

    def _index(self, rows: Sequence[Mapping[str, Any]]) -> None:
        unknown = [row["member_id"] for row in rows if "row_id" not in row]
        row_ids = self._row_ids(unknown)
        search.index_words(
            self.connection,
            [(row.get("row_id") or row_ids[row["member_id"]], row["search_text"]) for row in rows],
        )

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

    def _audit(self, access: Access, action: str, rows: Sequence[Mapping[str, Any]], source: str) -> None:
        versions = {row["member_id"]: row["version"] for row in rows}
        self.session.audit.record(access, action, sorted(versions), {"source": source, "versions": versions})


def _with_plans() -> FromClause:
    return _MEMBERS.outerjoin(PlanRecord.__table__, PlanRecord.member_id == MemberRecord.member_id)


def _condition(access: Access, kind: MemberFilter) -> ColumnElement[bool]:
    """What a filter means. NULL never counts as a match."""
    if kind is MemberFilter.PROTECTED:
        return MemberRecord.has_protected_address.is_(True) if access.sees_protected else false()
    return _CONDITIONS[kind]


_CONDITIONS: dict[MemberFilter, ColumnElement[bool]] = {
    MemberFilter.ALL: true(),
    MemberFilter.NO_SUPPORTER: ~_HAS_SUPPORTER,
    MemberFilter.NO_PLAN: or_(PlanRecord.state.is_(None), PlanRecord.state == PlanState.NONE.value),
    MemberFilter.NO_CONSENT: MemberRecord.roster_consent != ConsentState.GIVEN.value,
    MemberFilter.NEEDS_POWER: MemberRecord.needs.contains(f",{Need.POWER.value},"),
    MemberFilter.DEEP_FLOOD: func.coalesce(MemberRecord.flood_rank, 0) >= _DEEP_FROM,
    MemberFilter.NO_DISTRICT: MemberRecord.district_id.is_(None),
    MemberFilter.UNPLACED: MemberRecord.lon.is_(None),
    MemberFilter.NOT_APPLIED: MemberRecord.registration_state != RegistrationState.APPLIED.value,
}
