"""訓練の地図: the map and the drawing tools in words."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QInputDialog, QPushButton, QWidget

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.exercise.controller import SessionController
from kurume_bousai.ui.exercise.table_view import table_bounds
from kurume_bousai.ui.kit.layouts import clear_icon
from kurume_bousai.ui.kit.widgets import button, hbox, holder, label, set_icon, vbox
from kurume_bousai.ui.map_panel import create_map_view

_TOOLS = (
    (FeatureKind.ASSEMBLY_POINT, "flag-outline"),
    (FeatureKind.DANGER, "alert-outline"),
    (FeatureKind.BLOCKED_ROAD, "close-thick"),
    (FeatureKind.ROUTE, "arrow-right-thin"),
)
#: What is asked for a text after it was placed.
_NAMED = {
    FeatureKind.ASSEMBLY_POINT: "集合場所の名前(人の名前は書かないでください)",
    FeatureKind.DANGER: "どんな危険ですか(人の名前は書かないでください)",
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
        self._tools: dict[FeatureKind, QPushButton] = {}
        self.setLayout(vbox((self.map, 1), self._tool_row(), gap=0))
        self.map.person_selected.connect(self.person_chosen)
        self.map.site_selected.connect(self.site_chosen)
        self.map.feature_drawn.connect(self._on_drawn)
        self.map.tool_changed.connect(self._show_tool)
        self.map.problem.connect(controller.desktop.messages.notice)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(0)
        self._again.timeout.connect(self._refresh)
        controller.changed.connect(self.refresh)
        controller.table_changed.connect(self._on_table)
        controller.selected.connect(self._on_selected)
        self._refresh()
        self._look_at_table()

    def _tool_row(self) -> QWidget:
        for kind, icon in _TOOLS:
            made = button(word_of(kind), "tool", icon, name=f"{word_of(kind)}をかく", checkable=True)
            made.clicked.connect(lambda checked=False, kind=kind: self.take(kind if checked else None))
            self._tools[kind] = made
        self._undo = button("ひとつ戻す", "tool", "undo", self._controller.undo)
        self._draw_word = label("かく", "quiet")
        return holder(
            hbox(
                self._draw_word, *self._tools.values(), None, self._undo, margins=(1, 0.75, 1, 0.75), gap=0.5
            )
        )

    def set_compact(self, *, compact: bool) -> None:
        """Words only on a small screen."""
        self._draw_word.setVisible(not compact)
        self.map.set_legend_visible(not compact)
        for kind, icon in _TOOLS:
            if compact:
                clear_icon(self._tools[kind])
            else:
                set_icon(self._tools[kind], icon)
        self._undo.setText("戻す" if compact else "ひとつ戻す")

    def refresh(self) -> None:
        """Show the session as it is; several acts at once cost one drawing."""
        self._again.start()

    def _refresh(self) -> None:
        controller = self._controller
        self.map.set_scene(
            controller.desktop.scenes.session(
                controller.session, table_id=controller.table_id, selected=controller.member_id
            )
        )

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
        self._show_tool(kind.value if kind else "")

    def _show_tool(self, kind: str) -> None:
        for tool, made in self._tools.items():
            made.setChecked(tool.value == kind)

    def _on_drawn(self, kind_value: str, points: list[tuple[float, float]]) -> None:
        kind = FeatureKind(kind_value)
        self.take(None)
        text = ""
        if kind in _NAMED:
            text, accepted = QInputDialog.getText(self, word_of(kind), _NAMED[kind])
            if not accepted:
                return
        self._controller.draw(kind, [LonLat(lon, lat) for lon, lat in points], text)
