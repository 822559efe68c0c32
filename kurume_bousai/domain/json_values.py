"""値を読む: single values of stored JSON, refused where they are of another kind.

In Python True is an int and ``int("3")`` is 3; what a person decided must not be read that kindly.
"""

from __future__ import annotations

import math


def text(value: object) -> str:
    """Return a text; raises ``TypeError``."""
    if not isinstance(value, str):
        raise TypeError("text is needed")
    return value


def flag(value: object) -> bool:
    """Return true or false; raises ``TypeError``."""
    if not isinstance(value, bool):
        raise TypeError("true or false is needed")
    return value


def whole(value: object) -> int:
    """Return a whole number; raises ``TypeError``."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("a whole number is needed")
    return value


def number(value: object) -> float:
    """Return a finite number; raises ``TypeError`` or ``ValueError``."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a number is needed")
    if not math.isfinite(value):
        raise ValueError("a finite number is needed")
    return float(value)
