"""Excel workbooks by calamine: values only, so macros and formulas never run."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from itertools import islice
from typing import Final

import python_calamine

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.sheets import MergedCells, Sheet, SheetFile, SheetMarks
from kurume_bousai.exchange.xlsx_marks import PackageMarks, damaged, read_marks

WORKBOOK: Final = "Excel"
OLE_MARK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MARK: Final = b"PK\x03\x04"
#: What an error of any kind reads as: its own word is of no use to anybody.
ERROR_CELL: Final = "#N/A"
_HIDDEN_ROWS_READ: Final = 40
_LONGEST_WHOLE: Final = 1e15  # beyond it a spreadsheet has lost digits


def cell_text(value: object) -> str:
    """A cell as text. A whole number loses its ``.0``: in Excel 40203 is a number even where it is a code."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _LONGEST_WHOLE else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def read_workbook(content: bytes, *, where: str) -> SheetFile:
    """Every visible sheet with its rows from row 1 on, and what its values do not say.

    Raises
    ------
    KnownProblem
        ``file_password``, ``workbook_damaged`` and those of ``xlsx_marks.read_marks``.
    """
    is_package = content.startswith(ZIP_MARK)
    if is_package:
        marks = read_marks(content, where=where)
    else:
        _refuse_password(content, where=where)
        marks = PackageMarks()
    unknown = SheetMarks(is_known=is_package)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        tables = [
            sheet
            for sheet in workbook.sheets_metadata
            if sheet.typ is python_calamine.SheetTypeEnum.WorkSheet
        ]
        sheets = tuple(
            _read_sheet(workbook, sheet.name, marks.sheets.get(sheet.name, unknown))
            for sheet in tables
            if sheet.visible is python_calamine.SheetVisibleEnum.Visible
        )
        hidden = tuple(
            _read_sheet(workbook, sheet.name, SheetMarks(), at_most=_HIDDEN_ROWS_READ)
            for sheet in tables
            if sheet.visible is not python_calamine.SheetVisibleEnum.Visible
        )
    except python_calamine.PasswordError as error:
        raise _password_problem(where) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise damaged(where) from error
    return SheetFile(WORKBOOK, sheets, marks.codes, hidden, marks.is_from_1904)


def _read_sheet(
    workbook: python_calamine.CalamineWorkbook, name: str, marks: SheetMarks, *, at_most: int | None = None
) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    merged = tuple(
        MergedCells(first_row, first_column, last_row, last_column)
        for (first_row, first_column), (last_row, last_column) in sheet.merged_cell_ranges or ()
    )
    # Row by row: the whole sheet in one call would keep the window from its turn. A row begins with the
    # first column that holds anything.
    left = [""] * (sheet.start[1] if sheet.start else 0)
    rows = [
        [*left, *[cell if type(cell) is str else cell_text(cell) for cell in row]]
        for row in islice(sheet.iter_rows(), at_most)
    ]
    for row, columns in marks.errors.items():  # calamine gives nothing for them: an error is no empty cell
        for column in columns:
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = ERROR_CELL
    return Sheet(name, rows, merged, marks)


def _password_problem(where: str) -> KnownProblem:
    return KnownProblem(
        "file_password",
        "パスワードで保護されたファイルは読めません。",
        where=where,
        advice="Excelで開いてパスワードを外したファイルを、持ち出さない場所に作ってから取り込んでください。",
    )


def _refuse_password(content: bytes, *, where: str) -> None:
    import msoffcrypto  # only for the rare file that is encrypted or of an old Excel
    from msoffcrypto.exceptions import DecryptionError, FileFormatError

    try:
        encrypted = msoffcrypto.OfficeFile(io.BytesIO(content)).is_encrypted()
    except (FileFormatError, DecryptionError, OSError, ValueError):
        return  # not an Office file that msoffcrypto knows; calamine says what it is
    if encrypted:
        raise _password_problem(where)
