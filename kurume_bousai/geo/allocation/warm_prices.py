"""Prices of places, units, goals and cuts, and the bound they prove whatever they are (weak duality)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from kurume_bousai.domain.placement import PHASE_POWER
from kurume_bousai.geo.allocation.instance import BoolArray, FloatArray, IntArray
from kurume_bousai.geo.allocation.phases import Goal
from kurume_bousai.geo.allocation.warm_cuts import NO_NEED, Cut, CutRow, Rooms, cut_row
from kurume_bousai.geo.allocation.warm_table import Table


@dataclass(frozen=True, slots=True, eq=False)
class Duty:
    """A people-phase the cost phase must keep: at most ``target`` people left out (or at its sites)."""

    goal: Goal
    target: int
    everyone: int

    @property
    def side(self) -> float:
        """Right side: people placed at least, or people at the sites at most."""
        return float(self.everyone - self.target) if self.goal.sites is None else float(self.target)


@dataclass(frozen=True, slots=True, eq=False)
class CostQuestion:
    """The cost phase: ``allowed`` (k, m) and ``must`` (k,) by kind, and the duties that need a row."""

    table: Table
    allowed: BoolArray
    must: BoolArray
    duties: tuple[Duty, ...]
    rooms: Rooms
    _rows: dict[int, tuple[Cut, CutRow | None]] = field(default_factory=dict)

    def row(self, cut: Cut) -> CutRow | None:
        """Return ``cut_row`` of the cut, computed once."""
        kept = self._rows.get(id(cut))
        if kept is None or kept[0] is not cut:
            kept = (cut, cut_row(cut, self.rooms))
            self._rows[id(cut)] = kept
        return kept[1]

    @property
    def is_hopeless(self) -> bool:
        """True where somebody who must be placed has nowhere to go."""
        wanted = self.must & (self.table.kind_parties > 0)
        return bool((wanted & ~self.allowed.any(axis=1)).any())


def cost_question(table: Table, goals: list[Goal], targets: tuple[int, ...]) -> CostQuestion:
    """Turn goals and targets into prohibitions, obligations and, where neither will do, rows."""
    allowed = table.allowed.copy()
    must = np.zeros(table.kinds.count, bool)
    able = table.allowed.any(axis=1)
    duties = []
    for goal, target in zip(goals, targets, strict=True):
        if goal.sites is None and target == floor_value(table, goal):
            must |= able & (goal.weight > 0)
        elif goal.sites is not None and target == 0:
            allowed &= ~((goal.weight > 0)[:, None] & goal.sites[None, :])
        else:
            duties.append(Duty(goal, target, int(goal.weight @ table.kind_parties)))
    left_out = sum(
        t for g, t in zip(goals, targets, strict=True) if g.sites is None and g.name != PHASE_POWER
    )
    rooms = Rooms(
        size=table.size,
        needs=table.kinds.needs[table.kind],
        capacity=table.capacity,
        units=table.units,
        least_placed=int(table.size.sum()) - left_out,
    )
    return CostQuestion(table, allowed, must, tuple(duties), rooms)


def floor_value(table: Table, goal: Goal) -> int:
    """Return what nobody can better, without solving; ``goal`` weighs kinds."""
    if goal.sites is not None:
        return 0
    unable = ~table.allowed.any(axis=1)
    return int(goal.weight[unable] @ table.kind_parties[unable])


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Prices ≥ 0: of a place (m,), of a unit (m, needs), of a goal by its name, and of cuts.

    ``basic`` are the choices (party, site) of the basis they come from, where it is known: the next linear
    model begins there.
    """

    place: FloatArray
    unit: FloatArray
    goal: Mapping[str, float]
    cuts: tuple[tuple[Cut, float], ...]
    basic: tuple[IntArray, IntArray] | None = None

    def after(self, new_from_old: IntArray, old_count: int) -> Prices:
        """Return the same prices when rows of parties have moved."""
        if len(new_from_old) == old_count and bool((new_from_old == np.arange(old_count)).all()):
            return self
        row = np.full(old_count, -1, np.int64)
        known = np.nonzero(new_from_old >= 0)[0]
        row[new_from_old[known]] = known
        cuts = []
        for cut, price in self.cuts:
            members = row[cut.members]
            cuts.append((replace(cut, members=np.sort(members[members >= 0])), price))
        basic = self.basic
        if basic is not None:
            party = row[basic[0]]
            basic = (party[party >= 0], basic[1][party >= 0])
        return replace(self, cuts=tuple(cuts), basic=basic)


