"""The server's end of the connection: who listens, what it was told, and what it missed while away."""

import asyncio
from collections.abc import Callable, Sequence

from callroom.core.ids import DeviceId, LegId, SoundId, TrunkId
from callroom.telephony import port
from callroom.telephony.port import EndCause, TelephonyEvent


class Link:
    """Tells events in order, one turn of the loop later, and remembers what the server believes to be alive.

    It sees to it that nothing comes after a leg's end, and that a leg which ended unseen is told as ended.
    """

    def __init__(self) -> None:
        self.connected = True
        self.devices: dict[DeviceId, port.DeviceState] = {}
        self.trunks: dict[TrunkId, port.TrunkChanged] = {}
        self._listener: Callable[[TelephonyEvent], None] = lambda _: None
        self._server = 0  # counts servers, so that one that died hears nothing more
        self._legs: dict[LegId, set[SoundId]] = {}

    def subscribe(self, listener: Callable[[TelephonyEvent], None]) -> None:
        self._listener = listener

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def began(self, leg: LegId) -> None:
        """The server knows of a leg from here on."""
        self._legs.setdefault(leg, set())

    def playing(self, leg: LegId, sound: SoundId) -> None:
        """The server expects the end of a sound."""
        self._legs.setdefault(leg, set()).add(sound)

    def tell(self, event: TelephonyEvent) -> None:
        """Tell the server, unless it is away."""
        if not self.connected:
            return
        match event:
            case port.LegEnded():
                for sound in sorted(self._legs.pop(event.leg, set())):
                    self._send(port.SoundEnded(event.at, sound, event.leg, completed=False))
            case port.SoundEnded() if event.leg is not None:
                self._legs.get(event.leg, set()).discard(event.sound)
            case port.DeviceChanged():
                self.devices[event.device] = event.state
            case port.TrunkChanged():
                self.trunks[event.trunk] = event
            case _:
                pass
        self._send(event)

    def _send(self, event: TelephonyEvent) -> None:
        asyncio.get_running_loop().call_soon(self._deliver, event, self._server)

    def _deliver(self, event: TelephonyEvent, server: int) -> None:
        if server == self._server:
            self._listener(event)

    # ------------------------------------------------------------ losing and finding each other

    def lost(self) -> None:
        self.tell(port.EngineLost(self.now()))
        self.connected = False

    def server_died(self) -> None:
        self.connected = False
        self._server += 1
        self._listener = lambda _: None
        self._legs.clear()
        self.devices.clear()
        self.trunks.clear()

    def found(self, snapshot: port.Snapshot, *, fresh: bool, missed: Sequence[port.FaxEnded] = ()) -> None:
        """Connected: faxes and legs that are no more are told as ended first."""
        self.connected = True
        for fax in missed:
            if fax.leg in self._legs:
                self.tell(fax)
        alive = [seen.leg for seen in snapshot.legs]
        for leg in [leg for leg in self._legs if leg not in alive]:
            self.tell(port.LegEnded(self.now(), leg, EndCause.ENGINE_LOST))
        for leg in alive:
            self.began(leg)
        self.tell(port.EngineReady(self.now(), snapshot, fresh))
