"""塗った地図: the same scene without a web page, for machines without WebEngine and for the projector.

``NativeMapView.paint_scene`` is also free to be called with another painter and size (a projector draws
everything itself, in shares of its height).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from kurume_bousai.mapview.protocol import Line, MapScene, PersonMark
from kurume_bousai.ui.kit import tokens as kit_tokens
from kurume_bousai.ui.map_panel.canvas import Hit
from kurume_bousai.ui.map_panel.pen import paint_hint, paint_middle, paint_pen
from kurume_bousai.ui.map_panel.scene_painter import ScenePainter, district_at
from kurume_bousai.ui.map_panel.tools import Pen, Purpose
from kurume_bousai.ui.map_panel.view import CITY_BOUNDS, MapView, bounds_of
from kurume_bousai.ui.map_panel.viewport import Viewport

_STEP: Final = 1.5
_PAN_PX: Final = 80
_DRAG_PX: Final = 4
_NEAR_PX: Final = 10
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(slots=True)
class _Drag:
    start: QPointF
    centre: tuple[float, float]
    moved: bool = False


class NativeMapView(MapView):
    """塗った地図. Drag, wheel, arrows, plus and minus move it; Space presses what is in the middle.

    ``view_changed`` comes after a move, not while it is dragged.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewport = Viewport.fitting(CITY_BOUNDS, 640, 480)
        self._bounds = CITY_BOUNDS
        self._follows_bounds = True
        self._painter = ScenePainter()
        self._hits: list[Hit] = []
        self._pen = Pen()
        self._drag: _Drag | None = None
        self._shows_cross = False
        self._has_fitted = False
        self._revision = 0
        self._told = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        kit_tokens.hub().tokens_changed.connect(self.update)

    # ------------------------------------------------ what a view offers
    @property
    def is_ready(self) -> bool:
        """A painted map can always draw."""
        return True

    def set_scene(self, scene: MapScene) -> None:
        """Show a scene; the first one that shows something fits it."""
        self._scene = scene
        self._revision += 1
        self._painter.forget_pictures(scene)
        if not self._has_fitted and (scene.districts or scene.people):
            self._has_fitted = True
            self.fit_bounds(*bounds_of(scene, scene.chosen_district))
        self.update()

    def update_people(self, marks: Sequence[PersonMark]) -> None:
        """Show other people in the same scene."""
        self._scene = replace(self._scene, people=tuple(marks))
        self._revision += 1
        self.update()

    def select_person(self, member_id: str) -> None:
        """Ring a person and bring the place into view; "" takes the ring away."""
        self._scene = replace(self._scene, selected=member_id)
        mark = next((mark for mark in self._scene.people if mark.id == member_id), None)
        if mark is not None:
            at = self._viewport.to_screen(mark.lon, mark.lat)
            margin = min(self.width(), self.height()) // 8
            inner = QRectF(self.rect()).adjusted(margin, margin, -margin, -margin)
            if not inner.contains(at):
                self._move(self._viewport.looking_at(mark.lon, mark.lat))
        self.update()

    def _mark_changed(self) -> None:
        self.update()

    def fit_bounds(self, west: float, south: float, east: float, north: float) -> None:
        """Show a box of degrees whole, also after the next resize."""
        self._bounds = (west, south, east, north)
        self._has_fitted = True
        self._move(Viewport.fitting(self._bounds, self.width(), self.height()), follows_bounds=True)

    def look_at(self, lon: float, lat: float, least_zoom: float | None = None) -> None:
        """Bring a place into the middle; ``least_zoom`` = come nearer where the map shows more ground."""
        viewport = self._viewport.looking_at(lon, lat)
        if least_zoom is not None and viewport.zoom < least_zoom:
            viewport = replace(viewport, scale=2.0**least_zoom)
        self._has_fitted = True
        self._move(viewport)

    def view_bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is in view, in degrees."""
        return self._viewport.bounds

    def _tool_taken(self) -> None:
        self._pen.take(self._tool)
        self.setCursor(Qt.CursorShape.ArrowCursor if self._tool is None else Qt.CursorShape.CrossCursor)
        if self._tool is not None:
            self.setFocus()
        self.update()

    def _measure_changed(self) -> None:
        self.update()

    def _measured_corners(self) -> Line:
        is_measure = self._tool is not None and self._tool.purpose is Purpose.MEASURE
        return self._pen.line if is_measure else ()

    def set_legend_visible(self, visible: bool) -> None:
        """Show or fold the legend."""
        self._painter.shows_legend = visible
        self.update()

    def zoom_by(self, factor: float) -> None:
        """Show more (factor below 1) or less ground, around the middle; 2.0 = twice as large."""
        self._zoom_at(self._middle(), factor)

    # ------------------------------------------------ painting
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the scene (Qt's virtual method)."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._hits = self._painter.paint(painter, self.rect(), self._scene, self._viewport)
        if self._tool is not None:
            paint_pen(painter, self._viewport, self._tool.shape, self._pen.line, self._measure_words)
            last = self._viewport.to_screen(*self._pen.corners[-1]) if self._pen.corners else None
            paint_hint(painter, self.rect(), self._pen.hint, self._measure_words, last)
        if self._shows_cross and self.hasFocus():
            paint_middle(painter, self.rect())
        painter.end()
        if self._told != self._revision:
            self._told = self._revision
            self.drawn.emit(self._revision)

    def paint_scene(self, painter: QPainter, rect: QRect, unit: float = 1.0) -> None:
        """Paint what is shown into another device, fitted to the same box; ``unit`` scales signs."""
        viewport = Viewport.fitting(self._bounds, rect.width(), rect.height())
        self._painter.paint(painter, rect, self._scene, viewport, unit=unit)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Keep the same ground in view (Qt's virtual method)."""
        if self._follows_bounds:
            viewport = Viewport.fitting(self._bounds, self.width(), self.height())
        else:
            viewport = replace(self._viewport, width=self.width(), height=self.height())
        self._move(viewport, follows_bounds=self._follows_bounds)

    # ------------------------------------------------ mouse
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a press or a drag (Qt's virtual method)."""
        self._shows_cross = False
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag = _Drag(event.position(), (self._viewport.x, self._viewport.y))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the map under the mouse (Qt's virtual method)."""
        if self._drag is None:
            return
        way = event.position() - self._drag.start
        if not self._drag.moved and way.manhattanLength() < _DRAG_PX:
            return
        self._drag.moved = True
        self._follows_bounds = False
        x, y = self._drag.centre
        scale = self._viewport.scale
        self._viewport = replace(self._viewport, x=x - way.x() / scale, y=y - way.y() / scale)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a press or a drag (Qt's virtual method)."""
        drag, self._drag = self._drag, None
        if drag is None:
            return
        if drag.moved:
            self.view_changed.emit(*self._viewport.bounds)
        else:
            self._press(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """End a line, or show more (Qt's virtual method)."""
        if self._tool is not None:
            self._finish()
        elif event.button() is Qt.MouseButton.LeftButton:
            self._zoom_at(event.position(), 2.0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse (Qt's virtual method)."""
        if event.angleDelta().y():
            self._zoom_at(event.position(), _STEP if event.angleDelta().y() > 0 else 1 / _STEP)

    def _press(self, at: QPointF) -> None:
        lon, lat = self._viewport.to_degrees(at)
        if self._tool is not None:
            self._set_corner((lon, lat))
            return
        hit = self._hit_at(at)
        if hit is None:
            district_id = district_at(self._scene, lon, lat)
            if district_id:
                self.district_selected.emit(district_id)
            self.point_clicked.emit(lon, lat)
        elif hit.kind == "group":
            self._open_group(hit)
        elif hit.kind == "person":
            self.select_person(hit.id)
            self.person_selected.emit(hit.id)
        else:
            (self.site_selected if hit.kind == "site" else self.feature_selected).emit(hit.id)

    def _hit_at(self, at: QPointF) -> Hit | None:
        near = [(hit.way_to(at), hit) for hit in self._hits]
        reached = [(way + hit.rank * 4, hit) for way, hit in near if way <= _NEAR_PX]
        return min(reached, key=lambda pair: pair[0])[1] if reached else None

    def _open_group(self, hit: Hit) -> None:
        lons = [lon for lon, _ in hit.places]
        lats = [lat for _, lat in hit.places]
        before = self._viewport.scale
        box = (min(lons), min(lats), max(lons), max(lats))
        viewport = Viewport.fitting(box, self.width(), self.height())
        self._move(replace(viewport, scale=max(min(viewport.scale, 2.0**18), before * 2)))

    def _zoom_at(self, at: QPointF, factor: float) -> None:
        self._move(self._viewport.zoomed(at, factor))

    def _move(self, viewport: Viewport, *, follows_bounds: bool = False) -> None:
        """Show other ground; ``follows_bounds`` = fit the same box again after the next resize."""
        self._follows_bounds = follows_bounds
        if viewport != self._viewport:
            self._viewport = viewport
            self.view_changed.emit(*viewport.bounds)
        self.update()

    # ------------------------------------------------ keyboard
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, zoom, press and draw by keyboard (Qt's virtual method)."""
        key = event.key()
        moves = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        if key in moves:
            self._shows_cross = True
            step = QPointF(moves[Qt.Key(key)][0] * _PAN_PX, moves[Qt.Key(key)][1] * _PAN_PX)
            self._move(self._viewport.looking_at(*self._viewport.to_degrees(self._middle() + step)))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom_by(1 / _STEP if key == Qt.Key.Key_Minus else _STEP)
        elif key == Qt.Key.Key_Space or (key in _ENTER and not self._pen.is_many):
            self._shows_cross = True
            self._press(self._middle())
        elif key in _ENTER:
            self._finish()
        elif key == Qt.Key.Key_Backspace and self._pen.take_back():
            self._tell_measure()
        elif key == Qt.Key.Key_Escape and self._tool is not None:
            self.set_tool(None)
        else:
            super().keyPressEvent(event)
            return
        self.update()

    def _middle(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)

    # ------------------------------------------------ drawing and measuring
    def _set_corner(self, corner: tuple[float, float]) -> None:
        if self._tool is not None and self._tool.purpose is Purpose.PICK:
            self.picked.emit(*corner)
        elif self._pen.add(corner):
            if self._pen.is_many:
                self._tell_measure()
            else:
                self._tell_drawing()
        self.update()

    def _finish(self) -> None:
        if self._pen.finish() and self._tool is not None and self._tool.purpose is Purpose.DRAW:
            self._tell_drawing()
        self.update()

    def _tell_drawing(self) -> None:
        line, tool = list(self._pen.line), self._tool
        self._pen.clear()
        if tool is not None:
            self.feature_drawn.emit(tool.kind, line)

    def _tell_measure(self) -> None:
        if self._tool is not None and self._tool.purpose is Purpose.MEASURE:
            self._measure_words = ""
            self.measured.emit(self._tool.kind, list(self._pen.line))
