"""班の見える範囲: the homes a table talks about, with some ground around them."""

from __future__ import annotations

from typing import Final

from kurume_bousai.mapview.protocol import MapScene
from kurume_bousai.ui.map_panel.view import bounds_of

#: Ground around the outermost homes, as a share of their extent, and at least so many degrees (150 m).
_MARGIN_RATIO: Final = 0.12
_MARGIN_DEG: Final = 0.0015


def table_bounds(scene: MapScene) -> tuple[float, float, float, float]:
    """West, south, east, north of the chosen table's people; of the 校区 where it has nobody on the map."""
    own = [mark for mark in scene.people if not scene.table or mark.table == scene.table]
    if not own:
        return bounds_of(scene, scene.chosen_district)
    lons, lats = [mark.lon for mark in own], [mark.lat for mark in own]
    wide = max(_MARGIN_DEG, (max(lons) - min(lons)) * _MARGIN_RATIO)
    high = max(_MARGIN_DEG, (max(lats) - min(lats)) * _MARGIN_RATIO)
    return min(lons) - wide, min(lats) - high, max(lons) + wide, max(lats) + high
