"""取込の五つの段: where one is, across the top."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kurume_bousai.ui.kit.tokens import colour, control, font, hub, px, space


class Step(IntEnum):
    """段."""

    FILE = 0
    COLUMNS = 1
    CHECK = 2
    JUDGE = 3
    CONFIRM = 4


STEP_WORDS: Final = {
    Step.FILE: "ファイル",
    Step.COLUMNS: "列の対応",
    Step.CHECK: "点検",
    Step.JUDGE: "判断",
    Step.CONFIRM: "確定",
}


class StepBar(QWidget):
    """五つの段: the present one filled, those done outlined in the accent. Painted; one goes by buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = Step.FILE
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        hub().tokens_changed.connect(self.updateGeometry)
        self.set_step(Step.FILE)

    def step(self) -> Step:
        """The present one."""
        return self._step

    def set_step(self, step: Step) -> None:
        """Show another as the present one."""
        self._step = step
        self.setAccessibleName(f"取込 5段のうち{step + 1}段め {STEP_WORDS[step]}")
        self.update()

    def sizeHint(self) -> QSize:
        """One line (Qt)."""
        return QSize(px(14) * 40, control(40))

    def minimumSizeHint(self) -> QSize:
        """Five words fit (Qt)."""
        return QSize(px(14) * 34, control(40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the five (Qt)."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        each = self.width() / len(Step)
        for step in Step:
            self._paint_step(painter, step, QRect(round(step * each), 0, round(each), self.height()))

    def _paint_step(self, painter: QPainter, step: Step, box: QRect) -> None:
        is_now = step is self._step
        side = px(24)
        mark = QRect(box.left(), box.center().y() - side // 2, side, side)
        painter.setPen(colour("accent" if step <= self._step else "edge"))
        painter.setBrush(colour("accent" if is_now else "surface"))
        painter.drawEllipse(mark)
        painter.setFont(font("small", bold=is_now))
        painter.setPen(colour("on_accent" if is_now else "accent" if step < self._step else "quiet"))
        painter.drawText(mark, int(Qt.AlignmentFlag.AlignCenter), str(step + 1))
        left = mark.right() + space(1)
        painter.setFont(font("body", bold=is_now))
        painter.setPen(colour("text" if step <= self._step else "quiet"))
        words = STEP_WORDS[step]
        advance = painter.fontMetrics().horizontalAdvance(words)
        painter.drawText(
            QRect(left, box.top(), advance + 2, box.height()), int(Qt.AlignmentFlag.AlignVCenter), words
        )
        if step is not Step.CONFIRM:
            start = left + advance + space(1)
            if start < box.right() - space(1):
                painter.setPen(colour("line"))
                painter.drawLine(start, box.center().y(), box.right() - space(1), box.center().y())
