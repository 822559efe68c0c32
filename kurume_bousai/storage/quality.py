"""名簿の点検 in the database. Implements ``QualityRepository``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, exists, func, or_, select, true

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.dates import years_before
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.plans import PlanState
from kurume_bousai.domain.statutory import StatutoryItem
from kurume_bousai.services.ports.quality import OLDEST_AGE, QualityCount, QualityKind, QualityPerson
from kurume_bousai.storage.decided_pairs import told_apart
from kurume_bousai.storage.repository import Repository, chunks, fetched, unindexed
from kurume_bousai.storage.rows.people import MemberRecord, PlanRecord, PlanSupporterRecord
from kurume_bousai.storage.rows.statutory import lacks, may_lack, statutory_gap
from kurume_bousai.storage.visible import visible

_NO_KANA: Final = func.trim(MemberRecord.kana) == ""
#: The same reading, or where there is none the same name, and the same day of birth.
_SAME_NAME: Final = case((_NO_KANA, MemberRecord.name), else_=MemberRecord.kana)
_HAS_SUPPORTER: Final = exists().where(PlanSupporterRecord.plan_id == PlanRecord.plan_id)
_LEFT_ALONE: Final = exists().where(
    PlanRecord.member_id == MemberRecord.member_id, PlanRecord.state != PlanState.NONE.value, ~_HAS_SUPPORTER
)
#: Kinds that are no condition on one record alone.
_OTHERWISE: Final = frozenset({QualityKind.DUPLICATE, QualityKind.FORM_UNRETURNED})
#: So many named people are looked up; more are met on a way through the index of the list.
_LOOKED_UP: Final = 1000
#: Kinds about what no record may lack.
_MISSING: Final = (QualityKind.NO_PHONE, QualityKind.STATUTORY_GAP)
#: Kinds that may be true of a whole list; the index by 校区 holds what they ask.
_COMMON: Final = (QualityKind.NO_DISTRICT, QualityKind.UNPLACED, QualityKind.NO_CONSENT)


class Quality(Repository):
    """名簿の点検."""

    def counts(
        self, access: Access, today: date, *, unreturned: Sequence[MemberId] = ()
    ) -> list[QualityCount]:
        """Every kind per 校区 that has any, in the order of the kinds then the 校区's name."""
        found = [*self._simple(access, today), *self._duplicates(access)]
        found += self._named(access, QualityKind.FORM_UNRETURNED, unreturned)
        order = {kind: place for place, kind in enumerate(QualityKind)}
        return sorted(found, key=lambda one: (order[one.kind], one.district_id or ""))

    def totals(self, access: Access) -> Mapping[DistrictId | None, int]:
        """People on the list per 校区."""
        statement = (
            select(MemberRecord.district_id, func.count())
            .where(visible(access))
            .group_by(MemberRecord.district_id)
        )
        return {_district(name): int(people) for name, people in self.connection.execute(statement)}

    def people(
        self,
        access: Access,
        kind: QualityKind,
        today: date,
        *,
        district_id: DistrictId | None = None,
        has_no_district: bool = False,
        unreturned: Sequence[MemberId] = (),
    ) -> list[QualityPerson]:
        """Who, in order of kana then number; duplicates side by side."""
        if kind is QualityKind.DUPLICATE:
            return self._duplicate_people(access, district_id, has_no_district=has_no_district)
        where = _in_district(district_id, has_no_district=has_no_district)
        if kind is QualityKind.FORM_UNRETURNED:
            found: list[QualityPerson] = []
            for part in chunks(unreturned):
                found += self._read(access, and_(where, MemberRecord.member_id.in_(part)))
            return sorted(found, key=lambda person: (person.kana == "", person.kana, person.number))
        return self._read(access, and_(where, _conditions(today)[kind]))

    # -- counting ------------------------------------------------------------------------------

    def _simple(self, access: Access, today: date) -> list[QualityCount]:
        """Every kind that one record tells by itself.

        Each from the index that holds it, and nobody's long row: what may be true of everybody in the order
        of the 校区, so that nothing is sorted; those of whom a statutory item is missing; the few others.
        """
        conditions, here = _conditions(today), visible(access)
        missing = {kind: conditions.pop(kind) for kind in _MISSING}
        common = {kind: conditions.pop(kind) for kind in _COMMON}
        few = or_(*conditions.values())
        return [
            *self._summed(common, MemberRecord.district_id, here),
            *self._summed(missing, MemberRecord.district_id, and_(here, may_lack())),
            *self._summed(conditions, unindexed(MemberRecord.district_id.expression), and_(here, few)),
        ]

    def _summed(
        self,
        conditions: Mapping[QualityKind, ColumnElement[bool]],
        district: SQLColumnExpression[str | None],
        where: ColumnElement[bool],
    ) -> list[QualityCount]:
        sums = [func.sum(case((condition, 1), else_=0)) for condition in conditions.values()]
        statement = select(district, *sums).where(where).group_by(district)
        return [
            QualityCount(kind, _district(name), int(people))
            for name, *counts in self.connection.execute(statement)
            for kind, people in zip(conditions, counts, strict=True)
            if people
        ]

    def _duplicates(self, access: Access) -> list[QualityCount]:
        sums = Counter(person.district_id for person in self._alike(access))
        return [QualityCount(QualityKind.DUPLICATE, name, people) for name, people in sums.items()]

    def _named(self, access: Access, kind: QualityKind, member_ids: Sequence[MemberId]) -> list[QualityCount]:
        wanted = frozenset(member_ids)
        columns = [getattr(MemberRecord, name) for name in ("member_id", "district_id")]
        statement = select(*columns).where(visible(access))
        if len(wanted) <= _LOOKED_UP:
            statement = statement.where(MemberRecord.member_id.in_(wanted))
        sums: Counter[str | None] = Counter()
        with self.connection.execute(statement) as result:
            for part in fetched(result):
                sums.update(district for member_id, district in part if member_id in wanted)
        return [QualityCount(kind, _district(name), people) for name, people in sums.items()]

    # -- people --------------------------------------------------------------------------------

    def _read(self, access: Access, wanted: ColumnElement[bool]) -> list[QualityPerson]:
        columns = [getattr(MemberRecord, name) for name in _COLUMNS]
        statement = (
            select(*columns)
            .where(visible(access), wanted)
            .order_by(MemberRecord.kana == "", MemberRecord.kana, MemberRecord.number)
        )
        return [_person(row) for row in self.connection.execute(statement)]

    def _duplicate_people(
        self, access: Access, district_id: DistrictId | None, *, has_no_district: bool
    ) -> list[QualityPerson]:
        """People of one 校区 with whoever looks like them, wherever that one lives."""
        found = self._alike(access)
        everywhere = district_id is None and not has_no_district
        here = {person.group for person in found if everywhere or person.district_id == district_id}
        return [person for person in found if person.group in here]

    def _alike(self, access: Access) -> list[QualityPerson]:
        """Everybody whose name and day of birth another one has, side by side.

        Two narrow readings: the few days of birth first, so that 20,000 records are not sorted whole.
        """
        seen = and_(visible(access), MemberRecord.born_on.is_not(None), _SAME_NAME != "")
        groups = (
            select(_SAME_NAME, MemberRecord.born_on)
            .where(seen)
            .group_by(_SAME_NAME, MemberRecord.born_on)
            .having(func.count() > 1)
        )
        wanted = {(str(name), born_on) for name, born_on in self.connection.execute(groups)}
        columns = [getattr(MemberRecord, name) for name in _COLUMNS]
        found: list[QualityPerson] = []
        for part in chunks(sorted({born_on for _, born_on in wanted})):
            statement = select(*columns, _SAME_NAME.label("same")).where(seen, MemberRecord.born_on.in_(part))
            found += (
                _person(row, f"{row.same} {row.born_on}")
                for row in self.connection.execute(statement)
                if (row.same, row.born_on) in wanted
            )
        return sorted(self._open(found), key=lambda person: (person.group, person.number))

    def _open(self, found: Sequence[QualityPerson]) -> list[QualityPerson]:
        """Those about whom somebody has still to decide: 別の人 is answered once, not every year."""
        apart = told_apart(self.connection, [person.member_id for person in found])
        groups: dict[str, set[MemberId]] = {}
        for person in found:
            groups.setdefault(person.group, set()).add(person.member_id)
        return [
            person
            for person in found
            if groups[person.group] - {person.member_id} - apart.get(person.member_id, frozenset())
        ]


