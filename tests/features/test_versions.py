from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from pytest_bdd import given, scenarios, then, when

from kurume_bousai.app import SystemClock
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.person_details import Contact, PersonDetails
from kurume_bousai.services.ports.members import MemberVersion
from kurume_bousai.services.roster.register import BY_HAND, RosterService
from kurume_bousai.ui.registry.history_words import changed_captions
from tests.features.conftest import Office
from tests.storage.people import person

scenarios("versions.feature")

FIRST = "0942-00-0001"
BROTHER = Contact("架空 次郎", "弟", "", "0942-00-0002")


@pytest.fixture
def whom() -> MemberId:
    return MemberId("versions")


@given("電話と緊急連絡先のある人が名簿にいる")
def somebody(office: Office, whom: MemberId) -> None:
    consent = Consent(ConsentKind.ROSTER, ConsentState.GIVEN, date(2024, 4, 1), date(2024, 3, 1))
    member = person(
        "架空 版子", member_id=whom, phone=FIRST, details=PersonDetails(contacts=(BROTHER,)),
        consents=(consent,),
    )  # fmt: skip
    with office.city.writing() as session:
        session.members.add_many(office.city.access, [member], source="架空の取込")


@when("その人の電話と緊急連絡先を直す")
def edit(office: Office, whom: MemberId) -> None:
    before = _member(office, whom)
    details = replace(before.details, contacts=(Contact("架空 三郎", "おい", "", "0942-00-0003"),))
    _roster(office).save(replace(before, phone="0942-00-0009", details=details), before)


@when("その人を1つめの版に戻す")
def restore(office: Office, whom: MemberId) -> None:
    _roster(office).restore(whom, 1)


@when("その人の名簿の同意を撤回にする")
def withdraw(office: Office, whom: MemberId) -> None:
    before = _member(office, whom)
    withdrawn = Consent(ConsentKind.ROSTER, ConsentState.WITHDRAWN, date(2026, 1, 1), date(2024, 3, 1))
    with office.city.writing() as session:
        session.members.save_many(
            office.city.access, [replace(before, consents=(withdrawn,))], source=BY_HAND
        )


@then("履歴に2つの版があり、新しい版は画面で入力したもの")
def two_versions(office: Office, whom: MemberId) -> None:
    newest, first = _history(office, whom)
    assert (newest.source, newest.operator) == (BY_HAND, office.city.access.name)
    assert first.source == "架空の取込"
    assert newest.saved_at >= first.saved_at


@then("新しい版で変わった項目は「電話1」と「緊急連絡先」")
def changed(office: Office, whom: MemberId) -> None:
    newest, first = _history(office, whom)
    assert changed_captions(first.member, newest.member) == ["電話1", "緊急連絡先"]


@then("電話と緊急連絡先は、はじめのものになる")
def as_at_first(office: Office, whom: MemberId) -> None:
    member = _member(office, whom)
    assert (member.phone, member.details.contacts) == (FIRST, (BROTHER,))


@then("履歴に3つの版があり、どれも読める")
def three_versions(office: Office, whom: MemberId) -> None:
    assert [one.version for one in _history(office, whom)] == [3, 2, 1]


@then("名簿の同意は撤回のまま")
def still_withdrawn(office: Office, whom: MemberId) -> None:
    assert _member(office, whom).consent_state(ConsentKind.ROSTER) is ConsentState.WITHDRAWN


def _roster(office: Office) -> RosterService:
    return RosterService(office.city, SystemClock())


def _member(office: Office, whom: MemberId) -> RosterMember:
    found = _roster(office).open(whom)
    assert found is not None
    return found.member


def _history(office: Office, whom: MemberId) -> list[MemberVersion]:
    return _roster(office).history(whom)
