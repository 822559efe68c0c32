"""The sentence of conditions: words whose menu is the choice (UI.md, 容量確認)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QLabel, QMenu, QWidget

from kurume_bousai.ui.kit.flow import flow
from kurume_bousai.ui.kit.layouts import set_icon
from kurume_bousai.ui.kit.press_button import PressButton

_T = TypeVar("_T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Choice(Generic[_T]):
    """選択肢: a value, the words in the sentence, and longer words for the menu where they differ."""

    value: _T
    words: str
    in_menu: str = ""


class Slot(PressButton, Generic[_T]):
    """文の中の選べる言葉: an underlined word; Space or Enter opens its menu.

    `chosen(value)` is emitted when a person chooses another value.
    """

    chosen = Signal(object)

    def __init__(
        self, choices: Sequence[Choice[_T]], current: _T, *, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._choices: list[Choice[_T]] = []
        self._value = current
        self.setProperty("kind", "slot")
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the chevron stands behind the word
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        set_icon(self, "chevron-down", "accent", 18)
        self._menu = QMenu(self)
        self._menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._group = QActionGroup(self)
        self.clicked.connect(self.open_menu)
        self.set_choices(choices, current)

    def set_choices(self, choices: Sequence[Choice[_T]], current: _T) -> None:
        """Replace the choices; ValueError when `current` is none of them."""
        self._choices = list(choices)
        self._menu.clear()
        for old in self._group.actions():
            self._group.removeAction(old)
        for choice in self._choices:
            action = self._menu.addAction(choice.in_menu or choice.words)
            action.setCheckable(True)
            self._group.addAction(action)
            action.triggered.connect(lambda _checked=False, value=choice.value: self._on_chosen(value))
        self.set_value(current)

    def value(self) -> _T:
        """Return the value in force."""
        return self._value

    def set_value(self, value: _T) -> None:
        """Choose without announcing it; ValueError for a value that is no choice."""
        number = [choice.value for choice in self._choices].index(value)
        self._value = value
        self._group.actions()[number].setChecked(True)
        words = self._choices[number].words
        self.setText(words)
        self.setAccessibleName(f"{self._name}: {words}")

    def open_menu(self) -> None:
        """Open the menu below the word, the choice in force marked."""
        checked = self._group.checkedAction()
        if checked is not None:
            self._menu.setActiveAction(checked)
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _on_chosen(self, value: _T) -> None:
        if value != self._value:
            self.set_value(value)
            self.chosen.emit(value)


def sentence(*parts: str | QWidget) -> QWidget:
    """Sentence that flows over lines: plain 文節 (each a str, kept whole) and slots."""
    widgets: list[QWidget] = []
    for part in parts:
        if isinstance(part, QWidget):
            widgets.append(part)
            continue
        word = QLabel(part)
        word.setTextFormat(Qt.TextFormat.PlainText)
        word.setProperty("role", "lead")
        widgets.append(word)
    made = flow(widgets, gap=0.5, line_gap=1)
    made.setAccessibleName("条件の文")
    return made
