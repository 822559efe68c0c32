"""Days by which a step of the yearly update should stand in one 校区."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; nothing that stands is touched."""
    op.create_table(
        "yearly_due",
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Text(), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("set_at", sa.String(32), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fiscal_year"],
            ["yearly_updates.fiscal_year"],
            name="fk_yearly_due_fiscal_year_yearly_updates",
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.district_id"], name="fk_yearly_due_district_id_districts"
        ),
        sa.PrimaryKeyConstraint("fiscal_year", "district_id", "step", name="pk_yearly_due"),
    )


def downgrade() -> None:
    """Take the days of single 校区 away; those of the city stay."""
    op.drop_table("yearly_due")
