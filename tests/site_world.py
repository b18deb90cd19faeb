"""A whole running site with the demo company, in a network of its own: ``callroom run``, its API, phones and callers.

Tests talk to it as people do: over HTTP, and with SIP phones that have real sound.
"""

import asyncio
import atexit
import contextlib
import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import soundfile

sys.path.insert(0, str(Path(__file__).parent / "asterisk"))
from world import ENGINE, PHONE, own_network

from callroom.demo.phone import OutgoingCall, Phone, RegistrationRefused, Sound
from callroom.demo.phone.patience import PATIENCE
from callroom.demo.tones import RATE, tone

HTTP = "127.0.0.1:8080"  # browsers lend the microphone to localhost without a certificate
SIP = (ENGINE, 5060)
PASSWORD = "long enough"
CLI = [sys.executable, "-m", "callroom.cli"]


class Person:
    """Somebody signed in to the API."""

    def __init__(self, client: httpx2.AsyncClient, user: dict[str, Any]) -> None:
        self.client = client
        self.id: str = user["id"]
        self.user = user

    async def __call__(self, method: str, path: str, body: Any = None, *, status: int | None = None) -> Any:
        """One request; the JSON of the answer. AssertionError for another status than ``status`` (default: success)."""
        answer = await self.client.request(method, path, json=body)
        right = answer.status_code == status if status else answer.is_success
        assert right, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def upload_tone(self, name: str, hertz: int) -> str:
        """A prompt of two seconds that phones can tell from others; its id."""
        file = BytesIO()
        soundfile.write(file, tone(hertz, 2.0), RATE, format="WAV", subtype="PCM_16")
        answer = await self.client.post("prompts", data={"name": name}, files={"file": ("tone.wav", file.getvalue())})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]


