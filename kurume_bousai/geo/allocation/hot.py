"""A linear model solved again and again after small changes, each time from the optimum before them."""

from __future__ import annotations

import highspy
import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Model, Solver
from kurume_bousai.geo.allocation.instance import BoolArray, FloatArray, IntArray


class HotSolver(Solver):
    """``Solver`` that keeps a basis to return to and changes single sides."""

    def __init__(self, model: Model, clock: Clock) -> None:
        super().__init__(model, clock)
        self.option("solver", "simplex")

    def basis(self) -> highspy.HighsBasis:
        """Return the basis of the last run."""
        return self._highs.getBasis()

    def begin_from(self, basis: highspy.HighsBasis) -> None:
        """Begin the next run from a basis."""
        self._highs.setBasis(basis)

    def begin_at(self, columns: BoolArray, rows: BoolArray) -> None:
        """Begin the next run near a basis: what is marked is basic, as far as it goes together."""
        basis = highspy.HighsBasis()
        basis.alien = True
        basis.valid = True
        status = highspy.HighsBasisStatus
        basis.col_status = [status.kBasic if one else status.kNonbasic for one in columns.tolist()]
        basis.row_status = [status.kBasic if one else status.kNonbasic for one in rows.tolist()]
        self._highs.setBasis(basis)

    def basic_columns(self) -> BoolArray:
        """Return which columns are basic after a run."""
        basic = highspy.HighsBasisStatus.kBasic
        return np.array([one == basic for one in self._highs.getBasis().col_status], bool)

    def set_upper_rows(self, rows: IntArray, upper: FloatArray) -> None:
        """Other upper sides of some rows; their lower sides stay −∞."""
        for row, side in zip(rows.tolist(), upper.tolist(), strict=True):
            self._highs.changeRowBounds(row, -INF, side)

    def set_columns(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Other sides of some columns."""
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def set_costs(self, columns: IntArray, cost: FloatArray) -> None:
        """Another objective on some columns."""
        self._highs.changeColsCost(len(columns), columns.astype(np.int32), cost)
