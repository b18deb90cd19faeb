"""What raises an alarm for a queue, and how long an agent may rest for a reason."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("queues") as queues:
        queues.add_column(sa.Column("alarm_waiting", sa.Integer(), nullable=True))
        queues.add_column(sa.Column("alarm_longest", sa.Integer(), nullable=True))
        queues.add_column(sa.Column("alarm_level", sa.Integer(), nullable=True))
    with op.batch_alter_table("presence_reasons") as reasons:
        reasons.add_column(sa.Column("limit_minutes", sa.Integer(), nullable=True))
        reasons.add_column(sa.Column("limit_per_day_minutes", sa.Integer(), nullable=True))
        reasons.add_column(sa.Column("chosen_by", sa.String(8), nullable=False, server_default="agents"))


def downgrade() -> None:
    with op.batch_alter_table("presence_reasons") as reasons:
        for column in ("chosen_by", "limit_per_day_minutes", "limit_minutes"):
            reasons.drop_column(column)
    with op.batch_alter_table("queues") as queues:
        for column in ("alarm_level", "alarm_longest", "alarm_waiting"):
            queues.drop_column(column)
