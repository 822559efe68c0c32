from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.demand import (
    CapacityPerson,
    Demand,
    DemandRule,
    parse_demand,
    people_counted,
    spread_by_size,
)
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.plans import DestinationKind

PEOPLE = [
    CapacityPerson(1, MemberId("a"), destination_kind=DestinationKind.WELFARE_SHELTER, band=3),
    CapacityPerson(2, MemberId("b"), screening_class=2, band=2),
    CapacityPerson(3, MemberId("c"), hazard_zones=frozenset({HazardScenario.FLOOD_L2}), band=1),
    CapacityPerson(4, MemberId("d"), destination_kind=DestinationKind.RELATIVE, screening_class=4),
]


@pytest.mark.parametrize(
    ("rule", "numbers"),
    [
        ("plan", [1]),
        ("screened", [2]),
        ("in_hazard", [3]),
        ("all", [1, 2, 3, 4]),
        ("share:0.5", [2, 3]),  # by band, then by number
        ("share:0.26", [2, 3]),  # 1.04 people are two people
        ("share:0", []),
    ],
)
def test_who_is_counted(rule: str, numbers: list[int]) -> None:
    found = people_counted(PEOPLE, parse_demand(rule), HazardScenario.FLOOD_L2)
    assert [person.number for person in found] == numbers


def test_in_hazard_needs_a_hazard() -> None:
    with pytest.raises(KnownProblem):
        people_counted(PEOPLE, Demand(DemandRule.IN_HAZARD), HazardScenario.NONE)


@pytest.mark.parametrize("text", ["", "plan:1", "share", "share:", "share:1.5", "share:-1", "share:nan", "x"])
def test_a_bad_rule_is_told(text: str) -> None:
    with pytest.raises(KnownProblem) as problem:
        parse_demand(text)
    assert problem.value.where == "--rule"


def test_share_is_exact() -> None:
    many = [CapacityPerson(i, MemberId(str(i))) for i in range(6000)]
    assert len(people_counted(many, Demand(DemandRule.SHARE, Decimal("0.05")), HazardScenario.NONE)) == 300


sizes = st.dictionaries(
    st.integers(0, 45).map(lambda i: DistrictId(f"校区{i}")), st.integers(0, 900), min_size=1
)


@given(st.integers(0, 5000), sizes)
def test_the_parts_add_up_and_stay_within_one(total: int, by_district: dict[DistrictId, int]) -> None:
    parts = spread_by_size(total, by_district)
    assert sum(parts.values()) == total
    whole = sum(by_district.values())
    for district, part in parts.items():
        exact = total * by_district[district] / whole if whole else total / len(by_district)
        assert abs(part - exact) < 1


def test_without_a_district_nothing_is_spread() -> None:
    assert spread_by_size(5, {}) == {}
