"""A saved question is the question: the exact inverse of ``conditions_json``, and nothing less."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.capacity import RATES_M2, StaffShift
from kurume_bousai.domain.capacity_conditions import (
    MOST_OFF_LIST,
    CapacityConditions,
    UnconfirmedSites,
    conditions_json,
    refuse_bad_conditions,
)
from kurume_bousai.domain.conditions_reading import _READERS, conditions_from_json
from kurume_bousai.domain.demand import Demand, DemandRule
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId, SiteId

shares = st.decimals(0, 1, places=4)
demands = st.sampled_from([rule for rule in DemandRule if rule is not DemandRule.SHARE]).map(
    Demand
) | shares.map(lambda share: Demand(DemandRule.SHARE, share))
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)


@st.composite
def conditions(draw: st.DrawFn) -> CapacityConditions:
    district = draw(st.none() | names.map(DistrictId))
    return CapacityConditions(
        demand=draw(demands),
        with_companions=draw(st.booleans()),
        off_list_people=draw(st.integers(0, MOST_OFF_LIST)),
        rate_m2=draw(st.sampled_from(RATES_M2)),
        staff=draw(st.sampled_from(StaffShift)),
        staff_share=draw(shares),
        places_per_staff=draw(st.integers(1, 100)),
        hazard=draw(st.sampled_from(HazardScenario)),
        unconfirmed=draw(st.sampled_from(UnconfirmedSites)),
        stage=draw(st.sampled_from((3, 4))),
        open_rate=draw(shares),
        open_at_most=draw(st.none() | st.integers(1, 38)),
        closed=draw(st.frozensets(names.map(SiteId), max_size=4)),
        reach_m=draw(st.none() | st.floats(0, 1e6)),
        time_limit_s=draw(st.floats(0.001, 1e5)),
        district_id=district,
        alone=draw(st.booleans()) if district is not None else False,
    )


@given(conditions())
def test_what_was_kept_is_read_as_it_was(asked: CapacityConditions) -> None:
    kept = json.loads(json.dumps(conditions_json(asked)))
    assert conditions_from_json(kept) == asked
    assert conditions_json(conditions_from_json(kept)) == conditions_json(asked)


def test_every_choice_is_kept_and_read() -> None:
    """Whoever adds a choice adds its name and its reader."""
    fields = {one.name for one in dataclasses.fields(CapacityConditions)}
    assert {field_name for field_name, _read in _READERS.values()} == fields
    assert conditions_json(CapacityConditions()).keys() == _READERS.keys() | {"protected_included"}


def test_a_choice_that_an_older_program_did_not_know_has_its_default() -> None:
    kept = conditions_json(CapacityConditions(staff_share=Decimal("0.5")))
    del kept["staff_share"]
    assert conditions_from_json(kept) == CapacityConditions()


@given(names)
def test_a_choice_of_a_newer_program_refuses(name: str) -> None:
    kept = {**conditions_json(CapacityConditions()), f"{name}_newer": 1}
    with pytest.raises(KnownProblem) as caught:
        conditions_from_json(kept)
    assert caught.value.code == "conditions_newer"


def test_a_count_with_protected_people_is_never_asked() -> None:
    with pytest.raises(KnownProblem, match="conditions_newer"):
        conditions_from_json({"protected_included": True})


BAD: dict[str, object] = {
    "rule": "everybody",
    "companions": True,
    "off_list": 1.5,
    "rate": "4",
    "staff": "noon",
    "per_staff": True,
    "hazard": "meteor",
    "stage": "4",
    "open_rate": float("nan"),
    "closed": "A,B",
    "reach": float("inf"),
    "district": 3,
    "alone": "yes",
}


@pytest.mark.parametrize("name", BAD)
def test_a_value_of_another_kind_refuses(name: str) -> None:
    with pytest.raises(KnownProblem) as caught:
        conditions_from_json({name: BAD[name]})
    assert caught.value.code == "conditions_unreadable"
    assert caught.value.where == f"--{name.replace('_', '-')}"


def test_a_value_outside_the_rules_refuses() -> None:
    with pytest.raises(KnownProblem, match=r"^conditions$"):
        conditions_from_json({"rate": 3.0})


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        ({"off_list_people": MOST_OFF_LIST + 1}, "--off-list"),
        ({"off_list_people": -1}, "--off-list"),
        ({"reach_m": float("inf")}, "--reach"),
        ({"reach_m": float("nan")}, "--reach"),
        ({"time_limit_s": float("inf")}, "--time-limit"),
    ],
)
def test_a_number_that_cannot_be_computed_with_is_refused(bad: dict[str, float], where: str) -> None:
    with pytest.raises(KnownProblem) as told:
        refuse_bad_conditions(dataclasses.replace(CapacityConditions(), **bad))  # type: ignore[arg-type]
    assert told.value.where == where
