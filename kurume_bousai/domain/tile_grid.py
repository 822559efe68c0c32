"""タイルの升目: which square of the web map holds a place; columns and rows from the north-west (XYZ)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

#: Latitude at which the square world of EPSG:3857 ends.
MOST_LAT: Final = 85.05112877980659
#: Half the width of the world in units of EPSG:3857.
HALF_WORLD: Final = 20037508.342789244
#: Beyond it a tile shows a few metres; no map of a town has more.
MOST_ZOOM: Final = 22


@dataclass(frozen=True, slots=True)
class TileBox:
    """升目の範囲 of one zoom: columns and rows, both ends included."""

    zoom: int
    first_column: int
    first_row: int
    last_column: int
    last_row: int

    @property
    def count(self) -> int:
        """How many tiles."""
        return (self.last_column - self.first_column + 1) * (self.last_row - self.first_row + 1)

    def places(self) -> Iterator[tuple[int, int]]:
        """Column and row of each tile, row by row from the north."""
        for row in range(self.first_row, self.last_row + 1):
            for column in range(self.first_column, self.last_column + 1):
                yield column, row


def column_of(lon: float, zoom: int) -> int:
    """Column of the tile that holds a longitude in degrees."""
    return _inside(math.floor((lon + 180.0) / 360.0 * (1 << zoom)), zoom)


def row_of(lat: float, zoom: int) -> int:
    """Row from the north of the tile that holds a latitude in degrees."""
    sine = math.sin(math.radians(max(-MOST_LAT, min(MOST_LAT, lat))))
    return _inside(math.floor((0.5 - math.atanh(sine) / (2 * math.pi)) * (1 << zoom)), zoom)


def _inside(index: int, zoom: int) -> int:
    return max(0, min((1 << zoom) - 1, index))


def box_of(west: float, south: float, east: float, north: float, zoom: int) -> TileBox:
    """The tiles of one zoom that touch a box in degrees."""
    return TileBox(
        zoom, column_of(west, zoom), row_of(north, zoom), column_of(east, zoom), row_of(south, zoom)
    )


def bounds_of(box: TileBox) -> tuple[float, float, float, float]:
    """West, south, east and north in degrees of a box of tiles."""
    size = 1 << box.zoom
    return (
        box.first_column / size * 360.0 - 180.0,
        _latitude((box.last_row + 1) / size),
        (box.last_column + 1) / size * 360.0 - 180.0,
        _latitude(box.first_row / size),
    )


def _latitude(share: float) -> float:
    """Latitude of a share of the world's height, 0 = the north edge."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * share))))


def flipped(row: int, zoom: int) -> int:
    """The row counted from the other end: MBTiles (TMS) counts from the south."""
    return (1 << zoom) - 1 - row


def tile_metres(lat: float, zoom: int) -> float:
    """Width of a tile in metres on the ground at a latitude."""
    return 2 * HALF_WORLD / (1 << zoom) * math.cos(math.radians(lat))
