"""流れの地図: from which 校区 to which site people are placed; lines between points, nobody in between."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.capacity_answer import CapacityAnswer, Flow
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.ui.capacity.reading import (
    CapacityPlaces,
    flows_by_district,
    flows_by_site,
    site_state,
)
from kurume_bousai.ui.kit.painters import State, draw_state
from kurume_bousai.ui.kit.tokens import colour, font, px
from kurume_bousai.ui.map_panel.canvas import Hit
from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.map_panel.paint import Label, LabelBook, paint_line

_THINNEST, _THICKEST = 1.5, 9.0
#: Least height of the ground shown in degrees, and the share of it kept free for the scale.
_LEAST_HIGH, _FREE_BELOW = 0.01, 0.15
#: More flows than this are drawn thin and without a rim.
_MANY_FLOWS = 60
_NAMED: Final = 7
_STEPS: Final = 12
#: What is not lit stays visible, but behind.
_BEHIND: Final = 0.22
#: The 校区 asked about or lit is filled, not named: a label would hide lines.
_ASKED_SHADE: Final = 1
_SITE_RANK: Final = 0


class LitKind(StrEnum):
    """目立たせるもの."""

    DISTRICT = "district"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Lit:
    """目立たせる校区か施設: its flows stand before the others."""

    kind: LitKind
    id: str

    def holds(self, flow: Flow) -> bool:
        """Whether a flow belongs to it."""
        return self.id == (flow.district_id if self.kind is LitKind.DISTRICT else flow.site_id)


class FlowMap(NativeMapView):
    """流れの地図. Shows the 校区, the sites with their state and lines as thick as people are many.

    ``lit_changed(Lit | None)`` when a person lights a 校区 or a site in the map: by mouse, with Space on
    what is in the middle, or with 「次のページ」 and 「前のページ」 one after the other; Esc lights none.
    """

    lit_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answer: CapacityAnswer | None = None
        self._places = CapacityPlaces({}, ())
        self._points: dict[str, LonLat] = {}
        self._lit: Lit | None = None
        self.set_legend_visible(visible=False)
        self.setAccessibleName(
            "校区から施設への流れの地図。同じ数は下の「施設ごと」と「校区ごと」で読めます。"
            "PageDownで次の校区の流れを目立たせます。"
        )
        self.district_selected.connect(lambda name: self._light_one(Lit(LitKind.DISTRICT, name)))
        self.site_selected.connect(lambda name: self._light_one(Lit(LitKind.SITE, name)))

    @property
    def lit(self) -> Lit | None:
        """What stands before the others."""
        return self._lit

    def show_answer(self, answer: CapacityAnswer, places: CapacityPlaces) -> None:
        """Show the flows of an answer; one 校区's flows fill the map."""
        self._answer, self._places = answer, places
        self._points = {site.site_id: site.point for site in places.sites if site.point is not None}
        self._shade()
        points = [point for flow in answer.flows for point in self._ends(flow) or ()]
        if points:
            lons, lats = [p.lon for p in points], [p.lat for p in points]
            high = max(max(lats) - min(lats), _LEAST_HIGH)
            self.fit_bounds(min(lons), min(lats) - high * _FREE_BELOW, max(lons), max(lats))
        self.update()

    def light(self, lit: Lit | None) -> None:
        """Put the flows of a 校区 or site before the others; None = all alike. Tells nobody."""
        if lit == self._lit:
            return
        self._lit = lit
        self._shade()
        self.setAccessibleDescription(self.words())
        self.update()

    def words(self) -> str:
        """What is lit, in words: where its people go or come from, and how many."""
        if self._lit is None or self._answer is None:
            return ""
        flows = [flow for flow in self._answer.flows if self._lit.holds(flow)]
        if self._lit.kind is LitKind.DISTRICT:
            ways = [(self._places.short_name(site_id), people) for site_id, people in flows_by_site(flows)]
            return (
                f"{self._lit.id}校区から: {_ways(ways)}"
                if ways
                else f"{self._lit.id}校区から入れる人はいません"
            )
        name = self._places.short_name(SiteId(self._lit.id))
        ways = [(f"{district_id}校区", people) for district_id, people in flows_by_district(flows)]
        return f"{name}へ: {_ways(ways)}" if ways else f"{name}へ行く人はいません"

    # -- keyboard and mouse --------------------------------------------------------------------

    def keyPressEvent(self, event: Any) -> None:  # noqa: ANN401 - Qt's signature
        """PageDown and PageUp light one 校区 after the other, Esc none (Qt)."""
        if event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp) and self._answer is not None:
            self._light_next(1 if event.key() == Qt.Key.Key_PageDown else -1)
        elif event.key() == Qt.Key.Key_Escape and self._lit is not None:
            self._light_one(None)
        else:
            super().keyPressEvent(event)

    def _light_next(self, step: int) -> None:
        assert self._answer is not None  # noqa: S101 - asked by the caller
        order = [Lit(LitKind.DISTRICT, name) for name, _people in flows_by_district(self._answer.flows)]
        if not order:
            return
        place = order.index(self._lit) if self._lit in order else (-1 if step > 0 else 0)
        self._light_one(order[(place + step) % len(order)])

    def _light_one(self, lit: Lit | None) -> None:
        self.light(None if lit == self._lit else lit)
        self.lit_changed.emit(self._lit)

    def _hit_at(self, at: QPointF) -> Hit | None:
        side = px(22)
        for site_id, point in self._points.items():
            here = self._viewport.to_screen(point.lon, point.lat)
            hit = Hit("site", site_id, here, side, side, _SITE_RANK)
            if hit.way_to(at) == 0:
                return hit
        return super()._hit_at(at)

    # -- painting ------------------------------------------------------------------------------

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

    def _shade(self) -> None:
        asked = self._answer.conditions.district_id if self._answer is not None else None
        lit = self._lit.id if self._lit is not None and self._lit.kind is LitKind.DISTRICT else None
        shapes = tuple(
            replace(shape, shade=_ASKED_SHADE if shape.id in (asked, lit) else None)
            for shape in self.scene.districts
        )
        self.set_scene(replace(self.scene, districts=shapes))

    def _before(self, flow: Flow) -> bool:
        return self._lit is not None and self._lit.holds(flow)

    def _paint_lines(self, painter: QPainter, answer: CapacityAnswer) -> None:
        shown = [flow for flow in answer.flows if self._before(flow)] if self._lit else list(answer.flows)
        if self._lit is not None:
            painter.setOpacity(_BEHIND)
            self._paint_flows(painter, [flow for flow in answer.flows if not self._before(flow)], few=False)
        few = len(shown) <= _MANY_FLOWS
        painter.setOpacity(1.0 if few else 0.6)
        self._paint_flows(painter, shown, few=few)
        painter.setOpacity(1.0)
        painter.setBrush(colour("map_text"))
        for district_id in {flow.district_id for flow in shown}:
            point = self._places.districts.get(district_id)
            if point is not None:
                radius = px(3) if few else px(1.5)
                painter.drawEllipse(self._viewport.to_screen(point.lon, point.lat), radius, radius)

    def _paint_flows(self, painter: QPainter, flows: list[Flow], *, few: bool) -> None:
        most = max((flow.people for flow in flows), default=1)
        for flow in sorted(flows, key=lambda one: one.people):
            ends = self._ends(flow)
            if ends is None:
                continue
            start, end = (self._viewport.to_screen(point.lon, point.lat) for point in ends)
            path = QPainterPath(start)
            path.lineTo(end)
            share = math.sqrt(flow.people / most)
            thick = _THINNEST + (_THICKEST * (1 if few else 0.6) - _THINNEST) * share
            paint_line(painter, path, colour("map_text"), px(thick), halo=2 if few else 0)

    def _paint_sites(self, painter: QPainter, answer: CapacityAnswer) -> None:
        flows = [flow for flow in answer.flows if self._before(flow)] if self._lit else list(answer.flows)
        labels = self._label_book()
        size = 18 if len(flows) <= _MANY_FLOWS else 12
        if len(flows) <= _MANY_FLOWS:
            self._keep_off_lines(labels, flows)
        going = dict(flows_by_site(flows))
        named = {site_id for site_id, _people in flows_by_site(flows)[:_NAMED]}
        is_part = self._lit is not None or answer.conditions.district_id is not None
        for site in answer.by_site:
            point, state = self._points.get(site.site_id), site_state(site, self._places)
            if point is None or state is None:
                continue
            is_behind = is_part and site.site_id not in going
            if is_behind and self._lit is None:
                continue
            at = self._viewport.to_screen(point.lon, point.lat)
            side = px((size if state is not State.FEW else size + 2) * (0.7 if is_behind else 1))
            box = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
            painter.setOpacity(_BEHIND if is_behind else 1.0)
            draw_state(painter, box, state, halo=True)
            painter.setOpacity(1.0)
            labels.occupy(box)
            if site.site_id in named:
                words = f"{self._places.short_name(site.site_id)} {going[site.site_id]:,}人"
                labels.add(Label(words, at, side / 2 + 3, going[site.site_id], droppable=True))
        if self._lit is not None and self._lit.kind is LitKind.SITE:
            self._name_districts(labels, flows)
        labels.paint(painter, QFont(font("small")))

    def _name_districts(self, labels: LabelBook, flows: list[Flow]) -> None:
        for district_id, people in flows_by_district(flows)[:_NAMED]:
            point = self._places.districts.get(district_id)
            if point is not None:
                at = self._viewport.to_screen(point.lon, point.lat)
                labels.add(Label(f"{district_id} {people:,}人", at, px(4), people, droppable=True))

    def _label_book(self) -> LabelBook:
        """Names stay inside the map and off the scale."""
        labels = LabelBook()
        wide, high = self.width(), self.height()
        for outside in ((-400, -99, 400, high + 198), (wide, -99, 400, high + 198), (0, -99, wide, 99)):
            labels.occupy(QRectF(*outside))
        labels.occupy(QRectF(0, high - px(40), px(170), px(40)))
        return labels

    def _keep_off_lines(self, labels: LabelBook, flows: list[Flow]) -> None:
        """Names stand beside the lines, not on them."""
        for flow in flows:
            if (ends := self._ends(flow)) is not None:
                start, end = (self._viewport.to_screen(point.lon, point.lat) for point in ends)
                for step in range(1, _STEPS):
                    at = start + (end - start) * (step / _STEPS)
                    labels.occupy(QRectF(at.x() - 4, at.y() - 4, 8, 8))

    def _ends(self, flow: Flow) -> tuple[LonLat, LonLat] | None:
        start = self._places.districts.get(DistrictId(flow.district_id))
        end = self._points.get(flow.site_id)
        return None if start is None or end is None else (start, end)


def _ways(ways: list[tuple[str, int]]) -> str:
    first = "、".join(f"{name} {people:,}人" for name, people in ways[:4])
    rest = sum(people for _name, people in ways[4:])
    return f"{first}、ほか {len(ways) - 4}か所 {rest:,}人" if rest else first
