from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.capacity import RATES_M2
from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import ActivityFigure, DistrictOutline, SchoolDistrict
from kurume_bousai.domain.exercises import ExerciseSettings, ExerciseTable
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import DistrictId, MemberId, OperationId, SiteId, TableId
from kurume_bousai.domain.members import AdmissionCategory, Need, RosterMember
from kurume_bousai.domain.operations import (
    EntryKind,
    EntryStamp,
    FrozenPerson,
    LogEntry,
    Operation,
    OperationKind,
    OperationState,
)
from kurume_bousai.domain.plans import IndividualEvacuationPlan
from kurume_bousai.domain.presets import PRESETS
from kurume_bousai.domain.shelters import (
    UNLIMITED,
    DesignatedShelter,
    EmergencyEvacuationSite,
    OpeningState,
    Ownership,
    Room,
    Verification,
    WelfareShelter,
    YesNoUnknown,
)
from kurume_bousai.domain.site_record import (
    Equipment,
    EquipmentFact,
    FacilityRecord,
    FigureSource,
    SiteContacts,
    SiteFigure,
    StockItem,
)
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.storage import codec
from kurume_bousai.storage.mapping import members as member_mapping
from kurume_bousai.storage.mapping import operations as operation_mapping
from kurume_bousai.storage.mapping import places as place_mapping
from kurume_bousai.storage.mapping import plans as plan_mapping
from kurume_bousai.storage.rows.every import (
    CareFacilityRecord,
    MemberRecord,
    PlanRecord,
    SupporterRecord,
    WelfareShelterRecord,
)
from tests.storage import people

texts, days, points, ids = people.texts, people.days, people.points, people.ids
limits = st.none() | st.just(UNLIMITED) | st.integers(0, 99)
shelters = st.builds(
    WelfareShelter,
    site_id=ids.map(SiteId),
    name=texts,
    short_name=texts,
    ownership=st.sampled_from(Ownership),
    point=st.none() | points,
    designation=st.sampled_from(YesNoUnknown),
    agreement=st.sampled_from(YesNoUnknown),
    rooms=st.lists(st.builds(Room, texts, st.none() | st.decimals(0, 999, places=2)), max_size=3).map(tuple),
    declared_capacity=st.none() | st.integers(0, 999),
    accepts=st.none() | st.just(UNLIMITED) | st.frozensets(st.sampled_from(AdmissionCategory)),
    need_capacity=st.dictionaries(st.sampled_from(Need), limits),
    power_kw=st.none() | st.floats(0, 100),
    staff_by_day=st.none() | st.integers(0, 99),
    fitness=st.dictionaries(st.sampled_from(HazardScenario), st.sampled_from(Fitness)),
    opening_order=st.none() | st.integers(1, 38),
    is_power_first=st.booleans(),
    state=st.sampled_from(OpeningState),
    verification=st.sampled_from(Verification),
    verified_on=st.none() | days,
    rate_m2=st.none() | st.sampled_from(RATES_M2),
    figure_sources=st.dictionaries(
        st.sampled_from(SiteFigure), st.builds(FigureSource, texts, st.none() | days)
    ),
    record=st.builds(
        FacilityRecord,
        contacts=st.builds(SiteContacts, texts, texts, texts),
        agreement_on=st.none() | days,
        announced_on=st.none() | days,
        equipment=st.dictionaries(
            st.sampled_from(Equipment), st.builds(EquipmentFact, st.booleans(), st.none() | days, texts)
        ),
        stock=st.lists(
            st.builds(StockItem, texts, st.none() | st.decimals(0, 999, places=1), texts, st.none() | days),
            max_size=2,
        ).map(tuple),
    ),
)
care_facilities = st.builds(
    CareFacility,
    facility_id=ids,
    office_number=texts,
    name=texts,
    service=texts,
    point=st.none() | points,
    capacity=st.none() | st.integers(0, 99),
    capacity_text=texts,
    read_on=st.none() | days,
    adopted_as=st.none() | ids.map(SiteId),
)


def row_of(member: RosterMember) -> dict[str, Any]:
    return member_mapping.to_row(
        member, number=member.number, version=member.version, updated_at=member.updated_at
    )


@given(people.members)
def test_member_survives_its_row(member: RosterMember) -> None:
    row = row_of(member)
    assert member_mapping.from_row(row) == member
    assert set(row) == set(MemberRecord.__table__.columns.keys()) - {"row_id", "anonymised_on"}


@given(people.members, st.datetimes(timezones=st.just(UTC)))
def test_member_survives_its_version(member: RosterMember, moment: datetime) -> None:
    row = {**row_of(member), "updated_at": moment}
    assert member_mapping.from_version(member_mapping.to_version(row)) == member_mapping.from_row(row)


@given(people.plans)
def test_plan_survives_its_row(plan: IndividualEvacuationPlan) -> None:
    row, links = plan_mapping.plan_to_row(plan), plan_mapping.plan_links(plan)
    assert plan_mapping.plan_from_row(row, [link["supporter_id"] for link in links]) == plan
    assert set(row) == set(PlanRecord.__table__.columns.keys())


