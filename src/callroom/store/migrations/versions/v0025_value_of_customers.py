"""Segments of customers, and rules that file them; what people chose by hand is known. What happened to all customers
is counted from an index alone."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import JsonColumn, Utc

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def _configured() -> list[sa.Column]:
    return [
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
    ]


def upgrade() -> None:
    op.add_column("customers", sa.Column("by_hand", JsonColumn, nullable=False, server_default="[]"))
    # who is not the usual was made so by somebody, as no rule was there
    op.execute("""UPDATE customers SET by_hand = '["tier"]' WHERE tier <> 0 AND stage = 'new'""")
    op.execute("""UPDATE customers SET by_hand = '["stage"]' WHERE tier = 0 AND stage <> 'new'""")
    op.execute("""UPDATE customers SET by_hand = '["stage", "tier"]' WHERE tier <> 0 AND stage <> 'new'""")
    op.create_table(
        "segments",
        *_configured(),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("conditions", JsonColumn, nullable=False),
    )
    op.create_table(
        "customer_rules",
        *_configured(),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("conditions", JsonColumn, nullable=False),
        sa.Column("tier", sa.Integer(), nullable=True),
        sa.Column("stage", sa.String(12), nullable=True),
        sa.Column("tags_on", JsonColumn, nullable=False),
        sa.Column("tags_off", JsonColumn, nullable=False),
        sa.Column("over_hand", sa.Boolean(), nullable=False),
    )
    op.drop_index("ix_journeys_customer_id", "journeys")
    op.create_index("ix_journeys_customer", "journeys", ["customer_id", "started_at", "direction", "loss_reason"])


def downgrade() -> None:
    op.drop_index("ix_journeys_customer", "journeys")
    op.create_index("ix_journeys_customer_id", "journeys", ["customer_id"])
    op.drop_table("customer_rules")
    op.drop_table("segments")
    op.drop_column("customers", "by_hand")
