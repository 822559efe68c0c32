"""重ねる図を塗る: overlays and tile packs on a painted map, as the page draws them.

Faces and lines of all overlays are painted once into a picture a little larger than the view, which is
moved with the map; it is painted anew when the zoom, the layers or their look change.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPixmap

from kurume_bousai.mapview.protocol import Layer, LayerClass, MapOverlay, MapScene, OverlayClass, TileGround
from kurume_bousai.ui.map_panel.canvas import Canvas
from kurume_bousai.ui.map_panel.paint import Label, paint_square
from kurume_bousai.ui.map_panel.shapes import Shapes, Window
from kurume_bousai.ui.map_panel.viewport import project

#: The picture beyond each edge of the view, as a share of it.
_PAD: Final = 0.3
_NAMES_ZOOM: Final = 15.0
_MOST_TILES: Final = 256
_HATCH_PX: Final = 8


def qt_colour(text: str) -> QColor:
    """Return a colour as the styles write it: #RRGGBB, or #RRGGBBAA."""
    made = QColor(text[:7])
    if len(text) > 7:
        made.setAlpha(int(text[7:9], 16))
    return made


def shown_overlays(scene: MapScene) -> list[tuple[Layer, list[MapOverlay]]]:
    """Entries that are on, the lowest first, with the layers that each draws."""
    entries: dict[str, tuple[Layer, list[MapOverlay]]] = {}
    for overlay in scene.overlays:
        if overlay.layer is not None and scene.visibility.shows(overlay.layer):
            entries.setdefault(overlay.entry, (overlay.layer, []))[1].append(overlay)
    order = scene.visibility.arranged([layer for layer, _ in entries.values()])
    return [entries[layer.id] for layer in order]


def overlay_rows(scene: MapScene) -> list[tuple[str, list[tuple[LayerClass, str]]]]:
    """The legend: of each entry its name, and the classes that are there, in the style's order."""
    rows: list[tuple[str, list[tuple[LayerClass, str]]]] = []
    for layer, overlays in shown_overlays(scene):
        there = {
            (layer.class_at(one.value, one.level), one.words)
            for overlay in overlays
            for one in overlay.classes
        }
        names_itself = bool(layer.style.get("names_itself")) and len(overlays) == 1
        title = overlays[0].title if names_itself else layer.title
        rows.append((title, [(layer.classes[at], words) for at, words in sorted(there)]))
    return rows


def overlay_credits(scene: MapScene) -> list[str]:
    """The sources of what is shown, each once."""
    layers = [one.attribution for _, overlays in shown_overlays(scene) for one in overlays]
    tiles = [one.attribution for one in scene.tiles] if "tiles" not in scene.visibility.hidden else []
    return [words for words in dict.fromkeys([*layers, *tiles]) if words]


@dataclass(frozen=True, slots=True)
class _Picture:
    """What was painted: its key, the ground it shows, and the picture."""

    key: tuple[object, ...]
    window: Window
    image: QImage


