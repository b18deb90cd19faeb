"""A running site in a network of its own, and what a benchmark puts into it: queues, agents, their phones, a line."""

import asyncio
import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import select

from bench import generator
from bench.network import CARRIER, ENGINE, PHONE
from callroom.actions.sessions import open_session
from callroom.clock import utc_now
from callroom.store.database import open_database, writing
from callroom.store.tables import User

HTTP = "127.0.0.1:8080"
SECRET = "secret-of-a-phone"
PASSWORD = "long enough"  # of the first admin, for as long as the benchmark runs
RTP = "20000-39999"


class SiteFailed(Exception):
    """The site did not do what the benchmark needs; the text says what, with the site's log."""


class BenchSite:
    """``callroom run`` and its API, in the name of the first admin."""

    def __init__(self, home: Path, sip: str = f"{ENGINE}:5060", https: str = "", database: str = "") -> None:
        """``https``: where pages on other machines reach it; empty: nowhere. ``database``: the URL of another one than
        its own SQLite."""
        self.home = home
        self.database = database or f"sqlite:///{home}/site.db"
        self.sip = sip
        self.https = https
        self.log = home.parent / f"{home.name}.log"
        self.process: asyncio.subprocess.Process | None = None
        self.client = httpx2.AsyncClient(base_url=f"http://{HTTP}/api/v1/", trust_env=False, timeout=60)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *[sys.executable, "-m", "callroom.cli", "run", "--home", str(self.home)],
                *["--http", HTTP, "--sip", self.sip, "--rtp", RTP],
                env=os.environ
                | {"CALLROOM_ADMIN_PASSWORD": PASSWORD, "CALLROOM_HTTPS": self.https}
                | {"CALLROOM_DATABASE_URL": self.database},
                stdout=log,
                stderr=log,
            )

    async def takes_calls(self, *, within: float = 60.0) -> None:
        """Until the site takes calls. Raises ``SiteFailed``."""
        try:
            async with asyncio.timeout(within):
                while True:
                    try:
                        if (await self.client.get(f"http://{HTTP}/healthz")).status_code == 200:
                            return
                    except httpx2.TransportError:
                        pass  # it does not listen yet
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise SiteFailed(f"the site took no calls within {within:g} s\n{self.log.read_text()}") from None

    async def sign_in(self) -> None:
        answer = await self.client.post("session", json={"login": "admin", "password": PASSWORD})
        self.client.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    async def ask(self, method: str, path: str, body: Any = None, *, token: str = "") -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await self.client.request(method, path, json=body, headers=headers)
        if answer.is_error:
            raise SiteFailed(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    async def everything(self, path: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = await self.ask("GET", f"{path}?limit=200{f'&cursor={cursor}' if cursor else ''}")
            rows += page["items"]
            if not (cursor := page["next"] or ""):
                return rows

    async def stop(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(30):
                    await self.process.wait()
            except TimeoutError:
                self.process.kill()
                await self.process.wait()

    def warnings(self) -> dict[str, int]:
        """How often the site's log says what that is not information."""
        told: dict[str, int] = {}
        for line in re.sub(r"\x1b\[[0-9;]*m", "", self.log.read_text()).splitlines():
            if found := re.search(r"\[(warning|error) *\] (.{0,60}?)  ", line + "  "):
                told[found[2].strip()] = told.get(found[2].strip(), 0) + 1
        return told


@contextmanager
def bench_home() -> Generator[Path]:
    """A home that is not there yet, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="callroom-bench-") as folder:
        yield Path(folder) / "home"


@asynccontextmanager
async def bench_site(sip: str = f"{ENGINE}:5060", https: str = "") -> AsyncGenerator[BenchSite]:
    """A started site on an empty home, signed in; everything is gone afterwards. Be in ``own_network``."""
    with bench_home() as home:
        site = BenchSite(home, sip, https)
        try:
            await site.start()
            await site.takes_calls()
            await site.sign_in()
            yield site
        finally:
            await site.client.aclose()
            await site.stop()


@dataclass(frozen=True, slots=True)
class Company:
    """What was made: the numbers in, one a queue, and each agent's session."""

    numbers: list[str]
    tokens: list[str]


@dataclass(frozen=True, slots=True)
class Worker:
    """An agent. ``phone`` is the device that rings for him: a SIP phone, or the one in his ``page``."""

    phone: str
    page: bool
    strategy: str  # of his queue
    token: str


async def make_company(site: BenchSite, queues: int, *, agents_each: int = 1, strategy: str = "ring_all") -> Company:
    """Queues with agents who are signed in, whose phones all answer at one address; nothing is recorded."""
    company, workers = await hire(site, [strategy] * queues, agents_each)
    phones = [worker.phone for worker in workers]
    # Last, and quickly: until the agents' side runs nobody answers the engine's questions whether they are there.
    await generator.register(PHONE, ENGINE, [(user, SECRET) for user in phones])
    await all_there(site, set(phones))
    return company


async def hire(
    site: BenchSite, strategies: Sequence[str], agents_each: int, *, pages_each: int = 0, **settings: Any
) -> tuple[Company, list[Worker]]:
    """A queue for each strategy with agents who are signed in, queue after queue; of each queue's agents the first
    ``pages_each`` work in pages."""
    trunk = await site.ask(
        "POST",
        "trunks",
        {"name": "carrier", "kind": "address", "host": CARRIER, "port": generator.CARRIER_PORT,
         "match": [f"{CARRIER}/32"], "max_calls": 5000},
    )  # fmt: skip
    phones: list[str] = []  # of all agents, "" for those whose page is their phone
    extensions: list[str] = []
    numbers: list[str] = []
    for number, strategy in enumerate(strategies):
        queue = await site.ask(
            "POST",
            "queues",
            {"name": f"queue {number}", "strategy": strategy, "wrap_up": 0, "record": False,
             "announce_every": 600, "language": "en"} | settings,
        )  # fmt: skip
        numbers.append(f"8{number:04}")
        route = {"name": f"in {number}", "did": numbers[-1], "trunk_id": trunk["id"]}
        await site.ask("POST", "inbound-routes", route | {"destination": {"kind": "queue", "id": queue["id"]}})
        for place in range(agents_each):
            inside = f"{1000 + number * agents_each + place}"
            extension = await site.ask("POST", "extensions", {"number": inside, "name": inside, "record": False})
            extensions.append(extension["id"])
            phones.append("" if place < pages_each else await _sip_phone(site, extension["id"]))
            person = {"login": f"agent{inside}", "name": f"Agent {inside}", "role": "agent", "password": PASSWORD,
                      "staff_number": inside, "extension_id": extension["id"], "queues": [queue["id"]]}  # fmt: skip
            await site.ask("POST", "users", person)
    tokens = await _sessions(site)
    for token in tokens:
        await site.ask("PUT", "me/sign-in", {}, token=token)
    devices = await site.everything("devices") if pages_each else []
    pages = {device["extension_id"]: device["id"] for device in devices if device["kind"] == "browser"}
    workers = [
        Worker(phone or pages[extension], not phone, strategies[place // agents_each], token)
        for place, (phone, extension, token) in enumerate(zip(phones, extensions, tokens, strict=True))
    ]
    return Company(numbers, tokens), workers


async def _sip_phone(site: BenchSite, extension: str) -> str:
    device = await site.ask("POST", "devices", {"extension_id": extension, "kind": "sip", "secret": SECRET})
    return device["id"]


async def _sessions(site: BenchSite) -> list[str]:
    """A session for each agent, made where passwords need not be tried one after another."""
    database = open_database(site.database)
    try:
        async with writing(database) as session, session.begin():
            agents = list(await session.scalars(select(User).where(User.role == "agent").order_by(User.login)))
            return [open_session(session, agent, utc_now(), lasts=timedelta(hours=1)) for agent in agents]
    finally:
        await database.dispose()


async def all_there(site: BenchSite, phones: set[str], *, within: float = 60.0) -> None:
    """Until all these devices can be rung. Raises ``SiteFailed``."""
    away = phones
    try:
        async with asyncio.timeout(within):
            while away:
                away = phones - {d["id"] for d in await site.everything("devices") if d["state"] == "online"}
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise SiteFailed(f"not all phones are there after {within:g} s: {sorted(away)}") from None
