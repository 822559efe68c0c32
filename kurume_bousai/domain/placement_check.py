"""The independent check of a placement: plain loops over the definition, nothing shared with the solver."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.placement import (
    REASONS,
    RELATIVE_TOLERANCE,
    Assignment,
    CostUnit,
    DistanceKind,
    Placement,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    PlacementStatus,
    PlanePoint,
)
from kurume_bousai.domain.shelters import Unlimited

PlaneOf = Callable[[PlacementParty | PlacementSite], PlanePoint]


class PlacementCheckError(AssertionError):
    """A solver's answer that breaks a rule: a defect of the program, never shown as a result."""


class PairMemory:
    """確かめた組み合わせ: who was found to be well placed, by the very same party, site and conditions.

    Only what concerns one party at one site is remembered, and only for objects that are themselves
    unchangeable; whatever is counted over several is counted again at every check.
    """

    def __init__(self) -> None:
        self._options: PlacementOptions | None = None
        self._seen: dict[str, tuple[Assignment, PlacementParty, PlacementSite]] = {}

    def begin(self, options: PlacementOptions, parties: int) -> None:
        """Forget everything where the conditions are others, or mostly parties that are no more remain."""
        if options != self._options or len(self._seen) > 2 * parties:
            self._seen.clear()
            self._options = options

    def knows(self, assignment: Assignment, party: PlacementParty, site: PlacementSite) -> bool:
        """Tell whether this was verified before."""
        seen = self._seen.get(assignment.party_id)
        return seen is not None and seen[0] is assignment and seen[1] is party and seen[2] is site

    def add(self, assignment: Assignment, party: PlacementParty, site: PlacementSite) -> None:
        """Remember what has just been verified."""
        self._seen[assignment.party_id] = (assignment, party, site)


def check_placement(
    placement: Placement,
    parties: Sequence[PlacementParty],
    sites: Sequence[PlacementSite],
    options: PlacementOptions,
    plane_of: PlaneOf,
    memory: PairMemory | None = None,
) -> None:
    """Verify an answer against RULEBOOK §4; ``plane_of`` gives the point of a party or site in metres.

    ``memory`` spares what an earlier check of the same objects has verified; ``plane_of`` must then give
    the same points. Raises ``PlacementCheckError`` naming the first rule that does not hold.
    """
    party_by_id = {party.id: party for party in parties}
    site_by_id = {site.id: site for site in sites}
    memory = PairMemory() if memory is None else memory
    memory.begin(options, len(parties))
    _check_everyone_once(placement, parties)
    _check_pairs(placement, party_by_id, site_by_id, options, plane_of, memory)
    _check_limits(placement, party_by_id, site_by_id, options)
    _check_totals(placement, party_by_id, options)
    _check_phases(placement, parties, party_by_id, site_by_id)
    _check_unplaced(placement, party_by_id, sites)


def _require(holds: object, rule: str) -> None:
    if not holds:
        raise PlacementCheckError(rule)


def _check_everyone_once(placement: Placement, parties: Sequence[PlacementParty]) -> None:
    seen = Counter([a.party_id for a in placement.assignments] + [u.party_id for u in placement.unplaced])
    _require(all(count == 1 for count in seen.values()), "a party appears more than once")
    _require(set(seen) == {party.id for party in parties}, "placed and unplaced are not the parties given")


def _check_pairs(
    placement: Placement,
    party_by_id: dict[str, PlacementParty],
    site_by_id: dict[str, PlacementSite],
    options: PlacementOptions,
    plane_of: PlaneOf,
    memory: PairMemory,
) -> None:
    for assignment in placement.assignments:
        party, site = party_by_id[assignment.party_id], site_by_id[assignment.site_id]
        if memory.knows(assignment, party, site):
            continue
        _require(not site.closed and not site.excluded, f"site {site.id} is not open")
        _require(
            _takes_category(site, party.categories, options), f"site {site.id} does not take the category"
        )
        here, there = plane_of(party), plane_of(site)
        metres = math.sqrt((here.x_m - there.x_m) ** 2 + (here.y_m - there.y_m) ** 2)
        if options.distance is DistanceKind.FLOOR:
            metres = float(math.floor(metres))
        _require(math.isclose(metres, assignment.distance_m, rel_tol=1e-9, abs_tol=1e-6), "distance differs")
        for limit in (party.max_m, options.reach_m):
            _require(limit is None or assignment.distance_m <= limit + 1e-6, "farther than allowed")
        memory.add(assignment, party, site)


def _takes_category(
    site: PlacementSite, categories: frozenset[AdmissionCategory], options: PlacementOptions
) -> bool:
    if isinstance(site.accepts, Unlimited):
        return True
    if site.accepts is None:
        return options.unknown_accepts
    return any(category in site.accepts for category in categories)


