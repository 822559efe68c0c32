"""かく道具の列: the drawing tools in words, with icons where there is room, and ひとつ戻す."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.kit.layouts import clear_icon, hbox
from kurume_bousai.ui.kit.widgets import button, label, set_icon

TOOLS: Final = (
    (FeatureKind.ASSEMBLY_POINT, "flag-outline"),
    (FeatureKind.DANGER, "alert-outline"),
    (FeatureKind.BLOCKED_ROAD, "close-thick"),
    (FeatureKind.ROUTE, "arrow-right-thin"),
    (FeatureKind.REGION, "vector-polygon"),
    (FeatureKind.NOTE, "format-text"),
)
#: How much is left away: nothing; かく and the icons of the tools; the icon of 戻す too.
_LEVELS: Final = (0, 1, 2)


class ToolRow(QWidget):
    """かく道具の列. ``taken(FeatureKind value)``, "" when the tool in the hand was pressed again.

    ``other`` is a further button of the map that comes and goes; ``shorten(bool)`` takes its icon away.
    The row leaves away what has no room, and never keeps a window from becoming smaller.
    """

    taken = Signal(str)

    def __init__(
        self, undo: Callable[[], object], other: QPushButton, shorten: Callable[[bool], object]
    ) -> None:
        super().__init__()
        self.buttons = {kind: self._tool(kind, icon) for kind, icon in TOOLS}
        self.undo = button("ひとつ戻す", "tool", "undo", undo, name="ひとつ戻す")
        self._word = label("かく", "quiet")
        self._other = other
        self._shorten = shorten
        self._compact = False
        self._level = 0
        parts = (self._word, *self.buttons.values(), None, other, self.undo)
        self.setLayout(hbox(*parts, margins=(0.75, 0.75, 0.75, 0.75), gap=0.5))
        self.setMinimumWidth(1)
        other.installEventFilter(self)

    def _tool(self, kind: FeatureKind, icon: str) -> QPushButton:
        made = button(word_of(kind), "tool", icon, name=f"{word_of(kind)}をかく", checkable=True)
        made.clicked.connect(lambda checked=False: self.taken.emit(kind.value if checked else ""))
        return made

    def show_tool(self, kind: str) -> None:
        """Show which tool is in the hand; "" = none."""
        for tool, made in self.buttons.items():
            made.setChecked(tool.value == kind)

    def set_compact(self, *, compact: bool) -> None:
        """Words only on a small screen."""
        self._compact = compact
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as much as there is room for (Qt)."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Make room when the other button comes or goes (Qt)."""
        if watched is self._other and event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        for level in _LEVELS[1:] if self._compact else _LEVELS:
            self._take_level(level)
            if self.sizeHint().width() <= self.width():
                return

    def _take_level(self, level: int) -> None:
        if level == self._level:
            return
        self._level = level
        self._word.setVisible(level == 0)
        for kind, icon in TOOLS:
            _dress(self.buttons[kind], icon, wears=level == 0)
        self.undo.setText("ひとつ戻す" if level == 0 else "戻す")
        _dress(self.undo, "undo", wears=level < 2)
        self._shorten(level > 0)


def _dress(target: QPushButton, icon: str, *, wears: bool) -> None:
    if wears:
        set_icon(target, icon)
    else:
        clear_icon(target)
