"""見え方: which ground lies where on the paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.reports.maps.canvas import Box
from kurume_bousai.reports.maps.layer import FINEST_MM, Layer
from kurume_bousai.reports.maps.sheets import Grid, Window, metres


@dataclass(frozen=True, slots=True)
class MapView:
    """見え方: which ground lies where on the paper, at which scale, with signs how large.

    ``window`` lies in ``frame``. ``part`` is the ground that this page shows of it (a tile); names are laid
    out for the whole, so that a name that crosses the edge of a tile goes on on the next.
    """

    window: Window
    frame: Box
    part: Window
    scale: int
    unit: float
    grid: Grid
    is_mono: bool
    district_id: DistrictId | None = None
    association: str = field(default="", repr=False)
    names_districts: bool = False

    def place(self, east: float, north: float) -> tuple[float, float]:
        """Return millimetres on the paper."""
        return (
            self.frame.x + (east - self.window.west) * 1000 / self.scale,
            self.frame.y + (north - self.window.south) * 1000 / self.scale,
        )

    def on_paper(self, shapes: Any) -> Any:  # noqa: ANN401 - shapely carries no types
        """Return shapes of metres in millimetres on the paper."""
        corner = np.array([self.window.west, self.window.south])
        start = np.array([self.frame.x, self.frame.y])
        return shapely.transform(shapes, lambda at: (at - corner) * (1000 / self.scale) + start)

    def cut(self, layer: Layer) -> Any:  # noqa: ANN401 - as above
        """Return what of a layer the frame shows, on the paper; a little more, so that no edge is drawn."""
        around = self.part.grown(metres(3.0, self.scale))
        return self.on_paper(layer.cut(around, metres(FINEST_MM, self.scale)))

    @property
    def seen(self) -> Box:
        """The box on the paper that this page shows."""
        x, y = self.place(self.part.west, self.part.south)
        return Box(x, y, self.part.width_m * 1000 / self.scale, self.part.height_m * 1000 / self.scale)

    @property
    def is_tile(self) -> bool:
        """Whether the page shows only a part."""
        return self.part != self.window
