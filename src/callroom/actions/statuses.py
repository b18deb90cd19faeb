"""Statuses that a site defines: whether they fit together, and what becomes of the rows that stand in them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.core.statuses import Status, faults, named
from callroom.errors import Fault, Invalid, invalid
from callroom.store.tables import Order, Record


def check(statuses: Sequence[Status]) -> None:
    """Raises ``Invalid``, naming "statuses.N"."""
    wrong = [
        Fault("statuses" if one.at is None else f"statuses.{one.at}.{one.field}", one.rule) for one in faults(statuses)
    ]
    if wrong:
        raise Invalid(tuple(wrong))


async def change(
    session: AsyncSession,
    table: type[Order] | type[Record],
    of: ColumnElement[bool],
    before: Sequence[Status],
    after: Sequence[Status],
) -> None:
    """Close the rows whose status closes from now on, and open others again; rows that count are those ``of``.

    Raises ``Invalid`` where one stands in a status that would be gone; deleted ones do not count.
    """
    gone = {status.id: status.label for status in before if named(after, status.id) is None}
    used = select(table.status).where(of, table.status.in_(sorted(gone)), table.deleted_at.is_(None))
    if gone and (status := await session.scalar(used.limit(1))) is not None:
        raise invalid("statuses", "status_in_use", status=gone[status])
    closing = [status.id for status in after if status.closed]
    for stands, closed_at in (
        ((table.status.in_(closing), table.closed_at.is_(None)), table.updated_at),
        ((table.status.not_in(closing), table.closed_at.is_not(None)), None),
    ):
        await session.execute(update(table).where(of, *stands).values(closed_at=closed_at))
