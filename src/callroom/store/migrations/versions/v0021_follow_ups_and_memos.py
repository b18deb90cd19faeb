"""Return calls that are owed to customers, and memos of the service to them with reminders."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import Utc

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _owned() -> list[sa.Column]:
    return [
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.Column("customer_id", sa.String(40), nullable=True),
        sa.Column("journey_id", sa.String(40), nullable=True),
        sa.Column("owner_id", sa.String(40), nullable=True),
        sa.Column("created_by", sa.String(40), nullable=True),
        sa.Column("deleted_at", Utc(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        *_owned(),
        sa.Column("record_id", sa.String(40), sa.ForeignKey("records.id", ondelete="CASCADE"), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("overdue_told_at", Utc(), nullable=True),
    )
    op.create_table(
        "memos",
        *_owned(),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("remind_at", Utc(), nullable=True),
        sa.Column("remind_id", sa.String(40), nullable=True),
        sa.Column("reminded_at", Utc(), nullable=True),
        sa.Column("done_at", Utc(), nullable=True),
    )
    for table in ("follow_ups", "memos"):
        for column in ("customer_id", "journey_id", "created_by"):
            op.create_index(f"ix_{table}_{column}", table, [column])
    for column in ("record_id", "due_at"):
        op.create_index(f"ix_follow_ups_{column}", "follow_ups", [column])
    for column in ("created_at", "remind_at"):
        op.create_index(f"ix_memos_{column}", "memos", [column])
    op.create_index("ix_memos_owner_created", "memos", ["owner_id", "created_at"])


def downgrade() -> None:
    for table in ("memos", "follow_ups"):
        op.drop_table(table)
