"""紙の上に描く: one page in millimetres from its lower left corner, as operators of PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import shapely

from kurume_bousai.reports.maps.font import MapFont

Array = npt.NDArray[np.float64]
#: Coordinates of paths: a hundredth of a millimetre, finer than a printer's dot.
_POINT: Final = "%.2f %.2f"
Anchor = Literal["left", "middle", "right"]
#: Slopes of a hatch.
RISING: Final = 1
FALLING: Final = -1
ACROSS: Final = 0
DOWN: Final = 2


@dataclass(frozen=True, slots=True)
class Box:
    """四角 on the paper, in millimetres: lower left corner, width and height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """X of the right edge."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """Y of the upper edge."""
        return self.y + self.height

    def inset(self, by: float) -> Box:
        """Return the box smaller by ``by`` on each side (larger where negative)."""
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)

    def meets(self, other: Box) -> bool:
        """Whether the two have some ground in common."""
        return self.x < other.right and other.x < self.right and self.y < other.top and other.y < self.top

    def within(self, other: Box) -> Box:
        """Return the box moved as little as needed to lie inside another."""
        x = min(max(self.x, other.x), other.right - self.width)
        y = min(max(self.y, other.y), other.top - self.height)
        return Box(x, y, self.width, self.height)

    def holds(self, other: Box) -> bool:
        """Whether ``other`` lies inside."""
        return self.x <= other.x and other.right <= self.right and self.y <= other.y and other.top <= self.top


@dataclass(frozen=True, slots=True)
class Pen:
    """線: colour, width in millimetres, and dashes in millimetres."""

    colour: str
    width: float
    dash: tuple[float, ...] = ()


class Canvas:
    """一枚の紙. ``content`` is what goes into the page; ``pictures`` are the names it draws."""

    def __init__(self, width: float, height: float, font: MapFont) -> None:
        self.width = width
        self.height = height
        self.font = font
        self.pictures: set[str] = set()
        self._parts: list[str] = []
        self._alphas: set[int] = set()

    @property
    def alphas(self) -> frozenset[int]:
        """Opacities used, in percent: each needs a graphics state of the document."""
        return frozenset(self._alphas)

    def content(self) -> bytes:
        """Return the operators of the page, whose unit is the millimetre."""
        return ("2.834645669 0 0 2.834645669 0 0 cm\n1 j\n" + "\n".join(self._parts)).encode("ascii")

    # -- state ---------------------------------------------------------------------------------

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Whatever is set inside is forgotten after."""
        self._parts.append("q")
        yield
        self._parts.append("Q")

    @contextmanager
    def clipped(self, box: Box) -> Iterator[None]:
        """Nothing inside is drawn beyond the box."""
        with self.kept():
            self._parts.append(f"{_box(box)} re W n")
            yield

    def move(self, x: float, y: float) -> None:
        """Let what follows be drawn farther right and up, to the end of ``kept``."""
        self._parts.append(f"1 0 0 1 {x:.4f} {y:.4f} cm")

    def opacity(self, percent: int) -> None:
        """Let what follows shine through; back to 100 or to the end of ``kept``."""
        self._alphas.add(percent)
        self._parts.append(f"/A{percent} gs")

    def fill(self, colour: str) -> None:
        """Set the colour of faces and letters."""
        self._parts.append(f"{_colour(colour)} rg")

    def pen(self, pen: Pen) -> None:
        """Set the line."""
        dash = " ".join(f"{part:.2f}" for part in pen.dash)
        self._parts.append(f"{_colour(pen.colour)} RG {pen.width:.3f} w [{dash}] 0 d")

    # -- shapes --------------------------------------------------------------------------------

    def box(self, box: Box, *, fill: str | None = None, pen: Pen | None = None) -> None:
        """Draw a rectangle."""
        self._begin(fill, pen)
        self._parts.append(f"{_box(box)} re {_paint(fill, pen)}")

    def line(self, *corners: tuple[float, float], pen: Pen) -> None:
        """Draw a line through the corners."""
        self.pen(pen)
        self._parts.append(f"{_path(np.asarray(corners, dtype=np.float64))}S")

    def corners(
        self, corners: Sequence[tuple[float, float]], *, fill: str | None = None, pen: Pen | None = None
    ) -> None:
        """Draw a closed shape."""
        self._begin(fill, pen)
        self._parts.append(f"{_path(np.asarray(corners, dtype=np.float64))}h {_paint(fill, pen)}")

    def disc(
        self, x: float, y: float, radius: float, *, fill: str | None = None, pen: Pen | None = None
    ) -> None:
        """Draw a circle, of four curves."""
        self._begin(fill, pen)
        bend = 0.5523 * radius
        curves = (
            (radius, bend, bend, radius, 0, radius),
            (-bend, radius, -radius, bend, -radius, 0),
            (-radius, -bend, -bend, -radius, 0, -radius),
            (bend, -radius, radius, -bend, radius, 0),
        )
        parts = [f"{x + radius:.3f} {y:.3f} m"]
        for curve in curves:
            ends = " ".join(f"{value + (x, y)[index % 2]:.3f}" for index, value in enumerate(curve))
            parts.append(f"{ends} c")
        self._parts.append(f"{' '.join(parts)} h {_paint(fill, pen)}")

    def shapes(self, geometry: Any, *, fill: str | None = None, pen: Pen | None = None) -> None:  # noqa: ANN401 - shapely carries no types
        """Draw shapely shapes whose coordinates are millimetres; where faces overlap, both are painted."""
        path = shape_path(geometry)
        if path:
            self._begin(fill, pen)
            self._parts.append(f"{path}{_paint(fill, pen)}")

    def hatch(self, geometry: Any, pen: Pen, step: float, slopes: Iterable[int]) -> None:  # noqa: ANN401 - as above
        """Fill shapes with lines ``step`` millimetres apart, of slopes such as ``RISING``."""
        path = shape_path(geometry)
        if not path:
            return
        west, south, east, north = (float(value) for value in shapely.total_bounds(geometry))
        with self.kept():
            self._parts.append(f"{path}W n")
            self.pen(pen)
            for slope in slopes:
                self._parts.append(_hatch_lines((west, south, east, north), step, slope))

    def picture(self, name: str, affine: tuple[float, float, float, float, float, float]) -> None:
        """Draw a picture of the document by its matrix, in millimetres."""
        self.pictures.add(name)
        with self.kept():
            numbers = " ".join(f"{value:.5f}" for value in affine)
            self._parts.append(f"{numbers} cm /{name} Do")

    # -- text ----------------------------------------------------------------------------------

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        colour: str = "#000000",
        anchor: Anchor = "left",
    ) -> float:
        """Write a line of text with its base at ``y``; returns its length. ``size`` in millimetres."""
        length = self.font.width(text, size)
        start = x - {"left": 0.0, "middle": length / 2, "right": length}[anchor]
        glyphs = self.font.encode(text)
        self._parts.append(
            f"BT {_colour(colour)} rg /F1 {size:.3f} Tf {start:.3f} {y:.3f} Td <{glyphs}> Tj ET"
        )
        return length

    def _begin(self, fill: str | None, pen: Pen | None) -> None:
        if fill is not None:
            self.fill(fill)
        if pen is not None:
            self.pen(pen)


