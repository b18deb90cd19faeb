"""Messages know with which sending to many they went."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("batch", sa.String(40)))
    op.create_index("ix_messages_batch", "messages", ["batch", "state"])


def downgrade() -> None:
    op.drop_index("ix_messages_batch", "messages")
    op.drop_column("messages", "batch")
