"""The message bar: what was done, what to notice, what is wrong and what to do; it stays until read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QWidget

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.kit.layouts import hbox, set_icon, vbox
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button, icon_label, label
from kurume_bousai.ui.threads import require_qt_thread


class MessageKind(StrEnum):
    """知らせの種類."""

    DONE = "done"
    NOTICE = "notice"
    PROBLEM = "problem"


_WORDS: Final = {
    MessageKind.DONE: "できました",
    MessageKind.NOTICE: "お知らせ",
    MessageKind.PROBLEM: "困ったこと",
}
_ICONS: Final = {
    MessageKind.DONE: "check-circle-outline",
    MessageKind.NOTICE: "information-outline",
    MessageKind.PROBLEM: "alert-octagon-outline",
}


@dataclass(frozen=True, slots=True)
class Message:
    """知らせ: what happened, where, and what to do."""

    kind: MessageKind
    text: str
    where: str = ""
    advice: str = ""

    def spoken(self) -> str:
        """Whole message for a screen reader."""
        parts = (_WORDS[self.kind], self.where, self.text, self.advice)
        return "。".join(part.rstrip("。") for part in parts if part) + "。"


class MessageBar(QFrame):
    """知らせの帯: one message at a time, oldest first, problems before the rest; 「読みました」 takes it off.

    It never takes the focus and never goes away by itself. `emptied` says that all have been read.
    """

    emptied = Signal()
    changed = Signal(bool)  # whether there is something to read

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Message] = []
        self.setProperty("role", "message")
        self._icon = icon_label("information-outline", "text", 24)
        self._word = label("", "heading")
        self._where = label("", "small")
        self._text = Para("", line=1.35)
        self._advice = Para("", "quiet", line=1.35)
        self._more = label("", "small")
        self._read = button("読みました", "tool", icon="check", on_click=self.read_one)
        words = vbox(hbox(self._word, self._where, None, gap=1.5), self._text, self._advice, gap=0.25)
        row = hbox(self._icon, (words, 1), self._more, self._read, margins=(1.5, 0.75, 1, 0.75), gap=1.5)
        self.setLayout(row)
        self.hide()

    def done(self, text: str, *, advice: str = "") -> None:
        """Say that something has been done."""
        self.show_message(Message(MessageKind.DONE, text, advice=advice))

    def notice(self, text: str, *, where: str = "", advice: str = "") -> None:
        """Say something worth knowing."""
        self.show_message(Message(MessageKind.NOTICE, text, where, advice))

    def problem(self, problem: KnownProblem) -> Message:
        """Say what is wrong, where, and what to do; the message can be taken off when it is mended."""
        message = Message(MessageKind.PROBLEM, problem.message, problem.where, problem.advice)
        self.show_message(message)
        return message

    def show_message(self, message: Message) -> None:
        """Queue a message; the same one is not queued twice."""
        require_qt_thread("MessageBar.show_message")
        if message in self._waiting:
            return
        # What was done last replaces what was done before; problems and notices are all kept.
        if message.kind is MessageKind.DONE:
            self._waiting = [kept for kept in self._waiting if kept.kind is not MessageKind.DONE]
        self._waiting.append(message)
        self._waiting.sort(key=lambda kept: kept.kind is not MessageKind.PROBLEM)
        self._refresh()
        self._announce(message)

    def messages(self) -> tuple[Message, ...]:
        """Return what has not been read, the one shown first."""
        return tuple(self._waiting)

    def read_one(self) -> None:
        """Take the shown message off; the next one comes up."""
        if self._waiting:
            self._waiting.pop(0)
            self._refresh()
        if not self._waiting:
            self.emptied.emit()

    def forget(self, message: Message) -> None:
        """Take a message off that no longer holds, read or not: what it asked for has been done."""
        if message in self._waiting:
            self._waiting.remove(message)
            self._refresh()
            if not self._waiting:
                self.emptied.emit()

    def clear(self) -> None:
        """Put all messages away: they belong to a screen that is left."""
        while self.messages():
            self.read_one()

    def _refresh(self) -> None:
        self.setVisible(bool(self._waiting))
        self.changed.emit(bool(self._waiting))
        if not self._waiting:
            return
        shown = self._waiting[0]
        set_icon(self._icon, _ICONS[shown.kind], "text", 24)
        self._word.setText(_WORDS[shown.kind])
        self._where.setText(shown.where)
        self._where.setVisible(bool(shown.where))
        self._text.set_text(shown.text)
        self._advice.set_text(shown.advice)
        self._advice.setVisible(bool(shown.advice))
        others = len(self._waiting) - 1
        self._more.setText(f"ほかに{others}件")
        self._more.setVisible(others > 0)
        self.setAccessibleName(shown.spoken())
        self.setProperty("tone", shown.kind.value)
        self.style().unpolish(self)
        self.style().polish(self)

    def _announce(self, message: Message) -> None:
        if not QAccessible.isActive():
            return
        event: QAccessibleEvent = QAccessibleAnnouncementEvent(self, message.spoken())
        QAccessible.updateAccessibility(event)
