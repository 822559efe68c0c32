"""What linear optima leave open to whole parties that reach their bounds: usually so little that it is quick.

The people-phases are solved as linear models, each holding those before it, and their optima are rounded up.
Nearly always whole parties reach every rounded value, and the duals of all phases together say where to look
for them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Columns, Model, Solver, columns_of
from kurume_bousai.geo.allocation.instance import BoolArray, FloatArray, IntArray

#: A linear optimum this little above a whole number counts as that number (HiGHS works to 1e-7).
ROUNDING = 1e-5
#: A dual this small counts as none.
NO_PRICE = 1e-7


@dataclass(frozen=True, slots=True)
class Proof:
    """What the linear optima leave open to an answer that reaches the bounds.

    By duality its value exceeds a linear optimum by Σ reduced cost × column + Σ |dual| × row left over, and
    may exceed it by no more than the rounding. So columns that cost more stay empty (``may`` is False), and
    of a row with a price no more than ``idle`` is left over (all rows; infinite without a price).
    """

    may: BoolArray
    idle: FloatArray

    def tighter(self, row_dual: FloatArray, reduced: FloatArray, slack: float) -> Proof:
        """Add what one more phase says: its duals (≤ 0), reduced costs, and how far it was rounded."""
        slack = max(0.0, slack) + ROUNDING
        priced = row_dual < -NO_PRICE
        idle = np.full(len(row_dual), INF)
        idle[priced] = slack / -row_dual[priced]
        return Proof(self.may & (reduced <= slack), np.minimum(self.idle, idle))


def used_by(columns: Columns, whole: FloatArray, rows: int) -> FloatArray:
    """What counts of the columns use of every row."""
    weights = columns.value * np.repeat(whole, np.diff(columns.start))
    used: FloatArray = np.bincount(columns.index, weights=weights, minlength=rows).astype(float)
    return used


def completed(
    columns: Columns, free: IntArray, left: FloatArray, idle: FloatArray, clock: Clock
) -> FloatArray | None:
    """Whole counts of the ``free`` columns that keep the rows; None where there are none, or no time.

    ``left`` is what is left of every row, of which no more than ``idle`` may stay unused.
    """
    length = np.diff(columns.start)[free]
    entry = np.repeat(columns.start[free] - np.concatenate([[0], np.cumsum(length)[:-1]]), length)
    entry = entry + np.arange(int(length.sum()))
    rows, number = np.unique(columns.index[entry], return_inverse=True)
    small = columns_of(
        number.astype(np.int64),
        np.repeat(np.arange(len(free)), length),
        columns.value[entry],
        len(free),
    )
    untouched = np.ones(len(left), bool)
    untouched[rows] = False
    lower = np.full(len(left), -INF)
    # An unlimited row has no price; were its dual mere noise, nothing could use it up.
    priced = np.isfinite(idle) & np.isfinite(left)
    lower[priced] = left[priced] - np.floor(idle[priced] + ROUNDING)
    if (left[untouched] < -ROUNDING).any() or (lower[untouched] > ROUNDING).any():
        return None
    zeros = np.zeros(len(free))
    model = Model(small, zeros, zeros, np.full(len(free), INF), lower[rows], left[rows])
    solved = Solver(model, clock, integer=True).run()
    return None if solved.x is None else np.round(solved.x)
