"""A site over HTTP with one user of each role, told to the second what changed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import audit, flows, surveys, users
from callroom.actions.users import Role
from callroom.http.app import make_app
from callroom.http.site import Site
from callroom.store.database import open_database, writing
from complaints import FIELDS, STATUSES
from hidden_number import make_for_the_day, stand_everywhere
from sms_platforms import Platform, open_platform
from sms_world import Clock, OpenPlatform

PASSWORD = "long enough"
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


@dataclass
class World:
    """A site and clients signed in as each role; ``ids`` are the users' by role."""

    app: FastAPI
    site: Site
    changed: list[str]
    home: Path
    ids: dict[str, str]
    clients: dict[str, AsyncClient] = field(default_factory=dict)

    async def client(self, role: str) -> AsyncClient:
        if role not in self.clients:
            client = AsyncClient(transport=ASGITransport(app=self.app), base_url="http://site/api/v1/")
            client.headers["Accept-Language"] = "en"
            self.clients[role] = client
            if role != "nobody":
                answer = await client.post("session", json={"login": role, "password": PASSWORD})
                assert answer.status_code == 200, answer.text
        return self.clients[role]

    async def make(self, resource: str, **body: Any) -> dict[str, Any]:
        """As admin: make a row that must be accepted; returns it."""
        answer = await (await self.client("admin")).post(resource, json=body)
        assert answer.status_code == 201, (resource, answer.text)
        return answer.json()


@pytest.fixture(autouse=True)
def voices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed texts may be used, whether the voices are installed here or not: nothing is spoken."""
    for module in (flows, surveys):
        monkeypatch.setattr(module, "installed", lambda: True)


AppOf = Callable[[Site], FastAPI]


@pytest.fixture(scope="session")
def app_of() -> AppOf:
    """The application of a site, one at a time: it is made once, for that takes longer than most tests."""
    app = make_app(Site(open_database("sqlite://"), lambda: NOW))

    def of(site: Site) -> FastAPI:
        app.state.site = site
        return app

    return of


@pytest.fixture
async def world(engine: AsyncEngine, app_of: AppOf, tmp_path: Path) -> AsyncIterator[World]:
    ids: dict[str, str] = {}
    async with writing(engine) as session, session.begin():
        for role in Role:
            made = await users.create_user(
                session, audit.SYSTEM, login=role, name=role, role=role, password=PASSWORD, now=NOW
            )
            ids[role.value] = made.id
    changed: list[str] = []
    home = tmp_path / "home"

    def note(kind: str) -> asyncio.Future[None]:
        changed.append(kind)
        known = asyncio.get_running_loop().create_future()
        known.set_result(None)
        return known

    site = Site(engine, lambda: NOW, changed=note, home=home)
    world = World(app_of(site), site, changed, home, ids)
    yield world
    for client in world.clients.values():
        await client.aclose()


@pytest.fixture
def clock(world: World) -> Clock:
    """The site's time, which the test sets."""
    clock = Clock()
    world.site.now = clock.now
    return clock


@pytest.fixture
async def open_sms() -> AsyncIterator[OpenPlatform]:
    servers: list[asyncio.Server] = []

    async def opened(kind: type[Platform], port: int = 0) -> Any:
        platform, server = await open_platform(kind, port)
        servers.append(server)
        return platform

    yield opened
    for server in servers:
        server.close()


@pytest.fixture
async def sold(world: World, engine: AsyncEngine) -> World:
    """A site on which one customer's number stands wherever it can."""
    await stand_everywhere(world, engine)
    return world


@pytest.fixture
async def made(sold: World, engine: AsyncEngine, open_sms: OpenPlatform) -> dict[str, str]:
    """What an agent's day needs beside it."""
    return await make_for_the_day(sold, engine, open_sms)


@pytest.fixture
async def admin(world: World) -> AsyncClient:
    return await world.client("admin")


@pytest.fixture
async def agent(world: World) -> AsyncClient:
    return await world.client("agent")


@pytest.fixture
async def table(world: World) -> dict[str, Any]:
    return await world.make("tables", name="投诉", fields=FIELDS, statuses=STATUSES)


@pytest.fixture
def refused() -> Callable[[Response], set[tuple[str, str]]]:
    """Field and rule of everything that a 422 or 409 names."""

    def read(answer: Response) -> set[tuple[str, str]]:
        assert answer.status_code in (409, 422), (answer.status_code, answer.text)
        return {(one["field"], one["rule"]) for one in answer.json().get("errors", [])}

    return read


@pytest.fixture
def company(world: World) -> Callable[[], Awaitable[dict[str, dict[str, Any]]]]:
    """Make one row of each resource, all leading to one another as in a real company."""

    async def make() -> dict[str, dict[str, Any]]:
        trunk = await world.make(
            "trunks", name="Carrier", kind="register", host="sip.example.net", username="u1", secret="Tr-unk.pw"
        )
        extension = await world.make("extensions", number="8001", name="Ana")
        queue = await world.make("queues", name="Sales", number="6001", members=[world.ids["agent"]])
        nodes = {
            "ask": {"kind": "menu", "sound": {"system": "welcome"}, "keys": {"1": "sales"}, "fallback": "end"},
            "sales": {"kind": "go_to", "destination": {"kind": "queue", "id": queue["id"]}},
            "end": {"kind": "hang_up"},
        }
        flow = await world.make("ivr-flows", name="Main", number="7000", definition={"entry": "ask", "nodes": nodes})
        inbound = await world.make(
            "inbound-routes",
            name="Main number",
            did="02161234567",
            trunk_id=trunk["id"],
            destination={"kind": "flow", "id": flow["id"]},
        )
        outbound = await world.make("outbound-routes", name="All", pattern="X.", trunk_ids=[trunk["id"]])
        team = await world.make("teams", name="Day shift")
        reason = await world.make("presence-reasons", name_zh="开会", name_en="Meeting", kind="busy")
        skill = await world.make("skills", name="English")
        hours = [{"day": day, "begins": "09:00", "ends": "18:00"} for day in (1, 2, 3, 4, 5)]
        schedule = await world.make("schedules", name="Office hours", hours=hours, closed=["2026-10-01"])
        members = [{"extension": extension["id"]}, {"number": "13700137000", "delay": 10}]
        group = await world.make("ring-groups", name="Shop", number="6201", members=members)
        question = {"label": "Service", "sound": {"system": "rate_service"}, "keys": {"1": "satisfied"}}
        survey = await world.make("surveys", name="Service", number="6500", form={"questions": [question]})
        box = await world.make("fax-boxes", name="Office fax", number="6901", emails=["office@example.com"])
        key = await world.make("api-keys", name="CRM", scopes=["read"], user_id=world.ids["supervisor"])
        return {
            "trunks": trunk,
            "extensions": extension,
            "devices": extension["devices"][0],
            "queues": queue,
            "ivr-flows": flow,
            "inbound-routes": inbound,
            "outbound-routes": outbound,
            "teams": team,
            "presence-reasons": reason,
            "api-keys": key,
            "skills": skill,
            "schedules": schedule,
            "ring-groups": group,
            "surveys": survey,
            "fax-boxes": box,
        }

    return make