def _box(box: Box) -> str:
    return f"{box.x:.4f} {box.y:.4f} {box.width:.4f} {box.height:.4f}"


def _colour(colour: str) -> str:
    return " ".join(f"{int(colour[start : start + 2], 16) / 255:.3f}" for start in (1, 3, 5))


def _paint(fill: str | None, pen: Pen | None) -> str:
    if fill is not None and pen is not None:
        return "B"
    return "f" if fill is not None else "S" if pen is not None else "n"


def _path(corners: Array) -> str:
    first = _POINT % (corners[0, 0], corners[0, 1])
    rest = (f"{_POINT} l\n" * (len(corners) - 1)) % tuple(corners[1:].ravel().tolist())
    return f"{first} m\n{rest}"


def shape_path(geometry: Any) -> str:  # noqa: ANN401 - shapely carries no types
    """Return the path of polygons and lines; points and empty shapes give nothing.

    Outer rings and holes turn opposite ways, for filling by the nonzero rule: zones of two rivers that lie on
    each other stay filled, which the even-odd rule would leave white.
    """
    parts = shapely.get_parts(shapely.get_parts(np.atleast_1d(geometry)))
    kinds = shapely.get_type_id(parts)
    rings = shapely.get_rings(shapely.orient_polygons(parts[kinds == shapely.GeometryType.POLYGON]))
    lines = parts[(kinds == shapely.GeometryType.LINESTRING) | (kinds == shapely.GeometryType.LINEARRING)]
    pieces = []
    for one in rings:
        corners = shapely.get_coordinates(one)
        if len(corners) > 3:
            pieces.append(f"{_path(corners[:-1])}h\n")
    for one in lines:
        corners = shapely.get_coordinates(one)
        if len(corners) > 1:
            pieces.append(_path(corners))
    return "".join(pieces)


def _hatch_lines(bounds: tuple[float, float, float, float], step: float, slope: int) -> str:
    """Lines over the bounds, at places that are the same for every shape of the page."""
    west, south, east, north = bounds
    low, high = {
        RISING: (west - north, east - south),
        FALLING: (west + south, east + north),
        ACROSS: (south, north),
        DOWN: (west, east),
    }[slope]
    parts = []
    for index in range(int(low // step), int(high // step) + 2):
        at = index * step
        if slope == RISING:
            parts.append(f"{at + south:.2f} {south:.2f} m {at + north:.2f} {north:.2f} l")
        elif slope == FALLING:
            parts.append(f"{at - south:.2f} {south:.2f} m {at - north:.2f} {north:.2f} l")
        elif slope == ACROSS:
            parts.append(f"{west:.2f} {at:.2f} m {east:.2f} {at:.2f} l")
        else:
            parts.append(f"{at:.2f} {south:.2f} m {at:.2f} {north:.2f} l")
    return " ".join(parts) + " S"
