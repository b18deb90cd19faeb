"""The live stream: who sees what, and a snapshot with its events equals a fresh snapshot."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

sys.path.insert(0, str(Path(__file__).parents[1] / "calls"))
from company import ANA, ANA_PAGE, BO, Office

from callroom.actions import audit, sessions, users
from callroom.actions.users import Role
from callroom.clock import utc_now
from callroom.http.app import make_app
from callroom.http.site import Site
from callroom.store.database import writing
from callroom.store.tables import User


class Stream:
    """A page's view of the site, kept by events alone."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.state: dict[str, Any] = {"agents": {}, "queues": {}, "calls": {}}
        self.seqs: list[int] = []
        self.first = ""

    async def follow(self) -> None:
        async for text in self.socket:
            self.take(msgspec.json.decode(text))

    def take(self, message: dict[str, Any]) -> None:
        self.seqs.append(message["seq"])
        data, kind = message.get("data"), message["type"]
        self.first = self.first or kind
        match kind:
            case "snapshot":
                self.state = {name: {row["id"]: row for row in data[name]} for name in ("agents", "queues", "calls")}
            case "call.ended":
                self.state["calls"].pop(data["id"], None)
            case "agent.changed" | "queue.changed" | "call.changed":
                self.state[kind.partition(".")[0] + "s"][data["id"]] = data
            case _:
                pass


class World:
    def __init__(self, office: Office, port: int, tokens: dict[str, str]) -> None:
        self.office, self.port, self.tokens = office, port, tokens
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, who: str, *, after: int | None = None, **more: Any) -> Stream:
        url = f"ws://127.0.0.1:{self.port}/api/v1/live" + (f"?after={after}" if after is not None else "")
        headers = {"Authorization": f"Bearer {self.tokens.get(who, 'nobody')}"}
        stream = Stream(await connect(url, additional_headers=headers, proxy=None, **more))
        stream.take(msgspec.json.decode(await stream.socket.recv()))
        self._tasks.append(asyncio.create_task(stream.follow()))
        return stream

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110 - another process's events come when they come
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@pytest.fixture
async def world(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[World]:
    tokens: dict[str, str] = {}
    async with writing(engine) as session, session.begin():
        for login, role in (("ana", Role.AGENT), ("bo", Role.AGENT), ("lead", Role.SUPERVISOR)):
            made = await users.create_user(
                session, audit.SYSTEM, login=login, name=login, role=role, password="long enough", now=utc_now()
            )
            if login != "lead":
                made.id = login  # the office's own names for them
                await session.flush()
            user = (await session.scalars(select(User).where(User.login == login))).one()
            tokens[login] = sessions.open_session(session, user, utc_now())
    office = Office()
    site = Site(engine, utc_now, home=tmp_path, exchange=office.exchange)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(site), log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await office.sign_in(ANA)
    world = World(office, listener.getsockname()[1], tokens)
    yield world
    await world.close()
    server.should_exit = True
    await serving
    await office.exchange.leave()


async def test_events_on_a_snapshot_equal_a_fresh_snapshot(world: World):
    before = await world.open("lead")
    caller = world.office.call()
    party = await world.office.fake.dialled(ANA_PAGE)
    party.answer()
    await world.until(lambda: any(c["state"] == "talking" for c in before.state["calls"].values()))
    fresh = await world.open("lead")
    await world.until(lambda: before.seqs[-1] >= fresh.seqs[0])
    for name in ("agents", "calls"):
        assert before.state[name] == fresh.state[name]
    assert before.state["queues"]["sales"]["today"] == fresh.state["queues"]["sales"]["today"]
    assert before.seqs == sorted(set(before.seqs)), "numbers only grow"
    caller.hang_up()
    await world.until(lambda: not before.state["calls"] and not fresh.state["calls"])
    assert before.state["agents"] == fresh.state["agents"]


async def test_an_agent_sees_his_own_calls_only(world: World):
    ana, bo = await world.open("ana"), await world.open("bo")
    caller = world.office.call()
    (await world.office.fake.dialled(ANA_PAGE)).answer()
    await world.until(lambda: any(c["state"] == "talking" for c in ana.state["calls"].values()))
    await world.until(lambda: bo.state["agents"][ANA]["state"] == "talking")
    assert bo.state["calls"] == {}
    assert bo.state["agents"].keys() == ana.state["agents"].keys() == {ANA, BO}
    caller.hang_up()
    await world.until(lambda: not ana.state["calls"])


async def test_a_page_that_was_away_hears_what_it_missed(world: World):
    page = await world.open("lead")
    last = page.seqs[-1]
    await page.socket.close()
    caller = world.office.call()
    await world.office.fake.dialled(ANA_PAGE)
    again = await world.open("lead", after=last)
    await world.until(lambda: len(again.seqs) > 3)
    assert (again.first, again.seqs[1]) == ("resumed", last + 1)
    long_ago = await world.open("lead", after=5)
    assert long_ago.first == "snapshot"
    caller.hang_up()


async def test_strangers_are_turned_away(world: World):
    url = f"ws://127.0.0.1:{world.port}/api/v1/live"
    async with connect(url, additional_headers={"Authorization": "Bearer wrong"}, proxy=None) as socket:
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 4401
    with pytest.raises(InvalidStatus):
        await connect(
            url, additional_headers={"Cookie": "callroom_session=x"}, origin="http://evil.example", proxy=None
        )  # pyright: ignore
