"""地図に描く手: from a tool in the hand to a drawing on a task layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Signal

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.operations import LINE_KINDS, REGION_KINDS, FeatureKind
from kurume_bousai.domain.task_layers import TaskFeature, TaskFeatureId
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.map_panel.view import PICKING, MapView
from kurume_bousai.ui.maps.draw_section import DrawSection
from kurume_bousai.ui.maps.task_desk import TaskDesk

_MOVE: Final = "新しい場所を押してください。やめるときはEscです。"


class Drawing(QObject):
    """描く手. ``changed()`` when a text waits for its words, or does not any more."""

    changed = Signal()

    def __init__(self, view: MapView, tasks: TaskDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._tasks = tasks
        self._moving: TaskFeature | None = None
        self.waiting: tuple[float, float] | None = None
        self.section: DrawSection | None = None
        view.feature_drawn.connect(self._on_drawn)
        view.feature_selected.connect(self._on_selected)
        view.picked.connect(self._on_picked)
        view.tool_changed.connect(self._on_tool)

    def serve(self, section: DrawSection) -> None:
        """Work for a section: its card asks for moves and gives the words of texts."""
        self.section = section
        section.card.move_wanted.connect(self.move)
        section.card.note_written.connect(self._write_note)
        section.card.note_left.connect(self.leave_note)

    def take(self, kind: FeatureKind | None) -> None:
        """Take a drawing tool, or put it away."""
        self.leave_note()
        self._moving = None
        self._view.set_tool(kind)

    def move(self) -> None:
        """Ask for another place of what is selected: a press for a point, corners anew for the rest."""
        feature = self._tasks.feature
        if feature is None:
            return
        self.leave_note()
        if feature.kind in LINE_KINDS | REGION_KINDS:
            self._view.set_tool(feature.kind)
        else:
            self._view.set_picking(_MOVE)
        self._moving = feature

    def leave_note(self) -> None:
        """Let a text go that waited for its words."""
        if self.waiting is not None:
            self.waiting = None
            if self.section is not None:
                self.section.card.stop_waiting()
            self.changed.emit()

    # ------------------------------------------------------------------ what the map says
    def _on_drawn(self, kind_value: str, corners: Sequence[tuple[float, float]]) -> None:
        kind = FeatureKind(kind_value)
        points = [LonLat(lon, lat) for lon, lat in corners]
        moving = self._moving
        self._view.set_tool(None)
        if moving is not None:
            self._move_to(moving, points)
        elif kind is FeatureKind.NOTE:
            self._await_words(points[0])
        else:
            self._draw(kind, points)

    def _on_picked(self, lon: float, lat: float) -> None:
        moving = self._moving
        if moving is not None:
            self._view.set_picking("")
            self._move_to(moving, [LonLat(lon, lat)])

    def _on_selected(self, feature_id: str) -> None:
        if feature_id:
            self._tasks.select(feature_id)

    def _on_tool(self, tool: str) -> None:
        if self._moving is not None and tool not in (PICKING, self._moving.kind.value):
            self._moving = None
        if self.section is not None:
            self.section.show_tool("" if self._moving is not None else tool)

    # ------------------------------------------------------------------ writing
    def _draw(self, kind: FeatureKind, points: Sequence[LonLat], text: str = "") -> None:
        service, layer_id = self._tasks.service, self._tasks.layer_id
        self._tasks.perform(
            lambda: service.draw(layer_id, kind, points, text),
            "描きました。「戻す」で戻せます。",
            self._on_made,
        )

    def _on_made(self, feature: TaskFeature) -> None:
        self._tasks.select_when_read(feature.feature_id)

    def _move_to(self, feature: TaskFeature, points: Sequence[LonLat]) -> None:
        service = self._tasks.service
        feature_id: TaskFeatureId = feature.feature_id
        self._tasks.perform(
            lambda: service.move(feature_id, points), f"{word_of(feature.kind)}を動かしました。"
        )

    def _await_words(self, point: LonLat) -> None:
        self.waiting = (point.lon, point.lat)
        self.changed.emit()
        if self.section is not None:
            self.section.card.await_words()

    def _write_note(self, text: str) -> None:
        if self.waiting is None or not text.strip():
            return
        point = LonLat(*self.waiting)
        self.leave_note()
        self._draw(FeatureKind.NOTE, [point], text)
