"""気をつけること: what a person should look at, each line with the button that opens it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from kurume_bousai.ui.kit.layouts import grid
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import (
    Digits,
    StateMark,
    button,
    card,
    holder,
    icon_label,
    label,
    rule,
)


@dataclass(frozen=True, slots=True)
class Attention:
    """気をつけることの一行: words, count with its unit, what the button says and does."""

    words: str
    count: int
    unit: str
    act_words: str
    act: Callable[[], object] = field(repr=False)
    icon: str = ""
    state: State | None = None


class AttentionCard(QFrame):
    """気をつけることの札."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = QGridLayout()
        grid(self._place, gap=0.5)
        self._place.setColumnStretch(1, 1)
        self._rows = holder(self._place)
        inside = card(self._rows, None, title="気をつけること", gap=0.75)
        outer = QGridLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(inside, 0, 0)

    def set_rows(self, rows: Sequence[Attention]) -> None:
        """Show these lines; says so where there is nothing."""
        while self._place.count():
            item = self._place.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        if not rows:
            self._place.addWidget(label("いま、気をつけることはありません。", "quiet"), 0, 0, 1, 4)
        for number, row in enumerate(rows):
            self._add(row, 2 * number)

    def buttons_text(self) -> list[str]:
        """Accessible names of the lines' buttons, for tests and readers."""
        found = (self._place.itemAt(place) for place in range(self._place.count()))
        widgets = [item.widget() for item in found if item is not None]
        return [one.accessibleName() for one in widgets if one is not None and one.property("kind") == "flat"]

    def _add(self, row: Attention, place: int) -> None:
        if place:
            self._place.addWidget(rule(), place - 1, 0, 1, 4)
        mark = StateMark(row.state, 18) if row.state else icon_label(row.icon, "quiet", 20)
        middle = Qt.AlignmentFlag.AlignVCenter
        self._place.addWidget(mark, place, 0, middle)
        self._place.addWidget(label(row.words), place, 1, middle)
        self._place.addWidget(
            Digits(f"{row.count:,}{row.unit}", "body", align=Qt.AlignmentFlag.AlignRight), place, 2, middle
        )
        name = f"{row.words} {row.count:,}{row.unit} {row.act_words}"
        self._place.addWidget(button(row.act_words, "flat", on_click=row.act, name=name), place, 3, middle)
