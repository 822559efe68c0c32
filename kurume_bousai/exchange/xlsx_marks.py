"""What a workbook's values do not say: hidden rows, struck-through rows, formulas nobody has computed.

Read from the parts of the package by plain searches: no XML parser, so no entity can grow in one.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import unescape

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.exchange.sheets import SheetMarks

UNPACKED_LIMIT_BYTES: Final = 600_000_000
#: More cells than any list of people has: a value far out on the sheet would take all memory.
CELL_LIMIT: Final = 25_000_000
_WIDEST_TWO_LETTERS: Final = 702  # column ZZ
#: A search keeps every other thread waiting, the window's too: some milliseconds of a large sheet at once.
_AT_ONCE_BYTES: Final = 2_000_000

_ROW: Final = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_ROW_END: Final = re.compile(rb"</(?:\w+:)?row>")
_NUMBER: Final = re.compile(rb"""\br=["'](\d+)["']""")
_HIDDEN: Final = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_SPAN: Final = re.compile(rb"""\b(min|max)=["'](\d+)["']""")
#: Begins with letters of its own, so that a sheet of a million cells is searched in a moment.
_FAR: Final = re.compile(rb'r="(?:[A-Z]{3}|[A-Z]{1,2}\d{6})')
_REFERENCE: Final = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s>/]")
_STYLED: Final = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]+)(\d+)["'][^>]*?\bs=["'](\d+)["']""")
_UNCOMPUTED: Final = re.compile(
    rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]+)(\d+)["'][^>]*>\s*"""
    rb"""<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?"""
    rb"""\s*</(?:\w+:)?c>"""
)
_ERROR: Final = re.compile(rb"""<(?:\w+:)?c\s(?=[^>]*\bt=["']e["'])[^>]*?\br=["']([A-Z]+)(\d+)["']""")
_SHARED: Final = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\bt=["']s["'])[^>]*?\br=["']([A-Z]+)(\d+)["'][^>]*>"""
    rb"""\s*<(?:\w+:)?v>(\d+)</"""
)
_INLINE: Final = re.compile(
    rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]+)(\d+)["'][^>]*>\s*<(?:\w+:)?is>(.*?)</(?:\w+:)?is>""", re.DOTALL
)
_ITEM: Final = re.compile(rb"<(?:\w+:)?si>(.*?)</(?:\w+:)?si>|<(?:\w+:)?si\s*/>", re.DOTALL)
_FONT: Final = re.compile(rb"<(?:\w+:)?font(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?font>)", re.DOTALL)
_STRIKE: Final = re.compile(rb"""<(?:\w+:)?strike(?:\s*/>|\s+val=["'](?:1|true)["']|>)""")
_FORMATS: Final = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT: Final = re.compile(rb"<(?:\w+:)?xf\b([^>]*)>")
_FONT_ID: Final = re.compile(rb"""\bfontId=["'](\d+)["']""")
_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE: Final = re.compile(r"""([\w:]+)=(?:"([^"]*)"|'([^']*)')""")
_DATE_1904: Final = re.compile(rb"""\bdate1904=["'](?:1|true)["']""")
_ENTITIES: Final = {"&quot;": '"', "&apos;": "'"}


@dataclass(frozen=True, slots=True)
class PackageMarks:
    """ブックの印: of the file as a whole, and of each sheet by its name."""

    codes: tuple[str, ...] = ()
    is_from_1904: bool = False
    sheets: dict[str, SheetMarks] = field(default_factory=dict)


