"""支援措置対象者 in an import: stored, and counted for the flagged clerk only (RULEBOOK §1)."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.names import fold
from kurume_bousai.services.people.roster_file import ControlTotals
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.roster_import.importing import (
    Confirmations,
    ImportOrder,
    preview_roster,
)
from kurume_bousai.services.roster_import.results import WITHHELD
from kurume_bousai.services.roster_import.undo import undo_import
from tests.fixtures.roster_imports import CLOCK, PART, WHOLE, change, commit, stored
from tests.fixtures.rosters import (
    ADMINISTRATOR,
    CLERK,
    FLAGGED,
    city,
    person,
    roster_file,
)


def test_an_operator_without_the_flag_stores_protected_people_and_counts_none() -> None:
    database = city()
    rows = [person(1), person(2, 支援措置="○", 性別="?"), person(3, 支援措置="○", 生年月日="?")]
    preview = commit(database, rows)
    assert (preview.read, preview.added, preview.rejected) == (1, 1, 0)
    assert not preview.problems
    assert [row.row for row in preview.rows] == [2]
    assert stored(database, "A-00002").has_protected_address
    with database.reading() as session:
        record = session.imports.all()[0]
        assert record.counts["added"] == 1
        assert session.members.count(CLERK, MemberQuery()) == 1
        assert session.members.count(FLAGGED, MemberQuery()) == 2


def test_the_flagged_clerk_counts_all_and_the_kept_record_still_counts_none() -> None:
    database = city(FLAGGED)
    preview = commit(database, [person(1), person(2, 支援措置="○")])
    assert preview.added == 2
    assert database.state.imports[preview.import_id].counts["added"] == 1


def test_a_file_without_the_flag_never_uncovers_or_removes_somebody_hidden() -> None:
    database = city(FLAGGED)
    commit(database, [person(1), person(2, 支援措置="○")])
    clerk = database.seen_by(CLERK)
    for flag in ("", "なし"):
        preview = commit(clerk, [person(1), person(2, 支援措置=flag, 電話1="0942-00-8888")])
        assert (preview.read, preview.changed) == (1, 0)
        assert stored(database, "A-00002").has_protected_address
    assert stored(database, "A-00002").phone == "0942-00-8888"
    assert commit(clerk, [person(1)], WHOLE).removed == 0
    assert stored(database, "A-00002").has_protected_address


def test_only_the_flagged_clerk_lifts_the_flag_and_only_by_word() -> None:
    database = city(FLAGGED)
    commit(database, [person(1, 支援措置="○")])
    commit(database, [person(1, 支援措置="")])
    assert stored(database).has_protected_address
    commit(database, [person(1, 支援措置="なし")])
    assert not stored(database).has_protected_address


def test_a_twin_of_somebody_hidden_elsewhere_appears_nowhere() -> None:
    database = city(FLAGGED)
    commit(database, [person(1, 支援措置="○")], ImportOrder("障害者福祉課", is_whole=False))
    preview = commit(database.seen_by(CLERK), [person(1, ID="K-1"), person(2)])
    assert (preview.read, preview.added, preview.held) == (1, 1, 0)
    assert len(preview.rows) == 1


def test_totals_count_all_and_tell_an_operator_without_the_flag_no_number() -> None:
    rows = [person(1), person(2, 支援措置="○")]
    order = ImportOrder("介護保険課", is_whole=True, expected=ControlTotals({("総件数", ""): 2}))
    assert preview_roster(city(), roster_file(rows), order).expected_matches is True
    wrong = dataclasses.replace(order, expected=ControlTotals({("総件数", ""): 3}))
    assert preview_roster(city(), roster_file(rows), wrong).expected_differences[0].found is None


def test_the_refusal_to_undo_counts_nobody_hidden() -> None:
    database = city(FLAGGED)
    done = commit(database, [person(1, 支援措置="○"), person(2)])
    change(database, dataclasses.replace(stored(database), note="架空"))
    with pytest.raises(KnownProblem, match="import_touched") as caught:
        undo_import(database.seen_by(CLERK), done.import_id, clock=CLOCK)
    assert not any(letter.isdecimal() for letter in caught.value.message)


def test_cells_are_withheld_from_an_administrator() -> None:
    preview = preview_roster(city(ADMINISTRATOR), roster_file([person(1, 性別="?", 校区="津副")]), PART)
    assert {problem.value for problem in preview.problems} == {WITHHELD}
    assert {row.name for row in preview.rows} == {WITHHELD}
    assert "架空" not in str(preview.as_json())
    assert not any("津福" in problem.message for problem in preview.problems)


cells = st.fixed_dictionaries(
    {
        "n": st.integers(1, 6),
        "支援措置": st.sampled_from(["", "", "○", "なし"]),
        "生年月日": st.sampled_from(["S10.1.1", "?", ""]),
        "電話1": st.sampled_from(["0942-00-0001", "0942-00-0002"]),
    }
)


@given(st.lists(cells, max_size=8), st.lists(cells, max_size=8), st.booleans())
def test_counts_add_up_and_never_count_somebody_hidden(
    first: list[dict[str, str | int]], second: list[dict[str, str | int]], whole: bool
) -> None:
    def rows(drawn: list[dict[str, str | int]]) -> list[dict[str, str]]:
        return [person(int(one["n"]), **{k: str(v) for k, v in one.items() if k != "n"}) for one in drawn]

    database = city(FLAGGED)
    commit(database, rows(first))
    clerk = database.seen_by(CLERK)
    order = ImportOrder("介護保険課", is_whole=whole)
    hidden = {
        fold(member.name)
        for member in database.state.members.values()
        if member.has_protected_address and member.removed_on is None
    }
    preview = preview_roster(clerk, roster_file(rows(second)), order)
    assert preview.adds_up
    assert not any(fold(row.name) in hidden for row in preview.rows)
    done = commit(clerk, rows(second), order, Confirmations(removals=preview.removed))
    assert done.counts == preview.counts
    assert done.recount_matches
    still = {m.member_id for m in database.state.members.values() if m.has_protected_address}
    with clerk.reading() as session:
        seen = session.members.rows(CLERK, MemberQuery())
    assert not still & {row.member_id for row in seen}
