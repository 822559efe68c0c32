"""測る口: lengths and surfaces on the ground, for screens that know degrees only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kurume_bousai.domain.coordinates import LonLat


class GroundMeasures(Protocol):
    """地上の長さと広さ, in metres of EPSG:6670, unrounded."""

    def length_m(self, points: Sequence[LonLat]) -> float:
        """Length of a line in metres; 0 for fewer than two corners."""

    def surface_m2(self, points: Sequence[LonLat]) -> float | None:
        """Surface inside a ring of corners (closed or not) in ㎡; None where its edges cross each other."""
