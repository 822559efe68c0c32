"""What a copy shows, to which kind of body it left and on which kinds of consent it stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_NAMES = ("shown_columns", "recipient_body", "consent_kinds")


def upgrade() -> None:
    """Three columns of the ledger; copies of before keep none and count as a list by its usual columns."""
    for name in _NAMES:
        op.add_column("ledger", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    """Take the three columns away."""
    for name in reversed(_NAMES):
        op.drop_column("ledger", name)
