"""施設の札: one site in full, and what can be done about it in words."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from kurume_bousai.domain.shelters import OpeningState
from kurume_bousai.services.capacity.plan_board import BoardSite, BoardSubject, SiteBoard
from kurume_bousai.ui.kit.widgets import Para, VScroll, button, hbox, holder, rule, vbox
from kurume_bousai.ui.shelters.board_rows import tile_words
from kurume_bousai.ui.shelters.site_body import site_body


class CardAction(StrEnum):
    """札のボタン."""

    EDIT = "edit"
    COUNT = "count"
    MOVE = "move"
    LEDGER = "ledger"
    OPEN = "open"
    CLOSE = "close"


#: Words, icon, and what it is called in full.
_BUTTONS: Final = {
    CardAction.COUNT: ("人数と様子を書く", "clipboard-edit-outline", "この施設の人数と様子を書く"),
    CardAction.MOVE: ("受け入れを書く", "account-arrow-right-outline", "この施設の受け入れを書く"),
    CardAction.LEDGER: ("台帳", "format-list-bulleted", "この施設の受け入れの台帳を見る"),
    CardAction.OPEN: ("開設する", "door-open", "この施設を開設する"),
    CardAction.CLOSE: ("閉じる(閉鎖)", "door-closed", "この施設を閉鎖する"),
    CardAction.EDIT: ("直す", "pencil-outline", "この施設の記録を直す"),
}


class _BodyScroll(VScroll):
    """The card's body takes what height is left: it never pushes the board's foot below the window."""

    def sizeHint(self) -> QSize:
        """As small as it may be; the name above wraps, and then Qt takes this for the least height."""
        return self.minimumSizeHint()


class SiteCard(QFrame):
    """施設の札. ``closed()`` on Esc or とじる; ``wanted(action, site_id)`` when a button is pressed.

    ``allowed``: the actions this operator may take; the others have no button.
    """

    closed = Signal()
    wanted = Signal(object, str)

    def __init__(self, allowed: frozenset[CardAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._row: BoardSite | None = None
        self._allowed = allowed
        self._name = Para("", "lead_bold", line=1.2)
        self._edit = self._button(CardAction.EDIT)
        self._edit.setVisible(CardAction.EDIT in allowed)
        leave = button("とじる", "plain", "close", self.closed.emit, name="施設の札をとじる")
        self._body = QWidget()
        self._scroll = _BodyScroll(self._body)
        foot = hbox(self._edit, leave, None)
        self.setLayout(vbox(self._name, rule(), (self._scroll, 1), foot, margins=(2, 1, 1, 1), gap=0.75))

    @property
    def row(self) -> BoardSite | None:
        """The site shown."""
        return self._row

    def show_row(self, row: BoardSite, board: SiteBoard, now: datetime) -> None:
        """Show a site of a board; ``now`` is what ages are told against."""
        self._row = row
        self._name.set_text(row.site.name)
        self.setAccessibleName(tile_words(row).full)
        actions = _reception_actions(row) if board.subject is BoardSubject.RECEPTION else ()
        buttons = [self._button(action) for action in actions if action in self._allowed]
        body = holder(site_body(row, board, now, buttons))
        body.setProperty("role", "scrolled")
        self._scroll.setWidget(body)  # the old one is deleted by Qt
        self._body = body

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes (Qt)."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def _button(self, action: CardAction) -> QPushButton:
        words, icon, name = _BUTTONS[action]
        return button(words, "plain", icon, partial(self._on_wanted, action), name=name)

    def _on_wanted(self, action: CardAction) -> None:
        if self._row is not None:
            self.wanted.emit(action, str(self._row.site.site_id))


def _reception_actions(row: BoardSite) -> tuple[CardAction, ...]:
    """What can be done while people come: writing first where the site is open, opening where it is not."""
    writing = (CardAction.COUNT, CardAction.MOVE)
    if row.site.state is OpeningState.OPEN:
        return (*writing, CardAction.LEDGER, CardAction.CLOSE)
    return (CardAction.OPEN, *writing, CardAction.LEDGER)
