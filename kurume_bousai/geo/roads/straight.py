"""直線: straight metres where no roads are known (``services.routes.straight.StraightMetres``)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.geo.crs import as_arrays, to_metric


def straight_metres(places: Sequence[LonLat], sites: Sequence[LonLat]) -> list[list[float]]:
    """Straight metres in EPSG:6670 of every place (rows) to every site (columns), unrounded."""
    if not places or not sites:
        return [[] for _ in places]
    east, north = to_metric(*as_arrays(places))
    site_east, site_north = to_metric(*as_arrays(sites))
    metres: list[list[float]] = np.hypot(
        east[:, None] - site_east[None, :], north[:, None] - site_north[None, :]
    ).tolist()
    return metres
