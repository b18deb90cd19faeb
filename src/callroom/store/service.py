"""Questions about the service to customers: what of it somebody may see."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from callroom.store.journeys import Sight
from callroom.store.tables import Customer, JourneyRow
from callroom.store.tables.service import Owned

Condition = ColumnElement[bool]
WHOM_HE_SERVED = timedelta(days=1)  # for so long the customer of a call belongs to who talked with him


def within(table: type[Owned], sight: Sight, now: datetime, served: Collection[str] = ()) -> Condition:
    """Which rows are within ``sight``: owned or made by its people, or of customers who are theirs; ``served``:
    customers whom he who looks has on the line now."""
    if sight.agents is None:
        return true()
    people = sorted(sight.agents)
    theirs = select(Customer.id).where(Customer.owner_id.in_(people))
    return or_(
        table.owner_id.in_(people),
        table.created_by.in_(people),
        table.customer_id.in_(theirs),
        table.customer_id.in_(_customers_of(people, now)),
        *([table.customer_id.in_(sorted(served))] if served else ()),
    )


def tier_of(customer_id: Any) -> Any:
    """The tier of a row's customer; 0 also where there is none."""
    found = select(Customer.tier).where(Customer.id == customer_id, Customer.deleted_at.is_(None)).scalar_subquery()
    return func.coalesce(found, 0)


def tier_of_caller(journey_id: Any) -> Any:
    """The tier of the customer of a row's call."""
    whose = select(Customer.tier).join(JourneyRow, JourneyRow.customer_id == Customer.id)
    found = whose.where(JourneyRow.id == journey_id, Customer.deleted_at.is_(None)).scalar_subquery()
    return func.coalesce(found, 0)


def _customers_of(people: list[str], now: datetime) -> Any:
    """Customers whom one of ``people`` talked with of late: who has him on the line sees what concerns him."""
    return select(JourneyRow.customer_id).where(
        and_(
            JourneyRow.agent_id.in_(people),
            JourneyRow.started_at > now - WHOM_HE_SERVED,
            JourneyRow.customer_id.is_not(None),
        )
    )
