"""Skills, opening hours, and the rules by which queues ring their agents."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import JsonColumn, Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBERS = ("tier_after", "tier_weight", "sticky_days", "sticky_patience", "misses_until_busy")
LISTS = ("skills", "overflow_steps")
IDS = ("prefer_team_id", "schedule_id")


def upgrade() -> None:
    op.create_table(
        "skills",
        *_configured(),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
    )
    op.create_table(
        "user_skills",
        sa.Column("user_id", sa.String(40), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("skill_id", sa.String(40), sa.ForeignKey("skills.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("level", sa.Integer(), nullable=False),
    )
    op.create_index("ix_user_skills_skill_id", "user_skills", ["skill_id"])
    op.create_table(
        "schedules",
        *_configured(),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("hours", JsonColumn, nullable=False),
        sa.Column("closed", JsonColumn, nullable=False),
    )
    # No foreign keys here: SQLite adds none to a table that is there. Who deletes a team or a schedule is asked first.
    for name in NUMBERS:
        op.add_column("queues", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    for name in LISTS:
        op.add_column("queues", sa.Column(name, JsonColumn, nullable=False, server_default="[]"))
    for name in IDS:
        op.add_column("queues", sa.Column(name, sa.String(40), nullable=True))
    box = '{"kind": "voicemail_queue"}'
    op.add_column("queues", sa.Column("closed", JsonColumn, nullable=False, server_default=box))
    for table in ("queue_members", "customers"):
        op.add_column(table, sa.Column("tier", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for table in ("queue_members", "customers"):
        op.drop_column(table, "tier")
    for name in (*NUMBERS, *LISTS, *IDS, "closed"):
        op.drop_column("queues", name)
    for table in ("schedules", "user_skills", "skills"):
        op.drop_table(table)


def _configured() -> tuple[sa.Column[str], sa.Column[int], sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
    )
