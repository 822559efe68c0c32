"""A layout that breaks its widgets into lines like words: filters, legends, the sentence of conditions."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from kurume_bousai.ui.kit.layouts import grid
from kurume_bousai.ui.kit.tokens import space


class FlowLayout(QLayout):
    """行に流す並べ方: left to right, then the next line; lines are centred on their tallest widget."""

    def __init__(self, parent: QWidget | None = None, *, gap: float = 1, line_gap: float = 0.75) -> None:
        """`gap` between widgets and `line_gap` between lines, in steps of the 8 px grid."""
        # Qt asks again and again while it lays out a window; the answers hold until something changes.
        self._heights: dict[int, int] = {}
        self._least: QSize | None = None
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = 0
        self._line_steps = line_gap
        grid(self, gap=gap)

    def set_gap(self, gap_px: int) -> None:
        """Space between two widgets of a line, in px."""
        self._gap = gap_px
        self.invalidate()

    def invalidate(self) -> None:
        """Forget sizes: a widget changed, came or went (Qt)."""
        self._heights.clear()
        self._least = None
        super().invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        """Append an item (Qt)."""
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        """Return the number of items (Qt)."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Item at `index`, None beyond the end (Qt)."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return the item at `index`, None beyond the end (Qt)."""
        if not 0 <= index < len(self._items):
            return None
        self._heights.clear()
        self._least = None
        return self._items.pop(index)

    def expandingDirections(self) -> Qt.Orientation:
        """Ask for no more than it needs (Qt)."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Whether the height depends on the width: yes (Qt)."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height in px of all lines at that width (Qt)."""
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), place=False)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        """Place the widgets (Qt)."""
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        """As small as the widest widget: the width comes from the parent (Qt)."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Size of the widest and of the tallest widget (Qt)."""
        if self._least is None:
            size = QSize()
            for item in self._items:
                size = size.expandedTo(item.minimumSize())
            self._least = size
        return QSize(self._least)

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        y = rect.y()
        line_gap = space(self._line_steps)
        lines = self._lines(rect.width())
        for line in lines:
            height = max(item.sizeHint().height() for item in line)
            if place:
                self._place(line, rect.x(), y, height, rect.width())
            y += height + line_gap
        return max(0, y - rect.y() - line_gap) if lines else 0

    def _lines(self, room: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        used = 0
        for item in self._items:
            if (widget := item.widget()) is not None and widget.isHidden():
                continue
            needed = item.sizeHint().width()
            if lines and used + self._gap + needed <= room:
                lines[-1].append(item)
                used += self._gap + needed
            else:
                lines.append([item])
                used = needed
        return lines

    def _place(self, line: list[QLayoutItem], x: int, y: int, height: int, room: int) -> None:
        for item in line:
            size = item.sizeHint()
            size.setWidth(min(size.width(), room))
            item.setGeometry(QRect(QPoint(x, y + (height - size.height()) // 2), size))
            x += size.width() + self._gap


class FlowRow(QWidget):
    """行に流す部品: as high as its lines are at the width it has.

    Qt asks a layout like this for its height at the narrowest width, and would hold a whole empty screen
    free below it.
    """

    def sizeHint(self) -> QSize:
        """The height at this width (Qt)."""
        return self._at_this_width()

    def minimumSizeHint(self) -> QSize:
        """The height at this width (Qt)."""
        return self._at_this_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another height (Qt)."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def _at_this_width(self) -> QSize:
        layout = self.layout()
        if layout is None:
            return super().sizeHint()
        least = layout.minimumSize()
        return QSize(least.width(), layout.heightForWidth(max(self.width(), least.width())))


def flow(parts: Iterable[QWidget], *, gap: float = 1, line_gap: float = 0.75) -> QWidget:
    """Widget whose children flow; small minimum size, so that it does not inflate its parents."""
    made = FlowRow()
    layout = FlowLayout(made, gap=gap, line_gap=line_gap)
    layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
    policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)
    for part in parts:
        layout.addWidget(part)
    return made
