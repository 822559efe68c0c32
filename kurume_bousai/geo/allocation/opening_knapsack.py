"""Sharper bounds for small questions: the best use of a site in whole parties instead of fractions."""

from __future__ import annotations

import numpy as np

from kurume_bousai.geo.allocation.instance import BoolArray, FloatArray, IntArray
from kurume_bousai.geo.allocation.opening_dual import OPEN, Cut, SitePrices
from kurume_bousai.geo.allocation.opening_linear import LinearDual
from kurume_bousai.geo.allocation.opening_question import Question

#: Items × sites × places up to which whole knapsacks are worth their time.
LARGEST = 3_000_000
ROUNDS = 60
STALE = 4
SHORTEST = 0.02


def is_small(question: Question) -> bool:
    """Tell whether whole knapsacks are possible (places are the only limit) and cheap."""
    most = float(question.limit[:, 0].max(initial=0.0))
    only_places = question.use.shape[1] == 1 and not any(hold.sites is not None for hold in question.holds)
    return only_places and question.item_count * question.site_count * (most + 1) <= LARGEST


class KnapsackDual(LinearDual):
    """As ``LinearDual``; then a search over the items' prices with whole knapsacks."""

    def sharpen(self, y: FloatArray, prices: SitePrices, item: FloatArray, goal: float) -> FloatArray:
        """Better the price per item at ``y`` with whole knapsacks."""
        sites = np.nonzero(y > OPEN)[0]
        return self._search(sites, y[sites], prices.hold, item, goal)

    def cut(self, prices: SitePrices, item: FloatArray) -> Cut:
        """As ``Dual.cut`` with whole knapsacks."""
        item = np.minimum(item, self._out(prices.hold))
        every = np.arange(self.question.site_count)
        worth, _ = self._knapsacks(every, self._gain(every, prices.hold, item))
        base = self.question.offset + float(self.question.count @ item) - self._held(prices.hold)
        return Cut(base, worth, prices, item)

    def _gain(self, sites: IntArray, hold: FloatArray, item: FloatArray) -> FloatArray:
        gain: FloatArray = item - self._cost(hold, sites).T
        return gain

    def _search(
        self, sites: IntArray, share: FloatArray, hold: FloatArray, item: FloatArray, goal: float
    ) -> FloatArray:
        out = self._out(hold)
        fixed = self.question.offset - self._held(hold)
        best, kept, here = -np.inf, item, item
        length, stale = 1.0, 0
        for _ in range(ROUNDS):
            if self._clock.is_over:
                break
            here = np.minimum(here, out)
            worth, taken = self._knapsacks(sites, self._gain(sites, hold, here))
            value = fixed + float(here.sum()) - float(share @ worth)
            if value > best:
                stale = 0 if value > best + 1e-3 * (goal - best) else stale + 1
                best, kept = value, here
            else:
                stale += 1
            if best >= goal:
                break
            toward = 1.0 - share @ taken
            square = float(toward @ toward)
            if square < OPEN:
                break
            if stale >= STALE:
                length, stale = length / 2, 0
                if length < SHORTEST:
                    break
            here = here + length * (goal - value) / square * toward
        return kept

    def _knapsacks(self, sites: IntArray, gain: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Best use of each site in whole parties: its worth (sites,) and who is in it (sites, items)."""
        use = self.question.use[:, 0].astype(np.int64)
        places = self.question.limit[sites, 0].astype(np.int64)
        width = int(places.max(initial=0)) + 1
        items = np.nonzero((gain > 0).any(axis=0) & (use < width))[0].tolist()
        best = np.zeros((len(sites), width))
        better = np.zeros((len(items), len(sites), width), bool)
        for at, i in enumerate(items):
            size = int(use[i])
            with_it = best[:, : width - size] + gain[:, i, None]
            better[at, :, size:] = with_it > best[:, size:]
            np.maximum(best[:, size:], with_it, out=best[:, size:])
        every = np.arange(len(sites))
        worth = best[every, places]
        taken = np.zeros(gain.shape, bool)
        for at in range(len(items) - 1, -1, -1):
            inside = better[at, every, places]
            taken[:, items[at]] = inside
            places = places - inside * use[items[at]]
        return worth, taken
