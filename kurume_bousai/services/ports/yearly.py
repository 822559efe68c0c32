"""Ports of what the office does in a 年度: the yearly update and the activities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.activities import ActivityEntry, ActivityId
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.yearly_update import YearlyRecord, YearlyStep, YearlyUpdate


class YearlyUpdateRepository(Protocol):
    """年に一度の更新. Records are only ever added."""

    def all(self) -> list[YearlyUpdate]:
        """The latest 年度 first."""

    def records(self, fiscal_year: int) -> list[YearlyRecord]:
        """The records of a 年度 in the order they were written."""

    def start(self, access: Access, update: YearlyUpdate) -> None:
        """Begin a 年度; needs ``EDIT_PEOPLE``; audited."""

    def set_due(
        self,
        access: Access,
        fiscal_year: int,
        districts: Sequence[DistrictId] | None,
        due: Mapping[YearlyStep, date],
        *,
        at: datetime,
    ) -> None:
        """Put the days due of the city (``districts`` None) or of 校区 in place; empty = the city's again.

        Needs ``EDIT_PEOPLE``; audited with the days before and after.
        """

    def record_many(  # noqa: PLR0913 - a record has these fields
        self,
        access: Access,
        fiscal_year: int,
        districts: Sequence[DistrictId],
        step: YearlyStep,
        *,
        done_on: date,
        at: datetime,
        note: str = "",
        copy_numbers: Sequence[str] = (),
        takes_back: bool = False,
    ) -> None:
        """Write one step of several 校区; needs ``EDIT_PEOPLE``; audited as one act."""


class ActivityRepository(Protocol):
    """活動の記録 that were typed; finished sessions are counted from themselves."""

    def all(self, *, with_removed: bool = False) -> list[ActivityEntry]:
        """In order of the day; those taken back only where asked for."""

    def save(self, access: Access, entry: ActivityEntry) -> None:
        """Write a new or changed entry; needs ``KEEP_ACTIVITIES``; audited."""

    def remove(self, access: Access, activity_id: ActivityId, *, at: datetime) -> None:
        """Take one back; it stays in the file; audited."""
