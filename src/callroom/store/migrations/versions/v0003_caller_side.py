"""What callers hear in a queue and may press there, and who is to be called back."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import JsonColumn, Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COLUMNS = (
    sa.Column("announce_wait", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("announce_agent", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("periodic_prompt_id", sa.String(40), nullable=True),
    sa.Column("music_prompt_id", sa.String(40), nullable=True),
    sa.Column("whisper_prompt_id", sa.String(40), nullable=True),
    sa.Column("exit_keys", JsonColumn, nullable=False, server_default="{}"),
    sa.Column("callback_key", sa.String(1), nullable=True),
    sa.Column("callback_attempts", sa.Integer(), nullable=False, server_default="3"),
    sa.Column("callback_retry_minutes", sa.Integer(), nullable=False, server_default="10"),
    sa.Column("caller_number", sa.String(32), nullable=False, server_default=""),
)


def upgrade() -> None:
    for column in _COLUMNS:
        op.add_column("queues", column)
    op.drop_column("queues", "music")
    op.create_table(
        "callbacks",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("queue_id", sa.String(40), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", Utc(), nullable=True),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("origin_journey", sa.String(40), nullable=False),
        sa.Column("journey", sa.String(40), nullable=True),
    )
    for name in ("queue_id", "asked_at", "state"):
        op.create_index(f"ix_callbacks_{name}", "callbacks", [name])


def downgrade() -> None:
    op.drop_table("callbacks")
    op.add_column("queues", sa.Column("music", sa.String(40), nullable=False, server_default="default"))
    for column in _COLUMNS:
        op.drop_column("queues", column.name)
