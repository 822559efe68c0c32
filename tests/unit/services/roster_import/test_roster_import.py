from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import DistrictMethod, Need, RosterMember
from kurume_bousai.exchange.roster_rows import RosterReader
from kurume_bousai.services.facts import FACT_NAMED_OUTPUT_LOCKED
from kurume_bousai.services.people.roster_file import ControlTotals, ParsedRosterRow
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.roster_import.importing import (
    Confirmations,
    ImportOrder,
    commit_roster,
    preview_roster,
)
from kurume_bousai.services.roster_import.results import HoldReason, RowKind
from tests.fakes.city import BoxLocator
from tests.fixtures.roster_imports import CLOCK, PART, THREE, WHOLE, change, commit, refused, stored
from tests.fixtures.rosters import (
    CLERK,
    COLUMNS,
    FLAGGED,
    MII,
    TSUBUKU,
    access,
    city,
    person,
    roster_file,
    write_csv,
)

TODAY = date(2026, 11, 21)


def test_a_preview_writes_nothing() -> None:
    database = city()
    before = database.state
    preview = preview_roster(database, roster_file([person(1), person(2)]), WHOLE)
    assert preview.counts == {
        "read": 2, "added": 2, "changed": 0, "unchanged": 0, "removed": 0, "rejected": 0, "held": 0,
    }  # fmt: skip
    assert preview.recount_matches is None
    assert not preview.is_committed
    assert database.state is before


def test_a_commit_stores_people_and_tells_what_changed() -> None:
    database = city()
    outcome = commit_roster(
        database, roster_file([person(1), person(2)]), WHOLE, Confirmations(), clock=CLOCK
    )
    assert outcome.value.recount_matches is True
    assert outcome.value.is_committed
    assert {Topic.MEMBERS, Topic.IMPORTS} <= outcome.changes
    member = stored(database)
    assert member.name == "架空 花子1"
    assert (member.district_id, member.district_method) == (TSUBUKU, DistrictMethod.STATED)
    assert member.consent_state(ConsentKind.ROSTER) is ConsentState.GIVEN
    assert database.state.audit[-1][1] == "import.commit"


def test_the_same_rows_again_change_nothing_and_a_changed_cell_changes_one() -> None:
    database = city()
    commit(database, [person(1), person(2)])
    again = preview_roster(database, roster_file([person(1), person(2, 電話1="0942-00-7777")]), PART)
    assert (again.unchanged, again.changed) == (1, 1)
    changed = next(row for row in again.rows if row.kind is RowKind.CHANGED)
    assert [(one.field_name, one.after) for one in changed.changes] == [("phone", "0942-00-7777")]


def test_a_column_the_file_lacks_and_an_unreadable_cell_keep_what_is_known(tmp_path: Path) -> None:
    database = city()
    commit(database, [person(1)])
    columns = [name for name in COLUMNS if name not in {"電話1", "名簿同意", "支援の必要"}]
    path = write_csv(tmp_path / "r.csv", [person(1, 経度="東", 同行者数="?")], columns=columns)
    commit_roster(database, RosterReader(TODAY)(path), PART, Confirmations(), clock=CLOCK)
    member = stored(database)
    assert member.phone == "0942-00-0001"
    assert member.needs == {Need.WHEELCHAIR}
    assert member.companion_count == 1
    assert member.home is not None
    assert member.consent_state(ConsentKind.ROSTER) is ConsentState.GIVEN


def test_an_empty_cell_takes_no_need_away_and_the_word_none_does() -> None:
    database = city()
    commit(database, [person(1)])
    commit(database, [person(1, 支援の必要="")])
    assert stored(database).needs == {Need.WHEELCHAIR}
    commit(database, [person(1, 支援の必要="なし")])
    assert stored(database).needs == frozenset()


@pytest.mark.parametrize(
    ("kept", "kept_on", "cells", "state"),
    [
        (ConsentState.WITHDRAWN, date(2025, 1, 1), {"名簿同意": "同意", "同意日": "R6.4.1"}, "withdrawn"),
        (ConsentState.WITHDRAWN, date(2024, 1, 1), {"名簿同意": "同意", "同意日": "R6.4.1"}, "given"),
        (ConsentState.REFUSED, None, {"名簿同意": "同意", "同意日": ""}, "refused"),
        (ConsentState.GIVEN, None, {"名簿同意": "不同意", "同意日": "", "説明日": ""}, "refused"),
        (ConsentState.GIVEN, date(2024, 4, 1), {"名簿同意": "", "同意日": ""}, "given"),
        (ConsentState.GIVEN, date(2024, 4, 1), {"名簿同意": "未回答", "同意日": ""}, "given"),
        (ConsentState.UNANSWERED, None, {"名簿同意": "", "同意日": ""}, "unanswered"),
    ],
)
def test_a_file_never_overrules_a_later_word_about_consent(
    kept: ConsentState, kept_on: date | None, cells: dict[str, str], state: str
) -> None:
    database = city()
    commit(database, [person(1, 名簿同意="", 同意日="", 説明日="")])
    answers = (Consent(ConsentKind.ROSTER, kept, kept_on), Consent(ConsentKind.PLAN, ConsentState.GIVEN))
    change(database, dataclasses.replace(stored(database), consents=answers))
    commit(database, [person(1, **cells)])
    assert stored(database).consent_state(ConsentKind.ROSTER).value == state
    assert stored(database).consent_state(ConsentKind.PLAN) is ConsentState.GIVEN


