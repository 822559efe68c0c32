"""xlsx by xlsxwriter, in memory: numbers as numbers, totals as formulas, every text as text.

Two passes: first every table gets its sheet and rows, then the cells are written, so that a formula may
point at any table of the paper. A formula is written with its value: a viewer that does not compute shows
the same numbers.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kurume_bousai.domain.dates import in_japan
from kurume_bousai.reports.paper import (
    Answer,
    Bars,
    Block,
    Cell,
    Column,
    Facts,
    Formula,
    Notes,
    Paper,
    Ref,
    Section,
    Table,
    Withheld,
    cell_text,
    plain,
    without_drawings,
)
from kurume_bousai.services.papers.ports import RenderedPaper

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_FONT: Final = "BIZ UDPGothic"
_LONGEST_SHEET_NAME: Final = 31
_FORBIDDEN_IN_SHEET_NAME: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_SHARE_WIDTH: Final = 11  # characters of a column per share of width
_LEAST_WIDTH: Final = 9
_FRONT: Final = "表紙"

# A cell that begins with = is a formula to xlsxwriter, and a URL a link, unless it is told otherwise.
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a table stands: its sheet and, counted from 0, the rows of head, body and total."""

    sheet: str
    head: int
    table: Table

    @property
    def first(self) -> int:
        return self.head + 1

    @property
    def last(self) -> int:
        """Last row above the total; a table without rows has one with its words."""
        return self.first + max(1, len(self.table.rows)) - 1 + (self.table.withheld is not None)

    @property
    def end(self) -> int:
        return self.last + (self.table.total is not None)


@dataclass(slots=True)
class _Layout:
    """Names of sheets and places of tables."""

    names: set[str] = field(default_factory=set)
    sheets: list[tuple[str, Block]] = field(default_factory=list)
    places: dict[int, _Place] = field(default_factory=dict)  # by identity of the table
    by_key: dict[str, _Place] = field(default_factory=dict)

    def name(self, wanted: str) -> str:
        """Take a free, allowed name."""
        base = wanted.translate(_FORBIDDEN_IN_SHEET_NAME).strip()[:_LONGEST_SHEET_NAME] or "表"
        name, number = base, 2
        while name in self.names:
            tail = f" {number}"
            name, number = base[: _LONGEST_SHEET_NAME - len(tail)] + tail, number + 1
        self.names.add(name)
        return name

    def put(self, table: Table, sheet: str, top: int) -> int:
        """Give a table its rows from ``top`` (heading, basis, empty line, head); return the next free row."""
        place = _Place(sheet, top + 3, table)
        self.places[id(table)] = place
        if table.key:
            self.by_key[table.key] = place
        return place.end + 2

    def address(self, ref: Ref) -> str:
        """Return ``'sheet'!$B$5`` or a range of a column."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        place = self.by_key[ref.key]
        if ref.is_total:
            first = last = place.last + 1
        elif ref.row is None:
            first, last = place.first, place.last
        else:
            first = place.first + ref.row
            last = place.first + (ref.row if ref.last is None else ref.last)
        cells = [xl_rowcol_to_cell(row, ref.column) for row in dict.fromkeys((first, last))]
        return f"'{place.sheet}'!" + ":".join(cells)


@dataclass(slots=True)
class _Book:
    """The workbook being written, with its few formats."""

    book: Workbook
    formats: dict[str, Format]
    layout: _Layout

    def formula(self, formula: Formula) -> str:
        """Return the formula as a spreadsheet reads it."""
        return "=" + "".join(
            self.layout.address(part) if isinstance(part, Ref) else part for part in formula.parts
        )


def render_workbook(paper: Paper) -> RenderedPaper:
    """Return the workbook: the first sheet is the paper's first page, each table and section has its own."""
    import xlsxwriter

    paper = without_drawings(paper)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    writer = _Book(book, _formats(book), _lay_out(paper))
    if paper.made_at is not None:
        book.set_properties({"title": paper.title, "created": in_japan(paper.made_at).replace(tzinfo=None)})
    _write_front(writer, paper)
    for name, block in writer.layout.sheets:
        sheet = book.add_worksheet(name)
        _dress(sheet, paper)
        if isinstance(block, Section):
            _write_section(writer, sheet, block)
        elif isinstance(block, Table):
            _set_widths(sheet, block.columns)
            _write_table(writer, sheet, block)
            sheet.freeze_panes(writer.layout.places[id(block)].first, 1)
            sheet.repeat_rows(writer.layout.places[id(block)].head)
    book.close()
    return RenderedPaper(out.getvalue(), 0)


def _lay_out(paper: Paper) -> _Layout:
    layout = _Layout()
    layout.name(_FRONT)
    for block in _with_tables(paper):
        if isinstance(block, Table):
            name = layout.name(block.heading)
            layout.put(block, name, 0)
            layout.sheets.append((name, block))
        elif isinstance(block, Section):
            name = layout.name(block.title)
            layout.sheets.append((name, block))
            row = 2
            for part in block.blocks:
                if isinstance(part, Table):
                    row = layout.put(part, name, row)
                else:
                    row += len(_front_lines(part)) + 1
    return layout


