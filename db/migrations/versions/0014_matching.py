"""What each office stated about a person, decisions about pairs, merges; sessions of imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; an import of before is a session of its own."""
    op.create_table(
        "source_statements",
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("member_id", sa.String(64), nullable=False),
        sa.Column("import_id", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_source_statements"),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.member_id"],
            name="fk_source_statements_member_id_members",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_source_statements_key", "source_statements", ["source", "source_key"])
    op.create_index("ix_source_statements_member_id", "source_statements", ["member_id"])
    op.create_index("ix_source_statements_import_id", "source_statements", ["import_id"])
    op.create_table(
        "pair_decisions",
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.String(32), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("first", "second", name="pk_pair_decisions"),
    )
    op.create_table(
        "member_merges",
        sa.Column("merge_id", sa.String(64), nullable=False),
        sa.Column("kept_id", sa.String(64), nullable=False),
        sa.Column("absorbed_id", sa.String(64), nullable=False),
        sa.Column("merged_at", sa.String(32), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("split_at", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("merge_id", name="pk_member_merges"),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["members.member_id"], name="fk_member_merges_kept_id_members", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["absorbed_id"],
            ["members.member_id"],
            name="fk_member_merges_absorbed_id_members",
            ondelete="CASCADE",
        ),
    )
    op.add_column("imports", sa.Column("session_id", sa.String(64), nullable=False, server_default=""))
    op.add_column("imports", sa.Column("extracted_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take them away: each person has one source again, and every pair is asked anew."""
    op.drop_column("imports", "extracted_on")
    op.drop_column("imports", "session_id")
    op.drop_table("member_merges")
    op.drop_table("pair_decisions")
    op.drop_table("source_statements")