def _check_limits(
    placement: Placement,
    party_by_id: dict[str, PlacementParty],
    site_by_id: dict[str, PlacementSite],
    options: PlacementOptions,
) -> None:
    used: Counter[str] = Counter()
    units: Counter[tuple[str, Need]] = Counter()
    for assignment in placement.assignments:
        party = party_by_id[assignment.party_id]
        used[assignment.site_id] += party.size
        for need in party.needs:
            units[assignment.site_id, need] += 1
    for site_id, count in used.items():
        capacity = site_by_id[site_id].capacity
        _require(capacity is not None and count <= capacity, f"site {site_id} is over its capacity")
    for (site_id, need), count in units.items():
        limit = site_by_id[site_id].need_capacity.get(need)
        if limit is None:
            _require(options.unknown_accepts, f"site {site_id}: need {need} is unknown")
        elif not isinstance(limit, Unlimited):
            _require(count <= limit, f"site {site_id} is over its units of {need}")
    if options.open_at_most is not None:
        _require(len(used) <= options.open_at_most, "more sites are used than may open")
        _require(set(used) <= set(placement.opened), "a site is used that was not opened")
    _require(
        [usage.site_id for usage in placement.sites] == list(site_by_id), "sites are not the sites given"
    )
    for usage in placement.sites:
        _require(usage.used == used[usage.site_id], f"site {usage.site_id}: people differ")
        _require(usage.capacity == site_by_id[usage.site_id].capacity, "capacity differs")
        for need in Need:
            shown = usage.need_used.get(need, 0)
            _require(shown == units[usage.site_id, need], f"site {usage.site_id}: units differ")


def _check_totals(
    placement: Placement, party_by_id: dict[str, PlacementParty], options: PlacementOptions
) -> None:
    placed = sum(party_by_id[a.party_id].size for a in placement.assignments)
    left = sum(party_by_id[u.party_id].size for u in placement.unplaced)
    _require(placement.placed_people == placed, "placed people differ")
    _require(placement.unplaced_people == left, "unplaced people differ")
    _require(
        placed + left == sum(p.size for p in party_by_id.values()), "placed + unplaced is not the demand"
    )
    cost = math.fsum(
        a.distance_m * (party_by_id[a.party_id].size if options.cost is CostUnit.PEOPLE else 1)
        for a in placement.assignments
    )
    _require(math.isclose(cost, placement.total_cost, rel_tol=1e-9, abs_tol=1e-6), "cost differs")


def _check_phases(
    placement: Placement,
    parties: Sequence[PlacementParty],
    party_by_id: dict[str, PlacementParty],
    site_by_id: dict[str, PlacementSite],
) -> None:
    left = [party_by_id[u.party_id] for u in placement.unplaced]
    at_power_first = [
        party_by_id[a.party_id] for a in placement.assignments if site_by_id[a.site_id].power_first
    ]
    expected: dict[str, float] = {
        "power": sum(p.size for p in left if Need.POWER in p.needs and not p.off_list),
        "off_list": sum(p.size for p in left if p.off_list),
        "power_first": sum(p.size for p in at_power_first if Need.POWER not in p.needs),
        "cost": placement.total_cost,
    }
    for band in (1, 2, 3):
        expected[f"band_{band}"] = sum(p.size for p in left if p.band == band and not p.off_list)
    proven_so_far = True
    for phase in placement.phases:
        _require(phase.value == expected[phase.name], f"phase {phase.name}: value differs")
        slack = RELATIVE_TOLERANCE * max(1.0, abs(phase.value))
        _require(phase.bound <= phase.value + slack, f"phase {phase.name}: the bound is above the value")
        _require(not phase.proven or phase.value - phase.bound <= slack, f"phase {phase.name}: not proven")
        _require(proven_so_far or not phase.proven, f"phase {phase.name}: proven before its predecessor")
        proven_so_far = phase.proven
    named = [phase.name for phase in placement.phases]
    order = ["power", "band_1", "band_2", "band_3", "off_list", "power_first", "cost"]
    _require(named == [name for name in order if name in named], "phases out of order")
    for band in (1, 2, 3):
        has = any(p.band == band and not p.off_list for p in parties)
        _require(has == (f"band_{band}" in named), f"phase band_{band} missing or without parties")
    if placement.status is PlacementStatus.OPTIMAL:
        _require(proven_so_far, "called optimal without proof")


def _check_unplaced(
    placement: Placement, party_by_id: dict[str, PlacementParty], sites: Sequence[PlacementSite]
) -> None:
    site_ids = [site.id for site in sites]
    seen: set[int] = set()  # of tuples that many parties share; all of them live as long as the placement
    for unplaced in placement.unplaced:
        _require(unplaced.size == party_by_id[unplaced.party_id].size, "size of an unplaced party differs")
        if id(unplaced.reasons) in seen:
            continue
        _require([r.site_id for r in unplaced.reasons] == site_ids, "a site gives no reason")
        _require(all(r.reason in REASONS for r in unplaced.reasons), "an unknown reason")
        seen.add(id(unplaced.reasons))
