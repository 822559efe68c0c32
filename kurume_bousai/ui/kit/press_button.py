"""押しボタン: Enter presses it like Space does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton


class PressButton(QPushButton):
    """Button that Enter presses, as people expect; Qt itself knows only Space outside a dialog.

    `autoDefault` would do it too, but makes the first button of a dialog answer an Enter in a field.
    (An event filter on the application is no way: Qt sends it events of objects half built, and
    PySide falls over them.)
    """

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on a plain Enter (Qt)."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or not plain or event.isAutoRepeat():
            super().keyPressEvent(event)
        elif self.menu() is not None:
            self.showMenu()
        else:
            self.click()
