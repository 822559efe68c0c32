"""Tables of the recipients' master, the orders, and what happened to each copy."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kurume_bousai.storage.base import Row


class SupportPartnerRecord(Row):
    """渡す先の版: every saved state stays; the highest version is the one that holds. ``content`` is JSON."""

    __tablename__ = "support_partners"

    partner_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    saved_at: Mapped[datetime]
    operator: Mapped[str]
    content: Mapped[str]


class HandOutOrderRecord(Row):
    """名簿を渡す申し出."""

    __tablename__ = "hand_out_orders"
    __table_args__ = (CheckConstraint("copies > 0", name="copies_positive"),)

    order_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    partner_id: Mapped[str] = mapped_column(String(64), index=True)
    paper: Mapped[str]
    purpose: Mapped[str]
    copies: Mapped[int]
    expires_on: Mapped[date | None]
    due_on: Mapped[date | None]
    people: Mapped[int]
    ordered_at: Mapped[datetime]
    ordered_by: Mapped[str]
    ordered_by_id: Mapped[str] = mapped_column(String(64))
    confirmed_by: Mapped[str]
    issued_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class CopyNoteRecord(Row):
    """写しの添え書き: by which order a row of the ledger left, to whom, with which columns."""

    __tablename__ = "copy_notes"

    copy_number: Mapped[str] = mapped_column(ForeignKey("ledger.copy_number"), primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("hand_out_orders.order_id"), index=True)
    partner_id: Mapped[str] = mapped_column(String(64), index=True)
    body: Mapped[str]
    paper: Mapped[str]
    columns: Mapped[str]
    mode: Mapped[str]
    holder: Mapped[str]
    confirmed_by: Mapped[str]


class CopyEventRecord(Row):
    """写しに起きたこと: only ever added."""

    __tablename__ = "copy_events"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(String(64), unique=True)
    copy_number: Mapped[str] = mapped_column(ForeignKey("ledger.copy_number"), index=True)
    kind: Mapped[str]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    holder: Mapped[str]
    note: Mapped[str]
    cancels: Mapped[str | None]
