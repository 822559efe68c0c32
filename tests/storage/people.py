"""Fictional people for the storage tests, by hand and by Hypothesis."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import (
    DistrictId,
    MemberId,
    OperatorId,
    PlanId,
    SiteId,
    SupporterId,
    new_id,
)
from kurume_bousai.domain.members import (
    AdmissionCategory,
    DistrictMethod,
    Need,
    Reason,
    Registration,
    RegistrationState,
    RosterMember,
    Sex,
)
from kurume_bousai.domain.person_details import (
    NO_DETAILS,
    CommunicationMeans,
    Consideration,
    Contact,
    DeliveryMeans,
    HouseholdPerson,
    MedicalDevice,
    Mobility,
    PersonDetails,
    ReasonRecord,
    Residence,
)
from kurume_bousai.domain.plans import (
    DestinationKind,
    IndividualEvacuationPlan,
    PlanState,
    TravelMode,
)
from kurume_bousai.domain.supporters import Supporter

DISTRICTS = tuple(map(DistrictId, ("津福", "荘島", "日吉")))
EVERYTHING = frozenset(Role)


def access(*roles: Role, districts: frozenset[DistrictId] | None = None, protected: bool = False) -> Access:
    return Access(OperatorId("op"), "検査", frozenset(roles), districts, protected)


CLERK = access(Role.CLERK)
FLAGGED = access(Role.CLERK, protected=True)
VIEWER = access(Role.VIEWER)
ADMINISTRATOR = access(Role.ADMINISTRATOR)


def person(name: str = "架空太郎", **fields: object) -> RosterMember:
    bare = RosterMember(MemberId(new_id()), 0, name, district_id=DISTRICTS[0])
    return replace(bare, **fields)  # type: ignore[arg-type]


# Surrogates cannot be stored as text; everything else can stand in a name.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
points = st.builds(LonLat, st.floats(130.0, 131.0), st.floats(33.0, 34.0))
ids = st.uuids().map(lambda found: found.hex)


def _consent(
    kind: ConsentKind, state: ConsentState, on: date | None, bodies: frozenset[Body] | None
) -> Consent:
    return Consent(kind, state, on, on, "説明者", bodies)


consents = st.lists(
    st.builds(
        _consent,
        st.sampled_from(ConsentKind),
        st.sampled_from(ConsentState),
        st.none() | days,
        st.none() | st.frozensets(st.sampled_from(Body)),
    ),
    max_size=3,
    unique_by=lambda consent: consent.kind,
).map(tuple)

details = st.builds(
    PersonDetails,
    display_name=texts,
    display_kana=texts,
    reason_records=st.lists(
        st.builds(ReasonRecord, st.sampled_from(Reason), texts, st.none() | days, st.none() | days, texts),
        max_size=3,
    ).map(tuple),
    support_class=texts,
    disability=texts,
    considerations=st.frozensets(st.sampled_from(Consideration)),
    consideration_note=texts,
    devices=st.frozensets(st.sampled_from(MedicalDevice)),
    mobility=st.sampled_from(Mobility),
    residence=st.sampled_from(Residence),
    helpers_needed=st.none() | st.integers(0, 9),
    communication=st.frozensets(st.sampled_from(CommunicationMeans)),
    communication_note=texts,
    delivery=st.frozensets(st.sampled_from(DeliveryMeans)),
    language=texts,
    allergies=texts,
    medicine=texts,
    belongings=texts,
    pets=texts,
    contacts=st.lists(st.builds(Contact, texts, texts, texts, texts, texts), max_size=3).map(tuple),
    # Linked to people of the list only where a test stores them: a link to nobody is not given out.
    household=st.lists(
        st.builds(HouseholdPerson, texts, texts, st.none(), st.booleans(), texts), max_size=3
    ).map(tuple),
    is_alone_by_day=st.none() | st.booleans(),
    usual_room=texts,
    bedroom=texts,
    house_structure=texts,
    built_year=texts,
    care_manager=texts,
    clinic=texts,
    services_used=texts,
)

members = st.builds(
    RosterMember,
    member_id=ids.map(MemberId),
    number=st.just(0),
    name=texts,
    kana=texts,
    born_on=st.none() | days,
    sex=st.sampled_from(Sex),
    postal_code=texts,
    address=texts,
    building=texts,
    phone=texts,
    phone_second=texts,
    mail_or_fax=texts,
    district_id=st.none() | st.sampled_from(DISTRICTS),
    district_method=st.sampled_from(DistrictMethod),
    neighborhood=texts,
    commissioner=texts,
    reasons=st.frozensets(st.sampled_from(Reason)),
    care_level=texts,
    physical_grade=texts,
    intellectual_grade=texts,
    mental_grade=texts,
    disease=texts,
    needs=st.frozensets(st.sampled_from(Need)),
    power_hours=st.none() | st.floats(0, 100),
    categories=st.frozensets(st.sampled_from(AdmissionCategory)),
    household_id=texts,
    household_size=st.integers(1, 9),
    companion_count=st.integers(0, 8),
    information_means=texts,
    registration=st.builds(Registration, st.sampled_from(RegistrationState), st.none() | days),
    consents=consents,
    has_protected_address=st.booleans(),
    home=st.none() | points,
    home_story=texts,
    flood_rank=st.none() | st.integers(0, 6),
    screening_class=st.none() | st.integers(1, 4),
    note=texts,
    source=texts,
    source_key=texts,
    details=st.just(NO_DETAILS) | details,
)

plans = st.builds(
    IndividualEvacuationPlan,
    plan_id=ids.map(PlanId),
    member_id=ids.map(MemberId),
    state=st.sampled_from(PlanState),
    supporter_ids=st.lists(ids.map(SupporterId), max_size=3).map(tuple),
    destination_kind=st.sampled_from(DestinationKind),
    destination_id=st.none() | ids.map(SiteId),
    travel_mode=st.none() | st.sampled_from(TravelMode),
    leave_at_level=st.sampled_from((3, 4)),
    priority_score=st.none() | st.integers(0, 100),
    made_on=st.none() | days,
    review_on=st.none() | days,
    rehearsed_on=st.none() | days,
    version=st.integers(1, 9),
)

supporters = st.builds(
    Supporter,
    supporter_id=ids.map(SupporterId),
    name=texts,
    kana=texts,
    is_organisation=st.booleans(),
    phone=texts,
    address=texts,
    district_id=st.none() | st.sampled_from(DISTRICTS),
    neighborhood=texts,
    home=st.none() | points,
    relation=texts,
    consent=st.sampled_from(ConsentState),
    can_help_by_day=st.booleans(),
    can_help_by_night=st.booleans(),
    has_vehicle=st.booleans(),
)

accesses = st.builds(
    Access,
    operator_id=st.just(OperatorId("op")),
    name=st.text(string.ascii_letters, min_size=1, max_size=5),
    roles=st.frozensets(st.sampled_from(Role), min_size=1),
    districts=st.none() | st.frozensets(st.sampled_from(DISTRICTS)),
    handles_protected=st.booleans(),
)
