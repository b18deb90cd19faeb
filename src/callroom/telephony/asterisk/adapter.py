"""The telephony port on a real Asterisk: commands out, events in. The connection itself is in ``connection``."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import msgspec
import structlog

from callroom.core.ids import DeviceId, LegId, RoomId, SoundId, TapeId, TrunkId
from callroom.telephony import port
from callroom.telephony.asterisk.ari import Refused
from callroom.telephony.asterisk.causes import HANG_UP
from callroom.telephony.asterisk.connection import Connection
from callroom.telephony.asterisk.legs import Leg, PlayingSound, Tape
from callroom.telephony.asterisk.setup import (
    MUSIC_FILE,
    TRUNK,
    Object,
    device_objects,
    formats,
    music_classes,
    trunk_objects,
)
from callroom.telephony.asterisk.templates import NO_TRANSFER
from callroom.telephony.port import DEFAULT_MUSIC, CallerId, CommandRefused, DialTarget, EndCause, LegGone, ToDevice

log = structlog.get_logger(__name__)
_NUMBER = re.compile(r"[0-9A-Za-z+*#._-]{1,64}")
_APP = "callroom"
TRUNK_KINDS = ("registration", "identify", "endpoint", "aor", "auth")
# Seconds until the engine, which answers a deletion at once, has really let go; what is put earlier is deleted with it.
DELETED_AFTER = 0.3


def _q(text: str) -> str:
    return quote(text, safe="")


def _object(kind: str, name: str) -> str:
    return f"asterisk/config/dynamic/res_pjsip/{kind}/{_q(name)}"


def _settle(future: "asyncio.Future[None]") -> None:
    """A result nobody awaits never raises: take its error, log it, drop ``LegGone``."""
    if not future.cancelled() and (error := future.exception()) and not isinstance(error, LegGone):
        log.info("a command to the engine failed", error=repr(error))


def _done() -> Awaitable[None]:
    """Nothing had to be asked of the engine."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done


