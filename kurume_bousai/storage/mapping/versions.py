"""版 as JSON: what a row of ``members`` says, without its empty columns; spelled as ``canonical_json`` would.

Half of the fifty columns of most people are empty, and a version is kept for years: an empty column is left
out and reads as empty, in every later program too. Versions of older programs name the empty ones and read
alike.

SQLite spells the versions of stored rows itself (``stored_version``): it does so at once for all of them, and
what a version says is what was stored. Elsewhere, and for a row that is not stored, ``versions_of`` does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from json.encoder import encode_basestring
from math import isfinite
from operator import itemgetter
from types import NoneType
from typing import Any, Final, cast

from sqlalchemy import Boolean, Column, Integer, Table, Text

from kurume_bousai.storage.rows.people import MemberRecord

#: Derived for the lists, or said by the record alone; a kept version does not repeat them.
DERIVED: Final = ("row_id", "roster_consent", "search_text", "anonymised_on")
_COLUMNS: Final = {
    column.name: column
    for column in sorted(cast("Table", MemberRecord.__table__).columns, key=lambda column: column.name)
    if column.name not in DERIVED and column.computed is None
}
#: The columns that a version leaves out where they hold this.
EMPTY: Final[Mapping[str, str | None]] = {
    name: None if column.nullable else ""
    for name, column in _COLUMNS.items()
    if column.nullable or isinstance(column.type, Text)
}
_AT_ONCE: Final = 500


@cache
def stored_version() -> str:
    """The SQL of the JSON of a row of ``members`` in SQLite."""
    parts = ",".join(_stored(name, column) for name, column in _COLUMNS.items())
    # Every part begins with a comma.
    return f"'{{' || substr(concat({parts}), 2) || '}}'"


def _stored(name: str, column: Column[Any]) -> str:
    """``,"name":value`` in SQL; nothing for NULL, for ``concat`` passes over it."""
    head = f"',\"{name}\":'"
    if isinstance(column.type, Boolean):
        return f"{head} || iif({name}, 'true', 'false')"
    if isinstance(column.type, Integer):
        return f"{head} || {name}"
    # An equal value comes back from ``json_quote`` of a floating number (tested over all of them).
    quoted = f"{head} || json_quote({name})"
    if name not in EMPTY:
        return quoted
    is_empty = f"{name} IS NULL" if column.nullable else f"{name} = ''"
    return f"iif({is_empty}, '', {quoted})"


def versions_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The content of ``member_versions`` for rows that all have the same columns."""
    found: list[str] = []
    # Part by part: one of them lets no other thread have its turn, and the window is one of those.
    for start in range(0, len(rows), _AT_ONCE):
        found += _spelled_rows(rows[start : start + _AT_ONCE])
    return found


def with_empty(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a kept version, with those that it left out."""
    return {**EMPTY, **kept}


def _spelled_rows(rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    names = [name for name in _COLUMNS if name in rows[0]]
    columns = zip(*map(itemgetter(*names), rows), strict=True)
    parts = map(_spelled_parts, names, columns)
    return [f"{{{text[1:]}}}" for text in map("".join, zip(*parts, strict=True))]


def _spelled_parts(name: str, values: Sequence[Any]) -> list[str]:
    """``,"name":value`` of every row; nothing where it is empty."""
    head = f',"{name}":'
    if name not in EMPTY:
        return [head + text for text in _spelled(values)]
    empty = EMPTY[name]
    return [
        "" if value == empty else head + text for value, text in zip(values, _spelled(values), strict=True)
    ]


def _spelled(values: Sequence[Any]) -> Iterable[str]:
    """The JSON of the values of one column, spelled by what it holds from top to bottom."""
    kinds = set(map(type, values))
    if len(kinds) == 1 and (spell := _SPELLINGS.get(kinds.pop())) is not None:
        return map(spell, values)
    return [_SPELLINGS.get(type(value), json.dumps)(value) for value in values]


def _number(value: float) -> str:
    return float.__repr__(value) if isfinite(value) else json.dumps(value)


#: Days and moments as ISO text.
_SPELLINGS: Final[Mapping[type, Callable[[Any], str]]] = {
    str: encode_basestring,
    int: int.__repr__,
    float: _number,
    bool: {True: "true", False: "false"}.__getitem__,
    NoneType: {None: "null"}.__getitem__,
    date: lambda value: f'"{value.isoformat()}"',
    datetime: lambda value: f'"{value.isoformat()}"',
}
