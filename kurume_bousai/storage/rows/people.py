"""Tables of people: the list, its versions, plans, supporters."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kurume_bousai.storage.base import Row


class MemberRecord(Row):
    """避難行動要支援者. Sets are stored as ``,a,b,`` so that one LIKE finds a member of them.

    ``consents`` is the JSON of all kinds; ``roster_consent`` repeats the state of one kind for the
    filter. ``search_text`` is the folded text that a search without FTS reads. ``details`` is the JSON of
    ``PersonDetails`` ("" = none) and read of one person at a time; ``anonymised_on`` stands where the time
    of keeping is over and nothing personal is left.
    """

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("member_id"),
        UniqueConstraint("number"),
        Index("ix_members_source_key", "source", "source_key"),
        # In the order of the list, with all it shows, counts and filters by: the long records themselves
        # (details, consents, search text) are not passed over to list or to count everybody.
        Index(
            "ix_members_order", "kana", "number", "member_id", "name", "district_id", "neighborhood",
            "needs", "roster_consent", "registration_state", "flood_rank", "lon", "lat",
            "has_protected_address", "removed_on", "commissioner", "born_on",
        ),
        # Who is on the list, with what is true of most of a list, in the order of the 校区: counts per 校区
        # need not sort everybody. ``ix_members_gap`` is by ``statutory``.
        Index(
            "ix_members_district", "district_id", "removed_on", "has_protected_address",
            "registration_state", "roster_consent", "lon",
        ),
        # Of the flagged alone: an index of everybody would say nothing, and every import would write it.
        Index(
            "ix_members_protected", "member_id",
            sqlite_where=text("has_protected_address IS 1"),
            postgresql_where=text("has_protected_address IS true"),
        ),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("companion_count >= 0", name="companions_not_negative"),
    )  # fmt: skip

    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    member_id: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    name: Mapped[str]
    kana: Mapped[str]
    born_on: Mapped[date | None]
    sex: Mapped[str]
    postal_code: Mapped[str]
    address: Mapped[str]
    building: Mapped[str]
    phone: Mapped[str]
    phone_second: Mapped[str]
    mail_or_fax: Mapped[str]
    district_id: Mapped[str | None]
    district_method: Mapped[str]
    neighborhood: Mapped[str]
    commissioner: Mapped[str]
    reasons: Mapped[str]
    care_level: Mapped[str]
    physical_grade: Mapped[str]
    intellectual_grade: Mapped[str]
    mental_grade: Mapped[str]
    disease: Mapped[str]
    needs: Mapped[str]
    power_hours: Mapped[float | None]
    categories: Mapped[str]
    household_id: Mapped[str]
    household_size: Mapped[int]
    companion_count: Mapped[int]
    information_means: Mapped[str]
    registration_state: Mapped[str]
    registered_on: Mapped[date | None]
    consents: Mapped[str]
    roster_consent: Mapped[str]
    has_protected_address: Mapped[bool]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    home_story: Mapped[str]
    flood_rank: Mapped[int | None]
    screening_class: Mapped[int | None]
    note: Mapped[str]
    source: Mapped[str]
    source_key: Mapped[str]
    version: Mapped[int]
    updated_at: Mapped[datetime | None]
    removed_on: Mapped[date | None]
    removal_reason: Mapped[str | None]
    search_text: Mapped[str]
    details: Mapped[str] = mapped_column(server_default="")
    anonymised_on: Mapped[date | None]


class MemberVersionRecord(Row):
    """版: the whole record as JSON, once per saved change."""

    __tablename__ = "member_versions"

    member_id: Mapped[str] = mapped_column(
        ForeignKey("members.member_id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    saved_at: Mapped[datetime]
    operator: Mapped[str]
    source: Mapped[str]
    content: Mapped[str]


class PlanRecord(Row):
    """災害時マイプラン, one per person."""

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("member_id"),)

    plan_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("members.member_id", ondelete="CASCADE"))
    state: Mapped[str]
    destination_kind: Mapped[str]
    destination_id: Mapped[str | None] = mapped_column(index=True)
    travel_mode: Mapped[str | None]
    leave_at_level: Mapped[int]
    priority_score: Mapped[int | None]
    made_on: Mapped[date | None]
    review_on: Mapped[date | None]
    rehearsed_on: Mapped[date | None]
    version: Mapped[int]


class PlanSupporterRecord(Row):
    """A plan's supporters in order. No foreign key to them: a plan may name one who was taken away."""

    __tablename__ = "plan_supporters"

    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.plan_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    supporter_id: Mapped[str] = mapped_column(index=True)


class SupporterRecord(Row):
    """避難支援等実施者."""

    __tablename__ = "supporters"

    supporter_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    kana: Mapped[str]
    is_organisation: Mapped[bool]
    phone: Mapped[str]
    address: Mapped[str]
    district_id: Mapped[str | None] = mapped_column(index=True)
    neighborhood: Mapped[str]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    relation: Mapped[str]
    consent: Mapped[str]
    can_help_by_day: Mapped[bool]
    can_help_by_night: Mapped[bool]
    has_vehicle: Mapped[bool]
