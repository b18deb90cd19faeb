"""The telephony port on a real Asterisk: commands out, events in. The connection itself is in ``connection``."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from callroom.core.ids import LegId, RoomId, SoundId, TapeId
from callroom.telephony import port
from callroom.telephony.asterisk.ari import Refused
from callroom.telephony.asterisk.causes import HANG_UP
from callroom.telephony.asterisk.connection import TAPE
from callroom.telephony.asterisk.faxing import Faxing
from callroom.telephony.asterisk.legs import Leg, PlayingSound, Tape
from callroom.telephony.asterisk.requests import done, q, settle
from callroom.telephony.asterisk.setup import MUSIC_FILE, TRUNK, music_classes
from callroom.telephony.asterisk.templates import NO_TRANSFER
from callroom.telephony.port import DEFAULT_MUSIC, CallerId, CommandRefused, DialTarget, EndCause, LegGone, ToDevice

_NUMBER = re.compile(r"[0-9A-Za-z+*#._-]{1,64}")
_APP = "callroom"
STOPPING = 5.0  # seconds in which the engine tells that a recording ended


class AsteriskTelephony(Faxing):
    """Implements ``port.Telephony``. Make it with ``connect``, then run ``run()`` as a task."""

    @classmethod
    def connect(
        cls, link_file: Path, recordings: Path, *, clock: Callable[[], float] = time.monotonic
    ) -> "AsteriskTelephony":
        return cls(link_file, recordings, clock)

    # ------------------------------------------------------------ legs

    def ring(self, leg: LegId) -> Awaitable[None]:
        return self._do("POST", f"channels/{q(leg)}/ring", leg=leg)

    def answer(self, leg: LegId) -> Awaitable[None]:
        self.hush([leg])
        return self._do("POST", f"channels/{q(leg)}/answer", leg=leg)

    def hang_up(self, leg: LegId, cause: EndCause = EndCause.NORMAL) -> Awaitable[None]:
        if (known := self.legs.get(leg)) is not None:
            known.ended_by_us = cause
        return self._do("DELETE", f"channels/{q(leg)}", HANG_UP.get(cause, {}), leg=leg)

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
        if isinstance(target, ToDevice):
            name, endpoint = str(target.device), f"PJSIP/{target.device}"
        else:
            if not _NUMBER.fullmatch(target.number):
                return self._refused("dial", f"{target.number!r} cannot be dialled")
            name = TRUNK + target.trunk
            endpoint = f"PJSIP/{target.number}@{name}"
        variables = {"CALLROOM_ORIGIN": "dialled:"}
        for key, value in (headers or {}).items():
            if not re.fullmatch(r"[A-Za-z0-9-]+", key) or "\r" in value or "\n" in value:
                return self._refused("dial", f"header {key!r} cannot be sent")
            variables[f"PJSIP_HEADER(add,X-Callroom-{key})"] = value
        if auto_answer:
            variables["PJSIP_HEADER(add,Call-Info)"] = "<sip:callroom>;answer-after=0"
            variables["PJSIP_HEADER(add,Alert-Info)"] = "<http://callroom>;info=alert-autoanswer;delay=0"
        shown_name = shown.name.replace('"', "").replace("\\", "")
        self.legs[leg] = Leg(leg, dialled_by_us=True, gives_up_at=self.clock() + timeout)
        if checkpoint:
            self.checkpoints.keep(leg, checkpoint)
        query = {
            "endpoint": endpoint,
            "app": _APP,
            "appArgs": "dialled",
            "channelId": leg,
            "callerId": f'"{shown_name}" <{shown.number}>',
            "timeout": str(max(1, round(timeout))),
        }
        if name in self.formats:  # else the engine offers them in an order of its own
            query["formats"] = self.formats[name]
        result: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        result.add_done_callback(settle)

        def answered(answer: asyncio.Future[str]) -> None:
            if answer.cancelled():
                result.cancel()
                return
            error = answer.exception()
            if error is not None and leg in self.legs:
                unreachable = isinstance(error, Refused)
                self.leg_ended(leg, EndCause.UNREACHABLE if unreachable else EndCause.ENGINE_LOST)
            if error is not None and not isinstance(error, Refused):
                result.set_exception(error)
            else:
                result.set_result(None)

        self.main.send("POST", "channels", query, {"variables": variables}).add_done_callback(answered)
        return result

    def set_checkpoint(self, leg: LegId, checkpoint: str) -> Awaitable[None]:
        if leg not in self.legs:
            return self._failed(LegGone(leg))
        self.checkpoints.keep(leg, checkpoint)
        return done()

    def send_digits(self, leg: LegId, digits: str) -> Awaitable[None]:
        return self._do("POST", f"channels/{q(leg)}/dtmf", {"dtmf": digits}, leg=leg)

    def mute(self, leg: LegId, on: bool) -> Awaitable[None]:
        return self._do("POST" if on else "DELETE", f"channels/{q(leg)}/mute", {"direction": "in"}, leg=leg)

    def tie(self, leg: LegId) -> Awaitable[None]:
        # A hold is intercepted where it leads to, so both sides of a talk are tied.
        variables = {"HOLD_INTERCEPT(set)": "", "TRANSFER_CONTEXT": NO_TRANSFER}
        return self._do("POST", f"channels/{q(leg)}/variables", None, {"variables": variables}, leg=leg)

    async def packets_from(self, leg: LegId) -> int:
        try:
            told = await self.main.send("GET", f"channels/{q(leg)}/rtp_statistics")
        except Refused as error:
            if error.status == 404 or leg not in self.legs:
                raise LegGone(leg) from None
            raise CommandRefused("packets_from", str(error)) from error
        return int(msgspec.json.decode(told)["rxcount"])

    # ------------------------------------------------------------ rooms

    def open_room(self, room: RoomId) -> Awaitable[None]:
        # Without dtmf_events two legs become native RTP: no digits reach us, and music breaks the stream.
        return self._do("POST", "bridges", {"type": "mixing,dtmf_events", "bridgeId": room, "name": _APP})

    def enter(self, room: RoomId, *legs: LegId) -> Awaitable[None]:
        for leg in legs:
            self.stop_music(leg)
            if (known := self.legs.get(leg)) is not None:
                known.room = room
        self.hush(legs)
        sent = self._do("POST", f"bridges/{q(room)}/addChannel", None, {"channel": list(legs)}, moved=legs)
        self.keep_awake()
        return sent

    def leave(self, room: RoomId, leg: LegId) -> Awaitable[None]:
        self.hush([leg])
        if (known := self.legs.get(leg)) is not None:
            known.room = None
        sent = self._do("POST", f"bridges/{q(room)}/removeChannel", {"channel": leg}, moved=[leg])
        self.keep_awake()
        return sent

    def close_room(self, room: RoomId) -> Awaitable[None]:
        for leg in self.legs.values():
            if leg.room == room:
                leg.room = None
                if leg.ended_by_us is None:
                    # By itself: of one that leaves with its room a sound that is played at once may never end.
                    self._do("POST", f"bridges/{q(room)}/removeChannel", {"channel": leg.id}, moved=[leg.id])
        self.keep_awake()
        return self._do("DELETE", f"bridges/{q(room)}")

    # ------------------------------------------------------------ sound

    def play(self, sound: SoundId, leg: LegId, files: Sequence[str]) -> Awaitable[None]:
        if (known := self.legs.get(leg)) is not None:  # else nothing may be told of it any more
            self.sounds[sound] = PlayingSound(leg)
            known.sounds.add(sound)
        return self._play(f"channels/{q(leg)}", sound, files, leg)

    def play_in_room(self, sound: SoundId, room: RoomId, files: Sequence[str]) -> Awaitable[None]:
        self.sounds[sound] = PlayingSound(None)
        return self._play(f"bridges/{q(room)}", sound, files, None)

    def _play(self, where: str, sound: SoundId, files: Sequence[str], leg: LegId | None) -> Awaitable[None]:
        body = {"media": [f"sound:{file}" for file in files]}
        return self._do("POST", f"{where}/play/{q(sound)}", None, body, leg=leg, fails=lambda: self.forget_sound(sound))

    def set_music(self, files: Mapping[str, str]) -> Awaitable[None]:
        text, path = music_classes(files), self._link_file.parents[1] / "etc" / MUSIC_FILE
        try:
            if path.exists() and path.read_text("utf-8") == text:
                return done()
            new = path.with_suffix(".new")
            new.write_text(text, "utf-8")
            new.replace(path)
        except OSError as error:
            return self._refused("set_music", str(error))
        # Read again, classes that did not change are kept, and others live on while somebody hears them.
        return self._do("PUT", "asterisk/modules/res_musiconhold.so")

    def start_music(self, leg: LegId, music: str = DEFAULT_MUSIC) -> Awaitable[None]:
        if (known := self.legs.get(leg)) is None:
            return self._failed(LegGone(leg))
        if known.room is not None:
            self.leave(known.room, leg)
        known.music = music
        if known.sounds:  # it begins after them
            return done()
        return self._do("POST", f"channels/{q(leg)}/moh", {"mohClass": music}, leg=leg)

    def stop_music(self, leg: LegId) -> Awaitable[None]:
        if (known := self.legs.get(leg)) is None:
            return self._failed(LegGone(leg))
        if not known.music:
            return done()
        known.music = ""
        if known.sounds:  # they stopped it already
            return done()
        return self._do("DELETE", f"channels/{q(leg)}/moh", leg=leg)

    # ------------------------------------------------------------ recordings

    def record_conversation(self, tape: TapeId, leg: LegId, path: str) -> Awaitable[None]:
        # The listening channel goes with its leg from room to room.
        made = Tape(tape, leg, path, self.clock(), snoop=TAPE + tape)
        self.tapes[path] = made
        return self._task(asyncio.get_running_loop().create_task(self._record(made), name=f"tape {tape}"))

    async def _record(self, tape: Tape) -> None:
        try:
            await self.snoop(tape.snoop, tape.leg, "tape", whisper="none")
            self.checkpoints.keep(LegId(tape.snoop), f"{tape.leg}|{tape.path}")
            tape.since = self.clock()
            await self._do(
                "POST", f"channels/{q(tape.snoop)}/record", {"name": tape.path, "format": "wav", "ifExists": "fail"}
            )
        except port.TelephonyError:
            self.tapes.pop(tape.path, None)
            self._do("DELETE", f"channels/{q(tape.snoop)}", leg=LegId(tape.snoop))
            raise
        tape.asked = True
        if tape.stopped:
            with suppress(port.TelephonyError):  # it ended meanwhile by itself
                await self.stop_tape(tape.id)

    def record_message(self, tape: TapeId, leg: LegId, path: str, *, longest: float, silence: float) -> Awaitable[None]:
        self.tapes[path] = Tape(tape, leg, path, self.clock(), snoop="", silence=silence, asked=True)
        query = {
            "name": path,
            "format": "wav",
            "maxDurationSeconds": str(max(1, round(longest))),
            "maxSilenceSeconds": str(max(1, round(silence))),
            "ifExists": "fail",
            "beep": "true",
            "terminateOn": "#",
        }
        return self._do(
            "POST", f"channels/{q(leg)}/record", query, leg=leg, fails=lambda: self.tapes.pop(path, None) and None
        )

    def stop_tape(self, tape: TapeId) -> Awaitable[None]:
        for known in self.tapes.values():
            if known.id == tape:
                known.stopped = True
                if not known.asked:
                    return done()  # it is stopped as soon as it can be
                asyncio.get_running_loop().call_later(STOPPING, self._untold, known)
                return self._do("POST", f"recordings/live/{q(known.path)}/stop")
        return self._refused("stop_tape", f"{tape} is not being recorded")

    def _untold(self, tape: Tape) -> None:
        """Of one that was stopped while it was still in line the engine tells nothing, and its channel stays."""
        if self.tapes.get(tape.path) is tape:
            self._tape_done(self.tapes.pop(tape.path), 0.0)
