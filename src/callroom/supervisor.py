"""Keeps the engine and the server of a site alive; the engine goes on talking while the server comes back."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from callroom.config import SiteSettings
from callroom.media.prompts import prompts_folder, system_prompt
from callroom.telephony.asterisk.config import EngineSettings
from callroom.telephony.asterisk.engine import find_engine, prepare, stop

log = structlog.get_logger()

LONGEST_PAUSE = 10.0  # seconds between two starts of a part that keeps failing
STEADY = 30.0  # a part that ran this long starts again at once
REFUSED = 3  # exit code of a server that cannot start with these settings: starting it again would not help


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    start: Callable[[], Awaitable[asyncio.subprocess.Process]]


async def run_site(settings: SiteSettings) -> int:
    """Run a site until SIGTERM or SIGINT; returns the exit code. Raises ``EngineMissing``, ``BadEngineSettings``."""
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = find_engine()
    sip_host, sip_port = settings.sip_address
    rtp_from, rtp_to = settings.rtp_ports
    engine_settings = EngineSettings(
        home=settings.home,
        recordings=settings.recordings,
        sip_host=sip_host,
        sip_port=sip_port,
        rtp_from=rtp_from,
        rtp_to=rtp_to,
        prompts=(prompts_folder(),),
        sorry=system_prompt("server_away", "zh"),
    )
    engine_settings.check()

    async def start_engine() -> asyncio.subprocess.Process:
        process = prepare(engine, engine_settings)
        return await asyncio.create_subprocess_exec(
            *process.command,
            env=process.env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us alone; we stop the parts in order
        )

    async def start_server() -> asyncio.subprocess.Process:
        options = settings.model_dump(mode="json")
        env = {f"CALLROOM_{key.upper()}": str(value) for key, value in options.items()}
        command = [sys.executable, "-m", "callroom.cli", "serve"]
        return await asyncio.create_subprocess_exec(
            *command, env=os.environ | env, stdin=asyncio.subprocess.DEVNULL, start_new_session=True
        )

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    parts = [Part("engine", start_engine), Part("server", start_server)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(keep_alive(part, stopping), name=part.name) for part in parts]
    return max(task.result() for task in tasks)


async def keep_alive(part: Part, stopping: asyncio.Event) -> int:
    """Start a part again whenever it ends, with a growing pause while it keeps failing, until ``stopping``."""
    loop = asyncio.get_running_loop()
    pause = 0.0
    while True:
        started = loop.time()
        process = await part.start()
        log.info("part started", part=part.name, pid=process.pid)
        ended = asyncio.ensure_future(process.wait())
        told = asyncio.ensure_future(stopping.wait())
        await asyncio.wait({ended, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if stopping.is_set():
            await stop(process)
            log.info("part stopped", part=part.name)
            return 0
        code = ended.result()
        if code == REFUSED:
            stopping.set()
            return REFUSED
        pause = 0.0 if loop.time() - started > STEADY else min(LONGEST_PAUSE, pause * 2 + 0.25)
        log.warning("part ended by itself", part=part.name, code=code, again_in=pause)
        try:
            async with asyncio.timeout(pause):
                await stopping.wait()
            return 0
        except TimeoutError:
            pass  # the pause is over: start again
