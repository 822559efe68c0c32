"""人を塗る: a sign, a number and need signs each; groups where there are too many to tell apart.

A group always says how many in it have no supporter, so that nobody in need is hidden by it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from kurume_bousai.mapview.protocol import PersonMark, PersonState
from kurume_bousai.ui.kit.tokens import colour
from kurume_bousai.ui.map_panel.canvas import Canvas, Hit, words_font
from kurume_bousai.ui.map_panel.paint import Label, paint_ring, paint_state
from kurume_bousai.ui.map_panel.viewport import project

#: Marks in view that can still be told apart, and the zoom from which everybody stands alone.
MOST_ALONE: Final = 200
ALONE_ZOOM: Final = 17.0
#: So many in one cell stand alone.
FEW: Final = 3
#: Marks beyond the edges whose signs or words reach in, px.
_BEYOND_PX: Final = 40.0
#: Between those who live at one place, px.
SPACING: Final = 19
ROUGH_SPACING: Final = 29
#: Dashes of the ring around somebody whose place is rough, in widths of its line.
ROUGH_DASH: Final = (2.2, 1.8)
_GOLDEN_ANGLE: Final = math.pi * (3 - math.sqrt(5))


def paint_people(canvas: Canvas, homes: PeopleAtHome) -> None:
    """Paint everybody in view, alone where they can be told apart, else in groups."""
    seen = list(_placed(canvas, homes))
    selected = [pair for pair in seen if pair[0].id == canvas.scene.selected]
    others = [pair for pair in seen if pair[0].id != canvas.scene.selected]
    # People of the other tables are faint marks, each alone: their boxes would cover the table in front.
    near = [pair for pair in others if canvas.opacity(pair[0].table) >= 1]
    far = [pair for pair in others if canvas.opacity(pair[0].table) < 1]
    together = len(near) > MOST_ALONE and canvas.viewport.zoom < ALONE_ZOOM
    crowds = _crowds(canvas, near) if together else []
    apart = [spot for crowd in crowds if len(crowd.spots) <= FEW for spot in crowd.spots]
    alone = [*far, *(apart if together else near)]
    alone.sort(key=lambda pair: (canvas.opacity(pair[0].table), _DRAW_ORDER[pair[0].state]))
    for crowd in crowds:
        if len(crowd.spots) > FEW:
            _paint_crowd(canvas, crowd)
    for mark, at in (*alone, *selected):
        _paint_person(canvas, mark, at)


_DRAW_ORDER: Final = {
    PersonState.DECIDED: 0,
    PersonState.UNKNOWN: 1,
    PersonState.PARTLY: 2,
    PersonState.NO_SUPPORTER: 3,
}
_Spot = tuple[PersonMark, QPointF]


class PeopleAtHome:
    """人の位置: people projected once and kept for the paintings that follow, until others are shown."""

    def __init__(self) -> None:
        self._people: Sequence[PersonMark] = ()
        self._spots: list[tuple[PersonMark, float, float, int]] = []

    def spots(self, people: Sequence[PersonMark]) -> list[tuple[PersonMark, float, float, int]]:
        """Return marks with their world pixel at zoom 0; the last number counts those of one place."""
        if people is not self._people:
            self._people = people
            count: dict[tuple[float, float], int] = {}
            self._spots = []
            for mark in people:
                place = (round(mark.lon, 6), round(mark.lat, 6))
                nth = count.get(place, 0)
                count[place] = nth + 1
                self._spots.append((mark, *project(mark.lon, mark.lat), nth))
        return self._spots


def _placed(canvas: Canvas, homes: PeopleAtHome) -> Iterable[_Spot]:
    """Where each person in view stands; those at one place lie around it like a sunflower's seeds."""
    view = canvas.viewport
    half_x, half_y = view.width / 2, view.height / 2
    right, bottom = canvas.rect.width() + _BEYOND_PX, canvas.rect.height() + _BEYOND_PX
    for mark, world_x, world_y, nth in homes.spots(canvas.scene.people):
        x = (world_x - view.x) * view.scale + half_x
        y = (world_y - view.y) * view.scale + half_y
        if not (-_BEYOND_PX < x < right and -_BEYOND_PX < y < bottom):
            continue
        # Those known only by their town stand at one point, with a ring each: they need more room.
        radius = canvas.px(ROUGH_SPACING if mark.is_rough else SPACING) * math.sqrt(nth)
        turn = nth * _GOLDEN_ANGLE
        yield mark, QPointF(x + radius * math.cos(turn), y + radius * math.sin(turn))


