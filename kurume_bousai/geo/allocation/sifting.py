"""The linear relaxation of the cost phase by sifting: prices of a sample first, then only who is in doubt.

Under prices near the best ones nearly every party has one choice far better than the others. Those are fixed
there; the linear model holds the rest with their few good choices. Its duals are priced against *every* pair
again, which gives a bound for the whole question; choices that turn out good join until model and bound meet.
The first prices come from the same question on every eighth party, with an eighth of every limit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.cost_question import CostQuestion
from kurume_bousai.geo.allocation.highs import INF, Columns, Model, Solver
from kurume_bousai.geo.allocation.instance import UNPLACED, BoolArray, FloatArray, IntArray
from kurume_bousai.geo.allocation.price_box import PriceBox, widest_box
from kurume_bousai.geo.allocation.pricing import Dual, Prices, blocks, price, regret_at

#: Parties up to which a level is solved without a sample, from the nearest choices of everybody.
SMALL = 1500
SAMPLE_EVERY = 8
NEAREST = 8
ROUNDS = 30
EQUAL = 1e-9
ROUGH = 1e-3
TINY = 1e-7
ADDED_PER_PARTY = 3
#: Choices beyond everybody's best in the model, per party, and at least so many.
FIRST_DOUBT = 10.0
NEXT_DOUBT = 1.0
MIN_DOUBT = 500


@dataclass(frozen=True, slots=True)
class Active:
    """Choices the model has: pairs (n, m) and whether a party may stay out (n,)."""

    pairs: BoolArray
    out: BoolArray

    def __or__(self, other: Active) -> Active:
        return Active(self.pairs | other.pairs, self.out | other.out)

    def add_better(self, prices: Prices) -> None:
        """Add the choices that would better the model's optimum, at most three sites of a party."""
        few = min(ADDED_PER_PARTY, self.pairs.shape[1])
        for rows in blocks(len(self.pairs)):
            regret, pairs = prices.regret[rows], self.pairs[rows]
            held = np.where(pairs, regret, np.inf).min(axis=1, initial=np.inf)
            held = np.minimum(held, np.where(self.out[rows], prices.regret_out[rows], np.inf)) - TINY
            others = np.where(pairs, np.inf, regret)
            near = np.argpartition(others, few - 1, axis=1)[:, :few]
            joining = np.zeros_like(pairs)
            np.put_along_axis(joining, near, values=True, axis=1)
            pairs |= joining & (others < held[:, None])
            self.out[rows] |= prices.regret_out[rows] < held


@dataclass(frozen=True, slots=True)
class Sifted:
    """The optimum of a restricted linear model in a box of prices.

    ``broken`` marks the limits and goals where the prices press against the box; ``lacking`` those of them
    whose limit does not suffice.
    """

    dual: Dual
    objective: float
    lacking: BoolArray
    broken: BoolArray
    site_of: IntArray | None


def sift(question: CostQuestion, clock: Clock, guess: Dual | None) -> Prices | None:
    """Return prices whose bound is the linear optimum, or what is known of them when time runs out.

    None = no such answer, not even in fractions, or no prices yet. The question must be possible.
    """
    found, is_settled = _sift_from(question, guess, clock, exact=True)
    if guess is not None and not (found is not None and is_settled) and not clock.is_over:
        # A guess far off may sit where no price can grow any more: only what comes from nothing is believed.
        again, _ = _sift_from(question, None, clock, exact=True)
        found = again if again is not None or is_settled else found
    return found


def first_dual(question: CostQuestion, clock: Clock) -> Dual | None:
    """Prices from every eighth party, found the same way; None where the question is small."""
    n = question.instance.party_count
    if n <= SMALL:
        return None
    sample = _sample(question)
    found, _ = _sift_from(sample, first_dual(sample, clock), clock, exact=False)
    return None if found is None else found.dual


