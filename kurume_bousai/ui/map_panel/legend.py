"""凡例と縮尺 of the painted map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from kurume_bousai.domain.hazards import FLOOD_COLOURS, FloodRank
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.labels import label
from kurume_bousai.mapview.protocol import (
    SITE_LETTERS,
    LayerClass,
    LinkKind,
    MapScene,
    PersonState,
    ReachClass,
    SiteKind,
)
from kurume_bousai.ui.kit.painters import draw_hatch
from kurume_bousai.ui.kit.tokens import colour, font
from kurume_bousai.ui.map_panel.drawn import DRAWN_LETTERS, paint_frame
from kurume_bousai.ui.map_panel.overlays import class_brushes, class_pen, overlay_credits, overlay_rows
from kurume_bousai.ui.map_panel.paint import paint_cross, paint_square, paint_state
from kurume_bousai.ui.map_panel.pen import INK
from kurume_bousai.ui.map_panel.people import paint_rough
from kurume_bousai.ui.map_panel.reach import paint_reach_sign
from kurume_bousai.ui.map_panel.viewport import Viewport

LINK_WORDS: Final = {LinkKind.SUPPORTER: "支援者まで", LinkKind.SITE: "行先まで"}
SITE_WORDS: Final = {
    SiteKind.WELFARE: "福祉避難所",
    SiteKind.DESIGNATED: "指定避難所",
    SiteKind.EMERGENCY: "指定緊急避難場所",
    SiteKind.ASSEMBLY: "集合場所",
}
#: Key: whether the way is a straight line, because no roads are known.
WAY_WORDS: Final = {False: "経路(道にそって)", True: "経路(道が不明のため直線)"}
ROUGH_WORDS: Final = "町の中ほど(位置は概略)"

#: As in ``maps/layers.toml``; a test compares them.
SITES_CREDIT: Final = "指定緊急避難場所・指定避難所データ(国土地理院)を加工"

_Sign = Callable[[QPainter, QPointF, float], None]
_ROUND_M: Final = (5000, 2000, 1000, 500, 200, 100, 50, 20, 10)


def legend_rows(scene: MapScene) -> list[tuple[_Sign, str]]:
    """Signs and words of what the scene shows."""
    hidden = scene.visibility.hidden
    # What was just asked for stands first: nobody knows its colours by heart.
    rows = [*(_way_rows(scene) if "way" not in hidden else ())]
    rows += _reach_rows(scene) if "reach" not in hidden else []
    if scene.people and "person" not in hidden:
        rows += [(partial(_state, state), label(state)) for state in PersonState]
        if any(mark.is_rough for mark in scene.people):
            rows.append((_rough, ROUGH_WORDS))
    kinds = {site.kind for site in scene.sites if site.kind.value not in hidden}
    rows += [(partial(_square, SITE_LETTERS[kind]), SITE_WORDS[kind]) for kind in SiteKind if kind in kinds]
    drawn = {mark.kind for mark in scene.drawn} if "drawn" not in hidden else set()
    rows += [(partial(_drawing, kind), label(kind)) for kind in FeatureKind if kind in drawn]
    if "district" not in hidden:
        if any(shape.approximate for shape in scene.districts):
            rows.append((_dashes, "校区の区域(概略)"))
        if any(shape.shade is not None for shape in scene.districts):
            boxes = [(partial(_box, colour(f"ramp_{n}")), words) for n, words in enumerate(scene.shade_words)]
            rows += boxes
        if any(shape.shade is not None and shape.shade < 0 for shape in scene.districts):
            rows.append((_hatch_box, "不明・少人数"))
    lines = {link.kind for link in scene.links} if "link" not in hidden else set()
    rows += [(partial(_line, kind), LINK_WORDS[kind]) for kind in LinkKind if kind in lines]
    ranks = sorted({FloodRank(zone.rank) for zone in scene.hazards}) if "flood" not in hidden else []
    rows += [(partial(_box, QColor(FLOOD_COLOURS[rank])), f"浸水 {label(rank)}") for rank in ranks if rank]
    for title, classes in overlay_rows(scene):
        rows.append((_nothing, title))
        rows += [(partial(_class, look), words) for look, words in classes]
    return rows


def _way_rows(scene: MapScene) -> list[tuple[_Sign, str]]:
    found = {way.is_straight for way in scene.ways}
    return [(partial(_way, is_straight), WAY_WORDS[is_straight]) for is_straight in sorted(found)]


def _reach_rows(scene: MapScene) -> list[tuple[_Sign, str]]:
    if scene.reach is None:
        return []
    rows: list[tuple[_Sign, str]] = [(_nothing, scene.reach.title)] if scene.reach.title else []
    for index, one in enumerate(scene.reach.classes):
        rows.append((partial(_reach_class, index, one), one.words))
    return [*rows, (_goal, scene.reach.goal_words)] if scene.reach.goals else rows


@dataclass(frozen=True, slots=True)
class LegendLayout:
    """凡例の割り付け: rows in columns of one width, all sizes in px."""

    rows: list[tuple[_Sign, str]]
    face: QFont
    row_height: float
    per_column: int
    column_width: float

    @classmethod
    def fitting(cls, scene: MapScene, height: float, unit: float) -> LegendLayout:
        """Lay the rows of a scene out in as few columns as ``height`` px allow."""
        rows = legend_rows(scene)
        face = font("small")
        face.setPixelSize(round(14 * unit))
        metrics = QFontMetricsF(face)
        row_height = max(metrics.height(), 22 * unit) + 2
        columns = -(-len(rows) // max(1, int((height - 12) // row_height))) or 1
        widest = max((metrics.horizontalAdvance(words) for _, words in rows), default=0)
        return cls(rows, face, row_height, -(-len(rows) // columns), widest + 22 * unit + 24)

    @property
    def size(self) -> QSizeF:
        """Width and height of the whole."""
        if not self.rows:
            return QSizeF(0, 0)
        columns = -(-len(self.rows) // self.per_column)
        return QSizeF(self.column_width * columns, self.row_height * self.per_column + 12)

    def paint(self, painter: QPainter, corner: QPointF, unit: float) -> None:
        """Paint the rows below and right of ``corner``."""
        for index, (sign, words) in enumerate(self.rows):
            column, row = divmod(index, self.per_column)
            left, top = corner.x() + column * self.column_width, corner.y() + 6 + row * self.row_height
            sign(painter, QPointF(left + 8 + 11 * unit, top + self.row_height / 2), unit)
            painter.setFont(self.face)
            painter.setPen(colour("map_text"))
            line = QRectF(left + 16 + 22 * unit, top, self.column_width, self.row_height)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


def paint_legend(painter: QPainter, scene: MapScene, rect: QRectF, unit: float) -> None:
    """Paint the legend in the top left corner; the scale and north keep the corner below."""
    layout = LegendLayout.fitting(scene, rect.height() - 10 - 36 * unit, unit)
    if not layout.rows:
        return
    corner = QPointF(10, 10)
    painter.setPen(QPen(colour("edge"), 1))
    painter.setBrush(colour("halo"))
    painter.drawRoundedRect(QRectF(corner, layout.size), 6, 6)
    layout.paint(painter, corner, unit)


def paint_scale(painter: QPainter, rect: QRectF, viewport: Viewport, unit: float) -> None:
    """Paint the scale bar and north in the bottom left corner."""
    per_px = viewport.metres_per_px()
    metres = next((one for one in _ROUND_M if one / per_px <= 120 * unit), _ROUND_M[-1])
    length = metres / per_px
    face = font("small")
    face.setPixelSize(round(14 * unit))
    words = f"{metres // 1000}km" if metres >= 1000 else f"{metres}m"
    text = f"{words} 上が北"
    width = length + QFontMetricsF(face).horizontalAdvance(text) + 28 * unit
    box = QRectF(8, rect.height() - 30 * unit - 8, width, 30 * unit)
    painter.fillRect(box, colour("halo"))
    painter.setPen(QPen(colour("map_text"), 2))
    y = box.center().y()
    left = box.left() + 8
    painter.drawLine(QPointF(left, y), QPointF(left + length, y))
    for x in (left, left + length):
        painter.drawLine(QPointF(x, y - 5), QPointF(x, y + 5))
    painter.setFont(face)
    at = QRectF(left + length + 8, box.top(), width, box.height())
    painter.drawText(at, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def paint_credit(painter: QPainter, scene: MapScene, rect: QRectF, unit: float) -> None:
    """Paint the sources of what is shown, a line each, in the bottom right corner."""
    kinds = {site.kind for site in scene.sites if site.kind.value not in scene.visibility.hidden}
    own = [SITES_CREDIT] if kinds & {SiteKind.DESIGNATED, SiteKind.EMERGENCY} else []
    lines = [*own, *overlay_credits(scene)]
    if not lines:
        return
    face = font("small")
    face.setPixelSize(round(14 * unit))
    width = max(QFontMetricsF(face).horizontalAdvance(words) for words in lines) + 8
    height = 20 * unit
    box = QRectF(rect.width() - width, rect.height() - height * len(lines), width, height * len(lines))
    painter.fillRect(box, colour("halo"))
    painter.setFont(face)
    painter.setPen(colour("map_text"))
    for index, words in enumerate(lines):
        line = QRectF(box.left() + 4, box.top() + index * height, width, height)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


def _state(state: PersonState, painter: QPainter, at: QPointF, unit: float) -> None:
    paint_state(painter, state, at, 14 * unit)


def _square(letter: str, painter: QPainter, at: QPointF, unit: float) -> None:
    paint_square(painter, letter, at, 18 * unit)


def _drawing(kind: FeatureKind, painter: QPainter, at: QPointF, unit: float) -> None:
    if kind in DRAWN_LETTERS:
        letter, hollow = DRAWN_LETTERS[kind]
        paint_square(painter, letter, at, 18 * unit, hollow=hollow)
    elif kind is FeatureKind.BLOCKED_ROAD:
        paint_cross(painter, at, 14 * unit)
    else:
        painter.setPen(QPen(colour("map_text"), 4))
        painter.drawLine(at - QPointF(9 * unit, 0), at + QPointF(9 * unit, 0))


def _rough(painter: QPainter, at: QPointF, unit: float) -> None:
    paint_rough(painter, at, 9 * unit)


def _nothing(painter: QPainter, at: QPointF, unit: float) -> None:
    """A heading among the rows has no sign."""


def _way(is_straight: bool, painter: QPainter, at: QPointF, unit: float) -> None:
    pen = QPen(QColor(INK), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if is_straight:
        pen.setDashPattern([1.5, 1])
    painter.setPen(pen)
    painter.drawLine(at - QPointF(10 * unit, 0), at + QPointF(10 * unit, 0))


def _reach_class(index: int, one: ReachClass, painter: QPainter, at: QPointF, unit: float) -> None:
    paint_reach_sign(painter, at, unit, index, one)


def _goal(painter: QPainter, at: QPointF, unit: float) -> None:
    paint_frame(painter, at, 14 * unit)


def _line(kind: LinkKind, painter: QPainter, at: QPointF, unit: float) -> None:
    pen = QPen(colour("map_text"), 2.5)
    if kind is LinkKind.SITE:
        pen.setDashPattern([2.8, 1.6])
    painter.setPen(pen)
    painter.drawLine(at - QPointF(10 * unit, 0), at + QPointF(10 * unit, 0))


def _dashes(painter: QPainter, at: QPointF, unit: float) -> None:
    path = QPainterPath(at - QPointF(10 * unit, 0))
    path.lineTo(at + QPointF(10 * unit, 0))
    pen = QPen(colour("quiet"), 2)
    pen.setDashPattern([2.5, 2])
    painter.strokePath(path, pen)


def _hatch_box(painter: QPainter, at: QPointF, unit: float) -> None:
    box = QRectF(at.x() - 9 * unit, at.y() - 7 * unit, 18 * unit, 14 * unit)
    painter.save()
    painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
    draw_hatch(painter, box, QPen(colour("edge"), 1.5), step=6)
    painter.restore()
    painter.setPen(QPen(colour("edge"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)


def _class(look: LayerClass, painter: QPainter, at: QPointF, unit: float) -> None:
    """The sign of an overlay's class: a face, a line or a letter, as on the map."""
    if look.fill or look.hatch:
        box = QRectF(at.x() - 9 * unit, at.y() - 7 * unit, 18 * unit, 14 * unit)
        for brush in class_brushes(look):
            painter.fillRect(box, brush)
        painter.setPen(class_pen(look) if look.hatch and look.line else QPen(colour("edge"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
    elif look.letter:
        paint_square(painter, look.letter, at, 18 * unit, hollow=True)
    else:
        painter.setPen(class_pen(look))
        painter.drawLine(at - QPointF(10 * unit, 0), at + QPointF(10 * unit, 0))


def _box(fill: QColor, painter: QPainter, at: QPointF, unit: float) -> None:
    painter.setPen(QPen(colour("edge"), 1))
    painter.setBrush(fill)
    painter.drawRect(QRectF(at.x() - 9 * unit, at.y() - 7 * unit, 18 * unit, 14 * unit))
