"""Who switched opening hours by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schedules", sa.Column("override_by", sa.String(80), nullable=True))


def downgrade() -> None:
    op.drop_column("schedules", "override_by")
