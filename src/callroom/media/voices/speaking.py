"""Typed texts and their sounds: spoken once by the voices' own process, then kept as files.

A sound's file is named by what is said and by whom, so that the same words are never spoken twice and a changed text
is another file. The process starts when somebody wants a sound and ends when it has had nothing to do for a while.
"""

import asyncio
import hashlib
import json
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from callroom.errors import CallroomError
from callroom.media.voices import installed

log = structlog.get_logger(__name__)
LONGEST_TEXT = 1000  # signs
SECONDS = 600.0  # that one text may take, with the start of the process
IDLE = 90.0  # seconds after which the process ends
KEPT = 7 * 24 * 3600.0  # seconds that sounds nobody wants are kept
SPEAKER = (sys.executable, "-m", "callroom.media.voices.speaker")

Said = tuple[str, str]  # text and voice


@dataclass
class NoVoices(CallroomError):
    """The voices are not installed on this site."""


@dataclass
class NotSpoken(CallroomError):
    """The voices could not say the text."""

    reason: str


def tidy(text: str) -> str:
    """The text as it is spoken: white space is one blank."""
    return " ".join(text.split())


class Speaking:
    """The sounds of typed texts under ``folder``. ``command`` starts the process that speaks, () means no voices;
    None: the site's own, as soon as they are installed."""

    def __init__(self, folder: Path, command: Sequence[str] | None = None) -> None:
        self._folder = folder
        self._given = command
        self._turn = asyncio.Lock()  # one text at a time
        self._now: asyncio.Task[None] | None = None  # who has the turn, or had it last
        self._process: asyncio.subprocess.Process | None = None
        self._last = 0.0
        self._wanted: set[Said] = set()
        self._changed = asyncio.Event()
        self._without = False  # texts are wanted, and the voices were not there

    @property
    def _command(self) -> Sequence[str]:
        if self._given is not None:
            return self._given
        return SPEAKER if installed() else ()

    @property
    def installed(self) -> bool:
        return bool(self._command)

    def file_of(self, text: str, voice: str) -> Path:
        """Where the sound is, or will be."""
        said = hashlib.sha256(f"{voice}\n{tidy(text)}".encode()).hexdigest()
        return self._folder / f"{said[:40]}.wav"

    def known(self, text: str, voice: str) -> Path | None:
        file = self.file_of(text, voice)
        return file if file.is_file() else None

    async def say(self, text: str, voice: str) -> Path:
        """The file of the sound, spoken now unless it was before. Raises ``NoVoices``, ``NotSpoken``.

        Once it is being spoken it is to the end, also when nobody waits for it any more: the next caller finds it.
        """
        file = self.file_of(text, voice)
        if await asyncio.to_thread(file.is_file):
            return file
        if not self._command:
            raise NoVoices
        await self._turn.acquire()
        self._now = asyncio.create_task(self._made(file, text, voice), name="speaking a text")
        self._now.add_done_callback(self._turn_over)
        await asyncio.shield(self._now)
        return file

    async def _made(self, file: Path, text: str, voice: str) -> None:
        if not await asyncio.to_thread(file.is_file):  # else it was somebody else's wish too
            await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
            await self._spoken({"text": tidy(text), "voice": voice, "into": str(file)})

    def _turn_over(self, done: "asyncio.Task[None]") -> None:
        self._turn.release()
        if not done.cancelled():
            done.exception()  # who waits is told; perhaps nobody does any more

    def want(self, texts: Iterable[Said]) -> None:
        """These texts are said in calls: ``run`` sees to it that their sounds are there."""
        self._wanted = set(texts)
        self._changed.set()

    async def run(self) -> None:
        """Speak what is wanted, and end the process when it is idle, until cancelled."""
        try:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), IDLE / 3)
                if self._changed.is_set() or (self._without and self.installed):
                    self._changed.clear()
                    await self._fetch()
                    await asyncio.to_thread(self._drop_old, {self.file_of(*said) for said in self._wanted})
                if self._process and not self._turn.locked() and time.monotonic() - self._last > IDLE:
                    await self._end()
        finally:
            await self.close()

    async def _fetch(self) -> None:
        self._without = False
        for said in await asyncio.to_thread(self._missing, sorted(self._wanted)):
            if said not in self._wanted:  # changed meanwhile
                continue
            try:
                await self.say(*said)
            except NoVoices:
                log.warning("typed texts cannot be spoken: the voices are not installed", texts=len(self._wanted))
                self._without = True
                return
            except (NotSpoken, OSError) as error:
                log.error("a typed text could not be spoken", text=said[0][:80], voice=said[1], error=str(error))

    async def _spoken(self, wanted: dict[str, str]) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                process = await self._started()
                assert process.stdin and process.stdout
                process.stdin.write(json.dumps(wanted).encode() + b"\n")
                await process.stdin.drain()
                line = await process.stdout.readline()
            if not line:
                raise OSError("the voices' process ended")
            answer = json.loads(line)
        except (TimeoutError, OSError, ValueError, asyncio.CancelledError) as error:
            await self._end()  # what it says next would be the answer to another text
            if isinstance(error, asyncio.CancelledError):
                raise
            answer = {"error": f"{type(error).__name__}: {error}"}
        self._last = time.monotonic()
        if "error" in answer:
            log.warning("a text could not be spoken", error=answer["error"])
            raise NotSpoken(str(answer["error"]))

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            pipe = asyncio.subprocess.PIPE
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
            )
        return self._process

    async def close(self) -> None:
        """Speak no more."""
        if self._now is not None:
            self._now.cancel()
            await asyncio.wait({self._now})
        await self._end()

    async def _end(self) -> None:
        """End the process that speaks, if there is one."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    def _missing(self, texts: list[Said]) -> list[Said]:
        return [said for said in texts if not self.file_of(*said).is_file()]

    def _drop_old(self, wanted: set[Path]) -> None:
        """Sounds that no text of the configuration has any more: heard once while somebody wrote."""
        for file in self._folder.glob("*.wav"):
            with suppress(OSError):
                if file not in wanted and time.time() - file.stat().st_mtime > KEPT:
                    file.unlink()
