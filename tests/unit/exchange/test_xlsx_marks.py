"""A large sheet is searched in pieces: what stands anywhere in it is found, once."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from kurume_bousai.exchange import xlsx_marks
from kurume_bousai.exchange.sheets import SheetMarks

_ROWS = 60


def marks() -> SheetMarks:
    """A sheet with a hidden row, a struck one and a formula nobody has computed, far apart."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名簿")
        for row in range(_ROWS):
            sheet.write_row(row, 0, [f"架空{row}", "row>", "f>"])
        sheet.write(20, 0, "架空", book.add_format({"font_strikeout": True}))
        sheet.write_formula(40, 1, "=1+1", value="")
        sheet.set_row(58, options={"hidden": True})
    return xlsx_marks.read_marks(content.getvalue(), where="架空.xlsx").sheets["名簿"]


@pytest.mark.parametrize("at_once", [1, 50, 777])
def test_pieces_of_any_size_find_what_the_whole_does(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = marks()
    assert whole.hidden_rows == {58}
    assert list(whole.struck) == [20]
    monkeypatch.setattr(xlsx_marks, "_AT_ONCE_BYTES", at_once)
    assert marks() == whole
