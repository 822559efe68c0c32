from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.gazetteer import GazetteerKind, GeocodeReason, PlaceLevel
from kurume_bousai.domain.ids import DistrictId, MemberId, OperatorId
from kurume_bousai.domain.members import DistrictMethod, RosterMember
from kurume_bousai.exchange.gazetteer_files import read_gazetteer
from kurume_bousai.exchange.layers.reader import read_layer_file
from kurume_bousai.geo.geocoding import DictionaryGeocoder
from kurume_bousai.geo.hazards import LayerHazards
from kurume_bousai.services.places.gazetteer_import import commit_gazetteer, preview_gazetteer
from kurume_bousai.services.places.geocoding import BY_HAND, FROM_ADDRESS, GeocodingService
from kurume_bousai.services.places.geocoding_batch import BatchOptions
from kurume_bousai.services.places.layer_import import commit_layers
from tests.fakes.city import BoxLocator, FakeCity, FixedClock
from tests.fixtures import layers as made
from tests.fixtures.gazetteers import isj_block_zip

YAMAKAWA, MIZUMA = DistrictId("山川"), DistrictId("三潴")
EAST = (130.56, 33.30, 130.58, 33.33)
CLERK = Access(OperatorId("c"), "担当", frozenset({Role.CLERK}))
FLAGGED = replace(CLERK, operator_id=OperatorId("f"), name="支援措置担当", handles_protected=True)
VIEWER = Access(OperatorId("v"), "閲覧", frozenset({Role.VIEWER}))
HERE = LonLat(130.5693, 33.3146)
ELSEWHERE = LonLat(130.50, 33.25)


def person(number: int, address: str, **fields: object) -> RosterMember:
    bare = RosterMember(MemberId(f"m{number}"), number, f"架空{number}", address=address)
    return replace(bare, **fields)  # type: ignore[arg-type]


PEOPLE = (
    person(1, "久留米市山川追分2-10-9999"),
    person(2, "久留米市山川追分2-9999-1"),  # the 町字 only
    person(3, "久留米市架空町9999"),
    person(4, "久留米市上津町100"),  # two places
    person(5, "久留米市山川追分2-11-9999", district_id=MIZUMA, district_method=DistrictMethod.STATED),
    person(6, "久留米市山川追分2-10-9998", home=ELSEWHERE, flood_rank=3),  # a file gave it
    person(7, "福岡県小郡市小郡9999"),
    person(8, "久留米市山川追分2-10-9997", has_protected_address=True),
)


@pytest.fixture
def city(tmp_path: Path) -> FakeCity:
    city = FakeCity(FLAGGED)
    with city.writing() as session:
        session.members.add_many(FLAGGED, PEOPLE, source="x")
    commit_gazetteer(city, read_gazetteer(isj_block_zip(tmp_path)), FixedClock())
    return city.seen_by(CLERK)


def service(city: FakeCity, clock: FixedClock | None = None) -> GeocodingService:
    return GeocodingService(
        city,
        clock or FixedClock(),
        make_geocoder=DictionaryGeocoder,
        make_locator=lambda: BoxLocator({YAMAKAWA: EAST}),
        make_hazard_locator=LayerHazards,
    )


def member(city: FakeCity, number: int) -> RosterMember:
    return city.state.members[MemberId(f"m{number}")]


def test_only_certain_places_are_written_and_everybody_is_counted(city: FakeCity) -> None:
    before = dict(city.state.members)
    preview = service(city).preview()
    assert city.state.members == before
    outcome = service(city).run()
    result = outcome.value
    assert replace(preview, is_committed=True) == result
    assert (result.people, result.looked_up, result.kept_from_file, result.placed) == (7, 6, 1, 2)
    assert dict(result.levels) == {PlaceLevel.BLOCK: 2, PlaceLevel.TOWN: 1}
    assert dict(result.reasons) == {
        GeocodeReason.NUMBER_UNKNOWN: 1,
        GeocodeReason.TOWN_UNKNOWN: 1,
        GeocodeReason.AMBIGUOUS: 1,
        GeocodeReason.ELSEWHERE: 1,
    }
    assert result.looked_up == result.placed + result.unchanged + len(result.unplaced)
    assert (result.unplaced, result.differing, result.districts_given) == ((2, 3, 4, 7), (5,), 1)
    found = member(city, 1)
    assert (found.home, found.district_id) == (HERE, YAMAKAWA)
    assert found.district_method is DistrictMethod.POLYGON
    assert [member(city, number).home for number in (2, 3, 4, 7)] == [None] * 4
    assert member(city, 5).district_id == MIZUMA  # stated by the office: told, never changed
    assert (member(city, 6).home, member(city, 6).flood_rank) == (ELSEWHERE, 3)
    place = city.state.home_places[MemberId("m1")]
    assert (place.level, place.set_by, place.is_rough) == (PlaceLevel.BLOCK, "担当", False)
    assert city.state.versions[MemberId("m1")][-1].source == FROM_ADDRESS


