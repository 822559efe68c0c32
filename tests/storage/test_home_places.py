"""Pins and the import, on the real encrypted file: what a file may do to a place, and taking it back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kurume_bousai.app.geocoding import geocoding, home_placing
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.gazetteer import PlaceLevel
from kurume_bousai.domain.home_places import HomeDoubt
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.exchange.gazetteer_files import read_gazetteer
from kurume_bousai.services.places.gazetteer_import import commit_gazetteer
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder, commit_roster
from kurume_bousai.services.roster_import.results import ImportPreview
from kurume_bousai.services.roster_import.undo import undo_import
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fakes.city import FakeCity, FixedClock
from tests.fixtures.gazetteers import isj_block_zip
from tests.fixtures.rosters import person, roster_file

PART = ImportOrder("介護保険課", is_whole=False)
CLOCK = FixedClock()
PIN = LonLat(130.5111, 33.3111)
NO_POINT = {"経度": "", "緯度": ""}
MOVED = "久留米市城南町15-9999"


def take(city: EncryptedCityDatabase, **cells: str) -> ImportPreview:
    rows = roster_file([person(1, **cells)])
    return commit_roster(city, rows, PART, Confirmations(), clock=CLOCK).value


def stored(city: EncryptedCityDatabase) -> RosterMember:
    with city.reading() as session:
        return session.members.by_source_keys("介護保険課")["A-00001"]


def codes(done: ImportPreview) -> set[str]:
    return {problem.code for problem in done.problems}


@pytest.fixture
def pinned(city: EncryptedCityDatabase) -> EncryptedCityDatabase:
    """A person whose home a clerk has set by hand."""
    take(city, **NO_POINT)
    geocoding(city).pin(stored(city).member_id, PIN)
    return city


def test_a_file_with_a_position_does_not_move_a_pin(pinned: EncryptedCityDatabase) -> None:
    done = take(pinned)
    assert stored(pinned).home == PIN
    assert "home_kept" in codes(done)
    assert geocoding(pinned).places()[stored(pinned).member_id].level is PlaceLevel.MANUAL


def test_another_house_takes_the_pin_away_and_offers_it(pinned: EncryptedCityDatabase) -> None:
    done = take(pinned, 住所=MOVED, **NO_POINT)
    assert stored(pinned).home is None
    assert "home_left" in codes(done)
    (item,) = home_placing(pinned).worklist()
    assert (item.doubt, item.address) == (HomeDoubt.ADDRESS_CHANGED, MOVED)
    case = home_placing(pinned).case(item.member_id)
    assert case is not None
    assert [one.match.point for one in case.candidates if one.is_old_pin] == [PIN]


def test_taking_the_import_back_brings_the_pin_back(pinned: EncryptedCityDatabase) -> None:
    before = geocoding(pinned).places()[stored(pinned).member_id]
    done = take(pinned, 住所=MOVED, **NO_POINT)
    undo_import(pinned, done.import_id, clock=CLOCK)
    assert stored(pinned).home == PIN
    assert geocoding(pinned).places()[stored(pinned).member_id] == before
    assert home_placing(pinned).worklist() == []


def test_coming_back_to_the_pinned_address_brings_the_pin_back(pinned: EncryptedCityDatabase) -> None:
    take(pinned, 住所=MOVED, **NO_POINT)
    done = take(pinned, **NO_POINT)
    assert stored(pinned).home == PIN
    assert "home_back" in codes(done)


def test_a_spelling_or_a_building_is_no_other_house(pinned: EncryptedCityDatabase) -> None:
    kept = stored(pinned).address
    done = take(pinned, 住所=f"福岡県{kept} 架空荘101", **NO_POINT)
    assert stored(pinned).home == PIN
    assert not codes(done) & {"home_left", "home_kept"}


def test_a_rough_place_gives_way_to_a_file_and_a_number_does_not(city: EncryptedCityDatabase) -> None:
    take(city, **NO_POINT)
    member_id = stored(city).member_id
    geocoding(city).pin(member_id, PIN)
    for level, stays in ((PlaceLevel.TOWN, False), (PlaceLevel.NUMBER, True)):
        with city.writing() as session:
            home = replace(stored(city), home=PIN)
            if home != stored(city):
                session.members.save_many(city.access, [home], source="x")
            place = replace(geocoding(city).places()[member_id], level=level, confidence=0.5)
            session.gazetteer.save_places(city.access, [place])
        take(city)
        assert (stored(city).home == PIN) is stays
        if not stays:
            geocoding(city).pin(member_id, PIN)


def test_an_import_never_learns_of_a_hidden_pin_and_never_moves_it(city: EncryptedCityDatabase) -> None:
    take(city, 支援措置="1", **NO_POINT)
    geocoding(city).pin(stored(city).member_id, PIN)
    unflagged = replace(city.access, handles_protected=False)
    with city.reading() as session:
        assert session.gazetteer.homes(unflagged) == []
        assert session.gazetteer.places(unflagged) == {}
        assert session.gazetteer.undecided(unflagged) == {}
        assert len(session.gazetteer.kept_places()) == 1
    take(city)
    assert stored(city).home == PIN


def test_homes_and_rough_rows_are_as_the_fake_says(city: EncryptedCityDatabase, tmp_path: Path) -> None:
    fake = FakeCity(city.access)
    stored_id = MemberId("m1")
    member = RosterMember(stored_id, 0, "架空", kana="カクウ", address="久留米市山川追分2-9999-1")
    for database in (city, fake):
        with database.writing() as session:
            session.members.add_many(city.access, [member], source="x")
        commit_gazetteer(database, read_gazetteer(isj_block_zip(tmp_path)), CLOCK)
        service = geocoding(database)
        best = service.find(member.address).best
        assert best is not None
        service.take(stored_id, best)
        with database.reading() as session:
            (row,) = session.members.rows(city.access, MemberQuery())
            assert row.is_rough
            (home,) = session.gazetteer.homes(city.access)
            assert (home.address, home.home, home.held is not None) == (member.address, best.point, True)
        service.set_aside(stored_id)
        with database.reading() as session:
            (home,) = session.gazetteer.homes(city.access)
            assert (home.home, home.is_set_aside, home.undecided is not None) == (None, True, True)
            assert list(session.gazetteer.undecided(city.access)) == [stored_id]
            assert not session.members.rows(city.access, MemberQuery())[0].is_rough
        service.pin(stored_id, PIN)
        with database.reading() as session:
            assert session.gazetteer.undecided(city.access) == {}


def test_the_audit_tells_who_pinned_whom_and_no_address(pinned: EncryptedCityDatabase) -> None:
    with pinned.reading() as session:
        entries = session.audit.entries()
    actions = [entry.action for entry in entries]
    assert "home_places_saved" in actions
    assert not any("久留米市" in repr(entry) for entry in entries)


def test_nobody_who_is_not_on_the_list_is_set_aside(pinned: EncryptedCityDatabase) -> None:
    service = geocoding(pinned)
    with pytest.raises(KnownProblem) as gone:
        service.set_aside(MemberId("nobody"))
    assert gone.value.code == "person_gone"
