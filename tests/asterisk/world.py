"""A real engine in a network of its own, for tests.

The test process itself moves into a fresh, unnamed network namespace and back: phones, engine and adapter need no
further care, and the kernel removes the namespace with its last process.
"""

import asyncio
import contextlib
import ctypes
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TypeVar

from callroom.demo.phone.patience import PATIENCE
from callroom.telephony.asterisk.adapter import AsteriskTelephony
from callroom.telephony.asterisk.config import EngineSettings
from callroom.telephony.asterisk.engine import EngineProcess, find_engine, prepare, stop, wait_ready
from callroom.telephony.port import EngineReady, TelephonyEvent

ROOT = Path(os.environ.get("CALLROOM_ENGINE_ROOT", "/var/lib/callroom/engine"))
ENGINE = "10.77.0.1"
CARRIER = "10.77.0.2"
PHONE = "10.77.0.3"
_NEWNET = 0x40000000
E = TypeVar("E")


@contextlib.contextmanager
def own_network() -> Iterator[None]:
    """Put this thread, and what it starts, into an empty network with the three addresses above. Needs root."""
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        if libc.unshare(_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "cannot make a network namespace")
        try:
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            # Not on lo: browsers' ICE does not use its addresses.
            subprocess.run(["ip", "link", "add", "cr0", "type", "veth", "peer", "name", "cr1"], check=True)
            for name in ("cr0", "cr1"):
                subprocess.run(["ip", "link", "set", name, "up"], check=True)
            for address in (ENGINE, CARRIER, PHONE):
                subprocess.run(["ip", "addr", "add", f"{address}/24", "dev", "cr0"], check=True)
            yield
        finally:
            if libc.setns(before, _NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "cannot return to the network namespace")
    finally:
        os.close(before)


class EngineWorld:
    """Engine, adapter and the events it told, newest last."""

    def __init__(self, home: Path, host: str = ENGINE, rtp_from: int = 20000) -> None:
        self.home = home
        self.events: list[TelephonyEvent] = []
        self._changed = asyncio.Event()
        self.settings = EngineSettings(
            home=home, recordings=home / "recordings", sip_host=host, rtp_from=rtp_from, rtp_to=rtp_from + 999
        )
        self.started: EngineProcess | None = None
        self.process: asyncio.subprocess.Process | None = None
        self._make_adapter()
        self._adapter: asyncio.Task[None] | None = None

    def _make_adapter(self) -> None:
        self.telephony = AsteriskTelephony.connect(self.home / "engine/run/link.json", self.home / "recordings")
        self.telephony.subscribe(self.note)

    async def new_adapter(self, before: Callable[[AsteriskTelephony], None] = lambda _: None) -> None:
        """In place of the old one, which is gone, comes one that knows nothing; ``before`` it begins it is given."""
        self.telephony.subscribe(lambda _: None)
        await self.stop_adapter()
        self.events.clear()
        self._make_adapter()
        before(self.telephony)
        await self.start_adapter()

    def note(self, event: TelephonyEvent) -> None:
        self.events.append(event)
        self._changed.set()

    async def start_engine(self) -> None:
        self.started = prepare(find_engine(ROOT), self.settings)
        self.process = await asyncio.create_subprocess_exec(*self.started.command, env=self.started.env)
        await wait_ready(self.started.link)

    async def start_adapter(self) -> None:
        self._adapter = asyncio.create_task(self.telephony.run(), name="adapter")

    async def stop_adapter(self) -> None:
        if self._adapter is not None:
            self._adapter.cancel()
            await asyncio.gather(self._adapter, return_exceptions=True)
            self._adapter = None

    async def close(self) -> None:
        await self.stop_adapter()
        if self.process is not None:
            await stop(self.process)

    async def saw(self, kind: type[E], check: Callable[[E], bool] = lambda _: True, *, timeout: float = PATIENCE) -> E:
        """The first event of a kind that passes the check, past or coming; AssertionError after ``timeout`` seconds."""
        try:
            async with asyncio.timeout(timeout):
                while True:
                    self._changed.clear()
                    for event in self.events:
                        if isinstance(event, kind) and check(event):
                            return event
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"no {kind.__name__} in {self.events}") from None

    async def until(self, condition: Callable[[], bool], *, timeout: float = PATIENCE, what: str) -> None:
        """Wait for something that tells no event; AssertionError after ``timeout`` seconds."""
        end = asyncio.get_running_loop().time() + timeout
        while not condition():
            assert asyncio.get_running_loop().time() < end, f"{what}: not within {timeout:g} s"
            await asyncio.sleep(0.02)

    async def leaks(self) -> list[str]:
        """What the engine still holds: channels and bridges."""
        told = await asyncio.gather(
            self.telephony.main.send("GET", "channels"), self.telephony.main.send("GET", "bridges")
        )
        return [text for text in told if text != "[]"]


@contextlib.asynccontextmanager
async def engine_world() -> AsyncIterator[EngineWorld]:
    """A started engine with a connected adapter; everything is gone afterwards."""
    with own_network(), tempfile.TemporaryDirectory(prefix="callroom-") as folder:
        world = EngineWorld(Path(folder))
        try:
            await world.start_engine()
            await world.start_adapter()
            await world.saw(EngineReady)
            yield world
        finally:
            await world.close()