def _with_tables(paper: Paper) -> Iterator[Block]:
    """Yield the blocks with bars turned into tables."""
    for block in paper.blocks:
        if isinstance(block, Bars):
            yield block.as_table()
        elif isinstance(block, Section):
            parts = (part.as_table() if isinstance(part, Bars) else part for part in block.blocks)
            yield Section(block.title, tuple(parts))
        else:
            yield block


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
        "decimal": book.add_format({**count, "num_format": "#,##0.##"}),
        "computed": book.add_format({**base, "num_format": "General", "text_wrap": True}),
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
    sheet = writer.book.add_worksheet(_FRONT)
    _dress(sheet, paper)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 84)
    lines: list[tuple[str, str, str]] = [("title", paper.title, ""), ("plain", paper.subtitle, "")]
    lines += [("plain", mark, "") for mark in paper.marks]
    for block in paper.blocks:
        lines += _front_lines(block)
    lines += [("heading", "この書類について", ""), *(("text", "", line) for line in paper.footer)]
    _write_lines(writer, sheet, 0, lines)


def _write_lines(
    writer: _Book,
    sheet: Worksheet,
    top: int,
    lines: Sequence[tuple[str, str, str]],
    *,
    is_narrow: bool = False,
) -> None:
    for row, (style, left, right) in enumerate(lines, start=top):
        sheet.write_string(row, 0, left, writer.formats[style])
        if right:
            # Beside a table the columns are narrow: a sentence runs on to the right instead of wrapping.
            sheet.write_string(row, 1, right, writer.formats["plain" if is_narrow else "text"])


def _front_lines(block: Block) -> list[tuple[str, str, str]]:
    if isinstance(block, Answer):
        return [("answer", block.headline, ""), *(("text", "", line) for line in block.lines)]
    if isinstance(block, Facts):
        return [("heading", block.heading, ""), *(("text", word, text) for word, text in block.items)]
    if isinstance(block, Notes):
        return [("heading", block.heading, ""), *(("text", "", line) for line in block.lines)]
    return []


def _set_widths(sheet: Worksheet, columns: Sequence[Column]) -> None:
    for index, column in enumerate(columns):
        sheet.set_column(index, index, max(_LEAST_WIDTH, column.share * _SHARE_WIDTH))


def _write_section(writer: _Book, sheet: Worksheet, section: Section) -> None:
    """Write a section on a sheet of its own: words and tables below one another."""
    tables = [part for part in section.blocks if isinstance(part, Table)]
    widest = max(tables, key=lambda table: len(table.columns), default=None)
    _set_widths(sheet, widest.columns if widest is not None else (Column("", 3), Column("", 6)))
    sheet.write_string(0, 0, section.title, writer.formats["title"])
    row = 2
    for part in section.blocks:
        if isinstance(part, Table):
            _write_table(writer, sheet, part)
            row = writer.layout.places[id(part)].end + 2
        else:
            lines = _front_lines(part)
            _write_lines(writer, sheet, row, lines, is_narrow=True)
            row += len(lines) + 1


def _write_table(writer: _Book, sheet: Worksheet, table: Table) -> None:
    place = writer.layout.places[id(table)]
    sheet.write_string(place.head - 3, 0, table.heading, writer.formats["heading"])
    sheet.write_string(place.head - 2, 0, table.basis, writer.formats["plain"])
    for index, column in enumerate(table.columns):
        sheet.write_string(place.head, index, column.heading, writer.formats["head"])
    for offset, row in enumerate(table.rows):
        _write_row(writer, sheet, place.first + offset, row)
    if not table.rows:
        sheet.write_string(place.first, 0, table.empty, writer.formats["text"])
    if table.withheld is not None:
        _write_row(writer, sheet, place.last, table.withheld)
    if table.total is not None:
        _write_total(writer, sheet, place)


def _write_row(writer: _Book, sheet: Worksheet, row: int, cells: Sequence[Cell]) -> None:
    for index, cell in enumerate(cells):
        _write_cell(writer, sheet, row, index, cell)


def _write_cell(writer: _Book, sheet: Worksheet, row: int, index: int, cell: Cell, total: str = "") -> None:
    formats, value = writer.formats, plain(cell)
    number = formats[total or ("decimal" if isinstance(value, Decimal) else "count")]
    if isinstance(cell, Formula):
        style = number if isinstance(value, int) else formats["computed"]
        sheet.write_formula(row, index, writer.formula(cell), style, cell.value)
    elif isinstance(value, int | Decimal):
        sheet.write_number(row, index, float(value) if isinstance(value, Decimal) else value, number)
    else:
        style = formats["withheld" if isinstance(value, Withheld) or value is None else "text"]
        sheet.write_string(row, index, cell_text(value), formats["total_text"] if total else style)


def _write_total(writer: _Book, sheet: Worksheet, place: _Place) -> None:
    """Write the row of totals: a SUM over the rows above wherever a column adds up."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    table = place.table
    assert table.total is not None  # noqa: S101 - the caller looked
    row = place.last + 1
    for index, (column, cell) in enumerate(zip(table.columns, table.total, strict=True)):
        value = plain(cell)
        if column.adds_up and isinstance(value, int):
            cells = f"{xl_rowcol_to_cell(place.first, index)}:{xl_rowcol_to_cell(place.last, index)}"
            sheet.write_formula(row, index, f"=SUM({cells})", writer.formats["total"], value)
        else:
            _write_cell(writer, sheet, row, index, cell, "total")
