"""One reader for every table a person brings: xlsx, xls, CSV in any office encoding."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.columns import Column, missing_columns, rename_headings
from kurume_bousai.exchange.csv_files import decode_text, looks_like_utf16, read_csv_rows
from kurume_bousai.exchange.header_rows import FoundHeader, find_header
from kurume_bousai.exchange.sheets import MergedCells, Sheet, SheetFile, SheetMarks
from kurume_bousai.exchange.xlsx_files import OLE_MARK, WORKBOOK, ZIP_MARK, read_workbook

__all__ = ["WORKBOOK", "Table", "TableRow", "hash_of", "read_bytes", "read_table", "read_table_by"]

_SIZE_LIMIT_BYTES: Final = 300_000_000
_HEAD_BYTES: Final = 2048
_HTML: Final = (b"<html", b"<!doctype html", b"<table", b"<meta", b"mime-version:")


@dataclass(frozen=True, slots=True)
class TableRow:
    """一行. ``row`` counts from 1 as the person sees it in the file."""

    row: int
    cells: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """表: header and the rows below it that hold something. ``header_row`` is the last of its lines."""

    file_name: str
    file_hash: str
    encoding: str
    sheet: str
    header_row: int
    header: tuple[str, ...]
    rows: tuple[TableRow, ...] = field(repr=False)
    header_lines: tuple[tuple[str, ...], ...] = ()
    titles: tuple[str, ...] = field(default=(), repr=False)
    marks: SheetMarks = field(default_factory=SheetMarks)
    merged: tuple[MergedCells, ...] = ()
    codes: tuple[str, ...] = ()
    is_from_1904: bool = False


def read_bytes(path: Path) -> bytes:
    """The bytes of a file a person named.

    Raises
    ------
    KnownProblem
        ``file_missing``, ``file_unreadable``, ``file_too_large`` or ``file_empty``.
    """
    where = path.name
    try:
        if path.stat().st_size > _SIZE_LIMIT_BYTES:
            raise KnownProblem(
                "file_too_large",
                "ファイルが大きすぎます。",
                where=where,
                advice="校区などで分け、「一部の人だけ」を選んで、一つずつ取り込んでください。",
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise KnownProblem(
            "file_missing", "ファイルがありません。", where=where, advice="名前と場所を確かめてください。"
        ) from None
    except OSError as error:
        raise KnownProblem(
            "file_unreadable",
            "ファイルを開けません。",
            where=where,
            advice="ほかのプログラムで開いていないか、読む権限があるかを確かめてください。",
        ) from error
    if not content.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise KnownProblem(
            "file_empty", "ファイルが空です。", where=where, advice="元のファイルを出し直してください。"
        )
    return content


def hash_of(content: bytes) -> str:
    """SHA-256, by which the same file is recognised again."""
    return hashlib.sha256(content).hexdigest()


def read_table(path: Path, columns: Sequence[Column], *, mapping: Mapping[str, str] | None = None) -> Table:
    """Read the sheet or CSV whose header has the required columns.

    Raises
    ------
    KnownProblem
        ``file_*``, ``encoding_unknown``, ``csv_damaged``, ``workbook_*``, ``sheets_several``,
        ``no_header`` or ``columns_missing`` (told for the best header found).
    """
    return read_table_by(path, lambda header: len(missing_columns(rename_headings(header, mapping), columns)))


def read_table_by(path: Path, lacking: Callable[[Sequence[str]], int]) -> Table:
    """Read the table whose header ``lacking`` says lacks least (0 = it is the header)."""
    content = read_bytes(path)
    file = _sheets_of(content, where=path.name)
    best: tuple[FoundHeader, Sheet] | None = None
    complete: list[str] = []
    for sheet in file.sheets:
        found = find_header(sheet, lacking)
        if found is None:
            continue
        if found.lack == 0 and len(sheet.rows) > found.last_row + 1:
            complete.append(sheet.name)
        if best is None or found.lack < best[0].lack:
            best = (found, sheet)
    hidden = _hidden_people(file, lacking)
    if hidden and not complete:
        raise KnownProblem(
            "sheet_hidden",
            f"人の並んだシート「{hidden}」が隠してあります。",
            where=path.name,
            advice="Excelでシートを表示に戻し、使ってよいシートかを確かめてから取り込んでください。",
        )
    if hidden:
        file = replace(file, codes=(*file.codes, "hidden_sheet"))
    if len(complete) > 1:
        raise KnownProblem(
            "sheets_several",
            f"同じ列の見出しのあるシートが{len(complete)}枚あります: {'、'.join(complete)}。",
            where=path.name,
            advice="取り込むシートだけを残したファイルにしてください。",
        )
    if best is None:
        raise KnownProblem(
            "no_header",
            "列の見出しの行が見つかりません。",
            where=path.name,
            advice="「template」の様式のように、1行目に列の名前を入れてください。",
        )
    return _table(path.name, hash_of(content), file, *best)


def _hidden_people(file: SheetFile, lacking: Callable[[Sequence[str]], int]) -> str:
    """The name of a hidden sheet that has the header and something below it; "" = none."""
    for sheet in file.hidden:
        found = find_header(sheet, lacking)
        if found is not None and found.lack == 0 and len(sheet.rows) > found.last_row + 1:
            return sheet.name
    return ""


def _table(name: str, file_hash: str, file: SheetFile, header: FoundHeader, sheet: Sheet) -> Table:
    rows, first = sheet.rows, header.last_row + 1
    return Table(
        file_name=name,
        file_hash=file_hash,
        encoding=file.encoding,
        sheet=sheet.name,
        header_row=first,
        header=header.headings,
        rows=tuple(
            TableRow(number, cells)
            for number, cells in enumerate(rows[first:], start=first + 1)
            if any(cells) and any(map(str.strip, cells))
        ),
        header_lines=tuple(tuple(cell.strip() for cell in line) for line in rows[header.first_row : first]),
        titles=tuple(cell.strip() for line in rows[: header.first_row] for cell in line if cell.strip()),
        marks=sheet.marks,
        merged=sheet.merged,
        codes=file.codes,
        is_from_1904=file.is_from_1904,
    )


def _sheets_of(content: bytes, *, where: str) -> SheetFile:
    _refuse_other_kinds(content, where=where)
    if content.startswith((ZIP_MARK, OLE_MARK)):
        return read_workbook(content, where=where)
    text, encoding = decode_text(content, where=where)
    return SheetFile(encoding, (Sheet("", read_csv_rows(text, where=where)),))


def _refuse_other_kinds(content: bytes, *, where: str) -> None:
    head = content[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_HTML):
        raise KnownProblem(
            "file_html",
            "このファイルはExcelではなく、Webページ(HTML)です。",
            where=where,
            advice="Excelで開き、「名前を付けて保存」でExcelブック(.xlsx)にしてから取り込んでください。",
        )
    if head.startswith((b"<?xml", b"<workbook")):
        raise KnownProblem(
            "file_xml",
            "このファイルはExcelブックではなく、XML(XMLスプレッドシートなど)です。",
            where=where,
            advice="Excelで開き、「名前を付けて保存」でExcelブック(.xlsx)にしてから取り込んでください。",
        )
    is_binary = b"\x00" in content[:512] and not content.startswith((ZIP_MARK, OLE_MARK))
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff")) or looks_like_utf16(content) is not None
    if content.startswith(b"%PDF") or (is_binary and not is_utf16):
        raise KnownProblem(
            "file_kind_unknown",
            "表のファイルではありません。",
            where=where,
            advice="Excelブック(.xlsx)またはCSVを選んでください。",
        )
