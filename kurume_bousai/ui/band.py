"""The band over everything: real and exercise can never be confused (UI.md principle 9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QLineF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kurume_bousai.ui.kit.figures import Painted
from kurume_bousai.ui.kit.tokens import colour, control, font, space

BAND_HEIGHT: Final = 28  # px at 100 %


class BandKind(StrEnum):
    """帯の種類."""

    EXERCISE = "exercise"
    EVENT = "event"
    EMERGENCY = "emergency"


_WORDS: Final = {
    BandKind.EXERCISE: "訓練",
    BandKind.EVENT: "災害対応",
    BandKind.EMERGENCY: "災害時提供モード",
}


@dataclass(frozen=True, slots=True)
class BandSpec:
    """帯: 訓練 or a real event, with what it is about (「津福校区 10月8日 名簿は変わりません」).

    `level_hex` is the official colour of the alert level, only for an event.
    """

    kind: BandKind
    detail: str = ""
    level_hex: str = ""

    @property
    def word(self) -> str:
        """訓練, 災害対応 or 災害時提供モード."""
        return _WORDS[self.kind]


class Band(Painted):
    """帯: green and hatched for an exercise, black for an event or the emergency mode, else absent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec: BandSpec | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def spec(self) -> BandSpec | None:
        """Return what it shows, None when it is absent."""
        return self._spec

    def set_spec(self, spec: BandSpec | None) -> None:
        """Show a band or take it away."""
        self._spec = spec
        self.setVisible(spec is not None)
        self.setAccessibleName(f"{spec.word} {spec.detail}".strip() if spec else "")
        self.update()

    def sizeHint(self) -> QSize:
        """As high as a line of text (Qt)."""
        return QSize(200, control(BAND_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """As high as a line of text (Qt)."""
        return QSize(60, control(BAND_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the band (Qt)."""
        if self._spec is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_band(painter, self.rect(), self._spec)


def paint_band(painter: QPainter, rect: QRect, spec: BandSpec, *, text_px: int = 0) -> None:
    """Paint the band into any rectangle (window, projector, paper preview); `text_px` 0 = body text."""
    face = font("body", bold=True)
    if text_px:
        face.setPixelSize(text_px)
    metrics = QFontMetrics(face)
    gap = space(1.5)
    is_exercise = spec.kind is BandKind.EXERCISE
    plate = QColor(spec.level_hex) if spec.level_hex else colour("exercise" if is_exercise else "event")
    ink = _ink_on(plate)
    _paint_ground(painter, rect, is_exercise=is_exercise)
    right_width = metrics.horizontalAdvance(spec.word) + 2 * gap
    words = f"{spec.word}　{spec.detail}" if spec.detail else spec.word
    room = max(0, rect.width() - right_width - 4 * gap)
    is_twice = metrics.horizontalAdvance(words) <= room or spec.kind is BandKind.EXERCISE
    if not is_twice:  # until when is worth more than the word a second time
        room = max(0, rect.width() - 2 * gap)
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
    left_width = metrics.horizontalAdvance(words) + 2 * gap
    left = QRect(rect.left(), rect.top(), left_width, rect.height())
    right = QRect(rect.right() - right_width + 1, rect.top(), right_width, rect.height())
    painter.setFont(face)
    for box, text in ((left, words), (right, spec.word))[: 2 if is_twice else 1]:
        painter.fillRect(box, plate)
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _paint_ground(painter: QPainter, rect: QRect, *, is_exercise: bool) -> None:
    if not is_exercise:
        painter.fillRect(rect, colour("event"))
        return
    painter.fillRect(rect, colour("exercise_tint"))
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(colour("exercise"), 5))
    height = rect.height()
    for x in range(rect.left() - height, rect.right(), 16):
        painter.drawLine(QLineF(x, rect.bottom() + 2, x + height + 4, rect.top() - 2))
    painter.restore()


def _ink_on(plate: QColor) -> QColor:
    """Black or white, whichever reads better on the plate (relative luminance)."""
    light = 0.2126 * plate.redF() + 0.7152 * plate.greenF() + 0.0722 * plate.blueF()
    return QColor("#000000") if light > 0.45 else QColor("#FFFFFF")