def test_a_part_never_removes_and_a_whole_file_does_with_confirmation() -> None:
    database = city()
    commit(database, [person(n) for n in range(1, 11)])
    assert preview_roster(database, roster_file([person(1)]), PART).removed == 0
    problem = refused(database, [person(n) for n in range(1, 9)], "removals_unconfirmed", order=WHOLE)
    assert "2人" in problem.message
    rows = [person(n) for n in range(1, 9)]
    refused(database, rows, "removals_differ", order=WHOLE, confirmations=Confirmations(removals=3))
    done = commit(database, rows, WHOLE, Confirmations(removals=2))
    assert (done.removed, done.unchanged, done.recount_matches) == (2, 8, True)
    with database.reading() as session:
        assert session.members.count(CLERK, MemberQuery()) == 8


def test_two_in_a_hundred_need_no_confirmation() -> None:
    database = city()
    commit(database, [person(n) for n in range(1, 101)])
    assert commit(database, [person(n) for n in range(1, 99)], WHOLE).removed == 2


def test_a_refused_row_removes_nobody() -> None:
    database = city()
    commit(database, [person(1), person(2)])
    rows = [person(1), person(2, 生年月日="?")]
    assert preview_roster(database, roster_file(rows), WHOLE).removed == 0
    rows = [person(1), person(2, ID="")]
    assert preview_roster(database, roster_file(rows), WHOLE).removed == 0


def test_somebody_of_another_source_and_somebody_twice_are_held_and_not_written() -> None:
    database = city()
    commit(database, [person(1)], ImportOrder("障害者福祉課", is_whole=False))
    rows = [person(1, ID="K-1", 住所="久留米市架空町9999-1"), person(2), person(2, ID="K-9")]
    preview = commit(database, rows)
    assert (preview.added, preview.held, preview.read) == (1, 2, 3)
    reasons = [row.hold_reason for row in preview.rows if row.kind is RowKind.HELD]
    assert reasons == [HoldReason.SAME_PERSON_ELSEWHERE, HoldReason.REPEATED_PERSON]
    assert commit(database, [person(2)]).unchanged == 1


def test_without_a_day_of_birth_nobody_is_taken_for_another_but_a_person_is_asked() -> None:
    database = city()
    commit(database, [person(1, 生年月日="")], ImportOrder("障害者福祉課", is_whole=False))
    preview = preview_roster(database, roster_file([person(1, 生年月日="", ID="K-1")]), PART)
    assert (preview.held, preview.joined) == (1, 0)


@pytest.mark.parametrize(
    ("text", "found", "method"),
    [
        ("津福校区", TSUBUKU, DistrictMethod.STATED),
        ("久留米市立津福小学校", TSUBUKU, DistrictMethod.STATED),
        ("", MII, DistrictMethod.POLYGON),
        ("津副", MII, DistrictMethod.POLYGON),
    ],
)
def test_the_district_comes_from_the_column_then_from_the_position(
    text: str, found: str, method: DistrictMethod
) -> None:
    locator = BoxLocator({MII: (130.0, 33.0, 131.0, 34.0)})
    database = city()
    preview = commit(database, [person(1, 校区=text)], locator=locator)
    assert (stored(database).district_id, stored(database).district_method) == (found, method)
    told = [problem for problem in preview.problems if problem.code == "district_unknown"]
    assert len(told) == (text == "津副")
    assert all("津福" in problem.message for problem in told)


def test_a_person_without_any_district_is_listed() -> None:
    database = city()
    preview = commit(database, [person(1, 校区="", 経度="", 緯度="")])
    assert [problem.code for problem in preview.problems] == ["district_missing"]
    assert stored(database).district_method is DistrictMethod.UNKNOWN


TOTALS = {
    ("総件数", ""): 3,
    ("校区", "津福"): 2,
    ("校区", "荒木"): 1,
    ("支援の必要", "電源"): 1,
    ("名簿同意", "同意"): 3,
}


def test_control_totals_that_agree() -> None:
    order = ImportOrder("介護保険課", is_whole=True, expected=ControlTotals(TOTALS))
    assert commit(city(), THREE, order).expected_matches is True


