"""逃げ地図を塗る: roads coloured by minutes to the nearest goal, told apart by width and dash as well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from kurume_bousai.mapview.protocol import ReachClass, ReachShape, reach_stroke
from kurume_bousai.ui.kit.tokens import colour
from kurume_bousai.ui.map_panel.canvas import Canvas
from kurume_bousai.ui.map_panel.drawn import paint_frame

if TYPE_CHECKING:
    from kurume_bousai.mapview.packing import Corners

#: Lines painted with one stroke; a piece out of view is left out.
_PIECE_LINES: Final = 400
_CELL_DEG: Final = 0.005
_WORLD_PX: Final = 256.0  # the world at zoom 0


@dataclass(frozen=True, slots=True)
class _Piece:
    """Lines that lie near each other, in world pixels of zoom 0 from ``origin``."""

    path: QPainterPath
    box: QRectF


class ReachPainter:
    """逃げ地図を塗る. Keeps the lines as paths until other roads are shown."""

    def __init__(self) -> None:
        self._shape: ReachShape | None = None
        self._classes: list[tuple[ReachClass, list[_Piece]]] = []
        self._origin = (0.0, 0.0)

    def paint(self, canvas: Canvas) -> None:
        """Paint the roads, the farthest below, and the goals above them."""
        shape = canvas.scene.reach
        if shape is None:
            return
        if shape != self._shape:
            self._read(shape)
        pens = [_pen(index, one, canvas.unit) for index, (one, _) in enumerate(self._classes)]
        for halo in (True, False):
            for (_, pieces), pen in zip(reversed(self._classes), reversed(pens), strict=True):
                self._stroke(canvas, pieces, _rim(pen) if halo else pen)
        for lon, lat in shape.goals:
            at = canvas.viewport.to_screen(lon, lat)
            if canvas.sees(at):
                paint_frame(canvas.painter, at, canvas.px(34))

    def _stroke(self, canvas: Canvas, pieces: list[_Piece], pen: QPen) -> None:
        view, painter = canvas.viewport, canvas.painter
        left = view.x - view.width / 2 / view.scale - self._origin[0]
        top = view.y - view.height / 2 / view.scale - self._origin[1]
        seen = QRectF(left, top, view.width / view.scale, view.height / view.scale)
        painter.save()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        move = QTransform.fromTranslate(-left * view.scale, -top * view.scale).scale(view.scale, view.scale)
        painter.setTransform(move, combine=True)
        for piece in pieces:
            if piece.box.intersects(seen):
                painter.drawPath(piece.path)
        painter.restore()

    def _read(self, shape: ReachShape) -> None:
        from kurume_bousai.mapview.packing import unpack  # numpy: not at the start of the program

        self._shape = shape
        lines = [
            [part[0] for part in unpack(one.lines) if part and len(part[0]) > 1] for one in shape.classes
        ]
        first = next((line for one in lines for line in one), None)
        self._origin = _world(first)[0].tolist() if first is not None else (0.0, 0.0)
        self._classes = [
            (one, list(_pieces(own, self._origin))) for one, own in zip(shape.classes, lines, strict=True)
        ]


def _pieces(lines: list[Corners], origin: tuple[float, float]) -> Iterator[_Piece]:
    ordered = sorted(lines, key=lambda line: (line[0] // _CELL_DEG).tolist())
    for start in range(0, len(ordered), _PIECE_LINES):
        path = QPainterPath()
        for line in ordered[start : start + _PIECE_LINES]:
            corners = (_world(line) - origin).tolist()
            path.moveTo(*corners[0])
            for x, y in corners[1:]:
                path.lineTo(x, y)
        # A line along a parallel has no height, and an empty box meets nothing.
        yield _Piece(path, path.boundingRect().adjusted(-1e-9, -1e-9, 1e-9, 1e-9))


def _world(line: Corners) -> Corners:
    """Web Mercator pixels of zoom 0, as ``map_viewport.project`` for whole arrays."""
    import numpy as np

    sine = np.sin(np.radians(line[:, 1]))
    y = (0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)) * _WORLD_PX
    return np.column_stack(((line[:, 0] + 180) / 360 * _WORLD_PX, y))


def _pen(index: int, one: ReachClass, unit: float) -> QPen:
    width, dash = reach_stroke(index, has_way=one.colour is not None)
    ink = QColor(one.colour) if one.colour else colour("quiet")
    pen = QPen(ink, width * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
    pen.setCosmetic(True)
    if dash:
        pen.setDashPattern([length / width for length in dash])
    return pen


def _rim(pen: QPen) -> QPen:
    rim = QPen(colour("halo"), pen.widthF() + 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    rim.setCosmetic(True)
    return rim


def paint_reach_sign(painter: QPainter, at: QPointF, unit: float, index: int, one: ReachClass) -> None:
    """Paint a class as the legend shows it."""
    pen = _pen(index, one, unit)
    for stroke in (_rim(pen), pen):
        painter.setPen(stroke)
        painter.drawLine(at - QPointF(11 * unit, 0), at + QPointF(11 * unit, 0))
