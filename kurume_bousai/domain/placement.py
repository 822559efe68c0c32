"""Placing parties at sites: the question, the answer and the words for a refusal (RULEBOOK §2–§4)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.shelters import UNLIMITED, Unlimited

#: Reasons of RULEBOOK §4 that do not name a need, in the order in which the decisive one is chosen.
REASON_CLOSED = "closed"
REASON_HAZARD = "hazard"
REASON_CAPACITY_UNKNOWN = "capacity_unknown"
REASON_CATEGORY_UNKNOWN = "category_unknown"
REASON_CATEGORY = "category"
REASON_TOO_FAR = "too_far"
REASON_FULL = "full"


def need_reason(need: Need) -> str:
    """No unit of this need is left, or the site has none."""
    return f"need_{need.value}"


def need_unknown_reason(need: Need) -> str:
    """Nobody has confirmed whether the site can take this need."""
    return f"need_{need.value}_unknown"


#: Every reason that may stand in an answer.
REASONS = frozenset(
    {
        REASON_CLOSED,
        REASON_HAZARD,
        REASON_CAPACITY_UNKNOWN,
        REASON_CATEGORY_UNKNOWN,
        REASON_CATEGORY,
        REASON_TOO_FAR,
        REASON_FULL,
    }
    | {need_reason(need) for need in Need}
    | {need_unknown_reason(need) for need in Need}
)

PHASE_POWER = "power"
PHASE_BANDS = ("band_1", "band_2", "band_3")
PHASE_OFF_LIST = "off_list"
PHASE_POWER_FIRST = "power_first"
PHASE_COST = "cost"

#: Values equal within this relative difference are equal (RULEBOOK §4).
RELATIVE_TOLERANCE = 1e-6


class CostUnit(StrEnum):
    """費用の単位: what a metre is multiplied by."""

    PEOPLE = "people"
    PARTY = "party"


class DistanceKind(StrEnum):
    """距離: straight-line metres as they are, or each rounded down."""

    EUCLID = "euclid"
    FLOOR = "floor"


class PlacementStatus(StrEnum):
    """結果の状態. There is no "infeasible": whoever cannot be placed is listed."""

    OPTIMAL = "optimal"
    TIME_LIMIT = "time_limit"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class PlanePoint:
    """平面上の点 in metres (EPSG:6670, or any metric plane a file gives)."""

    x_m: float
    y_m: float

    def __repr__(self) -> str:
        return "PlanePoint(…)"  # a home is personal, as in LonLat


Position = LonLat | PlanePoint


@dataclass(frozen=True, slots=True)
class PlacementParty:
    """世帯・同行者の組: people who go together and are placed whole at one site or not at all.

    ``size`` counts people (≥ 1); ``band`` is the priority 1–3; ``max_m`` the farthest acceptable
    straight line in metres. ``off_list`` parties (名簿外) have no needs and are placed last.
    """

    id: str
    position: Position = field(repr=False)
    size: int = 1
    needs: frozenset[Need] = field(default_factory=frozenset, repr=False)
    categories: frozenset[AdmissionCategory] = field(default_factory=frozenset, repr=False)
    band: int = 3
    max_m: float | None = None
    off_list: bool = False


@dataclass(frozen=True, slots=True)
class PlacementSite:
    """受け入れる施設 as the solver sees it.

    ``capacity`` in people, None = unknown = nobody. ``accepts``: categories, ``UNLIMITED`` = everyone,
    None = unknown = nobody. ``need_capacity``: parties with the need, ``UNLIMITED``, or None / absent
    = unknown = none. ``excluded`` = unfit for the hazard at hand.
    """

    id: str
    position: Position
    capacity: int | None
    accepts: frozenset[AdmissionCategory] | Unlimited | None = UNLIMITED
    need_capacity: Mapping[Need, int | Unlimited | None] = field(default_factory=dict)
    power_first: bool = False
    closed: bool = False
    excluded: bool = False

    @property
    def is_open(self) -> bool:
        """True where the site may be used at all; what ``--open K`` counts."""
        return not (self.closed or self.excluded)


@dataclass(frozen=True, slots=True)
class PlacementOptions:
    """解き方の条件.

    ``reach_m`` is a limit for everybody; ``unknown_accepts`` treats an unknown 受入対象
    or need as ``*``. An unknown capacity still takes nobody (RULEBOOK §2).
    """

    cost: CostUnit = CostUnit.PEOPLE
    distance: DistanceKind = DistanceKind.EUCLID
    open_at_most: int | None = None
    reach_m: float | None = None
    unknown_accepts: bool = False
    time_limit_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Phase:
    """段階: one goal in order; ``value`` reached, ``bound`` nobody can better, both minimised."""

    name: str
    value: float
    bound: float
    proven: bool

    @property
    def gap(self) -> float:
        """|value − bound| ÷ max(1, |value|) (RULEBOOK §4)."""
        return abs(self.value - self.bound) / max(1.0, abs(self.value))


@dataclass(frozen=True, slots=True)
class Assignment:
    """割当: one party at one site, straight-line metres (rounded down with ``floor``)."""

    party_id: str
    site_id: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class SiteReason:
    """断られた理由 at one site: the decisive one."""

    site_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnplacedParty:
    """入れない組, with the reason of every site, in the order of the sites given."""

    party_id: str
    size: int
    reasons: tuple[SiteReason, ...]


@dataclass(frozen=True, slots=True)
class SiteUsage:
    """施設ごとの使用. ``capacity`` None = unknown; then nobody is there and ``remaining`` is None."""

    site_id: str
    capacity: int | None
    used: int
    need_used: Mapping[Need, int] = field(default_factory=dict)

    @property
    def remaining(self) -> int | None:
        """Free places ≥ 0, None where the capacity is unknown."""
        return None if self.capacity is None else self.capacity - self.used


@dataclass(frozen=True, slots=True)
class Placement:
    """配置の答え. Assignments and unplaced are in the order of the parties given, sites likewise."""

    status: PlacementStatus
    phases: tuple[Phase, ...]
    assignments: tuple[Assignment, ...]
    unplaced: tuple[UnplacedParty, ...]
    sites: tuple[SiteUsage, ...]
    opened: tuple[str, ...]
    total_cost: float
    placed_people: int
    unplaced_people: int
    solver_s: float


def standing_reason(site: PlacementSite, party: PlacementParty, options: PlacementOptions) -> str | None:
    """Why this site refuses this party whoever else comes, distance apart; None = it may come.

    Of several reasons one is decisive, in this order: closed, hazard, capacity_unknown,
    category_unknown, category, need_<id>_unknown, need_<id> (the site has 0). What follows
    (too_far, a need used up, full) depends on the distance and on the others.
    """
    if site.closed:
        return REASON_CLOSED
    if site.excluded:
        return REASON_HAZARD
    if site.capacity is None:
        return REASON_CAPACITY_UNKNOWN
    return _category_reason(site, party, options) or _need_reason(site, party, options)


def _category_reason(site: PlacementSite, party: PlacementParty, options: PlacementOptions) -> str | None:
    if isinstance(site.accepts, Unlimited):
        return None
    if site.accepts is None:
        return None if options.unknown_accepts else REASON_CATEGORY_UNKNOWN
    return None if site.accepts & party.categories else REASON_CATEGORY


def _need_reason(site: PlacementSite, party: PlacementParty, options: PlacementOptions) -> str | None:
    needs = [need for need in Need if need in party.needs]
    if not options.unknown_accepts:
        for need in needs:
            if site.need_capacity.get(need) is None:
                return need_unknown_reason(need)
    for need in needs:
        if site.need_capacity.get(need) == 0:
            return need_reason(need)
    return None


def reach_of(party: PlacementParty, options: PlacementOptions) -> float:
    """Farthest acceptable distance in metres; infinite without a limit."""
    limits = [limit for limit in (party.max_m, options.reach_m) if limit is not None]
    return min(limits, default=math.inf)


def units_of(site: PlacementSite, need: Need, options: PlacementOptions) -> int | None:
    """Parties with the need that the site can take; None = no limit of its own."""
    units = site.need_capacity.get(need)
    if isinstance(units, Unlimited):
        return None
    if units is None:
        return None if options.unknown_accepts else 0
    return units


def people(parties: Iterable[PlacementParty]) -> int:
    """Σ size."""
    return sum(party.size for party in parties)
