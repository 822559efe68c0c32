"""One reader for every table a person brings: xlsx, xls, CSV in any office encoding."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.columns import Column, missing_columns, rename_headings
from kurume_bousai.exchange.csv_files import decode_text, read_csv_rows
from kurume_bousai.exchange.xlsx_files import OLE_MARK, ZIP_MARK, read_workbook

_SIZE_LIMIT_BYTES: Final = 300_000_000
_HEADER_SEARCH_ROWS: Final = 20  # titles and notes stand above the header in files of offices
WORKBOOK: Final = "Excel"


@dataclass(frozen=True, slots=True)
class TableRow:
    """一行. ``row`` counts from 1 as the person sees it in the file."""

    row: int
    cells: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """表: header and the rows below it that hold something."""

    file_name: str
    file_hash: str
    encoding: str
    sheet: str
    header_row: int
    header: tuple[str, ...]
    rows: tuple[TableRow, ...] = field(repr=False)


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
                advice="校区などで分けて取り込んでください。",
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
        ``file_*``, ``encoding_unknown``, ``csv_damaged``, ``workbook_damaged``, ``sheets_several``,
        ``no_header`` or ``columns_missing`` (told for the best header found).
    """
    return read_table_by(path, lambda header: len(missing_columns(rename_headings(header, mapping), columns)))


def read_table_by(path: Path, lacking: Callable[[Sequence[str]], int]) -> Table:
    """Read the table whose header ``lacking`` says lacks least (0 = it is the header)."""
    content = read_bytes(path)
    encoding, sheets = _sheets_of(content, where=path.name)
    best: tuple[int, str, int, list[list[str]]] | None = None
    complete: list[str] = []
    for sheet, rows in sheets:
        found = _best_header(rows, lacking)
        if found is None:
            continue
        lack, position = found
        if lack == 0 and len(rows) > position + 1:
            complete.append(sheet)
        if best is None or lack < best[0]:
            best = (lack, sheet, position, rows)
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
    _, sheet, position, rows = best
    return Table(
        file_name=path.name,
        file_hash=hash_of(content),
        encoding=encoding,
        sheet=sheet,
        header_row=position + 1,
        header=tuple(cell.strip() for cell in rows[position]),
        rows=tuple(
            TableRow(number, cells)
            for number, cells in enumerate(rows[position + 1 :], start=position + 2)
            if any(cell.strip() for cell in cells)
        ),
    )


def _best_header(
    rows: Sequence[Sequence[str]], lacking: Callable[[Sequence[str]], int]
) -> tuple[int, int] | None:
    """What the best header among the first rows lacks, and where it stands."""
    candidates = [
        (lacking(row), position)
        for position, row in enumerate(rows[:_HEADER_SEARCH_ROWS])
        if sum(1 for cell in row if cell.strip()) >= 2
    ]
    return min(candidates, default=None)


def _sheets_of(content: bytes, *, where: str) -> tuple[str, list[tuple[str, list[list[str]]]]]:
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")):
        raise KnownProblem(
            "file_html",
            "このファイルはExcelではなく、Webページ(HTML)です。",
            where=where,
            advice="Excelで開き、「名前を付けて保存」でExcelブック(.xlsx)にしてから取り込んでください。",
        )
    if content.startswith((ZIP_MARK, OLE_MARK)):
        return WORKBOOK, read_workbook(content, where=where)
    if content.startswith(b"%PDF") or (
        b"\x00" in content[:512] and not content.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        raise KnownProblem(
            "file_kind_unknown",
            "表のファイルではありません。",
            where=where,
            advice="Excelブック(.xlsx)またはCSVを選んでください。",
        )
    text, encoding = decode_text(content, where=where)
    return encoding, [("", read_csv_rows(text, where=where))]
