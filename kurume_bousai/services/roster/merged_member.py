"""二つの記録から一つ (FEATURES A4): what the one record says, and what leaves it again at a split."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.members import RegistrationState, RosterMember
from kurume_bousai.domain.person_details import (
    DETAIL_FIELDS,
    NO_DETAILS,
    HouseholdPerson,
    PersonDetails,
    without_links,
)

_SETS: Final = ("reasons", "needs", "categories")
#: What stays with the kept record whatever the other one says, or is settled by a rule of its own.
_OWN: Final = frozenset(
    {"member_id", "number", "version", "updated_at", "removed_on", "removal_reason", "source", "source_key",
     "consents", "registration", "has_protected_address", "home", "flood_rank", "district_id",
     "district_method", "screening_class", "household_size", "details", *_SETS}
)  # fmt: skip


def merged_member(kept: RosterMember, absorbed: RosterMember, taken: Iterable[str] = ()) -> RosterMember:
    """The one record: the kept one's word, the other's where it has none or was asked for.

    Sets are joined, くわしい記録 field by field. Of two answers about consent the later holds, and without
    days the one that shares less; 支援措置 of either hides the person.
    """
    wanted = frozenset(taken)
    values: dict[str, Any] = {}
    for item in dataclasses.fields(RosterMember):
        name = item.name
        if name in _OWN:
            continue
        own, other = getattr(kept, name), getattr(absorbed, name)
        if other not in ("", None, item.default) and (name in wanted or own in ("", None, item.default)):
            values[name] = other
    values |= {name: getattr(kept, name) | getattr(absorbed, name) for name in _SETS}
    if "address" in wanted or kept.home is None:
        at = absorbed if absorbed.home is not None else kept
        values |= {
            "home": at.home, "flood_rank": at.flood_rank, "district_id": at.district_id or kept.district_id,
            "district_method": at.district_method if at.district_id else kept.district_method,
        }  # fmt: skip
    if kept.registration.state is RegistrationState.NOT_INVITED:
        values["registration"] = absorbed.registration
    return dataclasses.replace(
        kept,
        **values,
        consents=_consents(kept, absorbed),
        has_protected_address=kept.has_protected_address or absorbed.has_protected_address,
        details=_details(kept, absorbed),
    )


def _details(kept: RosterMember, absorbed: RosterMember) -> PersonDetails:
    """Field by field; lists are joined. Neither record is a relative of the other: they are one person."""
    selves = frozenset({kept.member_id, absorbed.member_id})
    own, other = (without_links(one.details, selves) for one in (kept, absorbed))
    if other == NO_DETAILS:
        return own
    values: dict[str, Any] = {}
    for item in dataclasses.fields(PersonDetails):
        first, second = getattr(own, item.name), getattr(other, item.name)
        if isinstance(first, frozenset):
            values[item.name] = first | second
        elif isinstance(first, tuple):
            values[item.name] = _joined(first, second)
        else:
            is_empty = first in ("", None) or first == item.default
            values[item.name] = second if is_empty else first
    return PersonDetails(**values)


def _joined(first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, ...]:
    """Everything of both, once; of two entries that link the same person of the list, the first."""
    linked = {one.link for one in first if isinstance(one, HouseholdPerson) and one.link is not None}
    more = [one for one in second if not (isinstance(one, HouseholdPerson) and one.link in linked)]
    return tuple(dict.fromkeys((*first, *more)))


#: Of two answers without days: the one that shares least comes first. No answer is no answer, never a yes.
SHARES_LEAST: Final = (
    ConsentState.WITHDRAWN, ConsentState.REFUSED, ConsentState.GIVEN, ConsentState.UNANSWERED,
)  # fmt: skip


def _consents(kept: RosterMember, absorbed: RosterMember) -> tuple[Consent, ...]:
    found = []
    for kind in ConsentKind:
        answers = [member.consent(kind) for member in (kept, absorbed)]
        given = [answer for answer in answers if answer.state is not ConsentState.UNANSWERED]
        if len(given) < 2:
            found += given
            continue
        days = [answer.decided_on for answer in given]
        if None not in days and days[0] != days[1]:
            found.append(max(given, key=lambda answer: answer.decided_on or date.min))
        else:
            found.append(min(given, key=lambda answer: SHARES_LEAST.index(answer.state)))
    return tuple(found)


# -- taking it apart again -----------------------------------------------------------------------


def parted_member(
    before: RosterMember, merged: RosterMember, current: RosterMember, fields: Iterable[str]
) -> RosterMember:
    """The kept record as before the merge, with what was written in it since.

    Parameters
    ----------
    fields
        The fields of ``RosterMember`` that were written since the merge.
    """
    values = {name: getattr(current, name) for name in fields}
    if "details" in values:
        values["details"] = _parts(before.details, merged.details, current.details)
    if "consents" in values:
        values["consents"] = _answers(before, merged, current)
    return dataclasses.replace(
        before,
        **values,
        version=current.version,
        number=current.number,
        screening_class=current.screening_class,
    )


def restricted(absorbed: RosterMember, merged: RosterMember, current: RosterMember) -> RosterMember:
    """The absorbed record with what was forbidden since the merge: of whom, nobody can tell any more.

    A 支援措置 that was set and an answer that shares less hold for both people, until somebody who knows
    takes one of them back.
    """
    narrowed = {
        kind: current.consent(kind)
        for kind in ConsentKind
        if current.consent(kind) != merged.consent(kind) and _is_a_no(current.consent(kind))
    }
    others = tuple(one for one in absorbed.consents if one.kind not in narrowed)
    return dataclasses.replace(
        absorbed,
        consents=(*others, *narrowed.values()),
        has_protected_address=absorbed.has_protected_address
        or (current.has_protected_address and not merged.has_protected_address),
    )


def _is_a_no(answer: Consent) -> bool:
    return answer.state in (ConsentState.REFUSED, ConsentState.WITHDRAWN) or bool(answer.exceptions)


def _parts(before: PersonDetails, merged: PersonDetails, current: PersonDetails) -> PersonDetails:
    changed = {
        name: getattr(current, name)
        for name in DETAIL_FIELDS
        if getattr(current, name) != getattr(merged, name)
    }
    return dataclasses.replace(before, **changed)


def _answers(before: RosterMember, merged: RosterMember, current: RosterMember) -> tuple[Consent, ...]:
    def stands(kind: ConsentKind) -> Consent:
        is_new = current.consent(kind) != merged.consent(kind)
        return current.consent(kind) if is_new else before.consent(kind)

    return tuple(one for one in map(stands, ConsentKind) if one != Consent(one.kind))
