"""提供台帳: every numbered copy that left, the latest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from kurume_bousai.domain.dates import format_wareki, in_japan
from kurume_bousai.services.ports import LedgerEntry
from kurume_bousai.ui.kit.tokens import control, hub
from kurume_bousai.ui.privacy import HIDDEN_TEXT

HEADINGS = ("写しの番号", "書類", "渡した先", "目的", "人数", "出した日", "返す日", "状態")
_Index = QModelIndex | QPersistentModelIndex


class LedgerModel(QAbstractTableModel):
    """提供台帳の行. While names are hidden the recipient is, too."""

    def __init__(self, today: Callable[[], date], parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[LedgerEntry] = []
        self._today = today
        self._is_hidden = False

    def set_rows(self, rows: Sequence[LedgerEntry]) -> None:
        """Show other rows, the latest first."""
        self.beginResetModel()
        self._rows = sorted(rows, key=lambda entry: (entry.issued_at, entry.copy_number), reverse=True)
        self.endResetModel()

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
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 4:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        return self._cells(self._rows[index.row()])[index.column()]

    def _cells(self, entry: LedgerEntry) -> tuple[str, ...]:
        return (
            entry.copy_number,
            entry.document,
            HIDDEN_TEXT if self._is_hidden else entry.recipient,
            entry.purpose,
            f"{entry.people}人",
            format_wareki(in_japan(entry.issued_at).date()),
            format_wareki(entry.due_on) if entry.due_on else "",
            self._state(entry),
        )

    def _state(self, entry: LedgerEntry) -> str:
        if entry.returned_on is not None:
            return "返却済"
        if entry.due_on is not None and entry.due_on < self._today():
            return "期限切れ"
        return "渡している"


class LedgerTable(QTableView):
    """提供台帳の表."""

    def __init__(self, model: LedgerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("提供台帳")
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        hub().tokens_changed.connect(self._on_tokens_changed)
        self._on_tokens_changed()

    def _on_tokens_changed(self) -> None:
        self.verticalHeader().setDefaultSectionSize(control(36))
        self.setMinimumHeight(control(170))
