"""空の欄: what stands where a list has nothing to show, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from kurume_bousai.ui.kit.layouts import Part, hbox, vbox
from kurume_bousai.ui.kit.tokens import control, px
from kurume_bousai.ui.kit.widgets import icon_label, label


class EmptyState(QWidget):
    """空の欄: a quiet sign, one sentence, the next step in another, and a button where one helps.

    It takes the room of the list it stands for; who shows it hides the list.
    """

    def __init__(
        self, icon: str, says: str, next_step: str = "", act: QPushButton | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._says, self._next = label(says, "lead"), label(next_step, "quiet")
        parts: list[Part] = [None, hbox(None, icon_label(icon, "quiet", 40), None)]
        for line in (self._says, self._next):
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            line.setWordWrap(True)
            parts.append(line)
        if act is not None:
            parts.append(hbox(None, act, None))
        self.setLayout(vbox(*parts, None, margins=(2, 2, 2, 2), gap=1.5))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_words(says, next_step)

    def set_words(self, says: str, next_step: str = "") -> None:
        """Say something else."""
        self._says.setText(says)
        self._next.setText(next_step)
        self._next.setVisible(bool(next_step))
        self.setAccessibleName(f"{says}{next_step}")

    def text_shown(self) -> str:
        """What it says."""
        return self._says.text() + self._next.text()

    def hasHeightForWidth(self) -> bool:
        """Take the room there is: its lines stand in the middle of it (Qt)."""
        return False

    def minimumSizeHint(self) -> QSize:
        """Small, or wrapped lines would ask for the height they have in a narrow window (Qt)."""
        return QSize(px(160), control(120))
