"""The recipients' master, orders that a second person confirms, and what happened to each copy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

# Children before parents.
TABLES = ("copy_events", "copy_notes", "hand_out_orders", "support_partners")


def upgrade() -> None:
    """Create the tables and say of who stands in a copy with which version; what stands is kept."""
    op.create_table(
        "support_partners",
        sa.Column("partner_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("saved_at", sa.String(32), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "version", name="pk_support_partners"),
    )
    op.create_table(
        "hand_out_orders",
        sa.Column("order_id", sa.String(64), nullable=False),
        sa.Column("partner_id", sa.String(64), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("ordered_at", sa.String(32), nullable=False),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("ordered_by_id", sa.String(64), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.String(32), nullable=True),
        sa.Column("cancelled_at", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("order_id", name="pk_hand_out_orders"),
        sa.CheckConstraint("copies > 0", name=op.f("ck_hand_out_orders_copies_positive")),
    )
    op.create_index("ix_hand_out_orders_partner_id", "hand_out_orders", ["partner_id"])
    op.create_table(
        "copy_notes",
        sa.Column("copy_number", sa.String(32), nullable=False),
        sa.Column("order_id", sa.String(64), nullable=False),
        sa.Column("partner_id", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("copy_number", name="pk_copy_notes"),
        sa.ForeignKeyConstraint(
            ["copy_number"], ["ledger.copy_number"], name="fk_copy_notes_copy_number_ledger"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["hand_out_orders.order_id"], name="fk_copy_notes_order_id_hand_out_orders"
        ),
    )
    op.create_index("ix_copy_notes_order_id", "copy_notes", ["order_id"])
    op.create_index("ix_copy_notes_partner_id", "copy_notes", ["partner_id"])
    op.create_table(
        "copy_events",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("copy_number", sa.String(32), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("cancels", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_copy_events"),
        sa.UniqueConstraint("event_id", name="uq_copy_events_event_id"),
        sa.ForeignKeyConstraint(
            ["copy_number"], ["ledger.copy_number"], name="fk_copy_events_copy_number_ledger"
        ),
    )
    op.create_index("ix_copy_events_copy_number", "copy_events", ["copy_number"])
    op.add_column("ledger_people", sa.Column("member_version", sa.Integer(), nullable=True))
    op.add_column(
        "ledger_people", sa.Column("is_removed", sa.Boolean(), nullable=False, server_default=sa.text("0"))
    )


def downgrade() -> None:
    """Take them away: the ledger itself stays, what happened to its copies afterwards is lost."""
    op.drop_column("ledger_people", "is_removed")
    op.drop_column("ledger_people", "member_version")
    for name in TABLES:
        op.drop_table(name)
