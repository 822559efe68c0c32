"""What is painted once and used by widgets, delegates and the map: states, needs, digits, halos, bars."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from kurume_bousai.ui.kit.tokens import colour, font

BAR_GAP: Final = 2.0  # px of the white cut before the excess


class State(StrEnum):
    """状態: the four shapes, which mean nothing else anywhere (UI.md)."""

    OK = "ok"  # ● 空きあり / 支援者も行先も決まった
    FEW = "few"  # ◆ 空きわずか / どちらかがまだ
    SHORT = "short"  # ▲ 不足 / 支援者がいない
    UNKNOWN = "unknown"  # ○ 不明 / わからない


def draw_state(painter: QPainter, rect: QRect | QRectF, state: State, *, halo: bool = False) -> None:
    """Paint the sign of a state into `rect`; with `halo` a white rim that holds it off a map."""
    box = QRectF(rect)
    path = _state_path(box, state)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if halo:
        rim = QPen(colour("halo"), max(4.0, box.width() * 0.22))
        rim.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, rim)
    if state is State.UNKNOWN:
        _draw_hatched(painter, box, path, halo=halo)
    else:
        painter.fillPath(path, colour(state.value))
    painter.restore()


def _state_path(box: QRectF, state: State) -> QPainterPath:
    path = QPainterPath()
    w, h, middle = box.width(), box.height(), box.center()
    if state is State.FEW:
        corners = [
            QPointF(middle.x(), box.top()),
            QPointF(box.right(), middle.y()),
            QPointF(middle.x(), box.bottom()),
            QPointF(box.left(), middle.y()),
        ]
    elif state is State.SHORT:
        base = box.bottom() - 0.06 * h
        corners = [
            QPointF(middle.x(), box.top() + 0.02 * h),
            QPointF(box.right(), base),
            QPointF(box.left(), base),
        ]
    else:
        rim = 0.06 if state is State.OK else 0.1
        path.addEllipse(box.adjusted(rim * w, rim * h, -rim * w, -rim * h))
        return path
    path.addPolygon(QPolygonF(corners))
    path.closeSubpath()
    return path


def _draw_hatched(painter: QPainter, box: QRectF, path: QPainterPath, *, halo: bool) -> None:
    ink = colour("map_text" if halo else State.UNKNOWN.value)
    painter.fillPath(path, colour("halo" if halo else "surface"))
    painter.strokePath(path, QPen(ink, max(1.6, box.width() * 0.1)))
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    draw_hatch(painter, box, QPen(ink, max(1.2, box.width() * 0.07)), step=max(3.0, box.width() * 0.28))


def draw_hatch(painter: QPainter, box: QRectF, pen: QPen, *, step: float) -> None:
    """Slanted lines every `step` px over `box`; the caller clips."""
    painter.setPen(pen)
    x = box.left() - box.height()
    while x < box.right():
        painter.drawLine(QLineF(x, box.bottom(), x + box.height(), box.top()))
        x += step


def draw_need(painter: QPainter, rect: QRect | QRectF, sign: str, *, short: bool = False) -> None:
    """Paint a need sign (電 椅 寝 個 介 乳) in its frame; `short` fills the frame."""
    box = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour("short" if short else "text"), 1.2))
    painter.setBrush(colour("short" if short else "surface"))
    painter.drawRoundedRect(box, 3, 3)
    letter = font("small")
    letter.setPixelSize(max(9, round(box.height() * 0.74)))
    painter.setFont(letter)
    painter.setPen(colour("surface" if short else "text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)
    painter.restore()


@lru_cache(maxsize=2048)
def _metrics(key: str) -> QFontMetricsF:
    made = QFont()
    made.fromString(key)
    return QFontMetricsF(made)


def digits_width(text: str, face: QFont) -> float:
    """Width in px of `text` with every digit as wide as "0"."""
    key = face.toString()
    return sum(_advance(key, sign) for sign in text)


@lru_cache(maxsize=8192)
def _advance(key: str, sign: str) -> float:
    return _metrics(key).horizontalAdvance("0" if sign.isdigit() else sign)


def draw_digits(
    painter: QPainter,
    rect: QRect | QRectF,
    text: str,
    face: QFont,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Paint text with digits in cells as wide as "0": columns line up and countdowns do not jitter.

    Vertically centred on the height of capitals. The painter's pen gives the colour.
    """
    box = QRectF(rect)
    metrics = _metrics(face.toString())
    zero = metrics.horizontalAdvance("0")
    x = _left_edge(box, digits_width(text, face), align)
    y = box.center().y() + metrics.capHeight() / 2
    painter.setFont(face)
    for sign in text:
        advance = metrics.horizontalAdvance(sign)
        cell = zero if sign.isdigit() else advance
        painter.drawText(QPointF(x + (cell - advance) / 2, y), sign)
        x += cell


def _left_edge(box: QRectF, needed: float, align: Qt.AlignmentFlag) -> float:
    if align & Qt.AlignmentFlag.AlignRight:
        return box.right() - needed
    if align & Qt.AlignmentFlag.AlignHCenter:
        return box.center().x() - needed / 2
    return box.left()


def draw_halo_text(
    painter: QPainter, baseline: QPointF, text: str, face: QFont, *, ink: str = "map_text", rim: float = 4.0
) -> None:
    """Paint text with a white rim of `rim` px, readable on any map; `baseline` is its left end."""
    path = QPainterPath()
    path.addText(baseline, face, text)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(colour("halo"), rim)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, pen)
    painter.fillPath(path, colour(ink))
    painter.restore()


def draw_bar(
    painter: QPainter, rect: QRect | QRectF, used: float, capacity: float, *, known: bool = True
) -> None:
    """Paint how full something is; the excess is cut off by a gap, an unknown figure is hatched."""
    box = QRectF(rect)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    round_by = box.height() / 2
    if not known:
        _draw_unknown_bar(painter, box)
        painter.restore()
        return
    painter.setBrush(colour("bar_back"))
    painter.drawRoundedRect(box, round_by, round_by)
    whole = max(used, capacity)
    if used > 0 and whole > 0:
        within = QRectF(box)
        within.setWidth(box.width() * min(used, capacity) / whole)
        painter.setBrush(colour("bar"))
        if within.width() > 0:
            within.setWidth(min(box.width(), max(within.width(), box.height())))
            painter.drawRoundedRect(within, round_by, round_by)
        _draw_excess(painter, box, used, capacity)
    painter.restore()


def _draw_excess(painter: QPainter, box: QRectF, used: float, capacity: float) -> None:
    if used <= capacity:
        return
    start = box.left() + box.width() * max(0.0, capacity) / used
    excess = QRectF(start, box.top(), box.right() - start, box.height())
    painter.fillRect(excess, QBrush(colour("short")))
    painter.fillRect(
        QRectF(start - BAR_GAP / 2, box.top() - 1, BAR_GAP, box.height() + 2), QBrush(colour("surface"))
    )


def _draw_unknown_bar(painter: QPainter, box: QRectF) -> None:
    painter.fillRect(box, colour("surface"))
    painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
    draw_hatch(painter, box, QPen(colour("unknown"), 1.2), step=6)
