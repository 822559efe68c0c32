"""場面を塗る: one ``MapScene`` on a painter, in the same order and with the same rules as the page."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from kurume_bousai.domain.hazards import FLOOD_COLOURS, FloodRank
from kurume_bousai.mapview.protocol import (
    SITE_LETTERS,
    DistrictShape,
    LinkKind,
    MapScene,
    SiteKind,
    SiteMark,
)
from kurume_bousai.ui.kit.painters import draw_hatch
from kurume_bousai.ui.kit.tokens import colour, font
from kurume_bousai.ui.map_panel.canvas import Canvas, Hit, words_font
from kurume_bousai.ui.map_panel.drawn import SITES_ZOOM, paint_drawn, paint_ways
from kurume_bousai.ui.map_panel.legend import paint_credit, paint_legend, paint_scale
from kurume_bousai.ui.map_panel.overlays import OverlayPainter, TilePainter, paint_overlay_points
from kurume_bousai.ui.map_panel.paint import (
    Label,
    paint_bar,
    paint_line,
    paint_square,
)
from kurume_bousai.ui.map_panel.pen import occupy_found, paint_found
from kurume_bousai.ui.map_panel.people import PeopleAtHome, paint_people
from kurume_bousai.ui.map_panel.reach import ReachPainter
from kurume_bousai.ui.map_panel.viewport import Viewport


class ScenePainter:
    """場面を塗る. Keeps decoded background pictures between paintings."""

    def __init__(self) -> None:
        self.shows_legend = True
        self._pictures: dict[str, QImage] = {}
        self._homes = PeopleAtHome()
        self._reach = ReachPainter()
        self._overlays = OverlayPainter()
        self._tiles = TilePainter()

    def forget_pictures(self, scene: MapScene) -> None:
        """Drop decoded pictures that the scene does not have."""
        kept = {image.id for image in scene.backgrounds}
        self._pictures = {key: image for key, image in self._pictures.items() if key in kept}
        self._overlays.forget(scene)

    def paint(
        self,
        painter: QPainter,
        rect: QRect,
        scene: MapScene,
        viewport: Viewport,
        *,
        unit: float | None = None,
    ) -> list[Hit]:
        """Paint a scene into ``rect`` and return what can be pressed; ``unit`` None = the text scale."""
        size = unit if unit is not None else font("body").pixelSize() / 16
        canvas = Canvas(painter, scene, viewport, QRectF(0, 0, rect.width(), rect.height()), size)
        painter.save()
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        painter.translate(rect.topLeft())
        painter.setFont(words_font(size, 15))
        painter.fillRect(canvas.rect, QColor("#F6F6F2"))
        self._tiles.paint(canvas)
        self._pictures_of(canvas)
        for layer_id, paint in _LAYERS:
            if layer_id == "district":
                self._overlays.paint(canvas)
            if canvas.shows(layer_id):
                painter.setOpacity(1.0)
                paint(canvas)
            if layer_id == "district" and canvas.shows("reach"):
                self._reach.paint(canvas)
        if canvas.shows("person"):
            paint_people(canvas, self._homes)
        painter.setOpacity(1.0)
        if scene.found is not None:
            occupy_found(canvas, viewport.to_screen(*scene.found))
        canvas.labels.paint(painter, words_font(size, 15))
        if scene.found is not None:
            paint_found(painter, viewport.to_screen(*scene.found), size)
        if self.shows_legend:
            paint_legend(painter, scene, canvas.rect, size)
        paint_scale(painter, canvas.rect, viewport, size)
        paint_credit(painter, scene, canvas.rect, size)
        _watermark(canvas)
        painter.restore()
        return canvas.hits

    def _pictures_of(self, canvas: Canvas) -> None:
        if not canvas.shows("background"):
            return
        for image in canvas.scene.backgrounds:
            if image.id not in self._pictures:
                self._pictures[image.id] = QImage.fromData(image.png)
            top_left = canvas.viewport.to_screen(image.west, image.north)
            bottom_right = canvas.viewport.to_screen(image.east, image.south)
            canvas.painter.setOpacity(
                image.opacity * canvas.scene.visibility.opacities.get("background", 1.0)
            )
            canvas.painter.drawImage(QRectF(top_left, bottom_right), self._pictures[image.id])


# ---------------------------------------------------------------- ground
def _graticule(canvas: Canvas) -> None:
    viewport = canvas.viewport
    west, north = viewport.to_degrees(QPointF(0, 0))
    east, south = viewport.to_degrees(QPointF(canvas.rect.width(), canvas.rect.height()))
    steps = (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
    step = next((one for one in steps if (east - west) / one >= 4), steps[-1])
    canvas.painter.setPen(QPen(QColor("#E3E4DE"), 1))
    for index in range(math.ceil(west / step), math.floor(east / step) + 1):
        x = viewport.to_screen(index * step, south).x()
        canvas.painter.drawLine(QPointF(x, 0), QPointF(x, canvas.rect.height()))
    for index in range(math.ceil(south / step), math.floor(north / step) + 1):
        y = viewport.to_screen(west, index * step).y()
        canvas.painter.drawLine(QPointF(0, y), QPointF(canvas.rect.width(), y))


def _hazards(canvas: Canvas) -> None:
    canvas.painter.setOpacity(canvas.scene.visibility.opacities.get("flood", 0.7))
    for zone in canvas.scene.hazards:
        shade = FLOOD_COLOURS.get(FloodRank(zone.rank))
        if shade is not None:
            canvas.painter.fillPath(canvas.polygon_path(zone.polygons), QColor(shade))


def _districts(canvas: Canvas) -> None:
    drawn = [(shape, canvas.polygon_path(shape.polygons)) for shape in canvas.scene.districts]
    for shape, path in drawn:
        if shape.shade is not None and shape.shade >= 0:
            canvas.painter.fillPath(path, colour(f"ramp_{shape.shade}"))
        elif shape.shade is not None:
            _hatch(canvas, path)
    for shape, path in drawn:
        dash = (8, 6) if shape.approximate else ()
        if shape.shade is None:
            paint_line(canvas.painter, path, colour("quiet"), 1.5, dash)
        else:
            ink = colour("quiet" if shape.approximate else "halo")
            paint_line(canvas.painter, path, ink, 1.5, dash, halo=0)
    for shape, path in drawn:
        is_chosen = shape.id == canvas.scene.chosen_district
        if is_chosen:
            paint_line(canvas.painter, path, colour("accent"), 4, (10, 7) if shape.approximate else ())
        if is_chosen or canvas.scene.names_districts:
            _name_district(canvas, shape, is_chosen=is_chosen)


def _hatch(canvas: Canvas, path: QPainterPath) -> None:
    canvas.painter.save()
    canvas.painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    draw_hatch(
        canvas.painter, path.boundingRect().intersected(canvas.rect), QPen(colour("edge"), 1.5), step=8
    )
    canvas.painter.restore()


def _name_district(canvas: Canvas, shape: DistrictShape, *, is_chosen: bool) -> None:
    if not shape.name:  # the screen names the 校区 elsewhere
        return
    corners = shape.polygons[0][0] if shape.polygons else ((0.0, 0.0),)
    middle = (sum(p[0] for p in corners) / len(corners), sum(p[1] for p in corners) / len(corners))
    at = canvas.viewport.to_screen(*(shape.label_at or middle))
    name = f"{shape.name} {shape.caption}" if is_chosen and shape.caption else shape.name
    text = f"{name}(概略)" if shape.approximate else name
    if canvas.sees(at, 0):
        canvas.labels.add(Label(text, at, 0, 900 if is_chosen else 5, droppable=not is_chosen, centred=True))


def district_at(scene: MapScene, lon: float, lat: float) -> str:
    """Id of the 校区 that holds a place; "" = none."""
    for shape in scene.districts:
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.OddEvenFill)
        for polygon in shape.polygons:
            for ring in polygon:
                path.moveTo(*ring[0])
                for corner in ring[1:]:
                    path.lineTo(*corner)
        if path.contains(QPointF(lon, lat)):
            return shape.id
    return ""


# ---------------------------------------------------------------- places and drawings
def _links(canvas: Canvas) -> None:
    for link in canvas.scene.links:
        canvas.painter.setOpacity(canvas.opacity(link.table))
        path = canvas.path((link.start, link.end))
        if link.is_chosen:
            paint_line(canvas.painter, path, colour("accent"), 4, (14, 8))
        else:
            dash = (12, 7) if link.kind is LinkKind.SITE else ()
            paint_line(canvas.painter, path, colour("map_text"), 2.5, dash)


def _sites(kind: SiteKind) -> Callable[[Canvas], None]:
    def paint(canvas: Canvas) -> None:
        if kind is not SiteKind.WELFARE and canvas.viewport.zoom < SITES_ZOOM:
            return
        for site in canvas.scene.sites:
            at = canvas.viewport.to_screen(site.lon, site.lat)
            if site.kind is kind and canvas.sees(at):
                _paint_site(canvas, site, at)

    return paint


def _paint_site(canvas: Canvas, site: SiteMark, at: QPointF) -> None:
    is_far = canvas.viewport.zoom < SITES_ZOOM
    size = canvas.px(20 if is_far else 26)
    paint_square(canvas.painter, SITE_LETTERS[site.kind], at, size, hollow=site.is_closed)
    if site.is_closed:
        paint_bar(canvas.painter, at, size)
    canvas.take(Hit("site", site.id, at, size, size, 1))
    is_loud = bool(site.note) or site.is_closed
    note = "使えません" if site.is_closed else site.note
    text = f"{site.name} {note}" if note else site.name
    priority = 60 if is_loud else 50 if site.kind is SiteKind.WELFARE else 10
    canvas.labels.add(Label(text, at, size / 2 + 2, priority, droppable=not is_loud or is_far))


def _watermark(canvas: Canvas) -> None:
    if not canvas.scene.watermark:
        return
    face = words_font(canvas.unit, 20)
    width = QFontMetricsF(face).horizontalAdvance(canvas.scene.watermark) + canvas.px(32)
    box = QRectF((canvas.rect.width() - width) / 2, canvas.px(10), width, canvas.px(32))
    canvas.painter.setFont(face)
    canvas.painter.setPen(QPen(colour("map_text"), 2))
    canvas.painter.setBrush(colour("halo"))
    canvas.painter.drawRoundedRect(box, 6, 6)
    canvas.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, canvas.scene.watermark)


_LAYERS: Final[tuple[tuple[str, Callable[[Canvas], None]], ...]] = (
    ("graticule", _graticule),
    ("flood", _hazards),
    ("district", _districts),
    ("link", _links),
    ("way", paint_ways),
    ("drawn", paint_drawn),
    ("overlay", paint_overlay_points),
    ("emergency", _sites(SiteKind.EMERGENCY)),
    ("designated", _sites(SiteKind.DESIGNATED)),
    ("assembly", _sites(SiteKind.ASSEMBLY)),
    ("welfare", _sites(SiteKind.WELFARE)),
)
