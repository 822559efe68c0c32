"""枠のまわり: title, marks, grid letters, scale bar, north, legend, and the words at the foot."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import shapely

from kurume_bousai.domain.map_papers import PaperSize
from kurume_bousai.reports.maps import inks
from kurume_bousai.reports.maps.canvas import Box, Canvas, Pen
from kurume_bousai.reports.maps.drawing import (
    PEOPLE_WORDS,
    ROUGH_BORDER,
    THIS_BORDER,
    MapView,
    draw_square,
    grid_lines,
    paint,
)
from kurume_bousai.reports.maps.font import MapFont
from kurume_bousai.reports.maps.ground import POINT_LETTERS, Ground
from kurume_bousai.reports.maps.inks import Ink
from kurume_bousai.reports.maps.layer import Layer
from kurume_bousai.reports.maps.reach import GOAL_WORDS
from kurume_bousai.reports.maps.reach_drawing import draw_goal
from kurume_bousai.reports.maps.sheets import PAPER_MM, UNIT, Series, Sheet, metres

_EDGE: Final = 8.0  # blank edge of the sheet in millimetres
_BAR_LENGTHS_M: Final = (20, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000)
_NOTE: Final = 2.35
_LINE: Final = 3.15
_LEGEND: Final = 2.6
_LEGEND_LINE: Final = 4.7
_LEGEND_COLUMN: Final = 47.0
_TITLE: Final = 14.0
_LETTERS: Final = 4.2
_SIDE: Final = 62.0  # scale bar and north, beside the legend


@dataclass(frozen=True, slots=True)
class LegendItem:
    """凡例の一つ: a face, a line, a square with a letter, or a number."""

    words: str
    ink: Ink | None = None
    letter: str = ""
    is_open: bool = False
    number: str = ""
    is_goal: bool = False
    is_home: bool = False

    @property
    def key(self) -> str:
        """How the drawing tells that the sign is on the page (``Drawn.words``)."""
        return self.letter or self.words


@dataclass(frozen=True, slots=True)
class Words:
    """紙の言葉 that stand on every sheet of an order."""

    marks: tuple[str, ...]
    level: str
    legend: tuple[LegendItem, ...]
    notes: tuple[str, ...]


def legend_of(ground: Ground, *, has_people: bool) -> tuple[LegendItem, ...]:
    """Return the signs that an order can use; a page shows those of them that are on it."""
    items = [LegendItem(THIS_BORDER, Ink("", pen=inks.BORDER, is_line=True))]
    if len(ground.dashed_borders.shapes):
        items.append(LegendItem(ROUGH_BORDER, Ink("", pen=Pen(inks.INK, 0.5, (2.0, 1.2)), is_line=True)))
    letters = {place.letter for place in ground.places}
    for letter, words in (("福", "福祉避難所"), ("避", "指定避難所"), ("緊", "指定緊急避難場所")):
        if letter in letters:
            items.append(LegendItem(words, letter=letter))
    for letter, words in dict(POINT_LETTERS.values()).items():
        if letter in letters:
            items.append(LegendItem(words, letter=letter, is_open=True))
    if has_people:
        items.append(LegendItem(PEOPLE_WORDS, number="12椅"))
    reach: list[Layer] = []
    if ground.reach is not None:
        items.append(LegendItem(GOAL_WORDS, is_goal=True))
        reach += reversed(ground.reach.layers)
        reach += [ground.reach.closed] if ground.reach.closed is not None else []
    inks_used = dict.fromkeys(layer.ink for layer in (*reach, *ground.zones, *ground.lines))
    by_words = {ink.words: ink for ink in inks_used}
    items += [LegendItem(words, ink) for words, ink in by_words.items()]
    return tuple(items)


@dataclass(frozen=True, slots=True)
class Layout:
    """紙面: where title, map, legend and notes stand on one upright or lying sheet. Millimetres."""

    width: float
    height: float
    unit: float
    frame: Box
    legend: Box
    notes: Box
    note_lines: tuple[str, ...]
    legend_columns: int


def layouts(paper: PaperSize, words: Words, font: MapFont) -> tuple[Layout, Layout]:
    """Return the upright and the lying sheet."""
    short, long = PAPER_MM[paper]
    return (
        _layout(short, long, UNIT[paper], words, font),
        _layout(long, short, UNIT[paper], words, font),
    )


def _layout(width: float, height: float, unit: float, words: Words, font: MapFont) -> Layout:
    edge = _EDGE * min(unit, 1.6)
    inner = width - 2 * edge
    lines = tuple(line for note in words.notes for line in font.wrap(note, _NOTE * unit, inner))
    # One line more, for names that find no room on a sheet.
    notes_high = (len(lines) + 2) * _LINE * unit
    columns = max(1, int((inner - _SIDE * unit) // (_LEGEND_COLUMN * unit)))
    rows = math.ceil(len(words.legend) / columns)
    legend_high = max(rows * _LEGEND_LINE + 1.0, 22.0) * unit
    notes = Box(edge, edge, inner, notes_high)
    legend = Box(edge, notes.top + unit, inner, legend_high)
    letters = _LETTERS * unit
    bottom = legend.top + letters + unit
    top = height - edge - _TITLE * unit - letters
    frame = Box(edge + letters, bottom, inner - 2 * letters, top - bottom)
    return Layout(width, height, unit, frame, legend, notes, lines, columns)


# ---------------------------------------------------------------- the parts
def draw_title(
    canvas: Canvas, layout: Layout, words: Words, title: str, subtitle: str, scale: int, paper: str
) -> None:
    """Write the title on the left and the scale on the right, 架空 and the data level between."""
    unit, left, right = layout.unit, layout.notes.x, layout.notes.right
    base = layout.frame.top + (_LETTERS + 6.2) * unit
    after = left + canvas.text(left, base, title, 6.0 * unit) + 3 * unit
    for mark in words.marks:
        after = draw_mark(canvas, after, base, mark, unit)
    canvas.text(left, base - 4.4 * unit, subtitle, 2.6 * unit, colour=inks.QUIET)
    canvas.text(right, base, f"1:{scale:,}", 6.0 * unit, anchor="right")
    canvas.text(
        right,
        base - 4.4 * unit,
        f"{paper}に「実際のサイズ」で印刷したときの縮尺です",
        2.6 * unit,
        colour=inks.QUIET,
        anchor="right",
    )
    canvas.text(after, base + 0.2 * unit, words.level, 2.8 * unit)


def draw_mark(canvas: Canvas, x: float, base: float, mark: str, unit: float) -> float:
    """Write a framed mark such as 架空; returns where the next may begin."""
    size = 4.2 * unit
    wide = canvas.font.width(mark, size) + 3 * unit
    canvas.box(Box(x, base - 1.5 * unit, wide, 6.6 * unit), fill=inks.PAPER, pen=Pen(inks.INK, 0.5 * unit))
    canvas.text(x + 1.5 * unit, base + 0.1 * unit, mark, size)
    return x + wide + 3 * unit


def draw_sample(canvas: Canvas, unit: float) -> None:
    """Write 見本 over the middle of the page: a picture of the screen is not taken for the paper."""
    size = 26.0 * unit
    with canvas.kept():
        canvas.opacity(30)
        canvas.text(canvas.width / 2, canvas.height / 2 - size / 2, "見本", size, anchor="middle")


def draw_home(canvas: Canvas, x: float, y: float, half: float) -> None:
    """Draw a house, dark with a white edge: it is no state, no site and no danger."""
    corners = [
        (x - half, y - half), (x + half, y - half), (x + half, y + 0.2 * half), (x, y + 1.1 * half),
        (x - half, y + 0.2 * half),
    ]  # fmt: skip
    canvas.corners(corners, fill=inks.INK, pen=Pen(inks.PAPER, 0.3 * half))


def draw_frame(canvas: Canvas, view: MapView) -> None:
    """Draw the frame and the letters and numbers of the grid on all four sides."""
    frame, unit = view.frame, view.unit
    canvas.box(frame, pen=Pen(inks.INK, 0.4 * unit))
    window, grid = view.window, view.grid
    size, gap = 3.0 * unit, 0.9 * unit
    edges = [window.west, *grid_lines(window.west, window.east, grid.west, grid.step_m), window.east]
    for west, east in pairwise(edges):
        if metres(1, view.scale) * 5 * unit > east - west:
            continue
        name = grid.column(max(0, math.floor(((west + east) / 2 - grid.west) / grid.step_m)))
        x, _ = view.place((west + east) / 2, window.south)
        canvas.text(x, frame.top + gap, name, size, anchor="middle")
        canvas.text(x, frame.y - gap - size * 0.78, name, size, anchor="middle")
    edges = [window.south, *grid_lines(window.south, window.north, grid.north, grid.step_m), window.north]
    for south, north in pairwise(edges):
        if metres(1, view.scale) * 5 * unit > north - south:
            continue
        name = f"{max(0, math.floor((grid.north - (south + north) / 2) / grid.step_m)) + 1}"
        _, y = view.place(window.west, (south + north) / 2)
        canvas.text(frame.x - gap, y - size * 0.36, name, size, anchor="right")
        canvas.text(frame.right + gap, y - size * 0.36, name, size)


def bar_length_m(scale: int, unit: float) -> int:
    """Return the round length that the scale bar shows: at most 46 mm on A4."""
    longest = metres(46 * unit, scale)
    return max((one for one in _BAR_LENGTHS_M if one <= longest), default=_BAR_LENGTHS_M[0])


def draw_scale_bar(canvas: Canvas, x: float, y: float, scale: int, unit: float) -> None:
    """Draw a bar of four parts whose whole length is exactly that of its last number."""
    length = bar_length_m(scale, unit)
    part = length / 4 * 1000 / scale
    for index in range(4):
        fill = inks.INK if index % 2 == 0 else inks.PAPER
        canvas.box(Box(x + index * part, y, part, 1.8 * unit), fill=fill, pen=Pen(inks.INK, 0.15))
    for index in (0, 2, 4):
        text = f"{length * index / 4:,.0f}" + ("m" if index == 4 else "")
        canvas.text(x + index * part, y + 2.6 * unit, text, 2.6 * unit, anchor="middle")


def draw_north(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """Draw an arrow to the north of the plane (EPSG:6670, less than half a degree off true north here)."""
    canvas.corners(
        [(x, y + 11 * unit), (x - 3 * unit, y), (x, y + 2.4 * unit)], fill=inks.INK, pen=Pen(inks.INK, 0.2)
    )
    canvas.corners(
        [(x, y + 11 * unit), (x + 3 * unit, y), (x, y + 2.4 * unit)], fill=inks.PAPER, pen=Pen(inks.INK, 0.2)
    )
    canvas.text(x, y + 11.8 * unit, "北", 3.2 * unit, anchor="middle")


def draw_legend(canvas: Canvas, layout: Layout, words: Words, shown: Collection[str]) -> None:
    """Draw those signs that are on the page, in columns, beside scale bar and north."""
    unit, legend = layout.unit, layout.legend
    items = [item for item in words.legend if item.key in shown]
    rows = max(1, math.ceil(len(items) / layout.legend_columns))
    for index, item in enumerate(items):
        column, row = divmod(index, rows)
        x = legend.x + column * _LEGEND_COLUMN * unit
        y = legend.top - (row + 1) * _LEGEND_LINE * unit
        _sample(canvas, item, Box(x, y, 7.0 * unit, 3.4 * unit), unit)
        size = _LEGEND * unit
        room = (_LEGEND_COLUMN - 9.4) * unit
        size *= min(1.0, room / canvas.font.width(item.words, size))
        canvas.text(x + 8.4 * unit, y + 0.75 * unit, item.words, size)


def _sample(canvas: Canvas, item: LegendItem, box: Box, unit: float) -> None:
    middle = (box.x + box.width / 2, box.y + box.height / 2)
    if item.letter:
        draw_square(canvas, item.letter, *middle, 3.4 * unit, is_open=item.is_open)
    elif item.is_home:
        draw_home(canvas, *middle, 1.9 * unit)
    elif item.is_goal:
        draw_goal(canvas, *middle, 1.7 * unit)
    elif item.number:
        canvas.box(Box(box.x, box.y, box.width, box.height), fill=inks.PAPER, pen=Pen(inks.INK, 0.35 * unit))
        canvas.text(middle[0], box.y + 0.75 * unit, item.number, 2.4 * unit, anchor="middle")
    elif item.ink is not None and item.ink.is_line:
        pen = item.ink.pen or inks.NEIGHBOUR
        canvas.line((box.x, middle[1]), (box.right, middle[1]), pen=pen)
    elif item.ink is not None:
        shape = np.array([shapely.box(box.x, box.y, box.right, box.top)], dtype=object)
        paint(canvas, shape, item.ink)
        canvas.box(box, pen=Pen("#8A8A8A", 0.15))


def draw_side(canvas: Canvas, layout: Layout, scale: int) -> None:
    """Draw scale bar and north at the right end of the legend."""
    unit = layout.unit
    left = layout.legend.right - _SIDE * unit + 3 * unit
    draw_scale_bar(canvas, left, layout.legend.top - 9 * unit, scale, unit)
    draw_north(canvas, layout.legend.right - 6 * unit, layout.legend.top - 16 * unit, unit)


def draw_key(canvas: Canvas, box: Box, shape: object, series: Series, sheet: Sheet) -> None:
    """Draw which part of the 校区 this sheet shows; the sheet itself is dark."""
    whole = series.whole
    factor = min(box.width / whole.width_m, box.height / whole.height_m)
    start = np.array([box.right - whole.width_m * factor, box.y])
    corner = np.array([whole.west, whole.south])

    def place(at: object) -> object:
        return (np.asarray(at) - corner) * factor + start

    for other in series.sheets:
        window = other.window
        x, y = (np.array([window.west, window.south]) - corner) * factor + start
        here = Box(float(x), float(y), window.width_m * factor, window.height_m * factor)
        is_this = other == sheet
        canvas.box(here, fill="#C9C9C9" if is_this else None, pen=Pen(inks.INK, 0.4 if is_this else 0.1))
    canvas.shapes(shapely.transform(shape, place), pen=Pen(inks.INK, 0.25))


def draw_notes(canvas: Canvas, layout: Layout, unnamed: Sequence[str]) -> None:
    """Write the notes, and first the places whose names found no room."""
    unit = layout.unit
    lines = list(layout.note_lines)
    if unnamed:
        text = f"名前を書ききれなかった所: {'、'.join(unnamed)}"
        broken = canvas.font.wrap(text, _NOTE * unit, layout.notes.width - 8 * unit)
        if len(broken) > 2:
            broken = [broken[0], f"{broken[1]} ほか"]
        lines = [*broken, *lines]
    for index, line in enumerate(lines):
        y = layout.notes.top - (index + 1) * _LINE * unit + 0.4 * unit
        canvas.text(layout.notes.x, y, line, _NOTE * unit)