def _sample(question: CostQuestion) -> CostQuestion:
    """Every eighth party of each kind and neighbourhood, with the limits that fall to them."""
    instance = question.instance
    near = np.argmin(np.where(question.allowed, instance.cost, np.inf), axis=1)
    order = np.lexsort((near, np.packbits(instance.needs, axis=1)[:, 0], instance.size, instance.group))
    chosen = np.sort(order[SAMPLE_EVERY // 2 :: SAMPLE_EVERY])
    part = len(chosen) / instance.party_count
    smaller = replace(
        instance,
        size=instance.size[chosen],
        needs=instance.needs[chosen],
        group=instance.group[chosen],
        allowed=instance.allowed[chosen],
        reach_ok=instance.reach_ok[:0],
        cost=instance.cost[chosen],
    )
    goals = tuple(
        (replace(goal, weight=goal.weight[chosen]), round(target * part)) for goal, target in question.goals
    )
    limits = replace(question.limits, limit=question.limits.limit * part)
    return CostQuestion(smaller, limits, question.allowed[chosen], question.must[chosen], goals, 0)


def _sift_from(
    question: CostQuestion, dual: Dual | None, clock: Clock, *, exact: bool
) -> tuple[Prices | None, bool]:
    """Sift from these prices; also tell whether it came to an end by itself.

    Not ``exact``: good prices are enough, found within a per mille.
    """
    wanted = EQUAL if exact else ROUGH
    box = widest_box(question)
    if dual is None:
        best, active = None, _nearest(question)
    else:
        best = price(question, dual)
        delta = regret_at(best, _doubt(question, FIRST_DOUBT))
        active = _within(best, delta)
        box = replace(box, width=np.full(len(box.sign), min(delta / 2, box.top))).around(
            _as_prices(box, best.dual)
        )
    for _ in range(ROUNDS):
        found = _solve(question, active, box, clock)
        if found is None:
            break
        prices = price(question, found.dual)
        near = wanted * max(1.0, abs(found.objective))
        is_final = box.is_final(found.lacking)
        gained = math.inf if best is None else prices.bound - best.bound
        if best is None or gained > 0:
            best = prices
            box = box.around(_as_prices(box, prices.dual))
        box = box.wider(found.broken)
        if found.objective - prices.bound <= near:
            if not found.broken.any():
                return replace(prices, site_of=found.site_of), True
            if is_final:
                return None, True  # of a sample that says nothing about the whole question
            if not exact and gained <= near:
                return best, True
            box = box.wider(np.ones_like(found.broken))
        active.add_better(prices)
        active |= _within(prices, regret_at(prices, _doubt(question, NEXT_DOUBT)))
    return best, False


def _as_prices(box: PriceBox, dual: Dual) -> FloatArray:
    prices: FloatArray = box.sign * np.concatenate([dual.of_limit, dual.of_goal])
    return prices


def _nearest(question: CostQuestion) -> Active:
    few = min(NEAREST, question.instance.site_count)
    pairs = np.zeros_like(question.allowed)
    for rows in blocks(len(pairs)):
        cost = np.where(question.allowed[rows], question.instance.cost[rows], np.inf)
        near = np.argpartition(cost, few - 1, axis=1)[:, :few]
        np.put_along_axis(pairs[rows], near, values=True, axis=1)
    pairs &= question.allowed
    return Active(pairs, ~question.must)


def _doubt(question: CostQuestion, share: float) -> int:
    return max(MIN_DOUBT, int(share * math.sqrt(question.instance.party_count)))


def _within(prices: Prices, delta: float) -> Active:
    return Active(prices.regret <= delta, prices.regret_out <= delta)


def _solve(question: CostQuestion, active: Active, box: PriceBox, clock: Clock) -> Sifted | None:
    """Solve the linear model over the active choices; parties with a single one are fixed beforehand."""
    instance = question.instance
    n = instance.party_count
    options = active.pairs.sum(axis=1) + active.out
    fixed = np.where((options == 1) & ~active.out, np.argmax(active.pairs, axis=1), UNPLACED)
    free = options > 1
    party, site = np.nonzero(active.pairs & free[:, None])
    lower, upper = question.sides()
    lower[:n] = np.where(active.out, -INF, 1.0)
    used = question.used_by(fixed)
    lower -= used
    upper -= used
    rows = np.ones(len(lower), bool)
    rows[:n] = free
    model, number = _boxed(question.columns(party, site), instance.cost[party, site], box, lower, upper, rows)
    solved = Solver(model, clock).run()
    if not solved.is_exact or solved.x is None:
        return None
    row_dual = np.zeros(len(lower))
    row_dual[number] = solved.row_dual
    lacking, wasted = solved.x[len(party) :].reshape(2, -1) > TINY
    dual = Dual(row_dual[n : n + question.limits.count], row_dual[n + question.limits.count :])
    objective = solved.objective + instance.cost_of(fixed)
    site_of = _whole(fixed, party, site, solved.x[: len(party)])
    return Sifted(dual, objective, lacking, lacking | wasted, site_of)


def _whole(fixed: IntArray, party: IntArray, site: IntArray, x: FloatArray) -> IntArray | None:
    if (np.abs(x - np.round(x)) > 1e-7).any():
        return None
    site_of = fixed.copy()
    chosen = x > 0.5
    site_of[party[chosen]] = site[chosen]
    return site_of


def _boxed(
    columns: Columns, cost: FloatArray, box: PriceBox, lower: FloatArray, upper: FloatArray, rows: BoolArray
) -> tuple[Model, IntArray]:
    """Return the model of the marked rows, whose limits and goals may be broken or wasted as the box says.

    The second is the row numbers that the model's rows stand for.
    """
    count, soft = columns.count, len(box.sign)
    kept = np.nonzero(rows)[0]
    number = np.cumsum(rows) - 1
    softened = number[len(lower) - soft :]
    more = np.arange(1, 2 * soft + 1)
    made = Columns(
        np.concatenate([columns.start, columns.start[-1] + more]).astype(np.int32),
        np.concatenate([number[columns.index], softened, softened]).astype(np.int32),
        np.concatenate([columns.value, box.sign, -box.sign]),
    )
    model = Model(
        made,
        np.concatenate([cost, box.highest, -box.lowest]),
        np.zeros(count + 2 * soft),
        np.concatenate([np.ones(count), np.full(soft, INF), np.where(box.lowest > 0, INF, 0.0)]),
        lower[kept],
        upper[kept],
    )
    return model, kept
