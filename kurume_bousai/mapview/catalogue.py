"""層の目録: the layers of the map as ``maps/layers.toml`` and ``maps/styles/`` describe them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from kurume_bousai.mapview.protocol import Layer

KINDS: Final = frozenset(
    {"graticule", "image", "hazard", "district", "geojson", "link", "drawn", "site", "person"}
)
_KNOWN_KEYS: Final = frozenset(
    {"id", "title", "kind", "style", "order", "opacity", "min_zoom", "is_shown", "attribution", "wording"}
    | {"source"}
)


class CatalogueError(ValueError):
    """The catalogue itself is wrong: a fault of whoever wrote the file, told with the entry's id."""


def read_catalogue(folder: Path) -> tuple[Layer, ...]:
    """Read the layers of ``folder/layers.toml`` in drawing order.

    Raises
    ------
    CatalogueError
        An unknown key or kind, a repeated id, a missing style, or a source outside ``folder``.
    """
    with (folder / "layers.toml").open("rb") as file:
        entries = tomllib.load(file).get("layer", [])
    layers = [_layer(entry, folder) for entry in entries]
    ids = [layer.id for layer in layers]
    if len(ids) != len(set(ids)):
        raise CatalogueError("layers.toml: an id stands twice")
    return tuple(sorted(layers, key=lambda layer: (layer.order, layer.id)))


def _layer(entry: Mapping[str, Any], folder: Path) -> Layer:
    name = str(entry.get("id", "?"))
    unknown = set(entry) - _KNOWN_KEYS
    if unknown:
        raise CatalogueError(f"layer {name}: unknown keys {sorted(unknown)}")
    missing = {"id", "title", "kind", "style", "order"} - set(entry)
    if missing:
        raise CatalogueError(f"layer {name}: missing keys {sorted(missing)}")
    if entry["kind"] not in KINDS:
        raise CatalogueError(f"layer {name}: unknown kind {entry['kind']!r}")
    values = dict(entry)
    values["style"] = _style(folder, name, str(entry["style"]))
    layer = Layer(**values)
    if layer.kind == "geojson":
        source_file(layer, folder)
    return layer


def _style(folder: Path, layer_id: str, style: str) -> dict[str, str | float | bool]:
    path = folder / "styles" / f"{style}.toml"
    if not style.isidentifier() or not path.is_file():
        raise CatalogueError(f"layer {layer_id}: no style {style!r}")
    with path.open("rb") as file:
        return tomllib.load(file)


def source_file(layer: Layer, folder: Path) -> Path:
    """Return the GeoJSON file of a layer; CatalogueError where it is missing or outside ``folder``."""
    path = (folder / layer.source).resolve()
    if not layer.source or not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise CatalogueError(f"layer {layer.id}: no source {layer.source!r}")
    return path
