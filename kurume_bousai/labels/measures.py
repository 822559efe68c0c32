"""測った値のことば: lengths and surfaces as people read them, never more exact than a map is."""

from __future__ import annotations

from typing import Final

_KM_M: Final = 1000
_HECTARE_M2: Final = 10_000
_SQUARE_KM_M2: Final = 1_000_000


def length_words(metres: float) -> str:
    """「520m」「1.24km」: to the metre, from a kilometre on to 10 m."""
    whole = round(metres)
    return f"{whole}m" if whole < _KM_M else f"{metres / _KM_M:,.2f}km"


def surface_words(m2: float) -> str:
    """「3,200㎡」「1.2ha(12,300㎡)」「1.23㎢」: fields are thought of in ㎡ and ha, 校区 in ㎢."""
    whole = round(m2)
    if whole < _HECTARE_M2:
        return f"{whole:,}㎡"
    if whole < _SQUARE_KM_M2:
        return f"{m2 / _HECTARE_M2:.1f}ha({whole:,}㎡)"
    return f"{m2 / _SQUARE_KM_M2:,.2f}㎢"
