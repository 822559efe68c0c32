"""数の表: rows of words and figures with digits in columns, state marks beside them, keyboard only.

table = FigureTable([Column("校区"), Column("登録者", is_figure=True)], name="46校区の数")
table.set_rows([("津福", (Cell("津福校区"), Cell("48人", State.OK)))])
table.opened.connect(…)        # key of the row: Enter or a double click
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from kurume_bousai.ui.kit.painters import State, digits_width, draw_digits, draw_need, draw_state
from kurume_bousai.ui.kit.tokens import colour, control, font, hub, px, space

_Index = QModelIndex | QPersistentModelIndex
_CELL_ROLE: Final = Qt.ItemDataRole.UserRole
ROW_HEIGHT: Final = 36


@dataclass(frozen=True, slots=True)
class Column:
    """列: its heading; figures stand at the right in even digits, one column takes what is left.

    ``drop``: where the room is too narrow, the column with the highest one goes first; 0 = never.
    """

    title: str
    is_figure: bool = False
    stretches: bool = False
    at_least: int = 0  # px at 100 %
    drop: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """欄: words, with a state mark or a need sign before them; ``spoken`` for a screen reader."""

    text: str
    state: State | None = None
    sign: str = ""
    spoken: str = ""
    is_quiet: bool = False


Row = tuple[Hashable, tuple[Cell, ...]]


class _Model(QAbstractTableModel):
    def __init__(self, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: list[Row] = []

    def replace(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - as in Qt - Qt's signature
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.is_figure else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - as in Qt
        cell = self.rows[index.row()][1][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == _CELL_ROLE:
            return cell
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.columns[index.column()].title} {cell.spoken or cell.text}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.text
        return None


class _Delegate(QStyledItemDelegate):
    """Paints words, signs and even digits; the row in force has a tint and, with the focus, an edge."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        cell: Cell = index.data(_CELL_ROLE)
        model = index.model()
        column = model.columns[index.column()] if isinstance(model, _Model) else Column("")
        painter.save()
        rect = QRect(getattr(option, "rect"))  # noqa: B009 - the stubs leave Qt's public fields out
        state = getattr(option, "state")  # noqa: B009 - missing in the stubs
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colour("accent_tint"))
        painter.setPen(colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = QRectF(rect).adjusted(space(1), 0, -space(1), 0)
        painter.setPen(colour("quiet" if cell.is_quiet else "text"))
        if column.is_figure:
            self._figure(painter, inner, cell)
        else:
            self._words(painter, inner, cell)
        painter.restore()

    @staticmethod
    def _figure(painter: QPainter, inner: QRectF, cell: Cell) -> None:
        face = font("body", digits=True)
        draw_digits(painter, inner, cell.text, face, Qt.AlignmentFlag.AlignRight)
        if cell.state is not None:
            side = px(16)
            left = inner.right() - digits_width(cell.text, face) - side - space(0.75)
            draw_state(painter, QRectF(left, inner.center().y() - side / 2, side, side), cell.state)

    @staticmethod
    def _words(painter: QPainter, inner: QRectF, cell: Cell) -> None:
        left = inner.left()
        if cell.state is not None:
            side = px(16)
            draw_state(painter, QRectF(left, inner.center().y() - side / 2, side, side), cell.state)
            left += side + space(0.75)
        for sign in cell.sign:
            side = px(22)
            draw_need(painter, QRectF(left, inner.center().y() - side / 2, side, side), sign)
            left += side + space(0.5)
        left += space(0.5) if cell.sign else 0
        face = font("body")
        painter.setFont(face)
        room = QRectF(left, inner.top(), inner.right() - left, inner.height())
        words = QFontMetricsF(face).elidedText(cell.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002 - Qt gives it
        return QSize(px(60), control(ROW_HEIGHT))


class FigureTable(QTableView):
    """数の表. ``opened(key)`` on Enter or a double click, ``moved(key)`` when another row is in force."""

    opened = Signal(object)
    moved = Signal(object)

    def __init__(self, columns: Sequence[Column], *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(columns, self)
        self._wanted: dict[int, int] = {}
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        heading = self.horizontalHeader()
        heading.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heading.setHighlightSections(False)
        heading.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self.selectionModel().currentRowChanged.connect(self._on_row)
        hub().tokens_changed.connect(self._fit)
        self._fit()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows; the row in force stays in force where its key is still there."""
        kept = self.key()
        self._model.replace(rows)
        self._fit()
        if kept is not None:
            self.choose(kept)

    def rows(self) -> list[Row]:
        """Return what is shown."""
        return self._model.rows

    def key(self) -> Hashable | None:
        """Key of the row in force."""
        place = self.currentIndex().row()
        return self._model.rows[place][0] if 0 <= place < len(self._model.rows) else None

    def choose(self, key: Hashable) -> None:
        """Put a row in force and bring it into view; an unknown key changes nothing."""
        for place, (one, _cells) in enumerate(self._model.rows):
            if one == key:
                self.setCurrentIndex(self._model.index(place, 0))
                return

    def keyPressEvent(self, event: Any) -> None:  # noqa: ANN401 - Qt's signature
        """Enter opens the row (Qt)."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.key() is not None:
            self._open(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: Any) -> None:  # noqa: ANN401 - Qt's signature
        """Put the first row in force when the keyboard comes in (Qt)."""
        super().focusInEvent(event)
        if self.key() is None and self._model.rows:
            self.setCurrentIndex(self._model.index(0, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give what is left to the column that stretches (Qt)."""
        super().resizeEvent(event)
        self._share_width()

    def minimumSizeHint(self) -> QSize:
        """A heading and two rows (Qt)."""
        return QSize(px(160), control(ROW_HEIGHT) * 3)

    def _open(self, place: int) -> None:
        if 0 <= place < len(self._model.rows):
            self.opened.emit(self._model.rows[place][0])

    def _on_row(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.moved.emit(self._model.rows[current.row()][0])

    def _fit(self) -> None:
        self._wanted.clear()
        self.verticalHeader().setDefaultSectionSize(control(ROW_HEIGHT))
        self._share_width()
        self.viewport().update()

    def _share_width(self) -> None:
        columns = self._model.columns
        growing = [place for place, column in enumerate(columns) if column.stretches] or [0]
        wanted = [
            px(column.at_least or 60) if place in growing else self._wanted_width(place)
            for place, column in enumerate(columns)
        ]
        shown = self._columns_that_fit(wanted)
        room = self.viewport().width() - sum(wanted[place] for place in shown)
        # Where the growing column itself had to go, the first one takes what is left: no empty strip.
        kept = [place for place in growing if place in shown] or [min(shown)]
        more = self._growth(kept, wanted, max(0, room))
        for place in range(len(columns)):
            self.setColumnHidden(place, place not in shown)
            self.setColumnWidth(place, wanted[place] + more.get(place, 0))

    def _growth(self, growing: Sequence[int], wanted: Sequence[int], room: int) -> dict[int, int]:
        """Px more for each growing column: first what its words need, the shortest first; then equally."""
        needs = {place: max(0, self._wanted_width(place) - wanted[place]) for place in growing}
        more: dict[int, int] = {}
        for place in sorted(growing, key=lambda one: needs[one]):
            more[place] = min(needs[place], room // (len(growing) - len(more)))
            room -= more[place]
        return {place: given + room // len(growing) for place, given in more.items()}

    def _columns_that_fit(self, wanted: Sequence[int]) -> set[int]:
        """Places of the columns that stay: nothing is ever pushed out sideways."""
        shown = set(range(len(wanted)))
        while sum(wanted[place] for place in shown) > self.viewport().width():
            place = max(shown, key=lambda one: self._model.columns[one].drop)
            if not self._model.columns[place].drop:
                break
            shown.remove(place)
        return shown

    def _wanted_width(self, place: int) -> int:
        """What a column's words need, in px: measured once for what is shown, asked for at each resize."""
        if place not in self._wanted:
            self._wanted[place] = self._measured(place)
        return self._wanted[place]

    def _measured(self, place: int) -> int:
        column = self._model.columns[place]
        heading, face = QFontMetricsF(font("small")), font("body", digits=column.is_figure)
        widest = heading.horizontalAdvance(column.title)
        for _key, cells in self._model.rows[:400]:
            cell = cells[place]
            marks = (px(16) + space(0.75) if cell.state else 0) + len(cell.sign) * (px(22) + space(0.5))
            widest = max(widest, digits_width(cell.text, face) + marks)
        return max(px(column.at_least), round(widest) + 2 * space(1) + 2)
