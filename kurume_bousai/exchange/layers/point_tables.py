"""緯度・経度の入った表: lists of AED, 介護, 医療 and the like (CSV, Excel) as points."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import shapely

from kurume_bousai.exchange.columns import fold_heading
from kurume_bousai.exchange.layers.notes import Notes, problem
from kurume_bousai.exchange.layers.tables import RawTable, empty_shapes
from kurume_bousai.exchange.tables import Table, TableRow, read_table_by

LON: Final = "経度"
LAT: Final = "緯度"
_NAME, _PLACE = "名称", "住所"
#: Ranges of Japan never meet, so that a column of numbers says by itself which of the two it is.
_RANGES: Final = {LON: (122.0, 154.0), LAT: (20.0, 46.0)}
#: Of a column without heading this share of the cells must be such numbers.
_MOST: Final = 0.8
_PLACE_MARKS: Final = ("市", "町", "村", "丁目", "番地")


def read_point_table(path: Path, notes: Notes, aliases: Mapping[str, str]) -> RawTable:
    """Read a list with longitude and latitude; a headerless one gets headings by what its columns hold.

    ``aliases``: folded heading → the name that the recognisers know.

    Raises
    ------
    KnownProblem
        ``file_*``, ``encoding_unknown``, ``csv_damaged``, ``workbook_damaged``, ``sheets_several``,
        ``no_header`` or ``layer_no_points`` (no columns of longitude and latitude).
    """
    table = read_table_by(path, lambda header: _lacking(_named(header, aliases)))
    header, rows = _named(table.header, aliases), table.rows
    if _lacking(header):
        header, rows = _headless(table, notes)
    notes.tell(f"文字コードは {table.encoding} です。")
    longest = max((len(row.cells) for row in rows), default=0)
    if longest > len(header):
        notes.tell(f"見出しの数({len(header)})より欄の多い行があります。多い分の欄は読みません。")
    columns = {
        name: [row.cells[place] if place < len(row.cells) else "" for row in rows]
        for place, name in enumerate(header)
        if name
    }
    lon, lat = ([_number(cell) for cell in columns[name]] for name in (LON, LAT))
    shapes = empty_shapes(len(rows))
    for index, (x, y) in enumerate(zip(lon, lat, strict=True)):
        if x is not None and y is not None:
            shapes[index] = shapely.Point(x, y)
    kept = {name: cells for name, cells in columns.items() if name not in {LON, LAT}}
    return RawTable(kept, shapes, "", "", table.encoding, "table", rows=tuple(row.row for row in rows))


def _named(header: Sequence[str], aliases: Mapping[str, str]) -> list[str]:
    """Headings in the words of the recognisers, each once."""
    names: list[str] = []
    for cell in header:
        folded = fold_heading(cell)
        name = aliases.get(folded, unicodedata.normalize("NFKC", cell).strip())
        names.append(name if name not in names else "")
    return names


def _lacking(header: Sequence[str]) -> int:
    return sum(name not in header for name in (LON, LAT))


def _headless(table: Table, notes: Notes) -> tuple[list[str], tuple[TableRow, ...]]:
    """Headings for a list that has none: by the ranges of its numbers and the words of its cells."""
    rows = (TableRow(table.header_row, table.header), *table.rows)
    width = max(len(row.cells) for row in rows)
    columns = [[row.cells[place].strip() if place < len(row.cells) else "" for row in rows]
               for place in range(width)]  # fmt: skip
    is_first_a_row = any(_in_range(cell, LON) for cell in table.header)
    found = {name: _first(columns, _are_in(name)) for name in (LON, LAT)}
    if not is_first_a_row or None in found.values():
        shown = "、".join(cell for cell in table.header if cell)[:200] or "なし"
        raise problem(
            "layer_no_points",
            f"緯度と経度の列がないため、地図に置けません。見つかった見出し: {shown}。",
            table.file_name,
            "「緯度」「経度」の列(10進の度)がある表にしてください。",
        )
    found[_PLACE] = _first(columns, _are_places, taken=found)
    found[_NAME] = _first(columns, _are_words, taken=found)
    header = [f"列{place + 1}" for place in range(width)]
    for name, place in found.items():
        if place is not None:
            header[place] = name
    told = "、".join(f"{place + 1}列目を{name}" for name, place in found.items() if place is not None)
    notes.tell(
        f"見出しのない{width}列の表です。{told}とみなしました。違うときは、1行目に見出しを入れてください。"
    )
    return header, rows


def _first(
    columns: Sequence[Sequence[str]],
    fits: Callable[[Sequence[str]], bool],
    taken: Mapping[str, int | None] | None = None,
) -> int | None:
    used = set((taken or {}).values())
    return next((place for place, cells in enumerate(columns) if place not in used and fits(cells)), None)


def _are_in(name: str) -> Callable[[Sequence[str]], bool]:
    def fits(cells: Sequence[str]) -> bool:
        return sum(_in_range(cell, name) for cell in cells) >= _MOST * len(cells)

    return fits


def _in_range(cell: str, name: str) -> bool:
    number = _number(cell)
    low, high = _RANGES[name]
    # A house number may lie in the range too, a place has decimals.
    return number is not None and low <= number <= high and not number.is_integer()


def _are_places(cells: Sequence[str]) -> bool:
    return sum(any(mark in cell for mark in _PLACE_MARKS) for cell in cells) >= _MOST * len(cells)


def _are_words(cells: Sequence[str]) -> bool:
    words = [cell for cell in cells if cell and _number(cell) is None and not _is_code(cell)]
    return len(words) >= _MOST * len(cells) and len(set(words)) > len(words) // 2


def _is_code(cell: str) -> bool:
    return all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in cell)


def _number(cell: str) -> float | None:
    try:
        return float(unicodedata.normalize("NFKC", cell).strip())
    except ValueError:
        return None
