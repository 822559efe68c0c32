"""見取り図: where the shapes of a file lie against the city, painted small; never for measuring."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from kurume_bousai.services.ports.map_layers import LayerPicture, Line
from kurume_bousai.ui.kit.tokens import colour, font, px

#: Drawn round the city even where a file reaches much farther, degrees.
_MARGIN_DEG = 0.02
_EMPTY = LayerPicture((130.37, 33.21, 130.75, 33.38))


class ExtentPicture(QWidget):
    """図形の見取り図: the 校区 in grey, the ground the file knows dashed, its shapes in indigo."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = _EMPTY
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("見取り図")

    def set_picture(self, picture: LayerPicture) -> None:
        """Show other shapes."""
        self._picture = picture
        self.setAccessibleDescription(self.words())
        self.update()

    def words(self) -> str:
        """What the picture shows, in words."""
        picture = self._picture
        if picture.shown < picture.total:
            return f"図形{picture.total:,}件のうち、間引いて{picture.shown:,}件を描いています。"
        return f"図形{picture.total:,}件を描いています。"

    def sizeHint(self) -> QSize:
        """Wide enough for the whole city (Qt)."""
        return QSize(px(320), px(200))

    def minimumSizeHint(self) -> QSize:
        """Half of that (Qt)."""
        return QSize(px(200), px(200))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint (Qt)."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour("surface"))
        painter.setClipRect(self.rect())
        picture, place = self._picture, self._placed()
        painter.setPen(QPen(colour("edge"), 1))
        painter.setBrush(colour("ramp_0"))
        _polygons(painter, picture.city, place)
        ink = colour("accent")
        painter.setPen(QPen(ink, 1))
        fill = QColor(colour("accent"))
        fill.setAlpha(70)
        painter.setBrush(fill)
        _polygons(painter, picture.rings, place)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in picture.lines:
            painter.drawPolyline(QPolygonF([place(*corner) for corner in line]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        for corner in picture.points:
            painter.drawEllipse(place(*corner), px(2.5), px(2.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("text"), 2, Qt.PenStyle.DashLine))
        _polygons(painter, picture.coverage, place)
        painter.setPen(QPen(colour("line"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if not picture.total:
            painter.setPen(colour("quiet"))
            painter.setFont(font("body"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "図形はありません")
        painter.end()

    def _placed(self) -> _Place:
        west, south, east, north = _seen(self._picture)
        return _Place(QRectF(self.rect()).adjusted(6, 6, -6, -6), west, south, east, north)


class _Place:
    """Degrees to the widget: the same scale along both sides on the ground of the city."""

    def __init__(self, room: QRectF, west: float, south: float, east: float, north: float) -> None:
        self._narrow = math.cos(math.radians((south + north) / 2))
        wide, high = (east - west) * self._narrow, north - south
        self._scale = min(room.width() / max(wide, 1e-9), room.height() / max(high, 1e-9))
        self._west, self._north = west, north
        self._left = room.center().x() - wide * self._scale / 2
        self._top = room.center().y() - high * self._scale / 2

    def __call__(self, lon: float, lat: float) -> QPointF:
        return QPointF(
            self._left + (lon - self._west) * self._narrow * self._scale,
            self._top + (self._north - lat) * self._scale,
        )


def _seen(picture: LayerPicture) -> tuple[float, float, float, float]:
    """City and shapes together; what reaches far beyond is cut, so that the city stays to be seen."""
    west, south, east, north = _EMPTY.extent
    wide, high = east - west, north - south
    first, second, third, fourth = picture.extent if picture.total else _EMPTY.extent
    return (
        max(min(west, first), west - 2 * wide) - _MARGIN_DEG,
        max(min(south, second), south - 2 * high) - _MARGIN_DEG,
        min(max(east, third), east + 2 * wide) + _MARGIN_DEG,
        min(max(north, fourth), north + 2 * high) + _MARGIN_DEG,
    )


def _polygons(painter: QPainter, rings: tuple[Line, ...], place: _Place) -> None:
    for ring in rings:
        painter.drawPolygon(QPolygonF([place(*corner) for corner in ring]))
