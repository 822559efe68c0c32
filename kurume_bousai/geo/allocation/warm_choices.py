"""A model over the choices still in question; those whose place is settled are taken from the right sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kurume_bousai.geo.allocation.highs import INF, Model, columns_of
from kurume_bousai.geo.allocation.instance import NEEDS, UNPLACED, BoolArray, FloatArray, IntArray
from kurume_bousai.geo.allocation.warm_cuts import CutRow
from kurume_bousai.geo.allocation.warm_prices import CostQuestion


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """Choices (``party``, ``site``) of the parties in question; the others are where ``fixed`` says."""

    question: CostQuestion
    cuts: tuple[CutRow, ...]
    party: IntArray
    site: IntArray
    fixed: IntArray
    may_stay_out: BoolArray
    active: IntArray

    @property
    def count(self) -> int:
        """Number of choices."""
        return len(self.party)

    @property
    def first_limit(self) -> int:
        """Row number of the first row of places; before it stand the parties."""
        return len(self.active)

    @property
    def first_duty(self) -> int:
        """Row number of the first duty."""
        return self.first_limit + self.question.table.site_count * (1 + len(NEEDS))

    @property
    def first_cut(self) -> int:
        """Row number of the first cut."""
        return self.first_duty + len(self.question.duties)

    @property
    def fixed_cost(self) -> float:
        """Cost of those who are settled."""
        return self.question.table.cost_of(self.fixed)

    def sides(self) -> tuple[FloatArray, FloatArray]:
        """Lower and upper sides of all rows, with what the settled parties use taken off."""
        table, question = self.question.table, self.question
        m = table.site_count
        count = self.first_cut + len(self.cuts)
        lower, upper = np.full(count, -INF), np.full(count, INF)
        upper[: self.first_limit] = 1.0
        lower[: self.first_limit][~self.may_stay_out[self.active]] = 1.0
        upper[self.first_limit : self.first_limit + m] = table.capacity
        limited = table.units > 0
        upper[self.first_limit + m : self.first_duty][limited.ravel()] = table.units[limited]
        for number, duty in enumerate(question.duties, start=self.first_duty):
            if duty.goal.sites is None:
                lower[number] = duty.side
            else:
                upper[number] = duty.side
        upper[self.first_cut :] = [row.limit for row in self.cuts]
        settled = np.nonzero(self.fixed >= 0)[0]
        rows, _, values = self.entries(settled, self.fixed[settled])
        used = np.bincount(rows, weights=values, minlength=count)
        return lower - used, upper - used

    def entries(self, party: IntArray, site: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Triplets (row, column, value) of choices in all rows but those of the parties."""
        table = self.question.table
        m, kind, size = table.site_count, table.kind[party], table.size[party]
        every = np.arange(len(party))
        rows, cols, values = [self.first_limit + site], [every], [size.astype(float)]
        needs = table.kinds.needs[kind] & (table.units[site] > 0)
        column, need = np.nonzero(needs)
        rows.append(self.first_limit + m + site[column] * len(NEEDS) + need)
        cols.append(column)
        values.append(np.ones(len(column)))
        for number, duty in enumerate(self.question.duties, start=self.first_duty):
            weight = duty.goal.weight[kind]
            if duty.goal.sites is not None:
                weight = np.where(duty.goal.sites[site], weight, 0)
            used = np.nonzero(weight)[0]
            rows.append(np.full(len(used), number))
            cols.append(used)
            values.append(weight[used].astype(float))
        if self.cuts:
            self._cut_entries(party, site, rows, cols, values)
        return np.concatenate(rows), np.concatenate(cols), np.concatenate(values)

    def _cut_entries(
        self,
        party: IntArray,
        site: IntArray,
        rows: list[IntArray],
        cols: list[IntArray],
        values: list[FloatArray],
    ) -> None:
        at_site = self._columns_by_site(site)
        for number, row in enumerate(self.cuts, start=self.first_cut):
            here = np.concatenate([at_site[j] for j in row.cut.sites])
            weight = row.weights(party[here], self.question.rooms)
            used = np.nonzero(weight)[0]
            rows.append(np.full(len(used), number))
            cols.append(here[used])
            values.append(weight[used])

    def _columns_by_site(self, site: IntArray) -> list[IntArray]:
        order = np.argsort(site, kind="stable")
        start = np.searchsorted(site[order], np.arange(1, self.question.table.site_count))
        return np.split(order, start)

    def soft_rows(self) -> IntArray:
        """Numbers of the rows after those of the parties that have a limit at all."""
        lower, upper = self.sides()
        soft = np.nonzero((upper[self.first_limit :] < INF) | (lower[self.first_limit :] > -INF))[0]
        return soft + self.first_limit

    def linear_model(self, soft: IntArray, elastic: FloatArray) -> Model:
        """Continuous, with one column for each of the rows ``soft``, at whose cost it may be broken."""
        lower, upper = self.sides()
        sign = np.where(lower[soft] > -INF, 1.0, -1.0)
        table, count = self.question.table, self.count
        rows, cols, values = self._own_entries()
        rows, cols = np.append(rows, soft), np.append(cols, count + np.arange(len(soft)))
        width = count + len(soft)
        columns = columns_of(rows, cols, np.append(values, sign), width)
        cost = np.append(table.cost[self.party, self.site], elastic)
        ceiling = np.append(np.ones(count), np.full(len(soft), INF))
        return Model(columns, cost, np.zeros(width), ceiling, lower, upper)

    def integer_model(self) -> Model | None:
        """Whole choices; None where the settled parties already break a row that no choice touches."""
        lower, upper = self.sides()
        rows, cols, values = self._own_entries()
        touched = np.zeros(len(lower), bool)
        touched[rows] = True
        if (lower[~touched] > 1e-9).any() or (upper[~touched] < -1e-9).any():
            return None
        number = np.cumsum(touched) - 1
        columns = columns_of(number[rows], cols, values, self.count)
        cost = self.question.table.cost[self.party, self.site]
        return Model(columns, cost, np.zeros(self.count), np.ones(self.count), lower[touched], upper[touched])

    def chosen(self, x: FloatArray) -> IntArray:
        """Sites of all parties for a whole point."""
        site_of = self.fixed.copy()
        taken = x > 0.5
        site_of[self.party[taken]] = self.site[taken]
        return site_of

    def _own_entries(self) -> tuple[IntArray, IntArray, FloatArray]:
        number = np.zeros(self.question.table.party_count, np.int64)
        number[self.active] = np.arange(len(self.active))
        rows, cols, values = self.entries(self.party, self.site)
        every = np.arange(self.count)
        return (
            np.append(number[self.party], rows),
            np.append(every, cols),
            np.append(np.ones(self.count), values),
        )


def choices_of(
    question: CostQuestion, cuts: Sequence[CutRow], kept: BoolArray, out: BoolArray
) -> Choices | None:
    """Choices marked by ``kept`` (n, m) and ``out`` (n,); None where somebody has none."""
    options = kept.sum(axis=1) + out
    if (options == 0).any():
        return None
    free = options > 1
    fixed = np.where((options == 1) & ~out, np.argmax(kept, axis=1), UNPLACED)
    active = np.nonzero(free)[0]
    within, site = np.nonzero(kept[active])
    return Choices(question, tuple(cuts), active[within], site, fixed, out.copy(), active)
