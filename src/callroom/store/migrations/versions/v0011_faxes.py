"""Fax boxes and faxes; a line may be unfit for faxes as data, and a number in knows where fax machines go."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import JsonColumn, Utc

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fax_boxes",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("number", sa.String(12), nullable=True, unique=True),
        sa.Column("station", sa.String(20), nullable=False),
        sa.Column("caller_number", sa.String(32), nullable=False),
        sa.Column("emails", JsonColumn, nullable=False),
        sa.Column("user_ids", JsonColumn, nullable=False),
    )
    op.create_table(
        "faxes",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("box_id", sa.String(40), nullable=False),
        sa.Column("direction", sa.String(4), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("path", sa.String(120), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("cover", sa.String(120), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("pages_total", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("station", sa.String(40), nullable=False),
        sa.Column("t38", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", Utc(), nullable=True),
        sa.Column("permission", sa.String(16), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.Column("created_by", sa.String(40), nullable=True),
        sa.Column("journey_id", sa.String(40), nullable=True),
        sa.Column("seen_at", Utc(), nullable=True),
        sa.Column("seen_by", sa.String(40), nullable=True),
    )
    for column in ("box_id", "state", "created_at"):
        op.create_index(f"ix_faxes_{column}", "faxes", [column])
    op.add_column("trunks", sa.Column("t38", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("inbound_routes", sa.Column("fax_box_id", sa.String(40), nullable=True))


def downgrade() -> None:
    op.drop_column("inbound_routes", "fax_box_id")
    op.drop_column("trunks", "t38")
    for table in ("faxes", "fax_boxes"):
        op.drop_table(table)
