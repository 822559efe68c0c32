"""地図を描く: what lies in a sheet's window, from the faces at the bottom to the signs on top."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import shapely

from kurume_bousai.reports.maps import inks
from kurume_bousai.reports.maps.canvas import Box, Canvas, Pen
from kurume_bousai.reports.maps.ground import Ground, Place
from kurume_bousai.reports.maps.inks import Ink
from kurume_bousai.reports.maps.labelling import Labels
from kurume_bousai.reports.maps.layer import Layer
from kurume_bousai.reports.maps.reach_drawing import GOAL_MM, draw_reach
from kurume_bousai.reports.maps.view import MapView as MapView  # noqa: PLC0414 - what a page is drawn with

#: Side of the cell to which 記号 blurs a home (RULEBOOK §1).
_CELL_M: Final = 100.0
#: A corner of a neighbouring 校区 smaller than this is not named, in square millimetres.
_LEAST_NAMED_MM2: Final = 144.0
#: How far room is sought for a number, in rings of its own size.
_MOST_RINGS: Final = 40
#: Below this on paper a cell is too small to be framed.
_LEAST_CELL_MM: Final = 6.0
#: Where a square stands whose own place is taken, in sides of a square.
_NEIGHBOURING: Final = (
    (0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1),
    (0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1), (2, 0), (-2, 0), (0, 2), (0, -2),
)  # fmt: skip
#: What the legend calls the numbers of people.
PEOPLE_WORDS: Final = "要支援者の番号と記号"
THIS_BORDER: Final = "この図の校区の境"
ROUGH_BORDER: Final = "破線の境は概略(計算)"
#: Names of schools and the like only where there is room (1 : N).
_NAMES_OF_OTHERS: Final = 5_000


def _nothing(_canvas: Canvas, _view: MapView, _labels: Labels) -> None:
    """Draw nothing more."""


@dataclass(slots=True)
class Drawn:
    """描いたもの: words of the signs that are on the page, for its legend.

    ``unnamed`` are names that found no room, with their cell, for the foot of the sheet.
    """

    unnamed: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)


def draw_map(
    canvas: Canvas,
    ground: Ground,
    view: MapView,
    before_names: Callable[[Canvas, MapView, Labels], None] = _nothing,
) -> Drawn:
    """Draw everything into the frame; ``before_names`` draws what no name may lie on."""
    drawn = Drawn()
    labels = Labels(canvas, view.frame)
    with canvas.clipped(view.seen):
        _pictures(canvas, ground, view)
        for layer in ground.zones:
            _layer(canvas, view, layer, drawn)
        _grid_lines(canvas, view)
        for layer in ground.lines:
            _layer(canvas, view, layer, drawn)
        if ground.reach is not None:
            drawn.words |= draw_reach(canvas, view, ground.reach, labels)
        drawn.words |= _borders(canvas, ground, view)
        before_names(canvas, view, labels)
        squares = _squares(canvas, ground, view, labels)
        drawn.words |= {place.letter for place, _, _ in squares}
        if _people(canvas, ground, view, labels):
            drawn.words.add(PEOPLE_WORDS)
        around = square_size(view) / 2
        # A shelter that is a goal stands inside a ring: names begin beyond it.
        _names(view, labels, squares, drawn, max(around, GOAL_MM * view.unit) if ground.reach else around)
        _district_names(ground, view, labels, drawn)
        labels.write()
    return drawn


def _layer(canvas: Canvas, view: MapView, layer: Layer, drawn: Drawn) -> None:
    shapes = view.cut(layer)
    if len(shapes):
        drawn.words.add(layer.ink.words)
        paint(canvas, shapes, layer.ink)


def paint(canvas: Canvas, shapes: Any, ink: Ink) -> None:  # noqa: ANN401 - shapely carries no types
    """Draw shapes on the paper with an ink."""
    if not len(shapes):
        return
    if ink.fill is not None:
        with canvas.kept():
            if ink.opacity < 100:
                canvas.opacity(ink.opacity)
            canvas.shapes(shapes, fill=ink.fill)
    if ink.hatch is not None:
        canvas.hatch(shapes, ink.hatch, ink.step, ink.slopes)
    if ink.pen is not None:
        canvas.shapes(shapes, pen=ink.pen)


def _pictures(canvas: Canvas, ground: Ground, view: MapView) -> None:
    factor = 1000 / view.scale
    for picture in ground.pictures:
        box = picture.window
        if box.east < view.part.west or box.west > view.part.east:
            continue
        if box.north < view.part.south or box.south > view.part.north:
            continue
        a, b, c, d, east, north = picture.matrix
        x, y = view.place(east, north)
        canvas.picture(picture.name, (a * factor, b * factor, c * factor, d * factor, x, y))


def _grid_lines(canvas: Canvas, view: MapView) -> None:
    for east in grid_lines(view.window.west, view.window.east, view.grid.west, view.grid.step_m):
        x, _ = view.place(east, view.window.south)
        canvas.line((x, view.frame.y), (x, view.frame.top), pen=inks.GRID)
    for north in grid_lines(view.window.south, view.window.north, view.grid.north, view.grid.step_m):
        _, y = view.place(view.window.west, north)
        canvas.line((view.frame.x, y), (view.frame.right, y), pen=inks.GRID)


def grid_lines(low: float, high: float, start: float, step: float) -> list[float]:
    """Return the lines of the grid between two values."""
    first, last = math.ceil((low - start) / step), math.floor((high - start) / step)
    return [start + index * step for index in range(first, last + 1)]


def _borders(canvas: Canvas, ground: Ground, view: MapView) -> set[str]:
    wide = view.unit**0.5
    neighbour = Pen(inks.NEIGHBOUR.colour, inks.NEIGHBOUR.width * wide)
    canvas.shapes(view.cut(ground.borders), pen=neighbour)
    dashed = view.cut(ground.dashed_borders)
    canvas.shapes(dashed, pen=Pen(neighbour.colour, neighbour.width, inks.DASH))
    found = {ROUGH_BORDER} if len(dashed) else set()
    for district in ground.districts:
        if district.district_id == view.district_id:
            shape = view.cut(Layer(Ink(""), [district.shape]))
            dash = inks.DASH if district.is_approximate else ()
            canvas.shapes(shape, pen=Pen(inks.PAPER, (inks.BORDER.width + 0.7) * wide))
            canvas.shapes(shape, pen=Pen(inks.BORDER.colour, inks.BORDER.width * wide, dash))
            if len(shape):
                found.add(THIS_BORDER)
    return found


# ---------------------------------------------------------------- squares and their names
def _squares(
    canvas: Canvas, ground: Ground, view: MapView, labels: Labels
) -> list[tuple[Place, float, float]]:
    size = square_size(view)
    found = []
    taken: list[Box] = []
    for place in sorted(ground.places, key=lambda one: one.rank):
        x, y = view.place(place.east, place.north)
        if not view.frame.holds(Box(x, y, 0, 0)):
            continue
        box = _free_square(x, y, size, taken).within(view.frame.inset(0.3))
        middle = (box.x + size / 2, box.y + size / 2)
        if math.dist(middle, (x, y)) > size / 2:
            canvas.line((x, y), middle, pen=Pen(inks.INK, 0.2))
        taken.append(box)
        labels.block(box)
        found.append((place, *middle))
    for place, x, y in found:
        draw_square(canvas, place.letter, x, y, size, is_open=place.is_open_square)
    return found


def _free_square(x: float, y: float, size: float, taken: Sequence[Box]) -> Box:
    """One building is often 避 and 緊 and 福: its squares stand side by side, none hides another."""
    step = size * 1.06
    for across, up in _NEIGHBOURING:
        box = Box(x - size / 2 + across * step, y - size / 2 + up * step, size, size)
        if not any(box.meets(other) for other in taken):
            return box
    return Box(x - size / 2, y - size / 2, size, size)


def square_size(view: MapView) -> float:
    """Return the side of a place's square, smaller on a map of the whole city."""
    return (4.2 if view.scale <= 25_000 else 2.4) * view.unit


