"""塗り分けの区切り: round shares between five shades, the same on the screen and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

#: Width of a shade in percent: the smallest that spans what there is, never finer than five.
_STEPS: Final = (5, 10, 15, 20)


def shade_bounds(ratios: Sequence[float]) -> tuple[int, ...]:
    """Upper bounds in percent of the four lighter shades, in round numbers around what there is."""
    known = [ratio * 100 for ratio in ratios]
    least, most = min(known, default=0.0), max(known, default=100.0)
    for step in _STEPS:
        first = (int(least // step) + 1) * step
        if most < first + 4 * step:
            break
    else:
        step, first = _STEPS[-1], _STEPS[-1]
    first = max(step, min(first, 100 - 4 * step))
    return tuple(first + step * place for place in range(4))


def shade_of(ratio: float, bounds: Sequence[int]) -> int:
    """The shade 0–4 of a ratio."""
    return sum(ratio * 100 >= bound for bound in bounds)


def shade_words(bounds: Sequence[int]) -> tuple[str, ...]:
    """What the five shades mean."""
    return (f"{bounds[0]}%未満", *(f"〜{bound}%" for bound in bounds[1:]), f"{bounds[-1]}%以上")
