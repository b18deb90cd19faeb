"""Customers who want no mails are found by that."""

import sqlalchemy as sa
from alembic import op

from callroom.core.search import facet

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

FILED = "UPDATE customers SET search_tokens = search_tokens || {token} WHERE no_mail AND search_tokens <> ''"


def upgrade() -> None:
    """Who is not filed yet gets the token with all others of his."""
    token = facet("no_mail", "1")
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute(sa.text(FILED.format(token=f"'{token}'::tsvector" if on_postgresql else f"' {token}'")))


def downgrade() -> None:
    """The token stays, and says nothing there."""
