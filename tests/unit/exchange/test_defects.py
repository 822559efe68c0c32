"""Every defect of an extract is said with its row and column, and nothing of it reaches the list."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.roster_rows import RosterReader
from kurume_bousai.services.people.roster_file import RosterFile
from kurume_bousai.services.roster_import.importing import (
    Confirmations,
    ImportOrder,
    commit_roster,
    preview_roster,
)
from kurume_bousai.services.roster_import.results import RowKind
from tests.fakes.city import FixedClock
from tests.fixtures.defect_kinds import Defect
from tests.fixtures.defects import DEFECTS
from tests.fixtures.rosters import TODAY, city, person, roster_file

ORDER = ImportOrder("架空の提供元", is_whole=True)
REFUSED = tuple(defect for defect in DEFECTS if defect.refused)
READ = tuple(defect for defect in DEFECTS if not defect.refused)


def read(defect: Defect, folder: Path) -> RosterFile:
    return RosterReader(TODAY)(
        defect.build(folder), mapping=defect.mapping, takes_hidden_rows=defect.takes_hidden_rows
    )


def names(defects: tuple[Defect, ...]) -> list[str]:
    return [defect.name for defect in defects]


def test_there_are_more_kinds_than_the_sixty_asked_for() -> None:
    assert len(set(names(DEFECTS))) == len(DEFECTS) >= 60


@pytest.mark.parametrize("defect", REFUSED, ids=[one.name for one in REFUSED])
def test_a_file_that_cannot_be_taken_says_why_and_what_to_do(tmp_path: Path, defect: Defect) -> None:
    with pytest.raises(KnownProblem) as caught:
        read(defect, tmp_path)
    problem = caught.value
    assert (problem.code, defect.says in problem.message) == (defect.refused, True), problem.message
    assert problem.where.startswith("r.")
    assert problem.advice.endswith("。")


@pytest.mark.parametrize("defect", READ, ids=[one.name for one in READ])
def test_a_defect_is_told_with_its_row_and_column_and_nothing_else_is(tmp_path: Path, defect: Defect) -> None:
    roster = read(defect, tmp_path)
    told = [*roster.notices, *(problem for row in roster.rows for problem in row.problems)]
    assert sorted((one.code, one.row, one.column) for one in told) == sorted(defect.told)
    assert tuple(row.key for row in roster.rows if not row.is_rejected) == (
        defect.kept if all(one.code != "id_repaired" for one in told) else ("A-00001", roster.rows[1].key)
    )
    assert any(defect.says in one.message for one in told) or not defect.says
    assert all(not notice.value for notice in roster.notices), "nothing personal in what is said of the file"


@pytest.mark.parametrize("defect", DEFECTS, ids=names(DEFECTS))
def test_the_list_is_as_it_was_after_a_defect_was_read_and_compared(tmp_path: Path, defect: Defect) -> None:
    database = city()
    clock = FixedClock()
    commit_roster(database, roster_file([person(7), person(8)]), ORDER, Confirmations(), clock=clock)
    before = database.state
    with contextlib.suppress(KnownProblem):
        preview_roster(database, read(defect, tmp_path), ORDER)
    assert database.state is before


@pytest.mark.parametrize("defect", READ, ids=[one.name for one in READ])
def test_a_refused_row_of_a_whole_file_takes_nobody_off_the_list(tmp_path: Path, defect: Defect) -> None:
    """The people of the refused rows stay, with what was kept of them."""
    database = city()
    clock = FixedClock()
    kept = [person(1), person(2)]
    commit_roster(database, roster_file(kept), ORDER, Confirmations(), clock=clock)
    before = {member.source_key: member for member in database.state.members.values()}
    roster = read(defect, tmp_path)
    refused = {row.key for row in roster.rows if row.is_rejected and row.key}
    part = ImportOrder(ORDER.source, is_whole=False)
    commit_roster(database, roster, part, Confirmations(), clock=clock)
    after = {member.source_key: member for member in database.state.members.values()}
    whole = preview_roster(database, roster, ORDER)
    gone = {row.key for row in whole.rows if row.kind is RowKind.REMOVED}
    assert not gone & {row.key for row in roster.rows}
    accepted = {row.key for row in roster.rows if not row.is_rejected}
    for key in (refused - accepted) & before.keys():
        assert after[key] == before[key]
    assert before.keys() <= after.keys()
