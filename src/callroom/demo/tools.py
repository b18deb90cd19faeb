"""The demo as the page's buttons use it."""

import asyncio
import os
import sys

from callroom.config import SiteSettings
from callroom.demo.api import site_api
from callroom.demo.company import SignIn, load
from callroom.errors import NotNow

MOST_CALLERS = 5  # at once


class DemoTools:
    """``settings``: of the site that this process serves."""

    def __init__(self, settings: SiteSettings) -> None:
        self._settings = settings
        self._callers: set[asyncio.Task[None]] = set()

    async def load(self, token: str, language: str) -> list[SignIn]:
        """Make the demo company in the name of an admin's session. Raises ``DemoRefused``."""
        async with site_api(f"http://{self._settings.http}", token, language) as api:
            return await load(api)

    async def call(self, to: str, caller: str, keys: str, language: str) -> None:
        """Let the demo caller ring, in a process of its own so that its sound never waits for us. Raises ``NotNow``."""
        if len(self._callers) >= MOST_CALLERS:
            raise NotNow("demo-call", "enough callers")
        command = [sys.executable, "-m", "callroom.cli", "demo", "call", "--home", str(self._settings.home)]
        command += ["--to", to, "--from", caller, "--keys", ",".join(keys), "--language", language]
        process = await asyncio.create_subprocess_exec(
            *command,
            env=dict(os.environ),  # the server's event loop takes nothing but a dict
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        task = asyncio.create_task(self._wait(process), name="demo caller")
        self._callers.add(task)
        task.add_done_callback(self._callers.discard)

    async def close(self) -> None:
        """End the callers that still ring or talk."""
        for task in list(self._callers):
            task.cancel()
        await asyncio.gather(*self._callers, return_exceptions=True)

    @staticmethod
    async def _wait(process: asyncio.subprocess.Process) -> None:
        try:
            await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            raise
