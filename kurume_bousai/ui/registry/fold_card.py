"""札: facts below each other, and a card that is one line with its answer until it is opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from kurume_bousai.ui.kit.layouts import join, put_by
from kurume_bousai.ui.kit.widgets import Para, button, fix, grid, hbox, icon_label, label, set_icon, vbox


class FactList(QWidget):
    """項目の列: quiet caption and value, row by row; labels are kept and filled anew."""

    def __init__(self, parent: QWidget | None = None, *, caption: float = 98) -> None:
        super().__init__(parent)
        self._caption_width = caption
        self._grid = QGridLayout(self)
        grid(self._grid, (0, 0, 0, 0), 0.5)
        self._grid.setColumnStretch(1, 1)
        self._pairs: list[tuple[QLabel, Para]] = []

    def set_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these facts; one without a value is left out."""
        shown = [(caption, value) for caption, value in facts if value]
        while len(self._pairs) < len(shown):
            self._add_pair()
        for place, (caption, value) in enumerate(self._pairs):
            is_used = place < len(shown)
            caption.setVisible(is_used)
            value.setVisible(is_used)
            if is_used:
                caption.setText(shown[place][0])
                value.set_text(shown[place][1])
                value.setAccessibleName(f"{shown[place][0]} {shown[place][1]}")

    def facts(self) -> list[tuple[str, str]]:
        """What is shown."""
        return [
            (caption.text(), value.text_shown()) for caption, value in self._pairs if not caption.isHidden()
        ]

    def _add_pair(self) -> None:
        caption, value = label("", "small"), Para("", line=1.35)
        fix(caption, fixed_width=self._caption_width)
        caption.setWordWrap(True)  # a longer one takes two lines rather than lose its end
        row = len(self._pairs)
        self._grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._pairs.append((caption, value))


class FoldCard(QFrame):
    """たたんだ札: heading and answer on one line; pressing opens it in place. ``opened(bool)``."""

    opened = Signal(bool)

    def __init__(
        self, heading: str, body: QWidget, parent: QWidget | None = None, *, joins_late: bool = False
    ) -> None:
        """``joins_late``: few people open it, so what is inside joins the window at the first opening.

        Only for words and buttons: Qt cannot order fields among others once the window stands.
        """
        super().__init__(parent)
        self.setProperty("role", "card")
        self._heading = heading
        self._body = body
        self._answer = label("", "quiet")
        self._chevron = icon_label("chevron-right")
        self.line = button("", "row", name=heading, on_click=self.toggle)
        words = label(heading, "heading")
        for part in (words, self._answer, self._chevron):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.line.setLayout(hbox(words, None, self._answer, self._chevron, margins=(1.5, 0, 1, 0), gap=0.5))
        self._holder = QWidget()
        self._holder.setLayout(vbox(body, margins=(2, 0, 2, 1)))
        self._holder.hide()
        self._column = vbox(self.line, gap=0)
        if joins_late:
            put_by(self._holder, self)
        else:
            self._column.addWidget(self._holder)
        self.setLayout(self._column)
        self.setAccessibleName(heading)

    @property
    def is_open(self) -> bool:
        """Whether the body is shown."""
        return self._column.indexOf(self._holder) >= 0 and not self._holder.isHidden()

    @property
    def inside(self) -> QWidget:
        """What is shown when it is opened; one that joins late is no child of the card before."""
        return self._holder

    @property
    def answer(self) -> str:
        """The words on the line."""
        return self._answer.text()

    def set_answer(self, text: str) -> None:
        """Say the answer on the line."""
        self._answer.setText(text)
        self.line.setAccessibleName(f"{self._heading} {text}".strip())

    def toggle(self) -> None:
        """Open or fold."""
        self.set_open(is_open=not self.is_open)

    def set_open(self, *, is_open: bool) -> None:
        """Open or fold the body."""
        if is_open:
            join(self._holder, self._column, self)
        self._holder.setVisible(is_open)
        set_icon(self._chevron, "chevron-down" if is_open else "chevron-right", "quiet", 18)
        self.line.setAccessibleDescription("開いています" if is_open else "閉じています")
        self.opened.emit(is_open)
