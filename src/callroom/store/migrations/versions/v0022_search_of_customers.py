"""Customers are found by any part of what stands in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from callroom.store.migrations.refiling import refile_customers

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TEXTS = ("search_text", "search_numbers", "search_masked")
# The contents lie in the table itself, so that what is taken out of the index is what was there. Who makes many rows at
# once brings them into the index himself, which is ten times faster; one row is made without tokens, which follow.
FTS = """
CREATE VIRTUAL TABLE customer_search USING fts5(
    search_tokens, content='customers', content_rowid='seq', detail=none, columnsize=0,
    tokenize="ascii tokenchars '#@=~'"
)
"""
FORGET = (
    "INSERT INTO customer_search(customer_search, rowid, search_tokens)"
    " SELECT 'delete', old.seq, old.search_tokens WHERE old.search_tokens <> '';"
)
LEARN = (
    "INSERT INTO customer_search(rowid, search_tokens) SELECT new.seq, new.search_tokens WHERE new.search_tokens <> '';"
)
TRIGGERS = {
    "customer_search_gone": f"AFTER DELETE ON customers BEGIN {FORGET} END",
    "customer_search_changed": (
        "AFTER UPDATE OF search_tokens ON customers WHEN old.search_tokens IS NOT new.search_tokens"
        f" BEGIN {FORGET} {LEARN} END"
    ),
}


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("customers", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    tokens = TSVECTOR() if on_postgresql else sa.Text()
    op.add_column("customers", sa.Column("search_tokens", tokens, nullable=False, server_default=""))
    refile_customers(revision)
    op.create_index("ix_customers_updated_at", "customers", ["updated_at", "seq"])
    op.create_index("ix_customers_tier", "customers", ["tier", "seq"])
    if on_postgresql:
        op.create_index("ix_customers_search", "customers", ["search_tokens"], postgresql_using="gin")
        return
    op.execute(FTS)
    op.execute("INSERT INTO customer_search(customer_search) VALUES ('rebuild')")
    for name, what in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_customers_search", "customers")
    else:
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE customer_search")
    for name in ("tier", "updated_at"):
        op.drop_index(f"ix_customers_{name}", "customers")
    for name in (*TEXTS, "search_tokens"):
        op.drop_column("customers", name)
