"""層の目録: the layers of the map as ``maps/layers.toml`` and ``maps/styles/`` describe them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from kurume_bousai.bundled import maps_folder
from kurume_bousai.domain.layers import MapLayer
from kurume_bousai.mapview.catalogue_styles import CatalogueError, read_classes
from kurume_bousai.mapview.protocol import Layer, LayerMatch, LayerVisibility

#: What lies below every mark, whatever its order.
GROUND_KINDS: Final = frozenset(
    {"graticule", "tiles", "image", "overlay", "hazard", "district", "geojson", "reach"}
)
KINDS: Final = GROUND_KINDS | {"link", "drawn", "way", "site", "person"}
#: Draws every imported layer that no other entry names.
REST_KIND: Final = "other"
_KNOWN_KEYS: Final = frozenset(
    {"id", "title", "kind", "style", "order", "opacity", "min_zoom", "is_shown", "attribution", "wording"}
    | {"source", "match", "instead_of"}
)
_MATCH_KEYS: Final = frozenset({"kind", "scenario", "title"})


def read_catalogue(folder: Path) -> tuple[Layer, ...]:
    """Read the layers of ``folder/layers.toml`` in drawing order.

    Raises
    ------
    CatalogueError
        An unknown key or kind, a repeated id or match, a missing style, a style that does not say how
        every value is drawn, or a source outside ``folder``.
    """
    with (folder / "layers.toml").open("rb") as file:
        entries = tomllib.load(file).get("layer", [])
    layers = [_layer(entry, folder) for entry in entries]
    _refuse_twice("an id", [layer.id for layer in layers])
    _refuse_twice("a match", [match for layer in layers for match in layer.match])
    known = {layer.id for layer in layers}
    for layer in layers:
        if layer.instead_of and layer.instead_of not in known - {layer.id}:
            raise CatalogueError(f"layer {layer.id}: no layer {layer.instead_of!r} to stand in for")
    return tuple(sorted(layers, key=lambda layer: (layer.order, layer.id)))


@lru_cache(maxsize=1)
def catalogue() -> tuple[Layer, ...]:
    """Return the catalogue of this installation, read at the first call."""
    return read_catalogue(maps_folder())


def _refuse_twice(what: str, several: Sequence[object]) -> None:
    if len(several) != len(set(several)):
        raise CatalogueError(f"layers.toml: {what} stands twice")


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
    style = _style(folder, name, str(entry["style"]))
    values["classes"] = read_classes(name, style.pop("class", ()))
    values["style"] = style
    values["match"] = tuple(_match(name, one) for one in entry.get("match", ()))
    layer = Layer(**values)
    if (layer.kind == "overlay") != bool(layer.match) or (layer.kind == "overlay") != bool(layer.classes):
        raise CatalogueError(f"layer {name}: an overlay, and nothing else, has a match and classes")
    if layer.kind == "geojson":
        source_file(layer, folder)
    return layer


def _match(name: str, entry: Mapping[str, Any]) -> LayerMatch:
    values = {key: value for key, value in entry.items() if isinstance(value, str) and value}
    if set(entry) != set(values) or set(values) - _MATCH_KEYS or "kind" not in values:
        raise CatalogueError(f"layer {name}: a match has kind, and may have scenario and title")
    return LayerMatch(**values)


def _style(folder: Path, layer_id: str, style: str) -> dict[str, Any]:
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


def entry_of(stored: MapLayer, layers: Sequence[Layer]) -> Layer | None:
    """Return the entry that draws an imported layer: the one whose match says most.

    A kind that no entry names goes to the entry of kind "other"; None = the catalogue has none either.
    """
    for kind in (stored.kind, REST_KIND):
        fitting = [
            (match.says, layer)
            for layer in layers
            for match in layer.match
            if match.kind == kind
            and match.scenario in ("", stored.scenario)
            and match.title in ("", stored.title)
        ]
        if fitting:
            return max(fitting, key=lambda pair: pair[0])[1]
    return None


def drawing_order(layers: Sequence[Layer], visibility: LayerVisibility) -> list[Layer]:
    """Return the entries the lowest first, in the order a person set, but all ground below all marks."""
    return sorted(visibility.arranged(layers), key=lambda layer: layer.kind not in GROUND_KINDS)
