"""Bounds that hold for every choice of sites: cuts  value ≥ base − worth·y  from prices of places and units.

Relaxing that every party goes to one place leaves, per site, the best use of its places: a knapsack whose
relaxed value is ``worth``. A price u per party gives  Σ u − Σ worth_j(u) y_j  as a bound for any choice y,
whole or fractional (Lagrangian relaxation of the assignment rows; as Benders cuts in Fischetti, Ljubić and
Sinnl 2016). For a fixed y the best u follows from prices of places and units alone, so the search runs in few
dimensions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kurume_bousai.geo.allocation.clock import Clock
from kurume_bousai.geo.allocation.instance import FloatArray, IntArray
from kurume_bousai.geo.allocation.opening_question import Question

#: A choice above this share counts as open while prices are sought.
OPEN = 1e-6
PATIENCE = 4
FIRST_WIDTH = 6
ROUND = 1e-12


@dataclass(frozen=True, slots=True)
class SitePrices:
    """Prices ≥ 0: of places and units (m, 1 + needs), and of the holds."""

    limit: FloatArray
    hold: FloatArray


@dataclass(frozen=True, slots=True)
class Cut:
    """Every answer with the choice y costs at least ``base`` − ``worth``·y."""

    base: float
    worth: FloatArray
    prices: SitePrices
    item: FloatArray

    def at(self, y: FloatArray) -> float:
        """Return the bound for one choice."""
        return self.base - float(self.worth @ y)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the search: the value, the price of each item, and where to go."""

    value: float
    item: FloatArray
    to_limit: FloatArray
    to_hold: FloatArray


class Dual:
    """Search of prices for one question."""

    #: True where ``sharpen`` can do something.
    is_sharp = False

    def __init__(self, question: Question, clock: Clock) -> None:
        self.question = question
        self._clock = clock
        finite = np.isfinite(question.limit)
        self._limit = np.where(finite, question.limit, 0.0)
        self._priced = finite
        reach = question.cost[np.isfinite(question.cost)]
        self.ceiling = 10.0 * (1.0 + float(reach.max(initial=0.0)))

    def nothing(self) -> SitePrices:
        """Prices of zero."""
        return SitePrices(np.zeros_like(self._limit), np.zeros(len(self.question.holds)))

    def best_prices(
        self, y: FloatArray, start: SitePrices, goal: float, rounds: int
    ) -> tuple[float, SitePrices, FloatArray]:
        """Raise the bound at ``y`` towards ``goal``; value, prices of places, price per item."""
        sites = np.nonzero(y > OPEN)[0]
        limit, hold = start.limit[sites], start.hold
        share, priced = y[sites], self._priced[sites]
        best = self._point(sites, share, limit, hold)
        kept = (limit, hold)
        here, length, stale = best, 1.0, 0
        for _ in range(rounds):
            if best.value >= goal or self._clock.is_over:
                break
            to_limit = np.where((limit > 0) | (here.to_limit > 0), here.to_limit, 0.0)
            to_hold = np.where((hold > 0) | (here.to_hold > 0), here.to_hold, 0.0)
            square = float((to_limit**2).sum() + (to_hold**2).sum())
            if square < 1e-18:
                break
            step = length * (goal - here.value) / square
            limit = np.where(priced, np.maximum(0.0, limit + step * to_limit), 0.0)
            hold = np.maximum(0.0, hold + step * to_hold)
            here = self._point(sites, share, limit, hold)
            if here.value > best.value:
                stale = 0 if here.value > best.value + 1e-3 * (goal - best.value) else stale + 1
                best, kept = here, (limit, hold)
            else:
                stale += 1
            if stale >= PATIENCE:
                length, stale = length / 2, 0
                here, (limit, hold) = best, kept
                if length < 1e-3:
                    break
        prices = start.limit.copy()
        prices[sites] = kept[0]
        return best.value, SitePrices(prices, kept[1]), best.item

    def sharpen(self, y: FloatArray, prices: SitePrices, item: FloatArray, goal: float) -> FloatArray:  # noqa: ARG002
        """Better the price per item at ``y`` by what fractions cannot see; here nothing."""
        return item

    def cut_at(self, y: FloatArray) -> Cut:
        """Return the cut of the best prices at a choice, whatever it is worth."""
        _, prices, item = self.best_prices(y, self.nothing(), np.inf, 0)
        return self.cut(prices, item)

    def cut(self, prices: SitePrices, item: FloatArray) -> Cut:
        """Return the cut of item prices, with the best prices of the limits of every site."""
        question = self.question
        out = self._out(prices.hold)
        item = np.minimum(item, out)
        base = float(question.count @ item) - self._held(prices.hold)
        gain = np.ascontiguousarray(item - self._cost(prices.hold, np.arange(question.site_count)).T)
        limit = np.empty_like(prices.limit)
        worth = np.empty(question.site_count)
        for site in range(question.site_count):
            worth[site], limit[site] = self._knapsack(site, gain[site], prices.limit[site])
        return Cut(base + question.offset, worth, SitePrices(limit, prices.hold), item)

    def _out(self, hold: FloatArray) -> FloatArray:
        out = self.question.out.copy()
        for price, held in zip(hold.tolist(), self.question.holds, strict=True):
            if held.sites is None:
                out += price * held.weight
        return np.minimum(out, self.ceiling * max(1.0, float(self.question.use[:, 0].max(initial=1.0))))

    def _held(self, hold: FloatArray) -> float:
        return float(sum(p * held.most for p, held in zip(hold.tolist(), self.question.holds, strict=True)))

    def _cost(self, hold: FloatArray, sites: IntArray) -> FloatArray:
        cost: FloatArray = self.question.cost[:, sites]
        for price, held in zip(hold.tolist(), self.question.holds, strict=True):
            if held.sites is not None and price > 0:
                cost = cost + price * held.weight[:, None] * held.sites[sites][None, :]
        return cost

    def priced_cost(self, sites: IntArray, limit: FloatArray, hold: FloatArray) -> FloatArray:
        """Cost with the prices of what is used, (items, sites)."""
        return self._cost(hold, sites) + self.question.use @ limit.T

    def _point(self, sites: IntArray, share: FloatArray, limit: FloatArray, hold: FloatArray) -> Point:
        """Value and direction at prices: every item fills the cheapest shares until it is whole."""
        question = self.question
        out = self._out(hold)
        filled = fill_shares(self.priced_cost(sites, limit, hold), share, out)
        left = filled.left
        value = float(question.count @ (filled.spent + left * out))
        value -= float((share[:, None] * limit * self._limit[sites]).sum()) + self._held(hold)
        amount = filled.amount * question.count[:, None]
        to_limit = -share[:, None] * self._limit[sites]
        order = filled.site.ravel()
        for resource in range(question.use.shape[1]):
            used = (amount * question.use[:, resource, None]).ravel()
            to_limit[:, resource] += np.bincount(order, weights=used, minlength=len(sites))
        to_limit[~self._priced[sites]] = 0.0
        to_hold = np.empty(len(hold))
        for number, held in enumerate(question.holds):
            if held.sites is None:
                used_up = float((question.count * held.weight) @ left)
            else:
                used_up = float((amount * held.sites[sites][filled.site]).sum(axis=1) @ held.weight)
            to_hold[number] = used_up - held.most
        return Point(value + question.offset, filled.item, to_limit, to_hold)

    def _knapsack(self, site: int, gain: FloatArray, start: FloatArray) -> tuple[float, FloatArray]:
        """Least  limit·price + Σ (gain − use·price)⁺  over prices ≥ 0, one price after the other."""
        question = self.question
        some = np.nonzero(gain > 0)[0]
        use, gain, count = question.use[some], gain[some], question.count[some]
        limit, priced = self._limit[site], self._priced[site]
        tight = priced & (count @ use > limit)
        price = np.where(tight, start, 0.0)
        for _ in range(2 if tight.sum() > 1 else 1):
            for row in np.nonzero(tight)[0].tolist():
                price[row] = 0.0
                rest = gain - use @ price
                price[row] = _quantile(rest, use[:, row], count, float(limit[row]))
        left = np.maximum(gain - use @ price, 0.0)
        return float(limit @ price + count @ left), price


