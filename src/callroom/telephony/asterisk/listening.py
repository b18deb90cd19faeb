"""Ears: channels that hear a leg, in a room with those who listen."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress

from callroom.core.ids import EarId, LegId, RoomId
from callroom.telephony.asterisk.connection import EAR
from callroom.telephony.asterisk.provisioning import Provisioning
from callroom.telephony.asterisk.requests import q
from callroom.telephony.port import CommandRefused, EndCause, LegGone, TelephonyError

_APP = "callroom"
_COMES_UP = 5.0  # seconds within which a channel that listens must be there


class Listening(Provisioning):
    def listen_to(self, ear: EarId, leg: LegId, room: RoomId) -> Awaitable[None]:
        up = self.snoop(EAR + ear, leg, "ear", whisper="out")
        self.ears[ear] = leg
        self.keep_awake()
        return self._task(asyncio.get_running_loop().create_task(self._listen(ear, up, room), name=f"ear {ear}"))

    async def _listen(self, ear: EarId, up: Awaitable[None], room: RoomId) -> None:
        channel = EAR + ear
        try:
            await up
            await self._do("POST", f"bridges/{q(room)}/addChannel", {"channel": channel})
        except TelephonyError:
            self.ears.pop(ear, None)
            self._do("DELETE", f"channels/{q(channel)}", leg=LegId(channel))
            raise

    def stop_listening(self, ear: EarId) -> Awaitable[None]:
        self.ears.pop(ear, None)
        self.keep_awake()
        sent = self._do("DELETE", f"channels/{q(EAR + ear)}", leg=LegId(EAR + ear))

        async def gone() -> None:
            with suppress(LegGone):  # with its leg
                await sent

        return self._task(asyncio.get_running_loop().create_task(gone(), name=f"end of ear {ear}"))

    def snoop(self, channel: str, leg: LegId, kind: str, *, whisper: str) -> Awaitable[None]:
        """Let a channel hear a leg, wherever it goes; until it has come up the engine refuses it things at times."""
        ready = self.expect(channel)
        query = {"spy": "both", "whisper": whisper, "app": _APP, "appArgs": kind}
        sent = self._do("POST", f"channels/{q(leg)}/snoop/{q(channel)}", query, leg=leg)

        async def up() -> None:
            try:
                await sent
                async with asyncio.timeout(_COMES_UP):
                    await ready
            except TimeoutError as error:
                raise CommandRefused(kind, "the listening channel did not come up") from error
            finally:
                self.unexpect(channel)

        return up()

    # ------------------------------------------------------------ whispering to who is alone

    def keep_awake(self) -> None:
        """A whisper is mixed into what a phone is sent. One alone in its room is sent nothing: let it be silence.

        While that lasts the phone hears nobody in the room, so it ends as soon as somebody comes.
        """
        if not self.ears and not self.awake:
            return
        alone = {leg for leg in self.ears.values() if self._is_alone(leg)}
        for leg in self.awake - alone:
            if leg in self.legs:
                self._do("DELETE", f"channels/{q(leg)}/silence", leg=leg)
        for leg in alone - self.awake:
            self._do("POST", f"channels/{q(leg)}/silence", leg=leg)
        self.awake = alone

    def _is_alone(self, leg: LegId) -> bool:
        room = self.legs[leg].room if leg in self.legs else None
        return room is not None and all(other.room != room for other in self.legs.values() if other.id != leg)

    def leg_ended(self, leg: LegId, cause: EndCause) -> None:
        if self.ears:
            self.ears = {ear: on for ear, on in self.ears.items() if on != leg}
        super().leg_ended(leg, cause)
        self.keep_awake()

    def looked(self) -> None:
        super().looked()
        self.keep_awake()
