"""地図の紙をつなぐ: its maker and the blurring of homes, loaded when a map is first printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurume_bousai.app.clock import SystemClock

if TYPE_CHECKING:
    from kurume_bousai.services.map_papers import MapPaperService
    from kurume_bousai.services.ports import CityDatabase


def map_papers(database: CityDatabase) -> MapPaperService:
    """地図の紙 on a database."""
    from kurume_bousai.geo.crs import blur
    from kurume_bousai.reports.maps.maker import MapMaker
    from kurume_bousai.services.map_papers import MapPaperService

    return MapPaperService(database, MapMaker(), SystemClock(), blur)
