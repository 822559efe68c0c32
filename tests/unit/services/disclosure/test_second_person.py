"""もう一人の確認: no name leaves without it, whatever the paper; the ledger says who, or why nobody."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.access import Access, Right, Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.emergency import EmergencyId, EmergencyMode
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.person_details import PersonDetails
from kurume_bousai.domain.recipients import PartnerId
from kurume_bousai.domain.roster_columns import RosterColumn, columns_of
from kurume_bousai.domain.second_person import (
    Confirmation,
    Looser,
    NamedKind,
    SecondPersonGround,
    SecondPersonRule,
    ground_alone,
)
from kurume_bousai.services.disclosure.emergency import FACT_EMERGENCY_BY_CLERK
from kurume_bousai.services.disclosure.loosening import (
    FACT_LOOSENED,
    FACT_SECOND_PERSON,
    Loosened,
    loosened_now,
    second_person_rule,
)
from kurume_bousai.services.disclosure.second_person import (
    LeavingRules,
    LeavingRulesService,
    LetterFileRequest,
)
from kurume_bousai.services.papers.ports import (
    RosterReport,
)
from kurume_bousai.services.papers.rules import NamedRequest, Ordered, Recipient
from kurume_bousai.services.reporting import service as reporting_module
from kurume_bousai.services.reporting.service import ReportingService
from kurume_bousai.services.reporting.written import Collected
from tests.fakes.city import FakeCity, FixedClock
from tests.fakes.hand_outs import FakeLone, FakeSecond
from tests.fakes.papers import Recorder
from tests.fakes.state import NOW, CityState

DISTRICT = DistrictId("津福")
REQUEST = NamedRequest(Recipient(Body.DISTRICT_ORGANIZATION, "架空のまちづくり", DISTRICT), "見守り")
SIGNED = replace(REQUEST, confirmation=Confirmation("架空二", "demo"))


class Nobody(FakeSecond):
    """A file of two operators, of whom the other may not hand anything out."""

    def names(self, right: Right = Right.PRINT_NAMED) -> list[str]:
        return []


def member(**changes: object) -> RosterMember:
    made = RosterMember(
        MemberId("m1"), 1, "架空 一号", kana="カクウ イチゴウ", district_id=DISTRICT,
        consents=(Consent(ConsentKind.ROSTER, ConsentState.GIVEN),),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def rules_of(city: FakeCity, second: FakeSecond | None = None) -> LeavingRulesService:
    """The city's rules; by default in a file with one operator, who alone may loosen them."""
    return LeavingRulesService(city, second or FakeLone(), FixedClock())


def service(
    rule: SecondPersonRule | None = None, second: FakeSecond | None = None, *people: RosterMember
) -> tuple[ReportingService, FakeCity, Recorder]:
    state = CityState(members={one.member_id: one for one in people or (member(),)})
    city = FakeCity(Access(OperatorId("o1"), "架空", frozenset({Role.CLERK})), state)
    papers = Recorder()
    if rule is not None:
        rules_of(city).save(LeavingRules(), LeavingRules(rule))
    made = ReportingService(city, papers, FixedClock(), second or FakeSecond())  # type: ignore[arg-type]
    return made, city, papers


def emergency(city: FakeCity, *bodies: Body, partner: str = "") -> None:
    """Switch an emergency on for some recipients."""
    with city.writing() as session:
        mode = EmergencyMode(
            EmergencyId("e1"), "架空の大雨", None, frozenset({DISTRICT}), frozenset(bodies),
            frozenset({PartnerId(partner)} if partner else ()), "避難の支援", NOW - timedelta(hours=1),
            "架空", NOW + timedelta(hours=5),
        )  # fmt: skip
        session.emergencies.add(city.access, mode)


def code(act: object) -> str:
    with pytest.raises(KnownProblem) as caught:
        act()  # type: ignore[operator]
    return caught.value.code


