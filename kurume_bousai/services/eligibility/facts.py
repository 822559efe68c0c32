"""判定に使うことを集める: what the stored records of all sources say about each person's eligibility."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.eligibility import EligibilityFacts
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.names import fold
from kurume_bousai.domain.person_details import Residence

_Household = tuple[str, str]
_AT_HOME: Final = {Residence.HOME: True, Residence.FACILITY: False, Residence.UNKNOWN: None}


def facts_of(members: Sequence[RosterMember], facilities: Iterable[CareFacility]) -> list[EligibilityFacts]:
    """The facts of everybody, in the order given.

    People of one household have the same 世帯ID and the same address: a number alone could be another
    office's. A 支援措置対象者 is no evidence about anybody else, or a finding would tell of them.
    """
    places = {fold(one.address) for one in facilities if one.address.strip()}
    households: dict[_Household, list[RosterMember]] = defaultdict(list)
    for member in members:
        if (key := _household(member)) is not None:
            households[key].append(member)
    return [_facts(member, households, places) for member in members]


def at_home(member: RosterMember) -> bool | None:
    """Whether the person lives at home (在宅), as a person or an extract said; None where nobody did."""
    return _AT_HOME[member.details.residence]


def _facts(
    member: RosterMember, households: dict[_Household, list[RosterMember]], places: set[str]
) -> EligibilityFacts:
    key = _household(member)
    others = [] if key is None else [one for one in households[key] if one.member_id != member.member_id]
    return EligibilityFacts(
        member_id=member.member_id,
        born_on=member.born_on,
        reasons=member.reasons,
        care_level=member.care_level,
        physical_grade=member.physical_grade,
        intellectual_grade=member.intellectual_grade,
        mental_grade=member.mental_grade,
        disease=member.disease,
        household_size=_size(member),
        others_born_on=_days(member, others),
        is_at_facility=bool(places) and fold(member.address) in places,
        is_at_home=at_home(member),
    )


def _household(member: RosterMember) -> _Household | None:
    return (member.household_id, fold(member.address)) if member.household_id.strip() else None


def _days(member: RosterMember, others: Iterable[RosterMember]) -> tuple[date | None, ...]:
    return tuple(
        one.born_on for one in others if member.has_protected_address or not one.has_protected_address
    )


def _size(member: RosterMember) -> int | None:
    """同居人数; a bare 1 without 世帯ID is what a record says whose office told nothing."""
    return None if member.household_size <= 1 and not member.household_id.strip() else member.household_size