@given(people.supporters)
def test_supporter_survives_its_row(supporter: Supporter) -> None:
    row = plan_mapping.supporter_to_row(supporter)
    assert plan_mapping.supporter_from_row(row) == supporter
    assert set(row) == set(SupporterRecord.__table__.columns.keys())


@given(shelters)
def test_welfare_shelter_survives_its_row_and_its_frozen_text(shelter: WelfareShelter) -> None:
    row = place_mapping.welfare_to_row(shelter)
    assert place_mapping.welfare_from_row(row) == shelter
    assert set(row) == set(WelfareShelterRecord.__table__.columns.keys())
    assert codec.loads(WelfareShelter, codec.dumps(shelter)) == shelter


@given(care_facilities)
def test_care_facility_survives_its_row(facility: CareFacility) -> None:
    row = place_mapping.care_to_row(facility)
    assert place_mapping.care_from_row(row) == facility
    assert set(row) == set(CareFacilityRecord.__table__.columns.keys())


def test_site_frozen_by_an_older_program_is_read() -> None:
    shelter = WelfareShelter(SiteId("w"), "架空園", "架空", Ownership.PUBLIC, None)
    older = json.loads(codec.dumps(shelter))
    for name in ("rate_m2", "figure_sources", "record"):
        del older[name]
    assert codec.loads(WelfareShelter, json.dumps(older)) == shelter


def test_unknown_none_and_no_limit_stay_three_things() -> None:
    shelter = WelfareShelter(
        SiteId("w"), "架空園", "架空", Ownership.PUBLIC, None,
        rooms=(Room("集会室", Decimal("40.5")), Room("和室", None)),
        need_capacity={Need.POWER: UNLIMITED, Need.CARE: None, Need.INFANT: 0},
    )  # fmt: skip
    back = place_mapping.welfare_from_row(place_mapping.welfare_to_row(shelter))
    assert back.need_capacity == {Need.POWER: UNLIMITED, Need.CARE: None, Need.INFANT: 0}
    assert back.rooms[1].floor_m2 is None
    assert back.accepts is None


def test_other_places_survive_their_rows() -> None:
    district = SchoolDistrict(DistrictId("津福"), "津福", "つぶく", "久留米地域", LonLat(130.5, 33.3), 7)
    outline = DistrictOutline(DistrictId("津福"), b"\x00\x01", approximate=True, source="概略")
    figure = ActivityFigure("訓練回数", 2024, None, "市の公表")
    designated = DesignatedShelter(
        SiteId("d"), "小学校", "学校", "", LonLat(130.5, 33.3), None, "nearest", 90
    )
    emergency = EmergencyEvacuationSite(
        SiteId("e"), "広場", "", LonLat(130.5, 33.3), frozenset({"洪水", "地震"}),
        indoor_capacity=1371, outdoor_capacity=0, capacity_text="面積の1/2",
    )  # fmt: skip
    assert place_mapping.district_from_row(place_mapping.district_to_row(district)) == district
    assert place_mapping.outline_from_row(place_mapping.outline_to_row(outline, 0)) == outline
    assert place_mapping.figure_from_row(place_mapping.figure_to_row(figure)) == figure
    assert place_mapping.designated_from_row(place_mapping.designated_to_row(designated)) == designated
    assert place_mapping.emergency_from_row(place_mapping.emergency_to_row(emergency)) == emergency


def test_operation_and_entry_survive_their_rows() -> None:
    settings = ExerciseSettings(DistrictId("津福"), PRESETS[0], (ExerciseTable(TableId("1"), "1班"),))
    operation = Operation(OperationId("o"), OperationKind.EXERCISE, OperationState.RUNNING, settings)
    entry = LogEntry(
        OperationId("o"), EntryStamp(5, 1, "A-x", 0), datetime(2026, 6, 1, tzinfo=UTC), "検査",
        EntryKind.ASSIGNED, TableId("1"), {"member_id": "m", "points": [[130.5, 33.3]]},
    )  # fmt: skip
    assert operation_mapping.operation_from_row(operation_mapping.operation_to_row(operation)) == operation
    assert operation_mapping.entry_from_row(operation_mapping.entry_to_row(entry)) == entry


@given(
    st.builds(
        FrozenPerson, ids.map(MemberId), st.none() | texts.map(TableId), st.integers(0, 99),
        st.sampled_from(people.DISTRICTS), texts, st.none() | points,
        st.frozensets(st.sampled_from(Need)), st.frozensets(st.sampled_from(AdmissionCategory)),
        st.integers(1, 9), st.integers(1, 3), st.none() | st.integers(0, 6),
    )
)  # fmt: skip
def test_frozen_person_survives_its_text(frozen: FrozenPerson) -> None:
    text = codec.dumps(frozen)
    assert codec.loads(FrozenPerson, text) == frozen
    assert codec.dumps(codec.loads(FrozenPerson, text)) == text
