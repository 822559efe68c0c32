"""測る: length of a line and surface of a ring, in EPSG:6670 (never in degrees or Web Mercator)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from shapely.geometry import Polygon

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.geo.crs import as_arrays, to_metric

_LEAST_CORNERS = 3


class PlaneMeasures:
    """地上の長さと広さ on the plane of EPSG:6670 (``services.ports.measures.GroundMeasures``)."""

    def length_m(self, points: Sequence[LonLat]) -> float:
        """Length of a line in metres; 0 for fewer than two corners."""
        if len(points) < 2:
            return 0.0
        east, north = to_metric(*as_arrays(points))
        return float(np.hypot(np.diff(east), np.diff(north)).sum())

    def surface_m2(self, points: Sequence[LonLat]) -> float | None:
        """Surface inside a ring of corners (closed or not) in ㎡; None where its edges cross each other."""
        if len(set(points)) < _LEAST_CORNERS:
            return 0.0
        ring = Polygon(np.column_stack(to_metric(*as_arrays(points))))
        return float(ring.area) if ring.is_valid else None