@dataclass(frozen=True, slots=True)
class Filled:
    """Per item (k, …): the sites it takes from and how much, what is left out, its price, what it spends."""

    site: IntArray
    amount: FloatArray
    left: FloatArray
    item: FloatArray
    spent: FloatArray

    def dense(self, sites: int) -> FloatArray:
        """Return the amounts as (items, sites)."""
        taken = np.zeros((len(self.left), sites))
        np.put_along_axis(taken, self.site, self.amount, axis=1)
        return taken


def fill_shares(cost: FloatArray, share: FloatArray, out: FloatArray) -> Filled:
    """Fill every item from its cheapest sites, at most ``share`` of each, until whole or out is cheaper.

    ``cost`` (items, sites) ≥ 0 is sorted as whole numbers whose last bits are the site: positive floats keep
    their order that way, and numpy sorts whole numbers several times faster than it finds an order.
    """
    count = cost.shape[1]
    if (share > 1.0 - OPEN).all():
        first = cost.argmin(axis=1)
        least = cost[np.arange(len(cost)), first]
        inside = (least < out).astype(float)
        item = np.minimum(least, out)
        return Filled(first[:, None], inside[:, None], 1.0 - inside, item, np.where(inside > 0, least, 0.0))
    mask = np.int64((1 << max(1, (count - 1).bit_length())) - 1)
    keys = np.ascontiguousarray(cost).view(np.int64) & ~mask
    keys |= np.arange(count, dtype=np.int64)
    keys.sort(axis=1)
    width = min(count, FIRST_WIDTH)
    while True:
        site = keys[:, :width] & mask
        shares = share[site]
        total = np.cumsum(shares, axis=1)
        last = np.take_along_axis(cost, site[:, -1:], axis=1)[:, 0]
        if width == count or ((total[:, -1] >= 1.0 - ROUND) | (last >= out)).all():
            break
        width = min(count, 2 * width)
    ranked = np.take_along_axis(cost, site, axis=1)
    before = total - shares
    amount = np.minimum(np.maximum(1.0 - before, 0.0), shares)
    amount[ranked >= out[:, None]] = 0.0
    whole = total >= 1.0 - ROUND
    critical = np.where(whole.any(axis=1), ranked[np.arange(len(cost)), whole.argmax(axis=1)], np.inf)
    spent = (amount * np.where(amount > 0, ranked, 0.0)).sum(axis=1)
    left = np.maximum(1.0 - amount.sum(axis=1), 0.0)
    return Filled(site, amount, left, np.minimum(critical, out), spent)


def _quantile(rest: FloatArray, use: FloatArray, count: FloatArray, limit: float) -> float:
    """Return the price at which what still gains uses no more than the limit."""
    used = np.nonzero((use > 0) & (rest > 0))[0]
    ratio = rest[used] / use[used]
    order = np.argsort(-ratio)
    total = np.cumsum((count[used] * use[used])[order])
    at = int(np.searchsorted(total, limit, side="right"))
    return float(ratio[order[at]]) if at < len(used) else 0.0
