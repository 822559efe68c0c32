"""Who confirmed that a copy leaves, or why nobody had to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns of the ledger; copies of before keep none, which is said so on screen."""
    op.add_column("ledger", sa.Column("second_person", sa.Text(), nullable=True))
    op.add_column("ledger", sa.Column("second_ground", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take the two columns away."""
    op.drop_column("ledger", "second_ground")
    op.drop_column("ledger", "second_person")
