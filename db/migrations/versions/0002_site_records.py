"""Records of sites: a rate of their own, who said each figure when, 施設の記録; 収容人数; 候補の施設."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW_COLUMNS = {
    "welfare_shelters": ("rate_m2", "figure_sources", "record"),
    "emergency_sites": ("indoor_capacity", "outdoor_capacity", "capacity_text"),
}


def upgrade() -> None:
    """Add what older rows do not have; "{}" says nothing, so nothing of theirs changes its meaning."""
    op.add_column("welfare_shelters", sa.Column("rate_m2", sa.Text(), nullable=True))
    for name in ("figure_sources", "record"):
        op.add_column("welfare_shelters", sa.Column(name, sa.Text(), nullable=False, server_default="{}"))
    for name in ("indoor_capacity", "outdoor_capacity"):
        op.add_column("emergency_sites", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("emergency_sites", sa.Column("capacity_text", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "care_facilities",
        sa.Column("facility_id", sa.String(128), nullable=False),
        sa.Column("office_number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("district_id", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("capacity_text", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.Column("adopted_as", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("facility_id", name="pk_care_facilities"),
    )


def downgrade() -> None:
    """Take away what this step brought."""
    op.drop_table("care_facilities")
    for table, names in NEW_COLUMNS.items():
        for name in names:
            op.drop_column(table, name)
