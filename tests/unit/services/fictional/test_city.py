from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pyproj
import pytest
import shapely

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.capacity import floor_places
from kurume_bousai.domain.consents import ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import CRS_METRIC, CRS_STORED, LonLat, in_city_extent
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.domain.members import AdmissionCategory, Need, Reason, RegistrationState
from kurume_bousai.domain.plans import COMPLETE_STATES, DestinationKind, PlanState
from kurume_bousai.domain.shelters import UNLIMITED, Ownership
from kurume_bousai.geo.districts import computed_areas
from kurume_bousai.services.fictional.city import (
    DEMO_OPERATORS,
    DemoOperator,
    DemoSources,
    FictionalCity,
    build_demo,
    check_reusable,
    demo_facts,
    draw_city,
    read_summary,
    summarise,
)
from kurume_bousai.services.ports.members import MemberQuery
from tests.fakes.city import FakeCity

METRIC = pyproj.Transformer.from_crs(CRS_STORED, CRS_METRIC, always_xy=True)
IMPOSSIBLE_ADDRESS = re.compile(r"久留米市.+?9\d{3}-\d{1,2}（架空）")
IMPOSSIBLE_PHONE = re.compile(r"0942-00-\d{4}")


def metres(point: LonLat) -> tuple[float, float]:
    x_m, y_m = METRIC.transform(point.lon, point.lat)
    return float(x_m), float(y_m)


def access(operator: DemoOperator) -> Access:
    return Access(
        OperatorId(operator.name), operator.name, operator.roles, handles_protected=operator.handles_protected
    )


def silent(done: int, total: int, text: str) -> None:
    assert 0 <= done <= total
    assert text


# ------------------------------------------------------------------------------------------ people


def test_the_same_seed_gives_the_same_city(sources: DemoSources) -> None:
    one, same = (draw_city(sources, members=400, seed=7) for _ in range(2))
    assert one == same
    assert draw_city(sources, members=400, seed=8).members != one.members


def test_as_many_as_asked_for_are_seen_and_the_hidden_come_on_top(demo: FictionalCity) -> None:
    hidden = sum(member.has_protected_address for member in demo.members)
    assert len(demo.members) - hidden == 6000
    assert hidden == 30


@pytest.mark.parametrize("members", [50, 137, 600])
def test_a_small_city_has_hidden_people_too(sources: DemoSources, members: int) -> None:
    city = draw_city(sources, members=members, seed=2)
    hidden = [member for member in city.members if member.has_protected_address]
    assert len(city.members) == members + len(hidden)
    assert len(hidden) >= 3
    assert {plan.state for plan in city.plans} == set(PlanState)
    assert summarise(city.shelters, members=members, districts=46).floor_places == 1460


def test_everybody_is_marked_fictional(demo: FictionalCity) -> None:
    for member in demo.members:
        assert "架空" in member.note
        assert member.source == "架空"
        assert IMPOSSIBLE_ADDRESS.fullmatch(member.address)
        assert all(
            IMPOSSIBLE_PHONE.fullmatch(number) for number in (member.phone, member.phone_second) if number
        )
        assert member.mail_or_fax == ""
    for supporter in demo.supporters:
        assert IMPOSSIBLE_ADDRESS.fullmatch(supporter.address)
        assert IMPOSSIBLE_PHONE.fullmatch(supporter.phone)
    for site in demo.shelters:
        assert site.is_fictional
        assert site.name.startswith("架空 ")
        assert "架空" in site.source
        assert IMPOSSIBLE_ADDRESS.fullmatch(site.address)


def test_ids_are_unique_and_tell_nothing(demo: FictionalCity) -> None:
    for ids in (
        [member.member_id for member in demo.members],
        [member.source_key for member in demo.members],
        [plan.plan_id for plan in demo.plans],
        [supporter.supporter_id for supporter in demo.supporters],
    ):
        assert len(ids) == len(set(ids))
    # A running key would show a gap where somebody is hidden.
    assert not any(
        member.source_key.lstrip("K").isdecimal() and len(member.source_key) < 9 for member in demo.members
    )


def test_homes_lie_in_the_computed_area_of_their_district(demo: FictionalCity) -> None:
    points = {district.district_id: metres(district.point) for district in demo.districts}
    homes = [(member.district_id, member.home) for member in demo.members]
    homes += [(supporter.district_id, supporter.home) for supporter in demo.supporters]
    homes += [(site.district_id, site.point) for site in demo.shelters]
    for district_id, home in homes:
        if home is None:
            continue
        place = metres(home)
        nearest = min(points, key=lambda one: math.dist(points[one], place))
        assert nearest == district_id
        assert math.dist(points[nearest], place) < 1500
        assert in_city_extent(home)


