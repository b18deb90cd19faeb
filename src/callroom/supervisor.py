"""Keeps engine, server and worker of a site alive; the engine goes on talking while the server comes back."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from callroom.config import SiteSettings
from callroom.logs import without_numbers
from callroom.media.prompts import prompts_folder, system_prompt
from callroom.store.emergency import read_emergency
from callroom.telephony.asterisk.config import EngineSettings
from callroom.telephony.asterisk.engine import find_engine, prepare, stop, stop_gently

log = structlog.get_logger()

LONGEST_PAUSE = 10.0  # seconds between two starts of a part that keeps failing
STEADY = 5.0  # a part that ran this long served calls: it starts again at once, for each second costs callers
PLAIN = 5  # failures in a row after which it is said plainly that the part does not run
REFUSED = 3  # exit code of a server that cannot start with these settings: starting it again would not help


@dataclass(frozen=True)
class Part:
    """One process. ``start`` raises ``OSError`` when it cannot be started now."""

    name: str
    start: Callable[[], Awaitable[asyncio.subprocess.Process]]
    stop: Callable[[asyncio.subprocess.Process], Awaitable[None]] = stop
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


async def run_site(settings: SiteSettings) -> int:
    """Run a site until SIGTERM or SIGINT; returns the exit code. Raises ``EngineMissing``, ``BadEngineSettings``."""
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = find_engine()
    engine_settings(settings).check()

    async def start_engine() -> asyncio.subprocess.Process:
        process = prepare(engine, engine_settings(settings))
        return await asyncio.create_subprocess_exec(
            *process.command,
            env=process.env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us alone; we stop the parts in order
        )

    async def start_ours(*program: str) -> asyncio.subprocess.Process:
        options = settings.model_dump(mode="json")
        env = {f"CALLROOM_{key.upper()}": str(value) for key, value in options.items()}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *program),
            env=os.environ | env,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )

    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    parts = [
        Part("engine", start_engine, stop_gently),
        Part("server", lambda: start_ours("callroom.cli", "serve")),
        Part("worker", lambda: start_ours("callroom.worker")),
    ]
    follower = asyncio.create_task(EngineLog(settings.home / "engine/log/messages.log").follow(), name="engine log")
    try:
        return await keep_running(parts, told, last="server")
    finally:
        follower.cancel()
        await asyncio.gather(follower, return_exceptions=True)  # its own cancellation


def engine_settings(settings: SiteSettings) -> EngineSettings:
    """What the engine's next start is given; the emergency phones are those the server wrote down last."""
    sip_host, sip_port = settings.sip_address
    rtp_from, rtp_to = settings.rtp_ports
    return EngineSettings(
        home=settings.home,
        recordings=settings.recordings,
        sip_host=sip_host,
        sip_port=sip_port,
        rtp_from=rtp_from,
        rtp_to=rtp_to,
        prompts=(prompts_folder(),),
        emergency=read_emergency(settings.home),
        sorry=system_prompt("server_away", "zh"),
    )


# ---------------------------------------------------------------- parts


async def keep_running(parts: list[Part], told: asyncio.Event, *, last: str) -> int:
    """Keep all parts alive until ``told``, or until one of them refuses; the worst exit code.

    ``last`` is stopped when the others have ended: the engine hangs up the calls while the server still hears it.
    Raises ``OSError`` when a part cannot be started at all.
    """
    try:
        return await _keep_running(parts, told, last)
    except ExceptionGroup as several:
        raise several.exceptions[0] from None  # the one that a part's first start raised


