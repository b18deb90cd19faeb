"""When each agent was in which state."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import JsonColumn, Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent_states",
        sa.Column("agent_id", sa.String(length=40), primary_key=True),
        sa.Column("since", Utc(), primary_key=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("rest", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("queues", JsonColumn, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("agent_states")
