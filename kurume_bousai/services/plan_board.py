"""マイプランの行先と定員: what the plans have decided at each welfare shelter in ordinary times.

The second of the two questions of RULEBOOK §4: it sums what people chose and may be negative. Nothing is
placed, nothing netted between sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.capacity import (
    PLACES_PER_STAFF,
    RATES_M2,
    StaffShift,
    floor_places,
    staff_of,
    usable_places,
)
from kurume_bousai.domain.decided import DecidedBalance, NeedBalance
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import WelfareShelter
from kurume_bousai.services.ports import CityDatabase, DestinationCount


@dataclass(frozen=True, slots=True)
class BoardSite:
    """施設の一枚: a site, its derived places and what plans have decided there. ``floor`` None = unknown."""

    site: WelfareShelter
    floor: int | None
    staff_limit: int | None
    decided: DecidedBalance = field(repr=False)

    @property
    def usable(self) -> int | None:
        """使える人数; None where no floor is known."""
        return self.decided.usable

    @property
    def assigned(self) -> int:
        """People whose plan names the site, companions counted."""
        return self.decided.assigned

    @property
    def balance(self) -> int | None:
        """Usable − assigned, negative when over; None where the places are unknown."""
        return None if self.usable is None else self.decided.balance


@dataclass(frozen=True, slots=True)
class PlanBoard:
    """マイプランの行先と定員. ``undecided_people``: the plan says 福祉避難所 but not which of the list."""

    sites: tuple[BoardSite, ...]
    undecided_people: int = 0

    @property
    def the_37(self) -> tuple[BoardSite, ...]:
        """The city's sites apart from the power-first one (RULEBOOK §2)."""
        return tuple(one for one in self.sites if not one.site.is_power_first)


class PlanBoards:
    """突合する人. Needs ``SEE_COUNTS`` only; no count contains a 支援措置対象者."""

    def __init__(self, database: CityDatabase) -> None:
        self._database = database

    def read(self) -> PlanBoard:
        """Derive every site's balance from one consistent reading."""
        access = self._database.access
        access.require(Right.SEE_COUNTS)
        with self._database.reading() as session:
            sites = session.shelters.welfare()
            counts = session.plans.destination_counts(access)
        return make_board(sites, counts)


def make_board(sites: Sequence[WelfareShelter], counts: Sequence[DestinationCount]) -> PlanBoard:
    """Return the board; people sent to a site that is not on the list count as undecided."""
    going = {count.site_id: count for count in counts}
    known = {site.site_id for site in sites}
    astray = sum(count.people for count in counts if count.site_id not in known)
    nobody = DestinationCount(None, 0)
    return PlanBoard(tuple(_board_site(site, going.get(site.site_id, nobody)) for site in sites), astray)


def _board_site(site: WelfareShelter, count: DestinationCount) -> BoardSite:
    floor = floor_places(site.rooms, RATES_M2[0])
    staff = staff_of(site, StaffShift.DAY)
    needs = {
        need: NeedBalance(count.parties_by_need.get(need, 0), site.need_capacity.get(need))
        for need in Need
        if need in count.parties_by_need or need in site.need_capacity
    }
    usable = usable_places(floor, site.blocked_places, staff)
    return BoardSite(
        site=site,
        floor=floor,
        staff_limit=None if staff is None else staff * PLACES_PER_STAFF,
        decided=DecidedBalance(site.site_id, usable, count.people, needs),
    )
