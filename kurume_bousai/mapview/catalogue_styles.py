"""塗り方の目録: the classes of a style file, one for each value of a code table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from kurume_bousai.mapview.protocol import LayerClass

_KEYS: Final = frozenset(field.name for field in fields(LayerClass))
_COLOURS: Final = ("fill", "line", "hatch")
#: With two more digits for how opaque it is.
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")


class CatalogueError(ValueError):
    """The catalogue itself is wrong: a fault of whoever wrote the file, told with the entry's id."""


def read_classes(layer_id: str, entries: Sequence[Mapping[str, Any]]) -> tuple[LayerClass, ...]:
    """Read the classes of a style, the lowest first.

    Raises
    ------
    CatalogueError
        An unknown key, a colour that is none, a class without words or without anything to draw, a value
        named twice, or no class for what the others do not name (a zone would stay away from the map).
    """
    classes = tuple(_class(layer_id, entry) for entry in entries)
    named = [(one.value, one.level) for one in classes]
    if len(named) != len(set(named)):
        raise CatalogueError(f"layer {layer_id}: a class stands twice")
    if classes and (None, None) not in named:
        raise CatalogueError(f"layer {layer_id}: no class for what the others do not name")
    return classes


def _class(layer_id: str, entry: Mapping[str, Any]) -> LayerClass:
    unknown = set(entry) - _KEYS
    if unknown:
        raise CatalogueError(f"layer {layer_id}: unknown keys {sorted(unknown)} in a class")
    if not entry.get("words"):
        raise CatalogueError(f"layer {layer_id}: a class without words")
    for name in _COLOURS:
        if name in entry and not _COLOUR.fullmatch(str(entry[name])):
            raise CatalogueError(f"layer {layer_id}: {name} {entry[name]!r} is no colour")
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()
    }
    made = LayerClass(**values)
    if not (made.fill or made.line or made.hatch or made.letter):
        raise CatalogueError(f"layer {layer_id}: {made.words!r} draws nothing")
    return made
