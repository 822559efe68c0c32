"""None of the defects loses or corrupts what is stored: the file before and after, table by table."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.roster_rows import RosterReader
from kurume_bousai.services.roster_import.importing import (
    Confirmations,
    ImportOrder,
    commit_roster,
    preview_roster,
)
from kurume_bousai.storage import EncryptedCityDatabase
from tests.fakes.city import FixedClock
from tests.fixtures.defect_kinds import Defect
from tests.fixtures.defects import DEFECTS
from tests.fixtures.rosters import TODAY, person, roster_file
from tests.fixtures.rosters import city as fake_city

SOURCE = "架空の提供元"
WHOLE = ImportOrder(SOURCE, is_whole=True)
KEPT = [person(1), person(2), person(3, 備考="残る言葉")]
PEOPLE = ("members", "member_versions")


@pytest.fixture
def kept(city: EncryptedCityDatabase) -> EncryptedCityDatabase:
    with city.writing() as session:
        session.districts.save_many(city.access, list(fake_city().state.districts.values()))
    commit_roster(city, roster_file(KEPT), WHOLE, Confirmations(), clock=FixedClock())
    return city


def contents(city: EncryptedCityDatabase) -> dict[str, list[str]]:
    """Every row of every table but the audit's, which only grows."""
    with city.reading() as session:
        connection = session.connection
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
        return {
            name: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{name}"')).all()))  # noqa: S608 - our own names
            for name in names
            if not name.startswith("audit")
        }


def test_no_defect_that_is_only_looked_at_or_refused_changes_the_file(
    kept: EncryptedCityDatabase, tmp_path: Path
) -> None:
    before = contents(kept)
    assert len(before["members"]) == len(KEPT)
    for number, defect in enumerate(DEFECTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            roster = RosterReader(TODAY)(
                defect.build(folder), mapping=defect.mapping, takes_hidden_rows=defect.takes_hidden_rows
            )
            preview_roster(kept, roster, WHOLE)
            # Nobody said how many may go: a whole file that lacks people is refused as it stands.
            commit_roster(kept, roster, WHOLE, Confirmations(), clock=FixedClock())
        except KnownProblem:
            assert contents(kept) == before, defect.name
        else:  # every row refused: the import is on record, and nobody of the list has changed
            after = contents(kept)
            assert {table: after[table] for table in PEOPLE} == {table: before[table] for table in PEOPLE}
            before = after
    with kept.reading() as session:
        assert session.audit.verify() == []


PARTIAL = [defect for defect in DEFECTS if not defect.refused and len(defect.kept) == 1]


@pytest.mark.parametrize("defect", PARTIAL, ids=[defect.name for defect in PARTIAL])
def test_who_is_refused_in_a_file_stays_as_stored(
    kept: EncryptedCityDatabase, tmp_path: Path, defect: Defect
) -> None:
    with kept.reading() as session:
        before = session.members.by_source_keys(SOURCE)
    roster = RosterReader(TODAY)(defect.build(tmp_path), mapping=defect.mapping)
    part = ImportOrder(SOURCE, is_whole=False)
    done = commit_roster(kept, roster, part, Confirmations(), clock=FixedClock()).value
    assert done.rejected == 1
    with kept.reading() as session:
        after = session.members.by_source_keys(SOURCE)
    assert after["A-00002"] == before["A-00002"]
    assert after["A-00003"] == before["A-00003"]
