"""住所から位置を決める用件をつなぐ: the matcher, loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurume_bousai.app.clock import SystemClock
from kurume_bousai.app.layers import make_hazard_locator
from kurume_bousai.app.places import locator

if TYPE_CHECKING:
    from kurume_bousai.services.places.geocoding import GeocodingService
    from kurume_bousai.services.places.home_placing import HomePlacing
    from kurume_bousai.services.ports.sessions import CityDatabase


def geocoding(database: CityDatabase) -> GeocodingService:
    """住所から位置を決める用件 on a database."""
    from kurume_bousai.geo.geocoding import DictionaryGeocoder
    from kurume_bousai.services.places.geocoding import GeocodingService

    return GeocodingService(
        database,
        SystemClock(),
        make_geocoder=DictionaryGeocoder,
        make_locator=lambda: locator(database),
        make_hazard_locator=make_hazard_locator,
    )


def home_placing(database: CityDatabase) -> HomePlacing:
    """位置を決める仕事 on a database."""
    from kurume_bousai.geo.geocoding import DictionaryGeocoder
    from kurume_bousai.services.places.home_placing import HomePlacing

    return HomePlacing(database, make_geocoder=DictionaryGeocoder, make_locator=lambda: locator(database))
