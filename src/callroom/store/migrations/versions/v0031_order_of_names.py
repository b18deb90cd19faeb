"""Customers are in the order of their names without the numbers in them, which tells nothing of hidden ones."""

import sqlalchemy as sa
from alembic import op

from callroom.core.numbers import Visibility, hidden_within

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

customers = sa.table("customers", *(sa.column(name) for name in ("seq", "name", "search_name")))
WITH_DIGITS = {"sqlite": "name GLOB '*[0-9０-９]*'", "postgresql": "name ~ '[0-9０-９]'"}


def upgrade() -> None:
    op.add_column("customers", sa.Column("search_name", sa.String(80), nullable=False, server_default=""))
    op.execute("UPDATE customers SET search_name = name")
    connection = op.get_bind()
    found = sa.select(customers.c.seq, customers.c.name).where(sa.text(WITH_DIGITS[connection.dialect.name]))
    for seq, name in connection.execute(found).all():
        seen = hidden_within(name, Visibility.NAME)
        if seen != name:
            op.execute(customers.update().where(customers.c.seq == seq).values(search_name=seen))
    op.create_index("ix_customers_search_name", "customers", ["search_name", "seq"])
    op.drop_index("ix_customers_name", "customers")


def downgrade() -> None:
    op.create_index("ix_customers_name", "customers", ["name"])
    op.drop_index("ix_customers_search_name", "customers")
    op.drop_column("customers", "search_name")
