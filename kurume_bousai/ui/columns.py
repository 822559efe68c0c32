"""Cards side by side where the room allows, else below each other; never wider than the widest card needs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from kurume_bousai.ui.kit.layouts import grid
from kurume_bousai.ui.kit.tokens import width


class Columns(QWidget):
    """並べた札: at most `most` columns, each at least `column` px wide at 100 %."""

    def __init__(
        self, cards: Sequence[QWidget], *, most: int, column: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._cards = list(cards)
        self._most = most
        self._column = column
        self._count = 0
        self._grid = QGridLayout(self)
        grid(self._grid, gap=1.5)
        self._arrange(1)

    def columns(self) -> int:
        """Return how many columns there are now."""
        return self._count

    def minimumSizeHint(self) -> QSize:
        """As narrow as one column: the number of columns must not keep a window from shrinking (Qt)."""
        widest = max((card.minimumSizeHint().width() for card in self._cards), default=0)
        return QSize(widest, self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the number of columns (Qt)."""
        super().resizeEvent(event)
        self._arrange(max(1, min(self._most, event.size().width() // max(1, width(self._column)))))

    def _arrange(self, count: int) -> None:
        if count == self._count:
            return
        self._count = count
        for card in self._cards:
            self._grid.removeWidget(card)
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, number // count, number % count)
        for column in range(self._most):
            self._grid.setColumnStretch(column, 1 if column < count else 0)
        self.updateGeometry()