class OverlayPainter:
    """重ねる図. Keeps unpacked shapes and the last picture."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[str, str, int], tuple[Shapes, Shapes]] = {}
        self._picture: _Picture | None = None

    def forget(self, scene: MapScene) -> None:
        """Drop the shapes of layers that the scene does not have."""
        kept = {(overlay.id, overlay.revision) for overlay in scene.overlays}
        self._shapes = {key: shapes for key, shapes in self._shapes.items() if key[:2] in kept}

    def paint(self, canvas: Canvas) -> None:
        """Paint faces and lines, under everything that stands on the ground."""
        entries = [
            (layer, overlays)
            for layer, overlays in shown_overlays(canvas.scene)
            if canvas.viewport.zoom >= layer.min_zoom
        ]
        if not entries:
            self._picture = None
            return
        opacities = canvas.scene.visibility.opacities
        key: tuple[object, ...] = tuple(
            (
                layer.id,
                opacities.get(layer.id, layer.opacity),
                tuple((one.id, one.revision) for one in overlays),
            )
            for layer, overlays in entries
        )
        window = _window(canvas, 0)
        if self._picture is None or self._picture.key != key or not _covers(self._picture.window, window):
            self._picture = _Picture(key, _window(canvas, _PAD), QImage())
            self._picture = replace(self._picture, image=self._made(canvas, entries))
        wide = self._picture.window
        at = QPointF((wide.left - window.left) * window.scale, (wide.top - window.top) * window.scale)
        canvas.painter.setOpacity(1.0)
        canvas.painter.drawImage(at, self._picture.image)

    def _made(self, canvas: Canvas, entries: list[tuple[Layer, list[MapOverlay]]]) -> QImage:
        window = _window(canvas, _PAD)
        image = _empty(canvas, window)
        with_all = QPainter(image)
        for layer, overlays in entries:
            sheet = _empty(canvas, window)
            painter = QPainter(sheet)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for look in layer.classes:
                for overlay, number, one in _of_class(overlays, look):
                    self._paint_class(painter, window, look, self._unpacked(overlay, number, one))
            painter.end()
            # Whole first and then thin: overlapping zones do not grow darker than their legend.
            with_all.setOpacity(canvas.scene.visibility.opacities.get(layer.id, layer.opacity))
            with_all.drawImage(QPointF(0, 0), sheet)
        with_all.end()
        return image

    def _unpacked(self, overlay: MapOverlay, number: int, one: OverlayClass) -> tuple[Shapes, Shapes]:
        key = (overlay.id, overlay.revision, number)
        if key not in self._shapes:
            self._shapes[key] = (Shapes(one.polygons), Shapes(one.lines))
        return self._shapes[key]

    @staticmethod
    def _paint_class(
        painter: QPainter, window: Window, look: LayerClass, shapes: tuple[Shapes, Shapes]
    ) -> None:
        faces, lines = shapes
        if faces:
            path = faces.path(window, closed=True)
            for brush in class_brushes(look):
                painter.fillPath(path, brush)
            if look.line:
                painter.strokePath(path, class_pen(look))
        if lines:
            painter.strokePath(lines.path(window, closed=False), class_pen(look))


def paint_overlay_points(canvas: Canvas) -> None:
    """Paint the points of overlays: a letter in a white square, with its name where there is room."""
    size = canvas.px(20)
    for layer, overlays in shown_overlays(canvas.scene):
        if canvas.viewport.zoom < layer.min_zoom:
            continue
        canvas.painter.setOpacity(canvas.scene.visibility.opacities.get(layer.id, layer.opacity))
        for overlay in overlays:
            for one in overlay.classes:
                look = overlay.look(one)
                for (lon, lat), name in zip(one.points, one.names, strict=True):
                    at = canvas.viewport.to_screen(lon, lat)
                    if not canvas.sees(at, 20):
                        continue
                    paint_square(canvas.painter, look.letter or "・", at, size, hollow=True)
                    canvas.labels.occupy(QRectF(at.x() - size / 2, at.y() - size / 2, size, size))
                    if name and canvas.viewport.zoom >= _NAMES_ZOOM:
                        canvas.labels.add(Label(name, at, size / 2 + 2, 3, droppable=True))


def class_brushes(look: LayerClass) -> list[QBrush]:
    """Fill and hatching of a class."""
    fills = [QBrush(qt_colour(look.fill))] if look.fill else []
    return [*fills, QBrush(_hatching(look))] if look.hatch else fills


def class_pen(look: LayerClass) -> QPen:
    """The line of a class."""
    pen = QPen(qt_colour(look.line or "#545A62"), look.width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if look.dash:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([length / look.width for length in look.dash])
    return pen


def _hatching(look: LayerClass) -> QPixmap:
    tile = QPixmap(_HATCH_PX, _HATCH_PX)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(qt_colour(look.hatch), 1.3))
    for slope in look.slopes:
        for offset in (-_HATCH_PX, 0, _HATCH_PX):
            start, end = (_HATCH_PX, 0) if slope > 0 else (0, _HATCH_PX)
            painter.drawLine(QPointF(offset, start), QPointF(offset + _HATCH_PX, end))
    painter.end()
    return tile


def _of_class(overlays: list[MapOverlay], look: LayerClass) -> Iterator[tuple[MapOverlay, int, OverlayClass]]:
    for overlay in overlays:
        for number, one in enumerate(overlay.classes):
            if overlay.look(one) is look:
                yield overlay, number, one


def _window(canvas: Canvas, pad: float) -> Window:
    origin, scale = canvas.viewport.origin, canvas.viewport.scale
    wide, high = canvas.rect.width(), canvas.rect.height()
    return Window(
        (origin.x() - pad * wide) / scale,
        (origin.y() - pad * high) / scale,
        scale,
        wide * (1 + 2 * pad),
        high * (1 + 2 * pad),
    )


def _covers(wide: Window, narrow: Window) -> bool:
    if wide.scale != narrow.scale:
        return False
    x, y = (narrow.left - wide.left) * wide.scale, (narrow.top - wide.top) * wide.scale
    slack = 0.01  # pixels, against rounding
    return (
        min(x, y) >= -slack
        and x + narrow.width <= wide.width + slack
        and y + narrow.height <= wide.height + slack
    )


def _empty(canvas: Canvas, window: Window) -> QImage:
    device = canvas.painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    size = math.ceil(window.width * ratio), math.ceil(window.height * ratio)
    image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


class TilePainter:
    """タイルの背景. Keeps the tiles seen last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int, int], QPixmap | None] = OrderedDict()

    def paint(self, canvas: Canvas) -> None:
        """Paint the tiles in view; beyond a pack's last zoom they are enlarged."""
        if not canvas.shows("tiles"):
            return
        own = canvas.scene.visibility.opacities.get("tiles", 1.0)
        canvas.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for ground in canvas.scene.tiles:
            canvas.painter.setOpacity(ground.opacity * own)
            for zoom, column, row in _tiles_in_view(canvas, ground):
                picture = self._tile(ground, zoom, column, row)
                if picture is not None:
                    canvas.painter.drawPixmap(
                        _tile_box(canvas, zoom, column, row), picture, QRectF(picture.rect())
                    )

    def _tile(self, ground: TileGround, zoom: int, column: int, row: int) -> QPixmap | None:
        key = (ground.id, zoom, column, row)
        if key not in self._kept:
            content = ground.read(column, row, zoom)
            picture = QPixmap()
            is_read = content is not None and picture.loadFromData(content)
            self._kept[key] = picture if is_read else None
            while len(self._kept) > _MOST_TILES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def _tiles_in_view(canvas: Canvas, ground: TileGround) -> Iterator[tuple[int, int, int]]:
    zoom = min(max(round(canvas.viewport.zoom), ground.min_zoom), ground.max_zoom)
    view = _window(canvas, 0)
    west, north = project(ground.west, ground.north)
    east, south = project(ground.east, ground.south)
    left, right = max(west, view.left), min(east, view.left + view.width / view.scale)
    top, bottom = max(north, view.top), min(south, view.top + view.height / view.scale)
    if left >= right or top >= bottom:
        return
    share = 2**zoom / 256
    for column in range(math.floor(left * share), math.ceil(right * share)):
        for row in range(math.floor(top * share), math.ceil(bottom * share)):
            yield zoom, column, row


def _tile_box(canvas: Canvas, zoom: int, column: int, row: int) -> QRectF:
    side = 256 / 2**zoom * canvas.viewport.scale
    origin = canvas.viewport.origin
    return QRectF(column * side - origin.x(), row * side - origin.y(), side, side)
