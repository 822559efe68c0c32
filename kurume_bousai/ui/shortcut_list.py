"""F1: every action with its keys; Enter does it, 「見て印刷する」 shows the page and prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QBuffer,
    QIODevice,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QPageSize, QPdfWriter, QStandardItem, QStandardItemModel, QTextDocument
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHeaderView, QTableView, QWidget

from kurume_bousai.ui.actions import ActionRegistry, ShortcutRow
from kurume_bousai.ui.kit.layouts import fix, hbox, vbox
from kurume_bousai.ui.kit.tokens import control
from kurume_bousai.ui.kit.widgets import SearchField, button, label

if TYPE_CHECKING:
    from kurume_bousai.ui.tasks import TaskRunner

_ID_ROLE = Qt.ItemDataRole.UserRole + 1
COLUMNS = ("どこ", "操作", "キー")


class ShortcutDialog(QDialog):
    """操作とキーの一覧: type to filter, Enter does what is chosen."""

    def __init__(self, registry: ActionRegistry, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("操作とキーの一覧")
        self._registry = registry
        self._runner = runner
        self._chosen = ""
        self._filter = QSortFilterProxyModel(self)
        self._filter.setSourceModel(_model(registry))
        self._filter.setFilterKeyColumn(-1)
        self._table = self._build_table()
        self._search = SearchField("操作やキーでさがす")
        self._search.searched.connect(self._filter.setFilterFixedString)
        self._search.leads_to(self._table)
        do = button("この操作をする", "main", on_click=self._on_do)
        paper = button("見て印刷する", icon="printer-outline", on_click=self.preview)
        close = button("閉じる", on_click=self.reject)
        self.setLayout(
            vbox(
                label("どの操作をしますか", "title"),
                self._search,
                (self._table, 1),
                hbox(paper, None, close, do),
                margins=(3, 2, 3, 2),
                gap=1.5,
            )
        )
        fix(self, min_width=720, min_height=480)
        self._search.setFocus()

    def choose(self) -> str:
        """Show the list; return the id of the action to do, empty for none."""
        return self._chosen if self.exec() == QDialog.DialogCode.Accepted else ""

    def _build_table(self) -> QTableView:
        table = QTableView()
        table.setAccessibleName("操作の一覧")
        table.setModel(self._filter)
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(control(36))
        head = table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.activated.connect(self._on_activated)
        table.selectRow(0)
        return table

    def _on_activated(self, index: QModelIndex | QPersistentModelIndex) -> None:
        self._chosen = str(self._filter.index(index.row(), 1).data(_ID_ROLE) or "")
        if self._chosen:
            self.accept()

    def _on_do(self) -> None:
        index = self._table.currentIndex()
        self._on_activated(index if index.isValid() else self._filter.index(0, 0))

    def preview(self) -> None:
        """Show the pages before they are printed."""
        from kurume_bousai.ui.printing import PreviewDialog, Sheet  # not before it is needed: start-up

        title = "操作とキーの一覧"
        sheet = Sheet(title, _pdf(self._registry.shortcut_html()))
        PreviewDialog(f"{title}を印刷しますか", [sheet], self._runner, parent=self).open()


def _pdf(html: str) -> bytes:
    """The page as it would be printed, in memory."""
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(held)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    page = QTextDocument()
    page.setHtml(html)
    page.print_(writer)
    del writer  # it ends the file when it goes
    return bytes(held.data().data())


def _model(registry: ActionRegistry) -> QStandardItemModel:
    model = QStandardItemModel(0, len(COLUMNS))
    model.setHorizontalHeaderLabels(list(COLUMNS))
    for row in registry.shortcut_rows():
        model.appendRow(_items(row, is_possible=not row.action_id or registry.is_possible(row.action_id)))
    return model


def _items(row: ShortcutRow, *, is_possible: bool) -> list[QStandardItem]:
    items = [QStandardItem(text) for text in (row.group, row.text, row.keys)]
    for item in items:
        item.setEditable(False)
        item.setEnabled(is_possible)
    items[1].setData(row.action_id, _ID_ROLE)
    return items
