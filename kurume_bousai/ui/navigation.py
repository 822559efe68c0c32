"""The left navigation: ten words with icons; arrows move, Enter opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QMenu, QPushButton, QWidget

from kurume_bousai.ui.kit.icons import icon
from kurume_bousai.ui.kit.layouts import VScroll, fix, hbox, set_icon, vbox
from kurume_bousai.ui.kit.widgets import button
from kurume_bousai.ui.page import PageSpec

NAVIGATION_WIDTH: Final = 176  # px at 100 %


class Navigation(QFrame):
    """画面の一覧; `chosen(page_id)` when a person picks one."""

    chosen = Signal(str)

    def __init__(self, pages: Sequence[PageSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "navigation")
        self.setAccessibleName("画面の一覧")
        self._pages = tuple(pages)
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        column = vbox(margins=(0, 1, 0, 1), gap=0.25)
        for page in self._pages:
            one = button(page.title, "nav", icon=page.icon, checkable=True)
            one.clicked.connect(lambda _checked=False, page_id=page.id: self.chosen.emit(page_id))
            self._group.addButton(one)
            self._buttons[page.id] = one
            column.addWidget(one)
        column.addStretch(1)
        self.setLayout(hbox(VScroll(column), gap=0))
        fix(self, fixed_width=NAVIGATION_WIDTH)

    def set_current(self, page_id: str) -> None:
        """Mark the screen that is shown."""
        for page in self._pages:
            one = self._buttons[page.id]
            one.setChecked(page.id == page_id)
            set_icon(one, page.icon, "accent" if page.id == page_id else "quiet", 20)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows (Qt)."""
        if event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)


def screens_menu(pages: Sequence[PageSpec], navigation: Navigation, parent: QWidget) -> QMenu:
    """Menu of the compact button 「画面を変える」."""
    made = QMenu("画面を変える", parent)
    for page in pages:
        entry = made.addAction(icon(page.icon), page.title)
        entry.triggered.connect(lambda _checked=False, page_id=page.id: navigation.chosen.emit(page_id))
    return made
