"""Saved capacity questions, screenings, the ledger of receptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("reception_entries", "screenings", "scenarios")


def upgrade() -> None:
    """Create the tables; nothing that stands is touched."""
    op.create_table(
        "scenarios",
        sa.Column("scenario_id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("totals", sa.Text(), nullable=True),
        sa.Column("saved_at", sa.String(32), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scenario_id", name="pk_scenarios"),
        sa.UniqueConstraint("folded_name", name="uq_scenarios_folded_name"),
    )
    op.create_table(
        "screenings",
        sa.Column("screening_id", sa.String(64), nullable=False),
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("screening_class", sa.Integer(), nullable=False),
        sa.Column("screened_at", sa.String(32), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("transport", sa.Text(), nullable=True),
        sa.Column("escort_count", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.String(32), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("screening_id", name="pk_screenings"),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.member_id"], name="fk_screenings_member_id_members", ondelete="CASCADE"
        ),
        sa.CheckConstraint("screening_class BETWEEN 1 AND 4", name=op.f("ck_screenings_class_known")),
        sa.CheckConstraint("escort_count >= 0", name=op.f("ck_screenings_escort_not_negative")),
    )
    op.create_index("ix_screenings_member_id", "screenings", ["member_id"])
    op.create_table(
        "reception_entries",
        sa.Column("entry_id", sa.String(64), nullable=False),
        sa.Column("device_id", sa.String(64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("clock_ms", sa.BigInteger(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=True),
        sa.Column("member_id", sa.Text(), nullable=True),
        sa.Column("from_site_id", sa.Text(), nullable=True),
        sa.Column("operation_id", sa.String(64), nullable=True),
        sa.Column("cancels", sa.String(64), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_reception_entries"),
        sa.UniqueConstraint("device_id", "sequence", name="uq_reception_entries_device_id_sequence"),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operations.operation_id"],
            name="fk_reception_entries_operation_id_operations",
        ),
        sa.ForeignKeyConstraint(
            ["cancels"], ["reception_entries.entry_id"], name="fk_reception_entries_cancels_reception_entries"
        ),
        sa.CheckConstraint("people >= 0", name=op.f("ck_reception_entries_people_not_negative")),
    )
    op.create_index("ix_reception_entries_member_id", "reception_entries", ["member_id"])
    op.create_index(
        "ix_reception_entries_stamp",
        "reception_entries",
        ["clock_ms", "counter", "device_id", "sequence"],
    )


def downgrade() -> None:
    """Take away what this step brought; what was written in it is lost."""
    for name in TABLES:
        op.drop_table(name)
