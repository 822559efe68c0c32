"""The address dictionary, and how the place of each home was decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("home_places", "gazetteer_points", "gazetteer_sources")


def upgrade() -> None:
    """Create the tables; nothing that stands is touched."""
    op.create_table(
        "gazetteer_sources",
        sa.Column("source_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("crs", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.String(32), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", name="pk_gazetteer_sources"),
    )
    op.create_table(
        "gazetteer_points",
        sa.Column("point_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("source_id", sa.String(64), nullable=False),
        sa.Column("town_key", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("koaza", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("is_residential", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("point_id", name="pk_gazetteer_points"),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["gazetteer_sources.source_id"],
            name="fk_gazetteer_points_source_id_gazetteer_sources",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_gazetteer_points_source_id", "gazetteer_points", ["source_id"])
    op.create_index("ix_gazetteer_points_town_key", "gazetteer_points", ["town_key"])
    op.create_table(
        "home_places",
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("matched", sa.Text(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name="pk_home_places"),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.member_id"],
            name="fk_home_places_member_id_members",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "confidence >= 0 AND confidence <= 1", name=op.f("ck_home_places_confidence_is_ratio")
        ),
    )


def downgrade() -> None:
    """Take away what this step brought: the dictionary can be read again, hand-set pins keep their point."""
    for name in TABLES:
        op.drop_table(name)