def test_people_with_a_hidden_address_are_for_the_flagged_clerk_alone(city: FakeCity) -> None:
    service(city).run()
    assert member(city, 8).home is None
    flagged = city.seen_by(FLAGGED)
    assert service(flagged).run().value.placed == 1
    assert member(city, 8).home == HERE
    assert MemberId("m8") not in service(city).places()
    assert MemberId("m8") in service(flagged).places()


def test_a_rough_place_is_marked_and_gives_no_district_by_itself(city: FakeCity) -> None:
    result = service(city).run(BatchOptions(rough=True)).value
    assert result.levels[PlaceLevel.TOWN] == 1
    assert member(city, 2).home is not None
    assert member(city, 2).district_id is None
    assert service(city).places()[MemberId("m2")].is_rough
    assert 2 not in result.unplaced


def test_a_rough_place_gives_a_doubtful_district_where_asked(city: FakeCity) -> None:
    service(city).run(BatchOptions(rough=True, rough_districts=True))
    assert (member(city, 2).district_id, member(city, 2).district_method) == (
        YAMAKAWA,
        DistrictMethod.NEAREST,
    )


def test_a_second_run_changes_nothing(city: FakeCity) -> None:
    service(city).run()
    again = service(city).run()
    assert (again.value.placed, again.value.unchanged, again.changes) == (0, 2, frozenset())


def test_a_new_address_moves_or_clears_what_an_address_had_placed(city: FakeCity) -> None:
    service(city).run()
    with city.writing() as session:
        moved = replace(member(city, 1), address="久留米市三潴町玉満2779-9999")
        lost = replace(member(city, 5), address="久留米市架空町9999")
        session.members.save_many(CLERK, [moved, lost], source="x")
    result = service(city).run().value
    assert (result.placed, result.cleared) == (1, 1)
    assert member(city, 1).home == LonLat(130.482, 33.259)
    assert member(city, 1).district_id is None  # the one of the old place is no longer known
    assert member(city, 5).home is None
    assert MemberId("m5") not in city.state.home_places


def test_a_pin_set_by_hand_stays_with_who_and_when(city: FakeCity) -> None:
    clock = FixedClock()
    service(city, clock).pin(MemberId("m3"), HERE)
    place = service(city).places()[MemberId("m3")]
    assert (place.level, place.set_by, place.set_at) == (PlaceLevel.MANUAL, "担当", clock.moment)
    assert city.state.versions[MemberId("m3")][-1].source == BY_HAND
    assert member(city, 3).district_id == YAMAKAWA
    with city.writing() as session:
        changed = replace(member(city, 3), address="久留米市三潴町玉満2779-9999")
        session.members.save_many(CLERK, [changed], source="x")
    clock.moment += timedelta(days=1)
    result = service(city, clock).run().value
    assert (result.kept_by_hand, result.pins_to_check) == (1, (3,))
    assert member(city, 3).home == HERE


def test_a_place_is_nobodys_word_once_a_file_moved_the_home(city: FakeCity) -> None:
    service(city).pin(MemberId("m3"), HERE)
    with city.writing() as session:
        session.members.save_many(CLERK, [replace(member(city, 3), home=ELSEWHERE)], source="file")
    assert MemberId("m3") not in service(city).places()
    assert service(city).preview().kept_by_hand == 0


def test_who_was_set_aside_is_left_alone_until_the_address_changes(city: FakeCity) -> None:
    service(city).run()
    service(city).set_aside(MemberId("m1"))
    kept = city.state.home_undecided[MemberId("m1")]
    assert (member(city, 1).home, member(city, 1).district_id, kept.set_by) == (None, None, "担当")
    result = service(city).run().value
    assert (result.set_aside, member(city, 1).home) == (1, None)
    assert result.people == (
        result.looked_up + result.kept_by_hand + result.kept_from_file + result.set_aside
    )
    with city.writing() as session:
        moved = replace(member(city, 1), address="久留米市三潴町玉満2779-9999")
        session.members.save_many(CLERK, [moved], source="x")
    assert service(city).run().value.set_aside == 0
    assert member(city, 1).home == LonLat(130.482, 33.259)
    assert MemberId("m1") not in city.state.home_undecided


