"""Prices that may move only so far from good ones at a time: what keeps a restricted model from wild prices.

A linear model over a few choices of each party has prices of its own, and where those choices do not even
fit, the prices grow without end and lead nowhere. So every limit and goal may be broken at a cost a little
above the good price, and used up for nothing at a gain a little below it: the model's prices then stay in
that box, whatever choices it lacks (stabilised column generation after du Merle, Villeneuve, Desrosiers and
Hansen 1999). The box follows the best prices and grows only where the model still presses against it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kurume_bousai.geo.allocation.cost_question import CostQuestion
from kurume_bousai.geo.allocation.instance import BoolArray, FloatArray

GROWTH = 3.0


@dataclass(frozen=True, slots=True)
class PriceBox:
    """Prices ≥ 0 of limits and goals, in the order of the rows: the middle, how far they may move, the top.

    ``sign`` is −1 where the row has an upper side and 1 where it has a lower one; dual = sign × price.
    """

    sign: FloatArray
    middle: FloatArray
    width: FloatArray
    top: float

    def around(self, price: FloatArray) -> PriceBox:
        """Return the box with another middle."""
        return replace(self, middle=price)

    def wider(self, rows: BoolArray) -> PriceBox:
        """Return the box grown at the marked rows."""
        return replace(self, width=np.where(rows, np.minimum(self.width * GROWTH, self.top), self.width))

    @property
    def highest(self) -> FloatArray:
        """Cost of breaking each row by one."""
        price: FloatArray = np.minimum(self.middle + self.width, self.top)
        return price

    @property
    def lowest(self) -> FloatArray:
        """Gain of using up one of each row for nothing; not positive where the price may be zero."""
        price: FloatArray = self.middle - self.width
        return price

    def is_final(self, broken: BoolArray) -> bool:
        """Tell whether no higher price can mend the broken rows: then there is no answer."""
        return bool((self.highest[broken] >= self.top).any())


def widest_box(question: CostQuestion) -> PriceBox:
    """Prices from zero to more than any choice costs, which may grow to what a chain of choices can."""
    goals = [1.0 if goal.sites is None else -1.0 for goal, _ in question.goals]
    sign = np.concatenate([np.full(question.limits.count, -1.0), goals])
    wide = 3.0 * (1.0 + float(question.instance.cost.max(initial=0.0, where=question.allowed)))
    top = wide * (1 + question.instance.site_count)  # one place may move a party at every site
    return PriceBox(sign, np.zeros(len(sign)), np.full(len(sign), wide), top)
