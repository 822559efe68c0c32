from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId, PlanId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.plans import IndividualEvacuationPlan, PlanState
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.exchange.columns import names_of
from kurume_bousai.exchange.supporter_rows import read_supporters
from kurume_bousai.exchange.welfare_columns import SUPPORTER_COLUMNS
from kurume_bousai.services.facts import FACT_SUPPORTER_SALT
from kurume_bousai.services.roster_import.supporters import (
    ChargeKey,
    ParsedSupporter,
    SupporterFile,
    SupporterImportResult,
    commit_supporters,
    preview_supporters,
    supporter_id_of,
)
from tests.fakes.city import BoxLocator, FakeCity
from tests.fixtures.rosters import ADMINISTRATOR, ARAKI, CLERK, FLAGGED, TSUBUKU, access, city, csv_bytes

COLUMNS = names_of(SUPPORTER_COLUMNS)
SOURCE = "介護保険課（本庁）"


def member(number: int, *, protected: bool = False) -> RosterMember:
    return RosterMember(
        MemberId(f"m{number}"),
        900_000 + number if protected else number,
        f"架空 花子{number}",
        address=f"久留米市架空町{9000 + number}-12",
        district_id=TSUBUKU,
        has_protected_address=protected,
        source=SOURCE,
        source_key=f"A-{number}",
    )


@pytest.fixture
def here() -> FakeCity:
    made = city(CLERK)
    with made.writing() as session:
        people = [member(1), member(2), member(3, protected=True)]
        session.members.add_many(FLAGGED, people, source=SOURCE)
    return made


def row(number: int = 1, /, **cells: str) -> dict[str, str]:
    return {
        "ID": f"T-{number}",
        "氏名": f"架空 支援{number}",
        "フリガナ": "カクウ シエン",
        "団体": "いいえ",
        "電話": f"0942-00-{number:04d}",
        "住所": "久留米市架空町9999-12",
        "校区": "津福小学校",
        "関係": "隣人",
        "同意": "同意",
        "昼に支援": "はい",
        "夜に支援": "いいえ",
        "車": "はい",
    } | cells


def read(tmp_path: Path, *rows: dict[str, str], encoding: str = "cp932") -> SupporterFile:
    path = tmp_path / "支援者.csv"
    path.write_bytes(csv_bytes(rows, encoding=encoding, columns=COLUMNS))
    return read_supporters(path)


def commit(city: FakeCity, tmp_path: Path, *rows: dict[str, str]) -> SupporterImportResult:
    return commit_supporters(city, read(tmp_path, *rows)).value


def plan_of(city: FakeCity, number: int) -> IndividualEvacuationPlan:
    return city.state.plans[MemberId(f"m{number}")]


def only(city: FakeCity) -> Supporter:
    (found,) = city.state.supporters.values()
    return found


def codes(result: SupporterImportResult) -> list[str]:
    return [problem.code for problem in result.problems]


def test_a_row_is_read_whole(here: FakeCity, tmp_path: Path) -> None:
    assert commit(here, tmp_path, row()).as_json()["added"] == 1
    made = only(here)
    assert (made.name, made.phone, made.district_id) == ("架空 支援1", "0942-00-0001", TSUBUKU)
    assert (made.can_help_by_day, made.can_help_by_night, made.has_vehicle) == (True, False, True)
    assert made.consent is ConsentState.GIVEN
    assert "T-1" not in made.supporter_id


def test_a_preview_writes_nothing_and_says_what_the_commit_does(here: FakeCity, tmp_path: Path) -> None:
    before = here.state
    file = read(tmp_path, row(1, 担当する人=f"{SOURCE}:A-1"), row(2, 氏名=""))
    preview = preview_supporters(here, file)
    assert here.state is before
    outcome = commit_supporters(here, file)
    assert outcome.value == dataclasses.replace(preview, is_committed=True)
    assert (preview.read, preview.added, preview.rejected, preview.links) == (2, 1, 1, 1)
    assert outcome.changes == {Topic.SUPPORTERS, Topic.PLANS}


def test_the_same_id_is_the_same_supporter(here: FakeCity, tmp_path: Path) -> None:
    commit(here, tmp_path, row())
    first = only(here)
    again = commit(here, tmp_path, row())
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    moved = commit(here, tmp_path, row(電話="0942-00-7777", 同意=""))
    assert (moved.added, moved.changed) == (0, 1)
    assert only(here) == dataclasses.replace(first, phone="0942-00-7777")  # 同意 left empty stays


