"""Screens are told of every text message that the worker changed, however many there were at once."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

sys.path.insert(0, str(Path(__file__).parents[1] / "calls"))
from company import Office

from callroom import main
from callroom.clock import utc_now
from callroom.store.database import writing
from callroom.store.tables import MessageRow

MANY = 1200


async def test_of_each_state_of_each_message_once(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(main, "LOOK_FOR_MESSAGES", 0.02)
    office = Office()

    def told() -> list[tuple[str, str]]:
        return [(one.data["id"], one.data["state"]) for one in office.told if one.type == "message.changed"]

    async def until(count: int) -> None:
        async with asyncio.timeout(30):
            while len(told()) < count:  # noqa: ASYNC110 - the follower looks when it looks
                await asyncio.sleep(0.02)

    following = asyncio.create_task(main.follow_messages(engine, office.exchange))
    now = utc_now()
    stamps = {"created_at": now, "changed_at": now, "due_at": now, "expires_at": now + timedelta(days=1)}
    common = {"direction": "out", "number": "+8613800138000", "gateway_id": "g", "text": "x", "encoding": "gsm7"}
    async with writing(engine) as session, session.begin():
        rows = [common | stamps | {"id": f"m{k:04}", "state": "waiting"} for k in range(MANY)]
        await session.execute(insert(MessageRow), rows)
    await until(MANY)
    async with writing(engine) as session, session.begin():
        await session.execute(
            update(MessageRow).where(MessageRow.id == "m1199").values(state="sent", changed_at=utc_now())
        )
    await until(MANY + 1)
    await asyncio.sleep(0.1)  # in which nothing may be told twice
    assert sorted(told()) == sorted([*((f"m{k:04}", "waiting") for k in range(MANY)), ("m1199", "sent")])
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await office.exchange.leave()
