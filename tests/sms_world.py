"""What tests of text messages share: a clock, the worker's part that sends, waiting for what becomes of a message."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from httpx2 import AsyncClient

from callroom.integrations.sms.queue import SmsQueue

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


@asynccontextmanager
async def working(world: Any) -> AsyncIterator[None]:
    """The worker's part that sends, with short pauses."""
    queue = SmsQueue(world.site.engine, world.home, world.site.now, look=0.02, away=(0.02, 0.02))
    task = asyncio.create_task(queue.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], Awaitable[Any]], seconds: float = 60) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await holds()):  # noqa: ASYNC110 -- what is waited for is another task's, or in the database
            await asyncio.sleep(0.02)
    return found


async def ends(client: AsyncClient, message: str, *states: str) -> dict[str, Any]:
    """The message when it has come into one of the states."""

    async def look() -> Any:
        found = (await client.get(f"messages/{message}")).json()
        return found if found["state"] in states else None

    return await until(look)


async def send(client: AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post("messages", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()
