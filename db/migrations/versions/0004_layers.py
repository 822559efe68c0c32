"""Official map layers with their features, and what they say of members' homes and of sites."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("site_hazards", "member_hazards", "layer_features", "layers")


def upgrade() -> None:
    """Create the tables; nothing that stands is touched."""
    op.create_table(
        "layers",
        sa.Column("layer_id", sa.String(64), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("crs", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.String(32), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("west", sa.Double(), nullable=False),
        sa.Column("south", sa.Double(), nullable=False),
        sa.Column("east", sa.Double(), nullable=False),
        sa.Column("north", sa.Double(), nullable=False),
        sa.Column("coverage", sa.LargeBinary(), nullable=True),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("wanted_parts", sa.Text(), nullable=False),
        sa.Column("feature_count", sa.Integer(), nullable=False),
        sa.Column("repaired", sa.Text(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("layer_id", name="pk_layers"),
    )
    op.create_table(
        "layer_features",
        sa.Column("layer_id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("wkb", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("layer_id", "position", name="pk_layer_features"),
        sa.ForeignKeyConstraint(
            ["layer_id"], ["layers.layer_id"], name="fk_layer_features_layer_id_layers", ondelete="CASCADE"
        ),
    )
    _readings(
        "member_hazards",
        "member_id",
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.member_id"],
            name="fk_member_hazards_member_id_members",
            ondelete="CASCADE",
        ),
    )
    _readings("site_hazards", "site_id")


def _readings(table: str, key: str, *more: sa.Constraint) -> None:
    op.create_table(
        table,
        sa.Column(key, sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("scenario", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint(key, "kind", "scenario", name=f"pk_{table}"),
        *more,
    )


def downgrade() -> None:
    """Take away what this step brought; the layers can be imported again."""
    for name in TABLES:
        op.drop_table(name)
