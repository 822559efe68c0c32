"""An answer that follows its question: after a change the kept prices, bases and assignment are mended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.placement import (
    PHASE_COST,
    Phase,
    Placement,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    PlacementStatus,
    PlanePoint,
)
from kurume_bousai.domain.placement_changes import (
    PlacementChange,
    PlacementQuestion,
    changed_question,
)
from kurume_bousai.domain.placement_check import PairMemory, check_placement
from kurume_bousai.domain.placement_input import refuse_bad_input
from kurume_bousai.geo.allocation.allocator import HighsAllocator
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.instance import NEEDS, UNPLACED, IntArray
from kurume_bousai.geo.allocation.phases import Goal
from kurume_bousai.geo.allocation.warm_answer import Told, placement_of, told_by
from kurume_bousai.geo.allocation.warm_cost import CostFound, Hints, cheapest
from kurume_bousai.geo.allocation.warm_people import PeopleBounds, kind_goals, values_of
from kurume_bousai.geo.allocation.warm_prices import Prices, cost_question, no_prices, remembering
from kurume_bousai.geo.allocation.warm_table import Table, changed_table, table_of
from kurume_bousai.services.ports_capacity import never_stop

#: A change of more parties than this share is a new question.
LARGEST_SHARE = 0.1
#: Share of the time limit that the attempt to mend may use; the rest is for starting over.
_ATTEMPT = 0.5
#: So many kinds of parties that are no more are carried along, beside as many as there are.
_DEAD_KINDS = 1000
#: Time a fresh solve is given at least when the attempt to mend has used up the limit.
_LEAST_S = 0.05


class WarmHighsAllocator(HighsAllocator):
    """配置を解いて、つづきも解く人 with HiGHS. Every answer has passed ``check_placement``."""

    def begin(
        self,
        parties: Sequence[PlacementParty],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        should_stop: Callable[[], bool] = never_stop,
    ) -> HighsPlacementSession:
        """See ``WarmAllocator.begin``."""
        refuse_bad_input(parties, sites, options)
        question = PlacementQuestion(tuple(parties), tuple(sites), options)
        return HighsPlacementSession(_begun(question, should_stop))


@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    """All that is known at one moment; a change makes another one, or none at all.

    ``prices`` belong to the cost phase; ``people`` is shared by successive moments: what it
    holds are prices and models that are valid (if not best) for any of them.
    """

    table: Table
    placement: Placement
    site_of: IntArray
    told: Told
    prices: Prices | None
    people: PeopleBounds
    memory: PairMemory


class HighsPlacementSession:
    """配置のつづき with HiGHS; see ``PlacementSession``. Not for several threads at once."""

    def __init__(self, standing: _Standing) -> None:
        self._standing = standing

    @property
    def question(self) -> PlacementQuestion:
        """See ``PlacementSession.question``."""
        return self._standing.table.question

    @property
    def placement(self) -> Placement:
        """See ``PlacementSession.placement``."""
        return self._standing.placement

    def change(self, *changes: PlacementChange, should_stop: Callable[[], bool] = never_stop) -> Placement:
        """See ``PlacementSession.change``."""
        return self.follow(changed_question(self.question, changes), should_stop)

    def follow(self, question: PlacementQuestion, should_stop: Callable[[], bool] = never_stop) -> Placement:
        """See ``PlacementSession.follow``."""
        self._standing = _followed(self._standing, question, should_stop)
        return self._standing.placement


def _begun(question: PlacementQuestion, should_stop: Callable[[], bool]) -> _Standing:
    clock = Clock(question.options.time_limit_s, should_stop)
    table, people, memory = table_of(question), PeopleBounds(), PairMemory()
    prices = no_prices(table.site_count, len(NEEDS))
    nobody = np.full(table.party_count, UNPLACED, np.int64)
    found = _mended(table, people, prices, nobody, _attempt(clock, question, should_stop))
    return _answered(table, found, people, memory, Told(), None, clock, should_stop)


def _followed(old: _Standing, question: PlacementQuestion, should_stop: Callable[[], bool]) -> _Standing:
    clock = Clock(question.options.time_limit_s, should_stop)
    new_from_old, fresh = _moved(old.table, question)
    _refuse_changed(question, fresh)
    if clock.is_cancelled:
        raise Cancelled
    if (
        old.prices is None
        or [site.id for site in question.sites] != [site.id for site in old.table.question.sites]
        or len(fresh) > max(10.0, LARGEST_SHARE * len(new_from_old))
        or old.table.kinds.count > 2 * (old.table.kind_parties > 0).sum() + _DEAD_KINDS
    ):
        return _begun(question, should_stop)
    table = changed_table(old.table, question, new_from_old, fresh)
    kept = np.full(table.party_count, UNPLACED, np.int64)
    known = new_from_old >= 0
    kept[known] = old.site_of[new_from_old[known]]
    prices = old.prices.after(new_from_old, old.table.party_count)
    found = None
    if not fresh and _only_less(old, table, new_from_old):
        found = _still_best(old, table, prices, kept)
    found = found or _mended(table, old.people, prices, kept, _attempt(clock, question, should_stop))
    return _answered(table, found, old.people, old.memory, old.told, prices, clock, should_stop)


def _attempt(clock: Clock, question: PlacementQuestion, should_stop: Callable[[], bool]) -> Clock:
    return Clock(_ATTEMPT * question.options.time_limit_s - clock.elapsed_s, should_stop)


def _only_less(old: _Standing, table: Table, new_from_old: IntArray) -> bool:
    """Tell whether the change only forbids: less room, or people gone who had no place anyway."""
    before = old.table
    gone = np.ones(before.party_count, bool)
    gone[new_from_old] = False
    room, room_before = (np.where(t.units < 0, np.iinfo(np.int64).max, t.units) for t in (table, before))
    return bool(
        old.placement.status is PlacementStatus.OPTIMAL
        and replace(before.question.options, time_limit_s=1.0)
        == replace(table.question.options, time_limit_s=1.0)
        and (old.site_of[gone] < 0).all()
        and (table.allowed <= before.allowed).all()
        and (table.capacity <= before.capacity).all()
        and (room <= room_before).all()
        and (table.power_first == before.power_first).all()
    )


def _still_best(old: _Standing, table: Table, prices: Prices, kept: IntArray) -> _Found | None:
    """Return the old answer where it still keeps every limit: what has only become less cannot beat it."""
    placed = np.nonzero(kept >= 0)[0]
    there = kept[placed]
    used = np.bincount(there, weights=table.size[placed], minlength=table.site_count)
    units = np.zeros_like(table.units)
    np.add.at(units, there, table.kinds.needs[table.kind[placed]].astype(np.int64))
    keeps = (
        table.party_count > 0
        and table.allowed[table.kind[placed], there].all()
        and (used <= table.capacity).all()
        and ((table.units < 0) | (units <= table.units)).all()
    )
    if not keeps:
        return None
    bound = old.placement.phases[-1].bound
    goals = kind_goals(table)
    phases = _proven_phases(goals, values_of(table, goals, kept), table.cost_of(kept), bound)
    return _Found(CostFound(kept, bound, prices), phases)


def _moved(old: Table, question: PlacementQuestion) -> tuple[IntArray, list[int]]:
    """Which old row each new row continues (−1 = none), and the new rows whose party is another."""
    row_of, parties = old.row_of, question.parties
    rows = [row_of.get(party.id, -1) for party in parties]
    before = old.question.parties
    fresh = [
        new
        for new, (row, party) in enumerate(zip(rows, parties, strict=True))
        if row < 0 or (before[row] is not party and before[row] != party)
    ]
    return np.array(rows, np.int64).reshape(len(rows)), fresh


def _refuse_changed(new: PlacementQuestion, fresh: Sequence[int]) -> None:
    """Raise what ``refuse_bad_input`` raises for the whole, looking at every row only where one is bad."""
    changed = [new.parties[row] for row in fresh]
    kinds = {type(party.position) for party in (*changed, *new.parties[:1])}
    kinds |= {type(site.position) for site in new.sites}
    doubtful = len(kinds) > 1 or len({party.id for party in new.parties}) < len(new.parties)
    try:
        refuse_bad_input(changed, new.sites, new.options)
    except KnownProblem:
        doubtful = True
    if doubtful:
        refuse_bad_input(new.parties, new.sites, new.options)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    cost: CostFound
    phases: tuple[Phase, ...]


def _mended(
    table: Table, people: PeopleBounds, prices: Prices, kept: IntArray, clock: Clock
) -> _Found | None:
    """Prove an answer from what is kept; None where that does not succeed."""
    if table.question.options.open_at_most is not None or not table.party_count or not table.site_count:
        return None
    goals = kind_goals(table)
    for tighten in (False, True):
        if not tighten and not people.prices:
            continue  # nothing is known yet
        targets = people.tighten(table, goals, clock) if tighten else people.targets(table, goals)
        if targets is None or clock.is_over:
            return None
        question = cost_question(table, goals, targets)
        hints = Hints(kept, people.support if tighten else None, is_sure=tighten)
        cost = cheapest(question, prices, hints, clock)
        if cost is not None and values_of(table, goals, cost.site_of) == targets:
            total = table.cost_of(cost.site_of)
            return _Found(cost, _proven_phases(goals, targets, total, cost.bound))
    return None


def _proven_phases(
    goals: list[Goal], values: tuple[int, ...], cost: float, bound: float
) -> tuple[Phase, ...]:
    phases = [Phase(goal.name, value, value, proven=True) for goal, value in zip(goals, values, strict=True)]
    return (*phases, Phase(PHASE_COST, cost, max(0.0, min(bound, cost)), proven=True))


def _answered(
    table: Table,
    found: _Found | None,
    people: PeopleBounds,
    memory: PairMemory,
    told: Told,
    prices: Prices | None,
    clock: Clock,
    should_stop: Callable[[], bool],
) -> _Standing:
    if clock.is_cancelled:
        raise Cancelled
    if found is None:
        return _afresh(table, people, prices, clock, should_stop)
    site_of = found.cost.site_of
    placement, said = placement_of(table, site_of, found.phases, clock.elapsed_s, told)
    question = table.question
    check_placement(
        placement, question.parties, question.sites, question.options, _plane_lookup(table), memory
    )
    kept = found.cost.prices if prices is None else remembering(found.cost.prices, prices, table)
    return _Standing(table, placement, site_of, said, kept, people, memory)


def _afresh(
    table: Table,
    people: PeopleBounds,
    prices: Prices | None,
    clock: Clock,
    should_stop: Callable[[], bool],
) -> _Standing:
    """Start over; what was kept stays good enough to mend the next change with."""
    question = table.question
    options = replace(question.options, time_limit_s=max(_LEAST_S, clock.left_s))
    placement = HighsAllocator().place(question.parties, question.sites, options, should_stop)
    number = {site.id: j for j, site in enumerate(question.sites)}
    site_of = np.full(table.party_count, UNPLACED, np.int64)
    for each in placement.assignments:
        site_of[table.row_of[each.party_id]] = number[each.site_id]
    if placement.status is not PlacementStatus.OPTIMAL:
        prices = None
    return _Standing(table, placement, site_of, told_by(placement), prices, people, PairMemory())


def _plane_lookup(table: Table) -> Callable[[PlacementParty | PlacementSite], PlanePoint]:
    number = {site.id: j for j, site in enumerate(table.question.sites)}

    def point(thing: PlacementParty | PlacementSite) -> PlanePoint:
        if isinstance(thing, PlacementParty):
            return PlanePoint(*table.xy_m[table.row_of[thing.id]].tolist())
        return PlanePoint(*table.site_xy_m[number[thing.id]].tolist())

    return point
