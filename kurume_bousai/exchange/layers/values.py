"""値の読み方: columns of codes and words to numbers, with everything unknown told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kurume_bousai.domain.layers import Attribute
from kurume_bousai.exchange.columns import fold_heading
from kurume_bousai.exchange.layers.depths import depth_rank, spans_ranks
from kurume_bousai.exchange.layers.notes import Notes, listed
from kurume_bousai.exchange.layers.recognisers import DEPTH_TEXT, Column, Recogniser, Recognisers
from kurume_bousai.exchange.layers.tables import RawTable, attribute, code

_MOST_COLUMNS = 30


def column_of(table: RawTable, name: str) -> Sequence[Any] | None:
    """A column, or the same with the language behind it (the ministry's open interface)."""
    found = table.column(name)
    return found if found is not None else table.column(f"{name}_ja")


def values_of(
    table: RawTable, wanted: Column | None, known: Recognisers, chosen: Sequence[int], notes: Notes
) -> list[int | None]:
    """Codes of the chosen rows; a code without meaning becomes None and is told with its count."""
    if wanted is None or (column := column_of(table, wanted.column)) is None:
        return [None] * len(chosen)
    read: Callable[[object], int | None] = depth_rank if wanted.codes == DEPTH_TEXT else code
    meanings = known.codes.get(wanted.codes, {})
    words = known.words_of.get(wanted.codes, {})
    cache: dict[object, int | None] = {}
    unknown: Counter[str] = Counter()
    spanning: set[str] = set()
    found: list[int | None] = []
    for row in chosen:
        cell = attribute(column[row])
        if cell not in cache:
            number = read(cell)
            if number is None and isinstance(cell, str):
                number = words.get(fold_heading(cell))
            cache[cell] = number if wanted.codes == DEPTH_TEXT or number in meanings else None
            if wanted.codes == DEPTH_TEXT and spans_ranks(cell):
                spanning.add(str(cell))
        if cache[cell] is None:
            unknown["空" if cell is None else str(cell)] += 1
        found.append(cache[cell])
    _tell(wanted, unknown, spanning, notes)
    return found


def _tell(wanted: Column, unknown: Counter[str], spanning: set[str], notes: Notes) -> None:
    if unknown:
        shown = listed([f"{value}({count:,}件)" for value, count in unknown.most_common()])
        notes.tell(
            f"{wanted.column} に、意味のわからない値があります: {shown}。"
            "区域として残し、値は「不明」にしました。"
        )
    if spanning:
        notes.tell(
            f"{wanted.column} に、深さの区分をまたぐ値があります: {listed(sorted(spanning))}。"
            "深いほうの区分にしました。"
        )


def folder_value(recogniser: Recogniser, place: str) -> int | None:
    """The value that only the folder of the published package says; None = it says none."""
    return next((value for word, value in recogniser.folder_value.items() if word in place), None)


def attributes_of(
    table: RawTable, recogniser: Recogniser, chosen: Sequence[int]
) -> list[dict[str, Attribute]]:
    """What is kept of the chosen rows; of a layer of one's own the first thirty columns."""
    keep: Mapping[str, str] = recogniser.keep
    if not recogniser.needs:
        keep = {name: name for name in table.names[:_MOST_COLUMNS]}
    columns = [
        (name, column) for name, source in keep.items() if (column := column_of(table, source)) is not None
    ]
    rows: list[dict[str, Attribute]] = []
    for row in chosen:
        cells = ((name, attribute(column[row])) for name, column in columns)
        rows.append({name: cell for name, cell in cells if cell is not None})
    return rows


def parts_of(table: RawTable, recogniser: Recogniser) -> frozenset[str]:
    """Which kinds of rivers the file has, by their keepers."""
    column = column_of(table, recogniser.parts_column) if recogniser.parts_column else None
    if column is None:
        return frozenset()
    keepers = {str(attribute(cell) or "") for cell in column}
    # The first pattern that fits counts: 国 before 県, because an office of the state lies in a prefecture.
    found = set()
    for keeper in keepers:
        part = next((name for name, pattern in recogniser.parts.items() if pattern.search(keeper)), None)
        if part:
            found.add(part)
    return frozenset(found)
