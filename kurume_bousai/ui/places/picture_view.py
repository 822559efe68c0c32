"""図を見る: a picture that is pressed to set pins, by mouse or by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from kurume_bousai.services.places.ports import MapPicture
from kurume_bousai.ui.kit.painters import draw_halo_text
from kurume_bousai.ui.kit.tokens import colour, font, hub, px

_STEP: Final = 1.4
_MOST_ZOOM: Final = 24.0
_DRAG_PX: Final = 4
_MOVES: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_NAME: Final = (
    "背景にする図。矢印キーで十字を動かし、Enter で目印を置きます。"
    "Shift と矢印で少しずつ、プラスとマイナスで拡大と縮小。"
)


class PictureView(QWidget):
    """背景にする図の部品.

    `pressed(x_px, y_px)`: a place was chosen, in pixels of the picture at full size. Drag moves, wheel
    and plus or minus zoom; arrows move the cross, Enter or Space chooses where it stands.
    """

    pressed = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap = QPixmap()
        self._full = (1, 1)
        self._zoom = 1.0  # times "the whole picture fits"
        self._middle = (0.5, 0.5)  # what stands in the middle of the widget, as shares of the picture
        self._cross = (0.5, 0.5)
        self._pins: tuple[tuple[float, float], ...] = ()
        self._waiting: tuple[float, float] | None = None
        self._drag: tuple[QPointF, tuple[float, float]] | None = None
        self._has_moved = False
        self.setAccessibleName(_NAME)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        hub().tokens_changed.connect(self.update)

    def minimumSizeHint(self) -> QSize:
        """Enough to see something (Qt)."""
        return QSize(180, 160)

    def set_picture(self, picture: MapPicture) -> None:
        """Show another picture, whole."""
        self._pixmap.loadFromData(picture.png)
        self._full = (max(1, picture.width_px), max(1, picture.height_px))
        self._zoom, self._middle, self._cross = 1.0, (0.5, 0.5), (0.5, 0.5)
        self.set_pins((), None)

    def set_pins(self, pins: Sequence[tuple[float, float]], waiting: tuple[float, float] | None) -> None:
        """Show numbered pins and the one that waits for its place on the map (full-size pixels)."""
        self._pins, self._waiting = tuple(pins), waiting
        self.update()

    def zoom_by(self, factor: float) -> None:
        """Show more detail (factor above 1) around the cross."""
        self._zoom = min(_MOST_ZOOM, max(1.0, self._zoom * factor))
        self._middle = self._cross if self._zoom > 1.0 else (0.5, 0.5)
        self.update()

    # ------------------------------------------------------------------ geometry
    def _box(self) -> QRectF:
        """Where the whole picture lies, in widget coordinates."""
        scale = min(self.width() / self._full[0], self.height() / self._full[1]) * self._zoom
        wide, high = self._full[0] * scale, self._full[1] * scale
        left = self.width() / 2 - self._middle[0] * wide
        top = self.height() / 2 - self._middle[1] * high
        return QRectF(left, top, wide, high)

    def _to_screen(self, x_px: float, y_px: float) -> QPointF:
        box = self._box()
        return QPointF(
            box.left() + x_px / self._full[0] * box.width(), box.top() + y_px / self._full[1] * box.height()
        )

    def _share_at(self, at: QPointF) -> tuple[float, float]:
        box = self._box()
        return (at.x() - box.left()) / box.width(), (at.y() - box.top()) / box.height()

    # ------------------------------------------------------------------ painting
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint picture, pins and cross (Qt)."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), colour("bar_back"))
        if not self._pixmap.isNull():
            painter.drawPixmap(self._box(), self._pixmap, QRectF(self._pixmap.rect()))
        for number, (x, y) in enumerate(self._pins, start=1):
            self._paint_pin(painter, self._to_screen(x, y), str(number))
        if self._waiting is not None:
            self._paint_pin(painter, self._to_screen(*self._waiting), str(len(self._pins) + 1))
        if self.hasFocus():
            self._paint_cross(painter)
            painter.setPen(_pen_of("focus", 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.end()

    def _paint_pin(self, painter: QPainter, at: QPointF, number: str) -> None:
        radius = px(5)
        painter.setPen(_pen_of("halo", 3))
        painter.setBrush(colour("accent"))
        painter.drawEllipse(at, radius, radius)
        face = font("lead", bold=True)
        wide = QFontMetricsF(face).horizontalAdvance(number)
        draw_halo_text(painter, at + QPointF(-wide / 2, -radius - px(5)), number, face)

    def _paint_cross(self, painter: QPainter) -> None:
        box = self._box()
        at = QPointF(box.left() + self._cross[0] * box.width(), box.top() + self._cross[1] * box.height())
        arm = px(16)
        for pen in (_pen_of("halo", 5), _pen_of("map_text", 2)):
            painter.setPen(pen)
            painter.drawLine(at - QPointF(arm, 0), at + QPointF(arm, 0))
            painter.drawLine(at - QPointF(0, arm), at + QPointF(0, arm))

    # ------------------------------------------------------------------ mouse and keys
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a press or a drag (Qt)."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag = (event.position(), self._middle)
            self._has_moved = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture (Qt)."""
        if self._drag is None:
            return
        start, middle = self._drag
        way = event.position() - start
        if not self._has_moved and way.manhattanLength() < _DRAG_PX:
            return
        self._has_moved = True
        box = self._box()
        self._middle = (middle[0] - way.x() / box.width(), middle[1] - way.y() / box.height())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the place unless the picture was moved (Qt)."""
        if self._drag is not None and not self._has_moved:
            self._cross = self._share_at(event.position())
            self._choose()
        self._drag = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse (Qt)."""
        if not event.angleDelta().y():
            return
        before = self._share_at(event.position())
        self._zoom = min(
            _MOST_ZOOM, max(1.0, self._zoom * (_STEP if event.angleDelta().y() > 0 else 1 / _STEP))
        )
        after = self._share_at(event.position())
        self._middle = (
            self._middle[0] + before[0] - after[0],
            self._middle[1] + before[1] - after[1],
        )
        if self._zoom <= 1.0:
            self._middle = (0.5, 0.5)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cross, zoom, choose (Qt)."""
        key = event.key()
        if key in _MOVES:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._move_cross(*_MOVES[Qt.Key(key)], step_px=1.0 if fine else 16.0)
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Semicolon}:
            self.zoom_by(_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(1 / _STEP)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint at the new size (Qt)."""
        super().resizeEvent(event)
        self.update()

    def _move_cross(self, x: int, y: int, *, step_px: float) -> None:
        box = self._box()
        self._cross = (
            min(1.0, max(0.0, self._cross[0] + x * step_px / box.width())),
            min(1.0, max(0.0, self._cross[1] + y * step_px / box.height())),
        )
        if self._zoom > 1.0:
            self._middle = self._cross
        self.update()

    def _choose(self) -> None:
        x, y = self._cross
        if 0.0 <= x <= 1.0 and 0.0 <= y <= 1.0 and not self._pixmap.isNull():
            self.pressed.emit(x * self._full[0], y * self._full[1])


def _pen_of(name: str, width: int) -> QPen:
    return QPen(colour(name), width)
