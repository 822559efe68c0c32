"""The quick look at a plain cell against the reader of its column."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.exchange.roster_columns_reading import ColumnReader

_NAMES = ("ID", "電話1", "電話2", "経度", "緯度", "世帯ID", "備考", "氏名")
_CELLS = (
    st.text(st.sampled_from("0123456789-.AEeKz #＃=\n\t０－同〃 "), max_size=16)
    | st.from_regex(r"\A0\d{1,4}-\d{1,4}-\d{3,4}\n?\Z")
    | st.from_regex(r"\A\d{1,4}\.\d{1,18}\n?\Z")
)


@given(st.sampled_from(_NAMES), _CELLS)
def test_a_look_says_what_the_reader_says(name: str, raw: str) -> None:
    column = ColumnReader(name, 0, date(2026, 11, 22), table=None, is_from_1904=False)
    seen = column.look(raw)
    assert seen is None or seen == column.read(raw)


def test_plain_cells_are_not_read_again() -> None:
    plain = {"ID": "K-0000001", "電話1": "0942-00-1234", "経度": "130.549992", "世帯ID": "H0000001"}
    for name, raw in plain.items():
        column = ColumnReader(name, 0, date(2026, 11, 22), table=None, is_from_1904=False)
        assert column.look(raw) == (raw, ())
