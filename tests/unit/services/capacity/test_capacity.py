from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_answer import CapacityAnswer, ReconcileError, reconcile
from kurume_bousai.domain.capacity_conditions import CapacityConditions, UnconfirmedSites
from kurume_bousai.domain.capacity_json import to_json
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.demand import CapacityPerson, parse_demand
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.plans import DestinationKind
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.geo.allocation import HighsAllocator
from kurume_bousai.services.capacity.asking import answer_capacity
from tests.helpers.capacity_cases import DISTRICT_NAMES, person, shelter

ALL = parse_demand("all")
DISTRICTS = [
    SchoolDistrict(name, name, "", "久留米地域", LonLat(130.50 + i / 100, 33.31), i)
    for i, name in enumerate(DISTRICT_NAMES)
]


@dataclass
class FakeSource:
    persons: Sequence[CapacityPerson]
    shelters: Sequence[WelfareShelter]

    def people(self) -> Sequence[CapacityPerson]:
        return self.persons

    def sites(self) -> Sequence[WelfareShelter]:
        return self.shelters

    def districts(self) -> Sequence[SchoolDistrict]:
        return DISTRICTS


def ask(
    people: Sequence[CapacityPerson], sites: Sequence[WelfareShelter], **choices: object
) -> CapacityAnswer:
    conditions = replace(CapacityConditions(demand=ALL), **choices)  # type: ignore[arg-type]
    return answer_capacity(FakeSource(people, sites), HighsAllocator(), conditions)


def test_the_headline_is_the_people_left_out() -> None:
    people = [person(i, companion_count=1) for i in range(8)]
    answer = ask(people, [shelter(1), shelter(2, "8", accepts=frozenset({AdmissionCategory.MENTAL}))])
    assert (answer.demand_people, answer.placed_people, answer.unplaced_people) == (16, 10, 6)
    assert (answer.usable_places, answer.free_places) == (12, 2)  # never netted with the 6
    assert {r.reason for u in answer.unplaced for r in u.reasons} == {"full", "category"}


def test_companions_may_be_left_out_of_the_count() -> None:
    people = [person(i, companion_count=1) for i in range(8)]
    assert ask(people, [shelter(1)], with_companions=False).unplaced_people == 0


def test_the_37_and_the_power_first_site_are_counted_apart() -> None:
    answer = ask([person(1)], [shelter(1), shelter(2, "80", is_power_first=True)])
    assert (answer.floor_places, answer.usable_places) == (10, 30)


@pytest.mark.parametrize(
    ("changes", "choices", "refusal"),
    [
        ({}, {"closed": frozenset({SiteId("w1")})}, "closed"),
        (
            {"fitness": {HazardScenario.FLOOD_L2: Fitness.UNFIT}},
            {"hazard": HazardScenario.FLOOD_L2},
            "hazard",
        ),
        ({}, {"hazard": HazardScenario.FLOOD_L2}, None),
        ({}, {"hazard": HazardScenario.FLOOD_L2, "unconfirmed": UnconfirmedSites.EXCLUDE}, "hazard"),
        ({"opens_at_level": 4}, {"stage": 3}, "closed"),
        ({"opens_at_level": 4}, {"stage": 4}, None),
        ({"opens_at_level": 4, "is_power_first": True}, {"stage": 3}, None),
        ({}, {"open_rate": Decimal("0.99")}, "closed"),
        ({"is_power_first": True}, {"open_rate": Decimal(0)}, None),
    ],
)
def test_which_sites_are_used(
    changes: dict[str, object], choices: dict[str, object], refusal: str | None
) -> None:
    site = ask([person(1)], [replace(shelter(1), **changes)], **choices).by_site[0]  # type: ignore[arg-type]
    assert site.refusal == refusal
    assert site.usable == (0 if refusal else 10)


def test_partial_opening_follows_the_citys_order_then_the_nearest() -> None:
    sites = [shelter(9), shelter(1), shelter(30, opening_order=1), shelter(5)]
    answer = ask([person(1)], sites, open_rate=Decimal("0.5"))
    assert set(answer.opened) == {"w30", "w1"}


def test_staff_limits_and_unknown_staff_is_marked() -> None:
    day, unknown = ask([person(1)], [shelter(1, staff_by_day=0), shelter(2)]).by_site
    assert (day.usable, day.is_staff_unknown) == (0, False)
    assert (unknown.usable, unknown.is_staff_unknown) == (10, True)
    assert ask([person(1)], [shelter(1, staff_by_day=0)], staff=StaffShift.NONE).usable_places == 10


def test_an_unknown_floor_takes_nobody() -> None:
    answer = ask([person(1)], [shelter(1, None)])
    assert answer.by_site[0].floor is None
    assert answer.unplaced[0].reasons[0].reason == "capacity_unknown"


