"""凡例と縮尺 of the painted map."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from kurume_bousai.domain.hazards import FLOOD_COLOURS, FloodRank
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.labels import label
from kurume_bousai.mapview.protocol import SITE_LETTERS, LinkKind, MapScene, PersonState, SiteKind
from kurume_bousai.ui.kit.painters import draw_hatch
from kurume_bousai.ui.kit.tokens import colour, font
from kurume_bousai.ui.map_paint import paint_cross, paint_square, paint_state
from kurume_bousai.ui.map_viewport import Viewport

LINK_WORDS: Final = {LinkKind.SUPPORTER: "支援者まで", LinkKind.SITE: "行先まで"}
SITE_WORDS: Final = {
    SiteKind.WELFARE: "福祉避難所",
    SiteKind.DESIGNATED: "指定避難所",
    SiteKind.EMERGENCY: "指定緊急避難場所",
    SiteKind.ASSEMBLY: "集合場所",
}
_DRAWN_LETTERS: Final = {
    FeatureKind.ASSEMBLY_POINT: ("集", False),
    FeatureKind.DANGER: ("危", True),
    FeatureKind.RESOURCE: ("資", True),
}

#: As in ``maps/layers.toml``; a test compares them.
SITES_CREDIT: Final = "指定緊急避難場所・指定避難所データ(国土地理院)を加工"

_Sign = Callable[[QPainter, QPointF, float], None]
_ROUND_M: Final = (5000, 2000, 1000, 500, 200, 100, 50, 20, 10)


def legend_rows(scene: MapScene) -> list[tuple[_Sign, str]]:
    """Signs and words of what the scene shows."""
    hidden = scene.visibility.hidden
    rows: list[tuple[_Sign, str]] = []
    if scene.people and "person" not in hidden:
        rows += [(partial(_state, state), label(state)) for state in PersonState]
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
    return rows


def paint_legend(painter: QPainter, scene: MapScene, rect: QRectF, unit: float) -> None:
    """Paint the legend in the top left corner, as far as it fits."""
    rows = legend_rows(scene)
    if not rows:
        return
    face = font("small")
    face.setPixelSize(round(14 * unit))
    metrics = QFontMetricsF(face)
    row_height = max(metrics.height(), 22 * unit) + 2
    rows = rows[: max(1, int((rect.height() - 40) // row_height))]
    width = max(metrics.horizontalAdvance(words) for _, words in rows) + 22 * unit + 24
    box = QRectF(10, 10, width, row_height * len(rows) + 12)
    painter.setPen(QPen(colour("edge"), 1))
    painter.setBrush(colour("halo"))
    painter.drawRoundedRect(box, 6, 6)
    for index, (sign, words) in enumerate(rows):
        top = box.top() + 6 + index * row_height
        sign(painter, QPointF(box.left() + 8 + 11 * unit, top + row_height / 2), unit)
        painter.setFont(face)
        painter.setPen(colour("map_text"))
        line = QRectF(box.left() + 16 + 22 * unit, top, width, row_height)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


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
    """Paint the source of the open data that is shown, in the bottom right corner."""
    kinds = {site.kind for site in scene.sites if site.kind.value not in scene.visibility.hidden}
    if not kinds & {SiteKind.DESIGNATED, SiteKind.EMERGENCY}:
        return
    face = font("small")
    face.setPixelSize(round(14 * unit))
    width = QFontMetricsF(face).horizontalAdvance(SITES_CREDIT) + 8
    box = QRectF(rect.width() - width, rect.height() - 20 * unit, width, 20 * unit)
    painter.fillRect(box, colour("halo"))
    painter.setFont(face)
    painter.setPen(colour("map_text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, SITES_CREDIT)


def _state(state: PersonState, painter: QPainter, at: QPointF, unit: float) -> None:
    paint_state(painter, state, at, 14 * unit)


def _square(letter: str, painter: QPainter, at: QPointF, unit: float) -> None:
    paint_square(painter, letter, at, 18 * unit)


def _drawing(kind: FeatureKind, painter: QPainter, at: QPointF, unit: float) -> None:
    if kind in _DRAWN_LETTERS:
        letter, hollow = _DRAWN_LETTERS[kind]
        paint_square(painter, letter, at, 18 * unit, hollow=hollow)
    elif kind is FeatureKind.BLOCKED_ROAD:
        paint_cross(painter, at, 14 * unit)
    else:
        painter.setPen(QPen(colour("map_text"), 4))
        painter.drawLine(at - QPointF(9 * unit, 0), at + QPointF(9 * unit, 0))


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


def _box(fill: QColor, painter: QPainter, at: QPointF, unit: float) -> None:
    painter.setPen(QPen(colour("edge"), 1))
    painter.setBrush(fill)
    painter.drawRect(QRectF(at.x() - 9 * unit, at.y() - 7 * unit, 18 * unit, 14 * unit))
