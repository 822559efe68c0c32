"""止まらない地図: the map page, with the painted map in its place when the page cannot be kept alive.

A graphics driver that ends Chromium again and again never stops an exercise: the painted map shows the
same scene with the same tools, and screens go on talking to the same view.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from kurume_bousai.mapview.protocol import MapPageSource, MapScene, PersonMark
from kurume_bousai.ui.map_panel.native import NativeMapView
from kurume_bousai.ui.map_panel.panel import MapPanel

_LOG = logging.getLogger(__name__)

#: A page that cannot draw after so long is not waited for any more; when it comes after all, it takes over.
_PATIENCE_MS: Final = 30_000
_SWAPPED: Final = (
    "地図の表示が続けて止まったので、簡単な地図にかえました。同じ道具が使えます。記録は残っています。"
)


class SteadyMapPanel(MapPanel):
    """止まらない地図. ``is_spare`` tells whether the painted map stands in."""

    def __init__(self, source: MapPageSource, parent: QWidget | None = None) -> None:
        self._spare: NativeMapView | None = None
        super().__init__(source, parent)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._on_waited)
        self._patience.start()
        self.ready.connect(self._put_spare_away)

    @property
    def is_spare(self) -> bool:
        """Whether the painted map stands in."""
        return self._spare is not None

    # ------------------------------------------------ taking turns
    def _on_waited(self) -> None:
        if self.isVisible():
            self._give_up()
        else:  # nobody waits for a map that is not on the screen
            self._patience.start()

    def _give_up(self) -> None:
        self._patience.stop()
        if self._spare is not None:
            return
        _LOG.warning("the map page cannot be kept alive: painted map instead")
        spare = self._spare = NativeMapView(self)
        spare.set_legend_visible(self._legend)
        spare.fit_bounds(*super().view_bounds())
        self._view.hide()
        layout = self.layout()
        if layout is not None:
            layout.addWidget(spare)
        self.setFocusProxy(spare)
        self._connect_spare(spare)
        spare.set_scene(self._scene)
        spare.use_tool(self._tool)
        self.problem.emit(_SWAPPED)

    def _connect_spare(self, spare: NativeMapView) -> None:
        spare.drawn.connect(self.drawn)
        spare.person_selected.connect(self._on_spare_person)
        spare.site_selected.connect(self.site_selected)
        spare.district_selected.connect(self.district_selected)
        spare.feature_selected.connect(self.feature_selected)
        spare.point_clicked.connect(self.point_clicked)
        spare.feature_drawn.connect(self.feature_drawn)
        spare.measured.connect(self._on_corners_measured)
        spare.picked.connect(self.picked)
        spare.view_changed.connect(self._on_ground_moved)
        spare.tool_changed.connect(self._on_spare_tool)

    def _put_spare_away(self) -> None:
        """The page is there: what the painted map had is the page's again."""
        self._patience.stop()
        spare, self._spare = self._spare, None
        if spare is None:
            return
        spare.hide()
        spare.deleteLater()
        self._view.show()
        self.setFocusProxy(self._view)

    def _on_spare_person(self, member_id: str) -> None:
        super().select_person(member_id)
        self.person_selected.emit(member_id)

    def _on_spare_tool(self, kind: str) -> None:
        if not kind and self._tool is not None:
            self._on_tool_put_away()

    # ------------------------------------------------ what a view offers
    @property
    def is_ready(self) -> bool:
        """Whether the page, or the painted map in its place, can draw."""
        return self._spare is not None or super().is_ready

    def set_scene(self, scene: MapScene) -> None:
        """Show a scene; the first one that shows something fits it."""
        super().set_scene(scene)
        if self._spare is not None:
            self._spare.set_scene(scene)

    def update_people(self, marks: Sequence[PersonMark]) -> None:
        """Show other people in the same scene."""
        super().update_people(marks)
        if self._spare is not None:
            self._spare.update_people(marks)

    def select_person(self, member_id: str) -> None:
        """Ring a person and bring the place into view; "" takes the ring away."""
        super().select_person(member_id)
        if self._spare is not None:
            self._spare.select_person(member_id)

    def set_legend_visible(self, visible: bool) -> None:
        """Show or fold the legend."""
        super().set_legend_visible(visible)
        if self._spare is not None:
            self._spare.set_legend_visible(visible)

    def fit_bounds(self, west: float, south: float, east: float, north: float) -> None:
        """Show a box of degrees whole."""
        super().fit_bounds(west, south, east, north)
        if self._spare is not None:
            self._spare.fit_bounds(west, south, east, north)

    def look_at(self, lon: float, lat: float, least_zoom: float | None = None) -> None:
        """Bring a place into the middle; ``least_zoom`` = come nearer where the map shows more ground."""
        super().look_at(lon, lat, least_zoom)
        if self._spare is not None:
            self._spare.look_at(lon, lat, least_zoom)

    def zoom_by(self, factor: float) -> None:
        """Show more (factor below 1) or less ground, around the middle; 2.0 = twice as large."""
        super().zoom_by(factor)
        if self._spare is not None:
            self._spare.zoom_by(factor)

    def view_bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is in view, in degrees."""
        return super().view_bounds() if self._spare is None else self._spare.view_bounds()

    def restore(self) -> None:
        """Try the page again; the painted map stays until it is there."""
        self._patience.start()
        super().restore()

    def _mark_changed(self) -> None:
        super()._mark_changed()
        if self._spare is not None:
            self._spare.set_scene(self._scene)

    def _tool_taken(self) -> None:
        super()._tool_taken()
        if self._spare is not None:
            self._spare.use_tool(self._tool)

    def _measure_changed(self) -> None:
        super()._measure_changed()
        if self._spare is not None:
            self._spare.show_measure(self._measure_words)