@dataclass(slots=True)
class _Crowd:
    """まとまり: people of one cell that is fixed to the ground."""

    cell: QRectF
    spots: list[_Spot] = field(default_factory=list)

    def box(self, width: float, height: float) -> QRectF:
        """Place a box where the people are, inside the cell, so that no two boxes overlap."""
        x = sum(at.x() for _, at in self.spots) / len(self.spots) - width / 2
        y = sum(at.y() for _, at in self.spots) / len(self.spots) - height / 2
        left = max(self.cell.left() + 1, min(x, self.cell.right() - width - 1))
        top = max(self.cell.top() + 1, min(y, self.cell.bottom() - height - 1))
        return QRectF(left, top, width, height)


def _crowds(canvas: Canvas, spots: Sequence[_Spot]) -> list[_Crowd]:
    width, height = canvas.px(150), canvas.px(58)
    left, top = canvas.viewport.origin.x(), canvas.viewport.origin.y()
    crowds: dict[tuple[int, int, float], _Crowd] = {}
    for mark, at in spots:
        column = int((at.x() + left) // width)
        row = int((at.y() + top) // height)
        key = (column, row, canvas.opacity(mark.table))
        crowd = crowds.get(key)
        if crowd is None:
            cell = QRectF(column * width - left, row * height - top, width, height)
            crowd = crowds[key] = _Crowd(cell)
        crowd.spots.append((mark, at))
    return list(crowds.values())


def _paint_crowd(canvas: Canvas, crowd: _Crowd) -> None:
    alone = sum(mark.state is PersonState.NO_SUPPORTER for mark, _ in crowd.spots)
    lines = [f"{len(crowd.spots)}人"] + ([f"うち支援者なし{alone}"] if alone else [])
    face = words_font(canvas.unit, 14)
    metrics = QFontMetricsF(face)
    sign = canvas.px(16) if alone else 0.0
    width = max(metrics.horizontalAdvance(line) for line in lines) + sign + canvas.px(12)
    height = metrics.height() * len(lines) + canvas.px(4)
    box = crowd.box(width, height)
    painter = canvas.painter
    painter.setOpacity(canvas.opacity(crowd.spots[0][0].table))
    edge = QPen(colour("map_text"), 1.5)
    if all(mark.is_rough for mark, _ in crowd.spots):
        edge.setDashPattern(list(ROUGH_DASH))
    painter.setPen(edge)
    painter.setBrush(colour("halo"))
    painter.drawRoundedRect(box, 6, 6)
    painter.setFont(face)
    for index, line in enumerate(lines):
        row = QRectF(
            box.left() + sign, box.top() + 2 + index * metrics.height(), width - sign, metrics.height()
        )
        painter.drawText(row, Qt.AlignmentFlag.AlignCenter, line)
    if alone:
        at = QPointF(box.left() + sign / 2 + canvas.px(4), box.bottom() - metrics.height() / 2 - 2)
        paint_state(painter, PersonState.NO_SUPPORTER, at, canvas.px(11))
    places = tuple((mark.lon, mark.lat) for mark, _ in crowd.spots)
    canvas.take(Hit("group", "", box.center(), width, height, 0, places))


def _paint_person(canvas: Canvas, mark: PersonMark, at: QPointF) -> None:
    size = canvas.px(17)
    is_selected = mark.id == canvas.scene.selected
    opacity = 1.0 if is_selected else canvas.opacity(mark.table)
    canvas.painter.setOpacity(opacity)
    if is_selected:
        paint_ring(canvas.painter, at, size * 1.05)
    if mark.is_rough:
        paint_rough(canvas.painter, at, size * 0.8)
    paint_state(canvas.painter, mark.state, at, size)
    canvas.take(Hit("person", mark.id, at, size, size, 0))
    text = f"{mark.number or ''}{mark.signs}"
    reach = size * 0.8 if mark.is_rough else size / 2
    # People of the other tables keep their place and state; only the chosen table's are named by number.
    if text and (is_selected or canvas.opacity(mark.table) >= 1):
        urgent = 20 if mark.state is PersonState.NO_SUPPORTER else 0
        priority = 1000 if is_selected else (100 + urgent) * opacity
        canvas.labels.add(Label(text, at, reach + 1, priority, opacity))


def paint_rough(painter: QPainter, at: QPointF, radius: float) -> None:
    """Paint the dashed ring of somebody of whom only the middle of the town is known."""
    painter.setPen(QPen(colour("halo"), 4))
    painter.setBrush(colour("halo"))
    painter.drawEllipse(at, radius, radius)
    ring = QPen(colour("map_text"), 1.8)
    ring.setDashPattern(list(ROUGH_DASH))
    painter.setPen(ring)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(at, radius, radius)
