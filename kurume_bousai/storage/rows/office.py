"""Tables of what the office does: emergency modes, the yearly update, activities."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kurume_bousai.storage.base import Row


class EmergencyRecord(Row):
    """災害時提供モード. ``districts`` NULL = the whole city; sets as JSON lists, read whole."""

    __tablename__ = "emergencies"

    emergency_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    event: Mapped[str]
    operation_id: Mapped[str | None] = mapped_column(ForeignKey("operations.operation_id"))
    districts: Mapped[str | None]
    bodies: Mapped[str]
    partner_ids: Mapped[str]
    reason: Mapped[str]
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str]
    end_note: Mapped[str]


class EmergencyCopyRecord(Row):
    """どの写しが、どの災害時提供モードで出たか."""

    __tablename__ = "emergency_copies"

    copy_number: Mapped[str] = mapped_column(ForeignKey("ledger.copy_number"), primary_key=True)
    emergency_id: Mapped[str] = mapped_column(
        ForeignKey("emergencies.emergency_id"), primary_key=True, index=True
    )


class YearlyUpdateRecord(Row):
    """年に一度の更新 of a 年度; ``due`` is JSON of step → day."""

    __tablename__ = "yearly_updates"

    fiscal_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    due: Mapped[str]


class YearlyDueRecord(Row):
    """校区の期限 of one step, in place of the city's."""

    __tablename__ = "yearly_due"

    fiscal_year: Mapped[int] = mapped_column(
        ForeignKey("yearly_updates.fiscal_year"), primary_key=True, autoincrement=False
    )
    district_id: Mapped[str] = mapped_column(ForeignKey("districts.district_id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(16), primary_key=True)
    due_on: Mapped[date]
    set_at: Mapped[datetime]
    set_by: Mapped[str]


class YearlyStepRecord(Row):
    """更新の記録: only ever added; a step taken back is one more row."""

    __tablename__ = "yearly_records"

    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    fiscal_year: Mapped[int] = mapped_column(ForeignKey("yearly_updates.fiscal_year"), index=True)
    district_id: Mapped[str] = mapped_column(ForeignKey("districts.district_id"))
    step: Mapped[str] = mapped_column(String(16))
    done_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    note: Mapped[str]
    copy_numbers: Mapped[str]
    takes_back: Mapped[bool]


class ActivityEntryRecord(Row):
    """活動の一件 as typed. An entry taken back stays, with the moment."""

    __tablename__ = "activity_entries"
    __table_args__ = (
        CheckConstraint("times > 0", name="times_positive"),
        CheckConstraint("people >= 0", name="people_not_negative"),
    )

    activity_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    held_on: Mapped[date]
    district_id: Mapped[str | None] = mapped_column(ForeignKey("districts.district_id"))
    people: Mapped[int | None]
    times: Mapped[int]
    place: Mapped[str]
    note: Mapped[str]
    operation_id: Mapped[str | None] = mapped_column(ForeignKey("operations.operation_id"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    removed_at: Mapped[datetime | None]
