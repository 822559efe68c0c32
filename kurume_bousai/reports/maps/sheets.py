"""紙の割り付け: which ground comes on which sheet. Metres of EPSG:6670, millimetres on paper, no drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kurume_bousai.domain.map_papers import SCALES as SCALES  # noqa: PLC0414 - with the other measures of sheets
from kurume_bousai.domain.map_papers import PaperSize
from kurume_bousai.reports.maps.canvas import Box

#: Width and height of the upright sheet in millimetres (JIS P 0138).
PAPER_MM: Final = {
    PaperSize.A4: (210.0, 297.0),
    PaperSize.A3: (297.0, 420.0),
    PaperSize.A1: (594.0, 841.0),
    PaperSize.A0: (841.0, 1189.0),
}
#: How much larger letters and signs are than on A4: a wall sheet is read from farther away.
UNIT: Final = {PaperSize.A4: 1.0, PaperSize.A3: 1.2, PaperSize.A1: 1.9, PaperSize.A0: 2.5}
#: For the overview of the whole city only.
_OVERVIEW_SCALES: Final = (
    *SCALES,
    30_000,
    40_000,
    50_000,
    75_000,
    100_000,
    125_000,
    150_000,
    200_000,
    250_000,
)
TILE_SCALE: Final = 2_500
#: Ground around a 校区, so that its border does not lie on the frame.
_MARGIN_MM: Final = 4.0
#: Millimetres that neighbouring sheets of a series and tiles have in common.
OVERLAP_MM: Final = 10.0
#: Blank edge of a tile: no office printer prints nearer to the edge than this.
TILE_EDGE_MM: Final = 12.0
_GRID_STEPS_M: Final = (50, 100, 200, 250, 500, 1000, 2000, 5000)
_GRID_LEAST_MM: Final = 38.0
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O, which are taken for 1 and 0


@dataclass(frozen=True, slots=True)
class Window:
    """地面の四角: west, south, east, north in metres of EPSG:6670."""

    west: float
    south: float
    east: float
    north: float

    @property
    def width_m(self) -> float:
        """From west to east."""
        return self.east - self.west

    @property
    def height_m(self) -> float:
        """From south to north."""
        return self.north - self.south

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The four as shapely takes them."""
        return self.west, self.south, self.east, self.north

    def grown(self, metres: float) -> Window:
        """Return the window larger by as much on each side."""
        return Window(self.west - metres, self.south - metres, self.east + metres, self.north + metres)

    def rounded(self, step: float) -> Window:
        """Return the window with its edges moved outward to whole multiples of ``step`` metres."""
        return Window(
            math.floor(self.west / step) * step,
            math.floor(self.south / step) * step,
            math.ceil(self.east / step) * step,
            math.ceil(self.north / step) * step,
        )

    def joined(self, other: Window) -> Window:
        """Return the smallest window that holds both."""
        return Window(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """格子: columns A, B, C … from the west, rows 1, 2, 3 … from the north, the same over all sheets."""

    west: float
    north: float
    step_m: float

    def column(self, index: int) -> str:
        """Return the letters of a column: A … Z, AA …"""
        first, second = divmod(index, len(_LETTERS))
        return (_LETTERS[first - 1] if first else "") + _LETTERS[second]

    def place(self, east: float, north: float) -> str:
        """Return the cell of a place, such as C4."""
        column = max(0, math.floor((east - self.west) / self.step_m))
        row = max(0, math.floor((self.north - north) / self.step_m))
        return f"{self.column(column)}{row + 1}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """一枚: its ground, and its column and row (from 0, from the north-west) in the whole."""

    window: Window
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Series:
    """一続きの紙: the sheets of one 校区 at one scale. ``frame`` is the map on the paper, in millimetres."""

    scale: int
    width: float
    height: float
    frame: Box
    sheets: tuple[Sheet, ...]
    columns: int
    rows: int
    whole: Window
    grid: Grid


def metres(millimetres: float, scale: int) -> float:
    """Return the length on the ground."""
    return millimetres * scale / 1000


def fitting_scale(ground: Window, frames: Sequence[Box], scales: Sequence[int] = SCALES) -> tuple[int, int]:
    """Return the largest scale at which the ground fits into one of the frames, and that frame's index.

    Where it fits into none, the smallest scale and the frame that shows most.
    """
    for scale in scales:
        for index, frame in enumerate(frames):
            if _sheets_needed(ground, frame, scale) == (1, 1):
                return scale, index
    return scales[-1], _fewest(ground, frames, scales[-1])


def overview_scale(ground: Window, frames: Sequence[Box]) -> tuple[int, int]:
    """Return a scale for one sheet of everything, however small."""
    return fitting_scale(ground, frames, _OVERVIEW_SCALES)


def _fewest(ground: Window, frames: Sequence[Box], scale: int) -> int:
    counts = [math.prod(_sheets_needed(ground, frame, scale)) for frame in frames]
    return counts.index(min(counts))


def _sheets_needed(ground: Window, frame: Box, scale: int) -> tuple[int, int]:
    around = 2 * metres(_MARGIN_MM, scale)
    return (
        _count(ground.width_m + around, metres(frame.width, scale), metres(OVERLAP_MM, scale)),
        _count(ground.height_m + around, metres(frame.height, scale), metres(OVERLAP_MM, scale)),
    )


def _count(wanted: float, one: float, overlap: float) -> int:
    return 1 if wanted <= one else math.ceil((wanted - overlap) / (one - overlap))


def series(ground: Window, paper: PaperSize, scale: int | None, frames: Sequence[Box]) -> Series:
    """Lay a piece of ground on as few sheets as it needs, centred.

    ``frames``: the map on the upright and on the lying sheet. Neighbours share at least 10 mm.
    """
    if scale is None:
        scale, turned = fitting_scale(ground, frames)
    else:
        turned = _fewest(ground, frames, scale)
    short, long = PAPER_MM[paper]
    width, height = (long, short) if turned else (short, long)
    frame = frames[turned]
    columns, rows = _sheets_needed(ground, frame, scale)
    return _laid(ground, scale, (width, height), frame, (columns, rows), exact=False)


def tiles(ground: Window, paper: PaperSize, scale: int | None) -> Series:
    """Cut a piece of ground into tiles that are glued: every neighbour shares exactly 10 mm."""
    scale = scale or TILE_SCALE
    short, long = PAPER_MM[paper]
    frames = [
        Box(TILE_EDGE_MM, TILE_EDGE_MM, width - 2 * TILE_EDGE_MM, height - 2 * TILE_EDGE_MM)
        for width, height in ((short, long), (long, short))
    ]
    turned = _fewest(ground, frames, scale)
    width, height = (long, short) if turned else (short, long)
    counts = _sheets_needed(ground, frames[turned], scale)
    return _laid(ground, scale, (width, height), frames[turned], counts, exact=True)


def _laid(
    ground: Window,
    scale: int,
    paper: tuple[float, float],
    frame: Box,
    counts: tuple[int, int],
    *,
    exact: bool,
) -> Series:
    columns, rows = counts
    wide, high = metres(frame.width, scale), metres(frame.height, scale)
    overlap = metres(OVERLAP_MM, scale)
    around = 2 * metres(_MARGIN_MM, scale)
    step_x = _step(ground.width_m + around, wide, overlap, columns, exact=exact)
    step_y = _step(ground.height_m + around, high, overlap, rows, exact=exact)
    whole_wide, whole_high = wide + step_x * (columns - 1), high + step_y * (rows - 1)
    west = (ground.west + ground.east - whole_wide) / 2
    north = (ground.south + ground.north + whole_high) / 2
    sheets = tuple(
        Sheet(_window(west + step_x * column, north - step_y * row, wide, high), column, row)
        for row in range(rows)
        for column in range(columns)
    )
    whole = _window(west, north, whole_wide, whole_high)
    grid = _grid(whole, scale)
    return Series(scale, *paper, frame, sheets, columns, rows, whole, grid)


def _step(wanted: float, one: float, overlap: float, count: int, *, exact: bool) -> float:
    """How far the next sheet lies: tiles share exactly the overlap, sheets of a series spread the rest."""
    if count == 1:
        return 0.0
    return one - overlap if exact else (wanted - one) / (count - 1)


def _window(west: float, north: float, wide: float, high: float) -> Window:
    return Window(west, north - high, west + wide, north)


def _grid(whole: Window, scale: int) -> Grid:
    step = next((one for one in _GRID_STEPS_M if one * 1000 / scale >= _GRID_LEAST_MM), _GRID_STEPS_M[-1])
    return Grid(math.floor(whole.west / step) * step, math.ceil(whole.north / step) * step, step)