def test_the_map_computes_the_same_areas(demo: FictionalCity) -> None:
    outlines = computed_areas({district.district_id: district.point for district in demo.districts})
    areas = {outline.district_id: shapely.from_wkb(outline.wkb) for outline in outlines}
    for member in demo.members:
        if member.home and member.district_id:
            assert areas[member.district_id].contains(shapely.Point(member.home.lon, member.home.lat))


def test_all_46_districts_have_people_and_several_neighborhoods(demo: FictionalCity) -> None:
    names: dict[str, set[str]] = {}
    for member in demo.members:
        assert member.district_id is not None
        names.setdefault(member.district_id, set()).add(member.neighborhood)
    assert len(names) == 46
    assert all(4 <= len(found) <= 6 for found in names.values())


def test_neighborhoods_are_clusters(demo: FictionalCity) -> None:
    homes: dict[str, list[tuple[float, float]]] = {}
    for member in demo.members:
        if member.district_id == "津福" and member.home:
            homes.setdefault(member.neighborhood, []).append(metres(member.home))
    middle = {
        name: (sum(x for x, _ in found) / len(found), sum(y for _, y in found) / len(found))
        for name, found in homes.items()
    }
    near_own = sum(
        min(middle, key=lambda other: math.dist(middle[other], home)) == name
        for name, found in homes.items()
        for home in found
    )
    assert near_own / sum(map(len, homes.values())) > 0.8


@pytest.mark.parametrize(
    ("need", "share"),
    [
        (Need.POWER, 0.03),
        (Need.WHEELCHAIR, 0.14),
        (Need.STRETCHER, 0.05),
        (Need.PRIVATE_ROOM, 0.06),
        (Need.CARE, 0.25),
        (Need.INFANT, 0.02),
    ],
)
def test_needs_have_their_frequency(demo: FictionalCity, need: Need, share: float) -> None:
    found = sum(need in member.needs for member in demo.members) / len(demo.members)
    assert found == pytest.approx(share, rel=0.3)


def test_every_state_occurs(demo: FictionalCity) -> None:
    members = demo.members
    assert {member.registration.state for member in members} == set(RegistrationState)
    assert {member.consent_state(ConsentKind.ROSTER) for member in members} == set(ConsentState)
    assert {supporter.consent for supporter in demo.supporters} == set(ConsentState)
    assert {plan.state for plan in demo.plans} == set(PlanState)
    assert {plan.leave_at_level for plan in demo.plans} == {3, 4}
    assert {kind for plan in demo.plans for kind in [plan.destination_kind]} == set(DestinationKind) - {
        DestinationKind.EMERGENCY_SITE
    }
    assert {member.screening_class for member in members} == {None, 1, 2, 3, 4}
    assert {member.companion_count for member in members} == {0, 1, 2, 3}
    assert {member.flood_rank for member in members} == {None, 0, 1, 2, 3, 4, 5}
    assert {reason for member in members for reason in member.reasons} == set(Reason)
    assert {category for member in members for category in member.categories} == set(AdmissionCategory)


def test_gaps_of_real_lists_occur(demo: FictionalCity) -> None:
    for lacking in (
        [member for member in demo.members if not member.kana],
        [member for member in demo.members if not member.phone],
        [member for member in demo.members if member.home is None],
        [member for member in demo.members if member.born_on is None],
        [member for member in demo.members if member.flood_rank is None and member.home is not None],
        [member for member in demo.members if not member.categories],
    ):
        assert 0 < len(lacking) < 150


def test_records_do_not_contradict_themselves(demo: FictionalCity) -> None:
    for member in demo.members:
        assert member.companion_count < max(1, member.household_size)
        assert (member.power_hours is None) or Need.POWER in member.needs
        assert not {Need.STRETCHER, Need.WHEELCHAIR} <= member.needs
        assert bool(member.care_level) == (Reason.CARE_LEVEL in member.reasons)
        assert bool(member.mental_grade) == (Reason.MENTAL_CERTIFICATE in member.reasons)
        is_applied = member.registration.state is RegistrationState.APPLIED
        assert (member.registration.registered_on is not None) == is_applied
        for consent in member.consents:
            if consent.state is not ConsentState.UNANSWERED:
                assert consent.explained_on
                assert consent.decided_on
                assert consent.explained_on <= consent.decided_on


def test_a_household_shared_with_a_hidden_person_would_tell_of_it(demo: FictionalCity) -> None:
    households = Counter(member.household_id for member in demo.members)
    assert max(households.values()) == 2
    assert all(
        households[member.household_id] == 1 for member in demo.members if member.has_protected_address
    )


