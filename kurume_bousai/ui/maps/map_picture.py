"""地図の絵: what is in view as one picture, with legend, scale, title, date, sources and watermark on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter

from kurume_bousai.mapview.protocol import MapScene
from kurume_bousai.ui.kit.tokens import colour, font
from kurume_bousai.ui.map_panel.picture import paint_picture as paint_map
from kurume_bousai.ui.map_panel.tools import Measured, Shape

#: Pixels of the map's longer side: sharp on a projector and on a half page.
LONG_SIDE_PX: Final = 2000
_TITLE_PX, _SMALL_PX, _EDGE_PX = 20, 14, 12


@dataclass(frozen=True, slots=True)
class PictureWords:
    """絵に書くこと."""

    title: str
    day: str


def paint_picture(
    scene: MapScene, bounds: tuple[float, float, float, float], view: QSize, words: PictureWords
) -> QImage:
    """Paint a scene that anybody may see (``public_scene``), with a foot of words.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees of what is in view.
    view
        Size of the view in px: shape of the picture, and how large signs are on it.
    """
    ratio = LONG_SIDE_PX / max(1, view.width(), view.height())
    upper = paint_map(scene, bounds, view, ratio, Measured(Shape.POINT))
    upper.setDevicePixelRatio(1.0)
    foot = _Foot(words, upper.width(), ratio)
    image = QImage(QSize(upper.width(), upper.height() + foot.height), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.drawImage(0, 0, upper)
    foot.paint(painter, upper.height())
    painter.end()
    return image


class _Foot:
    """絵の足: title and date. The sources stand on the map itself."""

    def __init__(self, words: PictureWords, width: int, ratio: float) -> None:
        self._words = words
        self._width = width
        self._edge = round(_EDGE_PX * ratio)
        self._title = _face(_TITLE_PX * ratio, bold=True)
        self._small = _face(_SMALL_PX * ratio)
        self.height = 2 * self._edge + QFontMetrics(self._title).height()

    def paint(self, painter: QPainter, top: int) -> None:
        """Paint the foot below ``top``."""
        painter.fillRect(QRect(0, top, self._width, 2), colour("edge"))
        room = QRect(self._edge, top, self._width - 2 * self._edge, self.height)
        painter.setPen(Qt.GlobalColor.black)
        centred = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._title)
        painter.drawText(room, int(centred | Qt.AlignmentFlag.AlignLeft), self._words.title)
        painter.setFont(self._small)
        painter.drawText(room, int(centred | Qt.AlignmentFlag.AlignRight), self._words.day)


def _face(pixels: float, *, bold: bool = False) -> QFont:
    face = font("body", bold=bold)
    face.setPixelSize(max(8, round(pixels)))
    return face


def png_of(image: QImage) -> bytes:
    """Return a picture as the bytes of a PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub knows names of files only
    return bytes(buffer.data().data())
