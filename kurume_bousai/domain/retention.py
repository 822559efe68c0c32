"""保存期限と匿名化 (FEATURES H4): what may stay of somebody whose time of keeping is over."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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
    possible to say whose names are on it. ``supporters`` helped nobody but these and go with them.
    ``backups`` were written while the names were there and still hold them, the last on ``last_backup``.
    ``protected`` is part of ``people`` and 0 for all but the flagged
    clerk.
    """

    people: int = 0
    protected: int = 0
    held_back: int = 0
    by_reason: Mapping[RemovalReason, int] = field(default_factory=dict)
    oldest: date | None = None
    supporters: int = 0
    backups: int = 0
    last_backup: date | None = None


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


#: What stands in a sentence in place of somebody whose time of keeping is over.
NAMELESS: Final = "(匿名)"
_HEAD: Final = 2


class NameEraser:
    """名前消し: takes the spellings of expired people out of texts that people wrote by hand.

    ``spellings``: names, kana, addresses, telephones, two letters or more. One pass over a text whatever
    their number: only what begins with the first two letters of one is looked at.
    """

    def __init__(self, spellings: Iterable[str]) -> None:
        self._by_head: dict[str, list[str]] = {}
        for spelling in {form for one in spellings for form in _forms(one)}:
            self._by_head.setdefault(spelling[:_HEAD], []).append(spelling)
        for found in self._by_head.values():
            found.sort(key=len, reverse=True)

    def __bool__(self) -> bool:
        return bool(self._by_head)

    def erase(self, text: str) -> str:
        """The text without them; the very text where none stands in it. JSON stays JSON."""
        parts: list[str] = []
        done = at = 0
        while at < len(text) - 1:
            found = next(
                (one for one in self._by_head.get(text[at : at + _HEAD], ()) if text.startswith(one, at)), ""
            )
            if found:
                parts += (text[done:at], NAMELESS)
                at = done = at + len(found)
            else:
                at += 1
        return "".join((*parts, text[done:])) if parts else text


def _forms(spelling: str) -> set[str]:
    """A spelling as it stands, without spaces, and as JSON may have it."""
    plain = {form for form in (spelling.strip(), "".join(spelling.split())) if len(form) >= _HEAD}
    plain = {form for form in plain if '"' not in form and "\\" not in form}
    return plain | {json.dumps(form)[1:-1] for form in plain}
