"""Rows, columns and fixed sizes that follow the text scale without being built anew."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import shiboken6
from PySide6.QtCore import QEvent, QObject, QSize, Qt
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
_attics: Final[list[QWidget]] = []  # one, made when it is first wanted
#: Somebody said of a widget that it is to be seen or not.
_ASKED: Final = Qt.WidgetAttribute.WA_WState_ExplicitShowHide


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
    _space(layout, margins, gap)


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


def set_shown(widget: QWidget, *, is_shown: bool) -> None:
    """Show or hide a part; one that nobody hid before comes with what it stands in.

    Showing it would make Qt dress it and all inside at once, before it stands in its place.
    """
    if not is_shown or widget.testAttribute(_ASKED):
        widget.setVisible(is_shown)


def tab_behind(place: QWidget, parts: Sequence[QWidget]) -> None:
    """Let Tab find what was put into `place` later where it stands, instead of at the end of the window.

    `parts`, in their order, must be inside `place` already. (Qt orders only what takes the focus itself.)
    """
    policy = place.focusPolicy()
    place.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    before = place
    for part in parts:
        kept = part.focusPolicy()
        part.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        QWidget.setTabOrder(before, part)
        part.setFocusPolicy(kept)
        before = part
    place.setFocusPolicy(policy)


def _attic() -> QWidget:
    """What holds parts that nobody has asked for yet; never shown, so that nothing in it is dressed."""
    if not _attics or not shiboken6.isValid(_attics[0]):
        _attics[:] = [QWidget()]
    return _attics[0]


def put_by(part: QWidget, owner: QWidget) -> None:
    """Keep a part out of its window until it is wanted: Qt dresses what is hidden, too.

    It dies with ``owner``, which puts it into a layout of its own with ``join``.
    """
    part.setParent(_attic())
    owner.destroyed.connect(part.deleteLater)


def join(part: QWidget, layout: QLayout, place: QWidget) -> None:
    """Put a part that was put by into a layout, once; Tab finds its buttons where they stand in ``place``."""
    if layout.indexOf(part) >= 0:
        return
    layout.addWidget(part)
    by_tab = Qt.FocusPolicy.TabFocus
    before = [one for one in place.findChildren(QAbstractButton) if not part.isAncestorOf(one)]
    inside = [one for one in part.findChildren(QAbstractButton) if one.focusPolicy() & by_tab]
    tab_behind(place, [*before, *inside])


class VScroll(QScrollArea):
    """縦だけに動く枠: scrolls down, never sideways; never narrower than what it holds.

    Qt dresses whatever is put into a scroll area at once, and undresses and dresses all of it again at
    each step of building the rest around it. So the content is a plain child until the frame itself is
    dressed, when everything stands in its place.
    """

    def __init__(self, inner: QWidget | QLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content: QWidget | None = None
        self._is_dressed = False
        content = inner if isinstance(inner, QWidget) else holder(inner)
        content.setProperty("role", "scrolled")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setWidget(content)

    def setWidget(self, widget: QWidget) -> None:
        """Hold another content; the one before is deleted (Qt)."""
        before, self._content = self._content, widget
        if self._is_dressed:
            super().setWidget(widget)
            return
        widget.setParent(self.viewport())
        if before is not None and before is not widget:
            before.deleteLater()

    def widget(self) -> QWidget:
        """What it holds (Qt)."""
        if self._content is None:
            raise RuntimeError("a frame without content")
        return self._content

    def event(self, event: QEvent) -> bool:
        """Take the content in when Qt dresses the frame (Qt)."""
        if not self._is_dressed and event.type() == QEvent.Type.Polish:
            self._is_dressed = True
            content = self.widget()
            is_put_away = content.testAttribute(_ASKED) and content.isHidden()
            super().setWidget(content)
            content.setVisible(not is_put_away)
        return super().event(event)

    def sizeHint(self) -> QSize:
        """As large as the content wants (Qt)."""
        self.ensurePolished()
        return super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As wide as the content needs plus the scroll bar; a few rows high."""
        needed = self.widget().minimumSizeHint().width()
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
    _space(layout, (left, top, right, bottom), gap)


def _space(layout: QLayout, margins: Margins, gap: float) -> None:
    if margins == NO_MARGINS:
        layout.setContentsMargins(0, 0, 0, 0)
    else:
        left, top, right, bottom = margins
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
