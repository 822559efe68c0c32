"""A thin hand on HiGHS: linear and integer models from plain arrays, within a clock."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.instance import FloatArray, IntArray

INF = highspy.kHighsInf
Int32Array = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Columns:
    """A matrix by columns: entries of column k are ``index[start[k]:start[k+1]]``."""

    start: Int32Array
    index: Int32Array
    value: FloatArray

    @property
    def count(self) -> int:
        """Number of columns."""
        return len(self.start) - 1


def columns_of(rows: IntArray, cols: IntArray, values: FloatArray, count: int) -> Columns:
    """Columns from triplets in any order."""
    order = np.argsort(cols, kind="stable")
    start = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(cols, minlength=count), out=start[1:])
    return Columns(start, rows[order].astype(np.int32), values[order].astype(np.float64))


@dataclass(frozen=True, slots=True)
class Model:
    """Minimise ``cost``·x under ``row_lower`` ≤ A x ≤ ``row_upper``, ``lower`` ≤ x ≤ ``upper``."""

    columns: Columns
    cost: FloatArray
    lower: FloatArray
    upper: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray


@dataclass(frozen=True, slots=True)
class Solved:
    """What a run gave. ``x`` is None without a feasible point; ``is_exact`` = solved to optimality."""

    x: FloatArray | None
    objective: float
    bound: float
    is_exact: bool
    is_infeasible: bool
    row_dual: FloatArray


class Solver:
    """One HiGHS model that may be changed and run again."""

    def __init__(self, model: Model, clock: Clock, *, integer: bool = False) -> None:
        self._clock = clock
        self._integer = integer
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotations
        self._highs.setOptionValue("output_flag", False)
        self._highs.passModel(_lp_of(model))
        if integer:
            self._set_integer(model.columns.count)
        for event in (self._highs.cbMipInterrupt, self._highs.cbSimplexInterrupt, self._highs.cbIpmInterrupt):
            event.subscribe(self._on_interrupt)

    def option(self, name: str, value: float | str) -> None:
        """Set a HiGHS option by its own name."""
        self._highs.setOptionValue(name, value)

    def set_cost(self, cost: FloatArray) -> None:
        """Another objective on the same columns."""
        count = len(cost)
        self._highs.changeColsCost(count, np.arange(count, dtype=np.int32), cost)

    def set_bounds(self, lower: FloatArray, upper: FloatArray) -> None:
        """Other sides of all columns."""
        count = len(lower)
        self._highs.changeColsBounds(count, np.arange(count, dtype=np.int32), lower, upper)

    def add_rows(self, lower: FloatArray, upper: FloatArray) -> None:
        """More rows, empty until columns with entries in them are added."""
        start, nothing = np.zeros(len(lower), np.int32), np.zeros(0, np.int32)
        self._highs.addRows(len(lower), lower, upper, 0, start, nothing, np.zeros(0))

    def set_sides(self, lower: FloatArray, upper: FloatArray) -> None:
        """Other sides of all rows."""
        count = len(lower)
        change = self._highs.changeRowsBounds  # type: ignore[attr-defined]  # missing in its stubs
        change(count, np.arange(count, dtype=np.int32), lower, upper)

    def add_row(self, lower: float, upper: float, weights: FloatArray) -> None:
        """One more row; ``weights`` over all columns."""
        used = np.nonzero(weights)[0]
        self._highs.addRow(lower, upper, len(used), used.astype(np.int32), weights[used])

    def add_columns(self, cost: FloatArray, columns: Columns) -> None:
        """More columns between 0 and 1."""
        count = columns.count
        zeros, ones = np.zeros(count), np.ones(count)
        start = columns.start[:-1]
        self._highs.addCols(count, cost, zeros, ones, len(columns.index), start, columns.index, columns.value)

    def start_from(self, x: FloatArray) -> None:
        """Give a feasible point to begin with."""
        solution = highspy.HighsSolution()
        solution.col_value = x.tolist()
        self._highs.setSolution(solution)

    def forget_basis(self) -> None:
        """Begin afresh, so that presolve runs again."""
        self._highs.clearSolver()

    def run(self) -> Solved:
        """Solve within what is left of the clock."""
        # As tried with 1.15: a linear run counts all runs of its object against the limit, an integer run
        # only itself. A test holds it.
        before_s = 0.0 if self._integer else self._highs.getRunTime()
        self._highs.setOptionValue("time_limit", before_s + self._clock.left_s)
        self._highs.run()
        status = self._highs.getModelStatus()
        info = self._highs.getInfo()
        solution = self._highs.getSolution()
        feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        exact = status == highspy.HighsModelStatus.kOptimal
        objective = float(info.objective_function_value)
        bound = float(info.mip_dual_bound) if self._integer else (objective if exact else -INF)
        return Solved(
            x=np.array(solution.col_value) if feasible else None,
            objective=objective,
            bound=bound,
            is_exact=exact,
            is_infeasible=status
            in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible),
            row_dual=np.array(solution.row_dual),
        )

    def duals(self) -> tuple[FloatArray, FloatArray]:
        """Return duals of the rows (≤ 0 for an upper side that holds) and reduced costs of the columns."""
        solution = self._highs.getSolution()
        return np.array(solution.row_dual), np.array(solution.col_dual)

    def _set_integer(self, count: int) -> None:
        kinds = np.full(count, int(highspy.HighsVarType.kInteger), np.uint8)
        self._highs.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)

    def _on_interrupt(self, event: highspy.HighsCallbackEvent) -> None:
        if self._clock.is_cancelled:
            event.interrupt()


def _lp_of(model: Model) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = model.columns.count, len(model.row_lower)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, model.lower, model.upper
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = model.columns.start
    lp.a_matrix_.index_ = model.columns.index
    lp.a_matrix_.value_ = model.columns.value
    return lp
