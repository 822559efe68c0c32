"""Fields one types into: dates in any Japanese spelling, search, a labelled field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QSizePolicy, QSpacerItem, QWidget

from kurume_bousai.domain.dates import describe_birth, format_wareki, parse_date
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.kit.layouts import set_icon, vbox
from kurume_bousai.ui.kit.tokens import hub, px, space

SEARCH_PAUSE_MS: Final = 120


def field(caption: str, editor: QWidget, *, hint: str = "") -> QWidget:
    """Caption above an editor, tied together for the screen reader; an optional hint below."""
    made = QWidget()
    text = QLabel(caption)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setBuddy(editor)
    if not editor.accessibleName():
        editor.setAccessibleName(caption)
    parts: list[QWidget] = [text, editor]
    if hint:
        beneath = QLabel(hint)
        beneath.setTextFormat(Qt.TextFormat.PlainText)
        beneath.setProperty("role", "small")
        editor.setAccessibleDescription(hint)
        parts.append(beneath)
    column = vbox(*parts, gap=0.5)
    # In a row with a taller field the caption stays at the top instead of drifting to the middle.
    column.addItem(QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Minimum))
    column.setStretch(column.count() - 1, 1)
    made.setLayout(column)
    return made


class DateEdit(QWidget):
    """日付の欄: typed in any Japanese spelling; what was understood is written below.

    `value_changed(date | None)` is emitted when the understood date changes. An empty field is no
    date and no problem unless `required`.
    """

    value_changed = Signal(object)

    def __init__(
        self,
        name: str = "日付",
        value: date | None = None,
        *,
        is_birth: bool = False,
        required: bool = False,
        today: Callable[[], date] = date.today,
        parent: QWidget | None = None,
    ) -> None:
        """`is_birth` adds the age on `today()` to the echo and refuses days after it."""
        super().__init__(parent)
        self._is_birth = is_birth
        self._required = required
        self._today = today
        self._value: date | None = None
        self._problem: KnownProblem | None = None
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText("例 S10.4.1")
        self.echo = QLabel()
        self.echo.setTextFormat(Qt.TextFormat.PlainText)
        self.echo.setProperty("role", "small")
        self.setLayout(vbox(self.line, self.echo, gap=0.25))
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self._on_text_changed)
        self.line.editingFinished.connect(self._on_editing_finished)
        self.set_value(value)

    def value(self) -> date | None:
        """Return the date understood, None for an empty or unreadable field."""
        return self._value

    def set_value(self, value: date | None) -> None:
        """Fill the field; None empties it."""
        self.line.setText("" if value is None else format_wareki(value))
        self._on_text_changed(self.line.text())

    def problem(self) -> KnownProblem | None:
        """Return why the text is not taken, None when all is well."""
        return self._problem

    def check(self) -> date | None:
        """Return the date; raise the KnownProblem when the text cannot be taken."""
        if self._problem is not None:
            raise self._problem
        return self._value

    def _on_text_changed(self, text: str) -> None:
        before = self._value
        self._value, self._problem = self._understand(text)
        if self._value is not None:
            words = self._describe(self._value)
            # What is typed in full need not be said a second time.
            self._say("" if words == text.strip() else words)
        else:
            # While a person is still typing nothing is wrong yet: the field keeps quiet.
            self._say("")
        self._mark(wrong=False)
        if self._value != before:
            self.value_changed.emit(self._value)

    def _on_editing_finished(self) -> None:
        if self._problem is not None:
            self._say(f"{self._problem.message}{self._problem.advice}")
        self._mark(wrong=self._problem is not None)

    def _understand(self, text: str) -> tuple[date | None, KnownProblem | None]:
        if not text.strip() and not self._required:
            return None, None
        try:
            found = parse_date(text)
        except KnownProblem as problem:
            return None, problem
        if self._is_birth and found > self._today():
            advice = "生年月日をもう一度確かめてください。"
            return None, KnownProblem("date_future", "今日より後の日付です。", advice=advice)
        return found, None

    def _describe(self, value: date) -> str:
        return describe_birth(value, self._today()) if self._is_birth else format_wareki(value)

    def _say(self, text: str) -> None:
        self.echo.setText(text)
        self.line.setAccessibleDescription(text)

    def _mark(self, *, wrong: bool) -> None:
        if self.line.property("wrong") == wrong:
            return
        self.line.setProperty("wrong", wrong)
        self.line.style().unpolish(self.line)
        self.line.style().polish(self.line)


class SearchField(QLineEdit):
    """さがす欄: filters while one types; Esc empties it, the down arrow goes into the list.

    `searched(text)` is emitted a moment after the last key, and at once on Enter.
    """

    searched = Signal(str)

    def __init__(self, placeholder: str, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name or placeholder)
        self._list: QAbstractItemView | None = None
        self._last = ""
        # An action of QLineEdit would stay at 16 px whatever the scale.
        self._glass = QLabel(self)
        set_icon(self._glass, "magnify", "quiet", 20)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE_MS)
        self._pause.timeout.connect(self._announce)
        self.textChanged.connect(lambda _text: self._pause.start())
        self.returnPressed.connect(self._announce)
        hub().tokens_changed.connect(self._on_tokens_changed)
        self._on_tokens_changed()

    def leads_to(self, view: QAbstractItemView) -> None:
        """Name the list that the down arrow enters."""
        self._list = view

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the magnifying glass in its place (Qt)."""
        super().resizeEvent(event)
        self._on_tokens_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc empties, down enters the list (Qt)."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self._announce()
        elif event.key() == Qt.Key.Key_Down and self._list is not None:
            self._enter_list(self._list)
        else:
            super().keyPressEvent(event)

    def _enter_list(self, view: QAbstractItemView) -> None:
        model = view.model()
        if model is not None and not view.currentIndex().isValid():
            view.setCurrentIndex(model.index(0, 0))
        view.setFocus(Qt.FocusReason.TabFocusReason)

    def _announce(self) -> None:
        self._pause.stop()
        text = self.text().strip()
        if text != self._last:
            self._last = text
            self.searched.emit(text)

    def _on_tokens_changed(self) -> None:
        side, left = px(20), space(1)
        self._glass.setGeometry(left, (self.height() - side) // 2, side, side)
        self.setTextMargins(side, 0, 0, 0)


class EnterMovesOn(QObject):
    """Filter for forms: Enter in a one-line field moves to the next field."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Turn Enter into Tab (Qt)."""
        is_enter = (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        )
        if is_enter and isinstance(watched, QLineEdit):
            return watched.focusNextChild()
        return super().eventFilter(watched, event)
