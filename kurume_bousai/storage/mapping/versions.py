"""版 as JSON: rows of ``members`` spelled as ``canonical_json`` would spell them, many at once.

An encoder looks at every one of fifty values of every row. Most columns hold one type from top to bottom, so
that the spelling is chosen once a column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from json.encoder import encode_basestring
from math import isfinite
from operator import itemgetter
from types import NoneType
from typing import Any, Final

#: Derived for the lists; a kept version does not repeat them.
DERIVED: Final = ("row_id", "roster_consent", "search_text")
_AT_ONCE: Final = 500


def versions_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The content of ``member_versions`` for rows that all have the same columns."""
    found: list[str] = []
    # Part by part: one of them lets no other thread have its turn, and the window is one of those.
    for start in range(0, len(rows), _AT_ONCE):
        found += _spelled_rows(rows[start : start + _AT_ONCE])
    return found


def _spelled_rows(rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    names = sorted(set(rows[0]) - set(DERIVED))
    columns = zip(*map(itemgetter(*names), rows), strict=True)
    return map(_form(names).__mod__, zip(*map(_spelled, columns), strict=True))


def _form(names: Sequence[str]) -> str:
    """``{"address":%s,…}``: no name of a column holds a sign of percent."""
    return f"{{{','.join(f'{json.dumps(name)}:%s' for name in names)}}}"


def _spelled(values: Sequence[Any]) -> Iterable[str]:
    """The JSON of the values of one column."""
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
