"""Voicemail boxes with settings of their own, and what became of each message."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import JsonColumn, Utc

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TIMES = ("called_back_at", "mailed_at", "deleted_at")
PEOPLE = ("forwarded_by", "called_back_by")


def upgrade() -> None:
    op.create_table(
        "voicemail_boxes",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("pin_hash", sa.String(200), nullable=False),
        sa.Column("asks_pin", sa.Boolean(), nullable=False),
        sa.Column("longest_seconds", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("attach_audio", sa.Boolean(), nullable=False),
        sa.Column("delete_after_mail", sa.Boolean(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=False),
        sa.Column("greetings", JsonColumn, nullable=False),
    )
    for name in TIMES:
        op.add_column("voicemails", sa.Column(name, Utc(), nullable=True))
    for name in PEOPLE:
        op.add_column("voicemails", sa.Column(name, sa.String(40), nullable=True))


def downgrade() -> None:
    for name in (*PEOPLE, *TIMES):
        op.drop_column("voicemails", name)
    op.drop_table("voicemail_boxes")
