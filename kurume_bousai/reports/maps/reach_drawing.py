"""逃げ地図を描く: the steps from the farthest to the nearest, arrows towards the goals, crosses, goals."""

from __future__ import annotations

import math
from typing import Any, Final

import shapely

from kurume_bousai.reports.maps import inks
from kurume_bousai.reports.maps.canvas import Box, Canvas, Pen
from kurume_bousai.reports.maps.labelling import Labels
from kurume_bousai.reports.maps.layer import Layer
from kurume_bousai.reports.maps.reach import GOAL_WORDS, NO_WAY, Reach
from kurume_bousai.reports.maps.view import MapView

#: White on both sides of a road, so that its colour stands apart from that of a zone.
_CASING_MM: Final = 0.5
#: A piece shorter than this on the paper gets no arrow, and arrows keep this distance.
_ARROW_EVERY_MM: Final = 11.0
#: Larger than the square of a building: a shelter that is a goal stands inside the ring.
GOAL_MM: Final = 3.5


def draw_reach(canvas: Canvas, view: MapView, reach: Reach, labels: Labels) -> set[str]:
    """Draw everything; returns the words of what is on the page."""
    found: set[str] = set()
    cuts = [(layer, view.cut(layer)) for layer in reach.layers]
    wide = view.unit**0.5
    for layer, shapes in cuts:
        pen = layer.ink.pen
        if pen is not None and len(shapes):
            canvas.shapes(shapes, pen=Pen(inks.PAPER, pen.width * wide + _CASING_MM))
    for layer, shapes in cuts:
        pen = layer.ink.pen
        if pen is not None and len(shapes):
            found.add(layer.ink.words)
            canvas.shapes(shapes, pen=Pen(pen.colour, pen.width * wide, pen.dash))
    for layer, shapes in cuts:
        if layer.ink is not NO_WAY:
            _arrows(canvas, shapes, layer, view)
    if reach.closed is not None:
        found |= _closed(canvas, view, reach.closed)
    found |= _goals(canvas, view, reach, labels)
    return found


def _arrows(canvas: Canvas, shapes: Any, layer: Layer, view: MapView) -> None:  # noqa: ANN401 - shapely
    """A head on the middle of every piece that is long enough: pieces point towards the goal."""
    pen = layer.ink.pen
    if pen is None or not len(shapes):
        return
    parts = shapely.get_parts(shapes)
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]
    lengths = shapely.length(parts)
    for part, length in zip(
        parts[lengths >= _ARROW_EVERY_MM], lengths[lengths >= _ARROW_EVERY_MM], strict=True
    ):
        count = int(length // (3 * _ARROW_EVERY_MM)) + 1
        for index in range(count):
            _head(canvas, part, float(length) * (index + 0.5) / count, pen, view.unit)


def _head(canvas: Canvas, line: Any, at: float, pen: Pen, unit: float) -> None:  # noqa: ANN401 - shapely
    before, after = shapely.line_interpolate_point(line, [at - 0.6, at + 0.6])
    x, y = float(shapely.get_x(after)), float(shapely.get_y(after))
    angle = math.atan2(y - float(shapely.get_y(before)), x - float(shapely.get_x(before)))
    size = (0.9 + pen.width) * unit**0.5
    corners = [
        (x + size * math.cos(angle + turn), y + size * math.sin(angle + turn)) for turn in (0.0, 2.5, -2.5)
    ]
    canvas.corners(corners, fill=pen.colour, pen=Pen(inks.PAPER, 0.15))


def _closed(canvas: Canvas, view: MapView, layer: Layer) -> set[str]:
    shapes = view.cut(layer)
    if not len(shapes) or layer.ink.pen is None:
        return set()
    canvas.shapes(shapes, pen=layer.ink.pen)
    middles = shapely.line_interpolate_point(shapely.get_parts(shapes), 0.5, normalized=True)
    arm = 1.5 * view.unit
    for x, y in shapely.get_coordinates(middles).tolist():
        for pen in (Pen(inks.PAPER, 1.3 * view.unit), Pen(inks.INK, 0.65 * view.unit)):
            canvas.line((x - arm, y - arm), (x + arm, y + arm), pen=pen)
            canvas.line((x - arm, y + arm), (x + arm, y - arm), pen=pen)
    return {layer.ink.words}


def _goals(canvas: Canvas, view: MapView, reach: Reach, labels: Labels) -> set[str]:
    found: set[str] = set()
    for east, north in reach.goals:
        x, y = view.place(east, north)
        if not view.frame.holds(Box(x, y, 0, 0)):
            continue
        found.add(GOAL_WORDS)
        draw_goal(canvas, x, y, GOAL_MM * view.unit)
        size = 2 * GOAL_MM * view.unit
        labels.block(Box(x - size / 2, y - size / 2, size, size))
    return found


def draw_goal(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Draw a goal: two rings, so that it is no state and no building."""
    canvas.disc(x, y, radius, fill=inks.PAPER, pen=Pen(inks.INK, 0.18 * radius))
    canvas.disc(x, y, 0.45 * radius, fill=inks.INK)