def _conditions(today: date) -> dict[QualityKind, ColumnElement[bool]]:
    """What each kind means of one record, in the order of the kinds."""
    found = {
        # The second follows from the first, and lets the database take the index of those few.
        QualityKind.NO_PHONE: and_(lacks(StatutoryItem.PHONE), may_lack()),
        QualityKind.NO_DISTRICT: MemberRecord.district_id.is_(None),
        QualityKind.UNPLACED: MemberRecord.lon.is_(None),
        QualityKind.NO_KANA: _NO_KANA,
        QualityKind.TOO_OLD: MemberRecord.born_on <= years_before(today, OLDEST_AGE + 1),
        QualityKind.NO_CONSENT: MemberRecord.roster_consent == ConsentState.UNANSWERED.value,
        QualityKind.STATUTORY_GAP: and_(statutory_gap(), may_lack()),
        QualityKind.PLAN_WITHOUT_SUPPORTER: _LEFT_ALONE,
    }
    if found.keys() != frozenset(QualityKind) - _OTHERWISE:
        raise RuntimeError("every kind has its condition")
    return found


def _in_district(district_id: DistrictId | None, *, has_no_district: bool) -> ColumnElement[bool]:
    if has_no_district:
        return MemberRecord.district_id.is_(None)
    return true() if district_id is None else MemberRecord.district_id == district_id


def _district(name: str | None) -> DistrictId | None:
    return None if name is None else DistrictId(name)


def _person(row: Any, group: str = "") -> QualityPerson:  # noqa: ANN401 - a row of two shapes
    values = {name: getattr(row, name) for name in _COLUMNS}
    return QualityPerson(**{**values, "district_id": _district(values["district_id"])}, group=group)


_COLUMNS: Final = ("member_id", "number", "name", "kana", "born_on", "district_id", "neighborhood")
