"""Tables of the capacity question and the event: saved questions, screenings, the ledger of receptions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kurume_bousai.storage.base import Row


class ScenarioRecord(Row):
    """保存した条件 as JSON under the names of RULEBOOK §4; ``folded_name`` makes a name unique."""

    __tablename__ = "scenarios"
    __table_args__ = (UniqueConstraint("folded_name"),)

    scenario_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    folded_name: Mapped[str]
    conditions: Mapped[str]
    totals: Mapped[str | None]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]


class ScreeningRecord(Row):
    """スクリーニングの記録: only ever added; it goes only with a person whose import is taken back."""

    __tablename__ = "screenings"
    __table_args__ = (
        CheckConstraint("screening_class BETWEEN 1 AND 4", name="class_known"),
        CheckConstraint("escort_count >= 0", name="escort_not_negative"),
    )

    screening_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("members.member_id", ondelete="CASCADE"), index=True)
    screening_class: Mapped[int]
    screened_at: Mapped[datetime]
    profession: Mapped[str]
    basis: Mapped[str]
    wanted: Mapped[str]
    transport: Mapped[str | None]
    escort_count: Mapped[int]
    result: Mapped[str]
    arrived_at: Mapped[datetime | None]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class ReceptionRecord(Row):
    """受け入れの台帳の一件: only ever added.

    No foreign key to the list or to the sites: the ledger stands even when one of them leaves.
    """

    __tablename__ = "reception_entries"
    __table_args__ = (
        UniqueConstraint("device_id", "sequence"),
        Index("ix_reception_entries_stamp", "clock_ms", "counter", "device_id", "sequence"),
        CheckConstraint("people >= 0", name="people_not_negative"),
    )

    entry_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int]
    clock_ms: Mapped[int] = mapped_column(BigInteger)
    counter: Mapped[int]
    at: Mapped[datetime]
    operator: Mapped[str]
    kind: Mapped[str]
    site_id: Mapped[str]
    people: Mapped[int]
    party_id: Mapped[str | None]
    member_id: Mapped[str | None] = mapped_column(index=True)
    from_site_id: Mapped[str | None]
    operation_id: Mapped[str | None] = mapped_column(ForeignKey("operations.operation_id"))
    cancels: Mapped[str | None] = mapped_column(ForeignKey("reception_entries.entry_id"))
    report: Mapped[str | None]
    reported_by: Mapped[str]
    note: Mapped[str]
