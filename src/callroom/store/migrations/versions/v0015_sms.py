"""Text messages: gateways, templates, the messages themselves, who wants none, and who may send."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import JsonColumn, Utc

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _configured() -> list[sa.Column]:
    return [
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "sms_gateways",
        *_configured(),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("per_second", sa.Integer(), nullable=False),
        sa.Column("valid_hours", sa.Integer(), nullable=False),
        sa.Column("sends_again", sa.Boolean(), nullable=False),
        sa.Column("options", JsonColumn, nullable=False),
        sa.Column("secrets", JsonColumn, nullable=False),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
    )
    op.create_table(
        "sms_links",
        sa.Column("gateway_id", sa.String(40), primary_key=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("why", sa.String(32), nullable=False),
        sa.Column("told", sa.String(300), nullable=False),
        sa.Column("since", Utc(), nullable=False),
    )
    op.create_table(
        "sms_templates",
        *_configured(),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("gateway_id", sa.String(40), nullable=True),
        sa.Column("texts", JsonColumn, nullable=False),
        sa.Column("params", JsonColumn, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("direction", sa.String(4), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("line", sa.String(40), nullable=False),
        sa.Column("gateway_id", sa.String(40), nullable=False),
        sa.Column("template_id", sa.String(40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("params", JsonColumn, nullable=False),
        sa.Column("encoding", sa.String(8), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("bulk", sa.Boolean(), nullable=False),
        sa.Column("customer_id", sa.String(40), nullable=True),
        sa.Column("journey_id", sa.String(40), nullable=True),
        sa.Column("owner_id", sa.String(40), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("expires_at", Utc(), nullable=False),
        sa.Column("error", sa.String(32), nullable=False),
        sa.Column("told", sa.String(300), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("sent_at", Utc(), nullable=True),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("changed_at", Utc(), nullable=False),
    )
    for column in ("number", "customer_id", "journey_id", "owner_id", "created_at", "changed_at"):
        op.create_index(f"ix_messages_{column}", "messages", [column])
    op.create_index("ix_messages_line_up", "messages", ["gateway_id", "state", "bulk", "due_at"])
    op.create_table(
        "message_parts",
        sa.Column("gateway_id", sa.String(40), primary_key=True),
        sa.Column("provider_id", sa.String(80), primary_key=True),
        sa.Column("message_id", sa.String(40), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("told", sa.String(300), nullable=False),
        sa.Column("at", Utc(), nullable=False),
    )
    op.create_index("ix_message_parts_message_id", "message_parts", ["message_id"])
    op.create_table(
        "message_pieces",
        sa.Column("gateway_id", sa.String(40), primary_key=True),
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("reference", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("total", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("part", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("line", sa.String(40), nullable=False),
        sa.Column("at", Utc(), nullable=False),
    )
    op.create_table(
        "sms_opt_outs",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.String(40), nullable=True),
        sa.Column("word", sa.String(40), nullable=False),
    )
    op.create_index("ix_sms_opt_outs_at", "sms_opt_outs", ["at"])
    op.add_column("users", sa.Column("may_send_sms", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("users", "may_send_sms")
    for table in ("sms_opt_outs", "message_pieces", "message_parts", "messages"):
        op.drop_table(table)
    for table in ("sms_templates", "sms_links", "sms_gateways"):
        op.drop_table(table)
