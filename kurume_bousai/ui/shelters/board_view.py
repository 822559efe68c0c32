"""盤: all sites at a glance, or in more detail; one painted tile each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.members import Need
from kurume_bousai.labels import need_sign
from kurume_bousai.services.capacity.plan_board import BoardSite
from kurume_bousai.ui.kit.painters import (
    State,
    digits_width,
    draw_bar,
    draw_digits,
    draw_need,
    draw_state,
)
from kurume_bousai.ui.kit.tokens import colour, control, font, hub, px, space, width
from kurume_bousai.ui.shelters.board_rows import is_unheard, need_words, row_age, state_of, tile_words

_Index = QModelIndex | QPersistentModelIndex
_ROW_ROLE: Final = Qt.ItemDataRole.UserRole


class Density(StrEnum):
    """盤のこまかさ."""

    GLANCE = "glance"
    DETAIL = "detail"
    LIST = "list"  # rows of a table, not tiles


#: Least and best size of a tile with its gap, px at 100 %; most columns.
_LEAST: Final = {Density.GLANCE: (172, 60), Density.DETAIL: (214, 110)}
_BEST_HEIGHT: Final = {Density.GLANCE: 75, Density.DETAIL: 114}
_MOST_COLUMNS: Final = {Density.GLANCE: 6, Density.DETAIL: 5}
_GAP: Final = 8
#: Height of a tile's number at a glance, px at 100 %.
_NUMBER: Final = 26.0
_LEAST_NUMBER: Final = 20.0


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[BoardSite] = []

    def replace(self, rows: Sequence[BoardSite]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        row = self.rows[index.row()]
        if role == _ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.site.short_name or row.site.name
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return tile_words(row).full
        return None


class _Tile(QStyledItemDelegate):
    """One tile: name, mark, word, number, bar; in detail also the age and the needs."""

    def __init__(self, view: BoardView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002 - Qt's
        """The cell of the grid (Qt)."""
        return self._view.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one site (Qt)."""
        row: BoardSite = index.data(_ROW_ROLE)
        rect = QRect(getattr(option, "rect"))  # noqa: B009 - the stubs leave Qt's public fields out
        flags = getattr(option, "state")  # noqa: B009
        half = _GAP // 2
        box = QRectF(rect).adjusted(half, half, -half, -half)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, box, state_of(row), is_chosen=bool(flags & QStyle.StateFlag.State_Selected))
        inner = box.adjusted(space(1), space(0.5), -space(1), -space(0.75))
        if self._view.density is Density.GLANCE:
            self._glance(painter, inner, row)
        else:
            self._detail(painter, inner, row)
        painter.restore()

    @staticmethod
    def _ground(painter: QPainter, box: QRectF, state: State | None, *, is_chosen: bool) -> None:
        painter.setBrush(colour("short_tint" if state is State.SHORT else "surface"))
        pen = QPen(
            colour("accent" if is_chosen else "edge" if state is None else "line"), 3 if is_chosen else 1
        )
        if state is None and not is_chosen:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(box, 6, 6)

    def _glance(self, painter: QPainter, inner: QRectF, row: BoardSite) -> None:
        bar = control(5)
        name = QRectF(inner.left(), inner.top(), inner.width(), px(19))
        self._name(painter, name, row, room_right=0)
        middle = QRectF(inner.left(), name.bottom(), inner.width(), inner.bottom() - name.bottom() - bar - 2)
        # On a low screen the rows are lower, and the number with them, so that all stay at one glance.
        size = min(_NUMBER, max(_LEAST_NUMBER, middle.height() / px(100) * 100))
        self._figures(painter, middle, row, size, tile_words(row).beside)
        self._bar(painter, QRectF(inner.left(), inner.bottom() - bar, inner.width(), bar), row)

    def _detail(self, painter: QPainter, inner: QRectF, row: BoardSite) -> None:
        name = QRectF(inner.left(), inner.top(), inner.width(), px(22))
        painter.setFont(font("small"))
        painter.setPen(colour("quiet"))
        age = row_age(row, self._view.now())
        painter.drawText(name, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, age)
        self._name(painter, name, row, QFontMetricsF(font("small")).horizontalAdvance(age) + space(1))
        figures = QRectF(inner.left(), name.bottom() + 2, inner.width(), px(32))
        usable = "?" if row.usable is None else f"{row.usable}"
        people = "—" if is_unheard(row) else f"{row.assigned}"
        self._figures(painter, figures, row, 28, f"{people} / {usable}人")
        bar = QRectF(inner.left(), figures.bottom() + 4, inner.width(), control(7))
        self._bar(painter, bar, row)
        self._needs(painter, QRectF(inner.left(), bar.bottom() + 6, inner.width(), px(22)), row)

    @staticmethod
    def _name(painter: QPainter, room: QRectF, row: BoardSite, room_right: float) -> None:
        face = font("body", bold=True)
        painter.setFont(face)
        painter.setPen(colour("quiet" if state_of(row) is None else "text"))
        left = room.left()
        if row.site.is_power_first:
            side = px(18)
            draw_need(painter, QRectF(left, room.center().y() - side / 2, side, side), need_sign(Need.POWER))
            left += side + space(0.5)
        words = QFontMetricsF(face).elidedText(
            tile_words(row).name, Qt.TextElideMode.ElideRight, room.right() - left - room_right
        )
        at = QRectF(left, room.top(), room.right() - left, room.height())
        painter.drawText(at, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    @staticmethod
    def _figures(painter: QPainter, room: QRectF, row: BoardSite, size: float, beside: str) -> None:
        words, state = tile_words(row), state_of(row)
        left = room.left()
        if state is not None:
            side = px(17)
            draw_state(painter, QRectF(left, room.center().y() - side / 2, side, side), state)
            left += side + space(0.5)
        painter.setPen(colour("text"))
        painter.setFont(font("body"))
        at = QRectF(left, room.top(), room.right() - left, room.height())
        painter.drawText(at, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words.word)
        left += QFontMetricsF(font("body")).horizontalAdvance(words.word) + space(0.75)
        face = font(size, bold=True, digits=True)
        draw_digits(painter, QRectF(left, room.top(), room.right() - left, room.height()), words.number, face)
        left += digits_width(words.number, face)
        painter.setPen(colour("quiet"))
        small = font("small", digits=True)
        if digits_width(beside, small) + space(0.5) <= room.right() - left:
            low = QRectF(left, room.top() + px(3), room.right() - left, room.height())
            draw_digits(painter, low, beside, small, Qt.AlignmentFlag.AlignRight)

    @staticmethod
    def _bar(painter: QPainter, room: QRectF, row: BoardSite) -> None:
        if state_of(row) is not None:
            known = state_of(row) is not State.UNKNOWN
            draw_bar(painter, room, row.assigned, row.usable or 0, known=known)

    @staticmethod
    def _needs(painter: QPainter, room: QRectF, row: BoardSite) -> None:
        face, side = font("small", digits=True), room.height()
        left = room.left()
        for one in need_words(row):
            mark = px(11) if one.is_short else 0
            needed = side + space(0.5) + mark + digits_width(one.text, face)
            if left + needed > room.right() + 1:
                break
            draw_need(painter, QRectF(left, room.top(), side, side), need_sign(one.need))
            at = left + side + space(0.5)
            if one.is_short:
                draw_state(painter, QRectF(at, room.center().y() - mark / 2, mark, mark), State.SHORT)
                at += mark + 2
            painter.setPen(colour("text"))
            draw_digits(painter, QRectF(at, room.top(), room.right(), side), one.text, face)
            left = at + digits_width(one.text, face) + space(1)


class BoardView(QListView):
    """盤. ``opened(site_id)`` on Enter or a press, ``moved(site_id)`` when another tile is in force."""

    opened = Signal(str)
    moved = Signal(str)

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.now = now
        self.density = Density.GLANCE
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Tile(self))
        self.setAccessibleName("福祉避難所の盤。矢印で動き、Enterでくわしく見ます。")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(0)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(lambda index: self.opened.emit(self._id_at(index.row())))
        self.selectionModel().currentChanged.connect(self._on_current)
        hub().tokens_changed.connect(self._fit)

    def set_rows(self, rows: Sequence[BoardSite]) -> None:
        """Show these sites; the one in force stays in force."""
        kept = self.site_id()
        self._model.replace(rows)
        self._fit()
        if kept:
            self.choose(kept)
        elif rows:
            self.setCurrentIndex(self._model.index(0, 0))

    def rows(self) -> list[BoardSite]:
        """Return the sites in the order shown."""
        return self._model.rows

    def set_density(self, density: Density) -> None:
        """Change between 「全部を一目で」 and 「くわしく」."""
        self.density = density
        self._fit()

    def site_id(self) -> str:
        """Id of the tile in force, empty before the first."""
        return self._id_at(self.currentIndex().row())

    def choose(self, site_id: SiteId | str) -> None:
        """Put a tile in force and bring it into view."""
        for place, row in enumerate(self._model.rows):
            if row.site.site_id == site_id:
                self.setCurrentIndex(self._model.index(place, 0))
                return

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room among the tiles (Qt)."""
        self._fit()
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open the tile (Qt)."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and self.site_id():
            self.opened.emit(self.site_id())
            return
        super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        """One column and two rows of tiles (Qt)."""
        least_width, least_height = _LEAST[self.density]
        return QSize(width(least_width) + 24, control(least_height) * 2)

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.moved.emit(self._id_at(current.row()))

    def _id_at(self, place: int) -> str:
        return str(self._model.rows[place].site.site_id) if 0 <= place < len(self._model.rows) else ""

    def _fit(self) -> None:
        """As many columns as fit; the rows as high as is good, lower where all of them then fit."""
        least_width, least_height = _LEAST[self.density]
        room_x, room_y = self.width() - 6, self.height() - 6
        bar = self.verticalScrollBar().sizeHint().width()
        columns = max(1, min(_MOST_COLUMNS[self.density], room_x // width(least_width)))
        rows = max(1, math.ceil(len(self._model.rows) / columns))
        lowest, best = px(least_height), px(_BEST_HEIGHT[self.density])
        high = max(lowest, min(best, room_y // rows))
        scrolls = high * rows > room_y
        if scrolls:
            high = best
            columns = max(1, min(_MOST_COLUMNS[self.density], (room_x - bar) // width(least_width)))
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        self.setGridSize(QSize((room_x - (bar if scrolls else 0)) // columns, high))
        self.viewport().update()
