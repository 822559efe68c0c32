"""RULEBOOK §1 in one place: which stored people exist for an operator.

Every read of people goes through here.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, select, true

from kurume_bousai.domain.access import Access, Right, Role
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.storage.rows.people import MemberRecord, SupporterRecord
from kurume_bousai.storage.rows.records import FrozenPersonRecord

#: 支援措置対象者 are numbered from here, so that no gap in the others' numbers tells of them.
PROTECTED_NUMBERS_FROM = 900_001


def visible(access: Access) -> ColumnElement[bool]:
    """The condition on ``members`` under which a person exists for the operator.

    Raises
    ------
    KnownProblem
        ``no_right``: viewers and administrators see no people.
    """
    access.require(Right.SEE_PEOPLE)
    conditions: list[ColumnElement[bool]] = [MemberRecord.removed_on.is_(None)]
    if not access.sees_protected:
        conditions.append(_is_open())
    districts = access.visible_districts
    if districts is not None:
        conditions.append(MemberRecord.district_id.in_(sorted(districts)) if districts else false())
    return and_(*conditions)


def _is_open() -> ColumnElement[bool]:
    """The address is not hidden.

    Not the bare column: SQLite would take its index, which names nearly everybody, instead of the one by
    kana or by 校区, and sort 20,000 rows to show the first hundred.
    """
    return func.coalesce(MemberRecord.has_protected_address, true()).is_(False)


def visible_members(access: Access) -> Select[str]:
    """The ids of the people who exist for the operator, for joins and counts."""
    return select(MemberRecord.member_id).where(visible(access))


def visible_frozen(access: Access) -> ColumnElement[bool]:
    """The condition on ``frozen_people``: nobody who is a 支援措置対象者 now, for anybody.

    People who left the list since stay: the session keeps the state of its start.
    """
    access.require(Right.SEE_PEOPLE)
    protected_now = exists().where(
        MemberRecord.member_id == FrozenPersonRecord.member_id,
        MemberRecord.has_protected_address.is_(True),
    )
    districts = access.visible_districts
    own = None if districts is None else FrozenPersonRecord.district_id.in_(sorted(districts))
    return ~protected_now if own is None else and_(~protected_now, own)


def counted_members() -> ColumnElement[bool]:
    """The condition under which a person enters a number that everybody may see (RULEBOOK §1)."""
    return and_(MemberRecord.removed_on.is_(None), _is_open())


def visible_supporters(access: Access) -> ColumnElement[bool]:
    """The condition on ``supporters``: without their own consent they are shown to clerks only."""
    access.require(Right.SEE_PEOPLE)
    conditions: list[ColumnElement[bool]] = []
    if Role.CLERK not in access.roles:
        conditions.append(SupporterRecord.consent == ConsentState.GIVEN.value)
    districts = access.visible_districts
    if districts is not None:
        conditions.append(SupporterRecord.district_id.in_(sorted(districts)) if districts else false())
    return and_(*conditions) if conditions else SupporterRecord.supporter_id.is_not(None)