# ------------------------------------------------------------------------------- plans and supporters


def test_no_plan_without_consent(demo: FictionalCity) -> None:
    members = {member.member_id: member for member in demo.members}
    for plan in demo.plans:
        state = members[plan.member_id].consent_state(ConsentKind.PLAN)
        is_beyond = plan.state not in {PlanState.NONE, PlanState.EXPLAINED, PlanState.REFUSED}
        assert (state is ConsentState.GIVEN) == is_beyond


def test_supporters_help_one_or_several_and_some_people_have_none(demo: FictionalCity) -> None:
    load = Counter(supporter_id for plan in demo.plans for supporter_id in plan.supporter_ids)
    known = {supporter.supporter_id: supporter for supporter in demo.supporters}
    members = {member.member_id: member for member in demo.members}
    assert set(load) <= set(known)
    assert 2 <= max(load.values()) <= 4
    for plan in demo.plans:
        assert len(set(plan.supporter_ids)) == len(plan.supporter_ids) <= 3
        member = members[plan.member_id]
        assert {known[one].neighborhood for one in plan.supporter_ids} <= {member.neighborhood}
        if plan.state in COMPLETE_STATES and not member.has_protected_address:
            assert plan.supporter_ids
        if plan.state is PlanState.NO_SUPPORTER or member.has_protected_address:
            assert not plan.supporter_ids
    assert all(supporter.can_help_by_day or supporter.can_help_by_night for supporter in demo.supporters)
    assert {supporter.has_vehicle for supporter in demo.supporters} == {True, False}


def test_destinations_exist(demo: FictionalCity, sources: DemoSources) -> None:
    welfare = {site.site_id for site in demo.shelters}
    designated = {shelter.site_id for shelter in sources.facts.designated}
    for plan in demo.plans:
        if plan.destination_kind is DestinationKind.WELFARE_SHELTER:
            assert plan.destination_id in welfare
        elif plan.destination_kind is DestinationKind.DESIGNATED_SHELTER:
            assert plan.destination_id in designated
        else:
            assert plan.destination_id is None


def test_the_demo_is_tight_enough_to_be_worth_practising(demo: FictionalCity) -> None:
    members = {member.member_id: member for member in demo.members}
    wanted: Counter[str] = Counter()
    for plan in demo.plans:
        if plan.destination_kind is DestinationKind.WELFARE_SHELTER and plan.destination_id:
            wanted[plan.destination_id] += members[plan.member_id].party_size
    usable = summarise(demo.shelters, members=6000, districts=46).usable_places
    assert usable < sum(wanted.values()) < 1.5 * usable
    over = [site for site in demo.shelters if wanted[site.site_id] > (site.declared_capacity or 10**6)]
    assert 3 <= len(over) <= 25


# ------------------------------------------------------------------------------------------- sites


@pytest.mark.parametrize("seed", range(12))
def test_the_37_have_exactly_the_citys_places(sources: DemoSources, seed: int) -> None:
    shelters = draw_city(sources, members=50, seed=seed).shelters
    the_37 = [site for site in shelters if not site.is_power_first]
    assert len(the_37) == 37
    assert len(shelters) == 38
    assert sum(floor_places(site.rooms, Decimal(4)) or 0 for site in the_37) == 1460
    assert sum(room.floor_m2 or 0 for site in the_37 for room in site.rooms) == 5840
    assert sum(floor_places(site.rooms, Decimal("3.5")) or 0 for site in the_37) <= 1668
    assert all(site.declared_capacity == floor_places(site.rooms, Decimal(4)) for site in the_37)
    assert Counter(site.ownership for site in the_37) == {Ownership.PUBLIC: 5, Ownership.WELFARE_FACILITY: 32}
    assert sorted(site.opening_order or 0 for site in the_37) == list(range(1, 38))
    assert min(len(site.short_name) for site in shelters) >= 1
    assert max(len(site.short_name) for site in shelters) <= 10


def test_sites_show_every_kind_of_figure(demo: FictionalCity) -> None:
    the_37 = [site for site in demo.shelters if not site.is_power_first]
    public = [site.declared_capacity or 0 for site in the_37 if site.ownership is Ownership.PUBLIC]
    rest = [site.declared_capacity or 0 for site in the_37 if site.ownership is not Ownership.PUBLIC]
    assert min(public) > max(rest)
    assert sum(site.accepts is None for site in the_37) == 2
    assert any(site.accepts is UNLIMITED for site in the_37)
    assert sum(site.staff_by_day is None for site in the_37) == 3
    assert sum(site.blocked_places > 0 for site in the_37) == 1
    fitness = Counter(site.fitness_for(HazardScenario.FLOOD_L2) for site in the_37)
    assert fitness[Fitness.UNCONFIRMED] == 5
    assert fitness[Fitness.UNFIT] >= 3
    assert {site.opens_at_level for site in the_37} == {3, 4}
    values = {type(value) for site in the_37 for value in site.need_capacity.values()}
    assert values == {int, type(UNLIMITED), type(None)}
    assert any(value == 0 for site in the_37 for value in site.need_capacity.values())
    assert len({site.district_id for site in the_37}) == 37


