"""Days with hours of their own, and opening hours switched by hand."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import JsonColumn, Utc

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("days", "switch_extensions"):
        op.add_column("schedules", sa.Column(name, JsonColumn, nullable=False, server_default="[]"))
    op.add_column("schedules", sa.Column("override", sa.String(8), nullable=True))
    op.add_column("schedules", sa.Column("override_until", Utc(), nullable=True))
    op.add_column("schedules", sa.Column("switch_code", sa.String(1), nullable=True))


def downgrade() -> None:
    for name in ("days", "switch_extensions", "override", "override_until", "switch_code"):
        op.drop_column("schedules", name)