def test_the_middle_of_a_town_that_a_person_chose_stays_rough(city: FakeCity) -> None:
    best = service(city).find(PEOPLE[1].address).best
    assert best is not None
    service(city).take(MemberId("m2"), best)
    place = city.state.home_places[MemberId("m2")]
    assert (place.is_rough, place.is_by_hand, place.confidence) == (True, False, best.confidence)
    assert (member(city, 2).home, member(city, 2).district_id) == (best.point, None)
    assert service(city).run().value.unchanged == 1, "and no batch takes it away"


def test_hazards_of_moved_homes_are_read_in_the_same_job(city: FakeCity, tmp_path: Path) -> None:
    path = made.a31b(tmp_path / "A31b-20-24_10_4930_SHP.zip", "4930", (HERE.lon, HERE.lat), rank=3)
    commit_layers(city, read_layer_file(path), clock=FixedClock(), replace=False)
    result = service(city).run().value
    assert result.hazards_read == 2
    assert city.state.member_readings[MemberId("m1")]
    before = member(city, 1)
    assert before.flood_rank is not None
    assert len(city.state.versions[MemberId("m1")]) == 2, "one version for the place and its hazards"
    service(city).pin(MemberId("m1"), ELSEWHERE)
    assert all(one.lon == ELSEWHERE.lon for one in city.state.member_readings.get(MemberId("m1"), ()))
    service(city).set_aside(MemberId("m1"))
    assert not city.state.member_readings.get(MemberId("m1"))


def test_stopping_leaves_nothing_behind(city: FakeCity) -> None:
    before = dict(city.state.members)

    def stop(_done: int, _total: int, text: str) -> None:
        if "書き込" in text:
            raise Cancelled

    with pytest.raises(Cancelled):
        service(city).run(progress=stop)
    assert (city.state.members, city.state.home_places) == (before, {})


def _code(problem: pytest.ExceptionInfo[KnownProblem]) -> str:
    return problem.value.code


def test_who_may_not_and_what_cannot(city: FakeCity, tmp_path: Path) -> None:
    file = read_gazetteer(isj_block_zip(tmp_path))
    with pytest.raises(KnownProblem) as no_right:
        service(city.seen_by(VIEWER)).run()
    assert _code(no_right) == "no_right"
    with pytest.raises(KnownProblem) as no_right:
        preview_gazetteer(city.seen_by(VIEWER), file)
    assert _code(no_right) == "no_right"
    with pytest.raises(KnownProblem) as empty:
        service(FakeCity(CLERK)).preview()
    assert _code(empty) == "gazetteer_empty"
    with pytest.raises(KnownProblem) as outside:
        service(city).pin(MemberId("m1"), LonLat(139.7, 35.6))
    assert _code(outside) == "pin_outside"
    with pytest.raises(KnownProblem) as gone:
        service(city).pin(MemberId("m8"), HERE)  # hidden from this clerk: as if nobody were there
    assert _code(gone) == "person_gone"


def test_the_next_dictionary_of_a_kind_takes_the_place_of_the_last(city: FakeCity, tmp_path: Path) -> None:
    file = read_gazetteer(isj_block_zip(tmp_path))
    preview = preview_gazetteer(city, file)
    assert (preview.replaced, preview.is_same_file, preview.is_committed) == (13, True, False)
    done = commit_gazetteer(city, replace(file, points=file.points[:3], sha256="other"), FixedClock()).value
    assert (done.kind, done.features, done.replaced) == (GazetteerKind.ISJ_BLOCK, 3, 13)
    (source,) = city.state.gazetteer_sources.values()
    assert (source.points, source.sha256, source.edition, source.imported_by) == (3, "other", "24.0a", "担当")
    contract = {"kind", "features", "repaired", "crs", "encoding", "warnings"}
    assert contract <= done.as_json().keys()


def test_no_address_in_any_text_of_a_result(city: FakeCity) -> None:
    result = service(city).run().value
    texts: Sequence[str] = (repr(result), str(result.as_json()), repr(city.state.home_places))
    texts = (*texts, repr(service(city).find(PEOPLE[0].address)))
    assert not any("追分" in text or "架空" in text for text in texts)
    for action, _, subjects, payload in [(a[0], a[1], a[2], a[3]) for a in city.state.audit]:
        assert "追分" not in f"{action}{subjects}{payload}"
