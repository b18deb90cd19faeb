"""What a site keeps under a name: one document for each."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from callroom.store.tables import Setting

COMPANY = "site"  # the company's own
MAIL = "mail"
SMS = "sms"  # the rules for text messages
ORDER_STATUSES = "order_statuses"
WEBHOOKS = "webhooks"
SAID_INSTEAD = "said_instead"  # which prompts are said instead of system prompts: their ids by these' names


async def kept(session: AsyncSession, key: str) -> tuple[dict[str, Any], int]:
    """The document and its version; of one that was never written nothing, and 0."""
    row = await session.get(Setting, key)
    return (dict(row.value), row.version) if row else ({}, 0)


async def keep(session: AsyncSession, key: str, value: dict[str, Any]) -> int:
    """Write the document, in a transaction that holds the operation log; returns its new version."""
    row = await session.get(Setting, key)
    if row is None:
        row = Setting(key=key, version=0)
        session.add(row)
    row.value, row.version = value, row.version + 1
    await session.flush()
    return row.version
