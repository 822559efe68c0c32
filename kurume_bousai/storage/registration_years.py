"""年度の登録者数と対象者数 in the database. Implements ``RegistrationYearRepository``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, select

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.services.ports.rates import YearFigure
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.letters import RegistrationYearRecord

_YEARS = cast("Table", RegistrationYearRecord.__table__)


class RegistrationYears(Repository):
    """年度の登録者数と対象者数."""

    def all(self) -> list[YearFigure]:
        """In order of year, then of 校区."""
        statement = select(_YEARS).order_by(
            RegistrationYearRecord.fiscal_year, RegistrationYearRecord.district_id
        )
        return [
            YearFigure(
                row.fiscal_year,
                DistrictId(row.district_id),
                row.applied,
                row.eligible,
                row.counted_on,
                row.source,
            )
            for row in self.connection.execute(statement)
        ]

    def replace(
        self, access: Access, fiscal_year: int, figures: Sequence[YearFigure], *, at: datetime
    ) -> None:
        """Put the figures of one year in place of those that stand; what stood goes into the audit."""
        self.require_writing()
        access.require(Right.KEEP_CITY_RULES)
        before = [one for one in self.all() if one.fiscal_year == fiscal_year]
        self.connection.execute(delete(_YEARS).where(RegistrationYearRecord.fiscal_year == fiscal_year))
        self.insert_many(
            _YEARS,
            [
                {
                    "fiscal_year": one.fiscal_year,
                    "district_id": one.district_id,
                    "applied": one.applied,
                    "eligible": one.eligible,
                    "counted_on": one.counted_on,
                    "source": one.source,
                    "recorded_at": at,
                    "recorded_by": access.name,
                }
                for one in figures
            ],
        )
        payload = {"year": fiscal_year, "rows": len(figures), "before": [_told(one) for one in before]}
        self.session.audit.record(access, "registration_year_recorded", [str(fiscal_year)], payload)


def _told(one: YearFigure) -> list[object]:
    return [one.district_id, one.applied, one.eligible, one.counted_on.isoformat()]
