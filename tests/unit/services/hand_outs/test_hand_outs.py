"""名簿を渡す: nothing leaves without live consent for its recipient, a second person and a number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import (
    Consent,
    ConsentGiver,
    ConsentKind,
    ConsentMethod,
    ConsentState,
    SharingMode,
    shares_with,
)
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hand_outs import CopyEventKind, CopyState, HandOutPaper
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId
from kurume_bousai.domain.members import RemovalReason, RosterMember
from kurume_bousai.domain.recipients import Handler, SupportPartner
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.services.disclosure.recipients import RecipientService
from kurume_bousai.services.facts import FACT_NAMED_OUTPUT_LOCKED, FACT_SHARING_MODE
from kurume_bousai.services.hand_outs.copies import HandOutCopies
from kurume_bousai.services.hand_outs.service import HandOutDraft, HandOutService
from kurume_bousai.services.papers.hand_outs import PartnerDifference, PartnerRoster
from kurume_bousai.services.reporting.service import ReportingService
from kurume_bousai.services.roster.consents import ConsentService
from kurume_bousai.services.roster_import.recalls import tell_holders
from tests.fakes.city import FakeCity, FixedClock
from tests.fakes.hand_outs import FakeSecond
from tests.fakes.papers import Recorder
from tests.fakes.state import CityState

DISTRICTS = (DistrictId("津福"), DistrictId("荒木"))
SECOND = Confirmation("架空二", "demo")
GIVEN = Consent(
    ConsentKind.ROSTER, ConsentState.GIVEN, date(2026, 4, 1), date(2026, 3, 1), "架空の職員",
    method=ConsentMethod.WRITTEN, given_by=ConsentGiver.PERSON,
)  # fmt: skip


class Office:
    """A fake city with its services, opened by one clerk."""

    def __init__(self, *roles: Role, protected: bool = False) -> None:
        access = Access(OperatorId("o1"), "架空", frozenset(roles or (Role.CLERK,)), None, protected)
        state = CityState(
            districts={
                name: SchoolDistrict(name, name, "", "久留米", LonLat(130.5, 33.3), order)
                for order, name in enumerate(DISTRICTS)
            }
        )
        self.city = FakeCity(access, state)
        self.clock = FixedClock()
        self.papers = Recorder()
        reporting = ReportingService(self.city, self.papers, self.clock, FakeSecond())  # type: ignore[arg-type]
        self.recipients = RecipientService(self.city, self.clock)
        self.hand_outs = HandOutService(self.city, reporting, self.clock)
        self.copies = HandOutCopies(self.city, self.clock)
        self.consents = ConsentService(self.city, self.clock)

    def add(self, *members: RosterMember) -> None:
        with self.city.writing() as session:
            session.members.add_many(self.city.access, members, source="x")

    def save(self, member: RosterMember) -> None:
        with self.city.writing() as session:
            session.members.save_many(self.city.access, [member], source="x")

    def member(self, key: str) -> RosterMember:
        return self.city.state.members[MemberId(key)]

    def partner(self, body: Body = Body.DISTRICT_ORGANIZATION, **changes: object) -> SupportPartner:
        own: dict[str, object] = {
            "name": f"架空の{body.value}", "district_id": DISTRICTS[0], "responsible": "架空 会長",
            "agreed_on": date(2026, 4, 1),
        }  # fmt: skip
        made = replace(self.recipients.blank(body), **{**own, **changes})  # type: ignore[arg-type]
        return self.recipients.save(made).value

    def hand(
        self, partner: SupportPartner, paper: HandOutPaper = HandOutPaper.ROSTER, copies: int = 1
    ) -> list[str]:
        draft = HandOutDraft(partner.partner_id, "見守り", copies, paper)
        order = self.hand_outs.order(draft).value
        return [one.copy_number for one in self.hand_outs.print_copies(order.order_id, SECOND).value]


def person(key: str, **changes: object) -> RosterMember:
    made = RosterMember(
        MemberId(key), 0, f"架空 {key}", district_id=DISTRICTS[0], neighborhood="一区",
        address="架空町9999-1", disease="秘密の病名", phone="0942-00-0001", consents=(GIVEN,),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def code(act: object) -> str:
    with pytest.raises(KnownProblem) as caught:
        act()  # type: ignore[operator]
    return caught.value.code


# ---------------------------------------------------------------- whatever happens
class Life(RuleBasedStateMachine):
    """People answer, move, are flagged and go; lists and 差分 are handed out in between."""

    @initialize(mode=st.sampled_from(["opt_in", "opt_out_by_ordinance", "emergency"]))
    def begin(self, mode: str) -> None:
        self.office = Office()
        self.office.city.state.facts[FACT_SHARING_MODE] = mode
        self.mode = SharingMode.OPT_OUT_BY_ORDINANCE if mode == "opt_out_by_ordinance" else SharingMode.OPT_IN
        self.office.add(*(person(f"m{number}") for number in range(5)))
        self.partners = [
            self.office.partner(),
            self.office.partner(Body.FIRE_CORPS),
            self.office.partner(Body.NEIGHBORHOOD_ASSOCIATION, neighborhood="一区"),
            self.office.partner(Body.POLICE, district_id=None),
        ]
        self.checked = 0

    def _change(self, number: int, **changes: object) -> None:
        member = self.office.member(f"m{number}")
        if member.removed_on is None:
            self.office.save(replace(member, **changes))  # type: ignore[arg-type]

    @rule(
        number=st.integers(0, 4),
        state=st.sampled_from(ConsentState),
        covers=st.none() | st.sets(st.sampled_from([Body.POLICE, Body.FIRE_CORPS])).map(frozenset),
    )
    def answers(self, number: int, state: ConsentState, covers: frozenset[Body] | None) -> None:
        self._change(number, consents=(replace(GIVEN, state=state, covers=covers),))

    @rule(
        number=st.integers(0, 4), district=st.sampled_from(DISTRICTS), name=st.sampled_from(["一区", "二区"])
    )
    def moves(self, number: int, district: DistrictId, name: str) -> None:
        self._change(number, district_id=district, neighborhood=name)

    @rule(number=st.integers(0, 4))
    def is_flagged(self, number: int) -> None:
        member = self.office.member(f"m{number}")
        self.office.city.state.members[member.member_id] = replace(member, has_protected_address=True)

    @rule(number=st.integers(0, 4))
    def leaves_the_list(self, number: int) -> None:
        with self.office.city.writing() as session:
            session.members.remove_many(
                self.office.city.access, [MemberId(f"m{number}")], RemovalReason.DIED, source="x",
                on=date(2026, 11, 20),
            )  # fmt: skip

    @rule(which=st.integers(0, 3), paper=st.sampled_from(HandOutPaper))
    def is_handed_out(self, which: int, paper: HandOutPaper) -> None:
        partner = self.partners[which]
        before = len(self.office.papers.made)
        try:
            self.office.hand(partner, paper)
        except KnownProblem as problem:
            refused = problem.code
        else:
            refused = ""
        if refused:
            assert refused in {
                "nobody_to_share", "no_base", "base_recalled", "nothing_changed", "no_emergency",
            }  # fmt: skip
            assert len(self.office.papers.made) == before
            return
        self._check(partner, self.office.papers.made[-1][0])

    def _check(self, partner: SupportPartner, content: object) -> None:
        rows, columns = _told(content)
        rule_columns = self.office.recipients.rules()[partner.body].columns
        assert set(columns) <= rule_columns
        live = {
            member.number
            for member in self.office.city.state.members.values()
            if member.removed_on is None
            and partner.looks_after(member)
            and shares_with(
                member.consent(ConsentKind.ROSTER),
                (partner.body,),
                self.mode,
                protected_address=member.has_protected_address,
            )
        }
        numbers = {number for number, _ in rows}
        assert numbers == live if isinstance(content, PartnerRoster) else numbers <= live
        assert all({column for column, _ in values} <= set(columns) for _, values in rows)
        assert "秘密の病名" not in str(rows)

    @invariant()
    def a_copy_with_somebody_who_may_not_stand_there_is_called_back(self) -> None:
        if not hasattr(self, "office"):
            return
        found = self.office.copies.ledger()
        members = self.office.city.state.members
        for copy in found.out():
            assert copy.body is not None
            named = self.office.city.state.copy_people[copy.copy_number]
            is_wrong = any(
                not is_removed
                and not shares_with(
                    members[key].consent(ConsentKind.ROSTER),
                    (copy.body,),
                    self.mode,
                    protected_address=members[key].has_protected_address,
                )
                for key, _, is_removed in named
            )
            assert (copy.copy_number in found.to_recall) == is_wrong

    @invariant()
    def nobody_under_protection_is_counted_or_shown(self) -> None:
        if not hasattr(self, "office"):
            return
        hidden = {key for key, one in self.office.city.state.members.items() if one.has_protected_address}
        for copy in self.office.copies.ledger().copies:
            file = self.office.copies.open(copy.copy_number)
            assert not hidden & {one.member_id for one in file.people}
            assert copy.people == len(file.people)


def _told(
    content: object,
) -> tuple[list[tuple[int, tuple[tuple[RosterColumn, object], ...]]], tuple[RosterColumn, ...]]:
    if isinstance(content, PartnerRoster):
        return [(row.number, row.values) for row in content.rows], content.columns
    assert isinstance(content, PartnerDifference)
    added = [(row.number, row.values) for row in content.difference.added]
    changed = [
        (row.number, tuple((column, new) for column, _, new in row.changes))
        for row in content.difference.changed
    ]
    return [*added, *changed], content.columns


Life.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase


# ---------------------------------------------------------------- two pairs of eyes
def test_nothing_leaves_before_a_second_person_confirmed() -> None:
    office = Office()
    office.add(person("m1"))
    order = office.hand_outs.order(HandOutDraft(office.partner().partner_id, "見守り")).value
    confirm = office.hand_outs.print_copies
    assert code(lambda: confirm(order.order_id)) == "same_person"
    assert code(lambda: confirm(order.order_id, Confirmation("架空二", "違う"))) == "wrong_passphrase"
    assert office.papers.made == []
    assert office.copies.ledger().copies == ()
    [paper] = confirm(order.order_id, SECOND).value
    assert office.copies.ledger().copies[0].confirmed_by == "架空二"
    assert code(lambda: confirm(order.order_id, SECOND)) == "order_closed"
    assert paper.copy_number


def test_another_operator_may_confirm_when_the_file_is_open_for_them() -> None:
    office = Office()
    office.add(person("m1"))
    order = office.hand_outs.order(HandOutDraft(office.partner().partner_id, "見守り")).value
    other = office.city.seen_by(Access(OperatorId("o2"), "架空二", frozenset({Role.CLERK})))
    reporting = ReportingService(other, office.papers, office.clock, FakeSecond())  # type: ignore[arg-type]
    service = HandOutService(other, reporting, office.clock)
    assert len(service.print_copies(order.order_id).value) == 1


def test_the_locked_list_does_not_leave_and_a_cancelled_order_neither() -> None:
    office = Office()
    office.add(person("m1"))
    partner = office.partner()
    order = office.hand_outs.order(HandOutDraft(partner.partner_id, "見守り")).value
    office.city.state.facts[FACT_NAMED_OUTPUT_LOCKED] = "合わない"
    assert code(lambda: office.hand_outs.print_copies(order.order_id, SECOND)) == "named_locked"
    office.hand_outs.cancel(order.order_id)
    assert code(lambda: office.hand_outs.print_copies(order.order_id, SECOND)) == "order_closed"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.FACILITATOR, Role.DESK, Role.ADMINISTRATOR])
def test_only_a_clerk_hands_out(role: Role) -> None:
    office = Office(role)
    assert code(office.recipients.all) == "no_right"
    assert code(office.copies.ledger) == "no_right"
    assert code(office.hand_outs.orders) == "no_right"


# ---------------------------------------------------------------- the recipient
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"responsible": ""}, "partner_no_responsible"),
        ({"agreed_on": None}, "partner_no_agreement"),
        ({"agreed_on": date(2027, 4, 1)}, "partner_no_agreement"),
        ({"ended_on": date(2026, 11, 1)}, "partner_ended"),
    ],
)
def test_a_recipient_that_is_not_in_order_gets_no_list(changes: dict[str, object], expected: str) -> None:
    office = Office()
    office.add(person("m1"))
    partner = office.partner(Body.DISTRICT_ORGANIZATION, **changes)
    assert code(lambda: office.hand(partner)) == expected


def test_the_city_says_whether_an_agreement_or_a_training_is_needed() -> None:
    office = Office()
    office.add(person("m1"))
    rule = office.recipients.rules()[Body.DISTRICT_ORGANIZATION]
    office.recipients.set_rule(
        Body.DISTRICT_ORGANIZATION, replace(rule, needs_agreement=False, needs_training=True)
    )
    partner = office.partner(agreed_on=None)
    assert code(lambda: office.hand(partner)) == "partner_no_training"
    trained = replace(partner, handlers=(Handler("架空 花子", date(2026, 5, 1)),))
    assert office.hand(office.recipients.save(trained).value)


@pytest.mark.parametrize(
    ("body", "changes", "expected"),
    [
        (Body.TEACHER, {}, "recipient_symbols_only"),
        (Body.FIRE_CORPS, {"district_id": None}, "partner_district"),
        (Body.NEIGHBORHOOD_ASSOCIATION, {}, "partner_district"),
        (Body.POLICE, {"name": " "}, "partner_name"),
        (Body.POLICE, {"district_id": DistrictId("ない")}, "partner_district_unknown"),
    ],
)
def test_a_record_of_the_master_that_could_not_be_used_is_refused(
    body: Body, changes: dict[str, object], expected: str
) -> None:
    assert code(lambda: Office().partner(body, **changes)) == expected


def test_a_copy_of_a_former_holder_is_never_forgotten() -> None:
    office = Office()
    office.add(person("m1"))
    partner = office.partner()
    first, second = office.hand(partner, copies=2)
    assert code(lambda: office.recipients.save(replace(partner, responsible="架空 次"))) == "holder_changed"
    change = office.recipients.change_responsible
    today = office.copies.today
    assert (
        code(lambda: change(partner.partner_id, "架空 次", today, hands_over={first: True}))
        == "holder_copies"
    )
    change(partner.partner_id, "架空 次", today, hands_over={first: True, second: False})
    states = {copy.copy_number: (copy.holder, copy.state) for copy in office.copies.ledger().copies}
    assert states[first] == ("架空 次", CopyState.AWAITING_RECEIPT)
    assert states[second] == ("架空 会長", CopyState.RECALLED)
    recalled = office.recipients.end(partner.partner_id, today).value
    assert {copy.copy_number for copy in recalled} == {first, second}


# ---------------------------------------------------------------- 差分
def test_a_difference_strikes_out_by_number_and_shows_old_and_new() -> None:
    office = Office()
    office.add(person("m1"), person("m2"), person("m3"))
    partner = office.partner()
    office.hand(partner, copies=2)
    office.save(replace(office.member("m1"), phone="0942-00-0099", disease="別の病名"))
    with office.city.writing() as session:
        session.members.remove_many(
            office.city.access, [MemberId("m2")], RemovalReason.DIED, source="x", on=date(2026, 11, 20)
        )
    office.add(person("m4"))
    number_of_2 = office.member("m2").number
    office.hand(partner, HandOutPaper.DIFFERENCE)
    content = office.papers.made[-1][0]
    assert isinstance(content, PartnerDifference)
    found = content.difference
    assert found.removed == (number_of_2,)
    [changed] = found.changed
    assert changed.changes == ((RosterColumn.PHONE, "0942-00-0001", "0942-00-0099"),)
    assert [entry.number for entry in found.added] == [office.member("m4").number]
    assert "架空 m2" not in str(content.difference.added) + str(content.difference.changed)
    assert len(content.base_copies) == 2
    assert code(lambda: office.hand(partner, HandOutPaper.DIFFERENCE)) == "nothing_changed"


def test_a_withdrawn_consent_calls_the_paper_back_and_is_mended_by_no_difference() -> None:
    office = Office()
    office.add(person("m1"), person("m2"))
    partner = office.partner()
    [number] = office.hand(partner)
    no = replace(GIVEN, state=ConsentState.WITHDRAWN, decided_on=date(2026, 11, 20))
    back = office.consents.answer(MemberId("m1"), no).value.call_back
    assert [copy.copy_number for copy in back] == [number]
    assert code(lambda: office.hand(partner, HandOutPaper.DIFFERENCE)) == "base_recalled"
    assert [copy.copy_number for copy in office.copies.ledger().awaited()] == [number]
    office.copies.record([number], CopyEventKind.RETURNED, office.copies.today)
    assert office.copies.ledger().awaited() == []
    office.hand(partner)
    content = office.papers.made[-1][0]
    assert isinstance(content, PartnerRoster)
    assert [row.value(RosterColumn.NAME) for row in content.rows] == ["架空 m2"]
    assert [one.consent.state for one in office.consents.history(MemberId("m1"), ConsentKind.ROSTER)] == [
        ConsentState.WITHDRAWN, ConsentState.GIVEN,
    ]  # fmt: skip


def test_a_consent_withdrawn_for_one_body_leaves_the_others_their_paper() -> None:
    office = Office()
    office.add(person("m1"), person("m2"))
    [corps] = office.hand(office.partner(Body.FIRE_CORPS))
    office.hand(office.partner())
    narrowed = replace(GIVEN, covers=frozenset({Body.DISTRICT_ORGANIZATION}), decided_on=date(2026, 11, 1))
    back = office.consents.answer(MemberId("m1"), narrowed).value.call_back
    assert [copy.copy_number for copy in back] == [corps]


# ---------------------------------------------------------------- what is out
def test_who_was_on_a_lost_paper_is_told_with_those_who_left_since() -> None:
    office = Office()
    office.add(person("m1"), person("m2"))
    [number] = office.hand(office.partner())
    with office.city.writing() as session:
        session.members.remove_many(
            office.city.access, [MemberId("m2")], RemovalReason.MOVED_OUT, source="x", on=date(2026, 11, 20)
        )
    office.copies.record([number], CopyEventKind.LOST, office.copies.today)
    file = office.copies.open(number)
    assert [one.now is not None for one in file.people] == [True, False]
    told = file.people[1].said
    assert told is not None
    assert told.value(RosterColumn.NAME) == "架空 m2"
    assert told.value(RosterColumn.DISEASE) is None
    report = office.copies.loss_report(number)
    assert report.lost_on == office.copies.today
    assert len(report.people) == 2
    assert "架空" not in str(report.people)


def test_a_late_copy_is_found_and_a_receipt_form_names_nobody_of_the_list() -> None:
    office = Office()
    office.add(person("m1"))
    partner = office.partner()
    numbers = office.hand(partner, copies=2)
    form = office.copies.receipt_form(numbers)
    assert form.copies == tuple(sorted(numbers))
    assert "架空 m1" not in str(form)
    office.clock.moment += timedelta(days=400)
    assert len(office.copies.ledger().overdue()) == 2
    [(_, holder, copies)] = office.copies.ledger().holders()
    assert (holder, len(copies)) == ("架空 会長", 2)
    assert code(lambda: office.copies.open("2026-9999")) == "copy_unknown"


@pytest.mark.parametrize("flagged", [False, True])
def test_holders_are_told_by_counts_that_tell_of_no_hidden_person(flagged: bool) -> None:
    office = Office(protected=flagged)
    office.add(person("m1"), person("m2"), person("m3"))
    [number] = office.hand(office.partner())
    for key in ("m3",):
        member = office.member(key)
        office.city.state.members[member.member_id] = replace(member, has_protected_address=True)
    with office.city.reading() as session:
        [notice] = tell_holders(
            session,
            office.city.access,
            removed=[MemberId("m1")],
            hidden=[MemberId("m3")],
            changed={MemberId("m2"): ("phone",), MemberId("m1"): ("phone",)},
        )
        told = tell_holders(
            session, office.city.access, removed=[], hidden=[], changed={MemberId("m2"): ("disease",)}
        )
    assert notice.copy_numbers == (number,)
    assert (notice.remove, notice.changed) == (2 if flagged else 1, 1)
    assert notice.must_come_back
    assert told == ()
