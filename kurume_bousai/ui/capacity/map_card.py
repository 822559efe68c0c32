"""校区ごとの行き先の札: the map of flows and, in words, what stands out on it."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QFrame, QWidget

from kurume_bousai.domain.capacity_answer import CapacityAnswer
from kurume_bousai.ui.capacity.flow_map import FlowMap, Lit
from kurume_bousai.ui.capacity.reading import CapacityPlaces
from kurume_bousai.ui.kit.layouts import fix
from kurume_bousai.ui.kit.widgets import Para, button, hbox, label, vbox

_HINT: Final = "{place}の「施設ごと」「校区ごと」で行を選ぶと、その流れが目立ちます。"


class MapCard(QFrame):
    """校区ごとの行き先の札."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName("校区ごとの行き先")
        self.map = FlowMap()
        self._hint = ""
        self.words = Para("", "small", line=1.3)
        self.all = button("全部の流れ", "flat", on_click=self._show_all, name="全部の流れを同じに見せる")
        self.all.hide()
        self.setLayout(
            vbox(
                hbox(label("校区ごとの行き先", "heading"), None, self.all),
                (self.map, 1),
                self.words,
                margins=(2, 1, 2, 1),
                gap=0.5,
            )
        )
        self.arrange(is_compact=False)

    def arrange(self, *, is_compact: bool) -> None:
        """Alone in its row, as in the compact layout, the map may be high."""
        fix(self.map, min_height=300 if is_compact else 150)
        # Compact, the lists stand above the map; else below it.
        self._hint = _HINT.format(place="上" if is_compact else "下")
        self._say()

    def show_answer(self, answer: CapacityAnswer, places: CapacityPlaces) -> bool:
        """Show the flows of an answer; returns True where what was lit has none any more and is let go."""
        self.map.show_answer(answer, places)
        lit = self.map.lit
        is_gone = lit is not None and not any(lit.holds(flow) for flow in answer.flows)
        if is_gone:
            self.map.light(None)
        self._say()
        return is_gone

    def light(self, lit: Lit | None) -> None:
        """Put the flows of one 校区 or site before the others, and say them."""
        self.map.light(lit)
        self._say()

    def _show_all(self) -> None:
        self.light(None)
        self.map.lit_changed.emit(None)
        self.map.setFocus()

    def _say(self) -> None:
        self.words.set_text(self.map.words() or self._hint)
        self.all.setVisible(self.map.lit is not None)
