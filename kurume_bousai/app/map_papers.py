"""地図の紙をつなぐ: its makers and the blurring of homes, loaded when a map is first printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kurume_bousai.app.capacity import capacity
from kurume_bousai.app.clock import SystemClock
from kurume_bousai.app.hand_outs import second_person
from kurume_bousai.app.routes import route_planning

if TYPE_CHECKING:
    from kurume_bousai.domain.capacity_answer import CapacityAnswer
    from kurume_bousai.services.maps.papers import MapPaperService
    from kurume_bousai.services.maps.person_maps import PersonMapService
    from kurume_bousai.services.maps.theme_maps import ThemeMapService
    from kurume_bousai.services.ports.sessions import CityDatabase


def map_papers(database: CityDatabase) -> MapPaperService:
    """地図の紙 on a database."""
    from kurume_bousai.geo.crs import blur
    from kurume_bousai.reports.maps.maker import MapMaker
    from kurume_bousai.services.maps.papers import MapPaperService

    return MapPaperService(database, MapMaker(), SystemClock(), blur)


def person_maps(database: CityDatabase) -> PersonMapService:
    """一人の避難の地図 on a database."""
    from kurume_bousai.reports.maker import ReportMaker
    from kurume_bousai.services.maps.person_maps import PersonMapService
    from kurume_bousai.services.reporting.service import ReportingService

    reporting = ReportingService(database, ReportMaker(), SystemClock(), second_person(database))
    return PersonMapService(reporting, map_papers(database), route_planning(database).way)


def theme_maps(database: CityDatabase) -> ThemeMapService:
    """テーマの地図 on a database; 入れない人 under the city's usual conditions."""
    from kurume_bousai.reports.maps.theme import ThemeMaker
    from kurume_bousai.services.city_settings import read_city_settings
    from kurume_bousai.services.maps.theme_maps import ThemeMapService

    def answer(should_stop: Callable[[], bool]) -> CapacityAnswer:
        return capacity(database).answer(read_city_settings(database).conditions(), should_stop)

    return ThemeMapService(database, ThemeMaker(), SystemClock(), answer)
