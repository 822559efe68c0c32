"""重ねる図の形: packed shapes as paths in the pixels of a view, thinned and cut as the page does it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import starmap
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Corners = npt.NDArray[np.float64]

_THIN_PX: Final = 0.35
_EDGE_PX: Final = 8.0
_FEW: Final = 8  # corners of a ring that is never thinned


@dataclass(frozen=True, slots=True)
class Window:
    """Which ground is painted: world pixels of zoom 0 at the left and top, pixels a world pixel, size."""

    left: float
    top: float
    scale: float
    width: float
    height: float


@dataclass(slots=True)
class _Part:
    rings: list[Corners]
    box: tuple[float, float, float, float]
    thin: dict[int, list[Corners]] = field(default_factory=dict)

    def at(self, level: int) -> list[Corners]:
        """Rings without corners that no pixel of a whole zoom can show; each stays a ring."""
        if level not in self.thin:
            self.thin[level] = [_thinned(ring, _THIN_PX / 2**level) for ring in self.rings]
        return self.thin[level]


class Shapes:
    """形: parts of one class in world coordinates, made once."""

    def __init__(self, packed: bytes) -> None:
        from kurume_bousai.mapview.packing import unpack

        self._parts = [_part(rings) for rings in unpack(packed)]

    def __bool__(self) -> bool:
        return bool(self._parts)

    def path(self, window: Window, *, closed: bool) -> QPainterPath:
        """Everything in the window as one path; zones over one another do not cut each other out."""
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        level = math.floor(math.log2(window.scale))
        for part in self._parts:
            if not _is_in(part.box, window):
                continue
            for ring in part.at(level):
                cut = _cut((ring - (window.left, window.top)) * window.scale, window)
                if len(cut) > 1:
                    path.addPolygon(QPolygonF(list(starmap(QPointF, cut.tolist()))))
                    if closed:
                        path.closeSubpath()
        return path


def _part(rings: Sequence[Corners]) -> _Part:
    import numpy as np

    made = [_projected(ring) for ring in rings]
    low = np.min([ring.min(axis=0) for ring in made], axis=0)
    high = np.max([ring.max(axis=0) for ring in made], axis=0)
    return _Part(made, (float(low[0]), float(low[1]), float(high[0]), float(high[1])))


def _projected(ring: Corners) -> Corners:
    """World pixels at zoom 0 (Web Mercator) of degrees."""
    import numpy as np

    sine = np.sin(np.radians(ring[:, 1]))
    x = (ring[:, 0] + 180) / 360 * 256
    y = (0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * 256
    return np.column_stack((x, y))


def _thinned(ring: Corners, least: float) -> Corners:
    """Leave out corners in the same small square as the one before."""
    import numpy as np

    if len(ring) <= _FEW:
        return ring
    squares = np.floor(ring / (2 * least))
    keep = np.ones(len(ring), dtype=bool)
    keep[1:-1] = (squares[1:-1] != squares[:-2]).any(axis=1)
    thin = ring[keep]
    return thin if len(thin) >= _FEW // 2 else ring


def _is_in(box: tuple[float, float, float, float], window: Window) -> bool:
    margin = _EDGE_PX / window.scale
    right = window.left + window.width / window.scale
    bottom = window.top + window.height / window.scale
    return (
        box[2] > window.left - margin
        and box[0] < right + margin
        and box[3] > window.top - margin
        and box[1] < bottom + margin
    )


def _cut(ring: Corners, window: Window) -> Corners:
    """Leave out corners between two others beyond the same side: nothing of them can be seen inside."""
    for column, bound, sign in (
        (0, -_EDGE_PX, -1),
        (0, window.width + _EDGE_PX, 1),
        (1, -_EDGE_PX, -1),
        (1, window.height + _EDGE_PX, 1),
    ):
        beyond = (ring[:, column] - bound) * sign > 0
        if len(ring) > 2 and beyond.any():
            needless = beyond[1:-1] & beyond[:-2] & beyond[2:]
            ring = ring[~_with_ends(needless)]
    return ring


def _with_ends(inner: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    import numpy as np

    return np.concatenate(([False], inner, [False]))
