"""Mails to all of a segment, and customers who want none."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import JsonColumn, Utc

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customers", sa.Column("no_mail", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "mailings",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("by_id", sa.String(40), nullable=True),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("segment_id", sa.String(40), nullable=False),
        sa.Column("segment", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("gathered", sa.Boolean(), nullable=False),
        sa.Column("left_out", JsonColumn, nullable=False),
    )
    op.create_index("ix_mailings_created_at", "mailings", ["created_at"])
    op.create_table(
        "mailing_letters",
        sa.Column("mailing_id", sa.String(40), sa.ForeignKey("mailings.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("customer_id", sa.String(40), sa.ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("why", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
    )
    op.create_index("ix_mailing_letters_customer_id", "mailing_letters", ["customer_id"])
    op.create_index("ix_mailing_letters_state", "mailing_letters", ["mailing_id", "state"])


def downgrade() -> None:
    op.drop_table("mailing_letters")
    op.drop_table("mailings")
    op.drop_column("customers", "no_mail")
