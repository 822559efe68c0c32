from __future__ import annotations

from datetime import date
from pathlib import Path

import msoffcrypto.format.ooxml
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.members import AdmissionCategory, Need, Reason, RegistrationState, Sex
from kurume_bousai.exchange.roster_rows import RosterReader
from kurume_bousai.services.people.roster_file import ParsedRosterRow, RosterFile
from tests.fixtures.rosters import COLUMNS, person, write_csv, write_xlsx

TODAY = date(2026, 11, 21)


def read(path: Path) -> RosterFile:
    return RosterReader(TODAY)(path)


def read_one(tmp_path: Path, **cells: str) -> ParsedRosterRow:
    return read(write_csv(tmp_path / "r.csv", [person(1, **cells)])).rows[0]


def codes(row: ParsedRosterRow) -> list[str]:
    return [problem.code for problem in row.problems]


def test_a_good_row_is_read_whole_and_says_nothing(tmp_path: Path) -> None:
    row = read_one(tmp_path)
    assert codes(row) == []
    assert not row.is_rejected
    assert row.row == 2
    assert row.key == "A-00001"
    assert row.values["born_on"] == date(1935, 2, 2)
    assert row.values["sex"] is Sex.FEMALE
    assert row.values["needs"] == {Need.WHEELCHAIR}
    assert row.values["categories"] == {AdmissionCategory.ELDERLY}
    assert row.values["reasons"] == {Reason.CARE_LEVEL, Reason.ELDERLY_HOUSEHOLD}
    assert row.values["companion_count"] == 1
    assert row.values["home"] == LonLat(130.5025, 33.2897)
    assert row.registration_state is RegistrationState.APPLIED
    assert row.consent.state is ConsentState.GIVEN
    assert row.consent.decided_on == date(2024, 4, 1)
    assert row.is_protected is None


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("ID", "", "id_empty"),
        ("ID", "　", "id_empty"),
        ("ID", "1.23457E+11", "id_damaged"),
        ("ID", "9" * 101, "id_long"),
        ("氏名", " 　", "name_empty"),
        ("生年月日", "昔", "birth_unreadable"),
        ("生年月日", "1935-02-30", "birth_impossible"),
        ("生年月日", "昭和75年1月1日", "birth_era"),
        ("生年月日", "2027-01-01", "birth_future"),
        ("生年月日", "1880-01-01", "birth_too_old"),
        ("支援措置", "要確認", "protected_unreadable"),
    ],
)
def test_a_bad_key_field_refuses_the_whole_row(tmp_path: Path, column: str, value: str, code: str) -> None:
    row = read_one(tmp_path, **{column: value})
    assert row.is_rejected
    assert codes(row) == [code]
    problem = row.problems[0]
    assert (problem.row, problem.column, problem.value) == (2, column, value)
    assert problem.message.endswith(("。", "ください。"))


