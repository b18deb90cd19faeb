"""Versions and drafts of attendants, and the visits to their steps. Every attendant becomes version 1 of itself."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import JsonColumn, Utc

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ivr_flows", sa.Column("draft", JsonColumn, nullable=True))
    op.add_column("ivr_flows", sa.Column("published", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "ivr_flow_versions",
        sa.Column("flow_id", sa.String(40), sa.ForeignKey("ivr_flows.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("definition", JsonColumn, nullable=False),
        sa.Column("published_at", Utc(), nullable=False),
        sa.Column("published_by", sa.String(40), nullable=True),
        sa.Column("published_by_name", sa.String(80), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
    )
    op.execute(
        "INSERT INTO ivr_flow_versions (flow_id, number, definition, published_at, published_by_name, note)"
        " SELECT id, 1, definition, updated_at, '', '' FROM ivr_flows"
    )
    op.execute("UPDATE ivr_flows SET published = 1")
    op.create_table(
        "ivr_steps",
        sa.Column("journey_id", sa.String(40), sa.ForeignKey("journeys.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("flow_id", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(40), nullable=False),
        sa.Column("entered_at", Utc(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("key", sa.String(4), nullable=False),
        sa.Column("exit", sa.String(20), nullable=True),
        sa.Column("to_node", sa.String(40), nullable=False),
        sa.Column("invalid", sa.Integer(), nullable=False),
        sa.Column("silent", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
    )
    op.create_index("ix_ivr_steps_flow_entered", "ivr_steps", ["flow_id", "entered_at"])


def downgrade() -> None:
    for table in ("ivr_steps", "ivr_flow_versions"):
        op.drop_table(table)
    for column in ("published", "draft"):
        op.drop_column("ivr_flows", column)
