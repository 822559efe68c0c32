"""登録率の図: one bar per 校区 or per year, painted; the share beside it, what is not known hatched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kurume_bousai.ui.kit.figures import Painted
from kurume_bousai.ui.kit.painters import draw_digits, draw_hatch
from kurume_bousai.ui.kit.tokens import colour, control, font, px, space

_ROW: int = 30
_WORDS: int = 150
_PERCENT: int = 76


@dataclass(frozen=True, slots=True)
class RateBar:
    """一本の棒: ``ratio`` 0–1, None = not known or not told; ``told`` is what stands at its end."""

    words: str
    ratio: float | None
    told: str


class RateChart(Painted):
    """登録率の図. ``target`` is a ratio with a line of its own; None = none."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._bars: tuple[RateBar, ...] = ()
        self._target: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_bars(())

    def set_bars(self, bars: Sequence[RateBar], target: float | None = None) -> None:
        """Show other bars."""
        self._bars, self._target = tuple(bars), target
        spoken = "、".join(f"{bar.words} {bar.told}" for bar in self._bars)
        self.setAccessibleName(f"{self._name} {spoken}" if spoken else self._name)
        self._on_tokens_changed()

    def bars(self) -> tuple[RateBar, ...]:
        """Return what is shown."""
        return self._bars

    def sizeHint(self) -> QSize:
        """A row for each bar (Qt)."""
        return QSize(px(_WORDS + _PERCENT + 160), control(_ROW) * max(1, len(self._bars)) + space(1))

    def minimumSizeHint(self) -> QSize:
        """As high as its bars (Qt)."""
        return QSize(px(_WORDS + _PERCENT + 60), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bars (Qt)."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        step = control(_ROW)
        left, right = px(_WORDS), self.width() - px(_PERCENT)
        for place, bar in enumerate(self._bars):
            row = QRectF(0, place * step, self.width(), step)
            painter.setPen(colour("text"))
            painter.setFont(font("body"))
            words = QRectF(0, row.top(), left - space(1), step)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, bar.words)
            self._bar(painter, QRectF(left, row.top() + step * 0.24, right - left, step * 0.52), bar)
            painter.setPen(colour("text"))
            end = QRectF(right, row.top(), px(_PERCENT), step)
            draw_digits(painter, end, bar.told, font("body", digits=True), Qt.AlignmentFlag.AlignRight)
        if self._target is not None and self._bars:
            x = left + (right - left) * self._target
            painter.setPen(QPen(colour("accent"), 2, Qt.PenStyle.DashLine))
            painter.drawLine(QLineF(x, 0, x, step * len(self._bars)))

    @staticmethod
    def _bar(painter: QPainter, box: QRectF, bar: RateBar) -> None:
        painter.fillRect(box, colour("bar_back"))
        if bar.ratio is None:
            painter.save()
            painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
            draw_hatch(painter, box, QPen(colour("edge"), 1), step=6)
            painter.restore()
            return
        painter.fillRect(
            QRectF(box.left(), box.top(), box.width() * min(1.0, bar.ratio), box.height()), colour("bar")
        )
