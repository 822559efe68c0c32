"""タイルに切る: a picture that lies on the ground in a known system becomes squares of the web map.

The finest squares are drawn from the picture, each coarser one from its four children, so that no line is
lost on the way.  Outside of the picture everything is transparent.
"""

from __future__ import annotations

import io
import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image
from pyproj import Transformer

from kurume_bousai.domain.coordinates import CRS_STORED
from kurume_bousai.domain.tile_grid import HALF_WORLD, TileBox, box_of
from kurume_bousai.domain.tile_packs import Tile
from kurume_bousai.geo.crs import from_web_mercator, to_web_mercator

Array = npt.NDArray[np.float64]
#: ``x = a·column + b·row + c`` by rows; pixels count from the top left corner of the picture.
Affine = tuple[tuple[float, float, float], tuple[float, float, float]]

WEB_MERCATOR: Final = 3857
#: Systems of degrees that are equal at the precision of a picture.
DEGREES: Final = frozenset({4326, 6668, 4612})
#: JGD2011 / Plane Rectangular CS I–XIX, and the same of JGD2000 (a few centimetres apart here).
PLANES: Final = range(6669, 6688)
OLD_PLANES: Final = range(2443, 2462)

TILE_PX: Final = 256
#: Most tiles of the finest zoom: an A0 sheet at 300 dpi has some 2,200.
MOST_FINEST: Final = 20_000
_MOST_ZOOM: Final = 20
_LEAST_ZOOM: Final = 8
#: Pixels between two places at which the systems are computed exactly; straight lines in between.
_CELL_PX: Final = 32
#: Distinct colours of a sample above which a picture is a photograph or a scan.
_PHOTO_COLOURS: Final = 8_000
_SAMPLE_PX: Final = 256


@dataclass(frozen=True, slots=True)
class GroundPicture:
    """地面に置いた図. ``matrix`` leads from pixels to the plane (or degrees) of ``epsg``."""

    picture: Image.Image = field(repr=False)
    matrix: Affine
    epsg: int


@dataclass(frozen=True, slots=True)
class TilePlan:
    """切り方: ground in degrees, zooms, and how many tiles at most. ``is_coarser`` = made smaller to fit."""

    west: float
    south: float
    east: float
    north: float
    min_zoom: int
    max_zoom: int
    tile_count: int
    is_photo: bool
    is_coarser: bool = False


def on_web_map(picture: Image.Image, west: float, south: float, east: float, north: float) -> GroundPicture:
    """A picture that lies north-up in Web Mercator between bounds in degrees."""
    x, y = to_web_mercator([west, east], [south, north])
    wide, high = float(x[1] - x[0]) / picture.width, float(y[1] - y[0]) / picture.height
    return GroundPicture(picture, ((wide, 0.0, float(x[0])), (0.0, -high, float(y[1]))), WEB_MERCATOR)


def known_system(epsg: int) -> int | None:
    """The number under which a system is computed here; None = not supported."""
    if epsg in DEGREES:
        return 6668
    if epsg in OLD_PLANES:
        return epsg - OLD_PLANES.start + PLANES.start
    return epsg if epsg in PLANES or epsg == WEB_MERCATOR else None


def plan_tiles(ground: GroundPicture) -> TilePlan:
    """How a picture would be cut: as fine as its own pixels."""
    west, south, east, north = _bounds(ground)
    lowest, highest = _zooms(ground, (west, south, east, north))
    wanted = highest
    while box_of(west, south, east, north, highest).count > MOST_FINEST:
        highest -= 1
    lowest = min(lowest, highest)
    count = sum(box_of(west, south, east, north, zoom).count for zoom in range(lowest, highest + 1))
    photo = _is_photo(ground.picture)
    return TilePlan(west, south, east, north, lowest, highest, count, photo, is_coarser=highest < wanted)


def cut_tiles(ground: GroundPicture, plan: TilePlan) -> Iterator[Tile]:
    """Every tile that shows something, the finer before the coarser above them."""
    cutter = _Cutter(ground, plan)
    top = box_of(plan.west, plan.south, plan.east, plan.north, plan.min_zoom)
    for column, row in top.places():
        yield from cutter.tile(plan.min_zoom, column, row)


def _bounds(ground: GroundPicture) -> tuple[float, float, float, float]:
    """Degrees of the edges; along the edges, because a straight edge is a curve in another system."""
    width, height = ground.picture.size
    share = np.linspace(0.0, 1.0, 33)
    zero, one = np.zeros(33), np.ones(33)
    x = np.concatenate([share, share, zero, one]) * width
    y = np.concatenate([zero, one, share, share]) * height
    lon, lat = _degrees(ground, x, y)
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


def _degrees(ground: GroundPicture, x_px: Array, y_px: Array) -> tuple[Array, Array]:
    (a, b, c), (d, e, f) = ground.matrix
    x, y = a * x_px + b * y_px + c, d * x_px + e * y_px + f
    if ground.epsg == WEB_MERCATOR:
        return from_web_mercator(x, y)
    if ground.epsg in PLANES:
        lon, lat = _transformer(ground.epsg).transform(x, y, direction="INVERSE")
        return np.asarray(lon), np.asarray(lat)
    return x, y


@lru_cache(maxsize=4)
def _transformer(epsg: int) -> Transformer:
    # Both are JGD2011: no grid file is needed and nothing is fetched.
    return Transformer.from_crs(CRS_STORED, f"EPSG:{epsg}", always_xy=True)


