"""An answer that follows its question: after a change the kept prices, bases and assignment are mended."""

from __future__ import annotations

import time
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
from kurume_bousai.geo.allocation.allocator import HighsAllocator, SolvedPlacement
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.instance import UNPLACED, IntArray
from kurume_bousai.geo.allocation.phases import Goal
from kurume_bousai.geo.allocation.warm_answer import Told, placement_of, told_by
from kurume_bousai.geo.allocation.warm_cost import CostFound, Hints, cheapest
from kurume_bousai.geo.allocation.warm_people import PeopleBounds, kind_goals, values_of
from kurume_bousai.geo.allocation.warm_prices import Prices, cost_question, remembering
from kurume_bousai.geo.allocation.warm_start import people_prices_of, prices_of, sites_of
from kurume_bousai.geo.allocation.warm_table import Table, changed_table, table_of
from kurume_bousai.services.ports.capacity import never_stop

#: A change of more parties than this share, or of more sites than that, is a new question.
LARGEST_SHARE = 0.05
LARGEST_SITE_SHARE = 0.1
_FEW_PARTIES = 10
_FEW_SITES = 2
#: Share of the time limit, and of the time a fresh solve took, that the attempt to mend may use; the rest is
#: for starting over.
_ATTEMPT = 0.5
_ATTEMPT_OF_FRESH = 0.75
_LEAST_ATTEMPT_S = 0.25
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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Begun:
    """An answer solved afresh, nothing prepared yet; ``fresh_s`` is how long that took."""

    question: PlacementQuestion
    solved: SolvedPlacement
    fresh_s: float

    @property
    def placement(self) -> Placement:
        return self.solved.placement

    def row_of(self) -> dict[str, int]:
        return {party.id: row for row, party in enumerate(self.question.parties)}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Standing:
    """All that is known at one moment; a change makes another one, or none at all.

    ``prices`` belong to the cost phase; ``people`` is shared by successive moments: what it
    holds are prices and models that are valid (if not best) for any of them.
    """

    table: Table
    placement: Placement
    site_of: IntArray
    told: Told
    prices: Prices
    people: PeopleBounds
    memory: PairMemory
    fresh_s: float

    @property
    def question(self) -> PlacementQuestion:
        return self.table.question

    def row_of(self) -> dict[str, int]:
        return self.table.row_of


class HighsPlacementSession:
    """配置のつづき with HiGHS; see ``PlacementSession``. Not for several threads at once."""

    def __init__(self, standing: _Standing | _Begun) -> None:
        self._standing = standing

    @property
    def question(self) -> PlacementQuestion:
        """See ``PlacementSession.question``."""
        return self._standing.question

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


def _begun(
    question: PlacementQuestion, should_stop: Callable[[], bool], left_s: float | None = None
) -> _Begun:
    began_s = time.perf_counter()
    options = question.options if left_s is None else replace(question.options, time_limit_s=left_s)
    solved = HighsAllocator().solved(question.parties, question.sites, options, should_stop)
    return _Begun(question, solved, time.perf_counter() - began_s)


def _prepared(begun: _Begun) -> _Standing:
    table = table_of(begun.question)
    people = PeopleBounds()
    people.begin(kind_goals(table), people_prices_of(table, begun.solved))
    return _Standing(
        table=table,
        placement=begun.placement,
        site_of=sites_of(table, begun.solved),
        told=told_by(begun.placement),
        prices=prices_of(table, begun.solved),
        people=people,
        memory=PairMemory(),
        fresh_s=begun.fresh_s,
    )


