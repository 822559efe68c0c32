"""くわしい記録 of the fictional people: the same for the same seed, fitting their needs, fictional."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import (
    AdmissionCategory,
    Need,
    Registration,
    RegistrationState,
    RosterMember,
)
from kurume_bousai.domain.person_details import NO_DETAILS, MedicalDevice, Mobility, PersonDetails
from kurume_bousai.services.fictional.details import draw_details
from kurume_bousai.services.fictional.draw import Lottery
from kurume_bousai.services.fictional.profile import NamePart, NameTables

GIVEN = Lottery([(NamePart("花子", "ハナコ"), 1.0), (NamePart("太郎", "タロウ"), 1.0)])
NAMES = NameTables(
    Lottery([(NamePart("架空", "カクウ"), 1.0)]), GIVEN, GIVEN, GIVEN, GIVEN, ("架空荘",)
)  # fmt: skip
APPLIED = Registration(RegistrationState.APPLIED)


def drawn(seed: int = 1, *, count: int = 400, **fields: object) -> list[PersonDetails]:
    base = RosterMember(MemberId("m"), 1, "髙橋 花子", phone="0942-00-0001", registration=APPLIED)
    member = RosterMember(**{**{n: getattr(base, n) for n in base.__slots__}, **fields})
    rng = Random(seed)
    return [draw_details(rng, member, 82, NAMES) for _ in range(count)]


def test_the_same_seed_tells_the_same() -> None:
    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


def test_those_who_applied_told_more_than_the_others() -> None:
    applied = sum(one is not NO_DETAILS for one in drawn())
    others = sum(one is not NO_DETAILS for one in drawn(registration=Registration()))
    assert 200 < applied < 280
    assert 10 < others < 60


def test_devices_and_mobility_fit_the_needs() -> None:
    plain = Counter(bool(one.devices) for one in drawn())
    assert set(plain) == {False}
    for one in drawn(needs=frozenset({Need.POWER, Need.STRETCHER})):
        if one is not NO_DETAILS:
            assert one.devices & {MedicalDevice.OXYGEN, MedicalDevice.VENTILATOR, MedicalDevice.SUCTION}
            assert (one.mobility, one.helpers_needed) == (Mobility.STRETCHER, 4)


def test_names_are_shown_plainly_and_contacts_have_impossible_telephones() -> None:
    told = [one for one in drawn() if one is not NO_DETAILS]
    assert {one.display_name for one in told} == {"高橋 花子"}
    contacts = [contact for one in told for contact in one.contacts]
    assert contacts
    assert all(contact.phone.startswith("0942-00-") and contact.note == "架空" for contact in contacts)


@pytest.mark.parametrize("category", list(AdmissionCategory))
def test_everybody_can_be_reached_somehow(category: AdmissionCategory) -> None:
    for one in drawn(categories=frozenset({category})):
        assert one is NO_DETAILS or (one.communication and one.delivery)
