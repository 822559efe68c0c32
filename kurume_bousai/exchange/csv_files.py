"""CSV in the encodings of offices: UTF-8 with or without BOM, UTF-16, CP932, and the JIS X 0213 ones."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from typing import Final

from kurume_bousai.domain.errors import KnownProblem

UTF8: Final = "UTF-8"
UTF8_BOM: Final = "UTF-8(BOM付き)"
UTF16: Final = "UTF-16"
CP932: Final = "CP932(Shift_JIS)"
SJIS_2004: Final = "Shift_JIS-2004(JIS X 0213)"
EUC: Final = "EUC-JP"
JIS: Final = "JIS(ISO-2022-JP)"

_DELIMITERS: Final = ("\t", ";", ",")  # where two are as frequent, the later one
_HEAD_LINES: Final = 20
_HALF_KANA: Final = re.compile(r"[\uff61-\uff9f]")
_WIDE: Final = re.compile(r"[^\x00-\x7f]")
_WIDE_LETTERS_JUDGED: Final = 4000
_ZEROS_OF_UTF16: Final = 3
_MARKS: Final = re.compile("^\ufeff+", re.MULTILINE)

csv.field_size_limit(1_000_000)


def looks_like_utf16(content: bytes) -> str | None:
    """The codec of UTF-16 that came without its mark, told by where its zero bytes stand."""
    head = content[:512]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    odd, even = head[1::2].count(0), head[0::2].count(0)
    # Line ends, digits, commas and Latin letters have a zero byte on one side only.
    if odd >= _ZEROS_OF_UTF16 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even >= _ZEROS_OF_UTF16 and odd == 0 else None


def decode_text(content: bytes, *, where: str) -> tuple[str, str]:
    """Text and the name of its encoding: BOM, strict UTF-8, then CP932 (never ``shift_jis``).

    Raises
    ------
    KnownProblem
        ``encoding_unknown``.
    """
    if (unmarked := looks_like_utf16(content)) is not None:
        return content.decode(unmarked, "replace"), UTF16
    for mark, codec, name in (
        (codecs.BOM_UTF8, "utf-8-sig", UTF8_BOM),
        (codecs.BOM_UTF16_LE, "utf-16", UTF16),
        (codecs.BOM_UTF16_BE, "utf-16", UTF16),
        (b"\x1b$", "iso2022_jp_2004", JIS),
        (b"", "utf-8", UTF8),
        (b"", "cp932", CP932),
        (b"", "shift_jis_2004", SJIS_2004),
        (b"", "euc_jis_2004", EUC),
    ):
        is_meant = mark in content[:2048] if name == JIS else content.startswith(mark)
        if not is_meant or (codec == "utf-8" and content.startswith(codecs.BOM_UTF8)):
            continue
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if codec == "cp932" and _is_euc(content, text):
            return content.decode("euc_jis_2004"), EUC
        return text, name
    raise KnownProblem(
        "encoding_unknown",
        f"文字の種類(文字コード)がわかりません。{_first_bad_line(content)}行目に読めない文字があります。",
        where=where,
        advice="Excelで「CSV UTF-8」またはExcelブックとして保存し直してください。",
    )


def _is_euc(content: bytes, as_cp932: str) -> bool:
    """True where CP932 gives mostly half-width kana, which is what EUC-JP looks like to it."""
    wide = _WIDE.findall(as_cp932[: _WIDE_LETTERS_JUDGED * 2])
    if not wide or sum(map(len, map(_HALF_KANA.findall, wide))) * 2 < len(wide):
        return False
    try:
        text = content.decode("euc_jis_2004")
    except UnicodeDecodeError:
        return False
    return not _HALF_KANA.search(text[:_WIDE_LETTERS_JUDGED])


def _first_bad_line(content: bytes) -> int:
    """The line CP932 or UTF-8 stops at, whichever gets further."""
    ends = []
    for codec in ("utf-8-sig", "cp932"):
        try:
            content.decode(codec)
        except UnicodeDecodeError as error:
            ends.append(error.start)
    return content.count(b"\n", 0, max(ends, default=0)) + 1


def delimiter_of(text: str) -> str:
    """Comma, tab or semicolon: the one that stands most often, and evenly, in the first lines."""
    lines = [line for line in text[:20_000].splitlines()[:_HEAD_LINES] if line.strip()]
    counts = {mark: [line.count(mark) for line in lines] for mark in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda mark: (_common_count(counts[mark]), sum(counts[mark])))
    return best if any(counts[best]) else ","


def _common_count(counts: list[int]) -> int:
    """The commonest number of marks in a line, times the lines that have it; none = 0."""
    number, lines = max(
        Counter(count for count in counts if count).items(),
        key=lambda item: item[0] * item[1],
        default=(0, 0),
    )
    return number * lines


def read_csv_rows(text: str, *, where: str) -> list[list[str]]:
    """All records; a quoted line break stays inside its cell, so a record is a row as Excel shows it.

    Raises
    ------
    KnownProblem
        ``csv_damaged``.
    """
    text = _without_marks(text)
    delimiter = delimiter_of(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False))
    except csv.Error as error:
        raise _damaged(where) from error
    if '"' in text:
        _refuse_swallowed(rows, delimiter, where=where)
    return rows


def _without_marks(text: str) -> str:
    """Without the marks before a file, or before each of several joined, and the old one at its end."""
    if "\ufeff" in text:
        text = _MARKS.sub("", text)
    return text.rstrip("\x1a\x00") if text[-1:] in "\x1a\x00" else text


def _refuse_swallowed(rows: list[list[str]], delimiter: str, *, where: str) -> None:
    """A quote that is not closed draws whole rows into one cell: nobody may vanish in it."""
    width = max(2, Counter(map(len, rows)).most_common(1)[0][0])
    for number, row in enumerate(rows, start=1):
        for cell in row:
            if "\n" in cell and any(line.count(delimiter) >= width - 1 for line in cell.split("\n")[1:]):
                raise _damaged(where, number)


def _damaged(where: str, row: int = 0) -> KnownProblem:
    words = f"{row}行目の" if row else ""
    return KnownProblem(
        "csv_damaged",
        f"CSVとして読めません。{words}引用符が閉じていないか、一つの欄が長すぎます。",
        where=where,
        advice="元のファイルを作り直してください。",
    )