def _zooms(ground: GroundPicture, bounds: tuple[float, float, float, float]) -> tuple[int, int]:
    x, y = to_web_mercator([bounds[0], bounds[2]], [bounds[1], bounds[3]])
    wide, high = float(x[1] - x[0]), float(y[1] - y[0])
    unit = math.sqrt(wide * high / (ground.picture.width * ground.picture.height))
    world_px = 2 * HALF_WORLD / TILE_PX
    # Never finer than a half step beyond the picture's own pixels.
    highest = math.ceil(math.log2(world_px / unit) - 0.5)
    lowest = math.floor(math.log2(world_px * TILE_PX / max(wide, high)))
    highest = max(_LEAST_ZOOM, min(_MOST_ZOOM, highest))
    return max(_LEAST_ZOOM, min(lowest, highest)), highest


def _is_photo(picture: Image.Image) -> bool:
    sample = picture.convert("RGB").resize((_SAMPLE_PX, _SAMPLE_PX), Image.Resampling.NEAREST)
    return sample.getcolors(_PHOTO_COLOURS) is None


class _Cutter:
    """切る人: one picture, asked for one square after the other."""

    def __init__(self, ground: GroundPicture, plan: TilePlan) -> None:
        self._ground = ground
        self._plan = plan
        # With colours multiplied by their opacity, an edge keeps its colour when pixels are mixed.
        self._picture = ground.picture.convert("RGBA").convert("RGBa")
        (a, b, c), (d, e, f) = ground.matrix
        self._inverse = np.linalg.inv(np.array([[a, b], [d, e]]))
        self._offset = np.array([c, f])
        self._boxes = {
            zoom: box_of(plan.west, plan.south, plan.east, plan.north, zoom)
            for zoom in range(plan.min_zoom, plan.max_zoom + 1)
        }

    def tile(self, zoom: int, column: int, row: int) -> Generator[Tile, None, Image.Image | None]:
        """Yield the square's descendants and itself; returns its picture, None where it shows nothing."""
        if not _holds(self._boxes[zoom], column, row):
            return None
        drawn: Image.Image | None
        if zoom == self._plan.max_zoom:
            drawn = self._drawn(zoom, column, row)
        else:
            drawn = yield from self._joined(zoom, column, row)
        if drawn is None or drawn.getchannel("a").getextrema()[1] == 0:
            return None
        yield Tile(zoom, column, row, self._encoded(drawn))
        return drawn

    def _joined(self, zoom: int, column: int, row: int) -> Generator[Tile, None, Image.Image | None]:
        whole = Image.new("RGBa", (2 * TILE_PX, 2 * TILE_PX))
        is_empty = True
        for down in (0, 1):
            for right in (0, 1):
                child = yield from self.tile(zoom + 1, 2 * column + right, 2 * row + down)
                if child is not None:
                    is_empty = False
                    whole.paste(child, (right * TILE_PX, down * TILE_PX))
        return None if is_empty else whole.reduce(2)

    def _drawn(self, zoom: int, column: int, row: int) -> Image.Image:
        steps = np.arange(0, TILE_PX + 1, _CELL_PX, dtype=np.float64)
        x_px, y_px = self._source(zoom, column, row, steps)
        mesh = []
        for down in range(len(steps) - 1):
            for right in range(len(steps) - 1):
                corners = ((down, right), (down + 1, right), (down + 1, right + 1), (down, right + 1))
                quad = tuple(float(one[at]) for at in corners for one in (x_px, y_px))
                left, top = int(steps[right]), int(steps[down])
                mesh.append(((left, top, left + _CELL_PX, top + _CELL_PX), quad))
        return self._picture.transform(
            (TILE_PX, TILE_PX), Image.Transform.MESH, mesh, resample=Image.Resampling.BILINEAR
        )

    def _source(self, zoom: int, column: int, row: int, steps: Array) -> tuple[Array, Array]:
        """Pixels of the picture under a grid of a square; arrays of shape (rows, columns)."""
        unit = 2 * HALF_WORLD / 2**zoom / TILE_PX
        x = -HALF_WORLD + (column * TILE_PX + steps) * unit
        y = HALF_WORLD - (row * TILE_PX + steps) * unit
        across, down = np.meshgrid(x, y)
        plane = np.stack(self._plane(across.ravel(), down.ravel()))
        pixels = self._inverse @ (plane - self._offset[:, None])
        shape = (len(steps), len(steps))
        return pixels[0].reshape(shape), pixels[1].reshape(shape)

    def _plane(self, x: Array, y: Array) -> tuple[Array, Array]:
        if self._ground.epsg == WEB_MERCATOR:
            return x, y
        lon, lat = from_web_mercator(x, y)
        if self._ground.epsg not in PLANES:
            return lon, lat
        east, north = _transformer(self._ground.epsg).transform(lon, lat)
        return np.asarray(east), np.asarray(north)

    def _encoded(self, drawn: Image.Image) -> bytes:
        made = drawn.convert("RGBA")
        is_opaque = made.getchannel("A").getextrema()[0] == 255
        kept = io.BytesIO()
        if is_opaque and self._plan.is_photo:
            made.convert("RGB").save(kept, "JPEG", quality=90, subsampling=0)
        else:
            (made.convert("RGB") if is_opaque else made).save(kept, "PNG")
        return kept.getvalue()


def _holds(box: TileBox, column: int, row: int) -> bool:
    return box.first_column <= column <= box.last_column and box.first_row <= row <= box.last_row
