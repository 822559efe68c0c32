"""名簿の行の絵: かな above the name, 校区 above 自治会, signs for needs, shapes before words."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kurume_bousai.domain.members import MemberRow
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import need_sign
from kurume_bousai.ui.kit.painters import State, draw_digits, draw_need, draw_state
from kurume_bousai.ui.kit.tokens import colour, control, font, px, space
from kurume_bousai.ui.privacy import HIDDEN_TEXT
from kurume_bousai.ui.registry.roster_model import Column, Index, RosterTableModel
from kurume_bousai.ui.registry.words import (
    UNKNOWN,
    consent_mark,
    flood_words,
    needs_in_order,
    number_words,
    plan_words,
    reading_words,
)

ROW_HEIGHT: Final = 46
_LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
# A name may carry marks that turn the direction of writing.
_DIRECTION_MARKS: Final = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))


class RosterRowDelegate(QStyledItemDelegate):
    """名簿の行: paints every column; the text is painted literally, whatever a name holds."""

    def __init__(self, model: RosterTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Rows of one height (Qt)."""
        return QSize(px(80), control(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell (Qt)."""
        row = self._model.rows[index.row()]
        column = Column(index.column())
        box: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(box, colour("accent_tint" if selected else "surface"))
        if selected and column is Column.NUMBER:
            painter.fillRect(QRect(box.left(), box.top(), 4, box.height()), colour("accent"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), colour("line"))
        inner = box.adjusted(space(1), 0, -space(0.5), -1)
        painter.setClipRect(inner, Qt.ClipOperation.IntersectClip)
        painter.setPen(colour("text"))
        self._paint_cell(painter, inner, row, column)
        painter.restore()

    def _paint_cell(self, painter: QPainter, box: QRect, row: MemberRow, column: Column) -> None:
        match column:
            case Column.NUMBER:
                self._paint_number(painter, box, row)
            case Column.NAME:
                self._paint_name(painter, box, row)
            case Column.DISTRICT:
                _two_lines(painter, box, row.district_id or UNKNOWN, row.neighborhood, font("body"))
            case Column.NEEDS:
                _signs(painter, box, row)
            case Column.CONSENT:
                _marked(painter, box, consent_mark(row.roster_consent), word_of(row.roster_consent))
            case Column.PLAN:
                _marked(painter, box, *plan_words(row.plan_state))
            case Column.HAZARD:
                _marked(painter, box, None, flood_words(row.flood_rank))

    def _paint_number(self, painter: QPainter, box: QRect, row: MemberRow) -> None:
        face = font("body", digits=True)
        if not row.has_protected_address:
            draw_digits(painter, box, number_words(row.number), face)
            return
        half = box.height() // 2
        upper = QRect(box.left(), box.top() + 2, box.width(), half)
        painter.setFont(font("small", bold=True))
        painter.drawText(upper, _LEFT, "支援措置")
        draw_digits(
            painter, QRect(box.left(), box.top() + half, box.width(), half), number_words(row.number), face
        )

    def _paint_name(self, painter: QPainter, box: QRect, row: MemberRow) -> None:
        if self._model.hides_names:
            painter.setFont(font("small"))
            painter.setPen(colour("quiet"))
            painter.drawText(box, _LEFT, HIDDEN_TEXT)
            return
        _two_lines(painter, box, reading_words(row), row.name, font("body", bold=True))


def _two_lines(painter: QPainter, box: QRect, above: str, below: str, face: QFont) -> None:
    """Two lines that keep their places whatever the fonts say; one alone stands in the middle."""
    height = box.height()
    if above:
        small = font("small")
        upper = QRect(box.left(), box.top() + height // 16, box.width(), height * 7 // 16)
        painter.setFont(small)
        painter.setPen(colour("quiet"))
        painter.drawText(upper, _LEFT, _fitted(above, QFontMetrics(small), box.width()))
        box = QRect(box.left(), box.top() + height * 7 // 16, box.width(), height // 2)
    painter.setFont(face)
    painter.setPen(colour("text"))
    painter.drawText(box, _LEFT, _fitted(below, QFontMetrics(face), box.width()))


def _fitted(text: str, metrics: QFontMetrics, room: int) -> str:
    """One line without marks that would turn the writing, cut with … where the room ends."""
    plain = " ".join(text[:200].translate(_DIRECTION_MARKS).split())
    return metrics.elidedText(plain, Qt.TextElideMode.ElideRight, room)


def _signs(painter: QPainter, box: QRect, row: MemberRow) -> None:
    side, left = px(22), box.left()
    for need in needs_in_order(row):
        draw_need(painter, QRect(left, box.center().y() - side // 2, side, side), need_sign(need))
        left += side + 3


def _marked(painter: QPainter, box: QRect, mark: State | None, words: str) -> None:
    left = box.left()
    if mark is not None:
        side = px(14)
        draw_state(painter, QRect(left, box.center().y() - side // 2, side, side), mark)
        left += side + space(0.5)
    painter.setFont(font("body"))
    room = QRect(left, box.top(), box.right() - left, box.height())
    painter.drawText(room, _LEFT, _fitted(words, QFontMetrics(painter.font()), room.width()))
