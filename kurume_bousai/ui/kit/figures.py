"""Small painted widgets: numbers, state marks, need signs, bars, the countdown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kurume_bousai.ui.kit.layouts import hbox, holder, vbox
from kurume_bousai.ui.kit.painters import State, digits_width, draw_bar, draw_digits, draw_need, draw_state
from kurume_bousai.ui.kit.tokens import colour, control, font, hub, px


class Painted(QWidget):
    """Base of the painted widgets: keeps its size in step with the tokens."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        hub().tokens_changed.connect(self._on_tokens_changed)

    def _on_tokens_changed(self) -> None:
        self.updateGeometry()
        self.update()


class StateMark(Painted):
    """状態の印: ● ◆ ▲ ○ beside a word; `side` in px at 100 %."""

    def __init__(
        self, state: State, side: float = 18, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def set_state(self, state: State, name: str = "") -> None:
        """Show another state; `name` is its word for a screen reader."""
        self._state = state
        self.setAccessibleName(name)
        self.update()

    def state(self) -> State:
        """Return the state shown."""
        return self._state

    def sizeHint(self) -> QSize:
        """Square of the scaled side (Qt)."""
        return QSize(px(self._side), px(self._side))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the sign (Qt)."""
        painter = QPainter(self)
        draw_state(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), self._state)


class NeedMark(Painted):
    """必要な支援の印: one sign in a frame; `word` is what a screen reader says."""

    def __init__(
        self,
        sign: str,
        word: str,
        side: float = 22,
        *,
        short: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sign = sign
        self._side = side
        self._short = short
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(word)

    def sizeHint(self) -> QSize:
        """Square of the scaled side (Qt)."""
        return QSize(px(self._side), px(self._side))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the sign (Qt)."""
        painter = QPainter(self)
        draw_need(painter, self.rect(), self._sign, short=self._short)


class Digits(Painted):
    """数字: painted text whose digits have equal width."""

    def __init__(
        self,
        text: str,
        role: str | float = "number",
        *,
        bold: bool = True,
        ink: str = "text",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role = role
        self._bold = bold
        self._ink = ink
        self._align = align
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def text(self) -> str:
        """Return the text shown."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show other text."""
        if text == self._text:
            return
        self._text = text
        self.setAccessibleName(text)
        self._on_tokens_changed()

    def sizeHint(self) -> QSize:
        """Room for the text in cells (Qt)."""
        face = font(self._role, bold=self._bold, digits=True)
        return QSize(round(digits_width(self._text, face)) + 2, round(face.pixelSize() * 1.2))

    def minimumSizeHint(self) -> QSize:
        """Numbers are never cut (Qt)."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the text (Qt)."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setPen(colour(self._ink))
        draw_digits(
            painter, self.rect(), self._text, font(self._role, bold=self._bold, digits=True), self._align
        )


class NumberLabel(QWidget):
    """数字と単位: a caption, a big number with its small unit, and the rule beside it (UI.md principle 3)."""

    def __init__(
        self,
        caption: str,
        number: str,
        unit: str = "",
        rule_text: str = "",
        *,
        state: State | None = None,
        state_word: str = "",
        role: str = "number",
        parent: QWidget | None = None,
    ) -> None:
        """`state` puts its mark and `state_word` (不足, 空き) before the number."""
        super().__init__(parent)
        self._caption = QLabel(caption)
        self._mark = StateMark(state or State.UNKNOWN, 18 if role == "number" else 30)
        self._word = QLabel(state_word)
        self._number = Digits(number, role)
        self._unit = QLabel(unit)
        self._rule = QLabel(rule_text)
        for piece, part in ((self._caption, "small"), (self._unit, "quiet"), (self._rule, "small")):
            piece.setProperty("role", part)
        self._word.setProperty("role", "lead")
        for piece in (self._caption, self._word, self._unit, self._rule):
            piece.setTextFormat(Qt.TextFormat.PlainText)
        row = hbox(self._mark, self._word, self._number, self._unit, None, gap=0.75)
        self.setLayout(vbox(self._caption, row, self._rule, gap=0.25))
        self.set_state(state, state_word)

    def set_number(self, number: str, *, unit: str | None = None, rule_text: str | None = None) -> None:
        """Show another number; unit and rule stay unless given."""
        self._number.set_text(number)
        if unit is not None:
            self._unit.setText(unit)
        if rule_text is not None:
            self._rule.setText(rule_text)
        self._refresh()

    def set_state(self, state: State | None, word: str = "") -> None:
        """Show a mark and its word before the number, or neither."""
        self._mark.setVisible(state is not None)
        if state is not None:
            self._mark.set_state(state)
        self._word.setText(word)
        self._refresh()

    def _refresh(self) -> None:
        for piece in (self._caption, self._word, self._unit, self._rule):
            piece.setVisible(bool(piece.text()))
        spoken = (self._caption.text(), self._word.text(), self._number.text() + self._unit.text())
        self.setAccessibleName(" ".join(part for part in spoken if part))
        self.setAccessibleDescription(self._rule.text())


class Bar(Painted):
    """棒: how full a place is; the excess is cut off by a white gap, unknown is hatched."""

    def __init__(
        self,
        used: float = 0,
        capacity: float = 0,
        *,
        known: bool = True,
        height: float = 8,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._used, self._capacity, self._known = used, capacity, known
        self._height = height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        """Thin and at least 40 px wide (Qt)."""
        return QSize(px(120), control(self._height) + 2)

    def minimumSizeHint(self) -> QSize:
        """Thin and at least 40 px wide (Qt)."""
        return QSize(40, control(self._height) + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bar (Qt)."""
        painter = QPainter(self)
        draw_bar(
            painter,
            QRectF(self.rect()).adjusted(0, 1, 0, -1),
            self._used,
            self._capacity,
            known=self._known,
        )


class Countdown(Digits):
    """残り時間: minutes and seconds left, in steady digits; below zero the time that has passed over.

    `remaining_s` is asked four times a second while the widget is shown; give None and call
    `set_remaining` to drive it by hand.
    """

    def __init__(
        self,
        remaining_s: Callable[[], float] | None = None,
        role: str | float = "big",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("0:00", role, parent=parent)
        self._remaining_s = remaining_s
        self._timer = QTimer(self)
        self._timer.setInterval(250)
        self._timer.timeout.connect(self._on_tick)
        if remaining_s is not None:
            self._timer.start()
            self._on_tick()

    def set_remaining(self, seconds: float) -> None:
        """Show that many seconds left; negative = over time."""
        whole = int(-(-seconds // 1))  # rounded up, so that 0:00 means the time is really over
        minutes, rest = divmod(abs(whole), 60)
        self.set_text(f"{'-' if whole < 0 else ''}{minutes}:{rest:02d}")
        over = f"時間を{minutes}分{rest}秒過ぎています"
        self.setAccessibleName(over if whole < 0 else f"残り{minutes}分{rest}秒")

    def _on_tick(self) -> None:
        if self._remaining_s is not None:
            self.set_remaining(self._remaining_s())


def state_row(state: State, word: str, side: float = 16) -> QWidget:
    """Legend entry: a mark and its word."""
    text = QLabel(word)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setProperty("role", "small")
    return holder(hbox(StateMark(state, side), text, gap=0.5))
