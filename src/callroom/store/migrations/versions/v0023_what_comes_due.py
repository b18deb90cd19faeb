"""What has come due is looked for every few seconds: only what is not over stands in the indexes for it."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# index, table, column, and what says that it is not over
OPEN = (
    ("ix_records_due_at", "records", "due_at", "closed_at IS NULL"),
    ("ix_follow_ups_due_at", "follow_ups", "due_at", "done_at IS NULL"),
    ("ix_memos_remind_at", "memos", "remind_at", "reminded_at IS NULL"),
)


def upgrade() -> None:
    for name, table, column, still_open in OPEN:
        op.drop_index(name, table)
        where = sa.text(still_open)
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, column, _ in OPEN:
        op.drop_index(name, table)
        op.create_index(name, table, [column])
