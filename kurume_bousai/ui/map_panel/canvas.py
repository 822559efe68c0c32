"""一回の塗り: what the painters of a scene share while one picture is painted."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPolygonF

from kurume_bousai.mapview.protocol import Line, MapScene, Polygon
from kurume_bousai.ui.kit.tokens import font
from kurume_bousai.ui.map_panel.paint import LabelBook
from kurume_bousai.ui.map_panel.viewport import Viewport

#: Opacity of what belongs to other tables (UI.md).
FADED: Final = 0.38


@dataclass(frozen=True, slots=True)
class Hit:
    """当たり: what can be pressed, as a box around ``at``; a group carries the places of its people.

    With a ``trail`` it is pressed along that line, or (``is_ring``) anywhere inside it.
    """

    kind: str
    id: str
    at: QPointF
    width: float
    height: float
    rank: int
    places: Line = field(default=(), repr=False)
    trail: tuple[QPointF, ...] = field(default=(), repr=False)
    is_ring: bool = False

    def way_to(self, point: QPointF) -> float:
        """Pixels from a point to the box, line or ring; 0 inside."""
        if self.is_ring:
            polygon = QPolygonF(self.trail)
            return 0.0 if polygon.containsPoint(point, Qt.FillRule.OddEvenFill) else math.inf
        if self.trail:
            legs = pairwise(self.trail)
            return min((_way_to_leg(point, start, end) for start, end in legs), default=math.inf)
        x = max(0.0, abs(point.x() - self.at.x()) - self.width / 2)
        y = max(0.0, abs(point.y() - self.at.y()) - self.height / 2)
        return math.hypot(x, y)


def _way_to_leg(point: QPointF, start: QPointF, end: QPointF) -> float:
    leg, to_point = end - start, point - start
    square = QPointF.dotProduct(leg, leg)
    share = min(1.0, max(0.0, QPointF.dotProduct(leg, to_point) / square)) if square else 0.0
    rest = to_point - leg * share
    return math.hypot(rest.x(), rest.y())


@dataclass(slots=True)
class Canvas:
    """One painting: painter, view, sizes, and what gathers on the way."""

    painter: QPainter
    scene: MapScene
    viewport: Viewport
    rect: QRectF
    unit: float
    hits: list[Hit] = field(default_factory=list)
    labels: LabelBook = field(default_factory=LabelBook)

    def px(self, size: float) -> float:
        """Pixels of a size at unit 1."""
        return size * self.unit

    def shows(self, layer_id: str) -> bool:
        """Whether a layer of the catalogue is on."""
        return layer_id not in self.scene.visibility.hidden

    def opacity(self, table: str) -> float:
        """Opacity of what belongs to a table: others fade."""
        return FADED if self.scene.table and table != self.scene.table else 1.0

    def sees(self, at: QPointF, margin: float = 40) -> bool:
        """Whether a pixel is in view."""
        return self.rect.adjusted(-margin, -margin, margin, margin).contains(at)

    def path(self, line: Line, *, closed: bool = False) -> QPainterPath:
        """A line in pixels."""
        path = QPainterPath()
        for index, (lon, lat) in enumerate(line):
            at = self.viewport.to_screen(lon, lat)
            if index:
                path.lineTo(at)
            else:
                path.moveTo(at)
        if closed:
            path.closeSubpath()
        return path

    def polygon_path(self, polygons: Iterable[Polygon]) -> QPainterPath:
        """Polygons in pixels, holes left out."""
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.OddEvenFill)
        for polygon in polygons:
            for ring in polygon:
                path.addPath(self.path(ring, closed=True))
        return path

    def take(self, hit: Hit) -> None:
        """Keep what can be pressed, and keep labels off it."""
        self.hits.append(hit)
        left, top = hit.at.x() - hit.width / 2, hit.at.y() - hit.height / 2
        self.labels.occupy(QRectF(left, top, hit.width, hit.height))


def words_font(unit: float, size: float, *, bold: bool = False) -> QFont:
    """Font of the map's words, ``size`` px at unit 1."""
    made = font("body", bold=bold)
    made.setPixelSize(max(8, round(size * unit)))
    return made
