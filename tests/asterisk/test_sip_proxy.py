"""A page's SIP through Callroom's own origin, to the real engine."""

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

sys.path.insert(0, str(Path(__file__).parent))
from world import EngineWorld, engine_world

from callroom.actions import audit, sessions, users
from callroom.actions.users import Role
from callroom.clock import utc_now
from callroom.core.ids import DeviceId, LegId
from callroom.demo.phone.digest import Challenge, authorization
from callroom.demo.phone.patience import PATIENCE
from callroom.http.app import make_app
from callroom.http.site import COOKIE, Site
from callroom.store.database import migrate, open_database, writing
from callroom.store.tables import Device, Extension
from callroom.telephony.asterisk.link import link_path
from callroom.telephony.port import (
    CallerId,
    DeviceChanged,
    DeviceSetup,
    DeviceState,
    EndCause,
    LegEnded,
    ToDevice,
)

ADDRESS = "127.0.0.1:8080"
PASSWORD = "long enough"
SECRET = "a secret of the device"
ANA, BO = "d_ana", "d_bo"


class Page:
    """Just enough of a browser's SIP."""

    def __init__(self, socket: ClientConnection, device: str = ANA) -> None:
        self.socket = socket
        self.device = device
        self._count = 0

    def request(self, method: str, to: str = "", *, authorized: str = "") -> str:
        self._count += 1
        return (
            f"{method} sip:callroom SIP/2.0\r\nVia: SIP/2.0/WS page.invalid;branch=z9hG4bK{self._count}\r\n"
            f"Max-Forwards: 70\r\nTo: <sip:{to or self.device}@callroom>\r\n"
            f"From: <sip:{self.device}@callroom>;tag=page\r\nCall-ID: {method}-{self.device}\r\n"
            f"CSeq: {self._count} {method}\r\nContact: <sip:q1w2e3@page.invalid;transport=ws>;expires=300\r\n"
            f"{authorized}Content-Length: 0\r\n\r\n"
        )

    async def ask(self, message: str) -> str:
        await self.socket.send(message)
        async with asyncio.timeout(PATIENCE):
            answer = await self.socket.recv()
        assert isinstance(answer, str)
        return answer

    async def register(self) -> str:
        """The status line of the second answer, after the challenge."""
        challenged = await self.ask(self.request("REGISTER"))
        header = re.search(r"WWW-Authenticate: *(.*)\r\n", challenged)
        assert header, challenged
        challenge = Challenge.parse(header[1])
        assert challenge
        answer = authorization(
            challenge, user=self.device, password=SECRET, method="REGISTER", uri="sip:callroom", cnonce="c"
        )
        return (await self.ask(self.request("REGISTER", authorized=f"Authorization: {answer}\r\n"))).split("\r\n")[0]

    async def closed(self) -> int | None:
        """The close code that this page is told."""
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionClosed):
                while True:
                    await self.socket.recv()
        return self.socket.close_code


