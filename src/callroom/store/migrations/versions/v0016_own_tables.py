"""Tables that the site makes itself, their records with what became of them, and what people are to be told of."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import BigId, JsonColumn, Utc

revision = "0016"
down_revision = "0015"
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
        "custom_tables",
        *_configured(),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("fields", JsonColumn, nullable=False),
        sa.Column("statuses", JsonColumn, nullable=False),
        sa.Column("in_pop", sa.Boolean(), nullable=False),
        sa.Column("needs_customer", sa.Boolean(), nullable=False),
        sa.Column("problems", sa.Boolean(), nullable=False),
        sa.Column("due_hours", sa.Integer(), nullable=True),
        sa.Column("call_back", sa.Boolean(), nullable=False),
        sa.Column("call_back_hours", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.String(40), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
    )
    op.create_table(
        "records",
        *_configured(),
        sa.Column("table_id", sa.String(40), sa.ForeignKey("custom_tables.id", ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("values", JsonColumn, nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.String(40), nullable=True),
        sa.Column("journey_id", sa.String(40), nullable=True),
        sa.Column("owner_id", sa.String(40), nullable=True),
        sa.Column("created_by", sa.String(40), nullable=True),
        sa.Column("due_at", Utc(), nullable=True),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.Column("overdue_told_at", Utc(), nullable=True),
        sa.Column("submitted_at", Utc(), nullable=True),
        sa.Column("submitted_by", sa.String(40), nullable=True),
        sa.Column("submitted_team", sa.String(40), nullable=True),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("answered_at", Utc(), nullable=True),
        sa.Column("answered_by", sa.String(40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("deleted_at", Utc(), nullable=True),
    )
    op.create_index("ix_records_table_number", "records", ["table_id", "number"], unique=True)
    op.create_index("ix_records_table_created", "records", ["table_id", "created_at"])
    op.create_index("ix_records_owner_created", "records", ["owner_id", "created_at"])
    for column in ("customer_id", "journey_id", "created_by", "due_at", "submitted_at"):
        op.create_index(f"ix_records_{column}", "records", [column])
    op.create_table(
        "record_keys",
        sa.Column("table_id", sa.String(40), sa.ForeignKey("custom_tables.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("field_id", sa.String(40), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("record_id", sa.String(40), sa.ForeignKey("records.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_record_keys_record_id", "record_keys", ["record_id"])
    op.create_table(
        "service_history",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("subject_kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by_id", sa.String(40), nullable=True),
        sa.Column("by_name", sa.String(80), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("changes", JsonColumn, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index("ix_service_history_subject", "service_history", ["subject_kind", "subject_id", "id"])
    op.create_table(
        "notices",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.String(40), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("subject_kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("text", JsonColumn, nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("told_at", Utc(), nullable=True),
        sa.Column("seen_at", Utc(), nullable=True),
    )
    op.create_index("ix_notices_user_at", "notices", ["user_id", "at"])
    op.create_index("ix_notices_subject", "notices", ["subject_kind", "subject_id"])
    op.create_index("ix_notices_told_at", "notices", ["told_at"])


def downgrade() -> None:
    for table in ("notices", "service_history", "record_keys", "records", "custom_tables"):
        op.drop_table(table)
