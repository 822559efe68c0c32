"""ためしの帯: says that a trial or a saved question is shown, and leads back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.ui.kit.widgets import Para, button, hbox


class TrialBar(QFrame):
    """ためしの帯. ``left(CapacityConditions)``: back to these; ``kept()``: keep today's answer."""

    left = Signal(object)
    kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self._before: CapacityConditions | None = None
        self.words = Para("", line=1.35)
        self.back = button("ためす前の条件にもどす", "plain", "arrow-left", self._go_back)
        self.keep = button("きょうの答えを保存し直す", "plain", "bookmark-check-outline", self.kept.emit)
        self.shut = button("読みました", "tool", on_click=self.close_bar)
        self.setLayout(hbox((self.words, 1), self.back, self.keep, self.shut, margins=(1.5, 0.75, 1.5, 0.75)))
        self.hide()

    def show_trial(self, before: CapacityConditions) -> None:
        """Say that this is a trial; several trials one after the other lead back to the first."""
        self._before = self._before if self._before is not None else before
        self.words.set_text("ためしの条件で計算しています。名簿や施設のデータは変わりません。")
        self.back.show()
        for one in (self.keep, self.shut):
            one.hide()
        self.show()

    def show_saved(self, words: str, *, may_keep: bool = False) -> None:
        """Say how today's answer stands to a saved one; ``may_keep``: it may take the older one's place."""
        self._before = None
        self.words.set_text(words)
        self.back.hide()
        self.keep.setVisible(may_keep)
        self.shut.show()
        self.show()

    def close_bar(self) -> None:
        """Take the bar away."""
        self._before = None
        self.hide()

    def _go_back(self) -> None:
        before = self._before
        self.close_bar()
        if before is not None:
            self.left.emit(before)