def test_the_power_first_site_stands_apart(demo: FictionalCity) -> None:
    site = demo.shelters[-1]
    assert site.is_power_first
    assert site.name == "架空 電源優先施設"
    power = site.need_capacity[Need.POWER]
    assert isinstance(power, int)
    assert power > 0
    assert sum(one.is_power_first for one in demo.shelters) == 1


def test_eligible_counts_are_fictional_and_leave_the_hidden_out(demo: FictionalCity) -> None:
    listed = Counter(member.district_id for member in demo.members if not member.has_protected_address)
    for district in demo.districts:
        assert district.eligible_count == math.ceil(listed[district.district_id] / 0.48)
        assert "架空" in district.source


# ------------------------------------------------------------------------------------------- storing


def test_a_demo_is_written_with_what_it_says_about_itself(sources: DemoSources) -> None:
    operator, clerk = map(access, DEMO_OPERATORS)
    database = FakeCity(operator)
    summary = build_demo(database, sources, members=300, seed=5, progress=silent)
    assert summary.as_json()["welfare_shelters"] == 37
    assert summary.as_json()["floor_places"] == 1460
    assert summary.power_first_sites == 1
    assert summary.usable_places > 1200
    with database.reading() as session:
        assert demo_facts(session) == {"is_fictional": "1", "demo_seed": "5", "demo_members": "300"}
        assert read_summary(session) == summary
        assert session.members.count(operator, MemberQuery()) == 300
        assert session.members.count(clerk, MemberQuery()) == 303
        assert len(session.plans.by_member(operator)) == 300
        assert len(session.shelters.designated()) == 142
        assert len(session.shelters.emergency()) == 11
        assert len(session.districts.activities()) == 35
        assert not any(
            site.site_id == sources.facts.power_first_site.site_id for site in session.shelters.welfare()
        )
        assert all(district.eligible_count for district in session.districts.all())


def test_stopping_leaves_nothing_behind(sources: DemoSources) -> None:
    def stop(done: int, total: int, text: str) -> None:
        if "登録" in text:
            raise Cancelled

    database = FakeCity(access(DEMO_OPERATORS[0]))
    with pytest.raises(Cancelled):
        build_demo(database, sources, members=100, seed=1, progress=stop)
    with database.reading() as session:
        assert session.districts.all() == []
        assert session.fact("is_fictional") is None


def test_a_file_with_something_in_it_is_never_filled(sources: DemoSources) -> None:
    database = FakeCity(access(DEMO_OPERATORS[0]))
    with database.writing() as session:
        session.districts.save_many(database.access, [replace(sources.facts.districts[0], eligible_count=1)])
    with pytest.raises(KnownProblem) as caught:
        build_demo(database, sources, members=100, seed=1, progress=silent)
    assert caught.value.code == "demo_not_empty"


@pytest.mark.parametrize("members", [-1, 0, 49, 100_001])
def test_an_impossible_size_is_refused(sources: DemoSources, members: int) -> None:
    with pytest.raises(KnownProblem) as caught:
        draw_city(sources, members=members, seed=1)
    assert caught.value.code == "demo_size"


def test_only_the_same_demo_is_used_again() -> None:
    facts: dict[str, str | None] = {"is_fictional": "1", "demo_seed": "5", "demo_members": "300"}
    check_reusable(facts, members=300, seed=5)
    for members, seed in ((301, 5), (300, 6)):
        with pytest.raises(KnownProblem) as caught:
            check_reusable(facts, members=members, seed=seed)
        assert caught.value.code == "demo_differs"
    for other in ({}, facts | {"is_fictional": None}, facts | {"demo_members": None}):
        with pytest.raises(KnownProblem) as caught:
            check_reusable(other, members=300, seed=5)
        assert caught.value.code == "not_a_demo"


def test_the_operators_of_the_demo() -> None:
    everyday, clerk = map(access, DEMO_OPERATORS)
    assert everyday.name == "架空"
    assert not everyday.sees_protected
    assert clerk.sees_protected
    assert clerk.name == "架空・支援措置担当"
    for right in Right:
        assert everyday.has(right)
