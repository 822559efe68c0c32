"""読みこんだ地図データのファイル: what a reader hands to the import, before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kurume_bousai.domain.layers import Extent, LayerFeature, LayerSource


@dataclass(frozen=True, slots=True)
class OwnMapping:
    """自分の地図の読み方: what a file of one's own is called, and which columns are shown.

    ``geometry`` is ``point``, ``line`` or ``polygon``; empty = every shape. Only ``label`` and ``value`` are
    kept of its columns, because such a file may hold more than a map should.
    """

    title: str
    attribution: str = ""
    licence: str = ""
    geometry: str = ""
    label: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class FileColumn:
    """ファイルの列 with the first few different things written in it."""

    name: str
    samples: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class FileShapes:
    """ファイルの中身 before anybody said what it is: its columns, and how many shapes of which kind."""

    file_name: str
    columns: tuple[FileColumn, ...]
    counts: Mapping[str, int]  # "polygon", "line", "point" → shapes


@dataclass(frozen=True, slots=True)
class ParsedLayer:
    """読みこんだ層 of one kind; files of a package that say the same of several rivers are one layer.

    ``read`` counts the features of the file, ``left_out`` those not taken by reason: nothing is dropped
    silently, so the counts add up. ``left_out_names`` names the first of them by reason, where they have
    a name worth looking for. ``needs_crs`` is the system a person must confirm before it is kept.
    """

    dataset: str
    kind: str
    scenario: str
    title: str
    source: LayerSource
    features: tuple[LayerFeature, ...] = field(repr=False)
    extent: Extent
    coverage: bytes | None = field(default=None, repr=False)
    meshes: tuple[str, ...] = ()
    parts: frozenset[str] = frozenset()
    wanted_parts: frozenset[str] = frozenset()
    read: int = 0
    repaired: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    left_out_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs_crs: str = ""

    def as_json(self) -> dict[str, Any]:
        """One entry of ``layers`` of ``import layer --json``."""
        return {
            "dataset": self.dataset,
            "kind": self.kind,
            "scenario": self.scenario,
            "title": self.title,
            "read": self.read,
            "features": len(self.features),
            "repaired": list(self.repaired),
            "left_out": dict(self.left_out),
            "left_out_names": {reason: list(names) for reason, names in self.left_out_names.items()},
            "meshes": list(self.meshes),
            "parts": sorted(self.parts),
            "parts_missing": sorted(self.wanted_parts - self.parts),
            "has_coverage": self.coverage is not None,
            "attribution": self.source.attribution,
            "licence": self.source.licence,
            "edition": self.source.edition,
            "sha256": self.source.sha256,
        }


@dataclass(frozen=True, slots=True)
class LayerFile:
    """読みこんだファイル: its layers, and what was told on the way."""

    file_name: str
    sha256: str
    layers: tuple[ParsedLayer, ...]
    warnings: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The datasets found, as ``import layer --json`` gives them."""
        return ",".join(dict.fromkeys(layer.dataset for layer in self.layers))

    @property
    def needs_crs(self) -> str:
        """The system that must be confirmed; empty = none."""
        return next((layer.needs_crs for layer in self.layers if layer.needs_crs), "")
