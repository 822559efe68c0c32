"""Ports of the screens that bring map data in: what only the outer layers can do, as callables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kurume_bousai.domain.layers import Extent, LayerFeature, MapLayer
from kurume_bousai.services.ports.gazetteer import GazetteerFile
from kurume_bousai.services.ports.layer_files import FileShapes, LayerFile, OwnMapping
from kurume_bousai.services.ports.layers import HazardLocator, WantedLayer
from kurume_bousai.services.progress import Progress

#: A line or ring of (longitude, latitude).
Line = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class LayerOrder:
    """取込の指定: what a person said of a file. ``crs`` empty = not confirmed; ``own`` None = recognised."""

    path: Path
    crs: str = ""
    is_everywhere: bool = False
    replaces: bool = False
    own: OwnMapping | None = None


@dataclass(frozen=True, slots=True)
class LayerPicture:
    """図形の見取り図: a few thousand corners at most, for a look and never for measuring.

    ``city`` are the outlines of the 校区. Degrees of EPSG:6668.
    """

    extent: Extent
    city: tuple[Line, ...] = field(default=(), repr=False)
    rings: tuple[Line, ...] = field(default=(), repr=False)
    lines: tuple[Line, ...] = field(default=(), repr=False)
    points: Line = field(default=(), repr=False)
    coverage: tuple[Line, ...] = field(default=(), repr=False)
    shown: int = 0
    total: int = 0


class LayerReader(Protocol):
    """地図データのファイルを読む人 (in exchange)."""

    def __call__(self, order: LayerOrder, progress: Progress) -> LayerFile: ...


@dataclass(frozen=True, slots=True)
class LayerTools:
    """地図データの道具: safe on a worker thread; each raises ``KnownProblem`` for what a person can mend."""

    read_layers: LayerReader = field(repr=False)
    describe: Callable[[Path, Progress], FileShapes] = field(repr=False)
    read_gazetteer: Callable[[Path], GazetteerFile] = field(repr=False)
    make_hazard_locator: Callable[[Sequence[tuple[MapLayer, Sequence[LayerFeature]]]], HazardLocator] = field(
        repr=False
    )
    #: Share of the city's box that a coverage holds, 0 to 1.
    city_share: Callable[[bytes], float] = field(repr=False)
    #: Features, coverage and outlines of 校区 (WKB) to what a small picture shows.
    make_picture: Callable[[Sequence[bytes], bytes | None, Sequence[bytes]], LayerPicture] = field(repr=False)
    wanted: Callable[[], tuple[WantedLayer, ...]] = field(repr=False)
    #: Called after layers changed, so that the next map shows it.
    ground_changed: Callable[[], None] = field(repr=False)
