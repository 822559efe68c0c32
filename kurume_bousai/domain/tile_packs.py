"""タイルの背景: a set of map pictures, cut into squares, as it is registered in the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NewType

TilePackId = NewType("TilePackId", str)

#: Pictures a tile may be, by media type.
TILE_MEDIA: Final = ("image/png", "image/jpeg", "image/webp")
MOST_TITLE: Final = 60
MOST_CREDIT: Final = 400


@dataclass(frozen=True, slots=True)
class Tile:
    """タイル: one picture; column and row from the north-west (XYZ)."""

    zoom: int
    column: int
    row: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TileFacts:
    """タイルの中身: what a set of tiles says of itself and what was counted in it.

    Bounds in degrees of EPSG:4326. ``media_type`` is the commonest of its tiles. ``source`` is the name of
    the file it came from. ``size_bytes`` counts the pictures; 0 = not known before they are made.
    """

    title: str
    west: float
    south: float
    east: float
    north: float
    min_zoom: int
    max_zoom: int
    tile_count: int
    media_type: str
    size_bytes: int = 0
    attribution: str = ""
    licence: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class TilePack:
    """タイルの背景 as registered. ``sha256`` names its file; ``size_bytes`` is the size of that file."""

    pack_id: TilePackId
    title: str
    sha256: str
    west: float
    south: float
    east: float
    north: float
    min_zoom: int
    max_zoom: int
    tile_count: int
    media_type: str
    size_bytes: int
    attribution: str
    licence: str
    source: str
    added_at: datetime
    added_by: str

    @property
    def facts(self) -> TileFacts:
        """What its file says of itself; the size is that of the file."""
        return TileFacts(
            self.title,
            self.west,
            self.south,
            self.east,
            self.north,
            self.min_zoom,
            self.max_zoom,
            self.tile_count,
            self.media_type,
            self.size_bytes,
            self.attribution,
            self.licence,
            self.source,
        )
