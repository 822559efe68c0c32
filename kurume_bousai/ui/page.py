"""A screen: one question in the title, one filled button, a body that scrolls down and never sideways."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from kurume_bousai.ui.kit.layouts import VScroll, clear_icon, fix, grid, hbox, put_by, set_icon, vbox
from kurume_bousai.ui.kit.tokens import control, px
from kurume_bousai.ui.kit.turns import next_turn
from kurume_bousai.ui.kit.widgets import label

#: The icon that a button had before there was little room.
_SPARED: Final = "pageIcon"


class _Question(QLabel):
    """Title that wraps rather than pushes the window wider."""

    def minimumSizeHint(self) -> QSize:
        """Leave room for seven letters at least (Qt)."""
        return QSize(px(24) * 7, control(40))


class Page(QWidget):
    """画面: base of every screen.

    A screen overrides what it needs of `first_focus`, `focus_search`, `entered`, `left`,
    `district_changed` and `layout_changed`.
    """

    def __init__(self, question: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "page")
        self._compact = False
        self._title = _Question(question)
        self._title.setTextFormat(label().textFormat())
        self._title.setProperty("role", "title")
        self._title.setWordWrap(True)
        self._title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        fix(self._title, min_height=40)  # a title stands where it stands beside buttons
        self._main_action: QPushButton | None = None
        self._top = hbox((self._title, 1))
        self._outer = QVBoxLayout()
        self._outer.addLayout(self._top)
        self.setLayout(self._outer)
        self._body: VScroll | None = None
        self._column = QVBoxLayout()
        self._later: list[QWidget] = []
        self.setAccessibleName(question)
        self._apply_margins()

    @property
    def question(self) -> str:
        """Return the question in the title."""
        return self._title.text()

    def set_question(self, question: str) -> None:
        """Ask another question (another 校区, another person)."""
        self._title.setText(question)
        self.setAccessibleName(question)

    @property
    def is_compact(self) -> bool:
        """Whether the compact layout is in force."""
        return self._compact

    @property
    def main_action(self) -> QPushButton | None:
        """Return the one filled button of the screen."""
        return self._main_action

    def set_main_action(self, main: QPushButton | None) -> None:
        """Put the one filled button (kind "main") right of the title; ValueError for another kind."""
        if main is not None and main.property("kind") != "main":
            raise ValueError("the main action is a button of kind 'main'")
        if self._main_action is not None:
            self._top.removeWidget(self._main_action)
            self._main_action.deleteLater()
        self._main_action = main
        if main is not None:
            self._top.addWidget(main)

    def add_action_button(self, extra: QWidget) -> None:
        """Put a plain button, or a choice of what the screen asks, left of the main one."""
        place = self._top.count() - (1 if self._main_action is not None else 0)
        self._top.insertWidget(place, extra)

    def set_body(self, body: QWidget | QLayout) -> None:
        """Set or replace what stands below the title."""
        if self._body is not None:
            self._outer.removeWidget(self._body)
            self._body.deleteLater()
        self._later.clear()
        self._body = VScroll(body)
        self._outer.addWidget(self._body, 1)

    def set_long_body(self, first: Sequence[QWidget], later: Sequence[QWidget], *, gap: float = 1.5) -> None:
        """Set a column of cards: ``first`` is what the eye meets, ``later`` joins it card by card.

        Each of those comes in a turn of the event loop of its own, so that the window does not stand still.
        """
        self._column = vbox(*first, None, gap=gap)
        self.set_body(self._column)
        self._later.extend(later)
        for one in later:
            put_by(one, self)
        next_turn(self, self._join_one)

    def join_rest(self) -> None:
        """Let everything of a long body be there now."""
        while self._later:
            self._join_next()

    def _join_one(self) -> None:
        if self._later:
            self._join_next()
            next_turn(self, self._join_one)

    def _join_next(self) -> None:
        # Before the spring that keeps the cards at the top.
        self._column.insertWidget(self._column.count() - 1, self._later.pop(0))

    def set_compact(self, *, compact: bool) -> None:
        """Switch between the two layouts (called by the window)."""
        if compact == self._compact:
            return
        self._compact = compact
        self._spare_icons()
        self._apply_margins()
        self.layout_changed(is_compact=compact)

    def first_focus(self) -> QWidget | None:
        """Return the widget that gets the keyboard when the screen opens; None = the main action."""
        return self._main_action

    def focus_search(self) -> bool:
        """Move the keyboard to the search field; False where the screen has none."""
        return False

    def entered(self) -> None:
        """React to the screen being shown."""

    def left(self) -> None:
        """React to another screen being shown."""

    def district_changed(self, district_id: str) -> None:
        """React to another 校区 in the header; empty = the whole city."""

    def layout_changed(self, *, is_compact: bool) -> None:
        """Rearrange for the compact layout or back."""

    def _spare_icons(self) -> None:
        """Leave the plain buttons beside the title their words alone where there is little room."""
        for place in range(self._top.count()):
            item = self._top.itemAt(place)
            one = item.widget() if item is not None else None
            if not isinstance(one, QPushButton) or one is self._main_action:
                continue
            if self._compact:
                one.setProperty(_SPARED, one.property("kitIcon"))
                clear_icon(one)
            elif kept := one.property(_SPARED):
                set_icon(one, str(kept[0]), str(kept[1]), float(kept[2]))

    def _apply_margins(self) -> None:
        if self._compact:
            grid(self._outer, (1.5, 1, 1.5, 1), 1)
        else:
            grid(self._outer, (2.5, 1.5, 2.5, 1.5), 1.5)


@dataclass(frozen=True, slots=True)
class PageSpec:
    """画面の登録: id, title in the navigation, icon (mdi6 name), and what makes it when first shown."""

    id: str
    title: str
    icon: str
    factory: Callable[[], Page] = field(repr=False)
