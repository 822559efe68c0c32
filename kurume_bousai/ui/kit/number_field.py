"""数の欄: typed, or changed with − and ＋ that a finger can hit."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSpinBox, QWidget

from kurume_bousai.ui.kit.layouts import fix, hbox
from kurume_bousai.ui.kit.widgets import button


class NumberField(QWidget):
    """数の欄 with a unit; ``changed(int)`` after every change."""

    changed = Signal(int)

    def __init__(
        self,
        value: int,
        *,
        least: int = 0,
        most: int = 99,
        unit: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.box = QSpinBox()
        # Not NoButtons: under a stylesheet Qt then gives the text a width of one pixel.
        self.box.setProperty("bare", True)
        self.box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.box.setRange(least, most)
        self.box.setSuffix(unit)
        self.box.setValue(value)
        self.box.setAccessibleName(name)
        fix(self.box, fixed_width=72)
        fewer = button("−", "tool", on_click=self.box.stepDown, name=f"{name}を減らす")
        more = button("＋", "tool", on_click=self.box.stepUp, name=f"{name}を増やす")
        self.box.valueChanged.connect(self.changed)
        self.setAccessibleName(name)
        self.setFocusProxy(self.box)
        # The spring takes what a wider caption leaves: the buttons keep their size.
        self.setLayout(hbox(fewer, self.box, more, None, gap=0.5))
        # Beside the focus proxy Tab would pass over 「−」.
        QWidget.setTabOrder(self.box, fewer)
        QWidget.setTabOrder(fewer, more)

    def value(self) -> int:
        """The number."""
        return self.box.value()

    def set_value(self, value: int) -> None:
        """Show another number."""
        self.box.setValue(value)
