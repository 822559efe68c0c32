"""The conditions from end to end: staff, the sites the solver chooses, a site's own rate, the settings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_answer import CapacityAnswer, reconcile
from kurume_bousai.domain.capacity_compare import TOTALS, compare
from kurume_bousai.domain.capacity_conditions import CapacityConditions, UnconfirmedSites
from kurume_bousai.domain.capacity_json import to_json
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.demand import CapacityPerson, Demand, DemandRule, parse_demand
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId, PlanId, SiteId
from kurume_bousai.domain.improvements import SiteChangeKind
from kurume_bousai.domain.members import Need, RosterMember
from kurume_bousai.domain.placement import PlacementStatus
from kurume_bousai.domain.plans import IndividualEvacuationPlan
from kurume_bousai.domain.shelters import UNLIMITED, DesignatedShelter, WelfareShelter
from kurume_bousai.geo.allocation import HighsAllocator
from kurume_bousai.services.capacity.asking import CapacityService, answer_capacity, answer_ladder
from kurume_bousai.services.capacity.source import CapacityMaterial, DatabaseCapacitySource
from kurume_bousai.services.facts import FACT_CITY_SETTINGS
from tests.fakes.city import FakeCity
from tests.fakes.state import CityState
from tests.helpers.capacity_cases import DISTRICT_NAMES, person, shelter

DISTRICTS = tuple(
    SchoolDistrict(name, name, "", "久留米地域", LonLat(130.50 + i / 100, 33.31), i)
    for i, name in enumerate(DISTRICT_NAMES)
)


def material(people: Sequence[CapacityPerson], sites: Sequence[WelfareShelter]) -> CapacityMaterial:
    return CapacityMaterial(tuple(people), tuple(sites), DISTRICTS)


def ask(
    people: Sequence[CapacityPerson], sites: Sequence[WelfareShelter], **choices: object
) -> CapacityAnswer:
    conditions = replace(CapacityConditions(demand=parse_demand("all")), **choices)  # type: ignore[arg-type]
    return answer_capacity(material(people, sites), HighsAllocator(), conditions)


# --- staff


@pytest.mark.parametrize(
    ("choices", "staff", "usable"),
    [
        ({}, 5, 50),
        ({"staff_share": Decimal("0.5")}, 2, 20),  # ⌊5 × 0.5⌋
        ({"staff_share": Decimal("0.5"), "places_per_staff": 3}, 2, 6),
        ({"staff_share": Decimal(0)}, 0, 0),
        ({"staff": StaffShift.NIGHT}, 1, 10),
        ({"staff": StaffShift.NONE, "staff_share": Decimal(0)}, None, 100),
    ],
)
def test_the_staff_that_comes_limits_the_places(
    choices: dict[str, object], staff: int | None, usable: int
) -> None:
    site = ask([person(1)], [shelter(1, "400", staff_by_day=5, staff_by_night=1)], **choices).by_site[0]
    assert (site.staff, site.usable, site.is_staff_unknown) == (staff, usable, False)


def test_unknown_staff_is_no_limit_and_marked_only_where_staff_is_counted() -> None:
    half = ask([person(1)], [shelter(1)], staff_share=Decimal("0.5")).by_site[0]
    assert (half.usable, half.is_staff_unknown) == (10, True)
    assert not ask([person(1)], [shelter(1)], staff=StaffShift.NONE).by_site[0].is_staff_unknown


# --- a site's own rate


def test_the_rate_of_a_site_holds_over_that_of_the_question_and_is_shown() -> None:
    own, others = ask(
        [person(1)], [shelter(1, rate_m2=Decimal(2)), shelter(2)], rate_m2=Decimal("3.5")
    ).by_site
    assert (own.floor, own.rate_m2) == (20, Decimal(2))
    assert (others.floor, others.rate_m2) == (11, Decimal("3.5"))


# --- at most K sites open


def test_the_solver_chooses_which_sites_open_and_the_others_are_closed() -> None:
    people = [person(i) for i in range(31)]
    answer = ask(people, [shelter(1), shelter(2, "80"), shelter(3, "60")], open_at_most=2)
    assert answer.opened == ("w2", "w3")
    shut = answer.by_site[0]
    assert (shut.refusal, shut.usable, shut.free, shut.placed, shut.usable_if_open) == ("closed", 0, 0, 0, 10)
    assert (answer.usable_places, answer.free_places, answer.unplaced_people) == (35, 4, 0)
    assert answer.by_need[Need.POWER].capacity == "*"
    reconcile(answer)


def test_more_than_the_usable_sites_means_all_of_them() -> None:
    sites = [shelter(1), shelter(2), shelter(3, is_power_first=True)]
    whole = ask([person(i) for i in range(15)], sites, closed=frozenset({SiteId("w2")}), open_at_most=9)
    assert whole.opened == ("w1", "w3")
    assert whole.by_site[1].refusal == "closed"


def test_somebody_left_out_is_let_in_by_one_site_more() -> None:
    answer = ask([person(i) for i in range(25)], [shelter(1), shelter(2, "80")], open_at_most=1)
    assert answer.opened == ("w2",)
    kinds = {change.kind for row in answer.unplaced for change in row.nearest.changes}  # type: ignore[union-attr]
    assert kinds <= {SiteChangeKind.OPEN, SiteChangeKind.PLACES}
    assert {row.nearest.site_id for row in answer.unplaced if row.nearest} <= {"w1", "w2"}


@given(
    st.integers(0, 14),
    st.lists(st.sampled_from([None, "0", "8", "20"]), max_size=4),
    st.integers(1, 5),
    st.sampled_from([Decimal(1), Decimal("0.5")]),
    st.sampled_from([None, DISTRICT_NAMES[0]]),
    st.integers(0, 3),
)
def test_every_answer_reconciles_whatever_opens(
    count: int, floors: list[str | None], most: int, share: Decimal, district: DistrictId | None, staff: int
) -> None:
    people = [person(i, companion_count=i % 3, band=1 + i % 3) for i in range(count)]
    sites = [shelter(i, m2, is_power_first=i == 2, staff_by_day=staff or None) for i, m2 in enumerate(floors)]
    answer = ask(people, sites, open_at_most=most, staff_share=share, district_id=district, off_list_people=3)
    reconcile(answer)
    assert len(answer.opened) <= most
    assert {site.site_id for site in answer.by_site if site.refusal is None} == set(answer.opened)
    assert {row.number for row in answer.unplaced} == {
        row.number for row in answer.unplaced if len(answer.obstacles.of(row.number)) == len(sites)
    }


# --- who is left out, and the nearest way in


def test_everybody_left_out_is_told_the_nearest_change() -> None:
    people = [person(i, needs=frozenset({Need.POWER})) for i in range(12)]
    answer = ask(people, [shelter(1), shelter(9, None)])
    row = answer.unplaced[0]
    assert row.nearest is not None
    assert (row.nearest.changes[0].kind, row.nearest.changes[0].amount) == (SiteChangeKind.PLACES, 1)
    assert (row.needs, row.district_id) == (frozenset({Need.POWER}), DISTRICT_NAMES[row.number % 2])
    reasons = [found.reasons for found in answer.obstacles.of(row.number)]
    assert reasons == [("full",), ("capacity_unknown",)]


def test_a_site_unfit_for_the_hazard_is_not_proposed_even_where_it_is_closed_by_name() -> None:
    unfit = {HazardScenario.FLOOD_L2: Fitness.UNFIT}
    answer = ask(
        [person(1)],
        [shelter(1, fitness=unfit)],
        hazard=HazardScenario.FLOOD_L2,
        closed=frozenset({SiteId("w1")}),
    )
    assert answer.by_site[0].refusal == "closed"
    assert answer.unplaced[0].nearest is None


def test_metres_from_a_home_leave_the_program_rounded() -> None:
    far = person(1, home=LonLat(130.60, 33.31))
    told = to_json(ask([far], [shelter(1)], reach_m=500.0))
    row = cast("list[dict[str, Any]]", told["unplaced"])[0]
    assert row["reasons"] == [{"site": "w1", "reason": "too_far", "also": []}]
    assert row["nearest"]["distance_m"] % 100 == 0
    (change,) = row["nearest"]["changes"]
    assert (change["kind"], change["amount"] % 100) == ("reach", 0)
    assert change["amount"] + 500 >= row["nearest"]["distance_m"] - 100
    json.dumps(told, allow_nan=False)


def test_when_time_runs_out_every_phase_says_how_far_it_came() -> None:
    people = [person(i, companion_count=i % 4, band=1 + i % 3) for i in range(300)]
    answer = ask(people, [shelter(i, "44") for i in range(12)], time_limit_s=1e-6)
    reconcile(answer)
    assert answer.status is PlacementStatus.TIME_LIMIT
    told = cast("list[dict[str, Any]]", to_json(answer)["phases"])
    assert all({"value", "bound", "gap", "proven"} <= set(phase) for phase in told)
    assert not all(phase.proven for phase in answer.phases)


# --- several answers side by side


def test_the_ladder_answers_the_same_question_at_every_rate() -> None:
    source = material([person(i) for i in range(30)], [shelter(i) for i in range(5)])
    heard: list[tuple[int, int]] = []
    conditions = CapacityConditions(demand=parse_demand("all"))
    answers = answer_ladder(source, HighsAllocator(), conditions, tell=lambda *how_far: heard.append(how_far))
    assert [answer.conditions.open_rate for answer in answers] == [
        1,
        Decimal("0.6"),
        Decimal("0.4"),
        Decimal("0.2"),
    ]
    assert [len(answer.opened) for answer in answers] == [5, 3, 2, 1]
    assert [answer.unplaced_people for answer in answers] == [0, 0, 10, 20]
    assert heard == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_two_answers_stand_side_by_side_and_nothing_is_netted() -> None:
    people = [person(i, needs=frozenset({Need.POWER})) for i in range(14)]
    few = {**dict.fromkeys(Need, UNLIMITED), Need.POWER: 5}
    sites = [shelter(1), shelter(2, need_capacity=few)]
    whole, part = ask(people, sites), ask(people, sites, closed=frozenset({SiteId("w1")}))
    both = compare(whole, part)
    totals = {row.name: (row.a, row.b, row.difference) for row in both.totals}
    assert list(totals) == list(TOTALS)
    assert totals["unplaced_people"] == (0, 9, 9)
    assert totals["free_places"] == (6, 5, -1)
    assert totals["open_sites"] == (2, 1, -1)
    power = next(row for row in both.by_need if row.need is Need.POWER)
    assert (power.unplaced_difference, power.placed_difference, power.capacity_difference) == (9, -9, None)
    sites_by_id = {row.site_id: row for row in both.by_site}
    assert sites_by_id[SiteId("w1")].usable_difference == -10
    assert sum(row.placed_difference for row in both.by_site) == totals["placed_people"][2]
    assert sum(row.free_difference for row in both.by_site) == totals["free_places"][2]
    assert sum(row.unplaced_difference for row in both.by_district) == 9
    assert all(row.people_difference == 0 for row in both.by_district)


def test_a_site_only_one_answer_knows_keeps_its_row() -> None:
    one, two = ask([person(1)], [shelter(1)]), ask([person(1)], [shelter(1), shelter(2)])
    added = compare(one, two).by_site[1]
    assert (added.a, added.name, added.usable_difference) == (None, "架空福祉避難所2", 10)
    assert compare(two, one).by_site[1].free_difference == -10


# --- what is counted


def _database(state: CityState) -> FakeCity:
    return FakeCity(Access(OperatorId("o"), "架空", frozenset({Role.CLERK})), state)


def _state() -> CityState:
    site = shelter(1, is_power_first=True)
    member = RosterMember(
        MemberId("m1"), 1, "架空 一号", district_id=DISTRICT_NAMES[0], home=LonLat(130.5, 33.3)
    )
    return CityState(
        members={member.member_id: member},
        welfare={site.site_id: site},
        districts={district.district_id: district for district in DISTRICTS},
    )


def test_a_power_first_site_among_the_designated_shelters_is_counted_once() -> None:
    state = _state()
    alone = CapacityService(_database(state), HighsAllocator()).answer(
        CapacityConditions(demand=Demand(DemandRule.ALL))
    )
    same = shelter(1)
    assert same.point is not None
    state.designated[same.site_id] = DesignatedShelter(
        same.site_id, same.name, "指定避難所", "", same.point, DISTRICT_NAMES[0], capacity=500
    )
    both = CapacityService(_database(state), HighsAllocator()).answer(
        CapacityConditions(demand=Demand(DemandRule.ALL))
    )
    assert both == replace(alone, solver_s=both.solver_s)
    assert [site.usable for site in both.by_site] == [10]


def test_demand_is_parties_and_off_list_people_and_nothing_else() -> None:
    """Head counts of evacuation orders are no rule of demand, and no field of the question can carry them."""
    assert [rule.value for rule in DemandRule] == ["plan", "screened", "in_hazard", "all", "share"]
    answer = ask([person(i, companion_count=i) for i in range(4)], [shelter(1)], off_list_people=7)
    assert answer.demand_people == sum(1 + i for i in range(4)) + 7


def test_the_bands_follow_the_citys_own_cut_points() -> None:
    state = _state()
    plan = IndividualEvacuationPlan(PlanId("plan1"), MemberId("m1"), priority_score=50)
    state.plans[MemberId("m1")] = plan
    assert [p.band for p in DatabaseCapacitySource(_database(state)).people()] == [2]
    state.facts[FACT_CITY_SETTINGS] = json.dumps({"band_cut_points": [45, 20]})
    assert [p.band for p in DatabaseCapacitySource(_database(state)).people()] == [1]


def test_in_hazard_counts_the_homes_of_the_chosen_zone_only() -> None:
    wet = person(1, hazard_zones=frozenset({HazardScenario.FLOOD_L2}))
    answer = ask(
        [wet, person(2)], [shelter(1)], demand=parse_demand("in_hazard"), hazard=HazardScenario.FLOOD_L2,
        unconfirmed=UnconfirmedSites.USE,
    )  # fmt: skip
    assert (answer.demand_people, answer.placed_people) == (1, 1)


@pytest.mark.parametrize(
    "choices",
    [
        {"staff_share": Decimal("1.5")},
        {"staff_share": Decimal("-0.1")},
        {"places_per_staff": 0},
        {"open_at_most": 0},
    ],
)
def test_conditions_that_cannot_be_computed_with(choices: dict[str, object]) -> None:
    with pytest.raises(KnownProblem):
        ask([person(1)], [shelter(1)], **choices)
