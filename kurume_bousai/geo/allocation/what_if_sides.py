"""What changes from one question to the next: sides, and what is kept of each phase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from highspy import HighsBasis

from kurume_bousai.geo.allocation.hot import HotSolver
from kurume_bousai.geo.allocation.instance import NEEDS, BoolArray, FloatArray, IntArray
from kurume_bousai.geo.allocation.reduction import NO_PRICE

#: Rows of each site: people, then each need.
WIDTH = 1 + len(NEEDS)


@dataclass(frozen=True, slots=True)
class Sides:
    """Limits of all rows that sites have, and which columns are allowed."""

    limit: FloatArray
    allowed: BoolArray


@dataclass(frozen=True, slots=True)
class Kept:
    """One phase as the question stands: its solver, the basis, the prices of that optimum, its rounding.

    ``is_tight``: whole parties reach the linear optimum rounded up. Where they do not, its prices are not
    those of whole parties, and a change without a price may still let somebody in.
    """

    solver: HotSolver
    basis: HighsBasis
    row_dual: FloatArray
    reduced: FloatArray
    slack: float
    is_tight: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A change as sides: the rows and columns of the sites changed, what is wider, what is newly allowed.

    ``rows`` are numbered within ``Sides.limit``, ``wider`` within the whole model.
    """

    sides: Sides
    rows: IntArray
    columns: IntArray
    wider: IntArray
    freed: IntArray
    is_narrower: bool

    def is_idle(self, kept: Kept) -> bool:
        """Tell whether the optimum stays one: nothing is narrower, and what is wider has no price."""
        if self.is_narrower or not kept.is_tight or (np.abs(kept.row_dual[self.wider]) > NO_PRICE).any():
            return False
        return bool((kept.reduced[self.freed] >= -NO_PRICE).all())