def test_off_list_people_come_last_and_are_shown_apart() -> None:
    answer = ask([person(i) for i in range(8)], [shelter(1)], off_list_people=5)
    assert (answer.off_list.people, answer.off_list.placed, answer.off_list.unplaced) == (5, 2, 3)
    assert (answer.demand_people, answer.unplaced_people, answer.unplaced) == (13, 3, ())


def test_what_plans_say_is_summed_and_may_be_negative() -> None:
    goes = {
        "destination_kind": DestinationKind.WELFARE_SHELTER,
        "destination_id": SiteId("w1"),
        "companion_count": 1,
    }
    answer = ask([person(i, **goes) for i in range(9)], [shelter(1)])
    assert (answer.by_site[0].assigned, answer.by_site[0].balance, answer.by_site[0].free) == (18, -8, 0)


def test_the_papers_of_all_districts_add_up() -> None:
    people = [person(i, companion_count=i % 3) for i in range(12)] + [person(99, district_id=None)]
    sites = [shelter(1), shelter(2, "8")]
    whole = ask(people, sites, off_list_people=3)
    parts = [ask(people, sites, off_list_people=3, district_id=d.district_id) for d in DISTRICTS]
    unknown = whole.by_district[-1]
    assert unknown.district_id == "校区不明"
    assert whole.placed_people == sum(part.placed_people for part in parts) + unknown.placed
    assert whole.unplaced_people == sum(part.unplaced_people for part in parts) + unknown.unplaced
    assert {part.free_places for part in parts} == {whole.free_places}


def test_a_district_alone_has_all_places_for_itself() -> None:
    people = [person(i) for i in range(20)]
    alone = ask(people, [shelter(1)], district_id=DISTRICTS[0].district_id, alone=True)
    assert (alone.demand_people, alone.unplaced_people) == (10, 0)


def test_homes_without_a_point_are_measured_from_the_district_and_told() -> None:
    answer = ask([person(1, home=None), person(2)], [shelter(1, point=None, district_id=None)])
    assert (answer.homes_unknown, answer.placed_people) == (1, 2)


@pytest.mark.parametrize(
    "choices",
    [
        {"rate_m2": Decimal(3)},
        {"stage": 2},
        {"open_rate": Decimal(2)},
        {"off_list_people": -1},
        {"alone": True},
        {"district_id": DistrictId("ない")},
        {"closed": frozenset({SiteId("nowhere")})},
        {"demand": parse_demand("in_hazard")},
        {"demand": parse_demand("in_hazard"), "hazard": HazardScenario.LANDSLIDE},
    ],
)
def test_conditions_that_cannot_be_computed_with(choices: dict[str, object]) -> None:
    with pytest.raises(KnownProblem):
        ask([person(1)], [shelter(1)], **choices)


def test_the_contract_of_the_command_line() -> None:
    answer = to_json(ask([person(1, needs=frozenset({Need.POWER}))], [shelter(1)]))
    wanted = (
        "conditions status phases demand_people demand_parties floor_places usable_places placed_people "
        "unplaced_people free_places by_need by_site by_district unplaced solver_s"
    )
    assert set(wanted.split()) <= set(answer)
    assert answer["by_need"]["power"] == {"parties": 1, "placed": 1, "unplaced": 0, "capacity": "*"}  # type: ignore[index]
    json.dumps(answer, allow_nan=False)


def test_nobody_and_nowhere() -> None:
    assert ask([], []).status == "empty"
    assert ask([person(1)], []).unplaced_people == 1


@pytest.mark.parametrize(
    "field",
    ["demand_people", "placed_people", "unplaced_people", "floor_places", "usable_places", "free_places"],
)
def test_a_total_that_differs_from_its_rows_is_caught(field: str) -> None:
    answer = ask([person(1)], [shelter(1)])
    with pytest.raises(ReconcileError):
        reconcile(replace(answer, **{field: getattr(answer, field) + 1}))


@given(
    st.integers(0, 12),
    st.integers(0, 6),
    st.lists(st.sampled_from([None, "0", "8", "20"]), max_size=3),
    st.sampled_from([Decimal(4), Decimal("3.5"), Decimal(2)]),
    st.sampled_from([Decimal(1), Decimal("0.6")]),
    st.sampled_from([None, DISTRICTS[0].district_id]),
)
def test_every_answer_reconciles(
    count: int,
    off_list: int,
    floors: list[str | None],
    rate: Decimal,
    open_rate: Decimal,
    district: DistrictId | None,
) -> None:
    people = [person(i, companion_count=i % 3, band=1 + i % 3) for i in range(count)]
    sites = [shelter(i, m2, is_power_first=i == 2) for i, m2 in enumerate(floors)]
    choices = {"off_list_people": off_list, "rate_m2": rate, "open_rate": open_rate, "district_id": district}
    reconcile(ask(people, sites, **choices))
