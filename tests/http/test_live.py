"""The live stream: who sees what, and a snapshot with its events equals a fresh snapshot."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn
from httpx2 import AsyncClient
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

sys.path.insert(0, str(Path(__file__).parents[1] / "calls"))
from company import ANA, ANA_PAGE, BO, BO_PHONE, SALES, Office, company

from callroom.actions import audit, sessions, users
from callroom.actions.users import Role
from callroom.clock import utc_now
from callroom.core.alarms import Thresholds
from callroom.core.conversation import TransferPressed
from callroom.core.directory import Directory
from callroom.core.ids import QueueId
from callroom.core.routing.model import InboundRoute, ToQueue
from callroom.demo.phone.patience import PATIENCE
from callroom.http.app import make_app
from callroom.http.site import Site
from callroom.store.database import writing
from callroom.store.tables import JourneyRow, Queue, QueueMember, Team, User


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

    def alarms(self) -> list[dict[str, Any]]:
        return list(self.state["alarms"].values())

    def take(self, message: dict[str, Any]) -> None:
        self.seqs.append(message["seq"])
        data, kind = message.get("data"), message["type"]
        self.first = self.first or kind
        match kind:
            case "snapshot":
                self.state = {name: {row["id"]: row for row in data[name]} for name in ("agents", "queues", "calls")}
                self.state["alarms"] = {(row["queue"], row["kind"]): row for row in data["alarms"]}
            case "alarm.raised":
                self.state["alarms"][data["queue"], data["kind"]] = data
            case "alarm.cleared":
                del self.state["alarms"][data["queue"], data["kind"]]
            case "call.ended":
                self.state["calls"].pop(data["id"], None)
            case "agent.changed" | "queue.changed" | "call.changed":
                self.state[kind.partition(".")[0] + "s"][data["id"]] = data
            case _:
                pass


class World:
    def __init__(self, office: Office, port: int, tokens: dict[str, str], engine: AsyncEngine) -> None:
        self.office, self.port, self.tokens, self.engine = office, port, tokens, engine
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, who: str, *, after: int | None = None, **more: Any) -> Stream:
        url = f"ws://127.0.0.1:{self.port}/api/v1/live" + (f"?after={after}" if after is not None else "")
        headers = {"Authorization": f"Bearer {self.tokens.get(who, 'nobody')}"}
        stream = Stream(await connect(url, additional_headers=headers, proxy=None, open_timeout=PATIENCE, **more))
        stream.take(msgspec.json.decode(await stream.socket.recv()))
        self._tasks.append(asyncio.create_task(stream.follow()))
        return stream

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - another process's events come when they come
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


SERVICE = QueueId("service")


def with_service(directory: Directory) -> Directory:
    sales = directory.queues[SALES]
    service = replace(sales, id=SERVICE, name="Service", number="601", settings=replace(sales.settings, id=SERVICE))
    bo = replace(directory.agents[BO], queues=frozenset((SALES, SERVICE)))
    return replace(
        directory, queues=directory.queues | {SERVICE: service}, agents=directory.agents | {BO: bo},
        inbound=(*directory.inbound, InboundRoute("r4", "Service", ToQueue(SERVICE), did="88004")),
    )  # fmt: skip


async def lead_by(session: AsyncSession, leader: str, *agents: str) -> None:
    """Let a leader lead these agents and nobody else."""
    await session.execute(update(User).values(team_id=None))
    await session.execute(update(User).where(User.id.in_(agents)).values(team_id="day"))
    await session.execute(update(User).where(User.id == leader).values(supervises=["day"]))


@pytest.fixture
async def world(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[World]:
    """Ana and Bo serve sales, Bo alone service; the leader's team is Ana."""
    tokens: dict[str, str] = {}
    roles = {"ana": Role.AGENT, "bo": Role.AGENT, "lead": Role.SUPERVISOR, "boss": Role.ADMIN}
    async with writing(engine) as session, session.begin():
        for login, role in roles.items():
            made = await users.create_user(
                session, audit.SYSTEM, login=login, name=login, role=role, password="long enough", now=utc_now()
            )
            made.id = login  # the office's own names for them
            await session.flush()
            user = (await session.scalars(select(User).where(User.login == login))).one()
            tokens[login] = sessions.open_session(session, user, utc_now())
        stamps = {"created_at": utc_now(), "updated_at": utc_now()}
        session.add_all(
            [Team(id="day", name="Day", **stamps), *(Queue(id=q, name=q, **stamps) for q in (SALES, SERVICE))]
        )
        await session.flush()
        session.add_all([QueueMember(queue_id=SALES, user_id=BO), QueueMember(queue_id=SALES, user_id=ANA)])
        session.add(QueueMember(queue_id=SERVICE, user_id=BO))
        await lead_by(session, "lead", ANA)
    office = Office(with_service(company()))
    site = Site(engine, utc_now, home=tmp_path, exchange=office.exchange)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(site), log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await office.sign_in(ANA)
    world = World(office, listener.getsockname()[1], tokens, engine)
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


