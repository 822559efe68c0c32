"""地図を大きく映す: the ground of the map screen, for the wall. It cannot show a name: it is given none."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kurume_bousai.mapview.protocol import MapScene
from kurume_bousai.ui.kit.tokens import colour, font
from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.maps.public_scene import public_scene
from kurume_bousai.ui.second_screen import place_for_projector

_HEAD, _EDGE = 9.0, 2.0  # in hundredths of the window's height
_TITLE, _SMALL = 6.0, 4.0
_NUMBER = 3.3  # letters on the map
_BODY_PX = 16  # what the map's signs are drawn for at unit 1


class MapProjector(QWidget):
    """投影の地図, everything measured in hundredths of its height so that it reads at any size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("投影の地図")
        self.setAccessibleName("投影の地図。人も名前も出ません。")
        self._title = ""
        self._beside = ""
        # Not shown itself: it keeps the scene and paints it into this window, with signs that grow.
        self.map = NativeMapView(self)
        self.map.hide()
        self.resize(1280, 800)

    def place(self) -> None:
        """Fill the second screen; on a single screen be an ordinary window."""
        place_for_projector(self)

    def show_scene(self, scene: MapScene, title: str, beside: str, *, with_ways: bool) -> None:
        """Show what anybody may see of a scene."""
        self._title, self._beside = title, beside
        self.map.set_scene(public_scene(scene, with_ways=with_ways))
        self.update()

    def show_bounds(self, west: float, south: float, east: float, north: float) -> None:
        """Show the ground that the map screen shows."""
        self.map.fit_bounds(west, south, east, north)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts the projector away (Qt)."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint title and map (Qt)."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour("paper"))
        edge, head = self._unit(_EDGE), self._unit(_HEAD)
        upper = QRect(edge, 0, self.width() - 2 * edge, head)
        painter.setPen(colour("text"))
        painter.setFont(self._face(_TITLE, bold=True))
        painter.drawText(upper, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self._title)
        painter.setPen(colour("quiet"))
        painter.setFont(self._face(_SMALL))
        painter.drawText(
            upper, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self._beside
        )
        box = QRect(edge, head, self.width() - 2 * edge, self.height() - head - edge)
        painter.save()
        painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
        painter.translate(box.topLeft())
        inside = QRect(0, 0, box.width(), box.height())
        self.map.paint_scene(painter, inside, self._unit(_NUMBER) / _BODY_PX)
        painter.restore()
        painter.end()

    def _unit(self, hundredths: float) -> int:
        return round(self.height() * hundredths / 100)

    def _face(self, hundredths: float, *, bold: bool = False) -> QFont:
        face = font("body", bold=bold)
        face.setPixelSize(max(10, self._unit(hundredths)))
        return face
