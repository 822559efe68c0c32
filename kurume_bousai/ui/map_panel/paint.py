"""地図の印を塗る: the same signs as the page's ``marks.js``, painted with Qt, each with a white halo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from kurume_bousai.mapview.protocol import PersonState
from kurume_bousai.ui.kit.painters import State, draw_halo_text, draw_state
from kurume_bousai.ui.kit.tokens import colour

#: The sign of each state, the same on the map and in the list beside it.
STATE_SIGNS: Final = {
    PersonState.DECIDED: State.OK,
    PersonState.PARTLY: State.FEW,
    PersonState.NO_SUPPORTER: State.SHORT,
    PersonState.UNKNOWN: State.UNKNOWN,
}


def paint_state(painter: QPainter, state: PersonState, at: QPointF, size: float) -> None:
    """Paint the sign of a person's state, ``size`` px wide, with a halo."""
    # The triangle and the diamond look smaller than a circle of the same box.
    side = size if state in {PersonState.DECIDED, PersonState.UNKNOWN} else size * 1.15
    box = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
    draw_state(painter, box, STATE_SIGNS[state], halo=True)


def paint_square(painter: QPainter, letter: str, at: QPointF, size: float, *, hollow: bool = False) -> None:
    """Paint a place: a letter in a black square, or (``hollow``) in a white one for what was drawn."""
    box = QRectF(at.x() - size / 2, at.y() - size / 2, size, size)
    ink, paper = colour("map_text"), colour("halo")
    painter.fillRect(box.adjusted(-3, -3, 3, 3), paper)
    painter.fillRect(box, paper if hollow else ink)
    if hollow:
        painter.setPen(QPen(ink, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(1, 1, -1, -1))
    letter_font = QFont(painter.font())
    letter_font.setPixelSize(max(14, round(size * 0.68)))
    painter.save()
    painter.setFont(letter_font)
    painter.setPen(ink if hollow else paper)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)
    painter.restore()


def paint_cross(painter: QPainter, at: QPointF, size: float) -> None:
    """Paint 通れない: a cross that needs no colour."""
    half = size / 2
    path = QPainterPath()
    for sign in (1, -1):
        path.moveTo(at.x() - half, at.y() - half * sign)
        path.lineTo(at.x() + half, at.y() + half * sign)
    painter.strokePath(path, _round_pen(colour("halo"), 9))
    painter.strokePath(path, _round_pen(colour("map_text"), 4.5))


def paint_bar(painter: QPainter, at: QPointF, size: float) -> None:
    """Paint 使えません: one bar across a square."""
    reach = size / 2 + 3
    path = QPainterPath(QPointF(at.x() - reach, at.y() + reach))
    path.lineTo(at.x() + reach, at.y() - reach)
    paint_line(painter, path, colour("map_text"), 3)


def paint_arrow(painter: QPainter, start: QPointF, end: QPointF, size: float) -> None:
    """Paint the head of an arrow at ``end``."""
    angle = math.atan2(end.y() - start.y(), end.x() - start.x())
    path = QPainterPath()
    for side in (-0.45, 0.45):
        path.moveTo(end)
        path.lineTo(end - QPointF(size * math.cos(angle + side), size * math.sin(angle + side)))
    paint_line(painter, path, colour("map_text"), 4)


def paint_ring(painter: QPainter, at: QPointF, radius: float) -> None:
    """Paint the ring around what is selected."""
    path = QPainterPath()
    path.addEllipse(at, radius, radius)
    painter.strokePath(path, QPen(colour("halo"), 8))
    painter.strokePath(path, QPen(QColor("#26408B"), 4))


def paint_line(
    painter: QPainter,
    path: QPainterPath,
    ink: QColor,
    width: float,
    dash: Sequence[float] = (),
    *,
    halo: float = 2,
) -> None:
    """Paint a line with its halo; ``dash`` and ``halo`` in px."""
    if halo:
        painter.strokePath(path, _round_pen(colour("halo"), width + 2 * halo))
    pen = _round_pen(ink, width)
    if dash:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([length / width for length in dash])
    painter.strokePath(path, pen)


def _round_pen(ink: QColor, width: float) -> QPen:
    return QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


@dataclass(frozen=True, slots=True)
class Label:
    """印の言葉: beside ``at``, ``radius`` px away. ``droppable`` may stay away where nothing is free."""

    text: str
    at: QPointF
    radius: float
    priority: float
    opacity: float = 1.0
    droppable: bool = False
    centred: bool = False


class LabelBook:
    """言葉の置き場所: four places are tried (right, left, below, above) before a label may overlap."""

    _CELL: Final = 64

    def __init__(self) -> None:
        self._taken: dict[tuple[int, int], list[QRectF]] = {}
        self._waiting: list[Label] = []

    def occupy(self, box: QRectF) -> None:
        """Keep labels off a box."""
        for key in self._cells(box):
            self._taken.setdefault(key, []).append(box)

    def add(self, label: Label) -> None:
        """Put a label into the queue."""
        self._waiting.append(label)

    def paint(self, painter: QPainter, font: QFont) -> None:
        """Place and paint all labels, the most important first."""
        metrics = QFontMetricsF(font)
        for label in sorted(self._waiting, key=lambda label: -label.priority):
            width, height = metrics.horizontalAdvance(label.text), metrics.height()
            options = _places(label, width, height)
            free = next((box for box in options if self._is_free(box)), None)
            if free is None and label.droppable:
                continue
            box = free or options[0]
            self.occupy(box)
            painter.setOpacity(label.opacity)
            base = QPointF(box.left(), box.top() + metrics.ascent())
            draw_halo_text(painter, base, label.text, font)
        painter.setOpacity(1.0)

    def _cells(self, box: QRectF) -> list[tuple[int, int]]:
        columns = range(int(box.left() // self._CELL), int(box.right() // self._CELL) + 1)
        rows = range(int(box.top() // self._CELL), int(box.bottom() // self._CELL) + 1)
        return [(column, row) for column in columns for row in rows]

    def _is_free(self, box: QRectF) -> bool:
        return not any(
            other.intersects(box) for key in self._cells(box) for other in self._taken.get(key, ())
        )


def _places(label: Label, width: float, height: float) -> tuple[QRectF, ...]:
    x, y, gap = label.at.x(), label.at.y(), label.radius + 2
    middle = (QRectF(x - width / 2, y - height / 2, width, height),) if label.centred else ()
    return (
        *middle,
        QRectF(x + gap, y - height / 2, width, height),
        QRectF(x - gap - width, y - height / 2, width, height),
        QRectF(x - width / 2, y + gap, width, height),
        QRectF(x - width / 2, y - gap - height, width, height),
    )
