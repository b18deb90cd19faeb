"""Who was moved between tiers and stages is found by an index of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

OF_VALUE = sa.text("field IN ('tier', 'stage')")


def upgrade() -> None:
    op.create_index(
        "ix_customer_changes_value",
        "customer_changes",
        ["field", "at"],
        sqlite_where=OF_VALUE,
        postgresql_where=OF_VALUE,
    )


def downgrade() -> None:
    op.drop_index("ix_customer_changes_value", "customer_changes")
