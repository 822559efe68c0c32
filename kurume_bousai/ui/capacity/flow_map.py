"""流れの地図: from which 校区 to which site people are placed; lines between points, nobody in between."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.capacity_answer import CapacityAnswer, Flow
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.ui.capacity.reading import CapacityPlaces, flows_by_site, site_state
from kurume_bousai.ui.kit.painters import State, draw_state
from kurume_bousai.ui.kit.tokens import colour, font, px
from kurume_bousai.ui.map_native import NativeMapView
from kurume_bousai.ui.map_paint import Label, LabelBook, paint_line

_THINNEST, _THICKEST = 1.5, 9.0
#: Least height of the ground shown in degrees, and the share of it kept free for the scale.
_LEAST_HIGH, _FREE_BELOW = 0.01, 0.15
#: More flows than this are drawn thin and without a rim.
_MANY_FLOWS = 60
_NAMED_SITES: Final = 7
_STEPS: Final = 12
#: The 校区 asked about is filled, not named: its name stands in the question, and a label hides lines.
_ASKED_SHADE: Final = 1


class FlowMap(NativeMapView):
    """流れの地図. Shows the 校区, the sites with their state and lines as thick as people are many."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answer: CapacityAnswer | None = None
        self._places = CapacityPlaces({}, ())
        self.set_legend_visible(visible=False)
        self.setAccessibleName(
            "校区から施設への流れの地図。同じ数は下の「施設ごと」と「校区ごと」で読めます。"
        )

    def show_answer(self, answer: CapacityAnswer, places: CapacityPlaces) -> None:
        """Show the flows of an answer; one 校区's flows fill the map."""
        self._answer, self._places = answer, places
        asked = answer.conditions.district_id
        shapes = tuple(
            replace(shape, shade=_ASKED_SHADE if shape.id == asked else None)
            for shape in self.scene.districts
        )
        self.set_scene(replace(self.scene, districts=shapes))
        points = [point for flow in answer.flows for point in self._ends(flow) or ()]
        if points:
            lons, lats = [p.lon for p in points], [p.lat for p in points]
            high = max(max(lats) - min(lats), _LEAST_HIGH)
            self.fit_bounds(min(lons), min(lats) - high * _FREE_BELOW, max(lons), max(lats))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, then lines, sites and names (Qt)."""
        super().paintEvent(event)
        if self._answer is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_lines(painter, self._answer)
        self._paint_sites(painter, self._answer)
        painter.end()

    def _paint_lines(self, painter: QPainter, answer: CapacityAnswer) -> None:
        most = max((flow.people for flow in answer.flows), default=1)
        is_few = len(answer.flows) <= _MANY_FLOWS
        painter.setOpacity(1.0 if is_few else 0.6)
        for flow in sorted(answer.flows, key=lambda one: one.people):
            ends = self._ends(flow)
            if ends is None:
                continue
            start, end = (self._viewport.to_screen(point.lon, point.lat) for point in ends)
            path = QPainterPath(start)
            path.lineTo(end)
            share = math.sqrt(flow.people / most)
            thick = _THINNEST + (_THICKEST * (1 if is_few else 0.6) - _THINNEST) * share
            paint_line(painter, path, colour("map_text"), px(thick), halo=2 if is_few else 0)
        painter.setOpacity(1.0)
        painter.setBrush(colour("map_text"))
        for district_id in {flow.district_id for flow in answer.flows}:
            point = self._places.districts.get(district_id)
            if point is not None:
                radius = px(3) if is_few else px(1.5)
                painter.drawEllipse(self._viewport.to_screen(point.lon, point.lat), radius, radius)

    def _paint_sites(self, painter: QPainter, answer: CapacityAnswer) -> None:
        labels = LabelBook()
        wide, high = self.width(), self.height()
        for outside in ((-400, -99, 400, high + 198), (wide, -99, 400, high + 198), (0, -99, wide, 99)):
            labels.occupy(QRectF(*outside))
        labels.occupy(QRectF(0, high - px(40), px(170), px(40)))  # the scale
        size = 18 if len(answer.flows) <= _MANY_FLOWS else 12
        self._keep_off_lines(labels, answer)
        going = dict(flows_by_site(answer))
        named = {site_id for site_id, _people in flows_by_site(answer)[:_NAMED_SITES]}
        for site in answer.by_site:
            point = self._point_of(site.site_id)
            state = site_state(site)
            if point is None or state is None:
                continue
            if answer.conditions.district_id is not None and site.site_id not in going:
                continue
            at = self._viewport.to_screen(point.lon, point.lat)
            side = px(size if state is not State.FEW else size + 2)
            box = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
            draw_state(painter, box, state, halo=True)
            labels.occupy(box)
            if site.site_id in named:
                words = f"{self._places.short_name(site.site_id)} {going[site.site_id]:,}人"
                labels.add(Label(words, at, side / 2 + 3, going[site.site_id], droppable=True))
        face = QFont(font("small"))
        labels.paint(painter, face)

    def _keep_off_lines(self, labels: LabelBook, answer: CapacityAnswer) -> None:
        """Names stand beside the lines of one 校区, not on them."""
        if len(answer.flows) > _MANY_FLOWS:
            return
        for flow in answer.flows:
            if (ends := self._ends(flow)) is not None:
                start, end = (self._viewport.to_screen(point.lon, point.lat) for point in ends)
                for step in range(1, _STEPS):
                    at = start + (end - start) * (step / _STEPS)
                    labels.occupy(QRectF(at.x() - 4, at.y() - 4, 8, 8))

    def _ends(self, flow: Flow) -> tuple[LonLat, LonLat] | None:
        start, end = self._places.districts.get(flow.district_id), self._point_of(flow.site_id)
        return None if start is None or end is None else (start, end)

    def _point_of(self, site_id: SiteId) -> LonLat | None:
        return next((site.point for site in self._places.sites if site.site_id == site_id), None)
