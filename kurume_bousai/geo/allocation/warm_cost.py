"""The cost phase from kept prices: a small linear model with cuts, prices, and a small exact remainder."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kurume_bousai.domain.placement import RELATIVE_TOLERANCE
from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.highs import Model, Solver
from kurume_bousai.geo.allocation.instance import UNPLACED, BoolArray, IntArray
from kurume_bousai.geo.allocation.warm_choices import Choices, choices_of
from kurume_bousai.geo.allocation.warm_linear import Linear, LinearModel
from kurume_bousai.geo.allocation.warm_prices import CostQuestion, Priced, Prices, between, price
from kurume_bousai.geo.allocation.whole import WholeAnswer, solve_whole

#: A cost this little (relative) above its bound is proven; solving afresh stops at a tenth of the tolerance,
#: so that both together stay within it.
PROVEN = 0.8 * RELATIVE_TOLERANCE
LINEAR_ROUNDS = 40
#: How many choices beyond one per party a first linear model has, and how many each round adds.
FIRST_CHOICES = 1500
NEXT_CHOICES = 300
#: The same of the first integer model.
WHOLE_CHOICES = 400
#: Cuts are looked for where the linear optimum is this near (relative) to the best bound.
ROUGH = 1e-3
#: So many rounds prices that prove much less than others bring no choices of parties that are settled.
CALM_ROUNDS = 4
#: How far to go from the best prices known towards those of the last linear model.
TOWARDS = (1.0, 0.3)
REMAINDERS = 6
#: The rest of the tolerance is for what is left between prices and linear optimum.
_OF_TOLERANCE = 0.9
GROWTH = 4.0
_SAMPLE = 8


@dataclass(frozen=True, slots=True, eq=False)
class CostFound:
    """The cheapest assignment, the bound that proves it, and the prices that prove the bound."""

    site_of: IntArray
    bound: float
    prices: Prices


@dataclass(frozen=True, slots=True, eq=False)
class Hints:
    """Where to look: an assignment to stay near to (n,), and choices of kinds (k, m) that suffice together.

    ``is_sure`` = the duties are the true optimum of the people-phases as far as linear models can tell; else
    it is not worth long to look for an answer where there seems to be none.
    """

    kept: IntArray
    support: BoolArray | None
    is_sure: bool


def cheapest(question: CostQuestion, prices: Prices, hints: Hints, clock: Clock) -> CostFound | None:
    """Find the cheapest assignment that does all duties; None = there is none, or no proof was found."""
    if question.is_hopeless:
        return None
    priced = price(question, prices)
    start = hints.kept if _keeps_everything(question, priced, hints.kept) else None
    for simple in (start, _best(priced)):
        if simple is not None and _is_proven(question, priced, simple):
            return CostFound(simple, priced.bound, prices)
    relaxed = _relax(question, priced, hints, clock, is_feasible=start is not None)
    if relaxed is None:
        return None
    return _remainder(question, *relaxed, start, clock)


def _relax(
    question: CostQuestion, priced: Priced, hints: Hints, clock: Clock, *, is_feasible: bool
) -> tuple[Priced, Linear] | None:
    """Solve the linear model with cuts to optimality over everybody, as closely as a proof needs.

    ``is_feasible`` where what was kept still keeps everything, so that the first choices suffice.
    """
    near, out = _first_choices(question, priced, hints)
    latest, is_hard = priced, is_feasible
    model: LinearModel | None = None
    for number in range(LINEAR_ROUNDS):
        if model is None or not model.grow(near, out):
            choices = choices_of(question, latest.rows, near, out)
            if choices is None:
                return None
            model = LinearModel(choices, clock, latest, is_hard=is_hard)
        rough = ROUGH * max(1.0, abs(priced.bound))
        linear = None if clock.is_over else model.solve(priced.bound + rough)
        if linear is None:
            return None
        is_hard |= not linear.is_broken
        tolerance = PROVEN * max(1.0, abs(linear.value)) / 20
        seen = _towards(question, priced, linear, tolerance)
        latest = seen[1] if len(seen) > 1 else priced
        priced = max(seen, key=lambda each: each.bound)
        if linear.value - priced.bound <= tolerance:
            if not linear.is_broken and linear.is_cut:
                basic = replace(priced.prices, basic=linear.prices.basic)
                return replace(priced, prices=basic), linear
            if not linear.is_broken:  # begin again with the choices that matter now, and with cuts
                near, out = _first_choices(question, priced, Hints(hints.kept, None, hints.is_sure))
                model = None
                continue
            if not model.harden(linear):
                return None
            continue
        model.harden(linear)
        for each in seen:
            is_far = linear.is_broken or (number < CALM_ROUNDS and latest.bound < priced.bound - rough)
            is_wild = is_far and each is latest and len(seen) > 2
            _take_in(near, out, each, 0.0, within=model.is_active if is_wild else None)
        _take_in(near, out, priced, _width_for(priced, NEXT_CHOICES))
    return None


def _towards(question: CostQuestion, priced: Priced, linear: Linear, tolerance: float) -> list[Priced]:
    """Return the best prices known and those tried on the way to the new ones, until they prove its value."""
    seen = [priced]
    for share in TOWARDS:
        if linear.value - max(each.bound for each in seen) <= tolerance:
            break
        best = max(seen, key=lambda each: each.bound)
        seen.append(price(question, between(best.prices, linear.prices, share)))
    return seen


def _take_in(
    near: BoolArray, out: BoolArray, priced: Priced, width: float, within: BoolArray | None = None
) -> None:
    """Mark the choices of a regret up to ``width``, where wanted only those of some parties (n,)."""
    wanted = np.ones(len(out), bool) if within is None else within
    near |= (priced.regret <= width) & wanted[:, None]
    out |= (priced.regret_out <= width) & wanted


def _first_choices(question: CostQuestion, priced: Priced, hints: Hints) -> tuple[BoolArray, BoolArray]:
    width = _width_for(priced, FIRST_CHOICES)
    near, out = priced.regret <= width, priced.regret_out <= width
    if hints.support is not None:
        near |= hints.support[question.table.kind] & np.isfinite(priced.regret)
        out |= np.isfinite(priced.regret_out)
    placed = np.nonzero(hints.kept >= 0)[0]
    there = hints.kept[placed]
    near[placed, there] |= np.isfinite(priced.regret[placed, there])
    out |= (hints.kept < 0) & np.isfinite(priced.regret_out)
    return near, out


def _width_for(priced: Priced, choices: int) -> float:
    """Return the regret up to which about so many choices lie beyond one per party; by a sample of many."""
    step = _SAMPLE if len(priced.regret) > 500 * _SAMPLE else 1
    sample = priced.regret[::step]
    regret = np.concatenate([sample.ravel(), priced.regret_out[::step]])
    rank = len(sample) + choices // step
    found = float(np.partition(regret, rank)[rank]) if rank < len(regret) else np.inf
    return min(found, float(np.finfo(float).max))  # what is not allowed has a regret of infinity


def _best(priced: Priced) -> IntArray:
    """Everybody where prices like it best."""
    if not priced.regret.shape[1]:
        return np.full(len(priced.regret), UNPLACED, np.int64)
    best = np.argmin(priced.regret, axis=1)
    least = np.take_along_axis(priced.regret, best[:, None], axis=1)[:, 0]
    return np.where(least <= np.minimum(priced.regret_out, 0.0), best, UNPLACED)


def _is_proven(question: CostQuestion, priced: Priced, site_of: IntArray) -> bool:
    """Tell whether an assignment costs what the prices prove, and keeps everything."""
    cost = question.table.cost_of(site_of)
    if cost - priced.bound > PROVEN * max(1.0, abs(priced.bound)):
        return False
    return _keeps_everything(question, priced, site_of)


def _keeps_everything(question: CostQuestion, priced: Priced, site_of: IntArray) -> bool:
    """Tell whether an assignment is allowed, keeps the limits and does the duties."""
    placed = np.nonzero(site_of >= 0)[0]
    if not np.isfinite(priced.regret[placed, site_of[placed]]).all():
        return False
    if not np.isfinite(priced.regret_out[site_of < 0]).all():
        return False
    nobody = np.zeros(0, np.int64)
    settled = Choices(question, (), nobody, nobody, site_of, np.ones(len(site_of), bool), nobody)
    lower, upper = settled.sides()
    return bool((lower <= 0).all() and (upper >= 0).all())


def _remainder(
    question: CostQuestion, priced: Priced, linear: Linear, start: IntArray | None, clock: Clock
) -> CostFound | None:
    """Whole choices of little regret: exact as soon as the answer costs at most bound + regret looked at."""
    table = question.table
    tolerance = PROVEN * max(1.0, abs(priced.bound))
    if (whole := linear.site_of) is not None:
        return CostFound(whole, priced.bound, priced.prices)
    delta = max(tolerance, _width_for(priced, WHOLE_CHOICES))
    for _ in range(REMAINDERS):
        if clock.is_over:
            return None
        if start is not None:
            delta = min(delta, (table.cost_of(start) - priced.bound) * (1 + 1e-9))
        near, out = priced.regret <= delta, priced.regret_out <= delta
        if start is not None:
            placed = np.nonzero(start >= 0)[0]
            near[placed, start[placed]] = True
            out |= start < 0
        choices = choices_of(question, priced.rows, near, out)
        solved = None if choices is None else _whole(choices, start, priced.bound + tolerance, clock)
        if choices is not None and solved is not None and solved.x is not None:
            start = choices.chosen(solved.x)
            bound = min(max(priced.bound, choices.fixed_cost + solved.bound), priced.bound + delta)
            if table.cost_of(start) - bound <= tolerance:
                return CostFound(start, bound, priced.prices)
        delta *= GROWTH
    return None


def _whole(choices: Choices, start: IntArray | None, wanted: float, clock: Clock) -> WholeAnswer | None:
    """Return the cheapest whole choices, as closely as a proof needs."""
    model = None if choices.count == 0 else choices.integer_model()
    if model is None:
        return None
    gap = _OF_TOLERANCE * PROVEN * max(1.0, abs(wanted))
    first = None if start is None else (start[choices.party] == choices.site).astype(float)
    found = solve_whole(model, clock, gap, first)
    return found if found.is_exact or clock.is_over else _by_search(model, found, gap, clock)


def _by_search(model: Model, found: WholeAnswer, gap: float, clock: Clock) -> WholeAnswer:
    """Leave what was too long for us to the search of HiGHS, from the best point found."""
    solver = Solver(model, clock, integer=True)
    solver.option("mip_heuristic_effort", 0.0)
    solver.option("mip_rel_gap", 0.0)
    solver.option("mip_abs_gap", gap)
    if found.x is not None:
        solver.start_from(found.x)
    solved = solver.run()
    bound = max(found.bound, solved.bound)
    if solved.x is None or solved.objective > found.objective:
        return replace(found, bound=bound, is_exact=solved.is_exact or solved.is_infeasible)
    return WholeAnswer(solved.x, solved.objective, bound, solved.is_exact)
