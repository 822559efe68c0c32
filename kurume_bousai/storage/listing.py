"""名簿の一覧と数: the rows the list shows and every count of people, without the people's long rows.

``ix_members_order`` holds all that is read here, in the order of the list. What a word finds is looked up row
by row where that is few, and met on the way through the index where it is many (``search.is_wide``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import reduce
from operator import add
from typing import Any, Final, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
)

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.gazetteer import PlaceLevel
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.members import CountedMember, MemberRow, Need, RegistrationState
from kurume_bousai.domain.plans import COMPLETE_STATES, PlanState
from kurume_bousai.services.ports.members import DistrictCount, GroupField, MemberFilter, MemberQuery
from kurume_bousai.storage import search
from kurume_bousai.storage.mapping import members as mapping
from kurume_bousai.storage.repository import Repository, fetched, unindexed
from kurume_bousai.storage.rows.gazetteer import HomePlaceRecord
from kurume_bousai.storage.rows.people import MemberRecord, PlanRecord, PlanSupporterRecord
from kurume_bousai.storage.visible import counted_members, visible

T = TypeVar("T")
_MEMBERS = cast("Table", MemberRecord.__table__)
PLAN_STATE: Final = func.coalesce(PlanRecord.state, PlanState.NONE.value)
HAS_SUPPORTER: Final = exists().where(PlanSupporterRecord.plan_id == PlanRecord.plan_id)
#: The home is only the middle of its 町字; one look by key a row.
IS_ROUGH: Final = exists().where(
    HomePlaceRecord.member_id == MemberRecord.member_id,
    HomePlaceRecord.level == PlaceLevel.TOWN.value,
    HomePlaceRecord.lon == MemberRecord.lon,
    HomePlaceRecord.lat == MemberRecord.lat,
)
_DEEP_FROM: Final = 3  # depth rank of 3–5 m (RULES F4)


class MemberList(Repository):
    """名簿の一覧と数."""

    def rows(self, access: Access, query: MemberQuery) -> list[MemberRow]:
        """Matching rows in order of kana then number; without kana last."""
        return self._in_order(access, query, _condition(access, query.filter), mapping.to_list_row)

    def rows_and_counts(
        self, access: Access, query: MemberQuery
    ) -> tuple[list[MemberRow], dict[MemberFilter, int]]:
        """Return ``rows`` and ``filter_counts``; what a word finds is gone through once for both."""
        if not query.text.strip() or query.most is not None:
            return self.rows(access, query), self.filter_counts(access, query)
        offered = _offered(access)
        marks = {kind: 1 << place for place, kind in enumerate(offered)}
        marked = [case((_condition(access, kind), mark), else_=0) for kind, mark in marks.items()]
        found = self._in_order(access, query, true(), _to_marked_row, reduce(add, marked))
        # A filter's people are those who have its mark; few different sums of marks stand there.
        sums = Counter(having for _, having in found)
        counts = {
            kind: sum(people for having, people in sums.items() if having & mark)
            for kind, mark in marks.items()
        }
        mark = marks.get(query.filter, 0)
        return [row for row, having in found if having & mark], counts

    def count(self, access: Access, query: MemberQuery) -> int:
        """How many rows match."""
        # Beside the plans SQLite would go through the list's long index; by itself the shortest one tells.
        people = _MEMBERS if query.filter is MemberFilter.ALL else with_plans()
        statement = (
            select(func.count())
            .select_from(people)
            .where(self._scope(access, query), _condition(access, query.filter))
        )
        return self.connection.scalar(statement) or 0

    def filter_counts(self, access: Access, query: MemberQuery) -> dict[MemberFilter, int]:
        """Counts of every filter under the query's text and 校区, in one pass.

        ``PROTECTED`` is there for the flagged clerk only.
        """
        offered = _offered(access)
        sums = [_count_of(_condition(access, kind)) for kind in offered]
        scope = self._scope(access, query, is_walk=self._walks(query))
        found = self.connection.execute(select(*sums).select_from(with_plans()).where(scope)).one()
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

    def counted(self, access: Access) -> list[CountedMember]:
        """Everybody visible who enters numbers, in order of number."""
        columns = (getattr(MemberRecord, name) for name in mapping.COUNTED_COLUMNS)
        statement = select(*columns).where(visible(access), counted_members()).order_by(MemberRecord.number)
        return [mapping.to_counted(found) for found in self.connection.execute(statement)]

    def district_counts(self, access: Access) -> list[DistrictCount]:
        """Per 校区 (None = no 校区 known): people, 申込済 and 完成, never with 支援措置対象者."""
        access.require(Right.SEE_COUNTS)
        applied = MemberRecord.registration_state == RegistrationState.APPLIED.value
        # In the order of the 校区's own index: to sort 200,000 people takes longer than to count them.
        people = (
            select(
                MemberRecord.district_id,
                func.count(),
                _count_of(applied),
                _count_of(_condition(access, MemberFilter.UNPLACED)),
            )
            .where(counted_members())
            .group_by(MemberRecord.district_id)
            .order_by(MemberRecord.district_id)
        )
        planned = self._planned(applied)
        found = []
        for name, total, registered, unplaced in self.connection.execute(people):
            complete, supported = planned.get(name, (0, 0))
            district = None if name is None else DistrictId(name)
            found.append(
                DistrictCount(district, total, int(registered), complete, total - supported, int(unplaced))
            )
        return found

    def _planned(self, applied: ColumnElement[bool]) -> dict[str | None, tuple[int, int]]:
        """Per 校区 those 申込済 with a plan that is 完成 or later, and those with a supporter."""
        complete = and_(applied, PLAN_STATE.in_([state.value for state in COMPLETE_STATES]))
        district = unindexed(MemberRecord.district_id.expression).label("district")
        statement = (
            select(district, _count_of(complete), _count_of(HAS_SUPPORTER))
            .select_from(with_plans())
            .where(counted_members(), or_(complete, HAS_SUPPORTER))
            .group_by(district)
        )
        return {
            name: (int(done), int(supported)) for name, done, supported in self.connection.execute(statement)
        }

    def _in_order(
        self,
        access: Access,
        query: MemberQuery,
        condition: ColumnElement[bool],
        make: Callable[[Any], T],
        *more: ColumnElement[Any],
    ) -> list[T]:
        """The rows of the list, made of the driver's own tuples."""
        is_walk = self._walks(query)
        statement = (
            select(
                *(getattr(MemberRecord, name) for name in mapping.LIST_COLUMNS),
                PLAN_STATE,
                HAS_SUPPORTER,
                IS_ROUGH,
                *more,
            )
            .select_from(with_plans())
            .where(self._scope(access, query, is_walk=is_walk), condition)
        )
        order = (MemberRecord.kana, MemberRecord.number)
        if query.text.strip() and not is_walk:
            # What a word finds is few and has to be sorted anyway.
            return self._made(statement.order_by(MemberRecord.kana == "", *order).limit(query.most), make)
        # Two reads, not one that sorts by 「has kana」: so the first rows still come from the index.
        statement = statement.order_by(*order)
        found = self._made(statement.where(MemberRecord.kana > "").limit(query.most), make)
        left = None if query.most is None else query.most - len(found)
        if left is None or left > 0:
            found += self._made(statement.where(MemberRecord.kana == "").limit(left), make)
        return found

    def _made(self, statement: Select[Any], make: Callable[[Any], T]) -> list[T]:
        with self.connection.execute(statement) as result:
            # Part by part: all tuples beside all rows would be twice the memory of a list of 200,000.
            return [row for part in fetched(result) for row in map(make, part)]

    def _walks(self, query: MemberQuery) -> bool:
        """Whether the way through the list's own index is shorter than one from row to row."""
        if query.text.strip():
            return search.is_wide(self.connection, query.text)
        return query.district_id is not None and search.outgrows_memory(self.connection)

    def _scope(self, access: Access, query: MemberQuery, *, is_walk: bool = False) -> ColumnElement[bool]:
        """Whom the operator sees, under the query's text and 校区."""
        dialect = self.connection.dialect.name
        # The words first: on a walk they leave out nearly everybody, at the cost of one number each.
        conditions = [search.matches(query.text, dialect, is_walk=is_walk), visible(access)]
        if query.district_id is not None:
            district = MemberRecord.district_id.expression
            conditions.append((unindexed(district) if is_walk else district) == query.district_id)
        if query.neighborhood:
            conditions.append(MemberRecord.neighborhood == query.neighborhood)
        if query.commissioner:
            conditions.append(MemberRecord.commissioner == query.commissioner)
        return and_(*conditions)