def read_marks(content: bytes, *, where: str) -> PackageMarks:
    """The marks of an xlsx package.

    Raises
    ------
    KnownProblem
        ``file_too_large``, ``file_zip``, ``workbook_kind``, ``file_kind_unknown``, ``sheet_too_wide`` or
        ``workbook_damaged``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _read(package, where=where)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError, EOFError, OSError) as error:
        raise damaged(where) from error


def damaged(where: str) -> KnownProblem:
    """What is said of a workbook that cannot be read."""
    return KnownProblem(
        "workbook_damaged",
        "Excelのファイルとして読めません。こわれているか、別の形式です。",
        where=where,
        advice="Excelで開いて、Excelブック(.xlsx)として保存し直してください。",
    )


def _read(package: zipfile.ZipFile, *, where: str) -> PackageMarks:
    names = package.namelist()
    _refuse_foreign(package, names, where=where)
    book = package.read("xl/workbook.xml")
    struck_styles = _struck_styles(package, names)
    struck_texts = _struck_texts(package, names)
    found = {}
    for name, part in _sheet_parts(package, book):
        if part in names:
            xml = package.read(part)
            found[name] = _sheet_marks(xml, struck_styles, struck_texts, sheet=name, where=where)
    codes = [
        code
        for code, mark in (
            ("file_macros", "xl/vbaProject.bin"),
            ("file_links", "xl/externalLinks/"),
            ("file_comments", "xl/comments"),
            ("file_comments", "xl/threadedComments/"),
        )
        if any(name.startswith(mark) for name in names)
    ]
    return PackageMarks(tuple(dict.fromkeys(codes)), bool(_DATE_1904.search(book)), found)


def _refuse_foreign(package: zipfile.ZipFile, names: list[str], *, where: str) -> None:
    if sum(member.file_size for member in package.infolist()) > UNPACKED_LIMIT_BYTES:
        raise KnownProblem(
            "file_too_large",
            "ファイルが大きすぎます。",
            where=where,
            advice="校区などで分け、「一部の人だけ」を選んで、一つずつ取り込んでください。",
        )
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise KnownProblem(
            "workbook_kind",
            "この形式のブック(.xlsb、.ods)は読めません。",
            where=where,
            advice="Excelで開いて、Excelブック(.xlsx)として保存し直してください。",
        )
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise KnownProblem(
            "file_kind_unknown",
            "表のファイルではありません。",
            where=where,
            advice="Excelブック(.xlsx)またはCSVを選んでください。",
        )
    raise KnownProblem(
        "file_zip",
        "圧縮したファイル(zip)です。",
        where=where,
        advice="中のファイルを取り出してから、そのファイルを選んでください。",
    )


def _sheet_parts(package: zipfile.ZipFile, book: bytes) -> Iterator[tuple[str, str]]:
    relations = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for attributes in map(_attributes, _RELATION.findall(package.read("xl/_rels/workbook.xml.rels")))
    }
    for attributes in map(_attributes, _SHEET.findall(book)):
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        target = relations.get(relation, "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        yield attributes.get("name", ""), part


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        key: unescape(double or single, _ENTITIES)
        for key, double, single in _ATTRIBUTE.findall(tag.decode("utf-8", "replace"))
    }


def _struck_styles(package: zipfile.ZipFile, names: list[str]) -> frozenset[bytes]:
    """The numbers of the cell formats whose letters are struck through."""
    if "xl/styles.xml" not in names:
        return frozenset()
    styles = package.read("xl/styles.xml")
    fonts = {
        number for number, inside in enumerate(_FONT.findall(styles)) if inside and _STRIKE.search(inside)
    }
    formats = _FORMATS.search(styles)
    if not fonts or formats is None:
        return frozenset()
    return frozenset(
        str(number).encode()
        for number, tag in enumerate(_FORMAT.findall(formats.group()))
        if (font := _FONT_ID.search(tag)) and int(font.group(1)) in fonts
    )


def _struck_texts(package: zipfile.ZipFile, names: list[str]) -> frozenset[bytes]:
    """The numbers of the kept texts of which a part is struck through."""
    if "xl/sharedStrings.xml" not in names:
        return frozenset()
    texts = package.read("xl/sharedStrings.xml")
    if b"strike" not in texts:
        return frozenset()
    return frozenset(
        str(number).encode()
        for number, inside in enumerate(_each(_ITEM, texts))
        if b"strike" in inside and _STRIKE.search(inside)
    )


def _partly_struck(xml: bytes, texts: frozenset[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Cells with letters struck through one by one, which no format of a cell tells."""
    if texts:
        yield from ((letters, row) for letters, row, number in _each(_SHARED, xml) if number in texts)
    if b"strike" in xml:
        yield from ((letters, row) for letters, row, inside in _each(_INLINE, xml) if _STRIKE.search(inside))


