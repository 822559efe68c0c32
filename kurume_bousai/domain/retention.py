"""保存期限と匿名化 (FEATURES H4): what may stay of somebody whose time of keeping is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from kurume_bousai.domain.members import Registration, RemovalReason, RosterMember

#: Years a removed record is kept where the city has not decided otherwise ⚙.
DEFAULT_YEARS: Final = 5
LEAST_YEARS: Final = 1
MOST_YEARS: Final = 30


@dataclass(frozen=True, slots=True)
class ExpiryCount:
    """期限の過ぎた人の数, of those who exist for the operator.

    ``held_back`` are over their time but named in a copy that is still out: until it is back, it must be
    possible to say whose names are on it. ``protected`` is part of ``people`` and 0 for all but the flagged
    clerk.
    """

    people: int = 0
    protected: int = 0
    held_back: int = 0
    by_reason: Mapping[RemovalReason, int] = field(default_factory=dict)
    oldest: date | None = None


def anonymous(member: RosterMember) -> RosterMember:
    """What stays of a record: its number and 校区, whether and when it was registered, when and why it left.

    With that the counts of past years still come out; nothing of it says who it was.
    """
    return RosterMember(
        member_id=member.member_id,
        number=member.number,
        name="",
        district_id=member.district_id,
        registration=Registration(member.registration.state, member.registration.registered_on),
        has_protected_address=member.has_protected_address,
        version=member.version,
        updated_at=member.updated_at,
        removed_on=member.removed_on,
        removal_reason=member.removal_reason,
    )
