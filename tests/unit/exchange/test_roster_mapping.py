"""An office's columns become ours: the three example profiles, and what a mapping never does."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from kurume_bousai import bundled
from kurume_bousai.domain.mapping_profiles import ColumnMapping
from kurume_bousai.domain.members import Reason, Sex
from kurume_bousai.exchange.control_files import read_profile_file
from kurume_bousai.exchange.roster_mapping import CodeTable, roster_headings
from kurume_bousai.exchange.roster_rows import RosterReader
from kurume_bousai.services.people.roster_file import ParsedRosterRow, RosterFile
from tests.fixtures.rosters import TODAY

EXAMPLES = sorted((bundled.db_folder() / "samples" / "mappings").glob("*.json"))


def read(
    folder: Path, lines: list[list[str]], mapping: ColumnMapping | None, encoding: str = "cp932"
) -> RosterFile:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    path = folder / "r.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return RosterReader(TODAY)(path, mapping=mapping)


def one(folder: Path, office: str, *cells: str) -> ParsedRosterRow:
    example = read_profile_file(next(path for path in EXAMPLES if path.stem == office))
    assert len(example.header) == len(cells)
    roster = read(folder, [list(example.header), list(cells)], example.mapping)
    assert {notice.code for notice in roster.notices} <= {"kana_form"}
    return roster.rows[0]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_can_be_used_and_say_that_they_are_fictional(path: Path) -> None:
    example = read_profile_file(path)
    assert "架空" in example.name
    assert set(example.mapping.required_headings()) <= set(example.header)


def test_an_extract_of_the_care_insurance_office(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        "介護保険課",
        "0000012345",
        "0001234567",
        "架空 花子",
        "ｶｸｳ ﾊﾅｺ",
        "3100401",
        "2",
        "8300000",
        "久留米市架空町9999-12 架空荘901",
        "23",
        "R9.3.31",
        "津福",
        "0942-00-0001",
    )
    assert [problem.code for problem in row.problems] == ["birth_era_code"]
    assert (row.key, row.name, row.district_text) == ("0001234567", "架空 花子", "津福")
    assert row.values["born_on"] == date(1935, 4, 1)
    assert row.values["sex"] is Sex.FEMALE
    assert (row.values["address"], row.values["building"]) == ("久留米市架空町9999-12", "架空荘901")
    assert row.values["care_level"] == "要介護3"
    assert row.values["reasons"] == {Reason.CARE_LEVEL}


def test_an_extract_of_the_disability_office(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        "障害者福祉課",
        "77",
        "架空 太郎（カクウ タロウ）",
        "昭10.4.1",
        "男",
        "久留米市架空町9999",
        "0942-00-0002",
        "",
        "02",
        "11",
        "",
        "なし",
        "R1.5.1",
    )
    assert row.problems == ()
    assert (row.name, row.values["kana"]) == ("架空 太郎", "カクウ タロウ")
    assert (row.values["physical_grade"], row.values["intellectual_grade"]) == ("2級", "A1")


def test_an_extract_of_the_register_of_residents(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        "市民課",
        "9",
        "S-1",
        "架空",
        "一",
        "カクウ",
        "ハジメ",
        "5010501",
        "1",
        "久留米市架空町",
        "9999-1",
        "",
        "架空区",
        "102",
        "2",
        "3",
    )
    assert (row.name, row.values["kana"], row.values["address"]) == (
        "架空 一",
        "カクウ ハジメ",
        "久留米市架空町9999-1",
    )
    assert row.is_protected is True
    assert row.district_text == "荒木"
    assert row.values["household_size"] == 3


def test_a_value_for_empty_cells_does_not_touch_the_others(tmp_path: Path) -> None:
    lines = [
        ["ID", "氏名", "生年月日", "住所", "校区"],
        ["1", "架空 一", "S10.1.1", "架空町9999", ""],
        ["2", "架空 二", "S10.1.1", "架空町9999", "荒木"],
    ]
    roster = read(tmp_path, lines, ColumnMapping(defaults={"校区": "津福"}))
    assert [row.district_text for row in roster.rows] == ["津福", "荒木"]


def test_a_mapped_column_wins_over_one_of_our_name(tmp_path: Path) -> None:
    lines = [
        ["ID", "氏名", "対象者", "生年月日", "住所"],
        ["1", "架空 職員", "架空 一", "S10.1.1", "架空町9999"],
    ]
    roster = read(tmp_path, lines, ColumnMapping.of({"氏名": "対象者"}))
    assert roster.rows[0].name == "架空 一"
    assert roster.unused_columns == ("氏名",)


def test_a_phone_of_somebody_else_is_not_taken_for_the_persons() -> None:
    header = ("ID", "連絡先_電話", "緊急連絡先_電話")
    assert roster_headings(header) == ["ID", "電話", "緊急連絡先_電話"]
    assert roster_headings(("連絡先_電話", "本人_電話")) == ["連絡先_電話", "本人_電話"], (
        "which of two is not guessed"
    )


@pytest.mark.parametrize(
    ("cell", "ours"),
    [
        ("21", "要介護1"),
        ("２１", "要介護1"),
        ("21.0", "要介護1"),
        ("", ""),
        ("要介護2", "要介護2"),
        ("99", None),
        ("21;22", "要介護1;要介護2"),
        ("21;99", "21;99"),
    ],
)
def test_codes_of_theirs(cell: str, ours: str | None) -> None:
    assert CodeTable({"21": "要介護1", "22": "要介護2"}).translate(cell) == ours


def test_the_second_set_of_columns_is_read_beside_ours(tmp_path: Path) -> None:
    lines = [
        ["ID", "氏名", "生年月日", "住所", "移動のしかた", "介助に要る人数"],
        ["1", "架空 一", "S10.1.1", "架空町9999", "車いす", "2"],
        ["2", "架空 二", "S10.1.1", "架空町9999", "", "らくだ"],
    ]
    roster = read(tmp_path, lines, None)
    assert roster.unused_columns == ()
    assert roster.rows[0].details.values["helpers_needed"] == 2
    assert [problem.column for problem in roster.rows[1].problems] == ["介助に要る人数"]
    assert not roster.rows[1].is_rejected
