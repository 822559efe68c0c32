"""Homes that a person looked at and could not place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; nothing that stands is touched."""
    op.create_table(
        "home_undecided",
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name="pk_home_undecided"),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.member_id"],
            name="fk_home_undecided_member_id_members",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    """Take it away: those people stand among the unplaced again."""
    op.drop_table("home_undecided")
