"""市の設定: the values marked ⚙ in the RULEBOOK that capacity depends on, kept in the database.

They stand in the city's file and not on a machine, or papers of two laptops would disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kurume_bousai.domain.capacity import PLACES_PER_STAFF, RATES_M2
from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.plans import BAND_CUT_POINTS


@dataclass(frozen=True, slots=True)
class CitySettings:
    """市の設定 with the defaults of the RULEBOOK.

    ``rate_m2``: ㎡ a person (§2); ``places_per_staff``: people a member of staff looks after (§2);
    ``with_companions``: companions counted (§3); ``band_cut_points``: scores of bands 1 and 2 (§3).
    """

    rate_m2: Decimal = RATES_M2[0]
    places_per_staff: int = PLACES_PER_STAFF
    with_companions: bool = True
    band_cut_points: tuple[int, int] = BAND_CUT_POINTS

    def conditions(self) -> CapacityConditions:
        """The conditions a question begins with."""
        return CapacityConditions(
            rate_m2=self.rate_m2,
            places_per_staff=self.places_per_staff,
            with_companions=self.with_companions,
        )
