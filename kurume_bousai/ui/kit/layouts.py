"""Rows, columns and fixed sizes that follow the text scale without being built anew."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kurume_bousai.ui.kit import icons
from kurume_bousai.ui.kit.tokens import control, px, space, width

# A part of a row or column: a widget, a layout, one of them with its stretch, or None for a spring.
Part = QWidget | QLayout | tuple[QWidget | QLayout, int] | None
Margins = tuple[float, float, float, float]
_Box = TypeVar("_Box", QHBoxLayout, QVBoxLayout)
NO_MARGINS: Final[Margins] = (0, 0, 0, 0)

_GRID: Final = "kitGrid"
_SIZE: Final = "kitSize"
_ICON: Final = "kitIcon"


def hbox(*parts: Part, margins: Margins = NO_MARGINS, gap: float = 1) -> QHBoxLayout:
    """Row of parts; `margins` (left, top, right, bottom) and `gap` in steps of the 8 px grid."""
    return _filled(QHBoxLayout(), parts, margins, gap)


def vbox(*parts: Part, margins: Margins = NO_MARGINS, gap: float = 1) -> QVBoxLayout:
    """Column of parts; `margins` (left, top, right, bottom) and `gap` in steps of the 8 px grid."""
    return _filled(QVBoxLayout(), parts, margins, gap)


def _filled(layout: _Box, parts: tuple[Part, ...], margins: Margins, gap: float) -> _Box:
    grid(layout, margins, gap)
    for part in parts:
        add_part(layout, part)
    return layout


def add_part(layout: QBoxLayout, part: Part) -> None:
    """Append one part to a row or column."""
    if part is None:
        layout.addStretch(1)
        return
    item, stretch = part if isinstance(part, tuple) else (part, 0)
    if isinstance(item, QLayout):
        layout.addLayout(item, stretch)
    else:
        layout.addWidget(item, stretch)


def grid(layout: QLayout, margins: Margins = NO_MARGINS, gap: float = 1) -> None:
    """Give any layout margins and spacing in steps of the grid; they follow the scale."""
    layout.setProperty(_GRID, [*margins, gap])
    _apply_grid(layout)


def holder(layout: QLayout, role: str = "") -> QWidget:
    """Plain widget around a layout."""
    made = QWidget()
    if role:
        made.setProperty("role", role)
    made.setLayout(layout)
    return made


def fix(
    widget: QWidget,
    *,
    fixed_width: float | None = None,
    fixed_height: float | None = None,
    min_width: float | None = None,
    min_height: float | None = None,
    square: float | None = None,
) -> None:
    """Hold sizes given in px at 100 %: widths grow like words, heights like controls, squares like type."""
    sizes: dict[str, float | None] = {
        "fixed_width": fixed_width,
        "fixed_height": fixed_height,
        "min_width": min_width,
        "min_height": min_height,
        "square": square,
    }
    widget.setProperty(_SIZE, {name: value for name, value in sizes.items() if value is not None})
    _apply_size(widget)


def set_icon(target: QAbstractButton | QLabel, name: str, colour: str = "text", size: float = 20) -> None:
    """Put an icon of the icon font on a button or label; it follows scale and theme."""
    target.setProperty(_ICON, [name, colour, size])
    _apply_icon(target)


def clear_icon(target: QAbstractButton) -> None:
    """Leave the words alone (little room)."""
    target.setProperty(_ICON, None)
    target.setIcon(QIcon())


class VScroll(QScrollArea):
    """縦だけに動く枠: scrolls down, never sideways; never narrower than what it holds."""

    def __init__(self, inner: QWidget | QLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        content = inner if isinstance(inner, QWidget) else holder(inner)
        content.setProperty("role", "scrolled")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setWidget(content)

    def minimumSizeHint(self) -> QSize:
        """As wide as the content needs plus the scroll bar; a few rows high."""
        content = self.widget()
        needed = content.minimumSizeHint().width() if content is not None else 0
        return QSize(needed + self.verticalScrollBar().sizeHint().width(), control(80))


def rescale(root: QObject | None = None) -> None:
    """Apply the tokens in force to every grid, fixed size and icon below `root` (default: everything)."""
    if root is None:
        widgets = _all_widgets()
    else:
        widgets = [root, *root.findChildren(QWidget)] if isinstance(root, QWidget) else []
    for widget in widgets:
        _apply_size(widget)
        _apply_icon(widget)
        if (layout := widget.layout()) is not None:
            for nested in (layout, *layout.findChildren(QLayout)):
                _apply_grid(nested)


def _all_widgets() -> list[QWidget]:
    """Every widget there is.

    Making the list can start Python's collector, which deletes windows that were closed while Qt's own
    list still names them: a crash. So it waits until the list holds them.
    """
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return []
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return application.allWidgets()
    finally:
        if was_enabled:
            gc.enable()


def _apply_grid(layout: QLayout) -> None:
    kept = layout.property(_GRID)
    if not kept:
        return
    left, top, right, bottom, gap = (float(step) for step in kept)
    layout.setContentsMargins(space(left), space(top), space(right), space(bottom))
    spread = getattr(layout, "set_gap", None)
    if callable(spread):
        spread(space(gap))
    else:
        layout.setSpacing(space(gap))


def _apply_size(widget: QWidget) -> None:
    for name, value in (widget.property(_SIZE) or {}).items():
        _SIZERS[name](widget, float(value))


_SIZERS: Final[dict[str, Callable[[QWidget, float], None]]] = {
    "fixed_width": lambda widget, value: widget.setFixedWidth(width(value)),
    "fixed_height": lambda widget, value: widget.setFixedHeight(control(value)),
    "min_width": lambda widget, value: widget.setMinimumWidth(width(value)),
    "min_height": lambda widget, value: widget.setMinimumHeight(control(value)),
    "square": lambda widget, value: widget.setFixedSize(px(value), px(value)),
}


def _apply_icon(target: QWidget) -> None:
    kept = target.property(_ICON)
    if not kept:
        return
    name, colour, size = str(kept[0]), str(kept[1]), float(kept[2])
    if isinstance(target, QLabel):
        target.setPixmap(icons.pixmap(name, colour, size))
    elif isinstance(target, QAbstractButton):
        target.setIcon(icons.icon(name, colour, size))
        target.setIconSize(QSize(px(size), px(size)))
