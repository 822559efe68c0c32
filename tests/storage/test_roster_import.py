"""The use cases of importing on the real encrypted file: what the fake promises, the file keeps."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.ports.sessions import ReadSession, WriteSession
from kurume_bousai.services.roster_import.importing import (
    Confirmations,
    ImportOrder,
    commit_roster,
    preview_roster,
)
from kurume_bousai.services.roster_import.undo import undo_import
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fakes.city import FixedClock
from tests.fixtures.rosters import CLERK, person, roster_file
from tests.fixtures.rosters import city as fake_city

PART = ImportOrder("介護保険課", is_whole=False)
WHOLE = ImportOrder("介護保険課", is_whole=True)
CLOCK = FixedClock()


@dataclass(frozen=True)
class SeenBy:
    """The same open file through the eyes of another operator."""

    file: EncryptedCityDatabase
    access: Access

    def reading(self) -> AbstractContextManager[ReadSession]:
        return self.file.reading()

    def writing(self) -> AbstractContextManager[WriteSession]:
        return self.file.writing()

    def close(self) -> None:
        """The file closes with its own fixture."""


@pytest.fixture(autouse=True)
def _districts(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        session.districts.save_many(city.access, list(fake_city().state.districts.values()))


def kept(city: EncryptedCityDatabase) -> dict[str, RosterMember]:
    with city.reading() as session:
        return session.members.by_source_keys("介護保険課")


def test_commit_again_change_remove_and_take_back(city: EncryptedCityDatabase) -> None:
    first = roster_file([person(1), person(2), person(3)])
    assert commit_roster(city, first, WHOLE, Confirmations(), clock=CLOCK).value.recount_matches
    again = preview_roster(city, first, WHOLE)
    assert (again.unchanged, again.previous_import is not None) == (3, True)
    before = kept(city)
    second = roster_file([person(1, 電話1="0942-00-7777"), person(2), person(4)])
    done = commit_roster(city, second, WHOLE, Confirmations(removals=1), clock=CLOCK).value
    assert (done.added, done.changed, done.unchanged, done.removed) == (1, 1, 1, 1)
    assert done.recount_matches
    undo_import(city, done.import_id, clock=CLOCK)
    after = kept(city)
    assert after.keys() == before.keys()
    assert all(after[key].phone == before[key].phone for key in before)
    assert preview_roster(city, first, WHOLE).unchanged == 3


def test_undo_is_refused_after_a_later_import(city: EncryptedCityDatabase) -> None:
    done = commit_roster(city, roster_file([person(1)]), PART, Confirmations(), clock=CLOCK).value
    commit_roster(city, roster_file([person(1, 備考="架空")]), PART, Confirmations(), clock=CLOCK)
    with pytest.raises(KnownProblem, match="import_touched"):
        undo_import(city, done.import_id, clock=CLOCK)


def test_imports_are_taken_back_one_after_the_other(city: EncryptedCityDatabase) -> None:
    first = commit_roster(
        city, roster_file([person(1), person(2)]), WHOLE, Confirmations(), clock=CLOCK
    ).value
    changed = roster_file([person(1, 電話1="0942-00-7777")])
    second = commit_roster(city, changed, WHOLE, Confirmations(removals=1), clock=CLOCK).value
    undo_import(city, second.import_id, clock=CLOCK)
    undo_import(city, first.import_id, clock=CLOCK)
    assert kept(city) == {}


def test_hidden_people_are_stored_and_counted_for_nobody_else(city: EncryptedCityDatabase) -> None:
    clerk = SeenBy(city, CLERK)
    file = roster_file([person(1), person(2, 支援措置="○")])
    done = commit_roster(clerk, file, PART, Confirmations(), clock=CLOCK).value
    assert (done.read, done.added) == (1, 1)
    assert kept(city)["A-00002"].has_protected_address
    with city.reading() as session:
        assert session.members.count(CLERK, MemberQuery()) == 1
        assert session.members.count(city.access, MemberQuery()) == 2
    whole = commit_roster(clerk, roster_file([person(1)]), WHOLE, Confirmations(), clock=CLOCK).value
    assert whole.removed == 0
    assert "A-00002" in kept(city)


def test_a_stopped_commit_leaves_nothing(city: EncryptedCityDatabase) -> None:
    def stop(_done: int, _total: int, text: str) -> None:
        if "数え直して" in text:
            raise Cancelled

    with pytest.raises(Cancelled):
        commit_roster(city, roster_file([person(1)]), PART, Confirmations(), clock=CLOCK, progress=stop)
    assert kept(city) == {}
