"""見てほしい人の一覧: number, why, 校区, and the address as received, without its number while hidden."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.services.places.home_placing import WorkItem
from kurume_bousai.ui.geocode.words import reason_words
from kurume_bousai.ui.kit.tokens import control, hub, width
from kurume_bousai.ui.privacy import Privacy
from kurume_bousai.ui.registry.words import NOTHING, UNKNOWN, hidden_address, number_words

Index = QModelIndex | QPersistentModelIndex


class WorkColumn(IntEnum):
    """列, in order."""

    NUMBER = 0
    REASON = 1
    DISTRICT = 2
    ADDRESS = 3


_HEADINGS: Final = {
    WorkColumn.NUMBER: "番号",
    WorkColumn.REASON: "わけ",
    WorkColumn.DISTRICT: "校区",
    WorkColumn.ADDRESS: "住所(書かれたまま)",
}
_WIDTHS: Final = {WorkColumn.NUMBER: 76, WorkColumn.REASON: 144, WorkColumn.DISTRICT: 76}


class WorkModel(QAbstractTableModel):
    """見てほしい人: a row per person; nothing is done per row before it is painted."""

    def __init__(self, privacy: Privacy, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._privacy = privacy
        self._items: list[WorkItem] = []
        privacy.changed.connect(self._on_privacy_changed)

    @property
    def items(self) -> list[WorkItem]:
        """What is shown; not to be changed."""
        return self._items

    def set_items(self, items: Sequence[WorkItem]) -> None:
        """Show other people."""
        self.beginResetModel()
        self._items = list(items)
        self.endResetModel()

    def row_of(self, member_id: str) -> int:
        """The row of a person; -1 where not listed."""
        return next((row for row, item in enumerate(self._items) if item.member_id == member_id), -1)

    def take_out(self, row: int) -> None:
        """Take away somebody who has been dealt with."""
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._items[row]
        self.endRemoveRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of people (Qt)."""
        return 0 if parent.isValid() else len(self._items)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Four (Qt)."""
        return 0 if parent.isValid() else len(WorkColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's signature
        """Headings (Qt)."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _HEADINGS[WorkColumn(section)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's signature
        """A cell in words (Qt)."""
        column = WorkColumn(index.column())
        words = self.words(self._items[index.row()], column)
        if role == Qt.ItemDataRole.DisplayRole:
            return words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{_HEADINGS[column]} {words}"
        return None

    def words(self, item: WorkItem, column: WorkColumn) -> str:
        """What a cell says."""
        match column:
            case WorkColumn.NUMBER:
                return number_words(item.number)
            case WorkColumn.REASON:
                return reason_words(item)
            case WorkColumn.DISTRICT:
                return item.district_id or UNKNOWN
            case WorkColumn.ADDRESS:
                if not item.address:
                    return NOTHING
                return hidden_address(item.address) if self._privacy.hidden else item.address

    def _on_privacy_changed(self, _hidden: bool) -> None:
        if self._items:
            last = len(self._items) - 1
            self.dataChanged.emit(self.index(0, WorkColumn.ADDRESS), self.index(last, WorkColumn.ADDRESS))


class WorkTable(QTableView):
    """見てほしい人の一覧.

    ``person_chosen(member id)``; ``wanted()`` on Enter: the keyboard goes on to the candidates.
    """

    person_chosen = Signal(str)
    wanted = Signal()

    def __init__(self, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = WorkModel(privacy, self)
        self.setModel(self.work)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAccessibleName("位置を見てほしい人の一覧")
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        hub().tokens_changed.connect(self._apply_sizes)
        self._apply_sizes()

    @property
    def chosen(self) -> str:
        """Id of the person chosen; empty for nobody."""
        current = self.currentIndex()
        return str(self.work.items[current.row()].member_id) if current.isValid() else ""

    def show_items(self, items: Sequence[WorkItem]) -> None:
        """Show other people and choose the first."""
        self.work.set_items(items)
        if items:
            self.choose_row(0)
        else:
            self.person_chosen.emit("")

    def choose_row(self, row: int) -> None:
        """Choose a row; the last one where there is no such row any more."""
        place = min(row, len(self.work.items) - 1)
        if place >= 0:
            self.selectRow(place)
            self.scrollTo(self.work.index(place, 0))

    def finish(self, member_id: MemberId) -> None:
        """Take a person out who has been dealt with; the next one moves up and is chosen."""
        row = self.work.row_of(member_id)
        if row < 0:
            return
        blocked = self.selectionModel().blockSignals(True)
        self.work.take_out(row)
        self.selectionModel().blockSignals(blocked)
        self.setCurrentIndex(QModelIndex())
        if self.work.items:
            self.choose_row(row)
        else:
            self.person_chosen.emit("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on to the candidates (Qt)."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen:
            self.wanted.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: numbers are not searched by typing here (Qt)."""

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.person_chosen.emit(str(self.work.items[current.row()].member_id))

    def _apply_sizes(self) -> None:
        self.verticalHeader().setDefaultSectionSize(control(36))
        heading = self.horizontalHeader()
        heading.setMinimumSectionSize(width(40))
        for column in WorkColumn:
            at_100 = _WIDTHS.get(column)
            mode = QHeaderView.ResizeMode.Stretch if at_100 is None else QHeaderView.ResizeMode.Fixed
            heading.setSectionResizeMode(column, mode)
            if at_100 is not None:
                self.setColumnWidth(column, width(at_100))
        self.setMinimumSize(width(360), control(36) * 3)
