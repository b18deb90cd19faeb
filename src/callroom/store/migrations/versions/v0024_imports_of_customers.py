"""Files of customers that are imported."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import BigId, JsonColumn, Utc

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    texts = (("file_name", 200), ("state", 12), ("format", 4), ("encoding", 12), ("delimiter", 1), ("heads_key", 64),
             ("matched_by", 60), ("duplicates", 8))  # fmt: skip
    numbers = ("row_count", "done", "created", "updated", "skipped", "failed")
    op.create_table(
        "customer_imports",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.Column("by_id", sa.String(40), nullable=True),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("job_id", sa.String(40), nullable=True),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in texts),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        *(sa.Column(name, BigId, nullable=False) for name in ("size", "reached", "faults")),
        *(sa.Column(name, JsonColumn, nullable=False) for name in ("fault", "heads", "mapping", "undone")),
        sa.Column("shared_phones", sa.Boolean(), nullable=False),
    )
    for column in ("created_at", "heads_key"):
        op.create_index(f"ix_customer_imports_{column}", "customer_imports", [column])


def downgrade() -> None:
    op.drop_table("customer_imports")
