"""Sends requests to the engine and makes the port's results of its answers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote

import structlog

from callroom.core.ids import LegId, SoundId
from callroom.telephony.asterisk.ari import Refused
from callroom.telephony.asterisk.connection import Connection
from callroom.telephony.port import CommandRefused, LegGone, TelephonyError

log = structlog.get_logger(__name__)


def q(text: str) -> str:
    return quote(text, safe="")


def settle(future: "asyncio.Future[None]") -> None:
    """A result nobody awaits never raises: take its error, log it, drop ``LegGone``."""
    if not future.cancelled() and (error := future.exception()) and not isinstance(error, LegGone):
        log.info("a command to the engine failed", error=repr(error))


def done() -> Awaitable[None]:
    """Nothing had to be asked of the engine."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done


class Requests(Connection):
    def _do(
        self,
        method: str,
        uri: str,
        query: dict[str, str] | None = None,
        body: object | None = None,
        *,
        leg: LegId | None = None,
        moved: Sequence[LegId] = (),
        fails: Callable[[], None] | None = None,
    ) -> Awaitable[None]:
        """Send one request now; the result translates errors. ``fails`` undoes what was noted beforehand.

        ``leg`` is named by the address, ``moved`` by the query: the engine says differently that they are gone.
        """
        result: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        result.add_done_callback(settle)

        def done(answer: asyncio.Future[str]) -> None:
            if answer.cancelled():
                result.cancel()
                return
            error = answer.exception()
            if error is not None and fails is not None:
                fails()
            if result.done():
                return
            if error is None:
                result.set_result(None)
            elif isinstance(error, Refused):
                named = moved if leg is None else (leg,)
                gone = next((each for each in named if each not in self.legs), None)
                if gone is None and (error.status == 404 if leg else "Channel not found" in str(error)):
                    gone = next(iter(named), None)
                text = f"{method} {uri.partition('?')[0]}"
                result.set_exception(CommandRefused(text, str(error)) if gone is None else LegGone(gone))
            else:
                result.set_exception(error)

        self.main.send(method, uri, query, body).add_done_callback(done)
        return result

    def _task(self, work: "asyncio.Task[None]") -> Awaitable[None]:
        self.tasks.add(work)
        work.add_done_callback(self.tasks.discard)
        work.add_done_callback(settle)
        return work

    def _refused(self, command: str, detail: str) -> Awaitable[None]:
        return self._failed(CommandRefused(command, detail))

    def _failed(self, error: TelephonyError) -> Awaitable[None]:
        result: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        result.add_done_callback(settle)
        result.set_exception(error)
        return result

    def hush(self, legs: Sequence[LegId]) -> None:
        """An answer, or a move, waits until what is being played is over, and all later requests with it: stop that."""
        for leg in legs:
            for sound in self.legs[leg].sounds if leg in self.legs else ():
                self.stop_sound(sound)

    def stop_sound(self, sound: SoundId) -> Awaitable[None]:
        known = self.sounds.get(sound)
        if known is None or known.stopped:  # it ended by itself, or is about to: nothing to tell the engine
            return done()
        known.stopped = True
        return self._do("DELETE", f"playbacks/{q(sound)}")
