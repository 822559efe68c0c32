"""What is no row of a person is set apart; whatever could be one is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.exchange.roster_sift import file_notices, sift_rows
from kurume_bousai.exchange.sheets import SheetMarks
from kurume_bousai.exchange.tables import Table, TableRow

HEADER = ("ID", "氏名", "生年月日", "住所", "電話1")
POSITIONS = {name: place for place, name in enumerate(HEADER)}


def sifted(*cells: str) -> str:
    table = Table(
        "r.csv", "", "UTF-8", "", 2, HEADER, (TableRow(3, cells),), (HEADER,), ("避難行動要支援者名簿",)
    )
    found = sift_rows(table, POSITIONS)
    assert len(found.rows) + len(found.notices) == 1
    return found.notices[0].code if found.notices else ""


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (HEADER, "header_repeated"),
        (("ＩＤ", "氏　名", "生年月日", "", ""), "header_repeated"),
        (("合計", "", "", "", "12"), "totals_row"),
        (("", "総件数", "12", "", ""), "totals_row"),
        (("", "", "", "合計 12人", ""), "totals_row"),
        (("12", "合計", "", "", ""), "totals_row"),
        (("※ 令和8年11月21日現在", "", "", "", ""), "note_row"),
        (("以上", "", "", "", ""), "note_row"),
        (("1/3", "", "", "", ""), "note_row"),
        (("-1-", "", "", "", ""), "note_row"),
        (("避難行動要支援者名簿", "R8.11.21", "", "", ""), "note_row"),
        (("A-1", "架空 一", "S10.1.1", "架空町9999", ""), ""),
        (("A-1", "計", "", "", ""), ""),
        (("A-1", "", "", "", ""), ""),
        (("123-45", "", "", "", ""), ""),
        (("*123*", "", "", "", ""), ""),
        (("P0001", "", "", "", ""), ""),
        (("", "架空 一", "", "", ""), ""),
        (("A-1", "合計 花子", "S10.1.1", "", ""), ""),
    ],
)
def test_what_a_row_is(cells: tuple[str, ...], code: str) -> None:
    assert sifted(*cells) == code


@given(
    st.from_regex(r"[A-Z]{1,3}-?[0-9]{1,8}", fullmatch=True),
    st.text(alphabet="架空花子山田森", min_size=2, max_size=5),
    st.sampled_from(["", "S10.4.1"]),
    st.sampled_from(["", "久留米市架空町9999"]),
)
def test_whoever_has_an_id_and_a_name_is_never_set_apart(
    key: str, name: str, birth: str, address: str
) -> None:
    assert sifted(key, name, birth, address, "") == ""


def test_an_old_workbook_that_says_nothing_of_hidden_rows_is_told_as_such() -> None:
    table = Table("r.xls", "", "Excel", "", 1, HEADER, (), (HEADER,), marks=SheetMarks(is_known=False))
    assert [one.code for one in file_notices(table, POSITIONS, takes_hidden_rows=False)] == ["hidden_unknown"]
