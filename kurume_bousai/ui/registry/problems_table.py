"""取込の困った行: row, column, value, message; choosing one shows its line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.ui.kit.tokens import control, hub, width
from kurume_bousai.ui.privacy import HIDDEN_TEXT, Privacy
from kurume_bousai.ui.registry.roster_model import Index

_HEADINGS: Final = ("行", "列", "書かれている値", "わけ")
_WIDTHS: Final = (64, 112, 168)


class ProblemsModel(QAbstractTableModel):
    """困った行の中身."""

    def __init__(self, privacy: Privacy, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._privacy = privacy
        self._problems: list[RowProblem] = []
        privacy.changed.connect(self._on_privacy_changed)

    def set_problems(self, problems: Sequence[RowProblem]) -> None:
        """Show these."""
        self.beginResetModel()
        self._problems = list(problems)
        self.endResetModel()

    def problem(self, row: int) -> RowProblem:
        """The problem of a row of the table."""
        return self._problems[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many (Qt)."""
        return 0 if parent.isValid() else len(self._problems)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Four (Qt)."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's signature
        """Headings (Qt)."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's signature
        """A cell in words (Qt). The value of a cell is personal."""
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._problems[index.row()].message  # the table has room for its beginning only
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        problem = self._problems[index.row()]
        value = HIDDEN_TEXT if self._privacy.hidden and problem.value else problem.value
        row = f"{problem.row}" if problem.row else "全体"  # what is said of the file as a whole
        return (row, problem.column, value.replace("\n", " "), problem.message)[index.column()]

    def _on_privacy_changed(self, _hidden: bool) -> None:
        if self._problems:
            self.dataChanged.emit(self.index(0, 2), self.index(len(self._problems) - 1, 2))


class ProblemsTable(QTableView):
    """困った行の表. ``line_wanted(row of the file)`` when one is chosen."""

    line_wanted = Signal(int)

    def __init__(self, privacy: Privacy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problems = ProblemsModel(privacy, self)
        self.setModel(self.problems)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setProperty("kind", "plain")
        self.setWordWrap(False)
        self.setAccessibleName("気をつける所の一覧")
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        hub().tokens_changed.connect(self._apply_sizes)
        self._apply_sizes()

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.line_wanted.emit(self.problems.problem(current.row()).row)

    def _apply_sizes(self) -> None:
        self.verticalHeader().setDefaultSectionSize(control(36))
        for column, at_100 in enumerate(_WIDTHS):
            self.setColumnWidth(column, width(at_100))
        self.setMinimumSize(width(360), control(36) * 4)