def draw_square(canvas: Canvas, letter: str, x: float, y: float, size: float, *, is_open: bool) -> None:
    """Draw a place: dark with a light letter, or open with a dark one."""
    box = Box(x - size / 2, y - size / 2, size, size)
    canvas.box(box.inset(-0.18 * size / 4), fill=inks.PAPER)
    ink = inks.INK if is_open else inks.PAPER
    canvas.box(box, fill=inks.PAPER if is_open else inks.INK, pen=Pen(inks.INK, 0.06 * size))
    canvas.text(x, y - size * 0.27, letter, size * 0.74, colour=ink, anchor="middle")


def _names(
    view: MapView,
    labels: Labels,
    squares: Sequence[tuple[Place, float, float]],
    drawn: Drawn,
    around: float,
) -> None:
    if view.scale > 25_000:
        return
    size = 2.7 * view.unit
    inside = view.seen
    near = 2.5 * square_size(view)
    written: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for place, x, y in sorted(squares, key=lambda one: (one[0].rank, one[0].north)):
        if not place.name or (place.is_open_square and view.scale > _NAMES_OF_OTHERS):
            continue
        if any(math.dist((x, y), other) < near for other in written[place.name]):
            continue  # the same building under another letter, just beside
        written[place.name].append((x, y))
        if labels.add(place.name, x, y, around, size) or place.is_open_square:
            continue
        if inside.holds(Box(x, y, 0, 0)):
            drawn.unnamed.append(f"{place.letter} {place.name}({view.grid.place(place.east, place.north)})")


