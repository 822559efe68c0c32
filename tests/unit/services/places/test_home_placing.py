from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.gazetteer import GeocodeReason, PlaceLevel
from kurume_bousai.domain.home_places import HomeDoubt, HomeStanding
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId
from kurume_bousai.domain.members import DistrictMethod, RosterMember
from kurume_bousai.geo.geocoding import DictionaryGeocoder
from kurume_bousai.geo.hazards import LayerHazards
from kurume_bousai.services.places.geocoding import GeocodingService
from kurume_bousai.services.places.geocoding_batch import BatchOptions
from kurume_bousai.services.places.home_placing import HomePlacing, numbers_of
from tests.fakes.city import BoxLocator, FakeCity, FixedClock
from tests.unit.services.places.test_geocoding import (
    CLERK,
    EAST,
    ELSEWHERE,
    FLAGGED,
    HERE,
    VIEWER,
    YAMAKAWA,
    city,
    member,
    service,
)

__all__ = ["city"]

FACILITATOR = Access(OperatorId("f"), "進行", frozenset({Role.FACILITATOR}))


def placing(database: FakeCity) -> HomePlacing:
    return HomePlacing(
        database, make_geocoder=DictionaryGeocoder, make_locator=lambda: BoxLocator({YAMAKAWA: EAST})
    )


def test_the_state_adds_up_and_names_the_dictionary(city: FakeCity) -> None:
    state = placing(city).state()
    assert (state.people, state.placed, state.waiting) == (7, 1, 6)
    service(city).run(BatchOptions(rough=True))
    service(city).set_aside(MemberId("m7"))
    state = placing(city).state()
    assert sum(state.standings.values()) == state.people == sum(state.methods.values())
    assert state.standings == {
        HomeStanding.BLOCK: 2,
        HomeStanding.TOWN: 1,
        HomeStanding.FROM_FILE: 1,
        HomeStanding.UNPLACED: 2,
        HomeStanding.UNDECIDED: 1,
    }
    assert (state.placed, state.waiting) == (4, 2)
    assert [source.edition for source in state.sources] == ["24.0a"]
    assert state.hazard_layers == 0


def test_the_worklist_has_the_urgent_first_with_the_reason(city: FakeCity) -> None:
    service(city).run(BatchOptions(rough=True))
    service(city).set_aside(MemberId("m7"))
    found = [(item.number, item.doubt, item.reason) for item in placing(city).worklist()]
    assert found == [
        (3, HomeDoubt.UNPLACED, GeocodeReason.TOWN_UNKNOWN),
        (4, HomeDoubt.UNPLACED, GeocodeReason.AMBIGUOUS),
        (5, HomeDoubt.DISTRICT_DIFFERS, None),
        (2, HomeDoubt.ROUGH, None),
        (7, HomeDoubt.UNDECIDED, GeocodeReason.ELSEWHERE),
    ]
    assert sum(numbers_of(placing(city).worklist()).values()) == 5


def test_nobody_hidden_is_listed_but_for_the_flagged_clerk(city: FakeCity) -> None:
    assert 8 not in [item.number for item in placing(city).worklist()]
    assert placing(city).case(MemberId("m8")) is None
    flagged = city.seen_by(FLAGGED)
    assert 8 in [item.number for item in placing(flagged).worklist()]
    assert placing(flagged).state().people == placing(city).state().people + 1


@pytest.mark.parametrize("access", [VIEWER, FACILITATOR])
def test_only_those_who_keep_the_list_decide_places(city: FakeCity, access: Access) -> None:
    seen = placing(city.seen_by(access))
    for ask in (seen.state, seen.worklist, lambda: seen.case(MemberId("m1"))):
        with pytest.raises(KnownProblem) as refused:
            ask()
        assert refused.value.code == "no_right"


