"""What tests of text messages share: a clock, the worker's part that sends, waiting for what becomes of a message."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from httpx2 import AsyncClient

from callroom.integrations.sms.queue import SmsQueue
from sms_platforms import Platform

OpenPlatform = Callable[..., Awaitable[Any]]
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


async def signed_gateway(world: Any, platform: Platform, **more: Any) -> dict[str, Any]:
    options = {
        "kind": "http",
        "url": f"{platform.server.url}/send",
        "headers": [{"name": "X-Time", "value": "{{timestamp}}"}, {"name": "X-Nonce", "value": "{{nonce}}"}],
        "body": '{"mobile": "{{to}}", "content": "{{text}}", "ref": "{{id}}"}',
        "id_path": "data.id",
        "ok_path": "code",
        "ok_values": ["0"],
        "later_values": ["7"],
        "error_path": "message",
        "sign_header": "X-Signature",
        "sign_over": "{{timestamp}}.{{nonce}}.{{body}}",
        "sign_encoding": "base64",
        "report_id": "msgid",
        "report_state": "status",
        "report_delivered": ["DELIVRD"],
        "report_items": "list",
        "inbound_from": "from",
        "inbound_text": "text",
        "inbound_to": "to",
        **more.pop("options", {}),
    }
    secrets = [{"name": "hmac", "value": platform.key}]
    return await world.make("sms-gateways", name=more.pop("name", "Own"), options=options, secrets=secrets, **more)


def token(gateway: dict[str, Any]) -> str:
    return gateway["callback"].removeprefix("/api/v1/")
