"""訓練の地図: the map and the drawing tools in words."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QInputDialog, QWidget

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.exercise.controller import SessionController
from kurume_bousai.ui.exercise.session_reach import SessionReach
from kurume_bousai.ui.exercise.table_view import table_bounds
from kurume_bousai.ui.exercise.tool_row import ToolRow
from kurume_bousai.ui.kit.widgets import vbox
from kurume_bousai.ui.map_panel.making import create_map_view

#: What is asked for a text after it was placed.
_NAMED = {
    FeatureKind.ASSEMBLY_POINT: "集合場所の名前(人の名前は書かないでください)",
    FeatureKind.DANGER: "どんな危険ですか(人の名前は書かないでください)",
    FeatureKind.REGION: "何の区域ですか(人の名前は書かないでください)",
    FeatureKind.NOTE: "地図に書く文字(人の名前は書かないでください)",
}


class MapSide(QFrame):
    """地図の側. ``person_chosen(member id)``, ``site_chosen(site id)``."""

    person_chosen = Signal(str)
    site_chosen = Signal(str)

    def __init__(self, controller: SessionController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.setProperty("role", "card")
        self.map = create_map_view(self)
        self.reach = SessionReach(controller, self)
        self.tools = ToolRow(
            controller.undo, self.reach.button, lambda short: self.reach.set_compact(compact=short)
        )
        self.setLayout(vbox((self.map, 1), self.tools, gap=0))
        self.tools.taken.connect(lambda kind: self.take(FeatureKind(kind) if kind else None))
        self.map.person_selected.connect(self.person_chosen)
        self.map.site_selected.connect(self.site_chosen)
        self.map.feature_drawn.connect(self._on_drawn)
        self.map.tool_changed.connect(self.tools.show_tool)
        self.map.problem.connect(controller.desktop.messages.notice)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(0)
        self._again.timeout.connect(self._refresh)
        self.reach.changed.connect(self.refresh)
        controller.changed.connect(self.refresh)
        controller.table_changed.connect(self._on_table)
        controller.selected.connect(self._on_selected)
        self._refresh()
        self._look_at_table()

    def set_compact(self, *, compact: bool) -> None:
        """Words only on a small screen."""
        self.map.set_legend_visible(not compact)
        self.tools.set_compact(compact=compact)

    def refresh(self) -> None:
        """Show the session as it is; several acts at once cost one drawing."""
        self._again.start()

    def _refresh(self) -> None:
        controller = self._controller
        scene = controller.desktop.scenes.session(
            controller.session, table_id=controller.table_id, selected=controller.member_id
        )
        self.map.set_scene(replace(scene, reach=self.reach.shape))

    def _on_table(self) -> None:
        self._refresh()
        self._look_at_table()

    def _look_at_table(self) -> None:
        """Show the homes of the table in front, large enough to talk about."""
        self.map.fit_bounds(*table_bounds(self.map.scene))

    def _on_selected(self, member_id: str) -> None:
        self._refresh()
        self.map.select_person(MemberId(member_id))

    def take(self, kind: FeatureKind | None) -> None:
        """Take a drawing tool, or put it away."""
        self.map.set_tool(kind)

    def _on_drawn(self, kind_value: str, points: list[tuple[float, float]]) -> None:
        kind = FeatureKind(kind_value)
        self.take(None)
        text = ""
        if kind in _NAMED:
            text, accepted = QInputDialog.getText(self, word_of(kind), _NAMED[kind])
            if not accepted:
                return
        self._controller.draw(kind, [LonLat(lon, lat) for lon, lat in points], text)