def _to_marked_row(found: Any) -> tuple[MemberRow, int]:  # noqa: ANN401 - a row of the driver
    """A row of the list with the sum of the marks behind its columns."""
    return mapping.to_list_row(found[:-1]), found[-1]


def with_plans() -> FromClause:
    """Everybody, beside the plan of those who have one."""
    return _MEMBERS.outerjoin(PlanRecord.__table__, PlanRecord.member_id == MemberRecord.member_id)


def _offered(access: Access) -> list[MemberFilter]:
    """The filters there are for the operator."""
    return [kind for kind in MemberFilter if kind is not MemberFilter.PROTECTED or access.sees_protected]


def _count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows of a group meet a condition; NULL does not, and a group of nobody has none."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _condition(access: Access, kind: MemberFilter) -> ColumnElement[bool]:
    """What a filter means. NULL never counts as a match."""
    if kind is MemberFilter.PROTECTED:
        return MemberRecord.has_protected_address.is_(True) if access.sees_protected else false()
    return _CONDITIONS[kind]


_CONDITIONS: Final[dict[MemberFilter, ColumnElement[bool]]] = {
    MemberFilter.ALL: true(),
    MemberFilter.NO_SUPPORTER: ~HAS_SUPPORTER,
    MemberFilter.NO_PLAN: or_(PlanRecord.state.is_(None), PlanRecord.state == PlanState.NONE.value),
    MemberFilter.NO_CONSENT: MemberRecord.roster_consent != ConsentState.GIVEN.value,
    MemberFilter.NEEDS_POWER: MemberRecord.needs.contains(f",{Need.POWER.value},"),
    MemberFilter.DEEP_FLOOD: func.coalesce(MemberRecord.flood_rank, 0) >= _DEEP_FROM,
    MemberFilter.NO_DISTRICT: MemberRecord.district_id.is_(None),
    MemberFilter.UNPLACED: MemberRecord.lon.is_(None),
    MemberFilter.NOT_APPLIED: MemberRecord.registration_state != RegistrationState.APPLIED.value,
}
