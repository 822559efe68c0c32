"""Ports of the map pack: what goes into it, and how one is written and opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from kurume_bousai.domain.districts import DistrictOutline
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.layers import LayerFeature, MapLayer
from kurume_bousai.domain.tile_packs import TileFacts
from kurume_bousai.services.ports.backgrounds import Background
from kurume_bousai.services.ports.tiles import StoredFile, TileFile
from kurume_bousai.services.progress import Progress

#: West, south, east, north in degrees.
Box = tuple[float, float, float, float]
#: Dataset, kind, scenario and hash of the file a layer came from.
Origin = tuple[str, str, str, str]
#: What a public list states of a site, by plain words.
SiteFacts = Mapping[str, str | int]


def origin_of(layer: MapLayer) -> Origin:
    """What two layers made of the same file have in common."""
    return layer.dataset, layer.kind, layer.scenario, layer.source.sha256


@dataclass(frozen=True, slots=True)
class PackedLayer:
    """パックの層: a stored layer with its features. ``is_clipped`` = only what touches a box."""

    layer: MapLayer
    features: tuple[LayerFeature, ...] = field(repr=False)
    is_clipped: bool = False

    @property
    def digest(self) -> str:
        """Hash of what the layer says, the same on every machine; ids, times and operators are no part."""
        layer = self.layer
        told = [
            layer.dataset,
            layer.kind,
            layer.scenario,
            layer.title,
            layer.source.sha256,
            layer.source.attribution,
            layer.source.licence,
            layer.source.edition,
            sorted(layer.parts),
            sorted(layer.wanted_parts),
        ]
        made = hashlib.sha256(_json(told))
        made.update(layer.coverage or b"")
        for feature in self.features:
            made.update(_json([feature.value, feature.level, dict(feature.attributes)]))
            made.update(feature.wkb)
        return made.hexdigest()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class PackedDistrict:
    """パックの校区."""

    name: str
    outline: DistrictOutline


@dataclass(frozen=True, slots=True)
class PackedSite:
    """パックの場所: name and place of a site, and what a public list states; no telephone, person or note."""

    kind: str  # 福祉避難所, 指定避難所, 指定緊急避難場所
    site_id: str
    name: str
    address: str
    district: str
    lon: float
    lat: float
    facts: SiteFacts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PackedTiles:
    """パックのタイル: a file of tiles. ``is_picture`` = made of a pinned picture."""

    path: Path
    stored: StoredFile
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class MapContents:
    """パックの中身 to be written."""

    created_at: datetime
    district: str  # name of the 校区 it was made for; "" = the whole city
    is_fictional: bool
    layers: tuple[PackedLayer, ...]
    districts: tuple[PackedDistrict, ...]
    sites: tuple[PackedSite, ...]
    tiles: tuple[PackedTiles, ...]


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """目録の層. ``table`` is its name in the GeoPackage."""

    table: str
    origin: Origin
    digest: str
    title: str
    kind: str
    features: int
    attribution: str
    licence: str
    is_clipped: bool


@dataclass(frozen=True, slots=True)
class TilesEntry:
    """目録のタイル."""

    file_name: str
    sha256: str
    size_bytes: int
    facts: TileFacts
    is_picture: bool


@dataclass(frozen=True, slots=True)
class PackManifest:
    """地図パックの目録: what is in it, from where, under which conditions. ``digest`` is that of the list."""

    digest: str
    created_at: datetime
    program: str
    district: str
    is_fictional: bool
    layers: tuple[LayerEntry, ...]
    districts: int
    sites: int
    tiles: tuple[TilesEntry, ...]
    size_bytes: int
    details: Mapping[str, Any] = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """The object of ``map-pack inspect --json``."""
        return {
            "digest": self.digest,
            "created_at": self.created_at.isoformat(),
            "program": self.program,
            "district": self.district,
            "fictional": self.is_fictional,
            "layers": [
                {
                    "title": one.title,
                    "kind": one.kind,
                    "features": one.features,
                    "attribution": one.attribution,
                    "licence": one.licence,
                    "clipped": one.is_clipped,
                    "digest": one.digest,
                }
                for one in self.layers
            ],
            "districts": self.districts,
            "sites": self.sites,
            "tiles": [
                {
                    "title": one.facts.title,
                    "attribution": one.facts.attribution,
                    "licence": one.facts.licence,
                    "tiles": one.facts.tile_count,
                    "size_bytes": one.size_bytes,
                    "sha256": one.sha256,
                    "from_picture": one.is_picture,
                }
                for one in self.tiles
            ],
            "size_bytes": self.size_bytes,
        }


class OpenPack(Protocol):
    """開いた地図パック: every file has the hash its list says."""

    @property
    def manifest(self) -> PackManifest: ...

    def layers(self, wanted: Sequence[LayerEntry]) -> Iterator[PackedLayer]:
        """The named layers, each checked against its digest."""

    def districts(self) -> list[PackedDistrict]: ...

    def sites(self) -> list[PackedSite]: ...

    def tiles(self, entry: TilesEntry) -> Path: ...


@dataclass(frozen=True, slots=True)
class MapPackTools:
    """地図パックの道具: what only the outer layers can do, as callables safe on a worker thread."""

    write: Callable[[MapContents, Path, Progress], PackManifest] = field(repr=False)
    opened: Callable[[Path, Progress], AbstractContextManager[OpenPack]] = field(repr=False)
    #: Features in the one way of writing geometry that the digest counts on.
    normal: Callable[[PackedLayer], PackedLayer] = field(repr=False)
    #: What of a layer touches a box; its known ground is cut to the box. None = nothing.
    clip: Callable[[PackedLayer, Box], PackedLayer | None] = field(repr=False)
    cut_picture: Callable[[Background], TileFile] = field(repr=False)
    write_tiles: Callable[[TileFile, TileFacts, Path, Progress], PackedTiles] = field(repr=False)
    district_box: Callable[[DistrictId], Box] = field(repr=False)