@pytest.mark.parametrize(
    ("column", "value", "code", "field", "stored"),
    [
        ("ID", "40203.0", "id_repaired", None, None),
        ("ID", "Ａ－１", "id_repaired", None, None),
        ("生年月日", "", "birth_empty", "born_on", None),
        ("生年月日", "不詳", "birth_empty", "born_on", None),
        ("氏名", "架" * 500, "name_long", "name", "架" * 500),
        ("備考", "長" * 1001, "text_long", "note", "長" * 1001),
        ("氏名", "<script>alert(1)</script>", "text_markup", "name", "<script>alert(1)</script>"),
        ("氏名", '=HYPERLINK("http://例","x")', "text_formula", "name", '=HYPERLINK("http://例","x")'),
        ("備考", "+81", "text_formula", "note", "+81"),
        ("備考", "@SUM(1)", "text_formula", "note", "@SUM(1)"),
        ("氏名", "葛\U000e0100 花子", "unusual_letters", "name", "葛\U000e0100 花子"),
        ("氏名", "\ue000田 花子", "unusual_letters", "name", "\ue000田 花子"),
        ("氏名", "架空\n花子", "line_break", "name", "架空 花子"),
        ("住所", "架空町9999-1\r\n12", "line_break", "address", "架空町9999-1 12"),
        ("氏名", "架空\u202e花子", "control_letters", "name", "架空花子"),
        ("氏名", "??田 花子", "lost_letters", "name", "??田 花子"),
        ("フリガナ", "花子", "kana_unusual", "kana", "花子"),
        ("フリガナ", "", "kana_empty", "kana", ""),
        ("住所", "", "address_empty", "address", ""),
        ("性別", "??", "sex_unknown", "sex", None),
        ("郵便番号", "830-00", "postal_code_bad", "postal_code", None),
        ("電話1", "942000001", "phone_zero_restored", "phone", "0942000001"),
        ("電話1", "9420000010.0", "phone_zero_restored", "phone", "09420000010"),
        ("電話1", "0942-00", "phone_doubtful", "phone", "0942-00"),
        ("事由", "要介護;宇宙", "reason_unknown", "reasons", {Reason.CARE_LEVEL}),
        ("要介護度", "3", "care_level_unknown", "care_level", "3"),
        ("支援の必要", "電源;らくだ", "needs_unknown", "needs", {Need.POWER}),
        ("受入対象", "宇宙", "categories_unknown", "categories", None),
        ("同居人数", "たくさん", "household_size_bad", "household_size", None),
        ("同居人数", "0", "household_size_bad", "household_size", None),
        ("同行者数", "-1", "companions_bad", "companion_count", None),
        ("同行者数", "1.5", "companions_bad", "companion_count", None),
        ("登録状態", "たぶん", "registration_unknown", None, None),
        ("登録日", "きのう", "registered_on_unreadable", None, None),
        ("名簿同意", "たぶん", "consent_unknown", None, None),
        ("同意日", "R6.13.1", "consent_date_unreadable", None, None),
        ("説明日", "あした", "explained_on_unreadable", None, None),
        ("説明日", "R6.5.1", "consent_before_explanation", None, None),
        ("経度", "東", "position_unreadable", "home", None),
        ("経度", "", "position_half", "home", None),
        ("経度", "139.7", "position_outside_city", "home", None),
        ("経度", "nan", "position_unreadable", "home", None),
    ],
)
def test_a_doubtful_cell_is_told_and_the_row_kept(
    tmp_path: Path, column: str, value: str, code: str, field: str | None, stored: object
) -> None:
    row = read_one(tmp_path, **{column: value})
    assert not row.is_rejected
    assert codes(row) == [code]
    assert row.problems[0].value == value
    if field is not None:
        assert row.values.get(field) == stored


def test_swapped_longitude_and_latitude_are_told_and_not_turned_round(tmp_path: Path) -> None:
    row = read_one(tmp_path, 経度="33.2897", 緯度="130.5025")
    assert codes(row) == ["position_swapped"]
    assert "home" not in row.values


@pytest.mark.parametrize("sign", ["○", "〇", "1", "はい", "有", "該当", "１"])
def test_words_for_protected(tmp_path: Path, sign: str) -> None:
    assert read_one(tmp_path, 支援措置=sign).is_protected is True


@pytest.mark.parametrize("sign", ["×", "0", "なし", "いいえ"])
def test_words_for_not_protected(tmp_path: Path, sign: str) -> None:
    assert read_one(tmp_path, 支援措置=sign).is_protected is False


@pytest.mark.parametrize(
    ("cell", "needs"),
    [
        ("電源;車いす", {Need.POWER, Need.WHEELCHAIR}),
        ("電・椅", {Need.POWER, Need.WHEELCHAIR}),
        ("power、stretcher", {Need.POWER, Need.STRETCHER}),
        ("寝台・ストレッチャー", {Need.STRETCHER}),
        ("常時の介助・見守り;乳幼児・妊産婦", {Need.CARE, Need.INFANT}),
        ("車椅子，個室", {Need.WHEELCHAIR, Need.PRIVATE_ROOM}),
        ("なし", set()),
    ],
)
def test_words_signs_and_ids_of_needs(tmp_path: Path, cell: str, needs: set[Need]) -> None:
    row = read_one(tmp_path, 支援の必要=cell)
    assert codes(row) == []
    assert row.values["needs"] == needs


def test_an_empty_cell_of_needs_says_nothing(tmp_path: Path) -> None:
    assert "needs" not in read_one(tmp_path, 支援の必要="").values


def test_the_first_row_of_an_id_is_kept_and_both_are_told(tmp_path: Path) -> None:
    rows = read(write_csv(tmp_path / "r.csv", [person(1), person(2), person(1)])).rows
    assert [row.is_rejected for row in rows] == [False, False, True]
    assert codes(rows[0]) == ["id_first_of_repeated"]
    assert codes(rows[2]) == ["id_repeated"]


def test_a_refused_row_does_not_take_the_place_of_a_good_one(tmp_path: Path) -> None:
    rows = read(write_csv(tmp_path / "r.csv", [person(1, 生年月日="?"), person(1)])).rows
    assert [row.is_rejected for row in rows] == [True, False]


def test_a_repeated_row_that_says_protected_hides_the_kept_one(tmp_path: Path) -> None:
    rows = read(write_csv(tmp_path / "r.csv", [person(1), person(1, 支援措置="○")])).rows
    assert rows[0].is_protected is True


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932", "utf-16"])
def test_encodings_of_offices(tmp_path: Path, encoding: str) -> None:
    path = write_csv(tmp_path / "r.csv", [person(氏名="髙﨑 ①㈱")], encoding=encoding)
    assert read(path).rows[0].name == "髙﨑 ①㈱"


