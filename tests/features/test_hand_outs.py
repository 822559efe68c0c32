from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from kurume_bousai import app
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import ConsentKind, ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import CopyEventKind, CopyState, HandOutPaper
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.recipients import SupportPartner
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.services.hand_outs.copies import CopyList, HandOutCopies
from kurume_bousai.services.hand_outs.service import HandOutDraft, HandOutService
from tests.features.conftest import Office
from tests.fixtures.demo_city import DISTRICT, PASSPHRASE, PROTECTED_OPERATOR

scenarios("hand_outs.feature")

SECOND = Confirmation(PROTECTED_OPERATOR, PASSPHRASE)


@dataclass
class Papers:
    """What was handed out, and whom the scenario is about."""

    partner: SupportPartner | None = None
    numbers: list[str] = field(default_factory=list)
    people: int = 0
    somebody: RosterMember | None = None
    told: list[str] = field(default_factory=list)

    @property
    def to(self) -> SupportPartner:
        assert self.partner is not None
        return self.partner

    @property
    def one(self) -> RosterMember:
        assert self.somebody is not None
        return self.somebody


@pytest.fixture
def papers() -> Papers:
    return Papers()


def copies(office: Office) -> HandOutCopies:
    return app.hand_out_copies(office.city)


def ledger(office: Office) -> CopyList:
    return copies(office).ledger()


def service(office: Office) -> HandOutService:
    return app.hand_outs(office.city, app.reporting(office.city))


def hand(office: Office, papers: Papers, copies_wanted: int = 1) -> list[str]:
    order = service(office).order(HandOutDraft(papers.to.partner_id, "見守り", copies_wanted)).value
    return [one.copy_number for one in service(office).print_copies(order.order_id, SECOND).value]


def listed(office: Office, papers: Papers) -> RosterMember:
    """Somebody who stands on the first copy."""
    file = copies(office).open(papers.numbers[0])
    found = next(one.now for one in file.people if one.now is not None)
    papers.somebody = found
    return found


@given("津福校区のまちづくり協議会が、渡す先の台帳にある")
def known(office: Office, papers: Papers) -> None:
    recipients = app.recipients(office.city)
    made = replace(
        recipients.blank(Body.DISTRICT_ORGANIZATION), name="架空のまちづくり協議会",
        district_id=DistrictId(DISTRICT), responsible="架空 会長", agreed_on=date(2026, 4, 1),
    )  # fmt: skip
    papers.partner = recipients.save(made).value


@given("二人目が確かめて、津福校区の名簿を2部渡した")
def handed(office: Office, papers: Papers) -> None:
    papers.numbers = hand(office, papers, 2)
    found = ledger(office)
    papers.people = found.copies[0].people
    assert papers.people > 3
    assert {copy.confirmed_by for copy in found.copies} == {PROTECTED_OPERATOR}


@when("申し出た人が自分で確かめて渡そうとする")
def alone(office: Office, papers: Papers) -> None:
    order = service(office).order(HandOutDraft(papers.to.partner_id, "見守り")).value
    with pytest.raises(KnownProblem) as caught:
        service(office).print_copies(order.order_id)
    office.problem = caught.value


@then("台帳の写しは2部のままである")
def still_two(office: Office) -> None:
    assert len(ledger(office).copies) == 2


@when("1部目をなくした届けがある")
def lost(office: Office, papers: Papers) -> None:
    today = copies(office).today
    copies(office).record(papers.numbers[:1], CopyEventKind.LOST, today)


@then("だれの情報が載っていたかが、番号と列でわかる")
def whose(office: Office, papers: Papers) -> None:
    report = copies(office).loss_report(papers.numbers[0])
    assert len(report.people) == papers.people
    assert len({person.number for person in report.people}) == papers.people
    assert report.columns


@then("その報告の紙に、だれの名前もない")
def nameless(office: Office, papers: Papers) -> None:
    report = copies(office).loss_report(papers.numbers[0])
    place = office.folder / "loss.html"
    app.reporting(office.city).write(report, place)
    text = place.read_text("utf-8")
    people = [one.now for one in copies(office).open(papers.numbers[0]).people if one.now is not None]
    assert not any(one.name in text or (one.phone and one.phone in text) for one in people)


