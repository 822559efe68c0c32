"""名簿の地図: the people of the list as numbers and signs; made only when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.members import MemberRow
from kurume_bousai.domain.session import PersonState
from kurume_bousai.labels import label as word_of
from kurume_bousai.mapview.protocol import MapScene
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.tokens import control, px, width
from kurume_bousai.ui.kit.widgets import flow, state_row
from kurume_bousai.ui.map_panel.view import MapView

_LEGEND_FROM: Final = 560
_STATES: Final = (
    (State.OK, PersonState.DECIDED),
    (State.FEW, PersonState.PARTLY),
    (State.SHORT, PersonState.NO_SUPPORTER),
    (State.UNKNOWN, PersonState.UNKNOWN),
)


def name_map_button(opens: QPushButton, *, is_compact: bool) -> None:
    """Say what pressing does; with little room in fewer letters, the whole words for a screen reader."""
    words, few = ("地図をしまう", "一覧だけ") if opens.isChecked() else ("地図で見る", "地図")
    opens.setText(few if is_compact else words)
    opens.setAccessibleName(words)


class RosterMap(QWidget):
    """地図の枠. ``person_chosen(id)`` when a mark is pressed; ``choose(id)`` rings one silently."""

    person_chosen = Signal(str)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._chosen = ""
        self._district = ""
        self._shown: Sequence[MemberRow] | None = None
        self._view: MapView | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        # The short legend of a narrow map; a wide one has room for the whole legend inside.
        self._legend = flow([state_row(state, word_of(words)) for state, words in _STATES], line_gap=0.25)
        self._layout.addWidget(self._legend)
        self.setAccessibleName("名簿の地図")
        desktop.changes.follow(frozenset({Topic.MAP_LAYERS}), self._on_look_changed)

    @property
    def view(self) -> MapView | None:
        """The map, None until it was asked for."""
        return self._view

    def open(self) -> MapView:
        """The map view, made the first time."""
        if self._view is None:
            from kurume_bousai.ui.map_panel.making import create_map_view

            self._view = create_map_view(self)
            self._view.setMinimumSize(width(220), control(160))
            self._view.person_selected.connect(self._on_person_selected)
            self._view.problem.connect(self._on_problem)
            self._layout.insertWidget(0, self._view, 1)
            self._fold_legend()
        return self._view

    def show_rows(self, rows: Sequence[MemberRow], district: str) -> None:
        """Show the people of the list; the marks are made off the Qt thread."""
        if self._view is None or (rows is self._shown and district == self._district):
            return
        self._shown = rows
        moved = district != self._district
        self._district = district
        scenes = self._desktop.scenes
        self._desktop.runner.compute(
            lambda: scenes.roster(rows, district),
            lambda scene: self._on_scene(scene, moved=moved),
            key="roster-map",
        )

    def choose(self, member_id: str) -> None:
        """Ring a person; "" takes the ring away."""
        if member_id == self._chosen:
            return
        self._chosen = member_id
        if self._view is not None and self._view.scene.selected != member_id:
            self._view.select_person(member_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the legend where it would cover the map (Qt)."""
        super().resizeEvent(event)
        self._fold_legend()

    def _fold_legend(self) -> None:
        is_wide = self.width() >= px(_LEGEND_FROM)
        self._legend.setVisible(not is_wide)
        if self._view is not None:
            self._view.set_legend_visible(is_wide)

    def _on_scene(self, scene: MapScene, *, moved: bool) -> None:
        if self._view is None:
            return
        self._view.set_scene(scene)
        if moved:
            self._view.fit_district(self._district)
        self._view.select_person(self._chosen)

    def _on_look_changed(self) -> None:
        rows, self._shown = self._shown, None
        if rows is not None:
            self.show_rows(rows, self._district)

    def _on_person_selected(self, member_id: str) -> None:
        if member_id != self._chosen:
            self._chosen = member_id
            self.person_chosen.emit(member_id)

    def _on_problem(self, text: str) -> None:
        self._desktop.messages.notice(text)
