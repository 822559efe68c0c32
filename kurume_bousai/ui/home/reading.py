"""はじめの画面が読むもの: counts and places in one go, off the Qt thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.capacity import RATES_M2, floor_places
from kurume_bousai.services.hand_outs.copies import CopyList
from kurume_bousai.services.office.yearly_update import late_districts
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.roster.statistics import CityFigures, CityStatistics

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
    copies_back: int = 0  # copies of lists that must come back
    copies_late: int = 0  # copies past their day


def read_home(
    database: CityDatabase, today: date, ledger: Callable[[], CopyList] | None = None
) -> HomeReading:
    """Read everything the first screen says but the answer of the solver.

    ``ledger`` reads the copies that left; only who keeps them is told of them.
    """
    figures = CityStatistics(database).figures()
    copies = ledger() if ledger is not None and database.access.has(Right.PRINT_NAMED) else None
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
        copies_back=0 if copies is None else len(copies.awaited()),
        copies_late=0 if copies is None else len(copies.overdue()),
    )


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