def _followed(
    old: _Standing | _Begun, question: PlacementQuestion, should_stop: Callable[[], bool]
) -> _Standing | _Begun:
    clock = Clock(question.options.time_limit_s, should_stop)
    new_from_old, fresh = _moved(old, question)
    _refuse_changed(question, fresh)
    if clock.is_cancelled:
        raise Cancelled
    if not _is_near(old, question, new_from_old, fresh):
        return _begun(question, should_stop)
    old = _prepared(old) if isinstance(old, _Begun) else old
    if old.table.kinds.count > 2 * (old.table.kind_parties > 0).sum() + _DEAD_KINDS:
        return _begun(question, should_stop)
    table = changed_table(old.table, question, new_from_old, fresh)
    kept = np.full(table.party_count, UNPLACED, np.int64)
    known = new_from_old >= 0
    kept[known] = old.site_of[new_from_old[known]]
    prices = old.prices.after(new_from_old, old.table.party_count)
    found = None
    if not fresh and _only_less(old, table, new_from_old):
        found = _still_best(old, table, prices, kept)
    if found is None:
        attempt_s = min(
            _ATTEMPT * question.options.time_limit_s, max(_LEAST_ATTEMPT_S, _ATTEMPT_OF_FRESH * old.fresh_s)
        )
        found = _mended(table, old.people, prices, kept, Clock(attempt_s, should_stop))
    if clock.is_cancelled:
        raise Cancelled
    if found is None:
        return _begun(question, should_stop, max(_LEAST_S, clock.left_s))
    return _answered(old, table, found, prices, clock)


def _is_near(
    old: _Standing | _Begun, question: PlacementQuestion, new_from_old: IntArray, fresh: list[int]
) -> bool:
    """Tell whether mending promises to be quicker than starting over."""
    before, options = old.question, question.options
    if (
        old.placement.status is not PlacementStatus.OPTIMAL
        or replace(before.options, time_limit_s=1.0) != replace(options, time_limit_s=1.0)
        or options.open_at_most is not None
        or not question.parties
        or [site.id for site in question.sites] != [site.id for site in before.sites]
    ):
        return False
    gone = len(before.parties) - int((new_from_old >= 0).sum())
    sites = sum(was != now for was, now in zip(before.sites, question.sites, strict=True))
    return bool(
        len(fresh) + gone <= max(_FEW_PARTIES, LARGEST_SHARE * len(question.parties))
        and sites <= max(_FEW_SITES, LARGEST_SITE_SHARE * len(question.sites))
    )


def _only_less(old: _Standing, table: Table, new_from_old: IntArray) -> bool:
    """Tell whether the change only forbids: less room, or people gone who had no place anyway."""
    before = old.table
    gone = np.ones(before.party_count, bool)
    gone[new_from_old] = False
    room, room_before = (np.where(t.units < 0, np.iinfo(np.int64).max, t.units) for t in (table, before))
    return bool(
        (old.site_of[gone] < 0).all()
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


def _moved(old: _Standing | _Begun, question: PlacementQuestion) -> tuple[IntArray, list[int]]:
    """Which old row each new row continues (−1 = none), and the new rows whose party is another."""
    row_of, parties = old.row_of(), question.parties
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
    if not table.party_count or not table.site_count:
        return None
    goals = kind_goals(table)
    for tighten in (False, True):
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


def _answered(old: _Standing, table: Table, found: _Found, prices: Prices, clock: Clock) -> _Standing:
    site_of = found.cost.site_of
    placement, said = placement_of(table, site_of, found.phases, clock.elapsed_s, old.told)
    question = table.question
    check_placement(
        placement, question.parties, question.sites, question.options, _plane_lookup(table), old.memory
    )
    kept = remembering(found.cost.prices, prices, table)
    return _Standing(table, placement, site_of, said, kept, old.people, old.memory, old.fresh_s)


def _plane_lookup(table: Table) -> Callable[[PlacementParty | PlacementSite], PlanePoint]:
    number = {site.id: j for j, site in enumerate(table.question.sites)}

    def point(thing: PlacementParty | PlacementSite) -> PlanePoint:
        if isinstance(thing, PlacementParty):
            return PlanePoint(*table.xy_m[table.row_of[thing.id]].tolist())
        return PlanePoint(*table.site_xy_m[number[thing.id]].tolist())

    return point