async def _keep_running(parts: list[Part], told: asyncio.Event, last: str) -> int:
    async with asyncio.TaskGroup() as group:
        running = {part.name: group.create_task(keep_alive(part), name=part.name) for part in parts}
        waiting = group.create_task(told.wait(), name="told to stop")
        await asyncio.wait({waiting, *running.values()}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        for part in parts:
            if part.name != last:
                part.stopping.set()
        await asyncio.wait({task for name, task in running.items() if name != last})
        next(part for part in parts if part.name == last).stopping.set()
    return max(task.result() for task in running.values())


async def keep_alive(part: Part) -> int:
    """Start a part again whenever it ends, with a growing pause while it keeps failing, until ``part.stopping``.

    Returns ``REFUSED`` when the part says that it cannot run with these settings, else 0. The very first start may
    raise ``OSError``.
    """
    loop = asyncio.get_running_loop()
    pause, failures = 0.0, 0
    while True:
        started = loop.time()
        try:
            process = await part.start()
        except OSError as error:
            if failures == 0:
                raise
            code, process = f"{error}", None
        else:
            log.info("part started", part=part.name, pid=process.pid)
            if await _ended_first(process, part.stopping):
                code = process.returncode
            else:
                await part.stop(process)
                log.info("part stopped", part=part.name)
                return 0
        if code == REFUSED:
            return REFUSED
        steady = process is not None and loop.time() - started > STEADY
        pause = 0.0 if steady else min(LONGEST_PAUSE, pause * 2 + 0.25)
        failures = 1 if steady else failures + 1
        if failures % PLAIN:
            log.warning("part ended by itself", part=part.name, code=code, again_in=pause)
        else:
            log.error(
                f"the {part.name} does not run: it keeps failing", part=part.name, failures=failures, code=code,
                again_in=pause,
            )  # fmt: skip
        try:
            async with asyncio.timeout(pause):
                await part.stopping.wait()
            return 0
        except TimeoutError:
            pass  # the pause is over: start again


async def _ended_first(process: asyncio.subprocess.Process, stopping: asyncio.Event) -> bool:
    """Wait until the process ends or is to be stopped; whether it ended by itself."""
    ended = asyncio.ensure_future(process.wait())
    told = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({ended, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()
    if stopping.is_set():
        ended.cancel()
        return False
    return True


# ---------------------------------------------------------------- what the engine says


class EngineLog:
    """Brings the engine's warnings and errors into our stream, and keeps their file small.

    The engine appends to its file, so that emptying it leaves no hole.
    """

    LOOK = 1.0  # seconds between two looks: a file tells nobody that it grew
    FULL = 10 * 1024 * 1024  # bytes; then the file, all of which has been told, is emptied
    MOST = 200  # lines told at one look; of a flood the rest is counted
    # Said of every phone and line that is put, about an option that nobody set.
    _IDLE = (b"Option 'stir_shaken' is no longer supported",)
    _LINE = re.compile(rb"\[[^\]]+\] (WARNING|ERROR)\[[^\]]*\](?:\[[^\]]*\])?:? +(\S+?):? (.*)")

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = path.stat().st_size if path.exists() else 0  # the rest was told by a former run

    async def follow(self) -> None:
        while True:
            try:
                self.look()
            except OSError as error:
                log.warning("the engine's log cannot be read", part="engine", error=str(error))
            await asyncio.sleep(self.LOOK)

    def look(self) -> None:
        """Tell what is new. Raises ``OSError``."""
        if not self._path.exists():
            return
        size = self._path.stat().st_size
        if size < self._offset:
            self._offset = 0
        if size > self._offset:
            with self._path.open("rb") as file:
                file.seek(max(self._offset, size - self.FULL))
                told = file.read(self.FULL)
            whole = told.rfind(b"\n") + 1
            self._offset = size - len(told) + whole
            self._tell(told[:whole].splitlines())
        if self._offset >= self.FULL:
            os.truncate(self._path, 0)
            self._offset = 0

    def _tell(self, lines: list[bytes]) -> None:
        lines = [line for line in lines if not any(idle in line for idle in self._IDLE)]
        for level, source, text in self._entries(lines[: self.MOST]):
            tell = log.error if level == b"ERROR" else log.warning
            shown = without_numbers(text.decode(errors="replace"))
            tell("the engine says", part="engine", source=source.decode(errors="replace"), text=shown)
        if len(lines) > self.MOST:
            log.warning("the engine says more than is told", part="engine", lines=len(lines) - self.MOST)

    def _entries(self, lines: list[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
        for line in lines:
            if found := self._LINE.match(line):
                yield found[1], found[2], found[3]
            elif line.strip() and not line.startswith(b"["):  # a further line of a message; else the engine's own title
                yield b"WARNING", b"", line
