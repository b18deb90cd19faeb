"""Requests that must not be done twice: a repeated key is answered with what the first request was told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from callroom.errors import invalid
from callroom.store.tables import IdempotencyKey


@dataclass(frozen=True, slots=True)
class Remembered:
    status: int
    body: dict[str, Any]


async def begin(session: AsyncSession, user: str, key: str, request_hash: str, now: datetime) -> Remembered | None:
    """What was answered to this key before, or None when it is new; then ``finish`` must follow in the transaction.

    Raises ``Invalid`` when the key was used for another request. Two at once wait for each other in the database.
    """
    known = await session.get(IdempotencyKey, (user, key))
    if known is None:
        session.add(
            IdempotencyKey(user_id=user, key=key, created_at=now, request_hash=request_hash, status=0, body=None)
        )
        await session.flush()
        return None
    if known.request_hash != request_hash:
        raise invalid("Idempotency-Key", "used_for_another_request")
    return Remembered(known.status, known.body or {})


async def finish(session: AsyncSession, user: str, key: str, status: int, body: dict[str, Any]) -> None:
    known = await session.get(IdempotencyKey, (user, key))
    assert known is not None
    known.status, known.body = status, body
