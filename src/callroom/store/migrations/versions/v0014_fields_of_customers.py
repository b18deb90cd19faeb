"""Fields that the site makes for its customers, whose they are, and what was changed."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import BigId, JsonColumn, Utc

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON_COLUMNS = {"field_values": "{}", "tags": "[]"}


def upgrade() -> None:
    op.create_table(
        "customer_fields",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("type", sa.String(12), nullable=False),
        sa.Column("options", JsonColumn, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("in_pop", "required", "is_unique", "masked")),
        sa.Column("default_value", JsonColumn, nullable=False),
        sa.Column("validation", JsonColumn, nullable=False),
        sa.Column("changing", sa.String(40), nullable=True),
    )
    op.create_table(
        "customer_uniques",
        sa.Column("field_id", sa.String(40), primary_key=True),
        sa.Column("value", sa.String(200), primary_key=True),
        sa.Column("customer_id", sa.String(40), sa.ForeignKey("customers.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_customer_uniques_customer_id", "customer_uniques", ["customer_id"])
    op.create_table(
        "customer_changes",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("customer_id", sa.String(40), sa.ForeignKey("customers.id", ondelete="CASCADE"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by_id", sa.String(40), nullable=True),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("before", JsonColumn, nullable=False),
        sa.Column("after", JsonColumn, nullable=False),
        sa.Column("batch", sa.String(40), nullable=True),
    )
    op.create_index("ix_customer_changes_customer", "customer_changes", ["customer_id", "version"])
    op.create_index("ix_customer_changes_batch", "customer_changes", ["batch"])
    for name, value in JSON_COLUMNS.items():
        op.add_column("customers", sa.Column(name, JsonColumn, nullable=False, server_default=value))
    for name in ("owner_id", "created_by", "batch"):
        op.add_column("customers", sa.Column(name, sa.String(40), nullable=True))
    op.add_column("customers", sa.Column("stage", sa.String(12), nullable=False, server_default="new"))
    op.add_column("customers", sa.Column("do_not_call", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("customers", sa.Column("deleted_at", Utc(), nullable=True))
    op.add_column("customers", sa.Column("seq", BigId, nullable=False, server_default="0"))
    op.execute(
        "UPDATE customers SET seq = numbered.n FROM"
        " (SELECT id, row_number() OVER (ORDER BY created_at, id) AS n FROM customers) AS numbered"
        " WHERE customers.id = numbered.id"
    )
    op.create_index("ix_customers_seq", "customers", ["seq"], unique=True)
    op.create_index("ix_customers_batch", "customers", ["batch"])
    op.create_index("ix_customers_deleted_at", "customers", ["deleted_at"])
    op.add_column("customer_phones", sa.Column("label", sa.String(20), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("customer_phones", "label")
    for index in ("seq", "batch", "deleted_at"):
        op.drop_index(f"ix_customers_{index}", "customers")
    for name in (*JSON_COLUMNS, "owner_id", "created_by", "batch", "stage", "do_not_call", "deleted_at", "seq"):
        op.drop_column("customers", name)
    for table in ("customer_changes", "customer_uniques", "customer_fields"):
        op.drop_table(table)
