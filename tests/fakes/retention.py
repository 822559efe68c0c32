"""保存期限 of the fake city: removed people go whole, as nothing of them may be read again."""

from __future__ import annotations

from collections import Counter
from datetime import date

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.retention import ExpiryCount
from kurume_bousai.services.progress import Progress
from tests.fakes.state import CityState, may_see


class FakeRetention:
    """名簿の保存期限 in memory; copies that are out are not looked at."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def due(self, access: Access, until: date) -> ExpiryCount:
        access.require(Right.EDIT_PEOPLE)
        found = [self._state.members[one] for one in self._due(access, until)]
        return ExpiryCount(
            people=len(found),
            protected=sum(one.has_protected_address for one in found),
            by_reason=Counter(one.removal_reason for one in found if one.removal_reason),
            oldest=min((one.removed_on for one in found if one.removed_on), default=None),
        )

    def anonymise(self, access: Access, until: date, *, on: date, progress: Progress) -> int:
        gone = self._due(access, until)
        for member_id in gone:
            del self._state.members[member_id]
            del self._state.versions[member_id]
        return len(gone)

    def _due(self, access: Access, until: date) -> list[MemberId]:
        return [
            member.member_id
            for member in self._state.members.values()
            if member.removed_on is not None and member.removed_on <= until and may_see(access, member)
        ]