class ProxyWorld:
    """The engine, and a site over it where Ana and Bo have a browser phone each and Cy has none."""

    def __init__(self, engine: EngineWorld, site: Site, tokens: dict[str, str]) -> None:
        self.engine = engine
        self.site = site
        self.tokens = tokens

    @contextlib.asynccontextmanager
    async def page(
        self, login: str | None = "ana", *, origin: str = f"http://{ADDRESS}", device: str = ANA, query: str = ""
    ) -> AsyncIterator[Page]:
        async with connect(
            f"ws://{ADDRESS}/sip?{query}",
            subprotocols=[Subprotocol("sip")],
            origin=Origin(origin) if origin else None,
            additional_headers={"Cookie": f"{COOKIE}={self.tokens[login]}"} if login else {},
            proxy=None,
            open_timeout=PATIENCE,
        ) as socket:
            assert socket.subprotocol == "sip"
            yield Page(socket, device)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[ProxyWorld]:
    async with engine_world() as engine:
        database = open_database(f"sqlite:///{tmp_path}/site.db")
        await migrate(database)
        site = Site(database, utc_now)
        tokens: dict[str, str] = {}
        for number, login in enumerate(("ana", "bo", "cy"), start=8001):
            tokens[login] = await _person(site, login, str(number))
        for device, number in ((ANA, "8001"), (BO, "8002")):
            await engine.telephony.put_device(DeviceSetup(DeviceId(device), "browser", SECRET, device, number))
        app = make_app(site, link_path(engine.home))
        host, _, port = ADDRESS.partition(":")
        server = uvicorn.Server(uvicorn.Config(app, host=host, port=int(port), lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve())
        await engine.until(lambda: server.started, what="the site answers")
        try:
            yield ProxyWorld(engine, site, tokens)
        finally:
            server.should_exit = True
            await serving
            await database.dispose()


async def _person(site: Site, login: str, number: str) -> str:
    """Make a person, with a browser phone unless it is Cy, and sign him in; returns his token."""
    now = site.now()
    async with writing(site.engine) as session, session.begin():
        user = await users.create_user(
            session, audit.SYSTEM, login=login, name=login, role=Role.AGENT, password=PASSWORD, now=now
        )
        if login != "cy":
            stamps = {"created_at": now, "updated_at": now}
            session.add(Extension(id=f"e_{login}", number=number, **stamps))
            await session.flush()
            session.add(Device(id=f"d_{login}", extension_id=f"e_{login}", kind="browser", secret=SECRET, **stamps))
            session.add(Device(id=f"d_desk_{login}", extension_id=f"e_{login}", kind="sip", secret=SECRET, **stamps))
            user.extension_id = f"e_{login}"
        await session.flush()
        _, token = await sessions.sign_in(session, login=login, password=PASSWORD, address="", agent_string="", now=now)
    return token


async def test_page_registers_and_the_engine_knows_at_once_when_it_goes(world: ProxyWorld):
    async with world.page() as page:
        assert await page.ask("\r\n\r\n") == "\r\n"
        assert await page.register() == "SIP/2.0 200 OK"
        await world.engine.saw(DeviceChanged, lambda e: e.device == ANA and e.state is DeviceState.ONLINE)
        page.socket.transport.abort()  # a page that crashed says no good-bye
        await world.engine.saw(DeviceChanged, lambda e: e.device == ANA and e.state is DeviceState.OFFLINE)


async def test_a_call_rings_the_page_and_its_refusal_comes_back(world: ProxyWorld):
    async with world.page() as page:
        await page.register()
        await world.engine.saw(DeviceChanged)
        dialling = world.engine.telephony.dial(
            LegId("l1"), ToDevice(DeviceId(ANA)), shown=CallerId("13800000000"), timeout=20
        )
        async with asyncio.timeout(PATIENCE):
            ringing = await page.socket.recv()
        assert isinstance(ringing, str) and ringing.startswith("INVITE sip:q1w2e3@"), ringing
        kept = "".join(
            line + "\r\n" for line in ringing.split("\r\n") if re.match(r"(Via|From|To|Call-ID|CSeq):", line)
        )
        kept = re.sub(r"(To:[^\r]*)", r"\1;tag=p2", kept)
        await page.socket.send(f"SIP/2.0 603 Decline\r\n{kept}Content-Length: 0\r\n\r\n")
        await dialling
        ended = await world.engine.saw(LegEnded)
        assert ended.cause is EndCause.REJECTED


async def test_another_name_closes_the_socket(world: ProxyWorld):
    for message in ("REGISTER", "INVITE", "OPTIONS"):
        async with world.page(device=BO) as page:
            await page.socket.send(page.request(message, to="8001"))
            assert await page.closed() == 4403
    async with world.page() as page:
        await page.socket.send(page.request("REGISTER", to=BO))
        assert await page.closed() == 4403
    async with world.page("cy") as page:
        assert await page.closed() == 4403


async def test_what_is_no_sip_closes_the_socket(world: ProxyWorld):
    for frame, code in (("hello", 1002), (b"\x00", 1003), ("x" * 70_000, 1009)):
        async with world.page() as page:
            await page.socket.send(frame)
            assert await page.closed() == code


async def test_without_session_or_from_elsewhere_nothing_opens(world: ProxyWorld):
    home = f"http://{ADDRESS}"
    for login, origin in ((None, home), ("ana", "http://elsewhere.example"), ("ana", "null"), ("ana", "")):
        with pytest.raises(InvalidStatus) as refused:
            async with world.page(login, origin=origin):
                pass
        assert refused.value.response.status_code == 403


async def test_an_ended_session_ends_with_the_next_registration(world: ProxyWorld):
    async with world.page() as page:
        assert await page.register() == "SIP/2.0 200 OK"
        async with writing(world.site.engine) as session, session.begin():
            await sessions.sign_out(session, world.tokens["ana"], audit.SYSTEM, world.site.now())
        await page.socket.send(page.request("REGISTER"))
        assert await page.closed() == 4401


async def test_engine_killed_says_try_again_and_later_it_works_again(world: ProxyWorld):
    async with world.page() as page:
        await page.register()
        assert world.engine.process
        world.engine.process.kill()
        assert await page.closed() == 1013
    async with world.page() as page:
        assert await page.closed() == 1013
    await world.engine.process.wait()
    await world.engine.start_engine()  # with other ports and secrets
    async with world.page() as page:
        assert (await page.ask(page.request("OPTIONS"))).startswith("SIP/2.0 ")


async def test_another_browser_gets_the_phone_only_by_taking_it(world: ProxyWorld):
    async with world.page(query="browser=office") as office:
        assert " 200 " in await office.register()
        async with world.page(query="browser=home") as home:
            assert await home.closed() == 4409
        assert " 200 " in await office.register(), "nothing was taken from it"
        async with world.page(query="browser=home&take=1") as home:
            assert await office.closed() == 4409
            assert " 200 " in await home.register()
            async with world.page(query="browser=office") as office_again:
                assert await office_again.closed() == 4409, "a page that connects again takes nothing back"
    async with asyncio.timeout(PATIENCE):
        while True:  # until it is seen that home's page has gone
            async with world.page(query="browser=office") as office:
                with contextlib.suppress(ConnectionClosed):
                    assert " 200 " in await office.register()
                    break
