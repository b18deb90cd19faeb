"""Translates what the engine tells into the words of the port."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from callroom.core.ids import DeviceId, LegId, SoundId, TrunkId
from callroom.telephony import port
from callroom.telephony.asterisk.ari import AriSocket, Channel, Event
from callroom.telephony.asterisk.causes import end_cause
from callroom.telephony.asterisk.checkpoints import Checkpoints
from callroom.telephony.asterisk.legs import Leg, PlayingSound, Tape, origin_of
from callroom.telephony.asterisk.setup import Registrations
from callroom.telephony.asterisk.tapes import measure
from callroom.telephony.port import EndCause

_PREFIX = "x-callroom-"
FAX = "fax"  # where in its plan the engine takes a leg whose party sends the tone of a fax
# All that `_event` reads, and the answers to requests; the engine tells three times as much.
HEARD = (
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


def unheard(answer: "asyncio.Future[str]") -> None:
    """Whether the engine could do it does not matter."""
    answer.add_done_callback(lambda f: f.cancelled() or f.exception())


def _is_end(event: str, channel: Channel) -> bool:
    return event == "ChannelDestroyed" or (event == "StasisEnd" and channel.dialplan.exten != FAX)


class Hearing:
    """Knows legs, sounds and recordings by what the engine tells of them. ``main`` is what it is asked by."""

    main: AriSocket

    def __init__(self, checkpoints: Checkpoints, recordings: Path, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.legs: dict[LegId, Leg] = {}
        self.sounds: dict[SoundId, PlayingSound] = {}
        self.tapes: dict[str, Tape] = {}  # by path
        self.tasks: set[asyncio.Task[None]] = set()
        self.registrations = Registrations(self._device, self._trunk, self._sign_in_refused)
        self.checkpoints = checkpoints  # of legs, and of channels that record
        self._gone: set[LegId] | None = None  # who goes while we look what the engine holds
        self._recordings = recordings
        self._listener: Callable[[port.TelephonyEvent], None] = lambda _: None
        self._expected: dict[str, asyncio.Future[None]] = {}

    def subscribe(self, listener: Callable[[port.TelephonyEvent], None]) -> None:
        self._listener = listener

    def expect(self, channel: str) -> "asyncio.Future[None]":
        """Until a channel of our own has come up."""
        self._expected[channel] = future = asyncio.get_running_loop().create_future()
        return future

    def unexpect(self, channel: str) -> None:
        self._expected.pop(channel, None)

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
            later(TRANSFER_TAKES, lambda: unheard(self.main.send("DELETE", f"channels/{channel.id}")))
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
                unheard(self.main.send("DELETE", f"channels/{channel.id}"))
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
        unheard(self.main.send("POST", f"channels/{leg.id}/moh", {"mohClass": leg.music}))

    # ------------------------------------------------------------ recordings

    def _tape_done(self, tape: Tape, silence: float) -> None:
        lasted = self.clock() - tape.since
        if tape.snoop:
            self.checkpoints.forget(LegId(tape.snoop))
            unheard(self.main.send("DELETE", f"channels/{tape.snoop}"))

        async def check() -> None:
            seconds = await asyncio.to_thread(measure, self._recordings / f"{tape.path}.wav")
            # A message loses its closing silence and has a beep before it.
            least = lasted * 0.98 - 1.0 if tape.snoop else 0.001
            self._listener(port.TapeEnded(self.clock(), tape.id, tape.leg, seconds, seconds > 0 and seconds >= least))

        task = asyncio.get_running_loop().create_task(check(), name=f"tape {tape.id}")
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    # ------------------------------------------------------------ phones and lines

    def _device(self, device: DeviceId, state: port.DeviceState, contact: str) -> None:
        self._listener(port.DeviceChanged(self.clock(), device, state, contact))

    def _sign_in_refused(self, device: DeviceId, address: str) -> None:
        self._listener(port.DeviceRefused(self.clock(), device, address))

    def _trunk(self, trunk: TrunkId, state: port.TrunkState, detail: str) -> None:
        changed = port.TrunkChanged(self.clock(), trunk, state, detail)
        self.registrations.trunks[trunk] = changed
        self._listener(changed)