class SiteWorld:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home / "run.log"
        self.passwords = {"admin": PASSWORD}  # by login
        self.process: asyncio.subprocess.Process | None = None
        self._clients = contextlib.AsyncExitStack()

    async def start(self, **env: str) -> None:
        with self.log.open("ab") as log:
            addresses = ["--http", HTTP, "--sip", f"{ENGINE}:5060", "--rtp", "20000-20999"]
            self.process = await asyncio.create_subprocess_exec(
                *CLI, "run", "--home", str(self.home), *addresses,
                env=os.environ | {"CALLROOM_ADMIN_PASSWORD": PASSWORD, "CALLROOM_HTTPS": ""} | env,
                stdout=log, stderr=log,
            )  # fmt: skip
        await self.until(self.takes_calls, within=120, what="a site that takes calls")

    async def takes_calls(self) -> bool:
        async with httpx2.AsyncClient(trust_env=False) as client:
            try:
                return (await client.get(f"http://{HTTP}/healthz")).status_code == 200
            except httpx2.TransportError:
                return False

    async def stop(self) -> None:
        await self._clients.aclose()
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(60):
                await self.process.wait()

    def pids(self, part: str) -> list[int]:
        lines = re.sub(r"\x1b\[[0-9;]*m", "", self.log.read_text()).splitlines()
        return [int(m[1]) for line in lines if f"part={part}" in line and (m := re.search(r"pid=(\d+)", line))]

    async def kill_server(self) -> None:
        """Kill the server; until another one is started, which takes no calls yet."""
        before = self.pids("server")
        os.kill(before[-1], signal.SIGKILL)
        await self.until(lambda: len(self.pids("server")) > len(before), what="another server")

    async def until(self, condition: Callable[[], Any], *, within: float = PATIENCE, what: str) -> Any:
        """Wait for a condition, awaitable or not; its value. AssertionError with the site's log after ``within`` s."""
        end = asyncio.get_running_loop().time() + within
        while True:
            value = condition()
            if asyncio.iscoroutine(value):
                value = await value
            if value:
                return value
            assert asyncio.get_running_loop().time() < end, f"{what}: not within {within:g} s\n{self.log.read_text()}"
            await asyncio.sleep(0.05)

    async def command(self, *words: str) -> str:
        """Run ``callroom …`` to its end; its output. AssertionError when it fails."""
        process = await asyncio.create_subprocess_exec(
            *CLI, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        told, _ = await process.communicate()
        assert process.returncode == 0, told.decode()
        return told.decode()

    async def sign_in(self, login: str, password: str = "") -> Person:
        client = await self._clients.enter_async_context(
            httpx2.AsyncClient(base_url=f"http://{HTTP}/api/v1/", trust_env=False, timeout=60)
        )
        answer = await client.post("session", json={"login": login, "password": password or self.passwords[login]})
        assert answer.is_success, answer.text
        told = answer.json()
        client.headers["Authorization"] = f"Bearer {told['token']}"
        return Person(client, told["user"])

    async def load_demo(self) -> dict[str, str]:
        """Make the demo company; its people's ``passwords``. ``demo_world`` has one already."""
        told = await self.command("demo", "load", "--home", str(self.home), "--http", HTTP)
        self.passwords |= dict(re.findall(r"│ (\w+) +│ (\S+) +│", told))
        return self.passwords

    async def set_up(self, admin: Person) -> None:
        """As the set-up assistant leaves a site; until then it is all that admins see."""
        settings: dict[str, Any] = await admin("GET", "settings")
        headers = {"If-Match": str(settings.pop("version"))}
        body = settings | {"company_name": "示例科技", "set_up_done": True}
        answer = await admin.client.put("settings", json=body, headers=headers)
        assert answer.is_success, answer.text

    async def sip_phone(self, admin: Person, person: Person) -> Phone:
        """A registered SIP phone of somebody's extension; close it with ``async with``-like care (``aclose``)."""
        user = next(u for u in (await admin("GET", "users?limit=200"))["items"] if u["id"] == person.id)
        device = await admin("POST", "devices", {"extension_id": user["extension_id"], "kind": "sip", "name": "desk"})
        phone = Phone(bind=PHONE, user=device["id"], password=device["secret"], registrar=SIP, display=user["name"])
        await self._clients.enter_async_context(phone)

        async def registered() -> bool:  # the engine hears of a new device a moment after the API has answered
            try:
                await phone.register()
            except RegistrationRefused:
                return False
            return True

        await self.until(registered, what="a phone that may register")

        async def online() -> bool:
            return (await admin("GET", f"devices/{device['id']}"))["state"] == "online"

        await self.until(online, what="a phone that is online")
        return phone

    async def call_in(self, line: Phone, did: str, sound: Sound, *, caller: str) -> OutgoingCall:
        """An answered call to one of the company's numbers."""
        call = await line.dial(f"sip:{did}@{SIP[0]}:{SIP[1]}", sound, caller=caller)
        await call.answered()
        return call

    async def carrier_answers(self, admin: Person) -> None:
        """Until the engine knows that the demo line's carrier is there; it asks every 15 seconds."""

        async def reachable() -> bool:
            [trunk] = (await admin("GET", "trunks"))["items"]
            return trunk["state"] == "registered"

        await self.until(reachable, what="a carrier that answers")

    async def hide_numbers(self, admin: Person, login: str, visibility: str) -> None:
        """Let somebody see numbers in full, their "middle" hidden, or only the "name" of whom they are."""
        user = next(one for one in (await admin("GET", "users?limit=200"))["items"] if one["login"] == login)
        fields = ("login", "name", "role", "language", "takes_calls", "staff_number", "extension_id", "team_id",
                  "dial_permission", "queues", "skills")  # fmt: skip
        body = {field: user[field] for field in fields} | {"number_visibility": visibility}
        headers = {"If-Match": f'"{user["version"]}"'}
        answer = await admin.client.put(f"users/{user['id']}", json=body, headers=headers)
        assert answer.is_success, answer.text

    async def journey(self, person: Person, **wanted: Any) -> dict[str, Any]:
        """The newest journey (of a ``direction``), once it ended and has these values."""
        of = f"&direction={wanted['direction']}" if "direction" in wanted else ""

        async def ended() -> dict[str, Any] | None:
            items = (await person("GET", f"journeys?limit=1{of}"))["items"]
            if not items or not items[0]["ended_at"] or any(items[0][k] != v for k, v in wanted.items()):
                return None
            return await person("GET", f"journeys/{items[0]['id']}")

        return await self.until(ended, what="a complete journey")


@contextlib.asynccontextmanager
async def site_world(home: Path | None = None, **env: str) -> AsyncGenerator[SiteWorld]:
    """A started site, with a copy of the given home; everything is gone afterwards."""
    with own_network(), tempfile.TemporaryDirectory(prefix="callroom-") as folder:
        if home is not None:
            shutil.copytree(home, folder, dirs_exist_ok=True)
        world = SiteWorld(Path(folder))
        try:
            await world.start(**env)
            yield world
        finally:
            await world.stop()


_kept = contextlib.ExitStack()
atexit.register(_kept.close)
_demo: tuple[Path, dict[str, str]] | None = None  # the home of a demo company, and its people's passwords


@contextlib.asynccontextmanager
async def demo_world() -> AsyncGenerator[SiteWorld]:
    """A started site with the demo company, which is made only once in a test run: each world has a copy of it."""
    global _demo
    if _demo is None:
        home = Path(_kept.enter_context(tempfile.TemporaryDirectory(prefix="callroom-demo-"))) / "home"
        async with site_world() as world:
            await world.load_demo()
            await world.stop()
            shutil.copytree(world.home, home, ignore=shutil.ignore_patterns("engine", "run.log"))
        _demo = home, world.passwords
    home, passwords = _demo
    async with site_world(home) as world:
        world.passwords |= passwords
        yield world
