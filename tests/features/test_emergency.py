from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from kurume_bousai import app
from kurume_bousai.domain.access import Access, Right, Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import ConsentKind, ConsentState
from kurume_bousai.domain.emergency import EmergencyId
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import HandOutPaper
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.recipients import Handler, PartnerId
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.services.disclosure.emergency import (
    FACT_EMERGENCY_BY_CLERK,
    EmergencyOrder,
    EmergencyService,
    SharingNow,
)
from kurume_bousai.services.disclosure.recipients import RecipientService
from kurume_bousai.services.hand_outs.copies import HandOutCopies
from kurume_bousai.services.hand_outs.service import HandOutDraft, HandOutService
from kurume_bousai.services.papers.rules import Recipient, may_receive
from tests.fakes.city import FixedClock
from tests.features.conftest import Office

scenarios("emergency.feature")

TSUBUKU, SHOJIMA = DistrictId("津福"), DistrictId("荘島")
REASON = "浸水で孤立した家の安否確認のため"


@dataclass
class Night:
    """その夜: a clock of its own, the recipient, and the mode that was begun."""

    clock: FixedClock
    kept_partner: PartnerId | None = None
    kept_emergency: EmergencyId | None = None

    @property
    def partner_id(self) -> PartnerId:
        assert self.kept_partner is not None, "no recipient stands in the master"
        return self.kept_partner

    @property
    def emergency_id(self) -> EmergencyId:
        assert self.kept_emergency is not None, "no emergency was begun"
        return self.kept_emergency


@pytest.fixture
def night() -> Night:
    return Night(FixedClock(datetime.fromisoformat("2026-07-10T03:00:00+09:00")))


class Second:
    """もう一人の名簿の担当, who vouches for every hand-out here."""

    def __init__(self, access: Access) -> None:
        self._access = replace(access, operator_id=type(access.operator_id)("second"), name="確かめる人")

    def vouch(self, name: str, passphrase: str, right: Right = Right.PRINT_NAMED) -> Access:
        return self._access

    def names(self, right: Right = Right.PRINT_NAMED) -> list[str]:
        return ["確かめる人"]

    def operators(self) -> int:
        return 2


def service(office: Office, night: Night) -> EmergencyService:
    return EmergencyService(office.city, night.clock)


def shared(
    office: Office, night: Night, district: DistrictId, body: Body
) -> tuple[set[MemberId], set[MemberId]]:
    """Who may be told now, and everybody of the 校区, as the flagged clerk would see them all."""
    flagged = replace(office.city.access, roles=frozenset({Role.CLERK}), handles_protected=True)
    recipient = Recipient(body, "架空の団体", None)
    with office.city.reading() as session:
        if body is Body.FIRE_SERVICE:
            (partner,) = [one for one in session.partners.all(flagged) if one.partner_id == night.partner_id]
        else:
            (partner,) = [
                replace(one, body=body, partner_id=PartnerId("別"))
                for one in session.partners.all(flagged)
                if one.partner_id == night.partner_id
            ]
        sharing = SharingNow(night.clock)(session, partner)
        people = session.members.in_district(flagged, district)
    told = {one.member_id for one in people if may_receive(one, recipient, sharing.mode(one.district_id))}
    return told, {one.member_id for one in people if not one.has_protected_address}


def consented(office: Office, district: DistrictId, body: Body) -> set[MemberId]:
    flagged = replace(office.city.access, roles=frozenset({Role.CLERK}), handles_protected=True)
    with office.city.reading() as session:
        return {
            one.member_id
            for one in session.members.in_district(flagged, district)
            if not one.has_protected_address
            and one.consent(ConsentKind.ROSTER).state is ConsentState.GIVEN
            and one.consent(ConsentKind.ROSTER).covers_bodies((body,))
        }


@given("消防本部が渡す先の台帳にある")
def fire_service(office: Office, night: Night) -> None:
    recipients = RecipientService(office.city, night.clock)
    known = [one for one in recipients.all() if one.body is Body.FIRE_SERVICE]
    blank = known[0] if known else recipients.blank(Body.FIRE_SERVICE)
    kept = recipients.save(
        replace(
            blank, name="架空の消防本部", responsible="架空の責任者", responsible_since=None,
            handlers=(Handler("架空の取扱者", night.clock.now().date()),), agreed_on=night.clock.now().date(),
        )
    ).value  # fmt: skip
    night.kept_partner = kept.partner_id


@when("津福校区について消防に渡す災害時提供モードを始める")
def begin(office: Office, night: Night) -> None:
    order = EmergencyOrder(
        event="架空の令和8年7月豪雨",
        reason=REASON,
        bodies=frozenset({Body.FIRE_SERVICE}),
        districts=frozenset({TSUBUKU}),
        until=night.clock.now() + timedelta(hours=24),
    )
    night.kept_emergency = service(office, night).switch_on(order).value.emergency_id


@when("わけを入れずに災害時提供モードを始めようとする")
def begin_without_reason(office: Office, night: Night) -> None:
    order = EmergencyOrder(
        "架空の大雨", " ", frozenset({Body.POLICE}), until=night.clock.now() + timedelta(hours=1)
    )
    with pytest.raises(KnownProblem) as caught:
        service(office, night).switch_on(order)
    office.problem = caught.value


def _try_as(office: Office, night: Night, role: Role) -> None:
    before = office.city.access
    office.city._access = replace(
        before, roles=frozenset({role})
    )  # the demo has one operator with every role
    try:
        with pytest.raises(KnownProblem) as caught:
            begin(office, night)
    finally:
        office.city._access = before
    office.problem = caught.value