def test_an_id_says_nothing_outside_its_own_city_file(here: FakeCity, tmp_path: Path) -> None:
    commit(here, tmp_path, row())
    other = city(CLERK)
    commit(other, tmp_path, row())
    assert only(here).supporter_id != only(other).supporter_id
    assert only(here).supporter_id == supporter_id_of(here.state.facts[FACT_SUPPORTER_SALT], "T-1")


def test_people_get_their_supporters_in_order(here: FakeCity, tmp_path: Path) -> None:
    with here.writing() as session:
        kept = IndividualEvacuationPlan(PlanId("p2"), MemberId("m2"), PlanState.NO_SUPPORTER)
        session.plans.save_many(CLERK, [kept])
    both = f"{SOURCE}:A-1；介護保険課(本庁):A-2"
    result = commit(here, tmp_path, row(1, 担当する人=both), row(2, 担当する人=f"{SOURCE}:A-1"))
    assert (result.links, result.problems) == (3, ())
    salt = here.state.facts[FACT_SUPPORTER_SALT]
    assert plan_of(here, 1).supporter_ids == (supporter_id_of(salt, "T-1"), supporter_id_of(salt, "T-2"))
    assert plan_of(here, 1).state is PlanState.DRAFTING
    assert (plan_of(here, 2).plan_id, plan_of(here, 2).state) == ("p2", PlanState.DRAFTING)
    again = commit(here, tmp_path, row(1, 担当する人=both), row(2, 担当する人=""))
    assert (again.unchanged, again.links) == (2, 0)
    assert len(plan_of(here, 1).supporter_ids) == 2  # nobody is taken off


@pytest.mark.parametrize(
    ("state", "after"),
    [(PlanState.COMPLETE, PlanState.COMPLETE), (PlanState.EXPLAINED, PlanState.EXPLAINED)],
)
def test_a_plan_that_is_further_keeps_its_state(
    here: FakeCity, tmp_path: Path, state: PlanState, after: PlanState
) -> None:
    with here.writing() as session:
        plan = IndividualEvacuationPlan(PlanId("p1"), MemberId("m1"), state)
        session.plans.save_many(CLERK, [plan])
    assert commit(here, tmp_path, row(担当する人=f"{SOURCE}:A-1")).links == 1
    assert plan_of(here, 1).state is after


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"担当する人": f"{SOURCE}:A-99"}, "charge_unknown"),
        ({"担当する人": "A-1"}, "charge_form"),
        ({"担当する人": f"{SOURCE}:A-1", "同意": "不同意"}, "supporter_unwilling"),
        ({"校区": "東京"}, "district_unknown"),
        ({"同意": "たぶん"}, "supporter_consent_unknown"),
        ({"昼に支援": "ときどき"}, "answer_unknown"),
        ({"団体": "会社"}, "organisation_unknown"),
        ({"経度": "33.3", "緯度": "130.5"}, "position_swapped"),
        ({"電話": "942000001"}, "phone_zero_restored"),
        ({"氏名": "=HYPERLINK(1)"}, "text_formula"),
    ],
)
def test_a_doubtful_cell_is_told_and_the_row_is_taken(
    here: FakeCity, tmp_path: Path, cells: dict[str, str], code: str
) -> None:
    result = commit(here, tmp_path, row(1, **cells))
    assert codes(result) == [code]
    assert result.problems[0].row == 2
    assert (result.added, result.links) == (1, 0)
    assert not here.state.plans


@pytest.mark.parametrize(
    ("rows", "code", "column"),
    [
        ((row(1), row(1, 氏名="架空 別人")), "id_repeated", "ID"),
        ((row(1), row(2, ID="")), "id_empty", "ID"),
        ((row(1), row(2, ID="1.2E+10")), "id_damaged", "ID"),
        ((row(1), row(2, 氏名=" ")), "name_empty", "氏名"),
    ],
)
def test_a_row_without_id_or_name_is_refused(
    here: FakeCity, tmp_path: Path, rows: tuple[dict[str, str], ...], code: str, column: str
) -> None:
    result = commit(here, tmp_path, *rows)
    assert (result.read, result.added, result.rejected) == (2, 1, 1)
    assert [(p.row, p.column, p.code) for p in result.problems] == [(3, column, code)]
    assert only(here).name == "架空 支援1"


