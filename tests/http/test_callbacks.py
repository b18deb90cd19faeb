"""Who sees who is to be called back, and calls it off."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncEngine

sys.path.insert(0, str(Path(__file__).parents[1] / "calls"))
from company import SALES, Office

from callroom.core.ids import JourneyId
from callroom.store.database import writing
from callroom.store.journal import Journal
from callroom.store.tables import CallbackRow, QueueMember


@pytest.fixture
async def asked(world: Any, engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """Two who want to be called back in the queue Sales, which the supervisor answers too; their ids by number."""
    made = await world.make("queues", name="Sales")
    office = Office()
    world.site.exchange = office.exchange
    for number in ("13800138000", "13900139000"):
        call = office.exchange.new_call(JourneyId(f"from-{number}"), "inbound", number, "88002")
        office.exchange.callbacks.ask(call, SALES, number, waited=30.0)
    journal = Journal(tmp_path / "journal", engine)
    for line in office.book.callbacks().values():
        journal.append(line)
    await journal.close()
    async with writing(engine) as session, session.begin():
        await session.execute(update(CallbackRow).values(queue_id=made["id"]))
        session.add(QueueMember(queue_id=made["id"], user_id=world.ids["supervisor"]))
    yield {line.number: line.id for line in office.book.callbacks().values()}
    await office.exchange.leave()


async def listed(client: Any, **params: str) -> list[tuple[str, str]]:
    answer = await client.get("callbacks", params=params)
    assert answer.status_code == 200, answer.text
    return sorted((one["number"], one["state"]) for one in answer.json()["items"])


async def test_a_leader_sees_those_of_his_queues_and_calls_one_off(world: Any, asked: dict[str, str]):
    leader, admin = await world.client("supervisor"), await world.client("admin")
    both = [("13800138000", "waiting"), ("13900139000", "waiting")]
    assert await listed(leader) == await listed(admin, open="true") == both
    assert await listed(admin, open="false") == []
    gone = asked["13800138000"]
    assert (await leader.delete(f"callbacks/{gone}")).status_code == 204
    assert world.site.exchange.acd.distributor.waiting(SALES), "the other still waits"
    again = await leader.delete(f"callbacks/{gone}")
    assert (again.status_code, again.json()["type"]) == (409, "urn:callroom:problem:not-now")
    assert (await leader.delete("callbacks/none")).status_code == 404
    [entry] = (await admin.get("audit-log?limit=1")).json()["items"]
    assert (entry["action"], entry["subject_id"]) == ("callback.cancelled", gone)


async def test_those_of_other_queues_are_not_his(world: Any, engine: AsyncEngine, asked: dict[str, str]):
    async with writing(engine) as session, session.begin():
        await session.execute(delete(QueueMember))
    leader = await world.client("supervisor")
    assert await listed(leader) == []
    assert (await leader.delete(f"callbacks/{asked['13800138000']}")).status_code == 404


async def test_pages_follow_each_other(world: Any, asked: dict[str, str]):
    admin = await world.client("admin")
    first = (await admin.get("callbacks?limit=1")).json()
    second = (await admin.get("callbacks", params={"limit": 1, "cursor": first["next"]})).json()
    assert {one["id"] for one in first["items"] + second["items"]} == set(asked.values())
    assert second["next"] is None
