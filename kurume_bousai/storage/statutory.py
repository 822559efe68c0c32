"""法定項目の充足 as a condition of the database: ``domain.statutory.missing_items`` for counts."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_

from kurume_bousai.domain.members import Sex
from kurume_bousai.domain.statutory import StatutoryItem
from kurume_bousai.storage.rows_people import MemberRecord


def lacks(item: StatutoryItem) -> ColumnElement[bool]:
    """The condition on ``members`` under which an item of 災対法49条の10② is not filled."""
    return _LACKS[item]


def statutory_gap() -> ColumnElement[bool]:
    """The condition under which at least one item is not filled."""
    return or_(*_LACKS.values())


def _blank(column: ColumnElement[str]) -> ColumnElement[bool]:
    # The spaces that Python's strip() takes off and SQLite's trim() does not know by itself.
    return func.trim(column, _SPACES) == ""


_SPACES = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_LACKS: dict[StatutoryItem, ColumnElement[bool]] = {
    StatutoryItem.NAME: _blank(MemberRecord.name.expression),
    StatutoryItem.BIRTH: MemberRecord.born_on.is_(None),
    StatutoryItem.SEX: MemberRecord.sex == Sex.UNKNOWN.value,
    StatutoryItem.ADDRESS: _blank(MemberRecord.address.expression),
    StatutoryItem.PHONE: and_(
        _blank(MemberRecord.phone.expression),
        _blank(MemberRecord.phone_second.expression),
        _blank(MemberRecord.mail_or_fax.expression),
    ),
    StatutoryItem.REASON: MemberRecord.reasons == "",
}
