"""Customers filed anew after an update, by the worker: what they are found by has changed."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from callroom.clock import utc_now
from callroom.store.tables import JsonColumn, Utc


def refile_customers(revision: str) -> None:
    """Ask for it, where there are any."""
    if op.get_bind().execute(sa.text("SELECT 1 FROM customers LIMIT 1")).first() is None:
        return
    names = ("id", "kind", "state", "progress", "arguments", "created_at", "updated_at", "attempts")
    types: dict[str, Any] = {"progress": sa.Float(), "arguments": JsonColumn, "attempts": sa.Integer()}
    types |= {"created_at": Utc(), "updated_at": Utc()}
    jobs = sa.table("jobs", *(sa.column(name, types.get(name, sa.String())) for name in names))
    values: tuple[Any, ...] = (
        f"customer-index-{revision}",
        "customer_index",
        "waiting",
        0.0,
        {},
        utc_now(),
        utc_now(),
        0,
    )
    op.execute(sa.insert(jobs).values(dict(zip(names, values, strict=True))))
