"""What is known of a person beyond the list, and who was made anonymous when the time of keeping was over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns; nothing that stands is touched."""
    op.add_column("members", sa.Column("details", sa.Text(), nullable=False, server_default=""))
    op.add_column("members", sa.Column("anonymised_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take them away: the details stay in the kept versions only."""
    op.drop_column("members", "anonymised_on")
    op.drop_column("members", "details")
