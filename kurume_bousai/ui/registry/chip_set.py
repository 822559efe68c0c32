"""いくつでも選べる札: needs, 受入対象, 事由."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from kurume_bousai.ui.kit.widgets import chip, fix, flow

E = TypeVar("E", bound=StrEnum)


class ChipSet(QWidget, Generic[E]):
    """札のまとまり: Tab or arrows move, Space turns one on or off. ``changed()`` after each."""

    changed = Signal()

    def __init__(
        self, choices: Sequence[E], words: Callable[[E], str], *, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._chips: dict[E, QPushButton] = {}
        for choice in choices:
            made = chip(words(choice), name=f"{name} {words(choice)}")
            made.toggled.connect(lambda _on: self.changed.emit())
            self._chips[choice] = made
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(flow(self._chips.values()))
        fix(self, min_height=40)
        self.setFocusProxy(next(iter(self._chips.values())))

    def values(self) -> frozenset[E]:
        """What is on."""
        return frozenset(choice for choice, made in self._chips.items() if made.isChecked())

    def set_values(self, values: Iterable[E]) -> None:
        """Turn these on and the others off."""
        wanted = set(values)
        for choice, made in self._chips.items():
            made.setChecked(choice in wanted)

    def text(self) -> str:
        """What is on, for a draft."""
        return ",".join(choice.value for choice in self._chips if choice in self.values())

    def set_text(self, text: str) -> None:
        """What ``text`` wrote; unknown words are passed over."""
        wanted = set(text.split(","))
        self.set_values(choice for choice in self._chips if choice.value in wanted)

    def chip(self, value: E) -> QPushButton:
        """The chip of one value."""
        return self._chips[value]
