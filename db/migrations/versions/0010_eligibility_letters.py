"""Criteria with their runs and findings, letters with their replies, and registration figures per year."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    "registration_years",
    "mailing_checks",
    "mailing_letters",
    "mailings",
    "eligibility_decisions",
    "eligibility_findings",
    "eligibility_runs",
    "eligibility_sets",
)


def upgrade() -> None:
    """Create the tables; nothing that stands is touched."""
    _criteria()
    _findings()
    _letters()
    op.create_table(
        "registration_years",
        sa.Column("fiscal_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district_id", sa.String(64), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fiscal_year", "district_id", name="pk_registration_years"),
    )


def _criteria() -> None:
    op.create_table(
        "eligibility_sets",
        sa.Column("set_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.String(32), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("set_id", "version", name="pk_eligibility_sets"),
    )
    op.create_table(
        "eligibility_runs",
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("run_at", sa.String(32), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("set_id", sa.String(64), nullable=False),
        sa.Column("set_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run", name="pk_eligibility_runs"),
    )


def _findings() -> None:
    op.create_table(
        "eligibility_findings",
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("since_run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until_run", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "since_run", name="pk_eligibility_findings"),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.member_id"],
            name="fk_eligibility_findings_member_id_members",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["since_run"], ["eligibility_runs.run"], name="fk_eligibility_findings_since_run_eligibility_runs"
        ),
    )
    op.create_index("ix_eligibility_findings_since_run", "eligibility_findings", ["since_run"])
    op.create_index("ix_eligibility_findings_until_run", "eligibility_findings", ["until_run"])
    op.create_table(
        "eligibility_decisions",
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("since_run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.String(32), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "since_run", name="pk_eligibility_decisions"),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.member_id"],
            name="fk_eligibility_decisions_member_id_members",
            ondelete="CASCADE",
        ),
    )


def _letters() -> None:
    op.create_table(
        "mailings",
        sa.Column("mailing_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("envelope_order", sa.String(16), nullable=False),
        sa.Column("bundle_size", sa.Integer(), nullable=False),
        sa.Column("check_every", sa.Integer(), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("is_protected", sa.Boolean(), nullable=False),
        sa.Column("printed_on", sa.Date(), nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("unchecked_reason", sa.Text(), nullable=False),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("mailing_id", name="pk_mailings"),
        sa.UniqueConstraint("number", name="uq_mailings_number"),
    )
    op.create_table(
        "mailing_letters",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("mailing_id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("printed_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.String(16), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.String(32), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_mailing_letters"),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailings.mailing_id"], name="fk_mailing_letters_mailing_id_mailings"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.member_id"],
            name="fk_mailing_letters_member_id_members",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_mailing_letters_mailing_id", "mailing_letters", ["mailing_id"])
    op.create_index("ix_mailing_letters_member_id", "mailing_letters", ["member_id"])
    op.create_table(
        "mailing_checks",
        sa.Column("mailing_id", sa.String(64), nullable=False),
        sa.Column("check", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("letter_code", sa.String(16), nullable=False),
        sa.Column("form_code", sa.String(16), nullable=False),
        sa.Column("checked_at", sa.String(32), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mailing_id", "check", name="pk_mailing_checks"),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailings.mailing_id"], name="fk_mailing_checks_mailing_id_mailings"
        ),
    )


def downgrade() -> None:
    """Take away what this step brought, replies included."""
    for name in TABLES:
        op.drop_table(name)
