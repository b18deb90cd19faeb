"""What agents are not shown of a text message."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("veiled", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("messages", "veiled")
