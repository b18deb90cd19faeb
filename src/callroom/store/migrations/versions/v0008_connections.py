"""Other systems that flows ask, with their sealed secrets."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import JsonColumn, Utc

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "connections",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("base_url", sa.String(500), nullable=False),
        sa.Column("headers", JsonColumn, nullable=False),
        sa.Column("encrypted", sa.Boolean(), nullable=False),
        sa.Column("check_certificate", sa.Boolean(), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("database", sa.String(255), nullable=False),
        sa.Column("username", sa.String(80), nullable=False),
        sa.Column("secrets", JsonColumn, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("connections")
