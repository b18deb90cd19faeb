"""Customers' phones have ids: by these they are dialled and kept by people who may not see the numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customer_phones", sa.Column("id", sa.String(40), nullable=False, server_default=""))
    sqlite = op.get_bind().dialect.name == "sqlite"
    chance = "lower(hex(randomblob(8)))" if sqlite else "substr(replace(gen_random_uuid()::text, '-', ''), 17)"
    op.execute(f"UPDATE customer_phones SET id = 'ph_' || {chance}")  # noqa: S608


def downgrade() -> None:
    op.drop_column("customer_phones", "id")
