"""Drawing lots: every piece of the fictional city has its own stream, so that one never disturbs another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Final, Generic, TypeVar

T = TypeVar("T")

#: The mark that stands in every fictional record.
FICTIONAL: Final = "架空"


def stream(seed: int, piece: str) -> Random:
    """Return a generator for one piece of the city; the same on every machine and Python version."""
    return Random(f"kurume-bousai:{seed}:{piece}")  # noqa: S311 - fictional people, nothing secret


def identifier(rng: Random) -> str:
    """Return an opaque id that is the same for the same seed."""
    return f"{rng.getrandbits(128):032x}"


class Lottery(Generic[T]):
    """くじ: weighted choice, prepared once. Order of the choices matters for determinism."""

    __slots__ = ("_choices", "_cumulated", "_total")

    def __init__(self, weights: Mapping[T, float] | Sequence[tuple[T, float]]) -> None:
        pairs = list(weights.items()) if isinstance(weights, Mapping) else list(weights)
        pairs = [(choice, weight) for choice, weight in pairs if weight > 0]
        if not pairs:
            raise ValueError("a lottery needs a choice with a positive weight")
        self._choices = [choice for choice, _ in pairs]
        self._cumulated = list(accumulate(weight for _, weight in pairs))
        self._total = self._cumulated[-1]

    def draw(self, rng: Random) -> T:
        """Return one choice."""
        place = bisect_right(self._cumulated, rng.random() * self._total)
        return self._choices[min(place, len(self._choices) - 1)]


def apportion(weights: Mapping[T, float], total: int) -> dict[T, int]:
    """Divide ``total`` by weight (largest remainder), at least 1 each where ``total`` allows it."""
    floor = 1 if total >= len(weights) else 0
    spare = total - floor * len(weights)
    sum_of_weights = sum(weights.values())
    shares = {choice: spare * weight / sum_of_weights for choice, weight in weights.items()}
    parts = {choice: floor + int(share) for choice, share in shares.items()}
    left = total - sum(parts.values())
    by_remainder = sorted(shares, key=lambda choice: int(shares[choice]) - shares[choice])
    for choice in by_remainder[:left]:
        parts[choice] += 1
    return parts


def deal(rng: Random, weights: Mapping[T, float], total: int) -> list[T]:
    """Return ``total`` cards in exact proportion, shuffled: a rare state never fails to occur by luck."""
    cards = [choice for choice, count in apportion(weights, total).items() for _ in range(count)]
    rng.shuffle(cards)
    return cards


def pick_some(rng: Random, total: int, share: float, at_least: int) -> frozenset[int]:
    """Return indices of the ``share`` of ``total``, never fewer than ``at_least`` (or all)."""
    count = min(total, max(at_least, round(total * share)))
    return frozenset(rng.sample(range(total), count))