@when("なくした写しが見つかり、返ってくる")
def found_again(office: Office, papers: Papers) -> None:
    today = copies(office).today
    copies(office).record(papers.numbers[:1], CopyEventKind.FOUND, today)
    copies(office).record(papers.numbers[:1], CopyEventKind.RETURNED, today)


@then("出ている写しは1部である")
def one_out(office: Office, papers: Papers) -> None:
    assert [copy.copy_number for copy in ledger(office).out()] == papers.numbers[1:]


@when("1部目を引き継ぎ、2部目を回収することにして、責任者がかわる")
def another(office: Office, papers: Papers) -> None:
    first, second = papers.numbers
    recipients = app.recipients(office.city)
    recipients.change_responsible(
        papers.to.partner_id, "架空 次の会長", recipients.today, hands_over={first: True, second: False}
    )


@then("1部目は新しい責任者が持ち、2部目は返却待ちである")
def holders(office: Office, papers: Papers) -> None:
    found = {copy.copy_number: copy for copy in ledger(office).copies}
    assert found[papers.numbers[0]].holder == "架空 次の会長"
    assert found[papers.numbers[1]].state is CopyState.RECALLED


@when("名簿に載った一人が、同意を撤回する")
def withdraws(office: Office, papers: Papers) -> None:
    one = listed(office, papers)
    no = replace(
        one.consent(ConsentKind.ROSTER), state=ConsentState.WITHDRAWN, decided_on=copies(office).today
    )
    back = app.consents(office.city).answer(one.member_id, no).value.call_back
    papers.told = sorted(copy.copy_number for copy in back)


@then("出ている2部の写しの番号が示され、返却待ちになる")
def shown(office: Office, papers: Papers) -> None:
    assert papers.told == sorted(papers.numbers)
    assert sorted(copy.copy_number for copy in ledger(office).awaited()) == sorted(papers.numbers)


@when("2部を返してもらい、名簿を渡し直す")
def again(office: Office, papers: Papers) -> None:
    copies(office).record(papers.numbers, CopyEventKind.RETURNED, copies(office).today)
    papers.numbers = hand(office, papers)


@then("新しい名簿に、その人は載っていない")
def gone(office: Office, papers: Papers) -> None:
    file = copies(office).open(papers.numbers[0])
    assert papers.one.member_id not in {one.member_id for one in file.people}
    assert file.copy.people == papers.people - 1


@then("返却待ちの写しはない")
def nothing_awaited(office: Office) -> None:
    assert ledger(office).awaited() == []


@when("名簿に載った一人に、取込で支援措置の印がつく")
def flagged(office: Office, papers: Papers) -> None:
    one = listed(office, papers)
    with office.city.writing() as session:
        session.members.save_many(
            office.city.access, [replace(one, has_protected_address=True)], source="住基"
        )


@then("出ている2部が返却待ちになる")
def both_awaited(office: Office, papers: Papers) -> None:
    assert sorted(copy.copy_number for copy in ledger(office).awaited()) == sorted(papers.numbers)


@then("担当でない人には、その人が写しの人数にも、載っていた人にも出ない")
def absent(office: Office, papers: Papers) -> None:
    file = copies(office).open(papers.numbers[0])
    assert file.copy.people == papers.people - 1 == len(file.people)
    assert papers.one.member_id not in {one.member_id for one in file.people}
    assert copies(office).copies_out_naming([papers.one.member_id]) == []


@then(parsers.parse("差分名簿は「{code}」とことわられる"))
def no_difference(office: Office, papers: Papers, code: str) -> None:
    draft = HandOutDraft(papers.to.partner_id, "差分", paper=HandOutPaper.DIFFERENCE)
    with pytest.raises(KnownProblem) as caught:
        service(office).preview(draft)
    assert caught.value.code == code


@when("支援措置担当が開く")
def flagged_clerk(office: Office) -> None:
    office.open(PROTECTED_OPERATOR)


@then("載っていた人に、その人がいる")
def present(office: Office, papers: Papers) -> None:
    file = copies(office).open(papers.numbers[0])
    assert papers.one.member_id in {one.member_id for one in file.people}
