"""What callers answered in surveys, and which queues ask them."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import Utc

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_answers",
        sa.Column("journey_id", sa.String(40), sa.ForeignKey("journeys.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("question", sa.Integer(), primary_key=True),
        sa.Column("survey_id", sa.String(40), nullable=False),
        sa.Column("agent_id", sa.String(40), nullable=True),
        sa.Column("queue_id", sa.String(40), nullable=True),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("meaning", sa.String(16), nullable=True),
        sa.Column("reason", sa.String(12), nullable=True),
    )
    for column in ("survey_id", "agent_id", "queue_id", "asked_at"):
        op.create_index(f"ix_survey_answers_{column}", "survey_answers", [column])
    op.add_column("queues", sa.Column("survey_id", sa.String(40), nullable=True))
    op.add_column("queues", sa.Column("survey_pause_days", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for name in ("survey_id", "survey_pause_days"):
        op.drop_column("queues", name)
    op.drop_table("survey_answers")
