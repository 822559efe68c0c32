"""逃げ地図をつくる: goals, their confirmation, and how much road lies in each step (RULES D7)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.route_answers import Goal, GoalKind
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import length_words
from kurume_bousai.labels.routes import closed_sentences, reach_words
from kurume_bousai.services.ports.routes import ReachAnswer
from kurume_bousai.ui.kit.widgets import ChipRow, Para, button, hbox, holder, label, rule, vbox
from kurume_bousai.ui.map_panel.tools import PICKING
from kurume_bousai.ui.map_panel.view import MapView

_HOW: Final = "目標地点までの時間で、道を3分ごとに塗り分けます。通れない道をかくと、すぐに塗り直します。"
_CONFIRM: Final = (
    "区域の外が安全とは限りません。地点を一つずつ見て、逃げる先にしてよいと確かめた地点だけを使います。"
)
_PICK: Final = "確かめる地点を、地図で押してください。もう一度押すと外れます。"
#: A press means the nearest point within this share of the view's width.
_NEAR: Final = 0.03


class ReachPart(QWidget):
    """逃げ地図をつくる.

    ``wanted()``: make it (again); ``goals_wanted()``: find the goals of the kind; ``confirmed()``: other
    points at the edge were confirmed; ``put_off()``: take it from the map; ``print_wanted()``.
    """

    wanted = Signal()
    goals_wanted = Signal()
    confirmed = Signal()
    put_off = Signal()
    print_wanted = Signal()

    def __init__(self, view: MapView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map = view
        self._is_picking = False
        self.goals: tuple[Goal, ...] = ()
        self.kinds: ChipRow[GoalKind] = ChipRow(
            [(kind, word_of(kind)) for kind in GoalKind], GoalKind.EMERGENCY, name="目標地点"
        )
        self.kinds.chosen.connect(lambda _kind: self.goals_wanted.emit())
        self.make = button("逃げ地図をつくる", "plain", "run-fast", self.goals_wanted.emit)
        self.clear = button("消す", "flat", on_click=self.put_off.emit, name="逃げ地図を消す")
        self.print = button(
            "印刷する", "tool", "printer-outline", self.print_wanted.emit, name="逃げ地図を印刷する"
        )
        self.count = label("", "lead_bold")
        self.in_view = button("見えている地点を確かめた", "tool", "check", self._confirm_in_view)
        self.pick = button(
            "地図で選ぶ", "tool", "map-marker-outline", name="確かめる地点を地図で選ぶ", checkable=True
        )
        self.pick.clicked.connect(lambda checked=False: self._pick(on=checked))
        self.none = button("すべて外す", "flat", on_click=self._confirm_none)
        self._confirming = holder(
            vbox(
                Para(_CONFIRM, line=1.35),
                self.count,
                self.in_view,
                hbox(self.pick, self.none, None, gap=1),
                gap=0.75,
            )
        )
        self.words = Para(_HOW, line=1.35)
        self._table = holder(vbox(gap=0.5))
        self.setLayout(
            vbox(
                label("目標地点", "heading"),
                self.kinds,
                self._confirming,
                hbox(self.make, self.clear, None, gap=1),
                rule(),
                self.words,
                self._table,
                hbox(self.print, None),
                None,
                gap=0.75,
            )
        )
        self.print.hide()
        self.clear.hide()
        self._confirming.hide()
        view.picked.connect(self._on_picked)
        view.tool_changed.connect(self._on_tool)

    # -- goals ---------------------------------------------------------------------------------

    def take_goals(self, goals: Sequence[Goal]) -> None:
        """Take the goals that were found; those at the edge of zones wait for a person."""
        self.goals = tuple(goals)
        self._show_confirming()

    def chosen(self) -> tuple[Goal, ...]:
        """Goals that count."""
        return tuple(goal for goal in self.goals if goal.is_confirmed)

    def put_away(self) -> None:
        """Put the picking of points away."""
        if self._is_picking:
            self._map.set_picking("")

    def _show_confirming(self) -> None:
        is_edge = any(goal.kind is GoalKind.BOUNDARY for goal in self.goals)
        self._confirming.setVisible(is_edge)
        self.count.setText(f"確かめた地点 {len(self.chosen()):,} / {len(self.goals):,}")

    def _confirm(self, goals: Sequence[Goal]) -> None:
        self.goals = tuple(goals)
        self._show_confirming()
        self.confirmed.emit()

    def _confirm_in_view(self) -> None:
        west, south, east, north = self._map.view_bounds()

        def is_seen(goal: Goal) -> bool:
            return west <= goal.point.lon <= east and south <= goal.point.lat <= north

        self._confirm([replace(goal, is_confirmed=goal.is_confirmed or is_seen(goal)) for goal in self.goals])

    def _confirm_none(self) -> None:
        self._confirm([replace(goal, is_confirmed=False) for goal in self.goals])

    def _pick(self, *, on: bool) -> None:
        self._is_picking = on
        self._map.set_picking(_PICK if on else "")

    def _on_picked(self, lon: float, lat: float) -> None:
        if not self._is_picking or not self.goals:
            return
        west, _, east, _ = self._map.view_bounds()

        def far(goal: Goal) -> float:
            shrink = math.cos(math.radians(lat))
            return math.hypot((goal.point.lon - lon) * shrink, goal.point.lat - lat)

        nearest = min(self.goals, key=far)
        if far(nearest) <= (east - west) * _NEAR:
            turned = replace(nearest, is_confirmed=not nearest.is_confirmed)
            self._confirm([turned if goal is nearest else goal for goal in self.goals])

    def _on_tool(self, tool: str) -> None:
        if tool != PICKING:
            self._is_picking = False
            self.pick.setChecked(False)

    # -- showing -------------------------------------------------------------------------------

    def show_answer(self, answer: ReachAnswer | None) -> None:
        """Show how much road lies in each step, and what must be said."""
        layout = self._table.layout()
        while layout is not None and layout.count():
            item = layout.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.print.setVisible(answer is not None)
        self.clear.setVisible(answer is not None or bool(self.goals))
        if answer is None:
            self.words.set_text(_HOW)
            return
        said = [
            f"目標地点は{len(answer.goals):,}か所です。",
            *answer.notices,
            *closed_sentences(answer.closed),
        ]
        self.words.set_text("".join(said))
        # Times first, from the nearest; then what leads nowhere and what is closed.
        for step in sorted(answer.map.metres, key=lambda one: one if one > 0 else 100 - one):
            row = hbox(
                label(reach_words(step), "body"), None, label(length_words(answer.map.metres[step]), "body")
            )
            if layout is not None:
                layout.addWidget(holder(row))
