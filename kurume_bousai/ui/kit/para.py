"""Paragraphs with a line height; the only place where a label is rich text."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kurume_bousai.ui.kit.tokens import px


class Para(QLabel):
    """段落: wrapped text, line height 1.6 (1.35 in cards). The text is shown literally, whatever it holds."""

    def __init__(
        self, text: str = "", role: str = "body", *, line: float = 1.6, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._line = line
        self._text = ""
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setProperty("role", role)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_text(text)

    def text_shown(self) -> str:
        """Return the text as given, without markup."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show other text; line breaks are kept."""
        self._text = text
        body = escape(text).replace("\n", "<br>")
        self.setText(f'<div style="line-height:{round(self._line * 100)}%">{body}</div>')
        self.setAccessibleName(text)

    def minimumSizeHint(self) -> QSize:
        """Small, or a wrapped label would inflate the minimum height of every parent."""
        return QSize(px(60), px(20))
