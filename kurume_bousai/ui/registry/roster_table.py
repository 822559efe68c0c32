"""名簿の表: arrows move, Enter edits, Esc goes back to the search; columns give way to narrow rooms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from kurume_bousai.domain.members import MemberRow
from kurume_bousai.ui.kit.tokens import control, hub, width
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.registry.roster_model import Column, RosterTableModel
from kurume_bousai.ui.registry.row_delegate import ROW_HEIGHT, RosterRowDelegate

#: A person is opened when the arrows rest: each opening is an entry of the audit.
REST_MS: Final = 150
_WIDTHS: Final = {
    Column.NUMBER: 76,
    Column.NAME: 140,
    Column.DISTRICT: 140,
    Column.NEEDS: 128,
    Column.CONSENT: 96,
    Column.PLAN: 126,
    Column.HAZARD: 96,
}
_STRETCHED: Final = (Column.NAME, Column.DISTRICT)


class RosterTable(QTableView):
    """名簿の表.

    ``person_chosen(member id)`` at once; ``person_rested(member id)`` when the arrows rest; ``edit_wanted()``
    on Enter or a double click; ``left()`` on Esc.
    """

    person_chosen = Signal(str)
    person_rested = Signal(str)
    edit_wanted = Signal()
    left = Signal()

    def __init__(self, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.roster = RosterTableModel(privacy, self)
        self._chosen = ""
        self.setModel(self.roster)
        self.setItemDelegate(RosterRowDelegate(self.roster, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setAccessibleName("名簿の一覧")
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heading = self.horizontalHeader()
        heading.setHighlightSections(False)
        heading.setSectionsClickable(False)
        heading.setAccessibleName("列の見出し")
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(lambda: self.person_rested.emit(self._chosen))
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.doubleClicked.connect(lambda _index: self.edit_wanted.emit())
        hub().tokens_changed.connect(self._apply_sizes)
        self._apply_sizes()

    @property
    def chosen(self) -> str:
        """Id of the person chosen; empty for nobody."""
        return self._chosen

    def show_rows(self, rows: Sequence[MemberRow]) -> None:
        """Show other people; the one chosen stays chosen where still listed."""
        kept = self._chosen
        self.selectionModel().blockSignals(True)
        self.roster.set_rows(rows)
        place = self.roster.row_of(kept) if kept else -1
        if place >= 0:
            self.setCurrentIndex(self.roster.index(place, 0))
            self.selectRow(place)
        self.selectionModel().blockSignals(False)
        self.viewport().update()
        if place >= 0:
            self.scrollTo(self.roster.index(place, 0))
        elif kept:
            self._choose("")

    def choose(self, member_id: str) -> bool:
        """Choose a person by id; False where not listed."""
        place = self.roster.row_of(member_id)
        if place < 0:
            return False
        self.selectRow(place)
        self.scrollTo(self.roster.index(place, 0))
        return True

    def remember(self, member_id: str) -> None:
        """Choose a person as soon as the list shows them (somebody just added)."""
        self._chosen = member_id
        self._rest.start()

    def drop_columns(self, dropped: frozenset[Column]) -> None:
        """Hide these columns and show the others."""
        for column in Column:
            self.setColumnHidden(column, column in dropped)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter edits, Esc goes back to the search (Qt)."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen:
            self.edit_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: the search field searches (Qt)."""

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self._choose(self.roster.rows[current.row()].member_id if current.isValid() else "")

    def _choose(self, member_id: str) -> None:
        if member_id == self._chosen:
            return
        self._chosen = member_id
        self.person_chosen.emit(member_id)
        self._rest.start()

    def _apply_sizes(self) -> None:
        self.verticalHeader().setDefaultSectionSize(control(ROW_HEIGHT))
        self.verticalHeader().setMinimumSectionSize(control(ROW_HEIGHT))
        heading = self.horizontalHeader()
        heading.setMinimumSectionSize(width(40))
        for column, at_100 in _WIDTHS.items():
            stretched = column in _STRETCHED
            mode = QHeaderView.ResizeMode.Stretch if stretched else QHeaderView.ResizeMode.Fixed
            heading.setSectionResizeMode(column, mode)
            if not stretched:
                self.setColumnWidth(column, width(at_100))
        self.setMinimumSize(width(320), control(ROW_HEIGHT) * 4)
