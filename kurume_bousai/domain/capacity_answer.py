"""The answer of 「入りきれますか」: derived rows and totals that must agree with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kurume_bousai.domain.capacity import RATES_M2
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.domain.improvements import NearestChange
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.nearest_change import ObstacleBook
from kurume_bousai.domain.placement import Phase, Placement, PlacementStatus, SiteReason
from kurume_bousai.domain.shelters import UNLIMITED, Unlimited

#: How people without a known 校区 are shown.
UNKNOWN_DISTRICT = DistrictId("校区不明")


class ReconcileError(AssertionError):
    """A total that differs from its rows: a defect of the program; the report is not written."""


@dataclass(frozen=True, slots=True)
class NeedCapacity:
    """必要な支援ごと, in parties. ``capacity``: units of the sites in use, or ``UNLIMITED``."""

    parties: int
    placed: int
    unplaced: int
    capacity: int | Unlimited


@dataclass(frozen=True, slots=True)
class SiteCapacity:
    """施設ごと, in people.

    ``floor`` None = unknown. ``usable`` is 0 where the site is not used under these conditions; ``refusal``
    then says why (a reason of RULEBOOK §4). ``rate_m2`` is the rate used here, the site's own where it has
    one. ``staff`` counts those who come; None = unknown, or staff is not counted. ``placed_all`` counts the
    whole city, ``placed`` the people of this answer. ``balance`` = ``usable`` − ``assigned``, what plans
    say.
    """

    site_id: SiteId
    name: str
    floor: int | None
    blocked: int
    staff_limit: int | None
    usable_if_open: int
    usable: int
    placed: int
    placed_all: int
    assigned: int
    is_power_first: bool
    refusal: str | None
    is_fitness_unconfirmed: bool
    is_staff_unknown: bool
    rate_m2: Decimal = RATES_M2[0]
    staff: int | None = None

    @property
    def free(self) -> int:
        """Free places ≥ 0 after everybody of the city."""
        return self.usable - self.placed_all

    @property
    def balance(self) -> int:
        """What has been decided: negative when over, and for people sent to a site that is not used."""
        return self.usable - self.assigned


@dataclass(frozen=True, slots=True)
class DistrictCapacity:
    """校区ごと, in people."""

    district_id: DistrictId
    people: int
    placed: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class Flow:
    """校区から施設への流れ, in people: who was placed, seen from far enough to name nobody."""

    district_id: DistrictId
    site_id: SiteId
    people: int


@dataclass(frozen=True, slots=True)
class UnplacedNumber:
    """入れない人, by number, with the people of the party and the reason of every site.

    ``nearest``: the nearest change that would let them in with everybody else where they are; None where
    every site is unfit for the hazard. Every other obstacle: ``CapacityAnswer.obstacles``.
    """

    number: int
    people: int = field(repr=False)
    reasons: tuple[SiteReason, ...] = field(repr=False)
    nearest: NearestChange | None = field(default=None, repr=False)
    needs: frozenset[Need] = field(default_factory=frozenset, repr=False)
    district_id: DistrictId = field(default=UNKNOWN_DISTRICT, repr=False)


@dataclass(frozen=True, slots=True)
class OffListCapacity:
    """名簿外, shown apart; also contained in the totals."""

    people: int
    placed: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class CapacityAnswer:
    """容量確認の答え, derived from one placement.

    ``demand_*``, ``placed_people``, ``by_need``, ``by_district`` and ``unplaced`` are those
    of one 校区 where the conditions name one; places and free places are always the city's.
    ``opened``: the sites that are used; with ``open_at_most`` those the solver chose. ``obstacles`` holds,
    for the numbers of ``unplaced``, everything that keeps them out of each site. ``placement`` is what the
    figures were derived from, kept for the next question.
    """

    conditions: CapacityConditions
    status: PlacementStatus
    phases: tuple[Phase, ...]
    demand_people: int
    demand_parties: int
    floor_places: int
    usable_places: int
    placed_people: int
    unplaced_people: int
    free_places: int
    by_need: dict[Need, NeedCapacity]
    by_site: tuple[SiteCapacity, ...]
    by_district: tuple[DistrictCapacity, ...]
    unplaced: tuple[UnplacedNumber, ...]
    off_list: OffListCapacity
    opened: tuple[SiteId, ...]
    homes_unknown: int
    solver_s: float
    flows: tuple[Flow, ...] = ()
    obstacles: ObstacleBook = field(default_factory=ObstacleBook, repr=False, compare=False)
    placement: Placement | None = field(default=None, repr=False, compare=False)


def reconcile(answer: CapacityAnswer) -> None:
    """Raise ``ReconcileError`` where a total differs from its rows (RULEBOOK §5)."""
    sites, districts = answer.by_site, answer.by_district
    shown = answer.conditions.district_id is not None and not answer.conditions.alone
    _equal("demand", answer.demand_people, answer.placed_people + answer.unplaced_people)
    _equal("by_district people", answer.demand_people, sum(d.people for d in districts))
    _equal("by_district placed", answer.placed_people, sum(d.placed for d in districts))
    _equal("by_district unplaced", answer.unplaced_people, sum(d.unplaced for d in districts))
    _equal("by_site placed", answer.placed_people, sum(s.placed for s in sites))
    _equal("usable", answer.usable_places, sum(s.usable for s in sites))
    _equal("free", answer.free_places, sum(s.free for s in sites))
    _equal("floor of the 37", answer.floor_places, sum(s.floor or 0 for s in sites if not s.is_power_first))
    _equal(
        "unplaced", answer.unplaced_people, sum(u.people for u in answer.unplaced) + answer.off_list.unplaced
    )
    _equal("flows", answer.placed_people, sum(flow.people for flow in answer.flows))
    _equal("off-list", answer.off_list.people, answer.off_list.placed + answer.off_list.unplaced)
    for site in sites:
        _reconcile_site(site)
        if not shown:
            _equal("placed of the city", site.placed, site.placed_all)
    for district in districts:
        _equal("district", district.people, district.placed + district.unplaced)
    for need in answer.by_need.values():
        _equal("need", need.parties, need.placed + need.unplaced)


def _reconcile_site(site: SiteCapacity) -> None:
    room = max(0, (site.floor or 0) - site.blocked)
    limit = room if site.staff_limit is None else min(room, site.staff_limit)
    _equal("usable of a site", site.usable_if_open, limit)
    _equal("usable in use", site.usable, 0 if site.refusal is not None else limit)
    if site.free < 0:
        raise ReconcileError("free places below zero")


def _equal(what: str, total: int, rows: int) -> None:
    if total != rows:
        raise ReconcileError(f"{what}: {total} differs from its rows {rows}")


def total_units(units: Sequence[int | Unlimited | None]) -> int | Unlimited:
    """Σ units, ``UNLIMITED`` as soon as one has no limit; unknown counts as none."""
    if any(isinstance(value, Unlimited) for value in units):
        return UNLIMITED
    return sum(value for value in units if isinstance(value, int))