@when("進行役が災害時提供モードを始めようとする")
def begin_as_facilitator(office: Office, night: Night) -> None:
    _try_as(office, night, Role.FACILITATOR)


@when("市が名簿の担当に認めないとき、名簿の担当が災害時提供モードを始めようとする")
def begin_as_clerk(office: Office, night: Night) -> None:
    with office.city.writing() as session:
        session.set_fact(FACT_EMERGENCY_BY_CLERK, "0")
    _try_as(office, night, Role.CLERK)


@when("消防本部に名簿を渡す")
def hand_out(office: Office, night: Night) -> None:
    hand_outs = HandOutService(
        office.city,
        replace(app.reporting(office.city), second=Second(office.city.access)),
        night.clock,
        SharingNow(night.clock),
    )
    order = hand_outs.order(HandOutDraft(night.partner_id, "安否確認と救助")).value
    hand_outs.print_copies(order.order_id, Confirmation("確かめる人", "x"))


def emergency_list(office: Office, night: Night) -> None:
    reporting = replace(app.reporting(office.city), second=Second(office.city.access), clock=night.clock)
    hand_outs = HandOutService(office.city, reporting, night.clock, SharingNow(night.clock))
    draft = HandOutDraft(night.partner_id, "安否確認と救助", paper=HandOutPaper.EMERGENCY)
    order = hand_outs.order(draft).value
    hand_outs.print_copies(order.order_id, Confirmation("確かめる人", "x"))


@when("消防本部に災害時の名簿を渡す")
def hand_out_of_the_emergency(office: Office, night: Night) -> None:
    emergency_list(office, night)


@when("消防本部に災害時の名簿を渡そうとする")
def try_to_hand_out(office: Office, night: Night) -> None:
    with pytest.raises(KnownProblem) as caught:
        emergency_list(office, night)
    office.problem = caught.value


@when("災害時提供モードを終える")
def finish(office: Office, night: Night) -> None:
    service(office, night).switch_off(night.emergency_id, "雨がやんだ")


@when(parsers.parse("{hours:d} 時間たつ"))
def later(night: Night, hours: int) -> None:
    night.clock.moment += timedelta(hours=hours)


@then("消防本部に渡せるのは、津福校区でも荘島校区でも同意のある人だけである")
def only_with_consent(office: Office, night: Night) -> None:
    for district in (TSUBUKU, SHOJIMA):
        told, everybody = shared(office, night, district, Body.FIRE_SERVICE)
        assert told == consented(office, district, Body.FIRE_SERVICE) != everybody


@then("津福校区は、支援措置対象者のほかは全員を消防本部に渡せる")
def everybody_here(office: Office, night: Night) -> None:
    told, everybody = shared(office, night, TSUBUKU, Body.FIRE_SERVICE)
    assert told == everybody
    assert told > consented(office, TSUBUKU, Body.FIRE_SERVICE)


@then("荘島校区は、同意のある人だけを消防本部に渡せる")
def elsewhere_as_ever(office: Office, night: Night) -> None:
    told, everybody = shared(office, night, SHOJIMA, Body.FIRE_SERVICE)
    assert told == consented(office, SHOJIMA, Body.FIRE_SERVICE) != everybody


@then("警察に渡せるのは、同意のある人だけである")
def others_as_ever(office: Office, night: Night) -> None:
    told, _everybody = shared(office, night, TSUBUKU, Body.POLICE)
    assert told == consented(office, TSUBUKU, Body.POLICE)


@then(parsers.parse("このモードで渡した写しは {copies:d} 部である"))
def left(office: Office, night: Night, copies: int) -> None:
    found = service(office, night).left_under(night.emergency_id)
    assert len(found) == copies
    assert found[0].people > 0


def copies(office: Office, night: Night) -> HandOutCopies:
    return HandOutCopies(office.city, night.clock)


@then("その写しに載るのは、津福校区の支援措置対象者のほかの全員だけである")
def only_its_district(office: Office, night: Night) -> None:
    (copy,) = copies(office, night).ledger().copies
    listed = {one.member_id for one in copies(office, night).open(copy.copy_number).people}
    told, everybody = shared(office, night, TSUBUKU, Body.FIRE_SERVICE)
    assert listed == told == everybody


@then("その写しの使用期限は、モードの終わる日である")
def until_the_end(office: Office, night: Night) -> None:
    (copy,) = copies(office, night).ledger().copies
    assert copy.expires_on == copy.due_on == (night.clock.now() + timedelta(hours=24)).date()


@then("モードのあいだは、その写しは返却待ちではない")
def not_yet_awaited(office: Office, night: Night) -> None:
    assert copies(office, night).ledger().awaited() == []


@then("その写しは返却待ちになる")
def awaited(office: Office, night: Night) -> None:
    assert len(copies(office, night).ledger().awaited()) == 1


@then("このモードの記録を紙に出せる")
def paper(office: Office, night: Night) -> None:
    place: Path = office.folder / "emergency.pdf"
    report = service(office, night).report(night.emergency_id)
    app.reporting(office.city).write(report, place)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(place).pages)
    for words in ("架空の令和8年7月豪雨", REASON, "架空の消防本部", "人が終えた", "49条の11"):
        assert words.replace(" ", "") in text.replace(" ", "").replace("\n", "")


@then("監査記録はそろっている")
def audited(office: Office) -> None:
    with office.city.reading() as session:
        assert session.audit.verify() == []
