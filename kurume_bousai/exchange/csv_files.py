"""CSV in the encodings of offices: UTF-8 with or without BOM, UTF-16 with BOM, CP932."""

from __future__ import annotations

import codecs
import csv
import io
from typing import Final

from kurume_bousai.domain.errors import KnownProblem

UTF8: Final = "UTF-8"
UTF8_BOM: Final = "UTF-8(BOM付き)"
UTF16: Final = "UTF-16"
CP932: Final = "CP932(Shift_JIS)"

csv.field_size_limit(1_000_000)


def decode_text(content: bytes, *, where: str) -> tuple[str, str]:
    """Text and the name of its encoding: BOM, strict UTF-8, then CP932 (never ``shift_jis``).

    Raises
    ------
    KnownProblem
        ``encoding_unknown``.
    """
    for mark, codec, name in (
        (codecs.BOM_UTF8, "utf-8-sig", UTF8_BOM),
        (codecs.BOM_UTF16_LE, "utf-16", UTF16),
        (codecs.BOM_UTF16_BE, "utf-16", UTF16),
        (b"", "utf-8", UTF8),
        (b"", "cp932", CP932),
    ):
        if content.startswith(mark):
            try:
                return content.decode(codec), name
            except UnicodeDecodeError:
                continue
    raise KnownProblem(
        "encoding_unknown",
        "文字の種類(文字コード)がわかりません。",
        where=where,
        advice="Excelで「CSV UTF-8」またはExcelブックとして保存し直してください。",
    )


def read_csv_rows(text: str, *, where: str) -> list[list[str]]:
    """All records; a quoted line break stays inside its cell, so a record is a row as Excel shows it.

    Raises
    ------
    KnownProblem
        ``csv_damaged``.
    """
    first = text[: text.find("\n") + 1] or text
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False))
    except csv.Error as error:
        raise KnownProblem(
            "csv_damaged",
            "CSVとして読めません。引用符が閉じていないか、一つの欄が長すぎます。",
            where=where,
            advice="元のファイルを作り直してください。",
        ) from error
