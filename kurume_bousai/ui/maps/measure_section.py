"""はかる: distances and surfaces, in words with their unit."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QPushButton, QWidget

from kurume_bousai.mapview.protocol import MeasureKind
from kurume_bousai.services.ports.measures import GroundMeasures
from kurume_bousai.ui.kit.widgets import Para, button, hbox, vbox
from kurume_bousai.ui.map_panel.measuring import MapMeasuring
from kurume_bousai.ui.map_panel.view import MapView

_TOOLS: Final = (
    (MeasureKind.DISTANCE, "距離をはかる", "ruler"),
    (MeasureKind.SURFACE, "面積をはかる", "vector-square"),
)
_HOW: Final = {
    "": "はかりたいものを選んでから、地図を押します。",
    MeasureKind.DISTANCE.value: "地図で、はかりたい道にそって順に押します。",
    MeasureKind.SURFACE.value: "地図で、はかりたい区域のまわりを順に押します。",
}
_KEYS: Final = (
    "キーでは、矢印で地図を動かし、スペースで地図のまん中を打ちます。Backspaceでひとつ戻り、Escで終わります。"
)
_EXACT: Final = "地面の上の長さと広さです(平面直角座標 第2系)。坂道は、実際にはもう少し長くなります。"


class MeasureSection(QWidget):
    """はかる."""

    def __init__(self, view: MapView, measures: GroundMeasures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.tools: dict[MeasureKind, QPushButton] = {}
        for kind, words, icon in _TOOLS:
            made = button(words, "tool", icon, checkable=True)
            made.clicked.connect(lambda checked=False, kind=kind: self.take(kind if checked else None))
            self.tools[kind] = made
        self.answer = Para("", "lead_bold", line=1.4)
        self.answer.setAccessibleDescription("はかった結果")
        self.how = Para(_HOW[""], line=1.35)
        self.setLayout(
            vbox(
                hbox(*self.tools.values(), None, gap=1),
                self.answer,
                self.how,
                Para(_KEYS, "small", line=1.35),
                Para(_EXACT, "small", line=1.35),
                None,
            )
        )
        self._measuring = MapMeasuring(view, measures, self)
        self._measuring.told.connect(self.answer.set_text)
        view.tool_changed.connect(self._on_tool)

    def take(self, kind: MeasureKind | None) -> None:
        """Take a measuring tool, or put it away."""
        self.answer.set_text("")
        self._view.set_measure(kind)

    def _on_tool(self, tool: str) -> None:
        for kind, made in self.tools.items():
            made.setChecked(kind.value == tool)
        self.how.set_text(_HOW.get(tool, _HOW[""]))
