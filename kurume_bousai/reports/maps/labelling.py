"""名前を置く: words beside signs, never over one another or over a sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kurume_bousai.reports.maps import inks
from kurume_bousai.reports.maps.canvas import Box, Canvas

_GAP: Final = 0.5
_BUCKET_MM: Final = 20.0


@dataclass(frozen=True, slots=True)
class _Label:
    text: str
    box: Box
    size: float
    colour: str


class Labels:
    """名札. Takes names in the order of their importance; each finds a free side or is refused."""

    def __init__(self, canvas: Canvas, frame: Box) -> None:
        self._canvas = canvas
        self._frame = frame
        self._taken: dict[tuple[int, int], list[Box]] = {}
        self._labels: list[_Label] = []

    def block(self, box: Box) -> None:
        """Let no name lie here."""
        for key in _buckets(box):
            self._taken.setdefault(key, []).append(box)

    def add(self, text: str, x: float, y: float, around: float, size: float) -> bool:
        """Place a name right, left, above or below a sign; False where no side is free."""
        wide, high = self._canvas.font.width(text, size) + 0.6, size * 1.12
        near = around + _GAP
        sides = (
            Box(x + near, y - high / 2, wide, high),
            Box(x - near - wide, y - high / 2, wide, high),
            Box(x - wide / 2, y + near, wide, high),
            Box(x - wide / 2, y - near - high, wide, high),
            Box(x + near * 0.6, y + near * 0.8, wide, high),
            Box(x + near * 0.6, y - near * 0.8 - high, wide, high),
            Box(x - near * 0.6 - wide, y + near * 0.8, wide, high),
            Box(x - near * 0.6 - wide, y - near * 0.8 - high, wide, high),
        )
        return self._first_free(text, sides, size, inks.INK)

    def add_centred(self, text: str, x: float, y: float, size: float, *, colour: str) -> bool:
        """Place a name over a point, or a little above or below."""
        wide, high = self._canvas.font.width(text, size) + 0.6, size * 1.12
        sides = [
            Box(x - wide / 2, y - high / 2 + shift * high, wide, high) for shift in (0, 1.2, -1.2, 2.4, -2.4)
        ]
        return self._first_free(text, sides, size, colour)

    def _first_free(self, text: str, sides: list[Box] | tuple[Box, ...], size: float, colour: str) -> bool:
        for box in sides:
            if self._frame.holds(box) and self.is_free(box):
                self.block(box)
                self._labels.append(_Label(text, box, size, colour))
                return True
        return False

    def is_free(self, box: Box) -> bool:
        """Whether nothing lies here yet."""
        return not any(box.meets(other) for key in _buckets(box) for other in self._taken.get(key, ()))

    def write(self) -> None:
        """Write all names, each on a pale ground, so that lines below do not cross its letters."""
        with self._canvas.kept():
            self._canvas.opacity(78)
            for label in self._labels:
                self._canvas.box(label.box, fill=inks.PAPER)
        for label in self._labels:
            self._canvas.text(
                label.box.x + 0.3, label.box.y + label.size * 0.2, label.text, label.size, colour=label.colour
            )


def _buckets(box: Box) -> list[tuple[int, int]]:
    return [
        (column, row)
        for column in range(int(box.x // _BUCKET_MM), int(box.right // _BUCKET_MM) + 1)
        for row in range(int(box.y // _BUCKET_MM), int(box.top // _BUCKET_MM) + 1)
    ]
