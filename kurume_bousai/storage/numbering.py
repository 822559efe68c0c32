"""番号: two sequences, so that no gap in the one tells of people in the other (RULEBOOK §1)."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from kurume_bousai.domain.members import RosterMember
from kurume_bousai.storage.rows.people import MemberRecord
from kurume_bousai.storage.visible import PROTECTED_NUMBERS_FROM


class Numbering:
    """番号: the next free one of each sequence, inside one transaction.

    Numbers of removed people are not reused.
    """

    def __init__(self, last_open: int, last_protected: int) -> None:
        self._open = last_open
        self._protected = max(last_protected, PROTECTED_NUMBERS_FROM - 1)

    @classmethod
    def read(cls, connection: Connection) -> Numbering:
        """As the stored numbers stand."""
        is_open = MemberRecord.number < PROTECTED_NUMBERS_FROM
        last_open = connection.scalar(select(func.max(MemberRecord.number)).where(is_open))
        last_protected = connection.scalar(select(func.max(MemberRecord.number)).where(~is_open))
        return cls(last_open or 0, last_protected or 0)

    def fit(self, member: RosterMember) -> int:
        """The member's own number where it is of the right sequence, else the next free one."""
        protected = member.has_protected_address
        if member.number > 0 and (member.number >= PROTECTED_NUMBERS_FROM) == protected:
            self._note(member.number, protected=protected)
            return member.number
        if protected:
            self._protected += 1
            return self._protected
        self._open += 1
        return self._open

    def _note(self, number: int, *, protected: bool) -> None:
        if protected:
            self._protected = max(self._protected, number)
        else:
            self._open = max(self._open, number)
