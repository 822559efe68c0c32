"""一人の避難の地図: consent for list and plan, the ledger, supporters, and nobody who is protected."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.app.map_papers import person_maps
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazard_readings import StoredReading
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId, PlanId, SupporterId
from kurume_bousai.domain.map_papers import MapHazard
from kurume_bousai.domain.members import Need, RosterMember
from kurume_bousai.domain.plans import DestinationKind, IndividualEvacuationPlan, PlanState, TravelMode
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.reports.maps.person import hazard_words
from kurume_bousai.services.maps.person_maps import PersonMapService
from kurume_bousai.services.papers.rules import NamedRequest, Recipient
from tests.fakes.city import FakeCity
from tests.fakes.state import CityState
from tests.fixtures import map_papers as fixture

PASSWORD = "架空の合言葉です長い"
HOME = LonLat(fixture.LON, fixture.LAT)
REQUEST = NamedRequest(Recipient(Body.CITY, "市の福祉課(架空)", fixture.DISTRICT), "訪問のため(架空)", 2)
BOTH = (
    Consent(ConsentKind.ROSTER, ConsentState.GIVEN),
    Consent(ConsentKind.PLAN, ConsentState.GIVEN),
)


def member(
    number: int = 12, consents: tuple[Consent, ...] = BOTH, *, protected: bool = False
) -> RosterMember:
    return RosterMember(
        MemberId(f"m{number}"),
        number,
        f"架空 {number}号",
        address="津福本町9999-12",
        district_id=fixture.DISTRICT,
        neighborhood="架空東",
        needs=frozenset({Need.WHEELCHAIR}),
        consents=consents,
        home=HOME,
        flood_rank=2,
        has_protected_address=protected,
    )


def city(*people: RosterMember, protected: bool = False, role: Role = Role.CLERK) -> FakeCity:
    what = fixture.content(count=3, with_layers=False)
    shelter = what.designated[0]
    helpers = (
        Supporter(
            SupporterId("s1"), "架空 支援", phone="0942-00-1111", home=LonLat(HOME.lon + 0.002, HOME.lat),
            consent=ConsentState.GIVEN,
        ),
        Supporter(SupporterId("s2"), "架空 内緒", home=HOME, consent=ConsentState.UNANSWERED),
    )  # fmt: skip
    plans = {
        one.member_id: IndividualEvacuationPlan(
            PlanId(f"p{one.number}"),
            one.member_id,
            PlanState.COMPLETE,
            (SupporterId("s1"), SupporterId("s2")),
            DestinationKind.DESIGNATED_SHELTER,
            shelter.site_id,
            TravelMode.WHEELCHAIR,
        )
        for one in people
    }
    state = CityState(
        districts={one.district_id: one for one in what.districts},
        designated={one.site_id: one for one in what.designated},
        members={one.member_id: one for one in people},
        plans=plans,
        supporters={one.supporter_id: one for one in helpers},
        facts={"is_fictional": "1"},
    )
    return FakeCity(Access(OperatorId("o"), "架空", frozenset({role}), None, protected), state)


def service(database: FakeCity) -> PersonMapService:
    return person_maps(database)


def code(database: FakeCity, number: int = 12, request: NamedRequest = REQUEST) -> str:
    with pytest.raises(KnownProblem) as problem:
        service(database).print_pages(number, request)
    assert database.state.ledger == ()
    return problem.value.code


def text_of(pdf: bytes) -> str:
    return pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().replace("\n", "")


def test_the_sheet_has_home_way_supporters_and_whose_copy_it_is() -> None:
    database = city(member())
    papers = service(database).print_pages(12, REQUEST).value
    assert len(papers) == len(database.state.ledger) == 2
    assert {entry.copy_number for entry in database.state.ledger} == {one.copy_number for one in papers}
    first = text_of(papers[0].pdf_bytes)
    wanted = (
        "避難の地図 12番", "架空 12号", "津福本町9999-12", "架空 支援 0942-00-1111", "市の福祉課(架空)",
        "取扱注意", papers[0].copy_number, "1.3倍", "浸水 0.5m以上3m未満", "安全という意味ではありません",
        "訪問のため(架空)",
    )  # fmt: skip
    for said in wanted:
        assert said in first
    assert papers[1].copy_number in text_of(papers[1].pdf_bytes)


def test_a_supporter_who_has_not_agreed_is_neither_named_nor_placed() -> None:
    content = service(city(member())).content(12, REQUEST.recipient, MapHazard.FLOOD_L2)
    assert [(one.order, one.name, one.home is None) for one in content.supporters] == [
        (1, "架空 支援", False),
        (2, "", True),
    ]
    text = text_of(service(city(member())).print_pages(12, REQUEST).value[0].pdf_bytes)
    assert "内緒" not in text
    assert "名前を出すことに同意がありません" in text


@given(roster=st.sampled_from(ConsentState), plan=st.sampled_from(ConsentState))
def test_it_leaves_only_with_live_consent_for_the_list_and_for_the_plan(
    roster: ConsentState, plan: ConsentState
) -> None:
    consents = (Consent(ConsentKind.ROSTER, roster), Consent(ConsentKind.PLAN, plan))
    database = city(member(consents=consents))
    if roster is ConsentState.GIVEN and plan is ConsentState.GIVEN:
        service(database).check(12, REQUEST.recipient)
    else:
        assert code(database) == "no_consent"


def test_consent_for_others_does_not_cover_this_recipient() -> None:
    narrow = frozenset({Body.FIRE_SERVICE})
    consents = (BOTH[0], replace(BOTH[1], covers=narrow))
    assert code(city(member(consents=consents))) == "no_consent"


def test_a_protected_person_does_not_exist_and_is_never_shared() -> None:
    hidden = member(900_001, protected=True)
    assert code(city(hidden), 900_001) == "person_gone"
    assert code(city(hidden, protected=True), 900_001) == "protected_person"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLERK])
def test_only_a_clerk_gets_it(role: Role) -> None:
    assert code(city(member(), role=role)) == "no_right"


@pytest.mark.parametrize(
    ("person", "request_", "expected"),
    [
        (replace(member(), home=None), REQUEST, "home_unknown"),
        (
            member(),
            replace(REQUEST, recipient=Recipient(Body.TEACHER, "架空の先生")),
            "recipient_symbols_only",
        ),
        (
            member(),
            replace(REQUEST, recipient=Recipient(Body.FIRE_CORPS, "架空分団", DistrictId("荒木"))),
            "recipient_other_district",
        ),
        (member(), replace(REQUEST, purpose=" "), "named_incomplete"),
    ],
)
def test_what_is_missing_is_told_before_the_ledger(
    person: RosterMember, request_: NamedRequest, expected: str
) -> None:
    assert code(city(person), request=request_) == expected


def test_a_person_without_a_plan_has_no_map() -> None:
    database = city(member())
    database.state.plans.clear()
    assert code(database) == "no_plan"


def test_files_are_encrypted_and_anything_but_pdf_takes_the_ledger_back(tmp_path: Path) -> None:
    database = city(member())
    written = service(database).write(12, REQUEST, tmp_path / "map.pdf", lambda: PASSWORD).value
    assert [one.name for one in written.files] == ["map-1of2.pdf", "map-2of2.pdf"]
    for place in written.files:
        reader = pypdf.PdfReader(place)
        assert reader.is_encrypted
        assert reader.decrypt(PASSWORD)
        assert "架空 12号" in reader.pages[0].extract_text()
        assert "津福本町".encode() not in place.read_bytes()
    other = city(member())
    with pytest.raises(KnownProblem) as problem:
        service(other).write(12, REQUEST, tmp_path / "map.xlsx", lambda: PASSWORD)
    assert problem.value.code == "map_needs_pdf"
    assert other.state.ledger == ()
    assert not list(tmp_path.glob("*.xlsx"))


def test_what_is_known_of_the_home_is_never_silence_and_never_safe() -> None:
    content = service(city(member())).content(12, REQUEST.recipient, MapHazard.FLOOD_L2)
    readings = (
        StoredReading("flood", "flood_l2", "outside", 0, None, 130.5, 33.3),
        StoredReading("landslide", "landslide", "inside", 2, 2, 130.5, 33.3),
        StoredReading("inland", "inland", "no_data", None, None, 130.5, 33.3),
        StoredReading("collapse", "flood_l2", "inside", 1, None, 130.5, 33.3),
    )
    assert hazard_words(replace(content, hazards=readings)) == [
        "浸水 区域の外",
        "土石流 特別警戒区域",
        "内水 データなし",
        "家屋倒壊等(氾濫流)",
    ]
    assert hazard_words(replace(content, hazards=(), flood_rank=None)) == ["浸水 データなし"]
    assert hazard_words(replace(content, hazards=(), flood_rank=0)) == ["浸水 区域の外"]
    assert content.name not in repr(content)
