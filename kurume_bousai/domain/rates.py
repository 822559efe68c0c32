"""率: a numerator and a denominator that stay visible; no denominator gives no rate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """率: ``part`` ÷ ``whole`` as a ratio 0–1; ``whole`` None or 0 means there is no rate (RULEBOOK §5)."""

    part: int
    whole: int | None

    @property
    def ratio(self) -> float | None:
        """The ratio; None without a denominator."""
        return self.part / self.whole if self.whole else None

    @property
    def percent(self) -> str:
        """「48.0」 with one decimal, halves up; 「—」 without a denominator."""
        if not self.whole:
            return "—"
        exact = Decimal(self.part) * 100 / Decimal(self.whole)
        return str(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


def city_rate(rates: Iterable[Rate]) -> Rate:
    """The rate of the whole = Σ ÷ Σ over the parts that have a denominator, never a mean of rates."""
    known = [rate for rate in rates if rate.whole]
    if not known:
        return Rate(0, None)
    return Rate(sum(rate.part for rate in known), sum(rate.whole or 0 for rate in known))
