"""Saved views of the list of customers."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import Utc
from callroom.store.tables.base import JsonColumn

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_views",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("owner_id", sa.String(40), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("filter", JsonColumn, nullable=False),
        sa.Column("columns", JsonColumn, nullable=False),
        sa.Column("sort", sa.String(20), nullable=False),
    )
    op.create_index("ix_customer_views_owner_id", "customer_views", ["owner_id"])
    op.create_table(
        "customer_view_defaults",
        sa.Column("user_id", sa.String(40), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("view_id", sa.String(40), sa.ForeignKey("customer_views.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_customer_view_defaults_view_id", "customer_view_defaults", ["view_id"])


def downgrade() -> None:
    op.drop_table("customer_view_defaults")
    op.drop_table("customer_views")
