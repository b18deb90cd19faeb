"""Keeps the connection to the engine, and finds again what lives there."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog
from websockets.exceptions import WebSocketException

from callroom.core.ids import DeviceId, EarId, FaxId, LegId, RoomId, TapeId
from callroom.telephony import port
from callroom.telephony.asterisk.ami import Ami, Message
from callroom.telephony.asterisk.ari import AriSocket, Bridge, Channel, Refused
from callroom.telephony.asterisk.checkpoints import Checkpoints
from callroom.telephony.asterisk.hearing import FAX, HEARD, Hearing, unheard
from callroom.telephony.asterisk.legs import Leg, Tape, seen_origin
from callroom.telephony.asterisk.link import Link, LinkMissing, read_link
from callroom.telephony.port import EndCause, EngineUnreachable

log = structlog.get_logger(__name__)
_APP = "callroom"
TAPE, EAR = "tape.", "ear."  # how the channels are called that record a leg, or let a room listen to it
ASK_AGAIN_AFTER = 5.0  # seconds


class Connection(Hearing):
    def __init__(self, link_file: Path, recordings: Path, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(Checkpoints(link_file.with_name("checkpoints")), recordings, clock)
        self.main = AriSocket(_APP, self._event)
        self.aux = AriSocket(f"{_APP}-setup", lambda _: None)  # for requests that can block the others
        self.ears: dict[EarId, LegId] = {}
        self.awake: set[LegId] = set()  # legs that are sent silence
        self.formats: dict[str, str] = {}  # by endpoint
        self._link_file = link_file
        self._ami: Ami | None = None
        self._replacing = asyncio.Lock()  # one line after another, else two changes of one line mix

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
        heard = {"allowed": [{"type": kind} for kind in HEARD]}
        await self.main.send("PUT", f"applications/{_APP}/eventFilter", None, heard)
        told = await self.main.send("GET", "asterisk/variable", {"variable": "CALLROOM_PUSHED"})
        fresh = msgspec.json.decode(told)["value"] != link.start_id
        # What comes and goes from here on is told by events, and what the engine lists may be older.
        before = set(self.legs)
        gone = self._gone = set[LegId]()
        channels = msgspec.json.decode(await self.main.send("GET", "channels"), type=list[Channel])
        bridges = msgspec.json.decode(await self.main.send("GET", "bridges"), type=list[Bridge])
        in_rooms = {channel for bridge in bridges for channel in bridge.channels}
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
                    self.tapes.setdefault(path, Tape(tape, LegId(on), path, self.clock() - age, channel.id, asked=True))
                    tapes.append(tape)
            if not channel.name.startswith("PJSIP/") or leg in gone:
                continue
            origin = seen_origin(channel)
            if origin is not None and channel.dialplan.app_name != "Stasis" and channel.dialplan.context != FAX:
                continue  # served by the dialplan's fall-back: it came while no server was there
            if leg in self.legs and channel.state == "Up":
                self._answered(self.legs[leg])  # while we were away
            if leg not in self.legs:
                self.legs[leg] = Leg(leg, dialled_by_us=origin is None, fax_tone=channel.dialplan.exten == FAX)
                if leg not in in_rooms:  # a former process may have left it with music; it is begun again
                    unheard(self.main.send("DELETE", f"channels/{leg}/moh"))
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
                unheard(self.main.send("DELETE", f"channels/{leg}/silence"))
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