def _district_names(ground: Ground, view: MapView, labels: Labels, drawn: Drawn) -> None:
    if view.names_districts:
        for district in ground.districts:
            x, y = view.place(*_inside(district.shape))
            if not labels.add_centred(district.name, x, y, 2.4 * view.unit, colour=inks.INK):
                drawn.unnamed.append(district.name)
        return
    window = shapely.box(*view.window.bounds)
    for district in ground.districts:
        if district.district_id == view.district_id:
            continue
        seen = shapely.intersection(district.shape, window)
        if shapely.area(seen) * (1000 / view.scale) ** 2 < _LEAST_NAMED_MM2:
            continue
        x, y = view.place(*_inside(seen))
        labels.add_centred(f"{district.name}校区", x, y, 3.4 * view.unit, colour=inks.QUIET)


def _inside(shape: Any) -> tuple[float, float]:  # noqa: ANN401 - shapely carries no types
    point = shapely.point_on_surface(shape)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


# ---------------------------------------------------------------- people
def _people(canvas: Canvas, ground: Ground, view: MapView, labels: Labels) -> bool:
    """Write the numbers near the middles of their cells; none lies on another or on a square."""
    if view.district_id is None or ground.people_district != view.district_id:
        return False
    side = _CELL_M * 1000 / view.scale
    high = 4.1 * view.unit
    badges: list[tuple[str, Box]] = []
    people = [one for one in ground.people if view.association in ("", one.association)]
    for person in sorted(people, key=lambda one: (-one.north, one.east, one.words)):
        x, y = view.place(person.east, person.north)
        if not view.frame.meets(Box(x - side / 2, y - side / 2, side, side)):
            continue
        if side >= _LEAST_CELL_MM:
            canvas.box(Box(x - side / 2, y - side / 2, side, side), pen=Pen("#7A7A7A", 0.15, (0.8, 0.6)))
        wide = canvas.font.width(person.words, 3.1 * view.unit) + 1.5 * view.unit
        seat = _free_seat(x, y, (wide, high), view, labels)
        labels.block(seat.inset(-0.15))
        if not seat.holds(Box(x, y, 0, 0)):
            canvas.disc(x, y, 0.35 * view.unit, fill=inks.INK)
            canvas.line((x, y), (seat.x + wide / 2, seat.y + high / 2), pen=Pen(inks.INK, 0.2))
        badges.append((person.words, seat))
    for words, seat in badges:
        _badge(canvas, words, seat, view)
    return bool(badges)


def _free_seat(x: float, y: float, size: tuple[float, float], view: MapView, labels: Labels) -> Box:
    """The free room nearest to a cell's middle: nobody's number is hidden, however many live there."""
    wide, high = size
    inside = view.frame.inset(0.4)
    for turn in range(_MOST_RINGS):
        steps = 1 if turn == 0 else 8 * turn
        for step in range(steps):
            angle = math.tau * step / steps
            # Up and down first: numbers of one cell stand in a column.
            at_x = x + math.sin(angle) * turn * wide * 0.55
            at_y = y - math.cos(angle) * turn * high * 1.05
            seat = Box(at_x - wide / 2, at_y - high / 2, wide, high).within(inside)
            if labels.is_free(seat):
                return seat
    return Box(x - wide / 2, y - high / 2, wide, high).within(inside)


def _badge(canvas: Canvas, words: str, box: Box, view: MapView) -> None:
    canvas.box(box, fill=inks.PAPER, pen=Pen(inks.INK, 0.35 * view.unit))
    canvas.text(box.x + box.width / 2, box.y + 0.95 * view.unit, words, 3.1 * view.unit, anchor="middle")