def _sheet_marks(
    xml: bytes, struck: frozenset[bytes], texts: frozenset[bytes], *, sheet: str, where: str
) -> SheetMarks:
    hidden, last_row = _rows(xml)
    _refuse_far_cells(xml, last_row, sheet=sheet, where=where)
    has_formulas = b"f>" in xml and _stands_in(_FORMULA, xml, max(0, xml.find(b"sheetData")))
    computed_never = list(_each(_UNCOMPUTED, xml)) if has_formulas else []
    drawn_through = (
        [(letters, row) for letters, row, style in _each(_STYLED, xml) if style in struck] if struck else []
    )
    drawn_through += _partly_struck(xml, texts)
    has_errors = b't="e"' in xml or b"t='e'" in xml
    return SheetMarks(
        hidden_rows=frozenset(hidden),
        hidden_columns=frozenset(_hidden_columns(xml)),
        struck=_by_row(drawn_through),
        uncomputed=_by_row(computed_never),
        errors=_by_row(list(_each(_ERROR, xml))) if has_errors else {},
        has_formulas=has_formulas,
    )


def _pieces(xml: bytes, begin: int) -> Iterator[tuple[int, int]]:
    """From where to where, cut after a row: what is searched for never reaches over the end of one."""
    while begin < len(xml):
        found = _ROW_END.search(xml, begin + _AT_ONCE_BYTES)
        end = len(xml) if found is None else found.end()
        yield begin, end
        begin = end


def _each(pattern: re.Pattern[bytes], xml: bytes) -> Iterator[Any]:
    """``findall`` piece by piece."""
    for begin, end in _pieces(xml, 0):
        yield from pattern.findall(xml, begin, end)


def _stands_in(pattern: re.Pattern[bytes], xml: bytes, begin: int = 0) -> bool:
    """Whether anything is found, piece by piece."""
    return any(pattern.search(xml, start, end) is not None for start, end in _pieces(xml, begin))


def _by_row(places: list[tuple[bytes, bytes]]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for letters, row in places:
        found[int(row) - 1] = (*found.get(int(row) - 1, ()), column_number(letters) - 1)
    return found


def _rows(xml: bytes) -> tuple[list[int], int]:
    """Hidden rows counted from 0, and the number of the last row."""
    if b"hidden=" not in xml and (last := _NUMBER.search(xml, max(0, xml.rfind(b"<row ")))):
        return [], int(last.group(1))
    hidden: list[int] = []
    number = 0
    for tag in _each(_ROW, xml):
        stated = _NUMBER.search(tag)
        number = int(stated.group(1)) if stated else number + 1
        if b"hidden" in tag and _HIDDEN.search(tag):
            hidden.append(number - 1)
    return hidden, number


def _hidden_columns(xml: bytes) -> Iterator[int]:
    for tag in _COLUMN.findall(xml[: xml.find(b"sheetData")]):
        if _HIDDEN.search(tag):
            span = {key: int(value) for key, value in _SPAN.findall(tag)}
            yield from range(span.get(b"min", 1) - 1, min(span.get(b"max", 1), _WIDEST_TWO_LETTERS))


def _refuse_far_cells(xml: bytes, last_row: int, *, sheet: str, where: str) -> None:
    """Before anything lays the sheet out in memory: a single cell far out would end the program."""
    is_near = last_row * _WIDEST_TWO_LETTERS <= CELL_LIMIT and b"r='" not in xml
    if is_near and not _stands_in(_FAR, xml):
        return
    places = set(_each(_REFERENCE, xml))
    widest = max((column_number(letters) for letters, _row in places), default=0)
    lowest = max((int(row) for _letters, row in places), default=0)
    if max(lowest, last_row) * widest > CELL_LIMIT:
        raise KnownProblem(
            "sheet_too_wide",
            f"シート「{sheet}」の、表からずっと離れた所に値があります。",
            where=where,
            advice="表の右と下の、使っていない列と行を削除して保存し直してください。",
        )


def column_number(letters: bytes) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
