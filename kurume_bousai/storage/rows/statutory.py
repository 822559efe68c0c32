"""法定項目の充足 as a condition of the database: ``domain.statutory.missing_items`` for counts.

Those of whom an item may be missing have an index of their own, which is small and holds all that is asked.
The database takes it only where a query spells its condition letter by letter as the index does: so values
are written out here and not handed over as parameters.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Index, and_, func, literal_column, or_

from kurume_bousai.domain.members import Sex
from kurume_bousai.domain.statutory import StatutoryItem
from kurume_bousai.storage.rows.people import MemberRecord


def lacks(item: StatutoryItem) -> ColumnElement[bool]:
    """The condition on ``members`` under which an item of 災対法49条の10② is not filled."""
    return _LACKS[item]


def statutory_gap() -> ColumnElement[bool]:
    """The condition under which at least one item is not filled."""
    return or_(*_LACKS.values())


def may_lack() -> ColumnElement[bool]:
    """The condition of the index: true of everybody with a gap, and of few others.

    Every import asks it of everybody, so it only looks at how a text begins, in SQLite's order of bytes:
    before 「、」 stand all spaces, before ! and after ~ all that are no sign of ASCII.
    """
    texts = (MemberRecord.name.expression, MemberRecord.address.expression)
    return or_(
        *(text < _written(_AFTER_SPACES) for text in texts),
        MemberRecord.born_on.is_(None),
        MemberRecord.sex == _written(Sex.UNKNOWN.value),
        and_(*(or_(contact < _written("!"), contact > _written("~")) for contact in _CONTACTS)),
        MemberRecord.reasons == _written(""),
    )


def _blank(column: ColumnElement[str]) -> ColumnElement[bool]:
    # The spaces that Python's strip() takes off and SQLite's trim() does not know by itself.
    return func.trim(column, _written(_SPACES)) == _written("")


def _written(value: str) -> ColumnElement[str]:
    """A text of our own without quotation marks, written into the statement."""
    return literal_column(f"'{value}'")


_SPACES = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_AFTER_SPACES = "、"  # U+3001
_CONTACTS: tuple[ColumnElement[str], ...] = (
    MemberRecord.phone.expression,
    MemberRecord.phone_second.expression,
    MemberRecord.mail_or_fax.expression,
)
_LACKS: dict[StatutoryItem, ColumnElement[bool]] = {
    StatutoryItem.NAME: _blank(MemberRecord.name.expression),
    StatutoryItem.BIRTH: MemberRecord.born_on.is_(None),
    StatutoryItem.SEX: MemberRecord.sex == _written(Sex.UNKNOWN.value),
    StatutoryItem.ADDRESS: _blank(MemberRecord.address.expression),
    StatutoryItem.PHONE: and_(*map(_blank, _CONTACTS)),
    StatutoryItem.REASON: MemberRecord.reasons == _written(""),
}
#: By 校区, with what says who is on the list and what is missing.
GAP_INDEX = Index(
    "ix_members_gap",
    MemberRecord.district_id,
    MemberRecord.removed_on,
    MemberRecord.has_protected_address,
    MemberRecord.name,
    MemberRecord.born_on,
    MemberRecord.sex,
    MemberRecord.address,
    *_CONTACTS,
    MemberRecord.reasons,
    sqlite_where=may_lack(),
    postgresql_where=may_lack(),
)
