"""盤の三つの見方: at a glance, in detail, or as a list; the site in force is the same in all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QStackedWidget, QWidget

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.services.capacity.plan_board import BoardSite, BoardSubject
from kurume_bousai.ui.kit.layouts import fix
from kurume_bousai.ui.kit.widgets import ChipRow
from kurume_bousai.ui.shelters.board_head import SHIFT_WORDS
from kurume_bousai.ui.shelters.board_list import BoardList
from kurume_bousai.ui.shelters.board_rows import SORTING_WORDS, Sorting
from kurume_bousai.ui.shelters.board_view import BoardView, Density


class BoardStack(QStackedWidget):
    """盤か一覧. ``opened(site_id)`` and ``moved(site_id)`` from whichever is shown."""

    opened = Signal(str)
    moved = Signal(str)

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.board = BoardView(now)
        self.list = BoardList(now)
        for view in (self.board, self.list):
            view.opened.connect(self.opened.emit)
            view.moved.connect(self.moved.emit)
            self.addWidget(view)
        self._density = self.board.density

    @property
    def view(self) -> BoardView | BoardList:
        """What is shown."""
        return self.list if self.density is Density.LIST else self.board

    @property
    def density(self) -> Density:
        """How it is shown."""
        return self._density

    def set_rows(self, rows: Sequence[BoardSite]) -> None:
        """Show these sites in this order."""
        self.board.set_rows(rows)
        self.list.show_sites(rows)

    def set_density(self, density: Density) -> None:
        """Show them another way; the site in force stays so."""
        chosen = self.view.site_id()
        self._density = density
        if density is not Density.LIST:
            self.board.set_density(density)
        self.setCurrentWidget(self.view)
        self.view.choose(chosen)

    def site_id(self) -> str:
        """Id of the site in force, empty before the first."""
        return self.view.site_id()

    def choose(self, site_id: str) -> None:
        """Put a site in force and bring it into view."""
        self.view.choose(site_id)


class BoardTools:
    """盤の選びもの: whose staff counts, the order, the way of showing."""

    def __init__(self) -> None:
        self.subject: ChipRow[BoardSubject] = ChipRow(
            [(BoardSubject.PLANS, "計画の行先"), (BoardSubject.RECEPTION, "いまの受入")],
            BoardSubject.PLANS,
            name="盤の見もの",
        )
        fix(self.subject, fixed_width=232)
        self.shift = _combo("職員の数え方", [(words, shift.value) for shift, words in SHIFT_WORDS.items()])
        self.sorting = _combo("並び", [(words, sorting.value) for sorting, words in SORTING_WORDS.items()])
        self.density: ChipRow[Density] = ChipRow(
            [(Density.GLANCE, "全部を一目で"), (Density.DETAIL, "くわしく"), (Density.LIST, "一覧")],
            Density.GLANCE,
            name="盤のこまかさ",
        )
        fix(self.density, fixed_width=290)

    def chosen_subject(self) -> BoardSubject:
        """What the board is about."""
        return self.subject.value() or BoardSubject.PLANS

    def chosen_shift(self) -> StaffShift:
        """Whose staff limits the sites."""
        return StaffShift(self.shift.currentData())

    def chosen_sorting(self) -> Sorting:
        """The order."""
        return Sorting(self.sorting.currentData())


def _combo(name: str, entries: Sequence[tuple[str, str]]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.view().setAccessibleName(f"{name}の一覧")
    for words, value in entries:
        made.addItem(words, value)
    return made
