"""描いたものを塗る: points, lines, regions and words of a table or a task layer, and ways along roads."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.mapview.protocol import LINE_KINDS, REGION_KINDS, DrawnMark, WayShape
from kurume_bousai.ui.kit.tokens import colour
from kurume_bousai.ui.map_panel.canvas import Canvas, Hit, words_font
from kurume_bousai.ui.map_panel.paint import (
    Label,
    paint_arrow,
    paint_cross,
    paint_line,
    paint_ring,
    paint_square,
)
from kurume_bousai.ui.map_panel.pen import INK

#: Sites other than 福祉避難所, and words that may stay away, come in at this zoom.
SITES_ZOOM: Final = 13.0
#: Letter of each kind that has one, and whether it stands black on white.
DRAWN_LETTERS: Final = {
    FeatureKind.ASSEMBLY_POINT: ("集", False),
    FeatureKind.DANGER: ("危", True),
    FeatureKind.RESOURCE: ("資", True),
    FeatureKind.REGION: ("区", True),
    FeatureKind.NOTE: ("字", True),
}
#: Letters in a row of a 文字.
NOTE_LETTERS: Final = 16
_FILL_OPACITY: Final = 0.1
_RANK: Final = 2
_RANK_INSIDE: Final = 9  # behind everything that stands inside a region


def paint_drawn(canvas: Canvas) -> None:
    """Paint the drawings: regions below lines, lines below points and words."""
    for mark in sorted((mark for mark in canvas.scene.drawn if mark.points), key=_depth):
        canvas.painter.setOpacity(canvas.opacity(mark.table))
        is_selected = bool(mark.id) and mark.id == canvas.scene.selected_feature
        if mark.kind in REGION_KINDS and len(mark.points) > 2:
            _paint_region(canvas, mark, is_selected=is_selected)
        elif len(mark.points) > 1:
            _paint_line(canvas, mark, is_selected=is_selected)
        elif mark.kind is FeatureKind.NOTE and mark.text:
            _paint_note(canvas, mark, is_selected=is_selected)
        else:
            _paint_point(canvas, mark, is_selected=is_selected)


def _depth(mark: DrawnMark) -> int:
    return 0 if mark.kind in REGION_KINDS else 1 if mark.kind in LINE_KINDS else 2


def _ink(*, is_selected: bool) -> QColor:
    return QColor(INK) if is_selected else colour("map_text")


def _trail(canvas: Canvas, mark: DrawnMark) -> tuple[QPointF, ...]:
    return tuple(canvas.viewport.to_screen(lon, lat) for lon, lat in mark.points)


def _paint_region(canvas: Canvas, mark: DrawnMark, *, is_selected: bool) -> None:
    trail = (*_trail(canvas, mark), canvas.viewport.to_screen(*mark.points[0]))
    path = QPainterPath()
    path.addPolygon(QPolygonF(trail))
    fill = _ink(is_selected=is_selected)
    fill.setAlphaF(_FILL_OPACITY)
    canvas.painter.fillPath(path, fill)
    paint_line(canvas.painter, path, _ink(is_selected=is_selected), 5 if is_selected else 3)
    canvas.hits.append(Hit("drawn", mark.id, trail[0], 0, 0, _RANK, trail=trail))
    canvas.hits.append(Hit("drawn", mark.id, trail[0], 0, 0, _RANK_INSIDE, trail=trail, is_ring=True))
    at = _middle_of_ring(trail)
    size = canvas.px(22)
    letter, hollow = DRAWN_LETTERS[mark.kind]
    paint_square(canvas.painter, letter, at, size, hollow=hollow)
    canvas.take(Hit("drawn", mark.id, at, size, size, _RANK))
    _say(canvas, mark, mark.text, at, size)


def _paint_line(canvas: Canvas, mark: DrawnMark, *, is_selected: bool) -> None:
    trail = _trail(canvas, mark)
    width = 6 if is_selected else 4
    paint_line(canvas.painter, canvas.path(mark.points), _ink(is_selected=is_selected), width)
    if mark.kind is FeatureKind.ROUTE:
        paint_arrow(canvas.painter, trail[-2], trail[-1], canvas.px(14))
    canvas.hits.append(Hit("drawn", mark.id, trail[0], 0, 0, _RANK, trail=trail))
    sign = "路" if mark.kind is FeatureKind.ROUTE else "止"
    _say(canvas, mark, f"{sign} {mark.text}" if mark.text else sign, middle_of_line(trail), canvas.px(20))


def _paint_point(canvas: Canvas, mark: DrawnMark, *, is_selected: bool) -> None:
    at = canvas.viewport.to_screen(*mark.points[0])
    size = canvas.px(26)
    if is_selected:
        paint_ring(canvas.painter, at, size * 0.95)
    if mark.kind in DRAWN_LETTERS:
        letter, hollow = DRAWN_LETTERS[mark.kind]
        paint_square(canvas.painter, letter, at, size, hollow=hollow)
    else:
        paint_cross(canvas.painter, at, canvas.px(24))
    canvas.take(Hit("drawn", mark.id, at, size, size, _RANK))
    _say(canvas, mark, mark.text, at, size)


def _say(canvas: Canvas, mark: DrawnMark, text: str, at: QPointF, size: float) -> None:
    if text and canvas.opacity(mark.table) >= 1:
        is_far = canvas.viewport.zoom < SITES_ZOOM
        canvas.labels.add(Label(text, at, size / 2 + 2, 45, canvas.opacity(mark.table), droppable=is_far))


def _paint_note(canvas: Canvas, mark: DrawnMark, *, is_selected: bool) -> None:
    at = canvas.viewport.to_screen(*mark.points[0])
    rows = note_rows(mark.text)
    face = words_font(canvas.unit, 15, bold=True)
    metrics = QFontMetricsF(face)
    width = max(metrics.horizontalAdvance(row) for row in rows) + canvas.px(14)
    height = metrics.height() * len(rows) + canvas.px(8)
    box = QRectF(at.x() - width / 2, at.y() - height / 2, width, height)
    painter = canvas.painter
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("halo"))
    painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 6, 6)
    painter.setPen(QPen(_ink(is_selected=is_selected), 4 if is_selected else 1.5))
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(face)
    painter.setPen(colour("map_text"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), "\n".join(rows))
    canvas.take(Hit("drawn", mark.id, at, width, height, _RANK))


def note_rows(text: str) -> list[str]:
    """Cut a 文字 into rows of at most sixteen letters."""
    return [text[start : start + NOTE_LETTERS] for start in range(0, len(text), NOTE_LETTERS)]


def middle_of_line(trail: tuple[QPointF, ...]) -> QPointF:
    """The point half-way along a line in pixels."""
    lengths = [math.hypot((b - a).x(), (b - a).y()) for a, b in pairwise(trail)]
    left = sum(lengths) / 2
    for (start, end), length in zip(pairwise(trail), lengths, strict=True):
        if left <= length and length > 0:
            return start + (end - start) * (left / length)
        left -= length
    return trail[0]


def _middle_of_ring(trail: tuple[QPointF, ...]) -> QPointF:
    """The centre of gravity of a closed ring; its first corner where that lies outside."""
    first = trail[0]
    twice, x, y = 0.0, 0.0, 0.0
    for start, end in pairwise(point - first for point in trail):
        cross = start.x() * end.y() - end.x() * start.y()
        twice += cross
        x += (start.x() + end.x()) * cross
        y += (start.y() + end.y()) * cross
    if not twice:
        return first
    middle = first + QPointF(x, y) / (3 * twice)
    return middle if QPolygonF(trail).containsPoint(middle, Qt.FillRule.OddEvenFill) else first


def paint_ways(canvas: Canvas) -> None:
    """Paint the ways: a dot where they begin, a frame where they end, their words half-way."""
    for way in canvas.scene.ways:
        if len(way.points) > 1:
            _paint_way(canvas, way)


def _paint_way(canvas: Canvas, way: WayShape) -> None:
    trail = tuple(canvas.viewport.to_screen(lon, lat) for lon, lat in way.points)
    paint_line(canvas.painter, canvas.path(way.points), QColor(INK), 5, (14, 8) if way.is_straight else ())
    canvas.painter.setPen(QPen(colour("halo"), 2))
    canvas.painter.setBrush(QColor(INK))
    canvas.painter.drawEllipse(trail[0], canvas.px(6), canvas.px(6))
    paint_frame(canvas.painter, trail[-1], canvas.px(34))
    if way.words:
        canvas.labels.add(Label(way.words, middle_of_line(trail), canvas.px(6), 950))


def paint_frame(painter: QPainter, at: QPointF, size: float) -> None:
    """Paint where a way ends: a square frame that leaves the sign of a place in it free."""
    box = QRectF(at.x() - size / 2, at.y() - size / 2, size, size)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((colour("halo"), 7), (QColor(INK), 3)):
        painter.setPen(
            QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin)
        )
        painter.drawRect(box)
