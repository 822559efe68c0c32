from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember, Sex
from kurume_bousai.domain.person_details import (
    NO_DETAILS,
    HouseholdPerson,
    PersonDetails,
    ReasonRecord,
    companions_named,
    linked_ids,
    reasons_in_doubt,
    with_kept_links,
    without_links,
)
from kurume_bousai.domain.reasons import Reason
from kurume_bousai.domain.retention import anonymous
from kurume_bousai.domain.statutory import StatutoryItem, missing_items
from tests.storage import people

links = st.lists(st.sampled_from("abcd").map(MemberId), unique=True, max_size=4)


def household(found: list[MemberId]) -> PersonDetails:
    linked = tuple(HouseholdPerson(kinship="家族", link=one) for one in found)
    return PersonDetails(household=(*linked, HouseholdPerson("架空 次郎", "弟", goes_along=True)))


@given(people.members)
def test_nothing_of_the_details_is_printed(member: RosterMember) -> None:
    assert repr(member.details) == "PersonDetails()"
    for record in (*member.details.reason_records, *member.details.contacts, *member.details.household):
        assert repr(record) == f"{type(record).__name__}()"


def test_a_linked_person_keeps_no_name() -> None:
    assert HouseholdPerson("架空 花子", "妻", MemberId("m2")).name == ""
    assert HouseholdPerson("架空 花子", "妻").name == "架空 花子"


@given(links, links)
def test_a_save_never_takes_away_a_link_it_did_not_see(
    linked: list[MemberId], hidden: list[MemberId]
) -> None:
    unseen = frozenset(hidden)
    kept = household(linked)
    seen = without_links(kept, unseen)
    assert not set(linked_ids(seen)) & unseen
    saved = with_kept_links(seen, kept, unseen)
    assert set(linked_ids(saved)) == set(linked)
    assert with_kept_links(saved, kept, unseen) == saved
    assert companions_named(saved) == 1


@given(st.none() | people.days, st.none() | people.days, people.days)
def test_a_dated_reason_holds_between_its_days(since: date | None, until: date | None, day: date) -> None:
    holds = ReasonRecord(Reason.CARE_LEVEL, "", since, until).holds_on(day)
    assert holds is ((since or date.min) <= day <= (until or date.max))


def test_what_the_law_asks_for() -> None:
    bare = RosterMember(MemberId("m"), 1, " ")
    assert missing_items(bare) == tuple(StatutoryItem)
    full = replace(
        bare,
        name="架空 太郎",
        born_on=date(1935, 4, 1),
        sex=Sex.MALE,
        address="久留米市架空町9999",
        mail_or_fax="0942-00-0001",
        reasons=frozenset({Reason.EQUIVALENT}),
    )
    assert missing_items(full) == ()
    assert missing_items(replace(full, mail_or_fax="", born_on=None)) == (
        StatutoryItem.BIRTH,
        StatutoryItem.PHONE,
    )


@given(people.members)
def test_an_anonymous_record_says_nothing_personal(member: RosterMember) -> None:
    left = anonymous(member)
    kept = {
        "member_id", "number", "district_id", "registration", "has_protected_address", "version",
        "updated_at", "removed_on", "removal_reason",
    }  # fmt: skip
    blank = RosterMember(MemberId("x"), 0, "")
    for name in RosterMember.__slots__:
        expected = member if name in kept else blank
        assert getattr(left, name) == getattr(expected, name), name
    assert left.details is NO_DETAILS


def test_reasons_in_doubt_are_told_apart() -> None:
    day = date(2026, 11, 21)
    details = PersonDetails(
        reason_records=(
            ReasonRecord(Reason.CARE_LEVEL, since=date(2024, 4, 1)),
            ReasonRecord(Reason.INTRACTABLE_DISEASE, until=date(2025, 3, 31)),
            ReasonRecord(Reason.PHYSICAL_CERTIFICATE, until=date(2025, 3, 31)),
            ReasonRecord(Reason.PHYSICAL_CERTIFICATE, since=date(2025, 4, 1)),
        )
    )
    chosen = frozenset({Reason.INTRACTABLE_DISEASE, Reason.PHYSICAL_CERTIFICATE, Reason.EQUIVALENT})
    assert reasons_in_doubt(chosen, details, day) == (
        frozenset({Reason.CARE_LEVEL}),
        frozenset({Reason.INTRACTABLE_DISEASE}),
    )
