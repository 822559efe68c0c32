"""Saved column mappings of the offices' files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; nothing that stands is touched."""
    op.create_table(
        "mapping_profiles",
        sa.Column("profile_id", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.String(32), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", name="pk_mapping_profiles"),
        sa.UniqueConstraint("folded_name", name="uq_mapping_profiles_folded_name"),
    )


def downgrade() -> None:
    """Take the mappings away; the list itself does not stand on them."""
    op.drop_table("mapping_profiles")
