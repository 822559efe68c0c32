"""ペンを塗る: what is being drawn or measured, its sentence, the cross of the keyboard, a found place."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from kurume_bousai.mapview.protocol import Line
from kurume_bousai.ui.kit.tokens import colour, font
from kurume_bousai.ui.map_panel.canvas import Canvas, words_font
from kurume_bousai.ui.map_panel.paint import paint_line, paint_ring
from kurume_bousai.ui.map_panel.tools import Shape
from kurume_bousai.ui.map_panel.viewport import Viewport

#: Ink of the tools in every theme: it stands on white halos, as on the page.
INK: Final = "#26408B"
_FILL_OPACITY: Final = 0.14
_HINT_BOTTOM_PX: Final = 44
#: Share of the height below which a corner would be covered by the sentence.
_LOW: Final = 0.6


def text_unit() -> float:
    """Text scale of the signs on a map shown in a window."""
    return font("body").pixelSize() / 16


def paint_pen(painter: QPainter, viewport: Viewport, shape: Shape, corners: Line, words: str = "") -> None:
    """Paint the corners set so far as they will be joined, with a measure beside the last one."""
    if not corners:
        return
    unit = text_unit()
    places = [viewport.to_screen(*corner) for corner in corners]
    path = QPainterPath(places[0])
    for place in places[1:]:
        path.lineTo(place)
    painter.save()
    if shape is Shape.REGION and len(places) > 2:
        _fill(painter, path)
        closing = QPainterPath(places[-1])
        closing.lineTo(places[0])
        paint_line(painter, closing, QColor(INK), 2, (4, 5))
    paint_line(painter, path, QColor(INK), 4, (10, 8))
    painter.setPen(QPen(colour("halo"), 2))
    painter.setBrush(QColor(INK))
    for place in places:
        painter.drawEllipse(place, 5 * unit, 5 * unit)
    if words:
        _write(painter, words, places[-1], unit, viewport.width)
    painter.restore()


def _write(painter: QPainter, words: str, at: QPointF, unit: float, room: float) -> None:
    """Paint the words of a measure in a box of their own, so that they read on any ground."""
    face = words_font(unit, 17, bold=True)
    width = QFontMetricsF(face).horizontalAdvance(words) + 14 * unit
    left = max(4.0, min(at.x() + 12 * unit, room - width - 4))
    box = QRectF(left, max(4.0, at.y() - 40 * unit), width, 28 * unit)
    painter.setPen(QPen(QColor(INK), 1.5))
    painter.setBrush(colour("halo"))
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(face)
    painter.setPen(colour("map_text"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)


def _fill(painter: QPainter, path: QPainterPath) -> None:
    ring = QPainterPath(path)
    ring.closeSubpath()
    ink = QColor(INK)
    ink.setAlphaF(_FILL_OPACITY)
    painter.fillPath(ring, ink)


def paint_hint(painter: QPainter, rect: QRect, hint: str, words: str, last: QPointF | None = None) -> None:
    """Paint the sentence of the tool at the foot of the map, and a measure below it.

    It stands at the top where it would cover the last corner.
    """
    if not hint:
        return
    unit = text_unit()
    face, strong = words_font(unit, 14), words_font(unit, 17, bold=True)
    room = rect.width() * 0.84 - 32
    flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWrapAnywhere)
    text = QFontMetricsF(face).boundingRect(QRectF(0, 0, room, 1000), flags, hint)
    said = QFontMetricsF(strong).boundingRect(QRectF(0, 0, room, 1000), flags, words) if words else QRectF()
    width = max(text.width(), said.width()) + 32
    height = text.height() + (said.height() + 4 if words else 0) + 16
    is_low = last is not None and last.y() > rect.height() * _LOW
    top = 12 + 44 * unit if is_low else rect.height() - _HINT_BOTTOM_PX - height
    box = QRectF((rect.width() - width) / 2, top, width, height)
    painter.save()
    painter.setPen(QPen(QColor(INK), 2))
    painter.setBrush(colour("halo"))
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(colour("map_text"))
    painter.setFont(face)
    inner = box.adjusted(16, 8, -16, -8)
    painter.drawText(
        QRectF(inner.topLeft(), text.size()).translated((inner.width() - text.width()) / 2, 0), flags, hint
    )
    if words:
        painter.setFont(strong)
        painter.drawText(
            QRectF(inner.left(), inner.bottom() - said.height(), inner.width(), said.height()), flags, words
        )
    painter.restore()


def paint_middle(painter: QPainter, rect: QRect) -> None:
    """Paint the cross under which Space presses."""
    middle = QPointF(rect.width() / 2, rect.height() / 2)
    for ink, width in ((colour("halo"), 7), (QColor(INK), 3)):
        painter.setPen(QPen(ink, width))
        painter.drawLine(middle - QPointF(16, 0), middle + QPointF(16, 0))
        painter.drawLine(middle - QPointF(0, 16), middle + QPointF(0, 16))


def occupy_found(canvas: Canvas, at: QPointF) -> None:
    """Keep words off the ring that will be painted there."""
    side = canvas.px(56)
    canvas.labels.occupy(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))


def paint_found(painter: QPainter, at: QPointF, unit: float) -> None:
    """Paint the place somebody looked for: a wide ring around a point that covers nothing."""
    paint_ring(painter, at, 26 * unit)
    painter.setPen(QPen(colour("halo"), 2))
    painter.setBrush(QColor(INK))
    painter.drawEllipse(at, 4 * unit, 4 * unit)
