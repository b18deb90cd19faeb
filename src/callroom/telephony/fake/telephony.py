"""``FakeTelephony``: the port's commands on the fake engine. What surrounds it is scripted in ``outside``."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from callroom.core.ids import DeviceId, EarId, FaxId, LegId, RoomId, SoundId, TapeId, TrunkId
from callroom.telephony import port
from callroom.telephony.fake.outside import Outside
from callroom.telephony.fake.party import PartyState
from callroom.telephony.fake.state import Ear, Fax, Room, Tape
from callroom.telephony.port import (
    CallerId,
    CommandRefused,
    DialTarget,
    EndCause,
    EngineUnreachable,
    LegGone,
    TelephonyError,
)

log = structlog.get_logger(__name__)
_CHECKPOINT_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it is carried out: the port's method, and the ids it names, in the port's order."""

    at: float
    name: str
    ids: tuple[str, ...]


def _settle(future: "asyncio.Future[None]") -> None:
    """A result nobody awaits never raises: take its error, log it, drop ``LegGone``."""
    if not future.cancelled() and (error := future.exception()) and not isinstance(error, LegGone):
        log.info("a command to the engine failed", error=repr(error))


class FakeTelephony(Outside):
    """Implements ``port.Telephony``; see the package for how it is scripted."""

    def __init__(self) -> None:
        super().__init__()
        self.commands: list[Command] = []
        self._watcher: Callable[[Command], None] = lambda _: None
        self._refusals: list[str] = []
        self.lamps: dict[DeviceId, tuple[int, int]] = {}  # new and old messages, as each phone was told last
        self._packets: dict[LegId, tuple[float, float]] = {}  # how many so far, counted until when

    def subscribe(self, listener: Callable[[port.TelephonyEvent], None]) -> None:
        self.link.subscribe(listener)

    def watch(self, watcher: Callable[[Command], None]) -> None:
        """Have each command shown just before it is carried out: the moment to let a party hang up first."""
        self._watcher = watcher

    def refuse_next(self, command: str) -> None:
        """Let the next command of this name fail with ``CommandRefused``."""
        self._refusals.append(command)

    # ------------------------------------------------------------ carrying out

    def _do(
        self, name: str, ids: Sequence[str], act: Callable[[], None], refused: Callable[[], None] = lambda: None
    ) -> Awaitable[None]:
        """Carry one command out at its turn; ``refused`` is called if it fails though its leg lives."""
        loop = asyncio.get_running_loop()
        result: asyncio.Future[None] = loop.create_future()
        result.add_done_callback(_settle)
        loop.call_soon(self._carry_out, name, tuple(ids), act, refused, result)
        return result

    def _carry_out(
        self,
        name: str,
        ids: tuple[str, ...],
        act: Callable[[], None],
        refused: Callable[[], None],
        result: "asyncio.Future[None]",
    ) -> None:
        error: TelephonyError | None = None
        if not self.link.connected:
            error = EngineUnreachable("no connection to the engine")
        else:
            command = Command(self.now, name, ids)
            self.commands.append(command)
            self._watcher(command)
            try:
                if name in self._refusals:
                    self._refusals.remove(name)
                    raise CommandRefused(name, "refused by the test")
                act()
            except TelephonyError as failed:
                error = failed
                if isinstance(failed, CommandRefused):
                    refused()
        if not result.done():  # else whoever awaited it was cancelled
            result.set_result(None) if error is None else result.set_exception(error)

    # ------------------------------------------------------------ legs

    def ring(self, leg: LegId) -> Awaitable[None]:
        def act() -> None:
            self.usable(leg, "ring").ringing = True
            self.changed()

        return self._do("ring", [leg], act)

    def answer(self, leg: LegId) -> Awaitable[None]:
        def act() -> None:
            found = self.usable(leg, "answer")
            self.sounds.stop_all(found.sounds)
            if found.party.state is PartyState.CALLING:
                self.answered(found)

        return self._do("answer", [leg], act)

    def hang_up(self, leg: LegId, cause: EndCause = EndCause.NORMAL) -> Awaitable[None]:
        def act() -> None:
            found = self.leg(leg)
            if found.party.state is PartyState.TALKING:
                self.end(found, cause)
            elif found.origin is not None:
                self.end(found, cause, EndCause.REJECTED if cause is EndCause.NORMAL else cause)
            else:
                elsewhere = cause is EndCause.ANSWERED_ELSEWHERE
                self.end(found, EndCause.ANSWERED_ELSEWHERE if elsewhere else EndCause.CANCELLED)

        return self._do("hang_up", [leg], act)

    def dial(
        self,
        leg: LegId,
        target: DialTarget,
        *,
        shown: CallerId,
        timeout: float,
        headers: dict[str, str] | None = None,
        auto_answer: bool = False,
        checkpoint: str = "",
    ) -> Awaitable[None]:
        def act() -> None:
            if leg in self.legs:
                raise CommandRefused("dial", f"{leg} exists")
            told = {key.lower(): value for key, value in (headers or {}).items()}
            self.place(leg, target, shown, max(1.0, float(round(timeout))), told, auto_answer, checkpoint)

        return self._do("dial", [leg], act)

    def set_checkpoint(self, leg: LegId, checkpoint: str) -> Awaitable[None]:
        def act() -> None:
            if len(checkpoint) > _CHECKPOINT_LONGEST:
                raise CommandRefused("set_checkpoint", f"longer than {_CHECKPOINT_LONGEST} characters")
            self.leg(leg).checkpoint = checkpoint

        return self._do("set_checkpoint", [leg], act)

    def send_digits(self, leg: LegId, digits: str) -> Awaitable[None]:
        def act() -> None:
            self.usable(leg, "send_digits").party.digits_heard += digits
            self.changed()

        return self._do("send_digits", [leg], act)

    def mute(self, leg: LegId, on: bool) -> Awaitable[None]:
        def act() -> None:
            self.usable(leg, "mute").muted = on
            self.changed()

        return self._do("mute", [leg], act)

    def tie(self, leg: LegId) -> Awaitable[None]:
        def act() -> None:
            self.usable(leg, "tie").tied = True
            self.changed()

        return self._do("tie", [leg], act)

    async def packets_from(self, leg: LegId) -> int:
        """Fifty a second from a party that is there, measured from one question to the next."""
        if not self.link.connected:
            raise EngineUnreachable("no connection to the engine")
        if leg not in self.legs:
            raise LegGone(leg)
        count, at = self._packets.get(leg, (0.0, self.now))
        if not self.legs[leg].party.vanished:
            count += (self.now - at) * 50
        self._packets[leg] = count, self.now
        return int(count)

    # ------------------------------------------------------------ rooms

    def open_room(self, room: RoomId) -> Awaitable[None]:
        def act() -> None:
            if room in self.used_rooms:
                raise CommandRefused("open_room", f"{room} was used before")
            self.used_rooms.add(room)
            self.rooms[room] = Room(room)

        return self._do("open_room", [room], act)

    def enter(self, room: RoomId, *legs: LegId) -> Awaitable[None]:
        def act() -> None:
            found = self.room(room, "enter")
            for leg in [self.movable(leg, "enter") for leg in legs]:
                leg.ringing = False
                self.move(leg, found)

        return self._do("enter", [room, *legs], act)

    def leave(self, room: RoomId, leg: LegId) -> Awaitable[None]:
        def act() -> None:
            found = self.leg(leg)
            if found.room is None or found.room is not self.room(room, "leave"):
                raise CommandRefused("leave", f"{leg} is not in {room}")
            self.move(found, None)

        return self._do("leave", [room, leg], act)

    def close_room(self, room: RoomId) -> Awaitable[None]:
        return self._do("close_room", [room], lambda: self.close(self.room(room, "close_room")))

    # ------------------------------------------------------------ sound

    def play(self, sound: SoundId, leg: LegId, files: Sequence[str]) -> Awaitable[None]:
        names = tuple(files)

        def act() -> None:
            found = self.usable(leg, "play")
            self._playable("play", sound, names)
            found.ringing = False  # it does not come back after the sound, as music does
            self.link.playing(leg, sound)
            self.sounds.start(sound, names, found.sounds, leg)

        return self._do("play", [sound, leg], act, lambda: self._not_played(sound, leg))

    def play_in_room(self, sound: SoundId, room: RoomId, files: Sequence[str]) -> Awaitable[None]:
        names = tuple(files)

        def act() -> None:
            found = self.room(room, "play_in_room")
            self._playable("play_in_room", sound, names)
            self.sounds.start(sound, names, found.sounds, None)

        return self._do("play_in_room", [sound, room], act, lambda: self._not_played(sound, None))

    def _playable(self, command: str, sound: SoundId, files: tuple[str, ...]) -> None:
        if not files or sound in self.sounds.playing:
            raise CommandRefused(command, "nothing to play" if not files else f"{sound} is playing already")

    def _not_played(self, sound: SoundId, leg: LegId | None) -> None:
        if sound not in self.sounds.playing and (leg is None or leg in self.legs):
            self.link.tell(port.SoundEnded(self.now, sound, leg, completed=False))

    def stop_sound(self, sound: SoundId) -> Awaitable[None]:
        def act() -> None:
            if sound not in self.sounds.playing:
                raise CommandRefused("stop_sound", f"{sound} is not being played")
            self.sounds.stop(sound)

        return self._do("stop_sound", [sound], act)

    def set_music(self, files: Mapping[str, str]) -> Awaitable[None]:
        def act() -> None:
            self.music = dict(files)
            self.changed()

        return self._do("set_music", [], act)

    def start_music(self, leg: LegId, music: str = port.DEFAULT_MUSIC) -> Awaitable[None]:
        def act() -> None:
            found = self.usable(leg, "start_music")
            if found.room is not None:
                self.move(found, None)
            found.music = music
            self.changed()

        return self._do("start_music", [leg], act)

    def stop_music(self, leg: LegId) -> Awaitable[None]:
        def act() -> None:
            self.usable(leg, "stop_music").music = ""
            self.changed()

        return self._do("stop_music", [leg], act)

    # ------------------------------------------------------------ listening

    def listen_to(self, ear: EarId, leg: LegId, room: RoomId) -> Awaitable[None]:
        def act() -> None:
            found, place = self.usable(leg, "listen_to"), self.room(room, "listen_to")
            if ear in self.ears or place.ears:
                raise CommandRefused("listen_to", f"{ear} listens already, or {room} has another ear")
            self.start_ear(Ear(ear, found, place), place)

        return self._do("listen_to", [ear, leg, room], act)

    def stop_listening(self, ear: EarId) -> Awaitable[None]:
        def act() -> None:
            if ear in self.ears:  # else it went with its leg
                self.end_ear(self.ears[ear])

        return self._do("stop_listening", [ear], act)

    # ------------------------------------------------------------ recordings

    def record_conversation(self, tape: TapeId, leg: LegId, path: str) -> Awaitable[None]:
        def act() -> None:
            found = self.usable(leg, "record_conversation")
            self.start_tape(Tape(tape, found, path, self.now, silence=None), longest=None)

        return self._do("record_conversation", [tape, leg], act)

    def record_message(self, tape: TapeId, leg: LegId, path: str, *, longest: float, silence: float) -> Awaitable[None]:
        def act() -> None:
            found = self.usable(leg, "record_message")
            if found.room is not None:
                raise CommandRefused("record_message", f"{leg} is in {found.room.id}")
            made = Tape(tape, found, path, self.now, silence=max(1.0, float(round(silence))))
            self.start_tape(made, longest=max(1.0, float(round(longest))))

        return self._do("record_message", [tape, leg], act)

    def stop_tape(self, tape: TapeId) -> Awaitable[None]:
        def act() -> None:
            if tape not in self.tapes:
                raise CommandRefused("stop_tape", f"{tape} is not being recorded")
            self.end_tape(self.tapes[tape])

        return self._do("stop_tape", [tape], act)

    # ------------------------------------------------------------ faxes

    def notice_fax(self, leg: LegId, within: float) -> Awaitable[None]:
        def act() -> None:
            self.leg(leg).fax_noticed_until = self.now + within

        return self._do("notice_fax", [leg], act)

    def take_fax(self, fax: FaxId, leg: LegId, file: str) -> Awaitable[None]:
        return self._do("take_fax", [fax, leg], lambda: self.start_fax(self.usable(leg, "take_fax"), Fax(fax)))

    def send_fax(self, fax: FaxId, leg: LegId, file: str, *, station: str = "", header: str = "") -> Awaitable[None]:
        return self._do("send_fax", [fax, leg], lambda: self.start_fax(self.usable(leg, "send_fax"), Fax(fax)))

    # ------------------------------------------------------------ set-up

    def put_device(self, device: port.DeviceSetup) -> Awaitable[None]:
        return self._do("put_device", [device.device], lambda: self.device_put(device.device))

    def remove_device(self, device: DeviceId) -> Awaitable[None]:
        return self._do("remove_device", [device], lambda: self.device_removed(device))

    def show_messages(self, device: DeviceId, new: int, old: int) -> Awaitable[None]:
        def act() -> None:
            if self.link.devices.get(device) is port.DeviceState.ONLINE:
                self.lamps[device] = new, old
                self.changed()

        return self._do("show_messages", [device], act)

    def put_trunk(self, trunk: port.TrunkSetup) -> Awaitable[None]:
        return self._do("put_trunk", [trunk.trunk], lambda: self.trunk_put(trunk.trunk))

    def remove_trunk(self, trunk: TrunkId) -> Awaitable[None]:
        return self._do("remove_trunk", [trunk], lambda: self.trunk_removed(trunk))

    def device_states(self) -> dict[DeviceId, port.DeviceState]:
        return dict(self.link.devices)

    def trunk_states(self) -> dict[TrunkId, port.TrunkChanged]:
        return dict(self.link.trunks)
