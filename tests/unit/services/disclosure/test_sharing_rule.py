"""同意の決まり: silence shares nobody unless an ordinance is named and another operator agreed."""

from __future__ import annotations

from datetime import date

import pytest

from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.services.disclosure.sharing_rule import SharingRule, SharingRuleService
from kurume_bousai.services.facts import sharing_mode
from tests.fakes.city import FakeCity, FixedClock
from tests.fakes.hand_outs import FakeSecond
from tests.fixtures.rosters import access, city

RULE = SharingRule(SharingMode.OPT_OUT_BY_ORDINANCE, "架空市避難行動要支援者名簿条例", date(2026, 4, 1))


def service_of(database: FakeCity) -> SharingRuleService:
    return SharingRuleService(database, FakeSecond(), FixedClock())


def code(service: SharingRuleService, before: SharingRule, after: SharingRule) -> str:
    with pytest.raises(KnownProblem) as caught:
        service.save(before, after)
    return caught.value.code


def test_at_first_only_who_agreed_is_shared() -> None:
    database = city()
    assert service_of(database).read() == SharingRule()
    with database.reading() as session:
        assert sharing_mode(session) is SharingMode.OPT_IN


def test_without_an_ordinance_in_force_or_a_second_person_nothing_changes() -> None:
    database = city()
    service = service_of(database)
    unnamed = SharingRule(SharingMode.OPT_OUT_BY_ORDINANCE)
    late = SharingRule(RULE.mode, RULE.ordinance, date(2099, 4, 1))
    assert code(service, SharingRule(), unnamed) == "ordinance_missing"
    assert code(service, SharingRule(), late) == "ordinance_not_in_force"
    assert code(service, SharingRule(), RULE) == "second_person_missing"
    assert code(service_of(city(access())), SharingRule(), RULE) == "no_right"
    assert (service.read(), len(database.state.audit)) == (SharingRule(), 0)


def test_with_both_it_holds_and_goes_back_by_one_word() -> None:
    database = city()
    service = service_of(database)
    signed = Confirmation("架空二", "demo")
    assert service.asks_for(SharingRule(), RULE)[0] is None
    assert service.save(SharingRule(), RULE, signed).value == RULE
    assert service.read() == RULE
    (_who, action, _about, told) = database.state.audit[-1]
    assert (action, told["after"]["since"]) == ("sharing_rule_saved", "2026-04-01")
    assert code(service, SharingRule(), SharingRule()) == "changed_meanwhile"
    service.save(RULE, SharingRule())
    assert service.read() == SharingRule()