class AsteriskTelephony(Connection):
    """Implements ``port.Telephony``. Make it with ``connect``, then run ``run()`` as a task."""

    @classmethod
    def connect(
        cls, link_file: Path, recordings: Path, *, clock: Callable[[], float] = time.monotonic
    ) -> "AsteriskTelephony":
        return cls(link_file, recordings, clock)

    # ------------------------------------------------------------ helpers

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
        result.add_done_callback(_settle)

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
        work.add_done_callback(_settle)
        return work

    # ------------------------------------------------------------ legs

    def ring(self, leg: LegId) -> Awaitable[None]:
        return self._do("POST", f"channels/{_q(leg)}/ring", leg=leg)

    def answer(self, leg: LegId) -> Awaitable[None]:
        self._hush([leg])
        return self._do("POST", f"channels/{_q(leg)}/answer", leg=leg)

    def hang_up(self, leg: LegId, cause: EndCause = EndCause.NORMAL) -> Awaitable[None]:
        if (known := self.legs.get(leg)) is not None:
            known.ended_by_us = cause
        return self._do("DELETE", f"channels/{_q(leg)}", HANG_UP.get(cause, {}), leg=leg)

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
        result.add_done_callback(_settle)

        def done(answer: asyncio.Future[str]) -> None:
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

        self.main.send("POST", "channels", query, {"variables": variables}).add_done_callback(done)
        return result

    def _refused(self, command: str, detail: str) -> Awaitable[None]:
        return self._failed(CommandRefused(command, detail))

    def _failed(self, error: port.TelephonyError) -> Awaitable[None]:
        result: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        result.add_done_callback(_settle)
        result.set_exception(error)
        return result

    def set_checkpoint(self, leg: LegId, checkpoint: str) -> Awaitable[None]:
        if leg not in self.legs:
            return self._failed(LegGone(leg))
        self.checkpoints.keep(leg, checkpoint)
        return _done()

    def send_digits(self, leg: LegId, digits: str) -> Awaitable[None]:
        return self._do("POST", f"channels/{_q(leg)}/dtmf", {"dtmf": digits}, leg=leg)

    def mute(self, leg: LegId, on: bool) -> Awaitable[None]:
        return self._do("POST" if on else "DELETE", f"channels/{_q(leg)}/mute", {"direction": "in"}, leg=leg)

    def tie(self, leg: LegId) -> Awaitable[None]:
        # A hold is intercepted where it leads to, so both sides of a talk are tied.
        variables = {"HOLD_INTERCEPT(set)": "", "TRANSFER_CONTEXT": NO_TRANSFER}
        return self._do("POST", f"channels/{_q(leg)}/variables", None, {"variables": variables}, leg=leg)

    async def packets_from(self, leg: LegId) -> int:
        try:
            told = await self.main.send("GET", f"channels/{_q(leg)}/rtp_statistics")
        except Refused as error:
            if error.status == 404 or leg not in self.legs:
                raise LegGone(leg) from None
            raise CommandRefused("packets_from", str(error)) from error
        return int(msgspec.json.decode(told)["rxcount"])

    # ------------------------------------------------------------ rooms

    def open_room(self, room: RoomId) -> Awaitable[None]:
        # Without dtmf_events two legs become native RTP: no digits reach us, and music breaks the stream.
        return self._do("POST", "bridges", {"type": "mixing,dtmf_events", "bridgeId": room, "name": _APP})

    def _hush(self, legs: Sequence[LegId]) -> None:
        """An answer, or a move, waits until what is being played is over, and all later requests with it: stop that."""
        for leg in legs:
            for sound in self.legs[leg].sounds if leg in self.legs else ():
                self.stop_sound(sound)

    def enter(self, room: RoomId, *legs: LegId) -> Awaitable[None]:
        for leg in legs:
            self.stop_music(leg)
            if (known := self.legs.get(leg)) is not None:
                known.room = room
        self._hush(legs)
        return self._do("POST", f"bridges/{_q(room)}/addChannel", None, {"channel": list(legs)}, moved=legs)

    def leave(self, room: RoomId, leg: LegId) -> Awaitable[None]:
        self._hush([leg])
        if (known := self.legs.get(leg)) is not None:
            known.room = None
        return self._do("POST", f"bridges/{_q(room)}/removeChannel", {"channel": leg}, moved=[leg])

    def close_room(self, room: RoomId) -> Awaitable[None]:
        for leg in self.legs.values():
            if leg.room == room:
                leg.room = None
        return self._do("DELETE", f"bridges/{_q(room)}")

    # ------------------------------------------------------------ sound

    def play(self, sound: SoundId, leg: LegId, files: Sequence[str]) -> Awaitable[None]:
        if (known := self.legs.get(leg)) is not None:  # else nothing may be told of it any more
            self.sounds[sound] = PlayingSound(leg)
            known.sounds.add(sound)
        return self._play(f"channels/{_q(leg)}", sound, files, leg)

    def play_in_room(self, sound: SoundId, room: RoomId, files: Sequence[str]) -> Awaitable[None]:
        self.sounds[sound] = PlayingSound(None)
        return self._play(f"bridges/{_q(room)}", sound, files, None)

    def _play(self, where: str, sound: SoundId, files: Sequence[str], leg: LegId | None) -> Awaitable[None]:
        body = {"media": [f"sound:{file}" for file in files]}
        return self._do(
            "POST", f"{where}/play/{_q(sound)}", None, body, leg=leg, fails=lambda: self.forget_sound(sound)
        )

    def stop_sound(self, sound: SoundId) -> Awaitable[None]:
        known = self.sounds.get(sound)
        if known is None or known.stopped:  # it ended by itself, or is about to: nothing to tell the engine
            return _done()
        known.stopped = True
        return self._do("DELETE", f"playbacks/{_q(sound)}")

    def set_music(self, files: Mapping[str, str]) -> Awaitable[None]:
        text, path = music_classes(files), self._link_file.parents[1] / "etc" / MUSIC_FILE
        try:
            if path.exists() and path.read_text("utf-8") == text:
                return _done()
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
            return _done()
        return self._do("POST", f"channels/{_q(leg)}/moh", {"mohClass": music}, leg=leg)

    def stop_music(self, leg: LegId) -> Awaitable[None]:
        if (known := self.legs.get(leg)) is None:
            return self._failed(LegGone(leg))
        if not known.music:
            return _done()
        known.music = ""
        if known.sounds:  # they stopped it already
            return _done()
        return self._do("DELETE", f"channels/{_q(leg)}/moh", leg=leg)

    # ------------------------------------------------------------ recordings

    def record_conversation(self, tape: TapeId, leg: LegId, path: str) -> Awaitable[None]:
        # The listening channel goes with its leg from room to room.
        made = Tape(tape, leg, path, self.clock(), snoop=f"tape.{tape}")
        self.tapes[path] = made
        return self._task(asyncio.get_running_loop().create_task(self._record(made), name=f"tape {tape}"))

    async def _record(self, tape: Tape) -> None:
        ready = self.expect(tape.snoop)
        query = {"spy": "both", "app": _APP, "appArgs": "tape"}
        try:
            await self._do("POST", f"channels/{_q(tape.leg)}/snoop/{_q(tape.snoop)}", query, leg=tape.leg)
            async with asyncio.timeout(5):
                await ready  # recording earlier is refused at times
            self.checkpoints.keep(LegId(tape.snoop), f"{tape.leg}|{tape.path}")
            tape.since = self.clock()
            await self._do(
                "POST", f"channels/{_q(tape.snoop)}/record", {"name": tape.path, "format": "wav", "ifExists": "fail"}
            )
        except (port.TelephonyError, TimeoutError) as error:
            self.tapes.pop(tape.path, None)
            self._do("DELETE", f"channels/{_q(tape.snoop)}", leg=LegId(tape.snoop))
            if isinstance(error, TimeoutError):
                raise CommandRefused("record_conversation", "the listening channel did not come up") from error
            raise
        if tape.stopped:
            await self.stop_tape(tape.id)

    def record_message(self, tape: TapeId, leg: LegId, path: str, *, longest: float, silence: float) -> Awaitable[None]:
        self.tapes[path] = Tape(tape, leg, path, self.clock(), snoop="", silence=silence)
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
            "POST", f"channels/{_q(leg)}/record", query, leg=leg, fails=lambda: self.tapes.pop(path, None) and None
        )

    def stop_tape(self, tape: TapeId) -> Awaitable[None]:
        for known in self.tapes.values():
            if known.id == tape:
                known.stopped = True
                return self._do("POST", f"recordings/live/{_q(known.path)}/stop")
        return self._refused("stop_tape", f"{tape} is not being recorded")

    # ------------------------------------------------------------ set-up

    def put_device(self, device: port.DeviceSetup) -> Awaitable[None]:
        self.formats[device.device] = formats(device)
        return self._put(device_objects(device))

    def remove_device(self, device: DeviceId) -> Awaitable[None]:
        self.formats.pop(device, None)
        return self._remove([(kind, device, {}) for kind in ("endpoint", "aor", "auth")])

    def put_trunk(self, trunk: port.TrunkSetup) -> Awaitable[None]:
        self.registrations.put(trunk)
        self.formats[TRUNK + trunk.trunk] = formats(trunk)
        return self._task(asyncio.get_running_loop().create_task(self._replace(trunk), name="set-up of a line"))

    async def _replace(self, trunk: port.TrunkSetup) -> None:
        """Delete and put: the engine registers nothing anew for a registration that is only put again."""
        name = TRUNK + trunk.trunk
        async with self._replacing:
            sent = [self.aux.send("DELETE", _object(kind, name)) for kind in TRUNK_KINDS]
            gone = await asyncio.gather(*sent, return_exceptions=True)
            if not all(isinstance(answer, BaseException) for answer in gone):
                await asyncio.sleep(DELETED_AFTER)
            await _all(self._put_objects(trunk_objects(trunk)), missing_is_fine=False)
        self.qualify(name)

    def remove_trunk(self, trunk: TrunkId) -> Awaitable[None]:
        self.registrations.removed(trunk)
        self.formats.pop(TRUNK + trunk, None)
        return self._remove([(kind, TRUNK + trunk, {}) for kind in TRUNK_KINDS])

    def _put(self, objects: list[Object]) -> Awaitable[None]:
        put = _all(self._put_objects(objects), missing_is_fine=False)
        return self._task(asyncio.get_running_loop().create_task(put, name="set-up"))

    def _put_objects(self, objects: list[Object]) -> "list[asyncio.Future[str]]":
        return [
            self.aux.send(
                "PUT",
                _object(kind, name),
                None,
                {"fields": [{"attribute": key, "value": value} for key, value in fields.items()]},
            )
            for kind, name, fields in objects
        ]

    def _remove(self, objects: list[Object]) -> Awaitable[None]:
        sent = [self.aux.send("DELETE", _object(kind, name)) for kind, name, _ in objects]
        return self._task(asyncio.get_running_loop().create_task(_all(sent, missing_is_fine=True), name="set-up"))

    def device_states(self) -> dict[DeviceId, port.DeviceState]:
        return dict(self.registrations.devices)

    def trunk_states(self) -> dict[TrunkId, port.TrunkChanged]:
        return dict(self.registrations.trunks)


async def _all(sent: "list[asyncio.Future[str]]", *, missing_is_fine: bool) -> None:
    """Wait for all answers, then raise the first error."""
    for answer in await asyncio.gather(*sent, return_exceptions=True):
        if isinstance(answer, Refused):
            if not (missing_is_fine and answer.status == 404):
                raise CommandRefused("set-up", str(answer))
        elif isinstance(answer, BaseException):
            raise answer
