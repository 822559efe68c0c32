"""マイプランの行先と定員: what the plans have decided at each welfare shelter in ordinary times.

The second of the two questions of RULEBOOK §4: it sums what people chose and may be negative. Nothing is
placed, nothing netted between sites.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.capacity import StaffShift, floor_places, staff_of, usable_places
from kurume_bousai.domain.city_settings import CitySettings
from kurume_bousai.domain.decided import DecidedBalance, NeedBalance
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.reception import SiteOccupancy
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.services.city_settings import city_settings_of
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.members import DestinationCount
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.shelters.questions import SiteQuestion, open_questions


class BoardSubject(StrEnum):
    """盤の見もの: what plans have decided, or who is there now."""

    PLANS = "plans"
    RECEPTION = "reception"


@dataclass(frozen=True, slots=True)
class BoardSite:
    """施設の一枚: a site, its derived places and what has been decided there. ``floor`` None = unknown.

    ``rate_m2``: the rate used here, the site's own where it has one, else the city's. ``occupancy``: who
    is there now; None for plans, and where nobody has told anything yet.
    """

    site: WelfareShelter
    floor: int | None
    rate_m2: Decimal
    staff_limit: int | None
    decided: DecidedBalance = field(repr=False)
    questions: tuple[SiteQuestion, ...] = ()
    occupancy: SiteOccupancy | None = None
    subject: BoardSubject = BoardSubject.PLANS

    @property
    def usable(self) -> int | None:
        """使える人数; None where no floor is known."""
        return self.decided.usable

    @property
    def assigned(self) -> int:
        """People whose plan names the site, companions counted; or the people who are there now."""
        return self.decided.assigned

    @property
    def balance(self) -> int | None:
        """Usable − assigned, negative when over; None where the places are unknown."""
        return None if self.usable is None else self.decided.balance


@dataclass(frozen=True, slots=True)
class BoardRule:
    """盤の数え方: what stands beside the figures. ``shift``: whose staff limits the sites."""

    settings: CitySettings = field(default_factory=CitySettings)
    shift: StaffShift = StaffShift.DAY


@dataclass(frozen=True, slots=True)
class SiteBoard:
    """盤. ``undecided_people``: the plan says 福祉避難所 but not which of the list."""

    sites: tuple[BoardSite, ...]
    undecided_people: int = 0
    rule: BoardRule = field(default_factory=BoardRule)
    subject: BoardSubject = BoardSubject.PLANS

    @property
    def the_37(self) -> tuple[BoardSite, ...]:
        """The city's sites apart from the power-first one (RULEBOOK §2)."""
        return tuple(one for one in self.sites if not one.site.is_power_first)


class PlanBoards:
    """突合する人. Needs ``SEE_COUNTS`` only; no count contains a 支援措置対象者."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def read(self, shift: StaffShift = StaffShift.DAY) -> SiteBoard:
        """Derive every site's balance from one consistent reading, under the city's own rules."""
        access = self._database.access
        access.require(Right.SEE_COUNTS)
        with self._database.reading() as session:
            rule = BoardRule(city_settings_of(session), shift)
            sites = session.shelters.welfare()
            counts = session.plans.destination_counts(access)
        return make_board(sites, counts, rule, self._clock.now().date())


def make_board(
    sites: Sequence[WelfareShelter],
    counts: Sequence[DestinationCount],
    rule: BoardRule,
    today: date,
) -> SiteBoard:
    """Return the board; people sent to a site that is not on the list count as undecided."""
    going = {count.site_id: count for count in counts}
    known = {site.site_id for site in sites}
    astray = sum(count.people for count in counts if count.site_id not in known)
    nobody = DestinationCount(None, 0)
    rows = (_planned(site, going.get(site.site_id, nobody), rule, today) for site in sites)
    return SiteBoard(tuple(rows), astray, rule)


def _planned(site: WelfareShelter, count: DestinationCount, rule: BoardRule, today: date) -> BoardSite:
    needs = {
        need: NeedBalance(count.parties_by_need.get(need, 0), site.need_capacity.get(need))
        for need in Need
        if need in count.parties_by_need or need in site.need_capacity
    }
    return board_site(site, count.people, needs, rule, today)


def board_site(
    site: WelfareShelter,
    people: int,
    needs: Mapping[Need, NeedBalance],
    rule: BoardRule,
    today: date,
    occupancy: SiteOccupancy | None = None,
    subject: BoardSubject = BoardSubject.PLANS,
) -> BoardSite:
    """Return one site with its places under the rule and the people decided on."""
    rate_m2 = site.rate_m2 or rule.settings.rate_m2
    per_staff = rule.settings.places_per_staff
    floor = floor_places(site.rooms, rate_m2)
    staff = staff_of(site, rule.shift)
    usable = usable_places(floor, site.blocked_places, staff, per_staff)
    return BoardSite(
        site=site,
        floor=floor,
        rate_m2=rate_m2,
        staff_limit=None if staff is None else staff * per_staff,
        decided=DecidedBalance(site.site_id, usable, people, needs),
        questions=open_questions(site, today),
        occupancy=occupancy,
        subject=subject,
    )
