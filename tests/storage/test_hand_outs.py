"""渡す先・申し出・写し in the encrypted file: what the fake promises, kept by the real one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kurume_bousai import app
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import (
    Consent,
    ConsentGiver,
    ConsentKind,
    ConsentMethod,
    ConsentState,
)
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import CopyEventKind, CopyState, HandOutPaper
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.members import RemovalReason, RosterMember
from kurume_bousai.domain.recipients import Handler, SupportPartner
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.domain.second_person import Confirmation, SecondPersonGround
from kurume_bousai.services.hand_outs.service import HandOutDraft
from kurume_bousai.services.papers.rules import NamedRequest, Recipient
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import EncryptedCityDatabase, create_database, open_database
from kurume_bousai.storage.second_person import SecondOperator
from tests.storage.people import person

DISTRICT = DistrictId("津福")
SECOND = Confirmation("架空二", "demo")
GIVEN = Consent(
    ConsentKind.ROSTER, ConsentState.GIVEN, date(2026, 4, 1), date(2026, 3, 1), "架空の職員",
    method=ConsentMethod.WRITTEN, given_by=ConsentGiver.PERSON,
)  # fmt: skip


@pytest.fixture
def city(tmp_path: Path) -> Iterator[EncryptedCityDatabase]:
    made, _ = create_database(tmp_path / "city.db", "架空", "demo", roles=list(Role), fictional=True)
    made.add_operator("架空二", "demo", roles=[Role.CLERK])
    made.add_operator("架空三", "demo", roles=[Role.CLERK], handles_protected=True)
    made.add_operator("見る人", "demo", roles=[Role.VIEWER])
    with made.writing() as session:
        session.districts.save_many(
            made.access, [SchoolDistrict(DISTRICT, "津福", "", "久留米", LonLat(130.5, 33.3), 1)]
        )
        people = [
            person(name, district_id=DISTRICT, neighborhood="一区", consents=(GIVEN,), disease="秘密の病名")
            for name in ("架空 一", "架空 二", "架空 三")
        ]
        session.members.add_many(made.access, people, source="x")
    yield made
    made.close()


def members(city: EncryptedCityDatabase) -> list[RosterMember]:
    with city.reading() as session:
        return session.members.in_district(city.access, None)


def partner(city: EncryptedCityDatabase, body: Body = Body.DISTRICT_ORGANIZATION) -> SupportPartner:
    service = app.recipients(city)
    made = replace(
        service.blank(body), name="架空のまちづくり", district_id=DISTRICT, responsible="架空 会長",
        agreed_on=date(2026, 4, 1), handlers=(Handler("架空 花子", date(2026, 4, 2)),), storage_place="金庫",
    )  # fmt: skip
    return service.save(made).value


def hand(
    city: EncryptedCityDatabase,
    to: SupportPartner,
    copies: int = 1,
    paper: HandOutPaper = HandOutPaper.ROSTER,
) -> list[str]:
    service = app.hand_outs(city, app.reporting(city))
    order = service.order(HandOutDraft(to.partner_id, "見守り", copies, paper)).value
    return [one.copy_number for one in service.print_copies(order.order_id, SECOND).value]


def flag(city: EncryptedCityDatabase, member: RosterMember) -> None:
    """An import that knows the flag sets it, whoever runs it."""
    with city.writing() as session:
        session.members.save_many(city.access, [replace(member, has_protected_address=True)], source="x")


def test_a_recipient_is_kept_in_every_version(city: EncryptedCityDatabase) -> None:
    service = app.recipients(city)
    first = partner(city)
    second = service.save(replace(first, storage_place="書庫")).value
    assert service.get(first.partner_id) == second
    assert [one.partner.storage_place for one in service.history(first.partner_id)] == ["書庫", "金庫"]
    with pytest.raises(KnownProblem) as caught:
        service.save(replace(first, storage_place="机"))
    assert caught.value.code == "changed_meanwhile"
    assert service.named("架空のまちづくり") == second
    assert service.named(first.partner_id) == second


def test_a_copy_keeps_what_it_said_although_the_list_went_on(city: EncryptedCityDatabase) -> None:
    [number] = hand(city, partner(city))
    first = members(city)[0]
    with city.writing() as session:
        session.members.save_many(city.access, [replace(first, name="架空 改名")], source="x")
        session.members.remove_many(
            city.access, [members(city)[1].member_id], RemovalReason.DIED, source="x", on=date(2026, 11, 20)
        )
    file = app.hand_out_copies(city).open(number)
    assert file.copy.confirmed_by == "架空二"
    assert file.copy.holder == "架空 会長"
    said = [one.said.value(RosterColumn.NAME) for one in file.people if one.said is not None]
    assert said == ["架空 一", "架空 二", "架空 三"]
    assert all(one.said.value(RosterColumn.DISEASE) is None for one in file.people if one.said is not None)
    assert [one.now is None for one in file.people] == [False, True, False]


def test_events_are_appended_and_the_ledger_follows(city: EncryptedCityDatabase) -> None:
    numbers = hand(city, partner(city), copies=2)
    service = app.hand_out_copies(city)
    service.record(numbers, CopyEventKind.RECEIVED, service.today)
    service.record(numbers[:1], CopyEventKind.RETURNED, service.today)
    with city.reading() as session:
        returned = {one.copy_number: one.returned_on for one in session.ledger.all(city.access)}
        first = session.members.rows(city.access, MemberQuery())[0]
        out = session.ledger.copies_naming(city.access, first.member_id)
    assert returned == {numbers[0]: service.today, numbers[1]: None}
    assert [one.copy_number for one in out] == [numbers[1]]
    service.correct(numbers[0], "まちがい")
    found = {copy.copy_number: copy for copy in service.ledger().copies}
    assert found[numbers[0]].state is CopyState.HELD
    assert len(found[numbers[0]].events) == 3
    with pytest.raises(KnownProblem):
        service.record([numbers[1], numbers[1], "2026-9999"], CopyEventKind.LOST, service.today)
    assert {copy.state for copy in service.ledger().copies} == {CopyState.HELD}


def test_a_late_flag_calls_the_paper_back_and_the_person_is_nowhere(city: EncryptedCityDatabase) -> None:
    to = partner(city)
    [number] = hand(city, to)
    hidden = members(city)[0]
    flag(city, hidden)
    service = app.hand_out_copies(city)
    found = service.ledger()
    assert found.to_recall == {number}
    assert found.copies[0].people == 2
    file = service.open(number)
    assert hidden.member_id not in {one.member_id for one in file.people}
    assert len(service.loss_report(number).people) == 2
    assert service.copies_out_naming([hidden.member_id]) == []
    with pytest.raises(KnownProblem) as caught:
        hand(city, to, paper=HandOutPaper.DIFFERENCE)
    assert caught.value.code == "base_recalled"
    [fresh] = hand(city, to)
    assert fresh not in service.ledger().to_recall
    path = city.path
    city.close()
    flagged = open_database(path, "架空三", "demo")
    try:
        seen = app.hand_out_copies(flagged)
        assert hidden.member_id in {one.member_id for one in seen.open(number).people}
        assert {one.copy_number for one in seen.copies_out_naming([hidden.member_id])} == {number}
    finally:
        flagged.close()


@pytest.mark.parametrize(
    ("state", "covers", "is_recalled"),
    [
        (ConsentState.GIVEN, None, False),
        (ConsentState.GIVEN, frozenset({Body.DISTRICT_ORGANIZATION}), False),
        (ConsentState.GIVEN, frozenset({Body.POLICE}), True),
        (ConsentState.WITHDRAWN, None, True),
        (ConsentState.UNANSWERED, None, True),
    ],
)
def test_who_may_not_stand_there_any_more_calls_a_paper_back(
    city: EncryptedCityDatabase, state: ConsentState, covers: frozenset[Body] | None, is_recalled: bool
) -> None:
    [number] = hand(city, partner(city))
    first = members(city)[0]
    with city.writing() as session:
        changed = replace(first, consents=(replace(GIVEN, state=state, covers=covers),))
        session.members.save_many(city.access, [changed], source="x")
    assert (number in app.hand_out_copies(city).ledger().to_recall) == is_recalled


def test_the_second_person_has_a_passphrase_and_the_right(city: EncryptedCityDatabase) -> None:
    second = SecondOperator(city)
    assert second.names() == ["架空三", "架空二"]
    assert second.vouch("架空二", "demo").name == "架空二"
    for name, passphrase, code in (
        ("架空二", "ちがう合言葉です", "wrong_passphrase"),
        ("いない人", "demo", "wrong_passphrase"),
        ("架空", "demo", "same_person"),
        ("見る人", "demo", "second_no_right"),
    ):
        with pytest.raises(KnownProblem) as caught:
            second.vouch(name, passphrase)
        assert caught.value.code == code
    with city.reading() as session:
        actions = [entry.action for entry in session.audit.entries()]
        assert session.audit.verify() == []
    assert actions.count("second_person_vouched") == 1
    assert actions.count("second_person_refused") == 3


def test_the_ledger_keeps_who_confirmed_a_list(city: EncryptedCityDatabase, tmp_path: Path) -> None:
    recipient = Recipient(Body.DISTRICT_ORGANIZATION, "架空のまちづくり", DISTRICT)
    request = NamedRequest(recipient, "見守り")
    reporting = app.reporting(city)
    place = tmp_path / "a.xlsx"
    with pytest.raises(KnownProblem, match="second_person_missing"):
        reporting.write_roster(DISTRICT, request, place, lambda: "0123456789")
    assert not place.exists()
    reporting.write_roster(DISTRICT, replace(request, confirmation=SECOND), place, lambda: "0123456789")
    with city.reading() as session:
        [entry] = session.ledger.all(city.access)
    assert (entry.second_person, entry.second_ground) == ("架空二", SecondPersonGround.CONFIRMED)
    [copy] = app.hand_out_copies(city).ledger().copies
    assert (copy.confirmed_by, copy.second_ground) == ("架空二", SecondPersonGround.CONFIRMED)


def test_no_name_of_an_official_is_in_the_audit(city: EncryptedCityDatabase) -> None:
    to = partner(city)
    [number] = hand(city, to)
    service = app.hand_out_copies(city)
    service.record(
        [number], CopyEventKind.HANDED_OVER, service.today, holder="架空 次期会長", note="引き継ぎ"
    )
    with city.reading() as session:
        told = str(session.audit._payloads())
    assert "会長" not in told
    assert "花子" not in told
