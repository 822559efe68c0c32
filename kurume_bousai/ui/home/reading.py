"""はじめの画面が読むもの: counts and places in one go, off the Qt thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kurume_bousai.domain.capacity import RATES_M2, floor_places
from kurume_bousai.services.ports import CityDatabase
from kurume_bousai.services.statistics import CityFigures, CityStatistics
from kurume_bousai.services.yearly_update import late_districts

#: A 校区 that has not rehearsed for so many years is told (RULES D).
REHEARSAL_YEARS = 3


@dataclass(frozen=True, slots=True)
class HomeReading:
    """はじめの画面の材料. ``floor_places``: of the 37, at the first rate of RULEBOOK §2."""

    figures: CityFigures
    sites: int
    floor_places: int
    sites_without_floor: int
    not_rehearsed: int
    late_updates: int = 0  # 校区 whose yearly update is late


def read_home(database: CityDatabase, today: date) -> HomeReading:
    """Read everything the first screen says but the answer of the solver."""
    figures = CityStatistics(database).figures()
    with database.reading() as session:
        sites = session.shelters.welfare()
        late = late_districts(session, today)
    the_37 = [site for site in sites if not site.is_power_first]
    floors = [floor_places(site.rooms, RATES_M2[0]) for site in the_37]
    since = _years_before(today, REHEARSAL_YEARS)
    return HomeReading(
        figures=figures,
        sites=len(the_37),
        floor_places=sum(floor for floor in floors if floor is not None),
        sites_without_floor=sum(floor_places(site.rooms, RATES_M2[0]) is None for site in sites),
        not_rehearsed=len(figures.not_rehearsed_since(since)),
        late_updates=late,
    )


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