def test_a_mismatch_refuses_and_an_accepted_one_locks_named_output() -> None:
    database = city()
    order = ImportOrder("介護保険課", is_whole=True, expected=ControlTotals({**TOTALS, ("総件数", ""): 4}))
    problem = refused(database, THREE, "totals_mismatch", order=order)
    assert "総件数" in problem.message
    done = commit(database, THREE, order, Confirmations(mismatch_reason="担当に確認済"))
    assert done.expected_matches is False
    with database.reading() as session:
        assert session.fact(FACT_NAMED_OUTPUT_LOCKED) == "担当に確認済"
        assert session.imports.all()[0].mismatch_reason == "担当に確認済"


def test_a_refused_row_is_missing_from_the_totals() -> None:
    order = ImportOrder("介護保険課", is_whole=True, expected=ControlTotals({("総件数", ""): 2}))
    preview = preview_roster(city(FLAGGED), roster_file([person(1), person(2, 生年月日="?")]), order)
    assert preview.expected_matches is False
    assert [(gap.expected, gap.found) for gap in preview.expected_differences] == [(2, 1)]


def test_a_total_that_cannot_be_counted_is_refused() -> None:
    order = ImportOrder("介護保険課", is_whole=True, expected=ControlTotals({("血液型", "A"): 2}))
    refused(city(), THREE, "expect_unknown", order=order)


def test_the_same_bytes_again_are_recognised_and_not_written_twice() -> None:
    database = city()
    first = commit_roster(
        database, roster_file(THREE, file_hash="h"), WHOLE, Confirmations(), clock=CLOCK
    ).value
    preview = preview_roster(database, roster_file(THREE, file_hash="h"), WHOLE)
    assert preview.previous_import is not None
    assert preview.previous_import.import_id == first.import_id
    again = commit_roster(database, roster_file(THREE, file_hash="h"), WHOLE, Confirmations(), clock=CLOCK)
    assert again.changes == frozenset()
    assert again.value.import_id == first.import_id
    assert len(database.state.imports) == 1


def test_a_list_that_changed_since_the_preview_is_not_written() -> None:
    database = city()
    commit(database, [person(1)])
    file = roster_file([person(1), person(2)])
    preview = preview_roster(database, file, PART)
    change(database, dataclasses.replace(stored(database), phone="0942-00-9999"))
    with pytest.raises(KnownProblem) as caught:
        commit_roster(database, file, PART, Confirmations(), clock=CLOCK, previewed=preview)
    assert caught.value.code == "import_stale"


def test_a_store_that_loses_a_row_is_rolled_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fakes import people as fakes

    honest = fakes.FakeMembers.add_many

    def forgetful(
        self: fakes.FakeMembers, viewer: Access, members: Sequence[RosterMember], *, source: str
    ) -> None:
        honest(self, viewer, members[:-1], source=source)

    monkeypatch.setattr(fakes.FakeMembers, "add_many", forgetful)
    refused(city(), THREE, "recount_mismatch", order=WHOLE)


def test_a_stopped_commit_leaves_nothing() -> None:
    database = city()
    before = database.state

    def stop(_done: int, _total: int, text: str) -> None:
        if "数え直して" in text:
            raise Cancelled

    with pytest.raises(Cancelled):
        commit_roster(database, roster_file(THREE), WHOLE, Confirmations(), clock=CLOCK, progress=stop)
    assert database.state is before


def test_only_those_who_may_import_do(tmp_path: Path) -> None:
    refused(city(access(Role.FACILITATOR)), THREE, "no_right")
    refused(city(), THREE, "source_missing", order=ImportOrder(" ", is_whole=True))


def _numbered(row: ParsedRosterRow, n: int) -> ParsedRosterRow:
    name = f"架空 {n}"
    address, phone = f"久留米市架空町{9000 + n % 900}-12", f"0942-00-{n % 10000:04d}"
    values = {**row.values, "name": name, "address": address, "phone": phone}
    return dataclasses.replace(row, row=n + 1, key=f"A-{n:05d}", name=name, values=values)


def test_20_000_rows_are_not_compared_each_with_each() -> None:
    # Reading is not what is asked about: one row is read for each birthday, the others follow them.
    file = roster_file([person(n) for n in range(1, 85)])
    rows = [_numbered(file.rows[(n - 1) % 84], n) for n in range(1, 20_001)]
    file = dataclasses.replace(file, rows=tuple(rows))
    database = city()
    preview = preview_roster(database, file, WHOLE)
    assert preview.added == 20_000
    # Each with each would be 400 million comparisons, far beyond the limit of every test.


def test_member_ids_say_nothing() -> None:
    database = city()
    commit(database, [person(1)])
    assert MemberId("A-00001") != stored(database).member_id