async def test_a_leader_sees_what_he_leads(world: World):
    boss, lead = await world.open("boss"), await world.open("lead")
    assert boss.state["agents"].keys() == {ANA, BO} and boss.state["queues"].keys() == {SALES, SERVICE}
    assert lead.state["agents"].keys() == {ANA} and lead.state["queues"].keys() == {SALES}
    await world.office.sign_in(BO)
    service = world.office.call("88004")
    (await world.office.fake.dialled(BO_PHONE)).answer()
    await world.until(lambda: boss.state["agents"][BO]["state"] == "talking")
    sales = world.office.call("88002", number="13900139000")
    await world.until(lambda: len(boss.state["calls"]) == 2)
    await world.until(lambda: len(lead.state["calls"]) == 1)
    assert lead.state["agents"].keys() == {ANA} and lead.state["queues"].keys() == {SALES}
    assert [call["from"] for call in lead.state["calls"].values()] == ["13900139000"]
    again = await world.open("lead")
    assert again.state["calls"].keys() == lead.state["calls"].keys()
    for caller in (service, sales):
        caller.hang_up()
    await world.until(lambda: not lead.state["calls"] and not boss.state["calls"])


async def test_a_call_stays_in_sight_when_it_is_handed_to_another_queue(world: World):
    lead = await world.open("lead")
    caller = world.office.call()
    (await world.office.fake.dialled(ANA_PAGE)).answer()
    await world.until(lambda: any(c["state"] == "talking" for c in lead.state["calls"].values()))
    [call] = world.office.exchange.calls.values()
    assert call.conversation is not None
    call.conversation.press(TransferPressed(ToQueue(SERVICE)))
    await world.until(lambda: any(c["queue"]["id"] == SERVICE for c in lead.state["calls"].values()))
    again = await world.open("lead")
    assert again.state["calls"].keys() == lead.state["calls"].keys() == {call.journey}
    caller.hang_up()
    await world.until(lambda: not lead.state["calls"])


async def test_who_leads_others_from_now_on_is_shown_them_at_once(world: World):
    lead = await world.open("lead")
    async with writing(world.engine) as session, session.begin():
        await lead_by(session, "lead", BO)
    world.office.exchange.live.tell("config.changed", {"kind": "users"})
    await world.until(lambda: lead.state["agents"].keys() == {"bo"})
    assert lead.state["queues"].keys() == {SALES, SERVICE}


async def test_a_deleted_queue_goes_from_the_wall(world: World):
    boss = await world.open("boss")
    world.office.exchange.set_directory(company())
    world.office.exchange.live.tell("config.changed", {"kind": "queues"})
    await world.until(lambda: boss.state["queues"].keys() == {SALES})


async def test_a_page_that_was_away_hears_what_it_missed(world: World):
    page = await world.open("boss")
    last = page.seqs[-1]
    await page.socket.close()
    caller = world.office.call()
    await world.office.fake.dialled(ANA_PAGE)
    world.office.exchange.live.tell("config.changed", {"kind": "customers"})  # which nobody's sight hangs on
    again = await world.open("boss", after=last)
    await world.until(lambda: len(again.seqs) > 3)
    assert (again.first, again.seqs[1]) == ("resumed", last + 1)
    long_ago = await world.open("boss", after=5)
    assert long_ago.first == "snapshot"
    caller.hang_up()


async def test_a_page_that_was_away_while_its_leader_was_given_others_begins_anew(world: World):
    page = await world.open("lead")
    await page.socket.close()
    async with writing(world.engine) as session, session.begin():
        await lead_by(session, "lead", BO)
    world.office.exchange.live.tell("config.changed", {"kind": "users"})
    again = await world.open("lead", after=page.seqs[-1])
    assert (again.first, again.state["agents"].keys()) == ("snapshot", {"bo"})


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


async def test_alarms_reach_who_leads_the_queue_and_stand_in_the_snapshot(world: World):
    sales, office = world.office.directory.queues[SALES], world.office
    quick = replace(sales, alarms=Thresholds(longest=0.3))
    office.exchange.set_directory(replace(office.directory, queues=office.directory.queues | {SALES: quick}))
    boss, lead = await world.open("boss"), await world.open("lead")
    caller = office.call()
    await world.until(lambda: [alarm["kind"] for alarm in lead.alarms()] == ["longest"])
    fresh = await world.open("boss")
    await world.until(lambda: boss.alarms() == fresh.alarms() == lead.alarms())
    caller.hang_up()
    await world.until(lambda: not boss.alarms() and not lead.alarms() and not fresh.alarms())


async def test_an_agent_calls_back_by_no_call_that_he_may_not_see(world: World):
    async with writing(world.engine) as session, session.begin():
        session.add(
            JourneyRow(
                id="j_bo", direction="inbound", from_number="13800138000", to_number="88004", started_at=utc_now(),
                agent_id=BO, document={"legs": []},
            )
        )  # fmt: skip
    async with AsyncClient(base_url=f"http://127.0.0.1:{world.port}/api/v1/", trust_env=False) as web:
        told: dict[str, int] = {}
        for who in ("ana", "bo"):
            headers = {"Authorization": f"Bearer {world.tokens[who]}"}
            told[who] = (await web.post("calls", json={"journey": "j_bo"}, headers=headers)).status_code
    assert told == {"ana": 404, "bo": 409}, "bo sees it, but has no phone on"
