"""Task layers: what people draw on the map of the city, and the steps that can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("task_steps", "task_features", "task_layers")


def upgrade() -> None:
    """Create the tables; nothing that stands is touched."""
    op.create_table(
        "task_layers",
        sa.Column("layer_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("layer_id", name="pk_task_layers"),
    )
    op.create_table(
        "task_features",
        sa.Column("feature_id", sa.String(64), nullable=False),
        sa.Column("layer_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.String(32), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("feature_id", name="pk_task_features"),
        sa.ForeignKeyConstraint(
            ["layer_id"], ["task_layers.layer_id"], name="fk_task_features_layer_id_task_layers"
        ),
    )
    op.create_index("ix_task_features_layer_id", "task_features", ["layer_id"])
    op.create_table(
        "task_steps",
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("operator_id", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("step", name="pk_task_steps"),
    )
    op.create_index("ix_task_steps_operator_id", "task_steps", ["operator_id"])


def downgrade() -> None:
    """Take away what this step brought, drawings included."""
    for name in TABLES:
        op.drop_table(name)
