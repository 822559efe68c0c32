"""The people-phases asked again with some sites changed: linear optima from a kept basis, then a small proof.

Each phase keeps its own linear model with the phases before it held, and the basis of the question as it
stands. A change of a site is a change of sides only, so a few pivots give the new bounds. The bounds,
rounded up, are nearly always reached: most of the present placement stays, and an integer model over the
small remainder finds the rest. Where it does not, more of the placement is given free, at last all of it.
Where whole parties leave a gap to the linear bounds, no placement reaches them: then each phase is solved in
whole parties.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from highspy import HighsBasis

from kurume_bousai.domain.placement import PHASE_POWER, Phase, PlacementOptions, PlacementSite
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import INF, Model, Solver, columns_of
from kurume_bousai.geo.allocation.hot import HotSolver
from kurume_bousai.geo.allocation.instance import NEEDS, BoolArray, FloatArray, IntArray
from kurume_bousai.geo.allocation.kinds import Kinds, PeopleGoal, allowed_at, limits_at
from kurume_bousai.geo.allocation.reduction import ROUNDING, Proof, completed, used_by
from kurume_bousai.geo.allocation.what_if_sides import WIDTH, Kept, Sides, Step

#: Seconds one integer remainder may take before the next try gives more free.
TRY_S = 2.0


class PeopleModel:
    """人の段階のモデル over k kinds and m sites; columns are the pairs within reach at sites fit to use."""

    def __init__(
        self,
        kinds: Kinds,
        goals: Sequence[PeopleGoal],
        sites: Sequence[PlacementSite],
        options: PlacementOptions,
        clock: Clock,
    ) -> None:
        self._kinds, self._goals, self._options, self._clock = kinds, list(goals), options, clock
        self._number = {site.id: j for j, site in enumerate(sites)}
        may_ever = kinds.reach_ok & np.array([not site.excluded for site in sites], bool)[None, :]
        self._kind, self._site = np.nonzero(may_ever)
        self._columns_at = [np.nonzero(self._site == j)[0] for j in range(len(sites))]
        self._base = Sides(
            np.concatenate([limits_at(site, options) for site in sites]),
            self._allowed_everywhere(sites),
        )
        self._total = [int((goal.weight * kinds.count).sum()) for goal in goals]
        self._matrix = self._build()
        self._kept: list[Kept] = []
        self._start: list[int] = []
        self._linear = self._placed = np.zeros(len(self._kind))

    # --- the question as it stands

    def fits(self, placed: IntArray) -> bool:
        """Tell whether ``placed`` (k, m) keeps the limits of this question."""
        whole = placed[self._kind, self._site].astype(float)
        if int(whole.sum()) != int(placed.sum()) or (whole[~self._base.allowed] > 0).any():
            return False
        return not (self._left(whole, self._base) < -ROUNDING).any()

    def begin(self, placed: IntArray) -> tuple[Phase, ...] | None:
        """Solve the question as it stands, ``placed`` (k, m) parties of each kind at each site.

        None where time did not suffice.
        """
        self._placed = placed[self._kind, self._site].astype(float)
        basis: HighsBasis | None = None
        for number in range(len(self._goals)):
            solver = HotSolver(self._model(number), self._clock)
            if basis is not None:
                solver.begin_from(basis)
            self._hold(solver, number, self._start)
            solved = solver.run()
            if not solved.is_exact or solved.x is None:
                return None
            basis = solver.basis()
            bound = self._rounded(number, solved.objective)
            value = self._whole_value(number, bound)
            slack = value - self._total[number] - solved.objective
            self._kept.append(Kept(solver, basis, *solver.duals(), slack, value == bound))
            self._start.append(value)
            self._linear = solved.x
        return self._phases(self._placed, self._start)

    # --- the question with sites changed

    def solve(self, changed: Mapping[str, PlacementSite]) -> tuple[Phase, ...] | None:
        """Solve with the sites named replaced; None where time did not suffice even for the bounds."""
        step = self._step(changed)
        if all(step.is_idle(kept) for kept in self._kept):
            return self._phases(self._placed, self._start)
        touched: list[HotSolver] = []
        bounds: list[int] = []
        linear = self._linear
        proof = Proof(step.sides.allowed, np.full(len(self._matrix.row_upper), INF))
        try:
            for number, kept in enumerate(self._kept):
                if step.is_idle(kept) and bounds == self._start[:number]:
                    bounds.append(self._start[number])
                    proof = proof.tighter(kept.row_dual, kept.reduced, kept.slack)
                    linear = self._linear
                    continue
                touched.append(kept.solver)
                self._set(kept.solver, step)
                self._hold(kept.solver, number, bounds)
                solved = kept.solver.run()
                if not solved.is_exact or solved.x is None:
                    return None
                linear = solved.x
                bounds.append(self._rounded(number, solved.objective))
                slack = bounds[-1] - self._total[number] - solved.objective
                proof = proof.tighter(*kept.solver.duals(), slack)
        finally:
            self._put_back(step, touched)
        found = self._reach(bounds, linear, step, proof)
        return found if all(phase.proven for phase in found) else self._in_whole_parties(step, found)

    def is_idle(self, changed: Mapping[str, PlacementSite]) -> bool:
        """Tell whether no phase can gain: what is made wider has no price, and nothing is made narrower."""
        step = self._step(changed)
        return all(step.is_idle(kept) for kept in self._kept)

    def estimate(self, changed: Mapping[str, PlacementSite]) -> float:
        """People fewer left out as the prices of the linear optima say: good for ranking, no proof."""
        step = self._step(changed)
        changed_rows = step.rows[
            np.isfinite(step.sides.limit[step.rows]) & np.isfinite(self._base.limit[step.rows])
        ]
        more = step.sides.limit[changed_rows] - self._base.limit[changed_rows]
        rows = self._kinds.number + changed_rows
        places = step.sides.limit[self._site[step.freed] * WIDTH]
        room = places / self._kinds.size[self._kind[step.freed]]
        could = np.minimum(self._kinds.count[self._kind[step.freed]], room)
        moved: list[float] = []
        for number, kept in enumerate(self._kept):
            gain = -float(kept.row_dual[rows] @ more)
            gain += float((np.maximum(0.0, -kept.reduced[step.freed]) * could).max(initial=0.0))
            held = kept.row_dual[self._goal_rows(number)]
            moved.append(gain + float(held @ np.array(moved)))
        counted_twice = self._goals[0].name == PHASE_POWER
        return sum(moved[1:] if counted_twice else moved)

    # --- the model

    def _allowed_everywhere(self, sites: Sequence[PlacementSite]) -> BoolArray:
        columns = [allowed_at(self._kinds, site, j, self._options) for j, site in enumerate(sites)]
        table = np.array(columns, bool).reshape(len(sites), self._kinds.number)
        found: BoolArray = table[self._site, self._kind]
        return found

    def _build(self) -> Model:
        """Rows: kinds, limits of the sites (people, then each need), goals; nothing held yet."""
        kinds, pairs = self._kinds, len(self._kind)
        pair = np.arange(pairs)
        first = kinds.number
        row, col = [self._kind, first + self._site * WIDTH], [pair, pair]
        value = [np.ones(pairs), kinds.size[self._kind].astype(float)]
        for need in range(len(NEEDS)):
            has = np.nonzero(kinds.needs[self._kind, need])[0]
            row.append(first + self._site[has] * WIDTH + 1 + need)
            col.append(has)
            value.append(np.ones(len(has)))
        first += len(self._base.limit)
        for number, goal in enumerate(self._goals):
            counted = np.nonzero(goal.weight[self._kind])[0]
            row.append(np.full(len(counted), first + number))
            col.append(counted)
            value.append(-goal.weight[self._kind[counted]].astype(float))
        columns = columns_of(np.concatenate(row), np.concatenate(col), np.concatenate(value), pairs)
        upper = np.concatenate([kinds.count.astype(float), self._base.limit, np.full(len(self._goals), INF)])
        ceiling = np.where(self._base.allowed, INF, 0.0)
        return Model(columns, np.zeros(pairs), np.zeros(pairs), ceiling, np.full(len(upper), -INF), upper)

    def _model(self, number: int) -> Model:
        made, weight = self._matrix, self._goals[number].weight
        cost = -weight[self._kind].astype(float)
        return Model(made.columns, cost, made.lower, made.upper, made.row_lower, made.row_upper)

    def _goal_rows(self, number: int) -> IntArray:
        first = self._kinds.number + len(self._base.limit)
        rows: IntArray = first + np.arange(number)
        return rows

    def _hold(self, solver: HotSolver, number: int, values: Sequence[int]) -> None:
        """Hold the phases before ``number`` at their values."""
        if number:
            held = np.array([v - t for v, t in zip(values, self._total, strict=False)], float)[:number]
            solver.set_upper_rows(self._goal_rows(number), held)

    def _rounded(self, number: int, objective: float) -> int:
        return max(0, math.ceil(self._total[number] + objective - ROUNDING))

    # --- phases in whole parties, where the linear bounds cannot be reached

    def _whole_value(self, number: int, bound: int) -> int:
        """The value of a phase of the question as it stands: the bound, unless whole parties leave a gap."""
        if self._left_out(number, self._placed) <= bound:
            return bound
        return max(bound, self._whole_bounds(number, self._start, self._base, self._short_clock())[1])

    def _in_whole_parties(self, step: Step, found: tuple[Phase, ...]) -> tuple[Phase, ...]:
        """Solve one phase after the other in whole parties; ``found`` where time does not suffice for it."""
        clock = self._short_clock()
        held: list[int] = []
        phases: list[Phase] = []
        proven = True
        for number, goal in enumerate(self._goals):
            value, bound = self._whole_bounds(number, held, step.sides, clock)
            if value is None:
                return found
            lower = min(bound, value) if proven else 0
            proven = proven and value == lower
            phases.append(Phase(goal.name, value, lower, proven))
            held.append(value)
        return tuple(phases)

    def _whole_bounds(
        self, number: int, held: Sequence[int], sides: Sides, clock: Clock
    ) -> tuple[int | None, int]:
        """The best value found for a phase (None = none in time) and the value that cannot be beaten."""
        model = self._model(number)
        goals = np.full(len(self._goals), INF)
        goals[:number] = [v - t for v, t in zip(held, self._total, strict=False)][:number]
        upper = np.concatenate([self._kinds.count.astype(float), sides.limit, goals])
        ceiling = np.where(sides.allowed, INF, 0.0)
        asked = Model(model.columns, model.cost, model.lower, ceiling, model.row_lower, upper)
        solved = Solver(asked, clock, integer=True).run()
        bound = self._rounded(number, solved.bound) if math.isfinite(solved.bound) else 0
        return (None if solved.x is None else self._left_out(number, np.round(solved.x))), bound

    def _left_out(self, number: int, whole: FloatArray) -> int:
        return self._total[number] - round(float(self._goals[number].weight[self._kind] @ whole))

    def _short_clock(self) -> Clock:
        return Clock(min(TRY_S, self._clock.left_s), lambda: self._clock.is_cancelled)

    # --- sides that change

    def _step(self, changed: Mapping[str, PlacementSite]) -> Step:
        base = self._base
        limit, allowed = base.limit.copy(), base.allowed.copy()
        touched = [self._number[site_id] for site_id in changed]
        for j, site in zip(touched, changed.values(), strict=True):
            limit[j * WIDTH : (j + 1) * WIDTH] = limits_at(site, self._options)
            at = self._columns_at[j]
            allowed[at] = allowed_at(self._kinds, site, j, self._options)[self._kind[at]]
        rows = np.concatenate([np.arange(j * WIDTH, (j + 1) * WIDTH) for j in touched])
        columns = np.concatenate([self._columns_at[j] for j in touched])
        narrower = (limit[rows] < base.limit[rows]).any() or (base.allowed[columns] & ~allowed[columns]).any()
        return Step(
            sides=Sides(limit, allowed),
            rows=rows,
            columns=columns,
            wider=self._kinds.number + rows[limit[rows] > base.limit[rows]],
            freed=columns[allowed[columns] & ~base.allowed[columns]],
            is_narrower=bool(narrower),
        )

    def _set(self, solver: HotSolver, step: Step, sides: Sides | None = None) -> None:
        """Give the solver the sides of the step, or with ``sides`` those of before it."""
        given = sides or step.sides
        solver.set_upper_rows(self._kinds.number + step.rows, given.limit[step.rows])
        ceiling = np.where(given.allowed[step.columns], INF, 0.0)
        solver.set_columns(step.columns, np.zeros(len(step.columns)), ceiling)

    def _put_back(self, step: Step, touched: Sequence[HotSolver]) -> None:
        for number, kept in enumerate(self._kept):
            if kept.solver in touched:
                self._set(kept.solver, step, self._base)
                self._hold(kept.solver, number, self._start)
                kept.solver.begin_from(kept.basis)

    # --- whole parties

    def _reach(
        self,
        bounds: Sequence[int],
        linear: FloatArray,
        step: Step,
        proof: Proof,
    ) -> tuple[Phase, ...]:
        """Place whole parties so that every bound is reached; the phases say how far that came."""
        for fixed in self._tries(linear, step):
            whole = self._whole(np.where(proof.may, fixed, 0.0), bounds, step.sides, proof)
            if whole is not None:
                return self._phases(whole, bounds)
        return self._phases(self._fitting(step), bounds)

    def _fitting(self, step: Step) -> FloatArray:
        """What is placed now, without those at the changed sites where they no longer fit."""
        fitting = np.where(step.sides.allowed, self._placed, 0.0)
        if (self._left(fitting, step.sides) < -ROUNDING).any():
            fitting[step.columns] = 0.0
        return fitting

    def _tries(self, linear: FloatArray, step: Step) -> Iterator[FloatArray]:
        """Yield what of the present placement stays.

        First all but those the linear answer moved away; then without the changed sites too; then less, at
        last nobody.
        """
        fitting = self._fitting(step)
        stays = np.maximum(0.0, np.floor(fitting + np.minimum(0.0, linear - self._linear) + ROUNDING))
        yield stays
        stays = stays.copy()
        stays[step.columns] = 0.0
        yield stays
        yield np.maximum(0.0, stays - 1.0)
        yield np.zeros_like(stays)

    def _left(self, whole: FloatArray, sides: Sides) -> FloatArray:
        """What kinds and limits leave, in the order of the rows without the goals."""
        upper = np.concatenate([self._kinds.count.astype(float), sides.limit])
        left: FloatArray = upper - self._used(whole)[: len(upper)]
        return left

    def _used(self, whole: FloatArray) -> FloatArray:
        return used_by(self._matrix.columns, whole, len(self._matrix.row_upper))

    def _whole(
        self, fixed: FloatArray, bounds: Sequence[int], sides: Sides, proof: Proof
    ) -> FloatArray | None:
        """Complete ``fixed`` to whole parties that reach the bounds; None where it cannot be done."""
        held = [float(bound - total) for bound, total in zip(bounds, self._total, strict=True)]
        upper = np.concatenate([self._kinds.count.astype(float), sides.limit, held])
        left = upper - self._used(fixed)
        goals = self._goal_rows(len(self._goals))
        if (left[goals] >= -ROUNDING).all():
            return fixed
        free = np.nonzero(self._still_free(left) & proof.may)[0]
        if not len(free):
            return None
        found = completed(self._matrix.columns, free, left, proof.idle, self._short_clock())
        if found is None:
            return None
        whole = fixed.copy()
        whole[free] += found
        return whole

    def _still_free(self, left: FloatArray) -> BoolArray:
        """Columns one more party of which would still fit."""
        first = self._kinds.number
        fits = left[self._kind] >= 1
        fits &= left[first + self._site * WIDTH] >= self._kinds.size[self._kind]
        for need in range(len(NEEDS)):
            has = self._kinds.needs[self._kind, need]
            fits &= ~has | (left[first + self._site * WIDTH + 1 + need] >= 1)
        still: BoolArray = fits
        return still

    def _phases(self, whole: FloatArray, bounds: Sequence[int]) -> tuple[Phase, ...]:
        phases: list[Phase] = []
        proven = True
        for number, (goal, bound) in enumerate(zip(self._goals, bounds, strict=True)):
            value = self._left_out(number, whole)
            lower = min(bound, value) if proven else 0
            proven = proven and value == lower
            phases.append(Phase(goal.name, value, lower, proven))
        return tuple(phases)
