"""浸水の深さの言葉: ranges as published («0.5m以上1m未満», «1.0～3.0m», «20m以上») to depth ranks."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Upper bounds of the ranks 1–5 in metres; deeper is 6 (RULES F4).
_BOUNDS_M: Final = (0.5, 3.0, 5.0, 10.0, 20.0)
_NUMBER: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(cm|m)?")


def depth_rank(text: object) -> int | None:
    """Return the rank that holds the deepest water of a range; None = not a depth.

    A range over several ranks takes the deeper one, because a bound that errs must err to the safe side.
    """
    if not isinstance(text, str):
        return None
    words = unicodedata.normalize("NFKC", text).replace(",", "").lower()
    numbers = [float(number) / (100 if unit == "cm" else 1) for number, unit in _NUMBER.findall(words)]
    if not numbers:
        return None
    if len(numbers) >= 2:
        return _rank_below(max(numbers[:2]))
    if "未満" in words or "以下" in words or words.startswith(("~", "-", "〜")):
        return _rank_below(numbers[0])
    if "以上" in words or "超" in words or words.rstrip("m ").endswith(("~", "-", "〜")):
        return _rank_from(numbers[0])
    return _rank_from(numbers[0])


def spans_ranks(text: object) -> bool:
    """True where a range reaches over a border of two ranks, so that the deeper one was taken."""
    if not isinstance(text, str):
        return False
    words = unicodedata.normalize("NFKC", text).lower()
    numbers = [float(number) / (100 if unit == "cm" else 1) for number, unit in _NUMBER.findall(words)]
    return len(numbers) >= 2 and _rank_from(min(numbers[:2])) != _rank_below(max(numbers[:2]))


def _rank_below(metres: float) -> int:
    """Rank of water up to, not including, a depth."""
    return next((rank for rank, bound in enumerate(_BOUNDS_M, 1) if metres <= bound), 6)


def _rank_from(metres: float) -> int:
    """Rank of water from a depth on."""
    return next((rank for rank, bound in enumerate(_BOUNDS_M, 1) if metres < bound), 6)