def remembering(new: Prices, old: Prices, table: Table) -> Prices:
    """Keep the old prices of sites nobody can go to, so that they are at hand when the site opens again.

    Only where they cost nothing: at a site without places, and for units the site does not limit or have.
    """
    shut = table.capacity == 0
    no_units = shut[:, None] & (table.units <= 0)
    return replace(
        new,
        place=np.where(shut, old.place, new.place),
        unit=np.where(no_units, old.unit, new.unit),
    )


def between(one: Prices, other: Prices, share: float) -> Prices:
    """Prices between two: ``share`` of the other, the rest of the one."""

    def mixed(left: float, right: float) -> float:
        return (1 - share) * left + share * right

    cuts = {id(cut): cut for cut, _ in (*one.cuts, *other.cuts)}
    ours, theirs = ({id(cut): paid for cut, paid in prices.cuts} for prices in (one, other))
    names = {*one.goal, *other.goal}
    return Prices(
        place=(1 - share) * one.place + share * other.place,
        unit=(1 - share) * one.unit + share * other.unit,
        goal={name: mixed(one.goal.get(name, 0.0), other.goal.get(name, 0.0)) for name in sorted(names)},
        cuts=tuple((cut, mixed(ours.get(i, 0.0), theirs.get(i, 0.0))) for i, cut in cuts.items()),
        basic=other.basic,
    )


def no_prices(site_count: int, need_count: int) -> Prices:
    """Everything free of charge."""
    return Prices(np.zeros(site_count), np.zeros((site_count, need_count)), {}, ())


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """What prices say: a bound, and the regret ≥ 0 of every choice (n, m) and of staying out (n,)."""

    prices: Prices
    rows: tuple[CutRow, ...]
    bound: float
    regret: FloatArray
    regret_out: FloatArray


def price(question: CostQuestion, prices: Prices) -> Priced:
    """Evaluate prices over everybody."""
    table, kinds = question.table, question.table.kinds
    limited = table.units > 0
    by_kind = kinds.size[:, None] * prices.place[None, :]
    by_kind = by_kind + kinds.needs.astype(float) @ np.where(limited, prices.unit, 0.0).T
    bound = -float(table.capacity @ prices.place) - float((table.units * prices.unit)[limited].sum())
    for duty in question.duties:
        worth = prices.goal.get(duty.goal.name, 0.0)
        if duty.goal.sites is None:
            by_kind = by_kind - worth * duty.goal.weight[:, None]
            bound += worth * duty.side
        else:
            by_kind = by_kind + worth * duty.goal.weight[:, None] * duty.goal.sites[None, :]
            bound -= worth * duty.side
    rows, cuts = [], []
    corrections = []
    for cut, worth in prices.cuts:
        row = question.row(cut)
        if row is None:
            continue
        rows.append(row)
        cuts.append((cut, worth))
        bound -= worth * row.limit
        amount = kinds.size if cut.need == NO_NEED else kinds.size + kinds.needs[:, cut.need]
        by_kind[:, cut.sites] += worth * row.outside[np.minimum(amount, len(row.outside) - 1)][:, None]
        more = worth * (row.inside - row.outside)[question.rooms.amount(cut.need, cut.members)]
        corrections += [(cut.members, site, more) for site in cut.sites]
    by_kind[~question.allowed] = np.inf
    reduced = by_kind[table.kind]
    reduced += table.cost
    for members, site, more in corrections:
        reduced[members, site] += more
    best = reduced.min(axis=1, initial=np.inf)
    must = question.must[table.kind]
    np.minimum(best, 0.0, out=best, where=~must)
    bound += float(best.sum())
    reduced -= best[:, None]
    kept = replace(prices, cuts=tuple(cuts))
    return Priced(kept, tuple(rows), bound, reduced, np.where(must, np.inf, -best))
