"""たたむ欄: one section of the form, with what it holds said in its heading."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from kurume_bousai.ui.kit.layouts import set_icon
from kurume_bousai.ui.kit.widgets import button, card, hbox, icon_label, label, vbox
from kurume_bousai.ui.shelters.site_section import Section


class Folds(QWidget):
    """たたむ欄の列: as high as its sections are at its width, so that nothing empty can be scrolled to."""

    def __init__(self, folds: Sequence[Fold]) -> None:
        super().__init__()
        self.setLayout(vbox(*folds, None, gap=0.25, margins=(0, 0, 1, 0)))

    def minimumSizeHint(self) -> QSize:
        """Leave the height to the width: chips in lines are high only where they are narrow (Qt)."""
        least = super().minimumSizeHint()
        return QSize(least.width(), 0) if self.hasHeightForWidth() else least


class Fold(QWidget):
    """たたむ欄: a heading that opens and closes, by mouse or Space. ``opened(bool)`` after each."""

    opened = Signal(bool)

    def __init__(self, section: Section, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.section = section
        self._summary = label("", "quiet")
        self._chevron = icon_label("chevron-right", "quiet", 22)
        self.head = button("", "row", on_click=self.toggle, name=section.title)
        inside = (self._chevron, label(section.title, "heading"), self._summary)
        for part in inside:
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.head.setLayout(hbox(inside[0], inside[1], None, inside[2], margins=(1, 0, 1.5, 0), gap=1))
        self.body = card(section.widget, name=section.title)
        self.setLayout(vbox(self.head, self.body, gap=0.5))
        self.set_open(False)

    @property
    def is_open(self) -> bool:
        """Return whether the fields can be seen."""
        return not self.body.isHidden()

    def set_open(self, is_open: bool) -> None:
        """Open or close without moving the keyboard."""
        self.body.setVisible(is_open)
        set_icon(self._chevron, "chevron-down" if is_open else "chevron-right", "quiet", 22)
        self.head.setAccessibleDescription("開いています" if is_open else "閉じています")
        self.opened.emit(is_open)

    def toggle(self) -> None:
        """Open what is closed and close what is open."""
        self.set_open(not self.is_open)

    def say(self, summary: str) -> None:
        """Write what the section holds beside its title."""
        self._summary.setText(summary)
        self.head.setAccessibleName(f"{self.section.title} {summary}")
