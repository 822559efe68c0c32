from __future__ import annotations

from dataclasses import replace

import pytest

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.gazetteer import GeocodeMatch, GeocodeReason, GeocodeResult, PlaceLevel
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId, SiteId
from kurume_bousai.domain.map_places import Exactness, MapPlaceKind
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.shelters import DesignatedShelter
from kurume_bousai.services.places.map_search import MOST_OF_A_KIND, MapSearch
from tests.fakes.city import FakeCity
from tests.fakes.state import CityState

CLERK = Access(OperatorId("c"), "窓口", frozenset({Role.CLERK}))
VIEWER = Access(OperatorId("v"), "閲覧", frozenset({Role.VIEWER}))
TSUBUKU, ARAKI = DistrictId("津福"), DistrictId("荒木")
FACILITATOR = Access(OperatorId("f"), "進行", frozenset({Role.FACILITATOR}), frozenset({ARAKI}))
NOTHING = GeocodeResult(None, GeocodeReason.TOWN_UNKNOWN)
TOWN = GeocodeMatch(LonLat(130.5, 33.3), PlaceLevel.TOWN, 0.5, "久留米市津福今町")


def resident(number: int, neighborhood: str, district: DistrictId = TSUBUKU) -> RosterMember:
    return RosterMember(
        MemberId(f"m{number}"),
        number,
        f"架空 太郎{number}",
        district_id=district,
        neighborhood=neighborhood,
        home=LonLat(130.50 + number * 0.0001, 33.30),
    )


def state() -> CityState:
    people = [resident(number, "今町自治会") for number in range(1, 8)]
    people += [resident(number, "本町自治会") for number in range(11, 14)]
    people += [resident(number, "荒木町自治会", ARAKI) for number in range(21, 29)]
    people.append(replace(resident(40, "秘密自治会"), has_protected_address=True))
    school = DesignatedShelter(SiteId("E1"), "津福小学校", "", "", LonLat(130.49, 33.30), TSUBUKU)
    made = CityState()
    made.members = {one.member_id: one for one in people}
    made.designated = {school.site_id: school}
    made.districts = {
        name: SchoolDistrict(name, str(name), "つぶく", "久留米地域", LonLat(130.49, 33.30), 1)
        for name in (TSUBUKU, ARAKI)
    }
    return made


def search(access: Access = CLERK, answer: GeocodeResult = NOTHING) -> MapSearch:
    return MapSearch(FakeCity(access, state()), lambda _text: answer)


def found(text: str, access: Access = CLERK) -> list[tuple[MapPlaceKind, str, Exactness]]:
    return [(place.kind, place.title, place.exactness) for place in search(access).find(text)]


def test_places_are_found_by_part_of_their_name_kind_by_kind() -> None:
    assert found("津福") == [
        (MapPlaceKind.DISTRICT, "津福校区", Exactness.OUTLINE),
        (MapPlaceKind.DESIGNATED, "津福小学校", Exactness.SITE),
    ]
    assert found(" 小　学校") == [(MapPlaceKind.DESIGNATED, "津福小学校", Exactness.SITE)]
    assert found("") == []


def test_a_neighborhood_stands_in_the_middle_of_its_homes_to_100_metres() -> None:
    (place,) = search().find("今町")
    assert place.exactness is Exactness.HOMES
    assert place.beside == "津福校区"
    assert place.point is not None
    assert abs(place.point.lon - 130.5004) < 0.0011
    homes = {member.home for member in state().members.values()}
    assert place.point not in homes


def test_few_homes_tell_only_the_district() -> None:
    (place,) = search().find("本町")
    assert (place.exactness, place.point, place.district_id) == (Exactness.DISTRICT_ONLY, None, TSUBUKU)


def test_people_are_never_found() -> None:
    assert found("太郎") == []


def test_neighborhoods_are_those_whose_people_one_may_see() -> None:
    assert found("自治会", VIEWER) == []
    assert [title for _, title, _ in found("自治会", FACILITATOR)] == ["荒木町自治会"]
    assert "秘密自治会" not in [title for _, title, _ in found("自治会")]


def test_an_address_says_how_exact_it_is() -> None:
    result = GeocodeResult(TOWN, GeocodeReason.NUMBER_MISSING, (TOWN, replace(TOWN, matched="津福本町")))
    places = search(answer=result).find("つぶく今町9999")
    assert [(place.title, place.exactness) for place in places] == [
        ("久留米市津福今町", Exactness.TOWN),
        ("津福本町", Exactness.TOWN),
    ]


def test_a_single_letter_is_no_address() -> None:
    def refuse(text: str) -> GeocodeResult:
        pytest.fail(f"asked the dictionary for {len(text)} letter")

    assert MapSearch(FakeCity(CLERK, state()), refuse).find("丁") == ()


def test_names_are_read_once_and_again_after_a_change() -> None:
    city = FakeCity(CLERK, state())
    made = MapSearch(city, lambda _text: NOTHING)
    assert made.find("新しい") == ()
    city.state.members[MemberId("m99")] = resident(99, "新しい自治会")
    assert made.find("新しい") == ()
    made.forget()
    assert [place.title for place in made.find("新しい")] == ["新しい自治会"]


def test_no_kind_floods_the_list() -> None:
    full = state()
    full.designated = {
        SiteId(f"E{number}"): DesignatedShelter(
            SiteId(f"E{number}"), f"架空小学校{number}", "", "", LonLat(130.49, 33.30), None
        )
        for number in range(50)
    }
    assert len(MapSearch(FakeCity(CLERK, full), lambda _text: NOTHING).find("架空")) == MOST_OF_A_KIND
