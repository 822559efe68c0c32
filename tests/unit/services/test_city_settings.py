"""市の決めごと: one fact of the file, checked, audited."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.capacity import RATES_M2
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.city_settings import CitySettings
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.services.city_settings import (
    CitySettingsService,
    read_city_settings,
    settings_from_kept,
    settings_to_keep,
)
from kurume_bousai.services.facts import FACT_CITY_SETTINGS
from tests.fakes.city import FakeCity

OTHER = CitySettings(Decimal("3.5"), 8, with_companions=False, band_cut_points=(80, 50))


def access(*roles: Role) -> Access:
    return Access(OperatorId("op"), "架空係", frozenset(roles))


def code_of(call: Callable[..., object], *args: object) -> str:
    with pytest.raises(KnownProblem) as caught:
        call(*args)
    return caught.value.code


@st.composite
def settings(draw: st.DrawFn) -> CitySettings:
    second = draw(st.integers(1, 998))
    return CitySettings(
        draw(st.sampled_from(RATES_M2)),
        draw(st.integers(1, 100)),
        draw(st.booleans()),
        (draw(st.integers(second + 1, 999)), second),
    )


newer = st.dictionaries(st.text(max_size=9).map("newer_{}".format), st.integers() | st.text(max_size=5))


@given(settings(), newer)
def test_what_was_kept_is_read_as_it_was_and_newer_keys_stay(
    found: CitySettings, more: dict[str, Any]
) -> None:
    kept = json.loads(json.dumps(settings_to_keep(found, more)))
    assert settings_from_kept(kept) == found
    assert {key: kept[key] for key in more} == more


def test_before_anything_was_decided_the_rulebook_holds() -> None:
    assert read_city_settings(FakeCity(access(Role.VIEWER))) == CitySettings()


@pytest.mark.parametrize("role", [Role.CLERK, Role.ADMINISTRATOR])
def test_a_change_is_kept_and_audited_with_both_values(role: Role) -> None:
    city = FakeCity(access(role))
    outcome = CitySettingsService(city).save(CitySettings(), OTHER)
    assert (outcome.value, outcome.changes) == (OTHER, frozenset({Topic.CITY_SETTINGS}))
    assert read_city_settings(city) == OTHER
    ((_who, action, _subjects, payload),) = city.state.audit
    assert action == "city_settings_saved"
    assert (payload["before"]["rate_m2"], payload["after"]["rate_m2"]) == ("4", "3.5")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.FACILITATOR, Role.DESK])
def test_others_only_read(role: Role) -> None:
    service = CitySettingsService(FakeCity(access(role)))
    assert not service.may_change
    assert service.read() == CitySettings()
    assert code_of(service.save, CitySettings(), OTHER) == "no_right"


def test_the_same_values_write_nothing() -> None:
    city = FakeCity(access(Role.CLERK))
    assert CitySettingsService(city).save(CitySettings(), CitySettings()).changes == frozenset()
    assert (city.state.audit, city.state.facts) == ((), {})


def test_another_change_meanwhile_is_not_lost() -> None:
    city = FakeCity(access(Role.CLERK))
    service = CitySettingsService(city)
    service.save(CitySettings(), OTHER)
    assert code_of(service.save, CitySettings(), CitySettings(places_per_staff=5)) == "changed_meanwhile"
    assert read_city_settings(city) == OTHER


BAD = {
    "面積": CitySettings(rate_m2=Decimal(3)),
    "職員": CitySettings(places_per_staff=0),
    "職員が多い": CitySettings(places_per_staff=101),
    "区切りが逆": CitySettings(band_cut_points=(40, 70)),
    "区切りが同じ": CitySettings(band_cut_points=(40, 40)),
    "点が0": CitySettings(band_cut_points=(40, 0)),
}


@pytest.mark.parametrize("name", BAD)
def test_a_value_outside_the_rules_is_not_kept(name: str) -> None:
    city = FakeCity(access(Role.CLERK))
    assert code_of(CitySettingsService(city).save, CitySettings(), BAD[name]) == "city_settings_invalid"
    assert city.state.facts == {}


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"rate_m2": 4}', '{"rate_m2": "x"}', '{"places_per_staff": 10.5}', '{"with_companions": 1}',
     '{"band_cut_points": [70]}', '{"band_cut_points": 7}', '{"places_per_staff": 0}'],
)  # fmt: skip
def test_what_cannot_be_read_is_never_a_default_in_silence(content: str) -> None:
    city = FakeCity(access(Role.CLERK))
    with city.writing() as session:
        session.set_fact(FACT_CITY_SETTINGS, content)
    assert code_of(read_city_settings, city) == "city_settings_unreadable"


def test_the_question_begins_with_the_values_of_the_city() -> None:
    conditions = OTHER.conditions()
    assert (conditions.rate_m2, conditions.places_per_staff) == (Decimal("3.5"), 8)
    assert not conditions.with_companions
