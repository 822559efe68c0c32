"""Port of the registration figures per year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.rates import Rate

#: The row of a year that was typed for the city as a whole, without its 校区.
WHOLE_CITY: Final = DistrictId("")


@dataclass(frozen=True, slots=True)
class YearFigure:
    """年度の数: 登録者 and 対象者 of one 校区 (or ``WHOLE_CITY``) on a day; None = 対象者 not known."""

    fiscal_year: int  # Gregorian year in which the 年度 begins
    district_id: DistrictId
    applied: int
    eligible: int | None
    counted_on: date
    source: str

    @property
    def rate(self) -> Rate:
        """登録率."""
        return Rate(self.applied, self.eligible)


class RegistrationYearRepository(Protocol):
    """年度の登録者数と対象者数. No figure counts a 支援措置対象者."""

    def all(self) -> list[YearFigure]:
        """In order of year, then as stored."""

    def replace(
        self, access: Access, fiscal_year: int, figures: Sequence[YearFigure], *, at: datetime
    ) -> None:
        """Put the figures of one year in place of those that stand; audited. Needs ``KEEP_CITY_RULES``."""
