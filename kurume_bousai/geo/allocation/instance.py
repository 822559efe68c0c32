"""The question as arrays: who may go where, at which cost, under which limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from kurume_bousai.domain.coordinates import CRS_METRIC, CRS_STORED, LonLat
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.placement import (
    CostUnit,
    DistanceKind,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    PlanePoint,
    standing_reason,
    units_of,
)

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

NEEDS = tuple(Need)
NEED_COLUMN = {need: column for column, need in enumerate(NEEDS)}
UNLIMITED_UNITS = -1
UNPLACED = -1


@dataclass(frozen=True, slots=True)
class Instance:
    """n parties × m sites. ``site_of`` vectors over it hold a site's index, or ``UNPLACED``.

    ``allowed`` already leaves out closed, unfit and unknown sites, wrong categories, needs a site has
    none of, places beyond reach and parties larger than the site. ``units`` (m × needs) is −1 where
    the site has no limit of its own. ``group`` is the band 1–3, 0 = off-list. ``cost`` is what one
    assignment adds to the cost phase. ``reach_ok`` is kept for the reasons.
    """

    size: IntArray
    needs: BoolArray
    group: IntArray
    allowed: BoolArray
    reach_ok: BoolArray
    cost: FloatArray
    capacity: IntArray
    units: IntArray
    power_first: BoolArray
    is_open: BoolArray
    open_at_most: int | None

    @property
    def party_count(self) -> int:
        """Number of parties."""
        return int(self.size.shape[0])

    @property
    def site_count(self) -> int:
        """Number of sites."""
        return int(self.capacity.shape[0])

    @property
    def needs_power(self) -> BoolArray:
        """Parties with the need power, shape (n,)."""
        column: BoolArray = self.needs[:, NEEDS.index(Need.POWER)]
        return column

    def cost_of(self, site_of: IntArray) -> float:
        """Total cost of an assignment."""
        placed = np.nonzero(site_of >= 0)[0]
        return float(self.cost[placed, site_of[placed]].sum())


def plane_points(positions: Sequence[LonLat | PlanePoint]) -> FloatArray:
    """Positions in metres, shape (n, 2): EPSG:6670 for degrees, as given for a metric plane."""
    if not positions:
        return np.zeros((0, 2))
    if isinstance(positions[0], PlanePoint):
        return np.array([(p.x_m, p.y_m) for p in positions if isinstance(p, PlanePoint)], float)
    lon = np.array([p.lon for p in positions if isinstance(p, LonLat)])
    lat = np.array([p.lat for p in positions if isinstance(p, LonLat)])
    x_m, y_m = Transformer.from_crs(CRS_STORED, CRS_METRIC, always_xy=True).transform(lon, lat)
    return np.column_stack([x_m, y_m])


def metres_between(from_xy: FloatArray, to_xy: FloatArray, kind: DistanceKind) -> FloatArray:
    """Straight lines in metres from every point to every other one, broadcast over the last axis (x, y)."""
    metres: FloatArray = from_xy[..., 0] - to_xy[..., 0]
    metres *= metres
    other = from_xy[..., 1] - to_xy[..., 1]
    other *= other
    metres += other
    np.sqrt(metres, out=metres)
    return np.floor(metres, out=metres) if kind is DistanceKind.FLOOR else metres


def build_instance(
    parties: Sequence[PlacementParty],
    sites: Sequence[PlacementSite],
    options: PlacementOptions,
    party_xy: FloatArray,
    site_xy: FloatArray,
) -> Instance:
    """Arrays of one question; ``party_xy`` (n, 2) and ``site_xy`` (m, 2) in metres."""
    m = len(sites)
    size = np.array([p.size for p in parties], np.int64)
    capacity = np.fromiter(((s.capacity or 0) if s.is_open else 0 for s in sites), np.int64, m)
    distance_m = metres_between(party_xy[:, None], site_xy[None], options.distance)
    reach_ok = distance_m <= _reach(parties, options)[:, None]
    allowed = reach_ok & (size[:, None] <= capacity[None, :])
    allowed &= _standing(parties, sites, options)
    if options.cost is CostUnit.PEOPLE:
        distance_m *= size[:, None]
    return Instance(
        size=size,
        needs=_needs(parties),
        group=np.array([0 if p.off_list else p.band for p in parties], np.int64),
        allowed=allowed,
        reach_ok=reach_ok,
        cost=distance_m,
        capacity=capacity,
        units=np.array([[_units(s, need, options) for need in NEEDS] for s in sites], np.int64).reshape(
            m, len(NEEDS)
        ),
        power_first=np.fromiter((s.power_first for s in sites), bool, m),
        is_open=np.fromiter((s.is_open for s in sites), bool, m),
        open_at_most=options.open_at_most,
    )


def _units(site: PlacementSite, need: Need, options: PlacementOptions) -> int:
    units = units_of(site, need, options)
    return UNLIMITED_UNITS if units is None else units


def _standing(
    parties: Sequence[PlacementParty], sites: Sequence[PlacementSite], options: PlacementOptions
) -> BoolArray:
    """(n, m) True where nothing but distance and the others stands in the way; once per kind of party."""
    reason = StandingReasons(sites, options)
    number: dict[object, int] = {}
    table: list[list[bool]] = []
    kinds: list[int] = []
    for party in parties:
        kind = number.setdefault((party.needs, party.categories), len(table))
        if kind == len(table):
            table.append([refusal is None for refusal in reason.of(party)])
        kinds.append(kind)
    if not table:
        return np.zeros((0, len(sites)), bool)
    rows: BoolArray = np.array(table, bool).reshape(len(table), len(sites))[kinds]
    return rows


def _needs(parties: Sequence[PlacementParty]) -> BoolArray:
    needs = np.zeros((len(parties), len(NEEDS)), bool)
    for row, party in enumerate(parties):
        for need in party.needs:
            needs[row, NEED_COLUMN[need]] = True
    return needs


def _reach(parties: Sequence[PlacementParty], options: PlacementOptions) -> FloatArray:
    everybody = math.inf if options.reach_m is None else options.reach_m
    own = [math.inf if party.max_m is None else party.max_m for party in parties]
    reach: FloatArray = np.minimum(np.array(own, float), everybody)
    return reach


class StandingReasons:
    """``standing_reason`` of every site, kept per kind of party (needs and categories)."""

    def __init__(self, sites: Sequence[PlacementSite], options: PlacementOptions) -> None:
        self._sites = sites
        self._options = options
        self._kept: dict[object, tuple[str | None, ...]] = {}

    def of(self, party: PlacementParty) -> tuple[str | None, ...]:
        """One entry per site, None = it may come."""
        kind = (party.needs, party.categories)
        found = self._kept.get(kind)
        if found is None:
            found = tuple(standing_reason(site, party, self._options) for site in self._sites)
            self._kept[kind] = found
        return found


def plane_lookup(
    parties: Sequence[PlacementParty],
    sites: Sequence[PlacementSite],
    party_xy: FloatArray,
    site_xy: FloatArray,
) -> Callable[[PlacementParty | PlacementSite], PlanePoint]:
    """Return a function to the point in metres of a party or a site, for the checker."""
    of_party = {p.id: PlanePoint(*xy) for p, xy in zip(parties, party_xy.tolist(), strict=True)}
    of_site = {s.id: PlanePoint(*xy) for s, xy in zip(sites, site_xy.tolist(), strict=True)}

    def point(thing: PlacementParty | PlacementSite) -> PlanePoint:
        return of_party[thing.id] if isinstance(thing, PlacementParty) else of_site[thing.id]

    return point
