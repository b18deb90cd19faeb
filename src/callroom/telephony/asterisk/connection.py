"""Keeps the connection to the engine, translates its events, and finds again what lives there."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog
from websockets.exceptions import WebSocketException

from callroom.core.ids import DeviceId, EarId, FaxId, LegId, RoomId, SoundId, TapeId, TrunkId
from callroom.telephony import port
from callroom.telephony.asterisk.ami import Ami, Message
from callroom.telephony.asterisk.ari import AriSocket, Bridge, Channel, Event, Refused
from callroom.telephony.asterisk.causes import end_cause
from callroom.telephony.asterisk.checkpoints import Checkpoints
from callroom.telephony.asterisk.legs import Leg, PlayingSound, Tape, origin_of, seen_origin
from callroom.telephony.asterisk.link import Link, LinkMissing, read_link
from callroom.telephony.asterisk.setup import Registrations
from callroom.telephony.asterisk.tapes import measure
from callroom.telephony.port import EndCause, EngineUnreachable

log = structlog.get_logger(__name__)
_APP = "callroom"
_PREFIX = "x-callroom-"
FAX = "fax"  # where in its plan the engine takes a leg whose party sends the tone of a fax
TAPE, EAR = "tape.", "ear."  # how the channels are called that record a leg, or let a room listen to it
ASK_AGAIN_AFTER = 5.0  # seconds
# All that `_event` reads, and the answers to requests; the engine tells three times as much.
_HEARD = (
    "RESTResponse",
    "StasisStart",
    "StasisEnd",
    "ChannelStateChange",
    "ChannelDestroyed",
    "ChannelDtmfReceived",
    "ChannelHold",
    "ChannelUnhold",
    "BridgeBlindTransfer",
    "BridgeAttendedTransfer",
    "PlaybackFinished",
    "RecordingFinished",
    "RecordingFailed",
)


TRANSFER_TAKES = 0.5  # seconds until the engine has told of it, and needs its own channels no more


def _unheard(answer: "asyncio.Future[str]") -> None:
    """Whether the engine could do it does not matter."""
    answer.add_done_callback(lambda f: f.cancelled() or f.exception())


def _is_end(event: str, channel: Channel) -> bool:
    return event == "ChannelDestroyed" or (event == "StasisEnd" and channel.dialplan.exten != FAX)


class Connection:
    def __init__(self, link_file: Path, recordings: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.main = AriSocket(_APP, self._event)
        self.aux = AriSocket(f"{_APP}-setup", lambda _: None)  # for requests that can block the others
        self.legs: dict[LegId, Leg] = {}
        self.sounds: dict[SoundId, PlayingSound] = {}
        self.tapes: dict[str, Tape] = {}  # by path
        self.ears: dict[EarId, LegId] = {}
        self.awake: set[LegId] = set()  # legs that are sent silence
        self.tasks: set[asyncio.Task[None]] = set()
        self.registrations = Registrations(self._device, self._trunk, self._sign_in_refused)
        self.formats: dict[str, str] = {}  # by endpoint
        self.checkpoints = Checkpoints(link_file.with_name("checkpoints"))  # of legs, and of channels that record
        self._link_file = link_file
        self._recordings = recordings
        self._listener: Callable[[port.TelephonyEvent], None] = lambda _: None
        self._expected: dict[str, asyncio.Future[None]] = {}
        self._gone: set[LegId] | None = None  # who goes while we look what the engine holds
        self._ami: Ami | None = None
        self._replacing = asyncio.Lock()  # one line after another, else two changes of one line mix

    def subscribe(self, listener: Callable[[port.TelephonyEvent], None]) -> None:
        self._listener = listener

    def expect(self, channel: str) -> "asyncio.Future[None]":
        """Until a channel of our own has come up."""
        self._expected[channel] = future = asyncio.get_running_loop().create_future()
        return future

    def unexpect(self, channel: str) -> None:
        self._expected.pop(channel, None)

    # ------------------------------------------------------------ the connection

    async def run(self) -> None:
        """Connect, and connect again whenever it breaks; ends by cancellation only."""
        pause = 0.1
        try:
            while True:
                try:
                    link = read_link(self._link_file)
                    self.checkpoints.open(link.start_id)  # first: calls that come while we look are noted at once
                    ami = await Ami.open(link.ami_port, link.ami_user, link.ami_secret)
                    try:
                        await self.main.open(link.http_port, link.ari_user, link.ari_secret)
                        await self.aux.open(link.http_port, link.ari_user, link.ari_secret)
                        pause = 0.1
                        await self._connected(link, ami)
                    finally:
                        ami.close()
                except (LinkMissing, OSError, WebSocketException, EngineUnreachable, TimeoutError, Refused) as error:
                    log.info("no connection to the engine", error=str(error))
                await asyncio.sleep(pause)
                pause = min(2.0, pause * 2)
        finally:
            for task in list(self.tasks):
                task.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)
            await self.main.close()
            await self.aux.close()
            self.checkpoints.close()

    async def _connected(self, link: Link, ami: Ami) -> None:
        readers = [
            asyncio.create_task(self.main.run(), name="engine events"),
            asyncio.create_task(self.aux.run(), name="engine set-up"),
        ]
        was_ready = False
        try:
            fresh, snapshot = await self._look(link)
            readers.append(asyncio.create_task(self._registrations(ami), name="engine registrations"))
            readers.append(asyncio.create_task(self._ask_again(ami), name="silent trunks"))
            was_ready = True
            self._ami = ami
            self._listener(port.EngineReady(self.clock(), snapshot, fresh))
            if fresh:
                mark = {"variable": "CALLROOM_PUSHED", "value": link.start_id}
                await self.aux.send("POST", "asterisk/variable", mark)
            await asyncio.wait(readers, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._ami = None
            for task in readers:
                task.cancel()
            await asyncio.gather(*readers, return_exceptions=True)
            self.registrations.forget()
            if was_ready:
                self._listener(port.EngineLost(self.clock()))

    async def _look(self, link: Link) -> tuple[bool, port.Snapshot]:
        """Whether this start of the engine is new to us, and what it holds. Ends legs that are no more."""
        heard = {"allowed": [{"type": kind} for kind in _HEARD]}
        await self.main.send("PUT", f"applications/{_APP}/eventFilter", None, heard)
        told = await self.main.send("GET", "asterisk/variable", {"variable": "CALLROOM_PUSHED"})
        fresh = msgspec.json.decode(told)["value"] != link.start_id
        # What comes and goes from here on is told by events, and what the engine lists may be older.
        before = set(self.legs)
        gone = self._gone = set[LegId]()
        channels = msgspec.json.decode(await self.main.send("GET", "channels"), type=list[Channel])
        bridges = msgspec.json.decode(await self.main.send("GET", "bridges"), type=list[Bridge])
        now = datetime.fromtimestamp(time.time(), UTC)
        faxes_over = await self.faxes_over(channels)
        self.checkpoints.only({*self.legs, *(LegId(channel.id) for channel in channels)})
        seen: list[port.LegSeen] = []
        tapes: list[TapeId] = []
        ears: list[EarId] = []
        faxes: list[FaxId] = []
        for channel in channels:
            leg = LegId(channel.id)
            if channel.id.startswith(EAR):
                ears.append(EarId(channel.id.removeprefix(EAR)))
            if channel.id.startswith(TAPE):
                on, _, path = self.checkpoints.get(leg).partition("|")
                tape = TapeId(channel.id.removeprefix(TAPE))
                if path:
                    age = (now - datetime.fromisoformat(channel.creationtime)).total_seconds()
                    self.tapes.setdefault(path, Tape(tape, LegId(on), path, self.clock() - age, channel.id))
                    tapes.append(tape)
            if not channel.name.startswith("PJSIP/") or leg in gone:
                continue
            origin = seen_origin(channel)
            if origin is not None and channel.dialplan.app_name != "Stasis" and channel.dialplan.context != FAX:
                continue  # served by the dialplan's fall-back: it came while no server was there
            if leg in self.legs and channel.state == "Up":
                self._answered(self.legs[leg])  # while we were away
            if leg not in self.legs:  # a former process may have left it with music; it is begun again
                self.legs[leg] = Leg(leg, dialled_by_us=origin is None, fax_tone=channel.dialplan.exten == FAX)
                _unheard(self.main.send("DELETE", f"channels/{leg}/moh"))
            known = self.legs[leg]
            known.answered = known.answered or channel.state == "Up"
            if (fax := self.seen_fax(known, channel)) is not None:
                faxes.append(fax)
            seen.append(
                port.LegSeen(
                    leg,
                    origin,
                    known.answered,
                    channel.dialplan.exten if origin else "",
                    channel.caller.number,
                    self.checkpoints.get(leg),
                    (now - datetime.fromisoformat(channel.creationtime)).total_seconds(),
                )
            )
        alive = {leg.leg for leg in seen}
        for leg in before - alive:
            self.leg_ended(leg, EndCause.ENGINE_LOST)
        rooms = [port.RoomSeen(RoomId(b.id), tuple(LegId(c) for c in b.channels if c in alive)) for b in bridges]
        for known in self.legs.values():
            known.room = next((room.room for room in rooms if known.id in room.legs), None)
        if ears:  # what was asked meanwhile, or by a former process, is unknown
            for leg in alive:
                _unheard(self.main.send("DELETE", f"channels/{leg}/silence"))
        self._gone = None
        self.awake.clear()
        self.ears = {ear: on for ear, on in self.ears.items() if ear in ears}
        self.looked()
        for path in [p for p, t in self.tapes.items() if t.snoop and t.id not in tapes]:
            self._tape_done(self.tapes.pop(path), 0.0)
        return fresh, port.Snapshot(tuple(seen), tuple(rooms), tuple(tapes), tuple(ears), tuple(faxes), faxes_over)

    def fax_progress(self, message: Message) -> None:
        """Read what the engine tells of running faxes."""

    async def faxes_over(self, channels: list[Channel]) -> dict[FaxId, port.FaxOutcome]:
        """What became of faxes that ended while nobody heard it."""
        return {}

    def seen_fax(self, leg: Leg, channel: Channel) -> FaxId | None:
        """The fax that a found channel is sending or taking."""

    def looked(self) -> None:
        """What the engine holds is known again."""

    async def _ask_again(self, ami: Ami) -> None:
        """What the engine should have told of a trunk, and has not: it tells changes only, and each only once."""
        while True:
            await asyncio.sleep(ASK_AGAIN_AFTER)
            for endpoint in self.registrations.untold():
                ami.send("PJSIPShowEndpoint", Endpoint=endpoint)
                self.qualify(endpoint)

    def qualify(self, endpoint: str) -> None:
        """Ask an endpoint now whether it is there: by itself the engine begins at some time in its interval."""
        if self._ami is not None:
            self._ami.send("PJSIPQualify", Endpoint=endpoint)

    def ask(self, action: str, **fields: str) -> None:
        """Ask what only AMI tells; the answers come as its messages."""
        if self._ami is not None:
            self._ami.send(action, **fields)

    def notify(self, device: DeviceId, variables: list[str]) -> bool:
        """Send a NOTIFY of this make to a phone, wherever it is registered; False without a connection."""
        if self._ami is None:
            return False
        self._ami.send("PJSIPNotify", Endpoint=device, Variable=variables)
        return True

    async def _registrations(self, ami: Ami) -> None:
        ami.send("PJSIPShowContacts")
        ami.send("PJSIPShowRegistrationsOutbound")
        async for message in ami.messages():
            if self.registrations.take(message):
                ami.send("PJSIPShowRegistrationsOutbound")
            self.fax_progress(message)

    def _device(self, device: DeviceId, state: port.DeviceState, contact: str) -> None:
        self._listener(port.DeviceChanged(self.clock(), device, state, contact))

    def _sign_in_refused(self, device: DeviceId, address: str) -> None:
        self._listener(port.DeviceRefused(self.clock(), device, address))

    def _trunk(self, trunk: TrunkId, state: port.TrunkState, detail: str) -> None:
        changed = port.TrunkChanged(self.clock(), trunk, state, detail)
        self.registrations.trunks[trunk] = changed
        self._listener(changed)

    # ------------------------------------------------------------ events

    def _event(self, event: Event) -> None:
        channel = event.channel
        if self._gone is not None and channel is not None and _is_end(event.type, channel):
            self._gone.add(LegId(channel.id))
        match event.type:
            case "StasisStart" if channel is not None:
                self._arrived(event, channel)
            case "ChannelStateChange" if channel is not None:
                leg = self.legs.get(LegId(channel.id))
                if leg is None:
                    return
                if channel.state == "Ringing" and not leg.ringing and leg.dialled_by_us:
                    leg.ringing = True
                    self._listener(port.LegRinging(self.clock(), leg.id))
                elif channel.state == "Up" and not leg.dialled_by_us:
                    self._answered(leg)
            case "StasisEnd" if channel is not None:
                # An arrived channel tells nothing after this; one we dialled still sends ChannelDestroyed.
                leg = self.legs.get(LegId(channel.id))
                stays = leg is not None and (leg.fax or (channel.dialplan.exten == FAX and not leg.fax_tone))
                if leg is not None and not leg.dialled_by_us and not stays:
                    self._ends(leg, self._cause(leg, event))
            case "ChannelDestroyed" if channel is not None:
                leg = self.legs.get(LegId(channel.id))
                if leg is not None:
                    if leg.fax is not None:
                        self.fax_over(leg, channel)
                    self._ends(leg, self._cause(leg, event))
            case "ChannelDtmfReceived" if channel is not None:
                if LegId(channel.id) in self.legs:
                    self._listener(port.DigitPressed(self.clock(), LegId(channel.id), event.digit))
            case "ChannelHold" if channel is not None and channel.id in self.legs:
                self._listener(port.LegHeld(self.clock(), LegId(channel.id)))
            case "ChannelUnhold" if channel is not None and channel.id in self.legs:
                self._listener(port.LegResumed(self.clock(), LegId(channel.id)))
            case "BridgeBlindTransfer" if channel is not None and channel.id in self.legs:
                self._listener(port.TransferDialled(self.clock(), LegId(channel.id), event.exten))
            case "BridgeAttendedTransfer":
                first, second = event.transferer_first_leg, event.transferer_second_leg
                if first is not None and second is not None and {first.id, second.id} <= self.legs.keys():
                    self._listener(port.LegsJoined(self.clock(), LegId(first.id), LegId(second.id)))
            case "PlaybackFinished" if event.playback is not None:
                self.forget_sound(SoundId(event.playback.id), completed=event.playback.state == "done")
            case "RecordingFinished" | "RecordingFailed" if event.recording is not None:
                tape = self.tapes.pop(event.recording.name, None)
                if tape is not None:
                    self._tape_done(tape, event.recording.silence_duration)
            case _:
                pass

    def _arrived(self, event: Event, channel: Channel) -> None:
        if channel.name.startswith("Local/"):  # with these the engine carries out a transfer, which is ours to do
            if event.replace_channel is not None and (leg := self.legs.get(LegId(event.replace_channel.id))):
                leg.transfers = True
            later = asyncio.get_running_loop().call_later
            later(TRANSFER_TAKES, lambda: _unheard(self.main.send("DELETE", f"channels/{channel.id}")))
            return
        kind = event.args[0] if event.args else ""
        leg = LegId(channel.id)
        if kind in ("tape", "ear"):
            if (waiting := self._expected.pop(channel.id, None)) is not None and not waiting.done():
                waiting.set_result(None)
        elif kind == "dialled":
            if (known := self.legs.get(leg)) is not None:
                self._answered(known)
            else:
                _unheard(self.main.send("DELETE", f"channels/{channel.id}"))
        elif kind in ("fax_tone", "faxed"):
            self.fax_returned(leg, channel, tone=kind == "fax_tone")
        elif kind in ("trunk", "device", "unknown"):
            self.legs[leg] = Leg(leg, dialled_by_us=False, answered=channel.state == "Up")
            names = [n for n in event.args[2:] if n.lower().startswith(_PREFIX)]
            if not names:
                self._tell_arrival(event, channel, {})
            else:
                self._read_headers(event, channel, names)

    def fax_returned(self, leg: LegId, channel: Channel, *, tone: bool) -> None:
        """The engine's own plan hands a leg back, because of the ``tone`` of a fax or because a fax is over."""

    def fax_over(self, leg: Leg, channel: Channel) -> None:
        """A leg that has a fax ends with it."""

    def _read_headers(self, event: Event, channel: Channel, names: list[str]) -> None:
        answers = {
            name: self.main.send("GET", f"channels/{channel.id}/variable", {"variable": f"PJSIP_HEADER(read,{name})"})
            for name in names
            if name.replace("-", "").isalnum()
        }

        async def tell() -> None:
            told = await asyncio.gather(*answers.values(), return_exceptions=True)
            headers = {
                name.lower().removeprefix(_PREFIX): str(msgspec.json.decode(value)["value"])
                for name, value in zip(answers, told, strict=True)
                if isinstance(value, str)
            }
            if LegId(channel.id) in self.legs:  # else it hung up meanwhile, and nobody has heard of it
                self._tell_arrival(event, channel, headers)

        task = asyncio.get_running_loop().create_task(tell(), name="headers of a call")
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _tell_arrival(self, event: Event, channel: Channel, headers: dict[str, str]) -> None:
        origin = origin_of(event.args[0], event.args[1] if len(event.args) > 1 else "")
        self._listener(
            port.LegArrived(
                self.clock(),
                LegId(channel.id),
                origin,
                channel.dialplan.exten,
                channel.caller.number,
                channel.caller.name,
                headers,
            )
        )

    def _answered(self, leg: Leg) -> None:
        if not leg.answered:
            leg.answered = True
            self._listener(port.LegAnswered(self.clock(), leg.id))

    def _cause(self, leg: Leg, event: Event) -> EndCause:
        if leg.ended_by_us is not None:
            if leg.answered or not leg.dialled_by_us:
                return leg.ended_by_us
            elsewhere = leg.ended_by_us is EndCause.ANSWERED_ELSEWHERE
            return EndCause.ANSWERED_ELSEWHERE if elsewhere else EndCause.CANCELLED
        if not leg.answered and not leg.dialled_by_us:
            return EndCause.CANCELLED  # the caller gave up
        if not leg.answered and leg.dialled_by_us and self.clock() >= leg.gives_up_at - 0.2:
            return EndCause.NO_ANSWER
        return end_cause(event.cause, event.tech_cause, answered=leg.answered)

    def _ends(self, leg: Leg, cause: EndCause) -> None:
        if leg.transfers:  # it may end before the engine tells whereto
            asyncio.get_running_loop().call_later(TRANSFER_TAKES, self.leg_ended, leg.id, cause)
        else:
            self.leg_ended(leg.id, cause)

    def leg_ended(self, leg: LegId, cause: EndCause) -> None:
        """Forget a leg; what it was hearing ends first, because nothing of a leg comes after its end."""
        known = self.legs.pop(leg, None)
        if known is None:
            return
        for sound in list(known.sounds):
            self.forget_sound(sound)
        self.checkpoints.forget(leg)
        self._listener(port.LegEnded(self.clock(), leg, cause))

    def forget_sound(self, sound: SoundId, *, completed: bool = False) -> None:
        known = self.sounds.pop(sound, None)
        if known is None:
            return
        if known.leg is not None and (leg := self.legs.get(known.leg)) is not None:
            leg.sounds.discard(sound)
            if leg.music and not leg.sounds:
                self.resume_music(leg)
        self._listener(port.SoundEnded(self.clock(), sound, known.leg, completed and not known.stopped))

    def resume_music(self, leg: Leg) -> None:
        """The engine forgets the music of a leg when something else is played to it."""
        _unheard(self.main.send("POST", f"channels/{leg.id}/moh", {"mohClass": leg.music}))

    # ------------------------------------------------------------ recordings

    def _tape_done(self, tape: Tape, silence: float) -> None:
        lasted = self.clock() - tape.since
        if tape.snoop:
            self.checkpoints.forget(LegId(tape.snoop))
            _unheard(self.main.send("DELETE", f"channels/{tape.snoop}"))

        async def check() -> None:
            seconds = await asyncio.to_thread(measure, self._recordings / f"{tape.path}.wav")
            # A message loses its closing silence and has a beep before it.
            least = lasted * 0.98 - 1.0 if tape.snoop else 0.001
            self._listener(port.TapeEnded(self.clock(), tape.id, tape.leg, seconds, seconds > 0 and seconds >= least))

        task = asyncio.get_running_loop().create_task(check(), name=f"tape {tape.id}")
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