def test_it_can_be_stopped(city: FakeCity) -> None:
    def stop(*_told: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        placing(city).worklist(stop)


def test_two_places_of_one_number_are_both_offered_with_their_district(city: FakeCity) -> None:
    case = placing(city).case(MemberId("m4"))
    assert case is not None
    assert (case.doubt, case.reason, len(case.candidates)) == (
        HomeDoubt.UNPLACED,
        GeocodeReason.AMBIGUOUS,
        2,
    )
    service(city).take(MemberId("m4"), case.candidates[1].match)
    kept = city.state.home_places[MemberId("m4")]
    assert (kept.level, kept.confidence, kept.set_by) == (PlaceLevel.BLOCK, 1.0, "担当")
    assert 4 not in [item.number for item in placing(city).worklist()]
    service(city).run()
    assert member(city, 4).home == case.candidates[1].match.point, "no batch moves what a person chose"


def test_the_old_pin_is_offered_when_the_address_changed(city: FakeCity) -> None:
    service(city).pin(MemberId("m3"), HERE)
    with city.writing() as session:
        gone = replace(member(city, 3), address="久留米市城南町15-9999", home=None)
        session.members.save_many(CLERK, [gone], source="file")
    result = service(city).run().value
    assert (result.pins_to_check, member(city, 3).home) == ((3,), None)
    case = placing(city).case(MemberId("m3"))
    assert case is not None
    assert case.doubt is HomeDoubt.ADDRESS_CHANGED
    assert [(one.is_old_pin, one.match.level) for one in case.candidates] == [
        (True, PlaceLevel.MANUAL),
        (False, PlaceLevel.BLOCK),
    ]
    assert case.old_pin is not None
    assert case.old_pin.set_by == "担当"
    assert placing(city).of(member(city, 3)).old_pin == case.old_pin


def test_the_place_that_is_there_comes_first_and_can_be_confirmed(city: FakeCity) -> None:
    service(city).run()
    case = placing(city).case(MemberId("m5"))
    assert case is not None
    assert (case.doubt, case.candidates[0].is_present) == (HomeDoubt.DISTRICT_DIFFERS, True)
    assert case.candidates[0].district_id == YAMAKAWA
    service(city).pin(MemberId("m5"), case.candidates[0].match.point)
    assert 5 not in [item.number for item in placing(city).worklist()]
    from_file = placing(city).case(MemberId("m6"))
    assert from_file is not None
    assert (from_file.doubt, from_file.candidates[0].match.point) == (None, ELSEWHERE)


class NearLocator:
    """A 校区 whose border is so many metres away."""

    def __init__(self, outside_m: float) -> None:
        self.outside_m = outside_m

    def locate(self, point: LonLat) -> tuple[DistrictId | None, str, float]:
        return DistrictId("山川"), "nearest", self.outside_m


@pytest.mark.parametrize(("outside_m", "computed"), [(0.2, False), (0.0, True)])
def test_a_home_outside_every_area_says_how_far(city: FakeCity, outside_m: float, computed: bool) -> None:
    near = GeocodingService(
        city,
        FixedClock(),
        make_geocoder=DictionaryGeocoder,
        make_locator=lambda: NearLocator(outside_m),
        make_hazard_locator=LayerHazards,
    )
    near.pin(MemberId("m1"), HERE)
    pinned: RosterMember = member(city, 1)
    assert (pinned.district_id, pinned.district_method) == ("山川", DistrictMethod.NEAREST)
    asked = HomePlacing(city, make_geocoder=DictionaryGeocoder, make_locator=lambda: NearLocator(outside_m))
    view = asked.of(pinned)
    assert (view.outside_m, view.by_computed_area) == (outside_m, computed)
    assert view.held is not None
    assert view.held.set_by == "担当"


def test_no_address_is_printed_or_audited(city: FakeCity, tmp_path: Path) -> None:
    service(city).pin(MemberId("m3"), HERE)
    texts = [repr(placing(city).worklist()), repr(placing(city).case(MemberId("m3")))]
    texts.append(repr(city.state.audit))
    assert not any("久留米市" in text or "9999" in text for text in texts)
