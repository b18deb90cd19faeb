"""What flows wait for from the engine: the ends of sounds, of recordings and of faxes."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from callroom.core.ids import FaxId, LegId, SoundId, TapeId
from callroom.telephony import port


class Spawn(Protocol):
    def __call__(self, work: Coroutine[Any, Any, None], *, name: str) -> object: ...


class Awaited:
    def __init__(self, spawn: Spawn, clock: Callable[[], float]) -> None:
        self._spawn = spawn
        self._clock = clock
        self._sounds: dict[SoundId, asyncio.Future[bool]] = {}
        self._tapes: dict[TapeId, tuple[Callable[[port.TapeEnded], None], asyncio.Future[port.TapeEnded]]] = {}

        self._faxes: dict[FaxId, tuple[Callable[[port.FaxEnded], None], asyncio.Future[port.FaxEnded]]] = {}

    @property
    def nothing(self) -> bool:
        return not self._sounds and not self._tapes and not self._faxes

    def sound_ended(self, sound: SoundId, *, completed: bool) -> None:
        if (ended := self._sounds.pop(sound, None)) and not ended.done():
            ended.set_result(completed)

    def forget_sounds(self) -> None:
        """The engine was away: whether they ended meanwhile is not told, and nobody is to wait for ever."""
        for sound in list(self._sounds):
            self.sound_ended(sound, completed=False)

    def tape_ended(self, event: port.TapeEnded) -> None:
        if known := self._tapes.pop(event.tape, None):
            known[0](event)
            known[1].set_result(event)

    def expect_sound(self, sound: SoundId) -> "asyncio.Future[bool]":
        self._sounds[sound] = ended = asyncio.get_running_loop().create_future()
        return ended

    def forget_sound(self, sound: SoundId) -> None:
        """Nobody waits for its end any more; a leg that has gone would never tell it."""
        self._sounds.pop(sound, None)

    def expect_tape(
        self, tape: TapeId, then: Callable[[port.TapeEnded], None], sent: Awaitable[None] | None = None
    ) -> Awaitable[port.TapeEnded]:
        ended: asyncio.Future[port.TapeEnded] = asyncio.get_running_loop().create_future()
        self._tapes[tape] = then, ended
        if sent is not None:
            self._spawn(self._tape_begins(tape, sent), name=f"tape {tape}")
        return asyncio.shield(ended)

    async def _tape_begins(self, tape: TapeId, sent: Awaitable[None]) -> None:
        """A tape that never began will not be told as ended: not when it is refused, nor when its leg has gone."""
        try:
            await sent
        except port.TelephonyError:
            self.tape_ended(port.TapeEnded(self._clock(), tape, None, 0.0, complete=False))

    def fax_ended(self, event: port.FaxEnded) -> None:
        if known := self._faxes.pop(event.fax, None):
            known[0](event)
            known[1].set_result(event)

    def expect_fax(
        self, fax: FaxId, then: Callable[[port.FaxEnded], None], sent: Awaitable[None] | None = None
    ) -> Awaitable[port.FaxEnded]:
        """``then`` is called at its end, even if the call is over by then. ``sent``: the command that starts it."""
        ended: asyncio.Future[port.FaxEnded] = asyncio.get_running_loop().create_future()
        self._faxes[fax] = then, ended
        if sent is not None:
            self._spawn(self._fax_begins(fax, sent), name=f"fax {fax}")
        return asyncio.shield(ended)

    async def _fax_begins(self, fax: FaxId, sent: Awaitable[None]) -> None:
        """A fax that never began will not be told as ended."""
        try:
            await sent
        except port.LegGone:
            self._never_began(fax, port.FaxFault.HUNG_UP)
        except port.CommandRefused:
            self._never_began(fax, port.FaxFault.LINE)
        except port.EngineUnreachable:
            self._never_began(fax, port.FaxFault.ENGINE_LOST)

    def _never_began(self, fax: FaxId, fault: port.FaxFault) -> None:
        self.fax_ended(port.FaxEnded(self._clock(), fax, LegId(""), port.FaxOutcome(0, fault)))

    def faxes_found(self, snapshot: port.Snapshot) -> None:
        """The engine was away: those that it holds no more have ended."""
        for fax in [fax for fax in self._faxes if fax not in snapshot.faxes]:
            lost = port.FaxOutcome(0, port.FaxFault.ENGINE_LOST)
            self.fax_ended(port.FaxEnded(self._clock(), fax, LegId(""), snapshot.faxes_over.get(fax, lost)))
