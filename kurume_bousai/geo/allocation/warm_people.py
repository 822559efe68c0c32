"""The people-phases of a changing question: bounds from kept prices, tightened by linear models kept hot."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from kurume_bousai.domain.placement import PHASE_BANDS, PHASE_OFF_LIST, PHASE_POWER, PHASE_POWER_FIRST
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Columns, Model, Solver, columns_of
from kurume_bousai.geo.allocation.instance import NEEDS, BoolArray, FloatArray, IntArray
from kurume_bousai.geo.allocation.phases import Goal
from kurume_bousai.geo.allocation.reduction import ROUNDING
from kurume_bousai.geo.allocation.warm_prices import floor_value
from kurume_bousai.geo.allocation.warm_table import Table


def kind_goals(table: Table) -> list[Goal]:
    """Phases in order as ``phases.goals_of`` gives them, with weights per party of each kind (k,)."""
    kinds, living = table.kinds, table.kind_parties > 0
    listed = kinds.group > 0
    power = kinds.needs[:, NEEDS.index(next(need for need in NEEDS if need.value == PHASE_POWER))]
    masks = [(PHASE_POWER, power & listed)]
    masks += [(name, kinds.group == band) for band, name in enumerate(PHASE_BANDS, start=1)]
    masks.append((PHASE_OFF_LIST, ~listed))
    goals = [Goal(name, np.where(mask, kinds.size, 0)) for name, mask in masks if (mask & living).any()]
    first_sites = table.power_first & table.is_open
    if first_sites.any() and (~power & living).any():
        goals.append(Goal(PHASE_POWER_FIRST, np.where(power, 0, kinds.size), first_sites))
    return goals


def values_of(table: Table, goals: list[Goal], site_of: IntArray) -> tuple[int, ...]:
    """Values of the people-phases for sites of parties."""
    values = []
    for goal in goals:
        weight = goal.weight[table.kind]
        if goal.sites is None:
            values.append(int(weight[site_of < 0].sum()))
        else:
            placed = site_of >= 0
            values.append(int(weight[placed][goal.sites[site_of[placed]]].sum()))
    return tuple(values)


@dataclass(frozen=True, slots=True, eq=False)
class PeoplePrices:
    """Multipliers ≥ 0 of one phase: places (m,), units (m, needs), and the phases held before it."""

    place: FloatArray
    unit: FloatArray
    held: FloatArray


@dataclass(slots=True, eq=False)
class PeopleBounds:
    """What is known about the people-phases; their models keep their bases from change to change.

    ``support`` (k, m) marks where the last linear optimum puts each kind, until it has been used.
    """

    prices: dict[str, PeoplePrices] = field(default_factory=dict)
    support: BoolArray | None = None
    _models: dict[str, _KindModel] = field(default_factory=dict)
    _names: tuple[str, ...] = ()

    def begin(self, goals: list[Goal], prices: dict[str, PeoplePrices]) -> None:
        """Begin with prices that somebody else has found."""
        self._forget_if_other(goals)
        self.prices.update(prices)

    def targets(self, table: Table, goals: list[Goal]) -> tuple[int, ...]:
        """Lower bounds of the phases in order, each under those before it, from the prices kept."""
        self._forget_if_other(goals)
        found: list[int] = []
        for number, goal in enumerate(goals):
            found.append(_lower(table, goals, found, number, self.prices.get(goal.name)))
        return tuple(found)

    def tighten(self, table: Table, goals: list[Goal], clock: Clock) -> tuple[int, ...] | None:
        """Solve the linear models from their kept bases; None when time ran out."""
        self._forget_if_other(goals)
        found: list[int] = []
        for number, goal in enumerate(goals):
            model = self._models.get(goal.name)
            if model is None:
                model = _KindModel(table, goals, number, clock)
                self._models[goal.name] = model
            solved = model.solve(table, goals, tuple(found), clock)
            if solved is None:
                del self._models[goal.name]
                return None
            self.prices[goal.name] = _remembering(solved[0], self.prices.get(goal.name), table)
            self.support = solved[1]
            found.append(_lower(table, goals, found, number, self.prices[goal.name]))
        return tuple(found)

    def _forget_if_other(self, goals: list[Goal]) -> None:
        """Other phases, or another power-first site, are other models."""
        names = tuple(g.name if g.sites is None else f"{g.name} {g.sites.tolist()}" for g in goals)
        if names != self._names:
            self.prices.clear()
            self._models.clear()
            self._names = names


def _remembering(new: PeoplePrices, old: PeoplePrices | None, table: Table) -> PeoplePrices:
    """Keep the old prices of sites nobody can go to: they cost nothing and hold when the site opens again."""
    if old is None or len(old.place) != len(new.place):
        return new
    shut = table.capacity == 0
    no_units = shut[:, None] & (table.units <= 0)
    return PeoplePrices(
        place=np.where(shut, old.place, new.place),
        unit=np.where(no_units, old.unit, new.unit),
        held=new.held,
    )


def _lower(
    table: Table, goals: list[Goal], before: list[int], number: int, prices: PeoplePrices | None
) -> int:
    goal = goals[number]
    floor = floor_value(table, goal)
    if prices is None:
        return floor
    kinds, limited = table.kinds, table.units > 0
    reduced = kinds.size[:, None] * prices.place[None, :]
    reduced = reduced + kinds.needs.astype(float) @ np.where(limited, prices.unit, 0.0).T
    bound = -float(table.capacity @ prices.place) - float((table.units * prices.unit)[limited].sum())
    if goal.sites is None:
        reduced -= goal.weight[:, None]
        bound += float(goal.weight @ table.kind_parties)
    else:
        reduced += goal.weight[:, None] * goal.sites[None, :]
    for held, target, worth in zip(goals, before, prices.held.tolist(), strict=False):
        reduced -= worth * held.weight[:, None]
        bound += worth * (float(held.weight @ table.kind_parties) - target)
    least = np.where(table.allowed, reduced, np.inf).min(axis=1, initial=0.0)
    bound += float(least @ table.kind_parties)
    return max(floor, math.ceil(bound - ROUNDING))


class _KindModel:
    """The linear model of one phase: how many parties of each kind go to each site."""

    def __init__(self, table: Table, goals: list[Goal], number: int, clock: Clock) -> None:
        self._number = number
        m = table.site_count
        self._limits = m * (1 + len(NEEDS))
        self._held = number
        self._row_of_kind = np.zeros(0, np.int64)
        self._kind = np.zeros(0, np.int64)
        self._site = np.zeros(0, np.int64)
        self._clock = _Borrowed(clock)
        empty = np.zeros(0)
        rows = self._limits + self._held
        model = Model(
            columns_of(np.zeros(0, np.int64), np.zeros(0, np.int64), empty, 0),
            empty,
            empty,
            empty,
            np.full(rows, -INF),
            np.full(rows, INF),
        )
        self._solver = Solver(model, self._clock)
        self._has = np.zeros((0, m), bool)
        self._add(table, goals)

    def solve(
        self, table: Table, goals: list[Goal], before: tuple[int, ...], clock: Clock
    ) -> tuple[PeoplePrices, BoolArray] | None:
        """Return the multipliers of the optimum for the table as it is, and the pairs (k, m) it uses."""
        self._clock.now = clock
        self._add(table, goals)
        m = table.site_count
        lower = np.full(self._limits + self._held + len(self._row_of_kind), -INF)
        upper = np.full(len(lower), INF)
        upper[:m] = table.capacity
        limited = table.units > 0
        upper[m : self._limits][limited.ravel()] = table.units[limited]
        for place, (held, target) in enumerate(zip(goals, before, strict=False)):
            upper[self._limits + place] = target - float(held.weight @ table.kind_parties)
        upper[self._row_of_kind] = table.kind_parties
        ceiling = np.where(table.allowed[self._kind, self._site], INF, 0.0)
        self._solver.set_sides(lower, upper)
        self._solver.set_bounds(np.zeros(len(ceiling)), ceiling)
        solved = self._solver.run()
        if not solved.is_exact or solved.x is None:
            return None
        used = np.zeros((table.kinds.count, m), bool)
        used[self._kind, self._site] = solved.x > ROUNDING
        worth = np.maximum(-solved.row_dual, 0.0)
        prices = PeoplePrices(
            place=worth[:m],
            unit=np.where(limited, worth[m : self._limits].reshape(m, len(NEEDS)), 0.0),
            held=worth[self._limits : self._limits + self._held],
        )
        return prices, used

    def _add(self, table: Table, goals: list[Goal]) -> None:
        """Bring in kinds and pairs that were not there before."""
        known = len(self._row_of_kind)
        more = table.kinds.count - known
        if more:
            first = self._limits + self._held + known
            self._row_of_kind = np.append(self._row_of_kind, first + np.arange(more))
            self._has = np.vstack([self._has, np.zeros((more, table.site_count), bool)])
            self._solver.add_rows(np.full(more, -INF), np.full(more, INF))
        kind, site = np.nonzero(table.allowed & ~self._has)
        if not len(kind):
            return
        self._has[kind, site] = True
        self._kind, self._site = np.append(self._kind, kind), np.append(self._site, site)
        self._solver.add_columns(*self._columns(table, goals, kind, site))

    def _columns(
        self, table: Table, goals: list[Goal], kind: IntArray, site: IntArray
    ) -> tuple[FloatArray, Columns]:
        kinds, count, m = table.kinds, len(kind), table.site_count
        every = np.arange(count)
        rows, cols = [self._row_of_kind[kind], site], [every, every]
        values = [np.ones(count), kinds.size[kind].astype(float)]
        for need in range(len(NEEDS)):
            used = np.nonzero(kinds.needs[kind, need])[0]
            rows.append(m + site[used] * len(NEEDS) + need)
            cols.append(used)
            values.append(np.ones(len(used)))
        for place, held in enumerate(goals[: self._held]):
            used = np.nonzero(held.weight[kind])[0]
            rows.append(np.full(len(used), self._limits + place))
            cols.append(used)
            values.append(-held.weight[kind[used]].astype(float))
        goal = goals[self._number]
        weight = goal.weight[kind].astype(float)
        cost = -weight if goal.sites is None else np.where(goal.sites[site], weight, 0.0)
        columns = columns_of(np.concatenate(rows), np.concatenate(cols), np.concatenate(values), count)
        return cost, columns


class _Borrowed(Clock):
    """The clock of whichever change is being made: a solver lives longer than one."""

    def __init__(self, now: Clock) -> None:
        super().__init__(0.0, lambda: False)
        self.now = now

    @property
    def left_s(self) -> float:
        """See ``Clock.left_s``."""
        return self.now.left_s

    @property
    def is_cancelled(self) -> bool:
        """See ``Clock.is_cancelled``."""
        return self.now.is_cancelled
