"""まだ決まっていない人の一覧: always visible, never without its count."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.operations import FrozenPerson
from kurume_bousai.domain.session import PersonState
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.exercise.controller import SessionController
from kurume_bousai.ui.exercise.words import person_words, signs
from kurume_bousai.ui.kit.painters import draw_digits, draw_need, draw_state
from kurume_bousai.ui.kit.tokens import colour, control, font, hub, px, space
from kurume_bousai.ui.map_panel.paint import STATE_SIGNS

_PERSON = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 44


class PeopleModel(QAbstractListModel):
    """人の一覧 of one table, in the order the session gives."""

    def __init__(self, controller: SessionController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._people: list[FrozenPerson] = []

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Number of people (Qt)."""
        return 0 if parent.isValid() else len(self._people)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The person, or the row in words for a screen reader (Qt)."""
        person = self._people[index.row()]
        if role == _PERSON:
            return person
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            state = self._controller.session.state(person.member_id)
            return f"{person.number}番 {person_words(person)} {word_of(state)}"
        return None

    def set_people(self, people: Sequence[FrozenPerson]) -> None:
        """Show other people."""
        self.beginResetModel()
        self._people = list(people)
        self.endResetModel()

    def row_of(self, member_id: MemberId | None) -> int:
        """The row of a person; -1 where not listed."""
        return next((row for row, person in enumerate(self._people) if person.member_id == member_id), -1)

    def person(self, row: int) -> FrozenPerson:
        """The person of a row."""
        return self._people[row]


class _Delegate(QStyledItemDelegate):
    """Paints ▲ 12 椅 words … 支援者なし."""

    def __init__(self, controller: SessionController, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Rows of one height (Qt)."""
        return QSize(100, control(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one row (Qt)."""
        person: FrozenPerson = index.data(_PERSON)
        state = self._controller.session.state(person.member_id)
        painter.save()
        box: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, colour("accent_tint" if selected else "surface"))
        if selected:
            painter.fillRect(QRect(box.left(), box.top(), 4, box.height()), colour("accent"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), colour("line"))
        left = box.left() + space(1.5)
        side = px(16)
        draw_state(painter, QRect(left, box.center().y() - side // 2, side, side), STATE_SIGNS[state])
        left += side + space(1)
        number_box = QRect(left, box.top(), px(30), box.height())
        draw_digits(painter, number_box, str(person.number), font("body", bold=True, digits=True))
        left += px(30) + space(1)
        mark = px(22)
        for sign in signs(person):
            draw_need(painter, QRect(left, box.center().y() - mark // 2, mark, mark), sign)
            left += mark + 3
        self._paint_words(painter, box, left + space(0.5), person, state)
        painter.restore()

    def _paint_words(
        self, painter: QPainter, box: QRect, left: int, person: FrozenPerson, state: PersonState
    ) -> None:
        small = font("small")
        tail = _MISSING.get(state, "")
        tail_width = QFontMetrics(small).horizontalAdvance(tail)
        right = box.right() - space(1.5)
        painter.setFont(small)
        painter.setPen(colour("quiet"))
        painter.drawText(
            QRect(right - tail_width, box.top(), tail_width + 1, box.height()),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight),
            tail,
        )
        body = font("body")
        painter.setFont(body)
        painter.setPen(colour("text"))
        width = right - tail_width - space(1) - left
        name = self._controller.member_words(person.member_id)
        words = QFontMetrics(body).elidedText(
            name or person_words(person), Qt.TextElideMode.ElideRight, width
        )
        painter.drawText(
            QRect(left, box.top(), width, box.height()), int(Qt.AlignmentFlag.AlignVCenter), words
        )


_MISSING = {
    PersonState.NO_SUPPORTER: "支援者なし",
    PersonState.PARTLY: "行先なし",
    PersonState.UNKNOWN: "家がわからない",
    PersonState.DECIDED: "決まった",
}


class PeopleList(QListView):
    """人の一覧. ``person_chosen(member id)`` by click, arrows or Enter."""

    person_chosen = Signal(str)

    def __init__(self, controller: SessionController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = PeopleModel(controller, self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(controller, self))
        self.setUniformItemSizes(True)
        self.setAccessibleName("まだ決まっていない人")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(control(ROW_HEIGHT) * 2)
        self._quiet = False
        self.selectionModel().currentChanged.connect(self._on_current)
        self.clicked.connect(self._on_clicked)
        hub().tokens_changed.connect(self._on_tokens)

    def set_people(self, people: Sequence[FrozenPerson], selected: MemberId | None) -> None:
        """Show people and keep the choice without announcing it."""
        self._quiet = True
        self._model.set_people(people)
        self.show_selected(selected)
        self._quiet = False

    def show_selected(self, member_id: MemberId | None) -> None:
        """Mark a person's row; nobody where the person is not listed."""
        before, self._quiet = self._quiet, True
        row = self._model.row_of(member_id)
        if row < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        else:
            self.setCurrentIndex(self._model.index(row))
            # The list gets shorter when the card appears: look again when it has.
            QTimer.singleShot(0, self, self._look_at_current)
        self._quiet = before

    def _look_at_current(self) -> None:
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def _on_current(self, index: _Index, _before: _Index) -> None:
        if index.isValid() and not self._quiet:
            self.person_chosen.emit(self._model.person(index.row()).member_id)

    def _on_clicked(self, index: _Index) -> None:
        # A click on the row that is current already (after Esc, say) chooses it again.
        self.person_chosen.emit(self._model.person(index.row()).member_id)

    def _on_tokens(self) -> None:
        self.setMinimumHeight(control(ROW_HEIGHT) * 2)
        self.doItemsLayout()
