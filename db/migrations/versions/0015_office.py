"""Emergency modes and what left under them, the yearly update, and activities as they were typed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Children before parents.
TABLES = ("activity_entries", "yearly_records", "yearly_updates", "emergency_copies", "emergencies")


def upgrade() -> None:
    """Create the tables; nothing that stands is touched."""
    op.create_table(
        "emergencies",
        sa.Column("emergency_id", sa.String(64), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("operation_id", sa.String(64), nullable=True),
        sa.Column("districts", sa.Text(), nullable=True),
        sa.Column("bodies", sa.Text(), nullable=False),
        sa.Column("partner_ids", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("until", sa.String(32), nullable=True),
        sa.Column("ended_at", sa.String(32), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("end_note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("emergency_id", name="pk_emergencies"),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operations.operation_id"], name="fk_emergencies_operation_id_operations"
        ),
    )
    op.create_table(
        "emergency_copies",
        sa.Column("copy_number", sa.String(32), nullable=False),
        sa.Column("emergency_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("copy_number", "emergency_id", name="pk_emergency_copies"),
        sa.ForeignKeyConstraint(
            ["copy_number"], ["ledger.copy_number"], name="fk_emergency_copies_copy_number_ledger"
        ),
        sa.ForeignKeyConstraint(
            ["emergency_id"],
            ["emergencies.emergency_id"],
            name="fk_emergency_copies_emergency_id_emergencies",
        ),
    )
    op.create_index("ix_emergency_copies_emergency_id", "emergency_copies", ["emergency_id"])
    op.create_table(
        "yearly_updates",
        sa.Column("fiscal_year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fiscal_year", name="pk_yearly_updates"),
    )
    _create_records()
    op.create_table(
        "activity_entries",
        sa.Column("activity_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("district_id", sa.Text(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("operation_id", sa.String(64), nullable=True),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("activity_id", name="pk_activity_entries"),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.district_id"], name="fk_activity_entries_district_id_districts"
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operations.operation_id"], name="fk_activity_entries_operation_id_operations"
        ),
        sa.CheckConstraint("times > 0", name=op.f("ck_activity_entries_times_positive")),
        sa.CheckConstraint("people >= 0", name=op.f("ck_activity_entries_people_not_negative")),
    )


def _create_records() -> None:
    op.create_table(
        "yearly_records",
        sa.Column("record_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Text(), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("copy_numbers", sa.Text(), nullable=False),
        sa.Column("takes_back", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_yearly_records"),
        sa.ForeignKeyConstraint(
            ["fiscal_year"],
            ["yearly_updates.fiscal_year"],
            name="fk_yearly_records_fiscal_year_yearly_updates",
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.district_id"], name="fk_yearly_records_district_id_districts"
        ),
    )
    op.create_index("ix_yearly_records_fiscal_year", "yearly_records", ["fiscal_year"])


def downgrade() -> None:
    """Take the tables away with what was recorded in them."""
    for table in TABLES:
        op.drop_table(table)