def test_row_numbers_are_those_of_the_sheet_below_titles_and_empty_rows(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "r.xlsx", [person(1), {}, person(2, 氏名="")], titles=2)
    assert [(row.row, row.is_rejected) for row in read(path).rows] == [(4, False), (6, True)]


def test_a_workbook_with_numbers_and_dates_for_codes(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "r.xlsx", [person() | {"ID": 40203.0, "同行者数": 2, "生年月日": 12876}])
    row = read(path).rows[0]
    assert row.key == "40203"
    assert row.values["companion_count"] == 2
    assert row.values["born_on"] == date(1935, 4, 2)


def test_a_quoted_line_break_does_not_shift_row_numbers(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", [person(1, 備考="上\n下"), person(2, 氏名="")])
    assert [row.row for row in read(path).rows] == [2, 3]


def test_headings_in_other_spellings_and_an_office_mapping(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(
        "ＩＤ,対象者,生年 月日,現住所,電話番号,謎\n1,架空 太郎,S10.1.1,架空町9999,0942-00-0001,x\n".encode()
    )
    roster = RosterReader(TODAY)(path, mapping={"氏名": "対象者"})
    assert roster.rows[0].values["phone"] == "0942-00-0001"
    assert roster.unused_columns == ("謎",)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("r.csv", b"", "file_empty"),
        ("r.csv", b"\xef\xbb\xbf\r\n\r\n", "file_empty"),
        ("r.xls", b"\xef\xbb\xbf<html><table><tr><td>ID</td></tr></table></html>", "file_html"),
        ("r.xls", b"<!DOCTYPE html><html></html>", "file_html"),
        ("r.xlsx", b"PK\x03\x04broken", "workbook_damaged"),
        ("r.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "workbook_damaged"),
        ("r.csv", b"%PDF-1.7", "file_kind_unknown"),
        ("r.csv", b"\x81\x00\xff" * 50, "file_kind_unknown"),
        ("r.csv", b"ID,\xff\xfe\x81,x\n1,2,3\n", "encoding_unknown"),
        ("r.csv", "ただの文章です。\n".encode(), "no_header"),
        ("r.csv", "ID,氏名\n1,架空 太郎\n".encode(), "columns_missing"),
        ("r.csv", "ID,氏名,名前,生年月日,住所\n1,2,3,4,5\n".encode(), "columns_repeated"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(KnownProblem) as caught:
        read(path)
    assert caught.value.code == code
    assert caught.value.where == name


def test_missing_columns_are_named_beside_those_found(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes("ID,氏名\n1,架空 太郎\n".encode())
    with pytest.raises(KnownProblem) as caught:
        read(path)
    assert "生年月日" in caught.value.message
    assert "ID、氏名" in caught.value.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KnownProblem) as caught:
        read(tmp_path / "none.csv")
    assert caught.value.code == "file_missing"


def test_a_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    plain = write_xlsx(tmp_path / "plain.xlsx", [person()])
    locked = tmp_path / "locked.xlsx"
    with plain.open("rb") as source, locked.open("wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("kakuu-kakuu", target)
    with pytest.raises(KnownProblem) as caught:
        read(locked)
    assert caught.value.code == "file_password"


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    def stop(done: int, _total: int, _text: str) -> None:
        if done:
            raise Cancelled

    path = write_csv(tmp_path / "r.csv", [person(n) for n in range(1, 700)])
    with pytest.raises(Cancelled):
        RosterReader(TODAY)(path, progress=stop)


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=30), max_size=8))
def test_no_cell_breaks_the_reader(cells: dict[str, str]) -> None:
    from kurume_bousai.exchange.roster_rows import parse_row
    from kurume_bousai.exchange.tables import TableRow

    row = person() | cells
    positions = {name: index for index, name in enumerate(COLUMNS)}
    parsed = parse_row(
        TableRow(2, [row.get(name, "") for name in COLUMNS]), positions, width=len(COLUMNS), today=TODAY
    )
    assert parsed.is_rejected or (parsed.key and parsed.name)
    assert all("架空" not in repr(problem) for problem in parsed.problems)
    assert "架空" not in repr(parsed)


def test_a_workbook_with_two_lists_is_not_read_by_half(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "r.xlsx", [person(1)])
    workbook = openpyxl.load_workbook(path)
    workbook.copy_worksheet(workbook.worksheets[0])
    workbook.save(path)
    with pytest.raises(KnownProblem) as caught:
        read(path)
    assert caught.value.code == "sheets_several"
