"""What the cost phase asks: least cost among the assignments whose people-phases reach their targets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kurume_bousai.domain.placement import PHASE_POWER
from kurume_bousai.geo.allocation.highs import INF, Columns, columns_of
from kurume_bousai.geo.allocation.instance import BoolArray, FloatArray, Instance, IntArray
from kurume_bousai.geo.allocation.phases import Goal
from kurume_bousai.geo.allocation.rows import LimitRows, limit_entries, limit_rows


@dataclass(frozen=True, slots=True)
class CostQuestion:
    """An instance with its targets worked into ``allowed``, ``must`` and the goals that still need a row.

    Rows are numbered parties (n), then limits, then ``goals``. ``must`` (n,) marks parties that every
    answer places; ``least_placed`` people are placed by every answer.
    """

    instance: Instance
    limits: LimitRows
    allowed: BoolArray
    must: BoolArray
    goals: tuple[tuple[Goal, int], ...]
    least_placed: int

    @property
    def is_possible(self) -> bool:
        """False where somebody must be placed whom no site may take."""
        return not bool((self.must & ~self.allowed.any(axis=1)).any())

    def columns(self, party: IntArray, site: IntArray) -> Columns:
        """Columns of the choices "party k goes to site k"."""
        n = self.instance.party_count
        row, col, value = limit_entries(self.instance, self.limits, party, site)
        rows, cols, values = [party, n + row], [np.arange(len(party)), col], [np.ones(len(party)), value]
        for number, (goal, _) in enumerate(self.goals):
            weight = goal.weight[party]
            counts = weight if goal.sites is None else np.where(goal.sites[site], weight, 0)
            used = np.nonzero(counts)[0]
            rows.append(np.full(len(used), n + self.limits.count + number))
            cols.append(used)
            values.append(counts[used].astype(float))
        return columns_of(np.concatenate(rows), np.concatenate(cols), np.concatenate(values), len(party))

    def sides(self) -> tuple[FloatArray, FloatArray]:
        """Lower and upper sides of all rows."""
        n, limits = self.instance.party_count, self.limits
        lower = np.full(n + limits.count + len(self.goals), -INF)
        upper = np.concatenate([np.ones(n), limits.limit, np.full(len(self.goals), INF)])
        lower[:n][self.must] = 1.0
        for number, (goal, target) in enumerate(self.goals, start=n + limits.count):
            if goal.sites is None:
                lower[number] = float(goal.weight.sum() - target)
            else:
                upper[number] = float(target)
        return lower, upper

    def used_by(self, site_of: IntArray) -> FloatArray:
        """What an assignment uses of every row."""
        party = np.nonzero(site_of >= 0)[0]
        columns = self.columns(party, site_of[party])
        rows = self.instance.party_count + self.limits.count + len(self.goals)
        used: FloatArray = np.bincount(columns.index, weights=columns.value, minlength=rows).astype(float)
        return used


def cost_question(instance: Instance, goals: list[Goal], targets: tuple[int, ...]) -> CostQuestion:
    """Work the targets in; a goal at its floor marks parties, a goal at zero forbids choices."""
    allowed = instance.allowed
    must = np.zeros(instance.party_count, bool)
    rows: list[tuple[Goal, int]] = []
    able = instance.allowed.any(axis=1)
    for goal, target in zip(goals, targets, strict=True):
        if goal.sites is None and target == goal.floor_value(instance):
            must |= able & (goal.weight > 0)
        elif goal.sites is not None and target == 0:
            allowed = allowed & ~((goal.weight > 0)[:, None] & goal.sites[None, :])
        else:
            rows.append((goal, target))
    # Bands and the off-list cover everybody once; those of the phase power stand in their bands too.
    out = sum(t for g, t in zip(goals, targets, strict=True) if g.sites is None and g.name != PHASE_POWER)
    least_placed = int(instance.size.sum()) - out
    return CostQuestion(instance, limit_rows(instance), allowed, must, tuple(rows), least_placed)
