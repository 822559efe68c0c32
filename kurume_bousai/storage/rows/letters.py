"""Tables of who is eligible, of letters with their replies, and of the yearly registration figures."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kurume_bousai.storage.base import Row


class EligibilitySetRecord(Row):
    """要件の組: every saved version of a set of criteria, as JSON."""

    __tablename__ = "eligibility_sets"

    set_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]


class EligibilityRunRecord(Row):
    """判定の記録: on which day, by which version of which set. Its counts are derived from the findings."""

    __tablename__ = "eligibility_runs"

    run: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    judged_on: Mapped[date]
    run_at: Mapped[datetime]
    operator: Mapped[str]
    set_id: Mapped[str] = mapped_column(String(64))
    set_version: Mapped[int]


class EligibilityFindingRecord(Row):
    """判定の結果 of one person from one run until another found otherwise; ``until_run`` None = it holds."""

    __tablename__ = "eligibility_findings"

    member_id: Mapped[str] = mapped_column(
        ForeignKey("members.member_id", ondelete="CASCADE"), primary_key=True
    )
    since_run: Mapped[int] = mapped_column(
        ForeignKey("eligibility_runs.run"), primary_key=True, autoincrement=False, index=True
    )
    until_run: Mapped[int | None] = mapped_column(index=True)
    verdict: Mapped[str] = mapped_column(String(16))
    criteria: Mapped[str]


class EligibilityDecisionRecord(Row):
    """判断: what a person decided about somebody who meets no criterion any more."""

    __tablename__ = "eligibility_decisions"

    member_id: Mapped[str] = mapped_column(
        ForeignKey("members.member_id", ondelete="CASCADE"), primary_key=True
    )
    since_run: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decision: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]


class MailingRecord(Row):
    """案内送付."""

    __tablename__ = "mailings"

    mailing_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str]
    audience: Mapped[str] = mapped_column(String(16))
    envelope_order: Mapped[str] = mapped_column(String(16))
    bundle_size: Mapped[int]
    check_every: Mapped[int]
    reply_by: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    is_protected: Mapped[bool]
    printed_on: Mapped[date | None]
    posted_on: Mapped[date | None]
    unchecked_reason: Mapped[str]
    cancelled_on: Mapped[date | None]


class MailingLetterRecord(Row):
    """案内の一通: its code, its place among the envelopes, and the reply once it is in."""

    __tablename__ = "mailing_letters"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    mailing_id: Mapped[str] = mapped_column(ForeignKey("mailings.mailing_id"), index=True)
    position: Mapped[int]
    member_id: Mapped[str] = mapped_column(ForeignKey("members.member_id", ondelete="CASCADE"), index=True)
    printed_on: Mapped[date | None]
    reply: Mapped[str | None] = mapped_column(String(16))
    received_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    recorded_at: Mapped[datetime | None]
    recorded_by: Mapped[str]


class MailingCheckRecord(Row):
    """封入の点検: the codes on the two sheets that were found in one envelope."""

    __tablename__ = "mailing_checks"

    mailing_id: Mapped[str] = mapped_column(ForeignKey("mailings.mailing_id"), primary_key=True)
    check: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    letter_code: Mapped[str] = mapped_column(String(16))
    form_code: Mapped[str] = mapped_column(String(16))
    checked_at: Mapped[datetime]
    checked_by: Mapped[str]


class RegistrationYearRecord(Row):
    """年度の登録者数と対象者数: a figure taken on a day, never counted again; district "" = 市全体."""

    __tablename__ = "registration_years"

    fiscal_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    district_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    applied: Mapped[int]
    eligible: Mapped[int | None]
    counted_on: Mapped[date]
    source: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
