"""条件を保存する: names, rights, what stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.domain.scenarios import ScenarioId, ScenarioTotals
from kurume_bousai.services.capacity.scenarios import ScenarioService
from tests.fakes.city import FakeCity, FixedClock

SIXTY = CapacityConditions(open_rate=Decimal("0.6"))
TOTALS = ScenarioTotals(1000, 700, 300, 876, is_proven=True)


def access(*roles: Role) -> Access:
    return Access(OperatorId("op"), "架空係", frozenset(roles))


def service_of(*roles: Role) -> ScenarioService:
    return ScenarioService(FakeCity(access(*roles)), FixedClock())


def code_of(call: Callable[..., object], *args: object) -> str:
    with pytest.raises(KnownProblem) as caught:
        call(*args)
    return caught.value.code


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.DESK, Role.CLERK])
def test_a_question_is_kept_with_who_and_when(role: Role) -> None:
    service = service_of(role)
    outcome = service.save("　6割だけ  開く ", SIXTY, TOTALS)
    assert outcome.changes == frozenset({Topic.SCENARIOS})
    (kept,) = service.all()
    assert (kept.name, kept.conditions, kept.totals) == ("6割だけ 開く", SIXTY, TOTALS)
    assert (kept.saved_by, kept.saved_at) == ("架空係", FixedClock().now())


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMINISTRATOR])
def test_who_sees_counts_reads_and_keeps_nothing(role: Role) -> None:
    service = service_of(role)
    assert service.all() == []
    assert not service.may_save
    assert code_of(service.save, "x", SIXTY) == "no_right"
    assert code_of(service.remove, ScenarioId("x")) == "no_right"


@pytest.mark.parametrize("name", ["", " 　", "あ" * 41, "改\x07行", "・"])
def test_a_name_has_one_to_forty_letters(name: str) -> None:
    assert code_of(service_of(Role.CLERK).save, name, SIXTY) == "scenario_name"


@pytest.mark.parametrize("other", ["ＡＢＣ案", "abc案", "a b c 案"])
def test_width_case_and_spaces_make_no_other_name(other: str) -> None:
    service = service_of(Role.CLERK)
    first = service.save("ABC案", SIXTY).value
    assert code_of(service.save, other, CapacityConditions()) == "scenario_name_taken"
    second = service.save("別の案", CapacityConditions()).value
    assert code_of(service.rename, second.scenario_id, other) == "scenario_name_taken"
    assert service.rename(first.scenario_id, other).value.name == other


def test_a_later_answer_takes_the_place_of_the_older() -> None:
    clock = FixedClock()
    service = ScenarioService(FakeCity(access(Role.CLERK)), clock)
    kept = service.save("案", SIXTY).value
    clock.moment += timedelta(days=1)
    service.replace_totals(kept.scenario_id, TOTALS)
    (now,) = service.all()
    assert (now.totals, now.saved_at, now.conditions) == (TOTALS, clock.moment, SIXTY)


def test_a_removed_one_is_gone() -> None:
    service = service_of(Role.CLERK)
    kept = service.save("案", SIXTY).value
    service.remove(kept.scenario_id)
    assert service.all() == []
    for call, args in (
        (service.remove, ()), (service.rename, ("別",)), (service.replace_totals, (TOTALS,)),
    ):  # fmt: skip
        assert code_of(call, kept.scenario_id, *args) == "scenario_gone"


def test_a_question_the_rules_do_not_know_is_not_kept() -> None:
    assert code_of(service_of(Role.CLERK).save, "案", CapacityConditions(stage=5)) == "conditions"
