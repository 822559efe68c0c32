"""提供台帳: every numbered copy that left, the latest first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from kurume_bousai.domain.dates import format_wareki_short, in_japan
from kurume_bousai.domain.hand_outs import CopyState, HandedCopy
from kurume_bousai.labels import label
from kurume_bousai.ui.kit.tokens import control, hub
from kurume_bousai.ui.privacy import HIDDEN_TEXT

HEADINGS = ("写しの番号", "書類", "渡した先", "人数", "出した日", "返す日", "状態")
_Index = QModelIndex | QPersistentModelIndex


class LedgerModel(QAbstractTableModel):
    """提供台帳の行. While names are hidden the recipient is, too."""

    def __init__(self, today: Callable[[], date], parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[HandedCopy] = []
        self._recalled: frozenset[str] = frozenset()
        self._today = today
        self._is_hidden = False

    def set_rows(self, rows: Sequence[HandedCopy], recalled: Collection[str] = ()) -> None:
        """Show other rows, the latest first; ``recalled``: numbers of copies that must come back."""
        self.beginResetModel()
        self._rows = sorted(rows, key=lambda copy: (copy.issued_at, copy.copy_number), reverse=True)
        self._recalled = frozenset(recalled)
        self.endResetModel()

    def copy_at(self, row: int) -> HandedCopy:
        """Return the copy of a row."""
        return self._rows[row]

    def set_hidden(self, *, hidden: bool) -> None:
        """Hide or show recipients."""
        self.beginResetModel()
        self._is_hidden = hidden
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Count the rows (Qt)."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Count the columns (Qt)."""
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name a column (Qt)."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return HEADINGS[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a cell (Qt)."""
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 3:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role not in {
            Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole,
        }:  # fmt: skip
            return None
        return self._cells(self._rows[index.row()])[index.column()]

    def _cells(self, copy: HandedCopy) -> tuple[str, ...]:
        return (
            copy.copy_number,
            copy.document,
            HIDDEN_TEXT if self._is_hidden else copy.recipient,
            f"{copy.people}人",
            format_wareki_short(in_japan(copy.issued_at).date()),
            format_wareki_short(copy.due_on) if copy.due_on else "",
            state_words(copy, self._today(), must_come_back=copy.copy_number in self._recalled),
        )


def state_words(copy: HandedCopy, today: date, *, must_come_back: bool) -> str:
    """How a copy stands: what presses first."""
    if must_come_back and copy.is_out and copy.state is not CopyState.LOST:
        return "返却待ち(回収)"
    if copy.is_overdue(today) or copy.is_expired(today):
        return "期限切れ"
    return label(copy.state)


class LedgerTable(QTableView):
    """提供台帳の表."""

    def __init__(self, model: LedgerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("提供台帳")
        self.setModel(model)
        self.setProperty("kind", "plain")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        hub().tokens_changed.connect(self._on_tokens_changed)
        self._on_tokens_changed()

    def chosen(self) -> list[int]:
        """Return the rows that are chosen, from the top."""
        return sorted({index.row() for index in self.selectionModel().selectedRows()})

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose the first copy when the keyboard comes in and none is chosen (Qt)."""
        super().focusInEvent(event)
        self.choose_first()

    def choose_first(self) -> None:
        """Choose the first copy where the keyboard is here and none is chosen."""
        if self.hasFocus() and not self.chosen() and self.model().rowCount():
            self.selectRow(0)

    def _on_tokens_changed(self) -> None:
        self.verticalHeader().setDefaultSectionSize(control(36))
        self.setMinimumHeight(control(230))
