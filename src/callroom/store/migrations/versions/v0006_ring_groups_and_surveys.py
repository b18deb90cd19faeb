"""Ring groups, and the forms of surveys."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import JsonColumn, Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ring_groups",
        *_dialled(),
        sa.Column("order", sa.String(12), nullable=False),
        sa.Column("members", JsonColumn, nullable=False),
        sa.Column("longest", sa.Integer(), nullable=False),
        sa.Column("confirm", sa.Boolean(), nullable=False),
        sa.Column("record", sa.Boolean(), nullable=False),
        sa.Column("otherwise", JsonColumn, nullable=False),
    )
    op.create_table("surveys", *_dialled(), sa.Column("form", JsonColumn, nullable=False))


def downgrade() -> None:
    for table in ("surveys", "ring_groups"):
        op.drop_table(table)


def _dialled() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("updated_at", Utc(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("number", sa.String(12), nullable=True, unique=True),
    )
