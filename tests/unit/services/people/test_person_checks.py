from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.person_details import (
    NO_DETAILS,
    Contact,
    HouseholdPerson,
    PersonDetails,
    ReasonRecord,
)
from kurume_bousai.domain.reasons import Reason
from kurume_bousai.services.people.checks import LONGEST, MOST_ROWS, check_details
from kurume_bousai.services.roster.register import RosterService
from tests.fakes.city import FixedClock
from tests.fixtures.rosters import CLERK, FLAGGED
from tests.helpers.roster_desktop import PEOPLE, fictional_city
from tests.storage import people

TOO_LONG = "あ" * (LONGEST + 1)


def has_ordered_days(details: PersonDetails) -> bool:
    return all(
        record.since is None or record.until is None or record.since <= record.until
        for record in details.reason_records
    )


@given(people.details.filter(has_ordered_days))
def test_what_a_person_types_is_taken(details: PersonDetails) -> None:
    check_details(details)


@pytest.mark.parametrize(
    ("details", "code", "where"),
    [
        (PersonDetails(allergies=TOO_LONG), "text_too_long", "allergies"),
        (PersonDetails(contacts=(Contact(note=TOO_LONG),)), "text_too_long", "contacts"),
        (PersonDetails(contacts=(Contact("架空"),) * (MOST_ROWS + 1)), "too_many_rows", "contacts"),
        (PersonDetails(helpers_needed=99), "helpers_unlikely", "helpers_needed"),
        (
            PersonDetails(
                reason_records=(
                    ReasonRecord(Reason.CARE_LEVEL, since=date(2024, 4, 1), until=date(2024, 3, 1)),
                )
            ),
            "reason_period",
            "reason_records",
        ),
        (
            PersonDetails(household=(HouseholdPerson(link=MemberId("m2")),) * 2),
            "linked_twice",
            "household",
        ),
    ],
)
def test_what_cannot_be_is_refused(details: PersonDetails, code: str, where: str) -> None:
    with pytest.raises(KnownProblem, match=code) as raised:
        check_details(details)
    assert raised.value.where == where
    assert raised.value.message.endswith("。")
    assert raised.value.advice.endswith("。")


def _linked() -> tuple[RosterMember, ...]:
    hidden = PEOPLE[3].member_id
    family = PersonDetails(household=(HouseholdPerson(link=MemberId("m2")), HouseholdPerson(link=hidden)))
    return (replace(PEOPLE[0], details=family), *PEOPLE[1:])


def test_relatives_are_those_whom_the_operator_sees() -> None:
    city = fictional_city(people=_linked())
    for viewer, numbers in ((CLERK, [2]), (FLAGGED, [2, 900_001])):
        opened = RosterService(city.seen_by(viewer), FixedClock()).open(MemberId("m1"))
        assert opened is not None
        assert [one.number for one in opened.relatives] == numbers


def test_details_that_cannot_be_are_not_saved() -> None:
    city = fictional_city()
    service = RosterService(city, FixedClock())
    opened = service.open(MemberId("m1"))
    assert opened is not None
    wrong = replace(opened.member, details=replace(NO_DETAILS, pets=TOO_LONG))
    with pytest.raises(KnownProblem, match="text_too_long"):
        service.save(wrong, opened.member)
    assert city.state.members[MemberId("m1")].details is NO_DETAILS
