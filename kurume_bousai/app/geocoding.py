"""住所から位置を決める用件をつなぐ: the matcher, loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurume_bousai.app.clock import SystemClock
from kurume_bousai.app.places import locator

if TYPE_CHECKING:
    from kurume_bousai.services.geocoding import GeocodingService
    from kurume_bousai.services.ports import CityDatabase


def geocoding(database: CityDatabase) -> GeocodingService:
    """住所から位置を決める用件 on a database."""
    from kurume_bousai.geo.geocoding import DictionaryGeocoder
    from kurume_bousai.services.geocoding import GeocodingService

    return GeocodingService(
        database,
        SystemClock(),
        make_geocoder=DictionaryGeocoder,
        make_locator=lambda: locator(database),
    )
