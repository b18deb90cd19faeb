"""Who gave too many wrong PINs is kept."""

import sqlalchemy as sa
from alembic import op

from callroom.store.tables import Utc

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pin_locks",
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("until", Utc(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("pin_locks")