def test_a_person_who_refused_a_plan_gets_none(here: FakeCity, tmp_path: Path) -> None:
    with here.writing() as session:
        plan = IndividualEvacuationPlan(PlanId("p1"), MemberId("m1"), PlanState.REFUSED)
        session.plans.save_many(CLERK, [plan])
    assert codes(commit(here, tmp_path, row(担当する人=f"{SOURCE}:A-1"))) == ["charge_refused"]
    assert plan_of(here, 1) == plan


def test_somebody_hidden_reads_like_somebody_unknown(here: FakeCity, tmp_path: Path) -> None:
    results = [
        preview_supporters(here, read(tmp_path, row(担当する人=f"{SOURCE}:{key}"))).as_json()
        for key in ("A-3", "A-4")
    ]
    for result in results:
        result["problems"][0].pop("value")  # what the row itself says
    assert results[0] == results[1]
    commit(here, tmp_path, row(担当する人=f"{SOURCE}:A-3"))
    assert not here.state.plans
    assert commit(here.seen_by(FLAGGED), tmp_path, row(担当する人=f"{SOURCE}:A-3")).links == 1


def test_the_district_comes_from_the_position(here: FakeCity, tmp_path: Path) -> None:
    file = read(tmp_path, row(校区="", 経度="130.5025", 緯度="33.2897"))
    commit_supporters(here, file, locator=BoxLocator({ARAKI: (130.5, 33.28, 130.51, 33.3)}))
    assert only(here).district_id == ARAKI


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_both_encodings_and_other_headings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "s.csv"
    headings = ["ID", "氏名・団体名", "個人・団体", "昼", "夜", "余分"]
    rows = [dict(zip(headings, ["T-1", "架空自治会", "団体", "はい", "いいえ", "x"], strict=True))]
    path.write_bytes(csv_bytes(rows, encoding=encoding, columns=headings))
    file = read_supporters(path)
    assert file.unused_columns == ("余分",)
    assert dict(file.supporters[0].values) == {
        "name": "架空自治会",
        "is_organisation": True,
        "can_help_by_day": True,
        "can_help_by_night": False,
    }


def test_who_may(here: FakeCity, tmp_path: Path) -> None:
    file = read(tmp_path, row())
    for viewer in (access(Role.VIEWER), access(Role.FACILITATOR), ADMINISTRATOR):
        for act in (preview_supporters, commit_supporters):
            with pytest.raises(KnownProblem, match="no_right"):
                act(here.seen_by(viewer), file)


def test_it_is_audited_without_names(here: FakeCity, tmp_path: Path) -> None:
    commit(here, tmp_path, row(担当する人=f"{SOURCE}:A-1"))
    _operator, *entry = here.state.audit[-1]
    assert "supporters.import" in str(entry)
    assert "架空" not in str(entry)
    assert "T-1" not in str(entry)


KEYS = st.lists(st.sampled_from([f"A-{n}" for n in range(6)]), unique=True)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from([f"T-{n}" for n in range(5)]), KEYS))
def test_counts_add_up_and_a_second_import_changes_nothing(charges: dict[str, list[str]]) -> None:
    made = city(CLERK)
    with made.writing() as session:
        people = [member(n, protected=n % 3 == 0) for n in range(1, 5)]
        session.members.add_many(FLAGGED, people, source=SOURCE)
    rows = tuple(
        ParsedSupporter(
            number + 2,
            key,
            values={"name": f"架空 {key}"},
            charges=tuple(ChargeKey("介護保険課(本庁)", one) for one in wanted),
        )
        for number, (key, wanted) in enumerate(charges.items())
    )
    file = SupporterFile("s.csv", "0" * 64, "utf-8", (), len(rows), rows, ())
    first, second = commit_supporters(made, file).value, commit_supporters(made, file).value
    for result in (first, second):
        assert result.read == result.added + result.changed + result.unchanged + result.rejected
    assert (first.added, second.unchanged, second.links) == (len(rows), len(rows), 0)
    linked = sum(len(plan.supporter_ids) for plan in made.state.plans.values())
    assert linked == first.links
    assert MemberId("m3") not in made.state.plans
