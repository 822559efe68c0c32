"""Excel workbooks by calamine: values only, so macros and formulas never run."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from typing import Final

import python_calamine

from kurume_bousai.domain.errors import KnownProblem

_UNPACKED_LIMIT_BYTES: Final = 1_000_000_000
OLE_MARK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MARK: Final = b"PK\x03\x04"


def cell_text(value: object) -> str:
    """A cell as text. A whole number loses its ``.0``: in Excel 40203 is a number even where it is a code."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def read_workbook(content: bytes, *, where: str) -> list[tuple[str, list[list[str]]]]:
    """Every visible sheet with its rows from row 1 on.

    Raises
    ------
    KnownProblem
        ``file_password``, ``file_too_large`` or ``workbook_damaged``.
    """
    _refuse_password(content, where=where)
    _refuse_bomb(content, where=where)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ is python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible is python_calamine.SheetVisibleEnum.Visible
        ]
        return [(name, _sheet_rows(workbook, name)) for name in visible]
    except python_calamine.PasswordError as error:
        raise _password_problem(where) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise KnownProblem(
            "workbook_damaged",
            "Excelのファイルとして読めません。こわれているか、別の形式です。",
            where=where,
            advice="Excelで開いて、Excelブック(.xlsx)として保存し直してください。",
        ) from error


def _sheet_rows(workbook: python_calamine.CalamineWorkbook, name: str) -> list[list[str]]:
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [[cell_text(cell) for cell in row] for row in rows]


def _password_problem(where: str) -> KnownProblem:
    return KnownProblem(
        "file_password",
        "パスワードで保護されたファイルは読めません。",
        where=where,
        advice="Excelで開いてパスワードを外したファイルを、持ち出さない場所に作ってから取り込んでください。",
    )


def _refuse_password(content: bytes, *, where: str) -> None:
    if not content.startswith(OLE_MARK):
        return
    import msoffcrypto  # only for the rare file that is encrypted or of an old Excel
    from msoffcrypto.exceptions import DecryptionError, FileFormatError

    try:
        encrypted = msoffcrypto.OfficeFile(io.BytesIO(content)).is_encrypted()
    except (FileFormatError, DecryptionError, OSError, ValueError):
        return  # not an Office file that msoffcrypto knows; calamine says what it is
    if encrypted:
        raise _password_problem(where)


def _refuse_bomb(content: bytes, *, where: str) -> None:
    if not content.startswith(ZIP_MARK):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            unpacked = sum(member.file_size for member in package.infolist())
    except zipfile.BadZipFile:
        return  # calamine tells it
    if unpacked > _UNPACKED_LIMIT_BYTES:
        raise KnownProblem(
            "file_too_large",
            "ファイルが大きすぎます。",
            where=where,
            advice="校区などで分けて取り込んでください。",
        )
