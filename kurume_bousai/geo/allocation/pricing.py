"""Prices of the limits, the lower bound they prove, and what every choice of every party loses under them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kurume_bousai.geo.allocation.cost_question import CostQuestion
from kurume_bousai.geo.allocation.instance import NEEDS, FloatArray, IntArray

#: Parties whose pairs are looked at together.
BLOCK = 16_384
#: Parties asked for a quantile of all regrets.
ASKED = 20_000


@dataclass(frozen=True, slots=True)
class Dual:
    """Dual values of the limit rows (≤ 0) and of the goal rows, as a minimisation gives them."""

    of_limit: FloatArray
    of_goal: FloatArray


@dataclass(frozen=True, slots=True)
class Prices:
    """A dual, the bound it proves for every answer that meets the goals, and everybody's regrets.

    ``best`` (n,) is everybody's least cost under the prices; ``regret`` (n, m) ≥ 0 is what each site costs
    more, inf where not allowed; ``regret_out`` (n,) is that of leaving the party out, inf where it must be
    placed. An answer that uses a choice of regret r costs at least ``bound`` + r. ``site_of`` is an answer
    that reaches the bound itself, where the relaxation happened to be whole.
    """

    bound: float
    regret: FloatArray
    regret_out: FloatArray
    best: FloatArray
    dual: Dual
    site_of: IntArray | None = None


def blocks(count: int) -> Iterator[slice]:
    """Rows 0 … ``count`` in parts, so that what is made along the way stays small."""
    for start in range(0, count, BLOCK):
        yield slice(start, min(count, start + BLOCK))


def price(question: CostQuestion, dual: Dual) -> Prices:
    """Price every pair: the Lagrangian bound of the whole question, whatever the dual was found on."""
    instance, limits = question.instance, question.limits
    m = instance.site_count
    of_limit = np.minimum(dual.of_limit, 0.0)
    reduced: FloatArray = instance.size[:, None].astype(float) * -of_limit[None, :m]
    reduced += instance.cost
    if len(of_limit) > m:
        unit_price = np.zeros((len(NEEDS), m))
        unit_price[limits.unit_need, limits.unit_site] = of_limit[m:]
        for need in np.nonzero(unit_price.any(axis=1))[0].tolist():
            reduced[instance.needs[:, need]] -= unit_price[need]
    bound = float(limits.limit @ of_limit)
    of_goal = dual.of_goal.copy()
    for number, (goal, target) in enumerate(question.goals):
        if goal.sites is None:
            of_goal[number] = value = max(float(of_goal[number]), 0.0)
            bound += value * float(goal.weight.sum() - target)
            reduced -= value * goal.weight[:, None]
        else:
            of_goal[number] = value = min(float(of_goal[number]), 0.0)
            bound += value * target
            reduced[:, goal.sites] -= value * goal.weight[:, None]
    np.copyto(reduced, np.inf, where=~question.allowed)
    least = reduced.min(axis=1, initial=np.inf)
    best: FloatArray = np.where(question.must, least, np.minimum(least, 0.0))
    bound += float(best.sum())
    with np.errstate(invalid="ignore"):  # inf − inf of a party nobody allows that must be placed
        reduced -= best[:, None]
    return Prices(bound, reduced, np.where(question.must, np.inf, -best), best, Dual(of_limit, of_goal))


def regret_at(prices: Prices, beyond: float) -> float:
    """Regret up to which about ``beyond`` choices lie beyond one per party.

    Of a large question every so many parties are asked. Where there are fewer choices: above all of them.
    """
    every = max(1, len(prices.regret_out) // ASKED)
    regret = np.concatenate([prices.regret[::every].ravel(), prices.regret_out[::every]])
    rank = len(prices.regret_out[::every]) + int(beyond) // every
    found = float(np.partition(regret, rank)[rank]) if rank < len(regret) else np.inf
    if np.isfinite(found):
        return found
    return 1.0 + max(
        float(side.max(initial=0.0, where=np.isfinite(side))) for side in (prices.regret, prices.regret_out)
    )
