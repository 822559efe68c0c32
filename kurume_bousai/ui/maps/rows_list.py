"""行の一覧: rows of one or two lines, some with a box to switch; all of it by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kurume_bousai.ui.kit import icons
from kurume_bousai.ui.kit.tokens import colour, control, font, hub, px, space

_ROW: Final = Qt.ItemDataRole.UserRole + 1
_ONE_LINE, _TWO_LINES, _BOX = 38, 50, 22
_Index = QModelIndex | QPersistentModelIndex
_ON: Final = "出しています"
_OFF: Final = "出していません"


@dataclass(frozen=True, slots=True)
class Row:
    """一覧の一行. ``is_on`` None = there is nothing to switch. Texts may be what a person typed."""

    key: str
    title: str = field(repr=False)
    beneath: str = field(default="", repr=False)
    is_on: bool | None = None
    tail: str = ""

    def spoken(self) -> str:
        """The row in words for a screen reader."""
        state = "" if self.is_on is None else _ON if self.is_on else _OFF
        return "、".join(part for part in (self.title, self.beneath, self.tail, state) if part)


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == _ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken()
        if role == Qt.ItemDataRole.CheckStateRole and row.is_on is not None:
            return Qt.CheckState.Checked if row.is_on else Qt.CheckState.Unchecked
        return None

    def set_rows(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()


class _Delegate(QStyledItemDelegate):
    """Paints box, title, the line beneath and the word at the end."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        row: Row = index.data(_ROW)
        return QSize(100, control(_TWO_LINES if row.beneath else _ONE_LINE))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: Row = index.data(_ROW)
        box: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(box, colour("accent_tint" if selected else "surface"))
        if selected:
            painter.fillRect(QRect(box.left(), box.top(), 4, box.height()), colour("accent"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), colour("line"))
        left = box.left() + space(1.25)
        if row.is_on is not None:
            _paint_box(painter, box_of(box), is_on=row.is_on)
            left = box_of(box).right() + space(1.25)
        right = box.right() - space(1)
        if row.tail:
            right = _paint_tail(painter, box, right, row.tail)
        _paint_words(painter, QRect(left, box.top(), right - left, box.height()), row)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """Switch by a press on the box (Qt)."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            reach = box_of(option.rect).adjusted(-space(1), -space(1), space(1), space(1))
            rows = self.parent()
            if reach.contains(event.position().toPoint()) and isinstance(rows, RowsList):
                rows.switch(index.row())
                return True
        return super().editorEvent(event, model, option, index)


def box_of(row: QRect) -> QRect:
    """Where the box of a row is."""
    side = control(_BOX)
    return QRect(row.left() + space(1.25), row.center().y() - side // 2, side, side)


def _paint_box(painter: QPainter, box: QRect, *, is_on: bool) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = painter.pen()
    pen.setColor(colour("accent" if is_on else "edge"))
    pen.setWidth(2)
    painter.setPen(pen)
    painter.setBrush(colour("accent" if is_on else "surface"))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
    if is_on:
        side = box.width() - 4
        mark = icons.pixmap("check-bold", "on_accent", 16)
        painter.drawPixmap(QRect(box.left() + 2, box.top() + 2, side, side), mark)


def _paint_tail(painter: QPainter, box: QRect, right: int, words: str) -> int:
    small = font("small")
    taken = QFontMetrics(small).horizontalAdvance(words)
    painter.setFont(small)
    painter.setPen(colour("quiet"))
    place = QRect(right - taken, box.top(), taken + 1, box.height())
    painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), words)
    return right - taken - space(1)


def _paint_words(painter: QPainter, room: QRect, row: Row) -> None:
    body, small = font("body"), font("small")
    flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
    title = QFontMetrics(body).elidedText(row.title, Qt.TextElideMode.ElideRight, room.width())
    upper = QRect(room)
    if row.beneath:
        upper.setHeight(room.height() * 11 // 20)
        lower = QRect(room.left(), upper.bottom(), room.width(), room.bottom() - upper.bottom() - 2)
        painter.setFont(small)
        painter.setPen(colour("quiet"))
        words = QFontMetrics(small).elidedText(row.beneath, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(lower, flags, words)
    painter.setFont(body)
    painter.setPen(colour("text"))
    painter.drawText(upper, flags, title)


class RowsList(QListView):
    """行の一覧. ``chosen(key)`` when another row becomes the current one, ``taken(key)`` on Enter or a press.

    ``switched(key, on)`` when a box was pressed, or Space on its row. What the program sets is not told.
    """

    chosen = Signal(str)
    taken = Signal(str)
    switched = Signal(str, bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = _Model(self)
        self._is_setting = False
        self._most = self._least = 0
        self.setModel(self._rows)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._on_current)
        self.clicked.connect(lambda index: self.taken.emit(self._rows.rows[index.row()].key))
        hub().tokens_changed.connect(self._on_tokens_changed)

    def rows(self) -> tuple[Row, ...]:
        """What is listed."""
        return tuple(self._rows.rows)

    def set_rows(self, rows: Sequence[Row], current: str = "") -> None:
        """List other rows; the current one stays where it is still listed, else ``current`` becomes it."""
        wanted = self.current() or current
        if tuple(rows) != self.rows():
            self._is_setting = True
            self._rows.set_rows(rows)
            self._is_setting = False
            self._fit()
        self.set_current(wanted if any(row.key == wanted for row in rows) else current)

    def current(self) -> str:
        """Return the key of the current row; "" without one."""
        index = self.currentIndex()
        return self._rows.rows[index.row()].key if index.isValid() else ""

    def set_current(self, key: str) -> None:
        """Make a row the current one without telling; "" or an unknown key = none."""
        self._is_setting = True
        place = next((at for at, row in enumerate(self._rows.rows) if row.key == key), -1)
        self.setCurrentIndex(self._rows.index(place, 0) if place >= 0 else QModelIndex())
        self._is_setting = False

    def switch(self, place: int) -> None:
        """Tell that a row's box was pressed."""
        row = self._rows.rows[place]
        if row.is_on is not None:
            self.switched.emit(row.key, not row.is_on)

    def keep_low(self, most: int, least: int | None = None) -> None:
        """Be as high as the rows, at most ``most`` px at 100 %; again at every change.

        ``least``: so low it may become where there is little room; None = it keeps its height.
        """
        self._most, self._least = most, most if least is None else least
        self._fit()

    def _fit(self) -> None:
        if self._most:
            wanted = self.sizeHint().height()
            self.setMinimumHeight(min(wanted, control(self._least)))
            self.setMaximumHeight(min(wanted, control(self._most)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space switches, Enter takes (Qt)."""
        index = self.currentIndex()
        if index.isValid() and event.key() == Qt.Key.Key_Space:
            self.switch(index.row())
        elif index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit(self._rows.rows[index.row()].key)
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Two rows at least (Qt)."""
        return QSize(px(80), 2 * control(_ONE_LINE) + 6)

    def sizeHint(self) -> QSize:
        """As high as its rows (Qt)."""
        heights = [control(_TWO_LINES if row.beneath else _ONE_LINE) for row in self._rows.rows]
        return QSize(px(200), sum(heights) + 8)

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if not self._is_setting:
            self.chosen.emit(self._rows.rows[index.row()].key if index.isValid() else "")

    def _on_tokens_changed(self) -> None:
        self.scheduleDelayedItemsLayout()
        self._fit()
        self.updateGeometry()
