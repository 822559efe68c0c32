"""Impossible addresses and telephones: 番地 9000 and above, 0942-00-xxxx. They can be nobody's."""

from __future__ import annotations

from random import Random
from typing import Final

from kurume_bousai.services.fictional.draw import FICTIONAL

#: No 番地 of the city reaches this number.
LOWEST_NUMBER: Final = 9000


def address(rng: Random, town: str) -> str:
    """Return 「久留米市○○町9999-12（架空）」."""
    number = rng.randint(LOWEST_NUMBER, LOWEST_NUMBER + 999)
    return f"久留米市{town}{number}-{rng.randint(1, 49)}（{FICTIONAL}）"


def phone(rng: Random) -> str:
    """Return a telephone in the exchange 0942-00 that does not exist."""
    return f"0942-00-{rng.randint(0, 9999):04d}"
