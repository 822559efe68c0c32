"""地図の横の道具: one section at a time, chosen by words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QWidget

from kurume_bousai.ui.kit.layouts import fix
from kurume_bousai.ui.kit.stack import Stack
from kurume_bousai.ui.kit.tokens import width
from kurume_bousai.ui.kit.widgets import VScroll, chip, hbox, vbox

_WIDTH = 352


class DeskPanel(QFrame):
    """地図の道具. ``section_changed(title)`` when a person opens another section."""

    section_changed = Signal(str)

    def __init__(self, head: QWidget, parent: QWidget | None = None) -> None:
        """``head`` stays above every section."""
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName("地図の道具")
        self._titles: list[str] = []
        self._stack = Stack()
        self._chips = QButtonGroup(self)
        self._chips.idClicked.connect(self._on_clicked)
        # One row: a row that flows asks for the height of all chips below each other.
        self._row = hbox(None, gap=0.75)
        self.setLayout(vbox(head, self._row, (self._stack, 1), margins=(1.25, 1.25, 1.25, 1), gap=1))
        fix(self, fixed_width=_WIDTH)

    def add_section(self, title: str, section: QWidget) -> None:
        """Add a section; it scrolls by itself where it is higher than the panel."""
        self.add_filling_section(title, VScroll(section))

    def add_filling_section(self, title: str, section: QWidget) -> None:
        """Add a section that fills the panel and scrolls inside where it has to."""
        made = chip(title, checked=not self._titles)
        self._chips.addButton(made, len(self._titles))
        self._row.insertWidget(len(self._titles), made)
        self._titles.append(title)
        self._stack.addWidget(section)

    def titles(self) -> Sequence[str]:
        """Return the titles in their order."""
        return tuple(self._titles)

    def section(self) -> str:
        """Return the title of the open section."""
        return self._titles[self._stack.currentIndex()]

    def show_section(self, title: str) -> None:
        """Open a section without telling; ValueError for an unknown one."""
        number = self._titles.index(title)
        self._stack.setCurrentIndex(number)
        self._chips.button(number).setChecked(True)

    def reveal(self, part: QWidget) -> None:
        """Scroll the open section so that a part of it is seen."""
        scroll = self._stack.currentWidget()
        if isinstance(scroll, VScroll) and scroll.isAncestorOf(part):
            QTimer.singleShot(0, part, lambda: scroll.ensureWidgetVisible(part, 0, 0))

    def minimumSizeHint(self) -> QSize:
        """As wide as it is; a few rows high (Qt)."""
        return QSize(width(_WIDTH), super().minimumSizeHint().height())

    def _on_clicked(self, number: int) -> None:
        title = self._titles[number]
        self.show_section(title)
        self.section_changed.emit(title)
