"""投影の窓の置き場所: the second screen where there is one."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget


def place_for_projector(window: QWidget) -> None:
    """Fill the second screen; on a single screen be an ordinary window."""
    screens = QGuiApplication.screens()
    if len(screens) > 1:
        window.setGeometry(screens[1].geometry())
        window.showFullScreen()
    else:
        window.show()
        window.raise_()
