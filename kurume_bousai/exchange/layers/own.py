"""自分の地図: a file that no recogniser knows, read by what a person says its columns are."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from kurume_bousai.domain.layers import Attribute
from kurume_bousai.exchange.layers import shapes as mending
from kurume_bousai.exchange.layers.notes import problem
from kurume_bousai.exchange.layers.recognisers import OTHER, Recogniser
from kurume_bousai.exchange.layers.tables import RawTable, attribute
from kurume_bousai.services.ports.layer_files import FileColumn, FileShapes, OwnMapping

#: More different words than this are no legend.
MOST_CLASSES: Final = 12
#: Numbers with more different values than that are cut into as many ranges of equal count.
_RANGES: Final = 5
_SAMPLES: Final = 3
_PLAIN_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?")
_REST: Final = "そのほか"


def recogniser_of(own: OwnMapping, table: RawTable, *, where: str) -> Recogniser:
    """Take a table as a person described it.

    Raises
    ------
    KnownProblem
        ``layer_no_title``, ``layer_geometry`` or ``layer_column``.
    """
    if not own.title.strip():
        raise problem("layer_no_title", "地図の名前が空です。", where, "地図の名前を入れてください。")
    if own.geometry and own.geometry not in mending.KINDS:
        raise problem(
            "layer_geometry",
            f"「{own.geometry}」という図形の種類はありません。",
            where,
            "point(点)、line(線)、polygon(面)のどれかにしてください。",
        )
    for column in filter(None, (own.label, own.value)):
        if table.column(column) is None:
            found = "、".join(table.names[:20]) or "なし"
            raise problem(
                "layer_column",
                f"「{column}」という列がありません。",
                where,
                f"ファイルの列から選んでください: {found}。",
            )
    keep = {"name": own.label} if own.label else {}
    return Recogniser(OTHER, (), own.title.strip(), OTHER, geometry=own.geometry, keep=keep)


def values_of(
    own: OwnMapping, table: RawTable, rows: Sequence[int]
) -> tuple[list[dict[str, Attribute]], list[int | None]]:
    """What is kept of the chosen rows (label, value and its class in words) and the class of each."""
    labels = _cells(table, own.label, rows)
    cells = _cells(table, own.value, rows)
    values, words = _classes(cells)
    kept: list[dict[str, Attribute]] = []
    for label, cell, number in zip(labels, cells, values, strict=True):
        named: dict[str, Attribute] = {
            "name": label,
            "value": cell,
            "class": None if number is None else words[number - 1],
        }
        kept.append({name: one for name, one in named.items() if one is not None})
    return kept, values


def describe(file_name: str, tables: Sequence[RawTable]) -> FileShapes:
    """Columns with samples and counts of shapes over all tables, for the person who says what they are."""
    columns: dict[str, list[str]] = {}
    counts: Counter[str] = Counter()
    for table in tables:
        for name, cells in table.columns.items():
            _sample(columns.setdefault(name, []), cells)
        for kind in mending.KINDS:
            counts[kind] += int(mending.of_kind(table.shapes, kind).sum())
    return FileShapes(
        file_name,
        tuple(FileColumn(name, tuple(samples)) for name, samples in columns.items()),
        {kind: count for kind, count in counts.items() if count},
    )


def _sample(samples: list[str], cells: Sequence[Any]) -> None:
    for cell in cells[:200]:
        if len(samples) >= _SAMPLES:
            return
        found = attribute(cell)
        if found is not None and str(found) not in samples:
            samples.append(str(found)[:40])


def _cells(table: RawTable, name: str, rows: Sequence[int]) -> list[Attribute]:
    column = table.column(name) if name else None
    if column is None:
        return [None] * len(rows)
    return [_number(attribute(column[row])) for row in rows]


def _number(cell: Attribute) -> Attribute:
    """A number that a list holds as text; a code with a leading zero stays text."""
    if not isinstance(cell, str):
        return cell
    text = unicodedata.normalize("NFKC", cell)
    return attribute(float(text)) if _PLAIN_NUMBER.fullmatch(text) else cell


def _classes(cells: Sequence[Attribute]) -> tuple[list[int | None], list[str]]:
    """The class of each cell from 1, and the words of the classes."""
    present = [cell for cell in cells if cell is not None]
    different = dict.fromkeys(present)
    if not different:
        return [None] * len(cells), []
    numbers = [float(cell) for cell in present if isinstance(cell, (int, float))]
    if len(numbers) == len(present) and len(different) > MOST_CLASSES:
        return _ranges(cells, numbers)
    if len(numbers) == len(present):
        order = sorted(different, key=lambda cell: float(cell or 0))
    else:
        order = [cell for cell, _ in Counter(present).most_common(MOST_CLASSES)]
    words = [str(cell) for cell in order]
    places = {cell: place for place, cell in enumerate(order, 1)}
    if len(different) > len(order):
        words[-1] = _REST
        places.pop(order[-1], None)
    return [None if cell is None else places.get(cell, len(words)) for cell in cells], words


def _ranges(cells: Sequence[Attribute], numbers: Sequence[float]) -> tuple[list[int | None], list[str]]:
    """Ranges of equal count, written with their lower and upper ends."""
    ends = np.unique(np.quantile(np.asarray(numbers), np.linspace(0, 1, _RANGES + 1)))
    words = [f"{low:g}〜{high:g}" for low, high in itertools.pairwise(ends)]
    last = len(words)
    found: list[int | None] = []
    for cell in cells:
        if cell is None:
            found.append(None)
        else:
            place = int(np.searchsorted(ends, float(cell), side="right"))
            found.append(min(max(place, 1), last))
    return found, words
