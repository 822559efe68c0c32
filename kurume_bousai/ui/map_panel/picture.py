"""地図の図: what goes to the clipboard or into a file, with the whole legend beside the map."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from kurume_bousai.mapview.protocol import MapScene
from kurume_bousai.ui.kit.tokens import colour
from kurume_bousai.ui.map_panel.legend import LegendLayout
from kurume_bousai.ui.map_panel.pen import paint_pen, text_unit
from kurume_bousai.ui.map_panel.scene_painter import ScenePainter
from kurume_bousai.ui.map_panel.tools import Measured
from kurume_bousai.ui.map_panel.viewport import Viewport


def paint_picture(
    scene: MapScene,
    bounds: tuple[float, float, float, float],
    size: QSize,
    ratio: float,
    measured: Measured,
) -> QImage:
    """Paint a scene on the ground of ``bounds`` (west, south, east, north in degrees).

    ``size`` is that of the map in px, ``ratio`` the pixels of a px; the legend makes the picture wider.
    """
    unit = text_unit()
    legend = LegendLayout.fitting(scene, size.height(), unit)
    strip = math.ceil(legend.size.width())
    image = QImage(QSize(size.width() + strip, size.height()) * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scenes = ScenePainter()
    scenes.shows_legend = False
    viewport = Viewport.showing(bounds, size.width(), size.height())
    ground = QRect(0, 0, size.width(), size.height())
    scenes.paint(painter, ground, scene, viewport)
    painter.setClipRect(ground)
    paint_pen(painter, viewport, measured.shape, measured.corners, measured.words)
    painter.setClipping(False)
    if strip:
        painter.setPen(QPen(colour("edge"), 1))
        painter.drawLine(QPointF(size.width() + 0.5, 0), QPointF(size.width() + 0.5, size.height()))
        legend.paint(painter, QPointF(size.width(), 0), unit)
    painter.end()
    return image
