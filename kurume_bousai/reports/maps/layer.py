"""一つの塗り: shapes that are drawn alike, ready to be asked for a window."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import shapely

from kurume_bousai.reports.maps.inks import Ink
from kurume_bousai.reports.maps.sheets import Window

#: A shapely geometry or an array of them; shapely carries no types.
Shapes: TypeAlias = Any
#: What is finer than this on paper is left out of a line, in millimetres.
FINEST_MM: Final = 0.03


class Layer:
    """一つの塗り: shapes drawn alike, ready to be asked for a window."""

    def __init__(self, ink: Ink, shapes: Shapes) -> None:
        self.ink = ink
        self.shapes = np.atleast_1d(np.asarray(shapes, dtype=object))
        self._bounds = shapely.bounds(self.shapes)

    def cut(self, window: Window, tolerance_m: float) -> Shapes:
        """Return the shapes clipped to a window and thinned, in metres; may be empty."""
        west, south, east, north = window.bounds
        bounds = self._bounds
        near = (
            (bounds[:, 0] <= east)
            & (bounds[:, 2] >= west)
            & (bounds[:, 1] <= north)
            & (bounds[:, 3] >= south)
        )
        found = self.shapes[near]
        inner = bounds[near]
        whole = (
            (inner[:, 0] >= west) & (inner[:, 2] <= east) & (inner[:, 1] >= south) & (inner[:, 3] <= north)
        )
        if not whole.all():
            found = found.copy()
            found[~whole] = shapely.clip_by_rect(found[~whole], west, south, east, north)
        thin = shapely.simplify(found, tolerance_m, preserve_topology=False)
        return thin[~shapely.is_empty(thin)]
