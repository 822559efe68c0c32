"""地図パックの目録: ``manifest.json`` written, and read with suspicion."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kurume_bousai import __version__
from kurume_bousai.domain.layers import LayerSource
from kurume_bousai.domain.tile_packs import TileFacts
from kurume_bousai.exchange.map_pack import problems
from kurume_bousai.services.ports.map_pack import (
    LayerEntry,
    MapContents,
    PackedLayer,
    PackedTiles,
    PackManifest,
    TilesEntry,
    origin_of,
)

NAME: Final = "manifest.json"
GEOPACKAGE: Final = "map.gpkg"
READ_ME: Final = "README.txt"
FORMAT: Final = "kurume-bousai map pack"
VERSION: Final = 1
MOST_BYTES: Final = 5_000_000
MOST_FILE_BYTES: Final = 4_200_000_000
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.(gpkg|mbtiles|txt)")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_TABLE: Final = re.compile(r"[a-z][a-z0-9_]{0,60}")
_MOST_TEXT: Final = 1_000
_MOST_ENTRIES: Final = 1_000


def table_of(number: int, packed: PackedLayer) -> str:
    """Name of a layer's table: plain letters, which every program takes."""
    kind = re.sub(r"[^a-z0-9_]", "", f"{packed.layer.kind}_{packed.layer.scenario}".lower())[:40]
    return f"layer_{number:02d}_{kind}".rstrip("_")


def tiles_name(packed: PackedTiles) -> str:
    """Name of a file of tiles inside the pack."""
    return f"tiles_{packed.stored.sha256[:16]}.mbtiles"


def dump(contents: MapContents, files: Mapping[str, tuple[str, int]]) -> bytes:
    """The list of a pack; ``files``: name to hash and size."""
    listed = {
        "format": FORMAT,
        "version": VERSION,
        "created_at": contents.created_at.isoformat(),
        "program": f"kurume_bousai {__version__}",
        "district": contents.district,
        "fictional": contents.is_fictional,
        "personal_data": "none",
        "files": [{"name": name, "sha256": told[0], "bytes": told[1]} for name, told in files.items()],
        "layers": [_layer(number, one) for number, one in enumerate(contents.layers, start=1)],
        "districts": len(contents.districts),
        "sites": len(contents.sites),
        "tiles": [_tiles(one) for one in contents.tiles],
    }
    return json.dumps(listed, ensure_ascii=False, indent=1).encode()


def _layer(number: int, packed: PackedLayer) -> dict[str, Any]:
    layer = packed.layer
    return {
        "table": table_of(number, packed),
        "digest": packed.digest,
        "dataset": layer.dataset,
        "kind": layer.kind,
        "scenario": layer.scenario,
        "title": layer.title,
        "source": asdict(layer.source),
        "extent": list(layer.extent),
        "parts": sorted(layer.parts),
        "wanted_parts": sorted(layer.wanted_parts),
        "left_out": dict(layer.left_out),
        "features": len(packed.features),
        "has_coverage": layer.coverage is not None,
        "clipped": packed.is_clipped,
    }


def _tiles(packed: PackedTiles) -> dict[str, Any]:
    stored = packed.stored
    return {
        "file": tiles_name(packed),
        "sha256": stored.sha256,
        "bytes": stored.size_bytes,
        "facts": asdict(stored.facts),
        "from_picture": packed.is_picture,
    }


def load(content: bytes, where: str) -> PackManifest:
    """Read a list.

    Raises
    ------
    KnownProblem
        ``map_pack_none``, ``map_pack_newer``, ``map_pack_hostile`` or ``map_pack_broken``.
    """
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise problems.broken(where) from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise problems.not_a_pack(where)
    if told.get("version") != VERSION:
        raise problems.newer(where)
    try:
        return _manifest(told, hashlib.sha256(content).hexdigest(), where)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise problems.broken(where) from None


def _manifest(told: dict[str, Any], digest: str, where: str) -> PackManifest:
    files = {str(one["name"]): (str(one["sha256"]), int(one["bytes"])) for one in told["files"]}
    for name, (sha256, size) in files.items():
        if not _FILE_NAME.fullmatch(name) or not 0 <= size <= MOST_FILE_BYTES:
            raise problems.hostile(where)
        if not _HASH.fullmatch(sha256):
            raise problems.broken(where)
    if max(len(files), len(told["layers"]), len(told["tiles"])) > _MOST_ENTRIES:
        raise problems.hostile(where)
    layers = tuple(_layer_entry(one) for one in told["layers"])
    tiles = tuple(_tiles_entry(one) for one in told["tiles"])
    if len({one.table for one in layers}) < len(layers):
        raise problems.broken(where)
    if GEOPACKAGE not in files or any(files[one.file_name][0] != one.sha256 for one in tiles):
        raise problems.broken(where)
    created_at = datetime.fromisoformat(told["created_at"])
    if created_at.tzinfo is None:
        raise problems.broken(where)
    return PackManifest(
        digest=digest,
        created_at=created_at,
        program=_text(told["program"]),
        district=_text(told["district"]),
        is_fictional=bool(told["fictional"]),
        layers=layers,
        districts=int(told["districts"]),
        sites=int(told["sites"]),
        tiles=tiles,
        size_bytes=sum(size for _, size in files.values()),
        details={"files": files, "layers": {one["table"]: one for one in told["layers"]}},
    )


def _layer_entry(told: dict[str, Any]) -> LayerEntry:
    table, digest = str(told["table"]), str(told["digest"])
    if not _TABLE.fullmatch(table) or not _HASH.fullmatch(digest):
        raise ValueError(table)
    source = source_of(told)
    texts = [_text(told[name]) for name in ("dataset", "kind", "scenario", "title")]
    return LayerEntry(
        table=table,
        origin=(texts[0], texts[1], texts[2], source.sha256),
        digest=digest,
        title=texts[3],
        kind=texts[1],
        features=int(told["features"]),
        attribution=source.attribution,
        licence=source.licence,
        is_clipped=bool(told["clipped"]),
    )


def source_of(told: dict[str, Any]) -> LayerSource:
    """The source of a layer as its entry tells it."""
    return LayerSource(**{name: _text(value) for name, value in told["source"].items()})


def _tiles_entry(told: dict[str, Any]) -> TilesEntry:
    facts = TileFacts(**told["facts"])
    for name in ("title", "attribution", "licence", "source", "media_type"):
        _text(getattr(facts, name))
    for name in ("west", "south", "east", "north", "min_zoom", "max_zoom", "tile_count", "size_bytes"):
        float(getattr(facts, name))
    return TilesEntry(
        str(told["file"]), str(told["sha256"]), int(told["bytes"]), facts, bool(told["from_picture"])
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise TypeError("a text of a list")
    return value


def read_list(root: Path) -> PackManifest:
    """Read the list of an unpacked pack."""
    path = root / NAME
    if not path.is_file():
        raise problems.not_a_pack(root.name)
    with problems.told(path):
        if path.stat().st_size > MOST_BYTES:
            raise problems.hostile(root.name)
        return load(path.read_bytes(), root.name)


__all__ = ["GEOPACKAGE", "NAME", "READ_ME", "dump", "load", "origin_of", "read_list", "source_of"]
