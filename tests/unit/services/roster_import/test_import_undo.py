from __future__ import annotations

import dataclasses

import pytest

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import ImportId, PlanId
from kurume_bousai.domain.plans import IndividualEvacuationPlan
from kurume_bousai.services.roster_import.importing import (
    Confirmations,
    commit_roster,
    preview_roster,
)
from kurume_bousai.services.roster_import.undo import undo_import
from tests.fakes.state import NOW
from tests.fixtures.roster_imports import CLOCK, THREE, WHOLE, change, commit, stored
from tests.fixtures.rosters import (
    CLERK,
    city,
    person,
    roster_file,
)


def test_undo_takes_a_whole_import_back() -> None:
    database = city()
    commit(database, [person(1), person(2)])
    before = {key: stored(database, key) for key in ("A-00001", "A-00002")}
    rows = [person(1, 電話1="0942-00-5555"), person(3)]
    second = commit(database, rows, WHOLE, Confirmations(removals=1))
    result = undo_import(database, second.import_id, clock=CLOCK).value
    assert (result.taken_out, result.put_back) == (1, 2)
    with database.reading() as session:
        kept = session.members.by_source_keys("介護保険課")
        assert set(kept) == set(before)
        assert all(kept[key].phone == before[key].phone for key in before)
        assert len(session.members.versions(CLERK, before["A-00001"].member_id)) == 3, "history stays"
        record = session.imports.get(second.import_id)
        assert record is not None
        assert record.undone_at == NOW
    with pytest.raises(KnownProblem, match="import_undone"):
        undo_import(database, second.import_id, clock=CLOCK)


@pytest.mark.parametrize("touch", ["changed", "plan", "import"])
def test_undo_is_refused_when_somebody_was_touched_since(touch: str) -> None:
    database = city()
    done = commit(database, [person(1), person(2)])
    member = stored(database)
    if touch == "changed":
        change(database, dataclasses.replace(member, note="架空"))
    elif touch == "plan":
        with database.writing() as session:
            session.plans.save_many(CLERK, [IndividualEvacuationPlan(PlanId("p"), member.member_id)])
    else:
        commit(database, [person(1, 備考="架空")])
    before = database.state
    with pytest.raises(KnownProblem, match="import_touched") as caught:
        undo_import(database, done.import_id, clock=CLOCK)
    assert "1人" in caught.value.message
    assert database.state is before


def test_an_unknown_import_cannot_be_undone() -> None:
    with pytest.raises(KnownProblem, match="import_unknown"):
        undo_import(city(), ImportId("none"), clock=CLOCK)


def test_the_same_file_can_come_again_after_undo() -> None:
    database = city()
    file = roster_file(THREE, file_hash="h")
    first = commit_roster(database, file, WHOLE, Confirmations(), clock=CLOCK).value
    undo_import(database, first.import_id, clock=CLOCK)
    again = preview_roster(database, file, WHOLE)
    assert (again.previous_import, again.added) == (None, 3)
