from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kurume_bousai.app.geocoding import geocoding
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.gazetteer import HomePlace, PlaceLevel
from kurume_bousai.exchange.gazetteer_files import read_gazetteer
from kurume_bousai.services.places.gazetteer_import import commit_gazetteer
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fakes.city import FakeCity, FixedClock
from tests.fixtures.gazetteers import abr_members, isj_block_zip, town_list, zipped
from tests.storage.people import CLERK, FLAGGED, VIEWER, person

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.fixture
def dictionaries(tmp_path: Path) -> list[Path]:
    towns = town_list(
        tmp_path / "towns.json", [("山川追分二丁目", "", 33.3, 130.5), ("東町", "", 33.31, 130.52)]
    )
    return [towns, isj_block_zip(tmp_path), zipped(tmp_path / "abr.zip", abr_members())]


def test_the_real_store_answers_as_the_fake_does(
    city: EncryptedCityDatabase, dictionaries: list[Path]
) -> None:
    fake = FakeCity(city.access)
    for database in (city, fake):
        for path in dictionaries:
            commit_gazetteer(database, read_gazetteer(path), FixedClock())
            commit_gazetteer(database, read_gazetteer(path), FixedClock())  # takes its own place
    with city.reading() as real, fake.reading() as kept:
        assert [
            replace(one, source_id=other.source_id)
            for one, other in zip(real.gazetteer.sources(), kept.gazetteer.sources(), strict=True)
        ] == kept.gazetteer.sources()
        assert real.gazetteer.towns() == kept.gazetteer.towns()
        for town in real.gazetteer.towns():
            assert real.gazetteer.points_of(town.key) == kept.gazetteer.points_of(town.key)


def test_places_are_kept_for_those_who_may_see_the_person(city: EncryptedCityDatabase) -> None:
    people = [person("見える人"), person("隠れた人", has_protected_address=True)]
    places = [
        HomePlace(
            one.member_id, PlaceLevel.TOWN, LonLat(130.5, 33.3), 0.5, "久留米市東町", "東町", "担当", NOW
        )
        for one in people
    ]
    with city.writing() as session:
        session.members.add_many(FLAGGED, people, source="x")
        session.gazetteer.save_places(FLAGGED, places)
        session.gazetteer.save_places(FLAGGED, [replace(places[0], level=PlaceLevel.MANUAL)])
    with city.reading() as session:
        seen = session.gazetteer.places(CLERK)
        assert {key: place.level for key, place in seen.items()} == {people[0].member_id: PlaceLevel.MANUAL}
        assert session.gazetteer.places(FLAGGED, [people[1].member_id])[people[1].member_id] == places[1]
        assert session.audit.verify() == []
        with pytest.raises(KnownProblem):
            session.gazetteer.places(VIEWER)
    with city.writing() as session:
        session.gazetteer.forget_places(CLERK, [people[0].member_id])
        session.members.purge_added(FLAGGED, [people[1].member_id])  # the place goes with the person
    with city.reading() as session:
        assert session.gazetteer.places(FLAGGED) == {}


def test_a_list_is_placed_in_the_encrypted_file(
    city: EncryptedCityDatabase, dictionaries: list[Path]
) -> None:
    for path in dictionaries:
        commit_gazetteer(city, read_gazetteer(path), FixedClock())
    with city.writing() as session:
        session.members.add_many(
            city.access, [person("架空", address="山川追分2-10-16", district_id=None)], source="x"
        )
    result = geocoding(city).run().value
    assert (result.placed, dict(result.levels)) == (1, {PlaceLevel.NUMBER: 1})
    with city.reading() as session:
        (row,) = session.members.rows(city.access, MemberQuery())
        assert row.home == LonLat(130.56931, 33.31462)
        assert session.audit.verify() == []
    assert geocoding(city).run().value.unchanged == 1


def test_writing_needs_the_right(city: EncryptedCityDatabase, dictionaries: list[Path]) -> None:
    source = commit_gazetteer(city, read_gazetteer(dictionaries[0]), FixedClock())
    assert source.value.is_committed
    with city.writing() as session:
        (kept,) = session.gazetteer.sources()
        with pytest.raises(KnownProblem):
            session.gazetteer.remove(VIEWER, kept.source_id)
        with pytest.raises(KnownProblem):
            session.gazetteer.save_places(VIEWER, [])
        session.gazetteer.remove(city.access, kept.source_id)
        assert session.gazetteer.towns() == []
