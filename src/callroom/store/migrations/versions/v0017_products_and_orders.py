"""Products in their categories, and orders of customers with their lines."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import Utc

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _configured() -> list[sa.Column]:
    return [
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "product_categories",
        *_configured(),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("parent_id", sa.String(40), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_index("ix_product_categories_parent_id", "product_categories", ["parent_id"])
    op.create_table(
        "products",
        *_configured(),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("category_id", sa.String(40), nullable=True),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
    )
    for column in ("name", "category_id"):
        op.create_index(f"ix_products_{column}", "products", [column])
    op.create_table(
        "orders",
        *_configured(),
        sa.Column("number", sa.Integer(), nullable=False, unique=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.Column("customer_id", sa.String(40), nullable=True),
        sa.Column("journey_id", sa.String(40), nullable=True),
        sa.Column("owner_id", sa.String(40), nullable=True),
        sa.Column("created_by", sa.String(40), nullable=True),
        sa.Column("deleted_at", Utc(), nullable=True),
    )
    for column in ("created_at", "customer_id", "journey_id", "created_by"):
        op.create_index(f"ix_orders_{column}", "orders", [column])
    op.create_index("ix_orders_owner_created", "orders", ["owner_id", "created_at"])
    op.create_table(
        "order_lines",
        sa.Column("order_id", sa.String(40), sa.ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("product_id", sa.String(40), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_order_lines_product_id", "order_lines", ["product_id"])


def downgrade() -> None:
    for table in ("order_lines", "orders", "products", "product_categories"):
        op.drop_table(table)