@given(
    st.sampled_from(NamedKind),
    st.builds(SecondPersonRule, st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    st.sampled_from([FakeSecond, FakeLone, Nobody]),
    st.booleans(),
    st.sampled_from(["", "demo", "wrong"]),
)
def test_nothing_leaves_without_the_second_person_or_a_ground(
    kind: NamedKind, rule: SecondPersonRule, second: type[FakeSecond], in_emergency: bool, secret: str
) -> None:
    reporting, city, papers = service(rule, second())
    if in_emergency:
        emergency(city, Body.DISTRICT_ORGANIZATION)
    request = replace(REQUEST, confirmation=Confirmation("架空二", secret) if secret else None)
    if kind is NamedKind.HAND_OUT:
        request = replace(request, ordered=Ordered(OperatorId("o1"), PartnerId("p1"), by_emergency=True))
    collected = Collected("名簿", RosterReport(DISTRICT, (), NOW.date()), (MemberId("m1"),), 365)
    expected = ground_alone(kind, rule, operators=second().operators(), in_emergency=in_emergency)
    try:
        reporting.print_named(kind, lambda _session: collected, request)
    except KnownProblem:
        assert secret == "wrong" or (not secret and expected is None)
        assert (papers.made, city.state.ledger) == ([], ())
        return
    [entry] = city.state.ledger
    if secret:
        assert (entry.second_person, entry.second_ground) == ("架空二", SecondPersonGround.CONFIRMED)
    else:
        assert expected is not None
        assert (entry.second_person, entry.second_ground) == ("", expected)


@pytest.mark.parametrize(
    ("second", "expected"),
    [(FakeSecond(), "second_person_missing"), (Nobody(), "no_second_person")],
)
def test_what_is_missing_is_told_before_a_password_is_asked(
    second: FakeSecond, expected: str, tmp_path: Path
) -> None:
    reporting, city, _ = service(None, second)

    def password() -> str:
        raise AssertionError("asked too early")

    assert code(lambda: reporting.write_roster(DISTRICT, REQUEST, tmp_path / "a.pdf", password)) == expected
    assert city.state.ledger == ()


def test_no_emergency_frees_a_file_of_letters() -> None:
    reporting, city, _ = service(SecondPersonRule(emergency_alone=True), FakeSecond())
    emergency(city, *Body)
    need = reporting.gate.need
    assert need(NamedKind.OTHER, REQUEST).ground is SecondPersonGround.EMERGENCY
    assert need(NamedKind.OTHER, LetterFileRequest()).is_needed


def test_nobody_confirms_for_themselves() -> None:
    reporting, city, _ = service(None, FakeSecond())
    own = replace(REQUEST, confirmation=Confirmation("o1", "demo"))
    assert code(lambda: reporting.print_roster(DISTRICT, own)) == "same_person"
    assert city.state.ledger == ()


def test_a_lone_operator_writes_and_the_ledger_says_so() -> None:
    reporting, city, _ = service(None, FakeLone())
    reporting.print_roster(DISTRICT, REQUEST)
    assert [entry.second_ground for entry in city.state.ledger] == [SecondPersonGround.LONE]
    strict, city, _ = service(SecondPersonRule(lone_operator=False), FakeLone())
    assert code(lambda: strict.print_roster(DISTRICT, REQUEST)) == "no_second_person"


def test_an_emergency_frees_its_own_recipients_only_and_only_where_the_city_says_so() -> None:
    alone = SecondPersonRule(emergency_alone=True)
    reporting, city, _ = service(alone)
    emergency(city, Body.FIRE_SERVICE)
    assert code(lambda: reporting.print_roster(DISTRICT, REQUEST)) == "second_person_missing"
    fire = replace(REQUEST, recipient=Recipient(Body.FIRE_SERVICE, "架空の消防", DISTRICT))
    reporting.print_roster(DISTRICT, fire)
    assert [entry.second_ground for entry in city.state.ledger] == [SecondPersonGround.EMERGENCY]
    other = replace(fire, recipient=Recipient(Body.FIRE_SERVICE, "架空の消防", DistrictId("荒木")))
    assert reporting.gate.need(NamedKind.LIST, other).is_needed
    by_name, city, _ = service(alone)
    emergency(city, partner="p1")
    for by_emergency in (False, True):
        order = replace(REQUEST, ordered=Ordered(OperatorId("o1"), PartnerId("p1"), by_emergency))
        assert by_name.gate.need(NamedKind.HAND_OUT, order).is_needed is not by_emergency
    assert by_name.gate.need(NamedKind.LIST, REQUEST).is_needed


def test_the_rule_is_kept_audited_and_refuses_what_it_cannot_read() -> None:
    _, city, _ = service()
    rules = rules_of(city)
    assert rules.read() == LeavingRules()
    wanted = LeavingRules(SecondPersonRule(others=False, emergency_alone=True), emergency_by_clerk=False)
    rules.save(LeavingRules(), wanted)
    assert rules.read() == wanted
    assert city.state.facts[FACT_EMERGENCY_BY_CLERK] == "0"
    _, action, *_ = city.state.audit[-1]
    assert action == "leaving_rules_saved"
    assert asdict(wanted)["second"]["others"] is False
    assert code(lambda: rules.save(LeavingRules(), LeavingRules())) == "changed_meanwhile"
    for broken in ("{", "[]", '{"lists": 1}', '{"lists": true}'):
        city.state.facts[FACT_SECOND_PERSON] = broken
        assert code(rules.read) == "second_person_unreadable"
        with city.reading() as session, pytest.raises(KnownProblem):
            second_person_rule(session)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.FACILITATOR, Role.DESK])
