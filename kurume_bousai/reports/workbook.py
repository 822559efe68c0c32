"""xlsx by xlsxwriter, in memory: numbers as numbers, totals as formulas, every text as text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kurume_bousai.domain.dates import in_japan
from kurume_bousai.reports.paper import (
    Answer,
    Block,
    Cell,
    Facts,
    Notes,
    Paper,
    Table,
    Withheld,
    cell_text,
)
from kurume_bousai.services.ports_reports import RenderedPaper

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_FONT: Final = "BIZ UDPGothic"
_LONGEST_SHEET_NAME: Final = 31
_FORBIDDEN_IN_SHEET_NAME: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_SHARE_WIDTH: Final = 11  # characters of a column per share of width

# A cell that begins with = is a formula to xlsxwriter, and a URL a link, unless it is told otherwise.
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(slots=True)
class _Book:
    """The workbook being written, with its few formats."""

    book: Workbook
    formats: dict[str, Format]
    names: set[str]

    def sheet(self, wanted: str) -> Worksheet:
        """Add a sheet with a free, allowed name."""
        base = wanted.translate(_FORBIDDEN_IN_SHEET_NAME).strip()[:_LONGEST_SHEET_NAME] or "表"
        name, number = base, 2
        while name in self.names:
            tail = f" {number}"
            name, number = base[: _LONGEST_SHEET_NAME - len(tail)] + tail, number + 1
        self.names.add(name)
        return self.book.add_worksheet(name)


def render_workbook(paper: Paper) -> RenderedPaper:
    """Return the workbook: the first sheet is the paper's first page, each table has its own."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    writer = _Book(book, _formats(book), set())
    if paper.made_at is not None:
        book.set_properties({"title": paper.title, "created": in_japan(paper.made_at).replace(tzinfo=None)})
    _write_front(writer, paper)
    for block in paper.blocks:
        if isinstance(block, Table):
            _write_table(writer, paper, block)
    book.close()
    return RenderedPaper(out.getvalue(), 0)


def _formats(book: Workbook) -> dict[str, Format]:
    base = {"font_name": _FONT, "font_size": 11, "valign": "top"}
    wide = {**base, "text_wrap": True, "num_format": "@"}
    count = {**base, "num_format": '#,##0;"−"#,##0', "align": "right"}
    closing = {"top": 2, "bg_color": "#F3F3F3"}
    return {
        "title": book.add_format({**base, "font_size": 18}),
        "answer": book.add_format({**base, "font_size": 20}),
        "plain": book.add_format({**base, "num_format": "@"}),
        "heading": book.add_format({**base, "font_size": 13, "bottom": 2}),
        "text": book.add_format(wide),
        "count": book.add_format(count),
        "withheld": book.add_format({**wide, "align": "right"}),
        "head": book.add_format({**wide, "bottom": 2, "bg_color": "#E8E8E8"}),
        "total_text": book.add_format({**wide, **closing}),
        "total": book.add_format({**count, **closing}),
    }


def _dress(sheet: Worksheet, paper: Paper) -> None:
    """Set paper size, repeated marks and the foot of every printed page."""
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    if paper.marks:
        sheet.set_header("&L" + _plain_code("  ".join(paper.marks)))
    # Excel takes at most 255 characters here; the whole foot also stands on the first sheet.
    sheet.set_footer("&L" + _plain_code(paper.footer[0] if paper.footer else "")[:230] + "&R&P / &N")


def _plain_code(text: str) -> str:
    """Return text for a page header or foot, where & begins a code of Excel."""
    return text.replace("&", "&&")[:230]


def _write_front(writer: _Book, paper: Paper) -> None:
    sheet = writer.sheet("表紙")
    _dress(sheet, paper)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 84)
    lines: list[tuple[str, str, str]] = [("title", paper.title, ""), ("plain", paper.subtitle, "")]
    lines += [("plain", mark, "") for mark in paper.marks]
    for block in paper.blocks:
        lines += _front_lines(block)
    lines += [("heading", "この書類について", ""), *(("text", "", line) for line in paper.footer)]
    for row, (style, left, right) in enumerate(lines):
        sheet.write_string(row, 0, left, writer.formats[style])
        if right:
            sheet.write_string(row, 1, right, writer.formats["text"])


def _front_lines(block: Block) -> list[tuple[str, str, str]]:
    if isinstance(block, Answer):
        return [("answer", block.headline, ""), *(("text", "", line) for line in block.lines)]
    if isinstance(block, Facts):
        return [("heading", block.heading, ""), *(("text", word, text) for word, text in block.items)]
    if isinstance(block, Notes):
        return [("heading", block.heading, ""), *(("text", "", line) for line in block.lines)]
    return []


def _write_table(writer: _Book, paper: Paper, table: Table) -> None:
    sheet = writer.sheet(table.heading)
    _dress(sheet, paper)
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, max(9, column.share * _SHARE_WIDTH))
    sheet.write_string(0, 0, table.heading, writer.formats["heading"])
    sheet.write_string(1, 0, table.basis, writer.formats["plain"])
    head = 3
    for index, column in enumerate(table.columns):
        sheet.write_string(head, index, column.heading, writer.formats["head"])
    first = head + 1
    for offset, row in enumerate(table.rows):
        _write_row(writer, sheet, first + offset, row)
    if not table.rows:
        sheet.write_string(first, 0, table.empty, writer.formats["text"])
    last = first + len(table.rows) - 1
    if table.withheld is not None:
        last += 1
        _write_row(writer, sheet, last, table.withheld)
    sheet.freeze_panes(first, 1)
    sheet.repeat_rows(head)
    if table.total is not None:
        _write_total(writer, sheet, table, first, last)


def _write_row(writer: _Book, sheet: Worksheet, row: int, cells: Sequence[Cell]) -> None:
    for index, cell in enumerate(cells):
        if isinstance(cell, int):
            sheet.write_number(row, index, cell, writer.formats["count"])
        else:
            style = "withheld" if isinstance(cell, Withheld) or cell is None else "text"
            sheet.write_string(row, index, cell_text(cell), writer.formats[style])


def _write_total(writer: _Book, sheet: Worksheet, table: Table, first: int, last: int) -> None:
    """Write the row of totals: a SUM over the rows above wherever a column adds up."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    assert table.total is not None  # noqa: S101 - the caller looked
    row = last + 1
    for index, (column, cell) in enumerate(zip(table.columns, table.total, strict=True)):
        if column.adds_up and isinstance(cell, int):
            cells = f"{xl_rowcol_to_cell(first, index)}:{xl_rowcol_to_cell(last, index)}"
            sheet.write_formula(row, index, f"=SUM({cells})", writer.formats["total"], cell)
        elif isinstance(cell, int):
            sheet.write_number(row, index, cell, writer.formats["total"])
        else:
            sheet.write_string(row, index, cell_text(cell), writer.formats["total_text"])
