"""読みこんだままの表: columns and shapes of one file, in the file's own system and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from kurume_bousai.domain.layers import Attribute

#: An array of shapely geometries; shapely carries no types.
Shapes: TypeAlias = Any
#: Characters that no map shows and that could turn the words around them.
_CONTROLS: Final = dict.fromkeys(
    [*range(32), 0x7F, *range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)], " "
)
_MISSING_TEXT: Final = frozenset({"", "-", "－", "null", "NULL"})


@dataclass(frozen=True, slots=True)
class RawTable:
    """図形の表. ``shapes`` may hold None; ``crs`` empty = the file says none; ``year`` 0 = not told.

    ``rows``: where each shape stands in a table that a person can open; empty = in order from the first.
    """

    columns: Mapping[str, Sequence[Any]]
    shapes: Shapes = field(repr=False)
    crs: str
    crs_name: str
    encoding: str
    format: str
    year: int = 0
    rows: tuple[int, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names as in the file."""
        return tuple(self.columns)

    def row_of(self, index: int) -> int:
        """The number of a row as a person counts it in the file."""
        return self.rows[index] if self.rows else index + 1

    def column(self, name: str) -> Sequence[Any] | None:
        """A column by its name, whatever its case; None = there is none."""
        for known, values in self.columns.items():
            if known.casefold() == name.casefold():
                return values
        return None


def attribute(value: object) -> Attribute:
    """A cell as it is kept: whole numbers whole, nothing for an empty one."""
    if value is None or value != value:  # noqa: PLR0124 - only NaN differs from itself
        return None
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return int(value) if float(value).is_integer() else float(value)
    text = str(value).translate(_CONTROLS).strip()
    return None if text in _MISSING_TEXT else text


def code(value: object) -> int | None:
    """A code as a number: 1, "1", "01", "1.0", full-width too; None = it is none."""
    found = attribute(value)
    if found is None or isinstance(found, int):
        return found
    try:
        number = float(str(found))
    except ValueError:
        return None
    return int(number) if number.is_integer() else None


def empty_shapes(count: int) -> npt.NDArray[np.object_]:
    """An array for shapes that are yet to come."""
    return np.full(count, None, dtype=object)