def test_only_a_clerk_or_an_administrator_changes_it(role: Role) -> None:
    _, city, _ = service()
    other = city.seen_by(Access(OperatorId("o2"), "見る人", frozenset({role})))
    rules = rules_of(other)
    assert not rules.may_change
    assert code(lambda: rules.save(LeavingRules(), LeavingRules(emergency_by_clerk=False))) == "no_right"


@pytest.mark.parametrize(
    "wanted",
    [
        LeavingRules(SecondPersonRule(lists=False)),
        LeavingRules(SecondPersonRule(others=False)),
        LeavingRules(SecondPersonRule(emergency_alone=True)),
    ],
)
def test_one_clerk_alone_loosens_nothing_where_there_are_two(wanted: LeavingRules) -> None:
    _, city, _ = service()
    rules = rules_of(city, FakeSecond())
    assert rules.need(LeavingRules(), wanted).is_needed
    assert code(lambda: rules.save(LeavingRules(), wanted)) == "second_person_missing"
    wrong = Confirmation("架空二", "ちがう合言葉")
    assert code(lambda: rules.save(LeavingRules(), wanted, wrong)) == "wrong_passphrase"
    assert rules.read() == LeavingRules()
    rules.save(LeavingRules(), wanted, Confirmation("架空二", "demo"))
    with city.reading() as session:
        told = loosened_now(session, wanted.second)
    assert told is not None
    assert (told.by, told.confirmed_by) == ("架空", "架空二")
    assert not rules.need(wanted, LeavingRules()).is_needed, "what asks for more is one person's to decide"
    rules.save(wanted, LeavingRules())
    with city.reading() as session:
        assert loosened_now(session, LeavingRules().second) is None


def test_to_let_clerks_declare_again_needs_two_as_well() -> None:
    _, city, _ = service()
    rules = rules_of(city, FakeSecond())
    strict = LeavingRules(SecondPersonRule(lone_operator=False), emergency_by_clerk=False)
    rules.save(LeavingRules(), strict)
    for wanted in (replace(strict, emergency_by_clerk=True), replace(strict, second=SecondPersonRule())):
        assert code(lambda wanted=wanted: rules.save(strict, wanted)) == "second_person_missing"


def test_one_operator_loosens_and_the_ledger_says_so() -> None:
    _, city, _ = service()
    wanted = LeavingRules(SecondPersonRule(lists=False))
    rules_of(city).save(LeavingRules(), wanted)
    with city.reading() as session:
        told = loosened_now(session, wanted.second)
        assert told == Loosened((Looser.LISTS,), FixedClock().now(), "架空", "")
    city.state.facts[FACT_LOOSENED] = ""
    with city.reading() as session:
        assert loosened_now(session, wanted.second) == Loosened((Looser.LISTS,)), "of an older program"


def test_the_ledger_is_written_in_one_place_only() -> None:
    """Whoever writes it elsewhere would not ask for the second person."""
    package = Path(reporting_module.__file__).parents[2]
    issuing = [
        place.relative_to(package).as_posix()
        for place in sorted(package.rglob("*.py"))
        if "ledger.issue(" in place.read_text(encoding="utf-8")
    ]
    assert issuing == ["services/letters/letter_files.py", "services/reporting/service.py"]


def test_papers_print_the_name_for_showing_and_keep_the_name_as_received() -> None:
    shown = PersonDetails(display_name="架空 一號", display_kana="カクウ イチ")
    person = member(name="架空 一\ue000号", details=shown)
    reporting, _, papers = service(None, FakeSecond(), person)
    reporting.print_roster(DISTRICT, SIGNED)
    [(content, _)] = papers.made
    assert isinstance(content, RosterReport)
    assert [(row.name, row.kana) for row in content.rows] == [("架空 一號", "カクウ イチ")]
    assert (person.name, member().shown_name, member().shown_kana) == (
        "架空 一\ue000号", "架空 一号", "カクウ イチゴウ",
    )  # fmt: skip
    assert columns_of(("details.display_name", "details.contacts")) == {RosterColumn.NAME}
