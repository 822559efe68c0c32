"""数の札: a few counts side by side, each with what it counts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from kurume_bousai.ui.kit.layouts import holder, vbox
from kurume_bousai.ui.kit.widgets import card, flow, label


class NumberCards(QWidget):
    """数の札の列: wraps where there is no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inner = QWidget()
        self._place = vbox(self._inner)
        self.setLayout(self._place)

    def set_numbers(self, numbers: Sequence[tuple[str, str]]) -> None:
        """Show other numbers: (what, how many)."""
        cards = [
            card(label(caption, "small"), label(value, "number"), gap=0, name=f"{caption} {value}")
            for caption, value in numbers
        ]
        fresh = holder(vbox(flow(cards)))
        self._place.replaceWidget(self._inner, fresh)
        self._inner.hide()
        self._inner.deleteLater()
        self._inner = fresh
