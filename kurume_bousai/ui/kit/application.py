"""Dresses the application: style, fonts, palette, stylesheet; again whenever the tokens change."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from kurume_bousai.ui.kit.fonts import load_fonts
from kurume_bousai.ui.kit.layouts import rescale
from kurume_bousai.ui.kit.stylesheet import qss
from kurume_bousai.ui.kit.tokens import colour, font, hub

_ROLES = {
    QPalette.ColorRole.Window: "paper",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "surface",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.Highlight: "accent_tint",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.PlaceholderText: "quiet",
    QPalette.ColorRole.ToolTipBase: "surface",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Link: "accent",
}


def prepare_process() -> None:
    """Set what Qt wants set before the QApplication exists."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)


def dress(application: QApplication) -> None:
    """Give the application its look and keep it in step with the tokens.

    Raises KnownProblem when no font can write Japanese.
    """
    application.setStyle("Fusion")
    load_fonts()
    if not application.property("kitDressed"):
        application.setProperty("kitDressed", True)
        hub().tokens_changed.connect(_redress)
    _redress()


def _redress() -> None:
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return
    palette = application.palette()
    for role, name in _ROLES.items():
        palette.setColor(role, colour(name))
    faded = QColor(colour("quiet"))
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText, faded)
    application.setPalette(palette)
    application.setFont(font())
    application.setStyleSheet(qss())
    rescale()
