"""重ねた面: one of several parts is shown; Qt dresses them when the frame itself is dressed, not before."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QStackedWidget, QWidget


class Stack(QStackedWidget):
    """重ねた面.

    Qt shows the first part when it is added, dresses all that is inside, and dresses it again at each step
    of building the rest around it. So the parts are plain children until everything stands in its place.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[QWidget] | None = []
        self._wanted = 0

    def addWidget(self, w: QWidget) -> int:
        """Append a part and return its number (Qt)."""
        if self._waiting is None:
            return super().addWidget(w)
        w.setParent(self)
        self._waiting.append(w)
        return len(self._waiting) - 1

    def setCurrentIndex(self, index: int) -> None:
        """Show the part of that number (Qt)."""
        if self._waiting is None:
            super().setCurrentIndex(index)
        elif 0 <= index < len(self._waiting):
            self._wanted = index

    def setCurrentWidget(self, w: QWidget) -> None:
        """Show a part (Qt)."""
        if self._waiting is None:
            super().setCurrentWidget(w)
        else:
            self._wanted = self._waiting.index(w)

    def currentIndex(self) -> int:
        """Return the number of the part that is shown, -1 without parts (Qt)."""
        if self._waiting is None:
            return super().currentIndex()
        return self._wanted if self._waiting else -1

    def currentWidget(self) -> QWidget | None:
        """Return the part that is shown (Qt)."""
        return super().currentWidget() if self._waiting is None else self._waiting[self._wanted]

    def widget(self, index: int) -> QWidget | None:
        """Return the part of that number (Qt)."""
        return super().widget(index) if self._waiting is None else self._waiting[index]

    def count(self) -> int:
        """Return how many parts there are (Qt)."""
        return super().count() if self._waiting is None else len(self._waiting)

    def indexOf(self, w: QWidget) -> int:
        """Return the number of a part, -1 for any other widget (Qt)."""
        if self._waiting is None:
            return super().indexOf(w)
        return self._waiting.index(w) if w in self._waiting else -1

    def removeWidget(self, w: QWidget) -> None:
        """Take a part out; it stays a child (Qt)."""
        self._take_in()
        super().removeWidget(w)

    def event(self, event: QEvent) -> bool:
        """Take the parts in when Qt dresses the frame (Qt)."""
        if event.type() == QEvent.Type.Polish:
            self._take_in()
        return super().event(event)

    def sizeHint(self) -> QSize:
        """As large as the largest part wants (Qt)."""
        self.ensurePolished()
        return super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As large as the largest part needs (Qt)."""
        self.ensurePolished()
        return super().minimumSizeHint()

    def _take_in(self) -> None:
        waiting, self._waiting = self._waiting or [], None
        for part in waiting:
            super().addWidget(part)
        if waiting:
            super().setCurrentIndex(self._wanted)
