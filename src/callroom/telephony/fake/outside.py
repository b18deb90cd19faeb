"""The world outside: phones, carriers, callers, and the engine's own misfortunes, as a test scripts them."""

import asyncio
from collections.abc import Callable

from callroom.core.ids import DeviceId, LegId, TrunkId
from callroom.telephony import port
from callroom.telephony.fake.engine import Engine
from callroom.telephony.fake.party import Behaviour, FaxMachine, Party, PartyState
from callroom.telephony.fake.state import Leg
from callroom.telephony.port import (
    CallerId,
    CommandRefused,
    DeviceState,
    DialTarget,
    EndCause,
    FromDevice,
    FromTrunk,
    FromUnknown,
    Origin,
    ToDevice,
    TrunkState,
)


class Outside(Engine):
    def __init__(self) -> None:
        super().__init__()
        self.sound_seconds = self.sounds.seconds
        self._devices: set[DeviceId] = set()  # put by the server
        self._on: set[DeviceId] = set()  # phones that are switched on
        self._removed: set[str] = set()  # devices and trunks that were put once: what comes from them is refused
        self._trunks: set[TrunkId] = set()
        self._seen_trunks: set[TrunkId] = set()  # nobody put them, but calls came through them
        self._carriers: dict[TrunkId, tuple[TrunkState, str]] = {}
        self._behaviours: dict[str, Behaviour] = {}
        self._parties: dict[str, list[Party]] = {}  # dialled ones, by device or number
        self._taken: dict[str, int] = {}  # how many of them ``dialled`` has returned
        self._arrivals = 0
        self._dead = False

    # ------------------------------------------------------------ phones and carriers

    def register(self, *devices: DeviceId) -> None:
        """Switch phones on. One that nobody put yet is taken as put."""
        for device in devices:
            self._on.add(device)
            if not self._dead:
                self._devices.add(device)
                self._tell_device(device)

    def unregister(self, *devices: DeviceId) -> None:
        for device in devices:
            self._on.discard(device)
            self._tell_device(device)

    def _online(self, device: DeviceId) -> bool:
        return device in self._on and device in self._devices

    def _tell_device(self, device: DeviceId) -> None:
        state = DeviceState.ONLINE if self._online(device) else DeviceState.OFFLINE
        if self.link.devices.get(device, DeviceState.OFFLINE) is not state:
            contact = f"{device}@fake" if state is DeviceState.ONLINE else ""
            self.link.tell(port.DeviceChanged(self.now, device, state, contact))

    def device_put(self, device: DeviceId) -> None:
        self._devices.add(device)
        self._removed.discard(device)
        self._tell_device(device)  # a phone that is on has been trying

    def device_removed(self, device: DeviceId) -> None:
        self._devices.discard(device)
        self._removed.add(device)
        self._tell_device(device)

    def sign_in_refused(self, device: DeviceId, address: str = "192.0.2.7:5060") -> None:
        """A phone gives a wrong secret, or a name that nobody put."""
        self.link.tell(port.DeviceRefused(self.now, device, address))

    def set_trunk(self, trunk: TrunkId, state: TrunkState, detail: str = "") -> None:
        """What the carrier says, now and when the trunk is put again; ``REGISTERED`` unless set."""
        self._carriers[trunk] = (state, detail)
        self._trunks.add(trunk)
        self._tell_trunk(trunk)

    def _carrier(self, trunk: TrunkId) -> tuple[TrunkState, str]:
        return self._carriers.get(trunk, (TrunkState.REGISTERED, ""))

    def _tell_trunk(self, trunk: TrunkId) -> None:
        state, detail = self._carrier(trunk)
        told = self.link.trunks.get(trunk)
        if told is None or told.state is not state:
            self.link.tell(port.TrunkChanged(self.now, trunk, state, detail))

    def trunk_put(self, trunk: TrunkId) -> None:
        self._trunks.add(trunk)
        self._removed.discard(trunk)
        self._tell_trunk(trunk)

    def trunk_removed(self, trunk: TrunkId) -> None:
        self._removed.add(trunk)
        self._trunks.discard(trunk)
        self._seen_trunks.discard(trunk)
        self.link.trunks.pop(trunk, None)

    # ------------------------------------------------------------ calls in

    def call_in(
        self, trunk: TrunkId | None, *, dialled: str, caller: str, caller_name: str = "", name: str = ""
    ) -> Party:
        """Somebody calls through a trunk; None: from an address nobody knows."""
        if trunk is not None and trunk not in self._removed:
            self._seen_trunks.add(trunk)
        origin = FromTrunk(trunk) if trunk is not None else FromUnknown("192.0.2.1")
        return self._arrive(origin, name or caller, dialled, caller, caller_name, {})

    def device_calls(self, device: DeviceId, dialled: str, *, headers: dict[str, str] | None = None) -> Party:
        """A phone of ours dials; it must be registered, or have been removed."""
        if not self._online(device) and device not in self._removed:
            raise RuntimeError(f"{device} is not registered")
        told = {key.lower(): value for key, value in (headers or {}).items()}
        return self._arrive(FromDevice(device), device, dialled, device, "", told)

    def _arrive(
        self, origin: Origin, name: str, dialled: str, caller: str, caller_name: str, headers: dict[str, str]
    ) -> Party:
        self._arrivals += 1
        party = Party(name, LegId(f"in-{self._arrivals}"), self, PartyState.CALLING, dialled=dialled)
        if not self.link.connected:  # the engine turns callers away while the server is away
            party.state, party.end_cause = PartyState.ENDED, EndCause.UNREACHABLE
            return party
        if getattr(origin, "trunk", getattr(origin, "device", "")) in self._removed:
            party.state, party.end_cause = PartyState.ENDED, EndCause.REJECTED
            return party
        self.legs[party.leg] = Leg(party.leg, party, origin, caller, self.now)
        self.link.began(party.leg)
        self.link.tell(port.LegArrived(self.now, party.leg, origin, dialled, caller, caller_name, headers))
        self.changed()
        return party

    # ------------------------------------------------------------ calls out

    def when_dialled(
        self,
        target: DeviceId | str,
        *,
        rings: bool = True,
        answers_after: float | None = None,
        refuses: EndCause | None = None,
        refuses_after: float = 0.0,
        hangs_up_after: float | None = None,
        fax: FaxMachine | None = None,
    ) -> None:
        """What a device or a number does from now on when it is dialled; with the target only: rings for ever."""
        self._behaviours[target] = Behaviour(rings, answers_after, refuses, refuses_after, hangs_up_after, fax)
        if self._behaviours[target] == Behaviour():
            del self._behaviours[target]

    def parties(self, target: DeviceId | str) -> list[Party]:
        """All that were ever dialled there, oldest first."""
        return list(self._parties.get(target, ()))

    def party(self, target: DeviceId | str) -> Party:
        """The newest party dialled there; LookupError if there was none."""
        if not (found := self._parties.get(target)):
            raise LookupError(f"nobody has dialled {target}")
        return found[-1]

    async def dialled(self, target: DeviceId | str, *, within: float = 60.0) -> Party:
        """The next party dialled there that was not returned here before, as soon as there is one."""
        count = self._taken.get(target, 0)
        await self.until(lambda: len(self._parties.get(target, ())) > count, within=within, what=f"dialling {target}")
        self._taken[target] = count + 1
        return self._parties[target][count]

    def place(
        self,
        leg: LegId,
        target: DialTarget,
        shown: CallerId,
        timeout: float,
        headers: dict[str, str],
        auto_answer: bool,
        checkpoint: str,
    ) -> None:
        """Carry a ``dial`` out."""
        if isinstance(target, ToDevice):
            name, reachable = str(target.device), self._online(target.device)
        else:
            name = target.number
            if not name:
                raise CommandRefused("dial", "no number")
            state, _ = self._carrier(target.trunk)
            reachable = target.trunk in self._trunks | self._seen_trunks and state is TrunkState.REGISTERED
        self.link.began(leg)
        if not reachable:
            self.link.tell(port.LegEnded(self.now, leg, EndCause.UNREACHABLE))
            return
        party = Party(name, leg, self, PartyState.DIALLED, shown=shown, headers=headers, auto_answer=auto_answer)
        made = self.legs[leg] = Leg(leg, party, None, shown.number, self.now, checkpoint)
        self._parties.setdefault(name, []).append(party)
        default = Behaviour(answers_after=0.0) if auto_answer and isinstance(target, ToDevice) else Behaviour()
        self._behave(made, self._behaviours.get(name, default), timeout)
        self.changed()

    def _behave(self, leg: Leg, does: Behaviour, timeout: float) -> None:
        leg.party.fax = does.fax

        def after(seconds: float, act: Callable[[], None]) -> None:
            leg.timers.append(self.later(seconds, act))

        def ring() -> None:
            if leg.id not in self.legs or leg.party.state is not PartyState.DIALLED:
                return
            leg.party.state = PartyState.RINGING
            self.link.tell(port.LegRinging(self.now, leg.id))
            self.changed()

        def answer() -> None:
            self.answered(leg)
            if does.hangs_up_after is not None and leg.id in self.legs:
                after(does.hangs_up_after, leg.party.hang_up)

        refuses = does.refuses
        if does.rings and (refuses is None or does.refuses_after > 0):
            asyncio.get_running_loop().call_soon(ring)
        if refuses is not None:
            after(does.refuses_after, lambda: self.end(leg, refuses))
        elif does.answers_after is not None:
            after(does.answers_after, answer)
        after(timeout, lambda: self.end(leg, EndCause.NO_ANSWER))

    # ------------------------------------------------------------ the engine's connection and life

    def start(self) -> None:
        """Meet the engine for the first time: ``EngineReady`` with ``fresh`` true."""
        self.link.found(self.snapshot(), fresh=True)

    def disconnect(self) -> None:
        """Break the connection; the calls go on."""
        self.link.lost()

    def server_dies(self) -> None:
        """The server is gone and forgets everything; the calls go on. Subscribe a new one, then ``reconnect``."""
        self.link.server_died()

    def die(self) -> None:
        """The engine is gone with all its calls; ``reconnect(fresh=True)`` starts another."""
        if self.link.connected:
            self.link.lost()
        self._dead = True
        for tape in list(self.tapes.values()):
            self.end_tape(tape, complete=False)
        for leg in list(self.legs.values()):
            self.end(leg, EndCause.ENGINE_LOST)
        for room in list(self.rooms.values()):
            self.close(room)
        self._devices.clear()
        self._trunks.clear()
        self._seen_trunks.clear()

    def reconnect(self, *, fresh: bool = False) -> None:
        """Connect again. ``fresh``: to an engine started anew, which knows no device and no trunk."""
        if fresh and not self._dead:
            self.die()
        elif self._dead and not fresh:
            raise RuntimeError("the engine is dead: reconnect(fresh=True)")
        self._dead = False
        snapshot, missed = self.snapshot(), self.faxes_unheard
        self.faxes_unheard = []
        self.link.found(snapshot, fresh=fresh, missed=missed)
        for device in sorted(self._on | set(self.link.devices)):
            self._tell_device(device)
        for trunk in sorted(self._trunks):
            self._tell_trunk(trunk)
        self.tell_missed_tapes()

    def snapshot(self) -> port.Snapshot:
        """What the engine holds now."""
        legs = tuple(
            port.LegSeen(
                leg.id,
                leg.origin,
                leg.party.state is PartyState.TALKING,
                leg.party.dialled,
                leg.caller,
                leg.checkpoint,
                self.now - leg.created,
            )
            for leg in self.legs.values()
        )
        rooms = tuple(port.RoomSeen(r.id, tuple(leg.id for leg in r.legs)) for r in self.rooms.values())
        faxes = tuple(leg.fax.id for leg in self.legs.values() if leg.fax)
        over = {each.fax: each.outcome for each in self.faxes_unheard}
        return port.Snapshot(legs, rooms, tuple(self.tapes), tuple(self.ears), faxes, over)

    def left_over(self) -> list[str]:
        """What still lives: ``[]`` once all calls have come to a clean end."""
        return [*self.legs, *self.rooms, *self.sounds.playing, *self.tapes, *self.ears]
