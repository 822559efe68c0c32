"""The allocator behind the port: validate, solve, explain, check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kurume_bousai.domain.errors import Cancelled
from kurume_bousai.domain.placement import (
    REASON_CLOSED,
    REASON_FULL,
    REASON_TOO_FAR,
    Assignment,
    Phase,
    Placement,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    SiteReason,
    UnplacedParty,
    need_reason,
    people,
)
from kurume_bousai.domain.placement_check import check_placement
from kurume_bousai.domain.placement_input import refuse_bad_input
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.instance import (
    NEEDS,
    UNLIMITED_UNITS,
    Instance,
    IntArray,
    StandingReasons,
    build_instance,
    metres_between,
    plane_lookup,
    plane_points,
)
from kurume_bousai.geo.allocation.metres import straight_metres
from kurume_bousai.geo.allocation.solving import Answer, solve
from kurume_bousai.geo.allocation.usage import site_usages, status_of, used_of
from kurume_bousai.services.ports.capacity import never_stop


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SolvedPlacement:
    """The placement, and behind it the arrays and what proves them, parties and sites in the order of ids."""

    placement: Placement
    instance: Instance
    answer: Answer


class HighsAllocator:
    """配置を解く人 with HiGHS. Every answer has passed ``check_placement``."""

    def place(
        self,
        parties: Sequence[PlacementParty],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        should_stop: Callable[[], bool] = never_stop,
    ) -> Placement:
        """See ``Allocator.place``."""
        return self.solved(parties, sites, options, should_stop).placement

    def solved(
        self,
        parties: Sequence[PlacementParty],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        should_stop: Callable[[], bool] = never_stop,
    ) -> SolvedPlacement:
        """Place as ``place`` does and keep what proves it."""
        clock = Clock(options.time_limit_s, should_stop)
        refuse_bad_input(parties, sites, options)
        # In the order of ids, so that the order of a file never changes the answer.
        ordered = sorted(parties, key=lambda party: party.id)
        ordered_sites = sorted(sites, key=lambda site: site.id)
        party_xy = plane_points([p.position for p in ordered])
        site_xy = plane_points([s.position for s in ordered_sites])
        instance = build_instance(ordered, ordered_sites, options, party_xy, site_xy)
        answer, phases = solve(instance, clock) if ordered else (Answer(np.zeros(0, np.int64), (), 0.0), ())
        site_of = answer.site_of
        if clock.is_cancelled:
            raise Cancelled
        placed = np.nonzero(site_of >= 0)[0]
        metres = metres_between(party_xy[placed], site_xy[site_of[placed]], options.distance).tolist()
        assignments = tuple(
            Assignment(ordered[i].id, ordered_sites[j].id, distance_m)
            for i, j, distance_m in zip(placed.tolist(), site_of[placed].tolist(), metres, strict=True)
        )
        placement = _explain(ordered, ordered_sites, options, instance, site_of, assignments, phases, clock)
        placement = _in_given_order(placement, parties, sites)
        check_placement(
            placement, parties, sites, options, plane_lookup(ordered, ordered_sites, party_xy, site_xy)
        )
        return SolvedPlacement(placement, instance, answer)

    def distances_m(
        self, parties: Sequence[PlacementParty], sites: Sequence[PlacementSite]
    ) -> Sequence[Sequence[float]]:
        """See ``Allocator.distances_m``."""
        return straight_metres(parties, sites)


def _explain(
    parties: Sequence[PlacementParty],
    sites: Sequence[PlacementSite],
    options: PlacementOptions,
    instance: Instance,
    site_of: IntArray,
    assignments: tuple[Assignment, ...],
    phases: tuple[Phase, ...],
    clock: Clock,
) -> Placement:
    used, units = used_of(site_of, instance.size, instance.needs, instance.site_count)
    opened = [j for j, site in enumerate(sites) if site.is_open]
    if options.open_at_most is not None:
        opened = [j for j in opened if used[j] > 0]
    all_used = options.open_at_most is not None and len(opened) >= options.open_at_most
    unplaced = _unplaced(parties, sites, options, instance, site_of, set(opened) if all_used else None)
    return Placement(
        status=status_of(phases, is_empty=not parties or not sites),
        phases=phases,
        assignments=assignments,
        unplaced=unplaced,
        sites=site_usages(sites, used, units),
        opened=tuple(sites[j].id for j in opened),
        total_cost=instance.cost_of(site_of),
        placed_people=int(used.sum()),
        unplaced_people=sum(party.size for party in unplaced),
        solver_s=clock.elapsed_s,
    )


def _unplaced(
    parties: Sequence[PlacementParty],
    sites: Sequence[PlacementSite],
    options: PlacementOptions,
    instance: Instance,
    site_of: IntArray,
    opened: set[int] | None,
) -> tuple[UnplacedParty, ...]:
    used, units = used_of(site_of, instance.size, instance.needs, instance.site_count)
    free = instance.capacity - used
    gone = (instance.units != UNLIMITED_UNITS) & (units >= instance.units)
    standing = StandingReasons(sites, options)
    kept: dict[object, tuple[SiteReason, ...]] = {}
    result: list[UnplacedParty] = []
    for i in np.nonzero(site_of < 0)[0].tolist():
        party = parties[i]
        key = (party.size, party.needs, party.categories, instance.reach_ok[i].tobytes())
        reasons = kept.get(key)
        if reasons is None:
            refusals = standing.of(party)
            reasons = tuple(
                SiteReason(
                    site.id,
                    refusals[j]
                    or (REASON_TOO_FAR if not instance.reach_ok[i, j] else "")
                    or (REASON_CLOSED if opened is not None and j not in opened else "")
                    or next(
                        (need_reason(n) for k, n in enumerate(NEEDS) if n in party.needs and gone[j, k]), ""
                    )
                    or _full(party.size, int(free[j])),
                )
                for j, site in enumerate(sites)
            )
            kept[key] = reasons
        result.append(UnplacedParty(party.id, party.size, reasons))
    return tuple(result)


def _full(size: int, free: int) -> str:
    """Nothing else refused the party, so the places must have; anything else is a defect of the solver."""
    if free >= size:
        raise AssertionError("a party was left out although a site could take it")
    return REASON_FULL


def _in_given_order(
    placement: Placement, parties: Sequence[PlacementParty], sites: Sequence[PlacementSite]
) -> Placement:
    party_rank = {party.id: rank for rank, party in enumerate(parties)}
    site_rank = {site.id: rank for rank, site in enumerate(sites)}
    unplaced = tuple(
        UnplacedParty(u.party_id, u.size, tuple(sorted(u.reasons, key=lambda r: site_rank[r.site_id])))
        for u in sorted(placement.unplaced, key=lambda u: party_rank[u.party_id])
    )
    return Placement(
        status=placement.status,
        phases=placement.phases,
        assignments=tuple(sorted(placement.assignments, key=lambda a: party_rank[a.party_id])),
        unplaced=unplaced,
        sites=tuple(sorted(placement.sites, key=lambda s: site_rank[s.site_id])),
        opened=tuple(sorted(placement.opened, key=lambda s: site_rank[s])),
        total_cost=placement.total_cost,
        placed_people=people(p for p in parties) - placement.unplaced_people,
        unplaced_people=placement.unplaced_people,
        solver_s=placement.solver_s,
    )
