from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from pytest_bdd import parsers, scenarios, then, when

from kurume_bousai import app
from kurume_bousai.app.clock import SystemClock
from kurume_bousai.app.map_papers import person_maps
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.second_person import Confirmation, Looser, SecondPersonRule
from kurume_bousai.labels import label
from kurume_bousai.services.disclosure.emergency import EmergencyOrder, EmergencyService
from kurume_bousai.services.disclosure.second_person import LeavingRules
from kurume_bousai.services.hand_outs.copies import CopyList
from kurume_bousai.services.maps.person_maps import PersonMapService
from kurume_bousai.services.papers.rules import NamedRequest, Recipient
from kurume_bousai.services.ports.members import MemberQuery
from tests.features.conftest import Office
from tests.fixtures.demo_city import DISTRICT, OPERATOR, PASSPHRASE, PROTECTED_OPERATOR

scenarios("second_person.feature")

DISTRICT_ID = DistrictId(DISTRICT)
RECIPIENT = Recipient(Body.DISTRICT_ORGANIZATION, "架空のまちづくり協議会", DISTRICT_ID)
SECRET = "0123456789"


def request(confirmation: Confirmation | None = None) -> NamedRequest:
    return NamedRequest(RECIPIENT, "見守り", confirmation=confirmation)


def write(office: Office, confirmation: Confirmation | None = None) -> None:
    place = office.folder / "名簿.xlsx"
    app.reporting(office.city).write_roster(DISTRICT_ID, request(confirmation), place, lambda: SECRET)
    place.unlink()


def ledger(office: Office) -> CopyList:
    return app.hand_out_copies(office.city).ledger()


def refused(office: Office, act: Callable[[], object]) -> None:
    office.problem = None
    try:
        act()
    except KnownProblem as problem:
        office.problem = problem


def emergencies(office: Office) -> EmergencyService:
    return EmergencyService(office.city, SystemClock())


@when("一人で校区の名簿を出そうとする")
def one_writes(office: Office) -> None:
    refused(office, lambda: write(office))


@when("一人で校区の名簿を出す")
def one_writes_well(office: Office) -> None:
    write(office)


@when("一人で一人の避難の地図を出そうとする")
def one_writes_a_map(office: Office) -> None:
    maps: PersonMapService = person_maps(office.city)
    with office.city.reading() as session:
        rows = session.members.rows(office.city.access, MemberQuery(district_id=DISTRICT_ID))
    number = next(row.number for row in rows if _may_have_a_map(maps, row.number))
    refused(office, lambda: maps.print_pages(number, request()))


def _may_have_a_map(maps: PersonMapService, number: int) -> bool:
    try:
        maps.check(number, RECIPIENT)
    except KnownProblem:
        return False
    return True


@when("一人で班の名簿を出そうとする")
def one_writes_a_sheet(office: Office) -> None:
    session = office.begin()
    table = session.tables[0].table_id
    place = office.folder / "班.xlsx"
    reporting = app.reporting(office.city)
    refused(office, lambda: reporting.write_sheet(session, table, request(), place, lambda: SECRET))


@when("もう一人が確かめて、校区の名簿を出す")
def two_write(office: Office) -> None:
    write(office, Confirmation(PROTECTED_OPERATOR, PASSPHRASE))


@when(parsers.parse("「{name}」の合言葉「{secret}」で、校区の名簿を出そうとする"))
def signed_by(office: Office, name: str, secret: str) -> None:
    if name == "見るだけの人":
        office.city.add_operator(name, PASSPHRASE, roles=[Role.VIEWER])
    refused(office, lambda: write(office, Confirmation(name, secret)))


@when("市が「災害時提供モードのときは一人で出せる」と決める")
def city_allows_in_emergency(office: Office) -> None:
    other = Confirmation(PROTECTED_OPERATOR, PASSPHRASE)
    rules = app.leaving_rules(office.city)
    rules.save(rules.read(), LeavingRules(SecondPersonRule(emergency_alone=True)), other)


@when("市が「操作する人が一人だけでも出せない」と決める")
def city_forbids_alone(office: Office) -> None:
    rules = app.leaving_rules(office.city)
    rules.save(rules.read(), LeavingRules(SecondPersonRule(lone_operator=False)))


@when("津福校区のまちづくり協議会あての災害時提供モードが始まる")
def emergency_begins(office: Office) -> None:
    service = emergencies(office)
    order = EmergencyOrder(
        "架空の大雨", "避難の支援", frozenset({Body.DISTRICT_ORGANIZATION}),
        districts=frozenset({DISTRICT_ID}), until=service.now() + timedelta(hours=6),
    )  # fmt: skip
    service.switch_on(order)


@when("災害時提供モードが終わる")
def emergency_ends(office: Office) -> None:
    service = emergencies(office)
    for mode in service.live():
        service.switch_off(mode.emergency_id, "雨がやんだ")


@when("操作する人が一人だけになる")
def one_is_left(office: Office) -> None:
    for operator in office.city.operators():
        if operator.name != OPERATOR:
            office.city.remove_operator(operator.name)


@then("台帳に写しは増えず、ファイルもない")
def nothing_left(office: Office) -> None:
    assert ledger(office).copies == ()
    assert list(office.folder.iterdir()) == []


@then("台帳に、出した人と確かめた人の名前がある")
def both_are_named(office: Office) -> None:
    [copy] = ledger(office).copies
    assert (copy.operator, copy.confirmed_by) == (OPERATOR, PROTECTED_OPERATOR)


@then("監査記録に、確かめたことが残る")
def audited(office: Office) -> None:
    with office.city.reading() as session:
        actions = [entry.action for entry in session.audit.entries()]
        assert session.audit.verify() == []
    assert actions.index("second_person_vouched") < actions.index("copies_issued")


@then(parsers.parse("台帳に「{words}」と残る"))
def ledger_says(office: Office, words: str) -> None:
    copy = ledger(office).copies[0]
    assert copy.second_ground is not None
    assert (copy.confirmed_by, label(copy.second_ground)) == ("", words)


LOOSER = LeavingRules(SecondPersonRule(lists=False))


@when("一人で「校区の名簿は一人で出せる」と決めようとする")
def one_loosens(office: Office) -> None:
    rules = app.leaving_rules(office.city)
    refused(office, lambda: rules.save(rules.read(), LOOSER))


@when("もう一人が確かめて、「校区の名簿は一人で出せる」と決める")
def two_loosen(office: Office) -> None:
    rules = app.leaving_rules(office.city)
    rules.save(rules.read(), LOOSER, Confirmation(PROTECTED_OPERATOR, PASSPHRASE))


@when("一人で「校区の名簿にも、もう一人の確認が要る」と決める")
def one_tightens(office: Office) -> None:
    rules = app.leaving_rules(office.city)
    rules.save(rules.read(), LeavingRules())


@then("台帳に、ゆるめた決まりと、決めた人と確かめた人の名前が出る")
def ledger_warns(office: Office) -> None:
    told = app.hand_out_copies(office.city).ledger().loosened
    assert told is not None
    assert told.rules == (Looser.LISTS,)
    assert (told.by, told.confirmed_by) == (office.city.access.name, PROTECTED_OPERATOR)


@then("台帳に、ゆるめた決まりは出ない")
def ledger_is_quiet(office: Office) -> None:
    assert app.hand_out_copies(office.city).ledger().loosened is None
