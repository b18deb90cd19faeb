"""Faxes: the engine sends and takes them in its own plan, so that they go on while the server is away.

What became of one its channel tells at its end, whoever hung up first; a variable of the engine keeps it for a server
that was away.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from types import MappingProxyType

import msgspec
import structlog

from callroom.core.ids import FaxId, LegId
from callroom.telephony.asterisk.ami import Message
from callroom.telephony.asterisk.ari import Channel
from callroom.telephony.asterisk.hearing import FAX
from callroom.telephony.asterisk.legs import Fax, Leg
from callroom.telephony.asterisk.listening import Listening
from callroom.telephony.asterisk.requests import q
from callroom.telephony.asterisk.templates import FAX_VARIABLES
from callroom.telephony.port import (
    EndCause,
    FaxEnded,
    FaxFault,
    FaxOutcome,
    FaxPassed,
    FaxToneHeard,
    LegGone,
)

log = structlog.get_logger(__name__)
_APP, _NOTE = "callroom", "fax."
LOOK = 2.0  # seconds between questions how far a fax is


def outcome_of(told: Sequence[str]) -> FaxOutcome:
    """What ``FAX_VARIABLES`` say."""
    status, pages, mode, error, words, station = [*told, *[""] * 6][:6]
    shown = "".join(c for c in station if c.isprintable()).strip()[:40]
    passed = int(pages) if pages.isdecimal() else 0
    fault = None if status == "SUCCESS" else _fault(error, words)
    return FaxOutcome(passed, fault, shown, mode == "T38", f"{error} {words}".strip())


# What the engine's words begin with (its own, and spandsp's); all others are the line's fault.
_FAULTS = {
    FaxFault.HUNG_UP: ("HANGUP", "T38_NEG_ERROR", "The call dropped", "Received a DCN"),
    FaxFault.NO_FAX: ("TIMEOUT", "Timed out waiting for the first", "Timed out waiting for initial", "No carrier"),
    FaxFault.FILE: ("FILE_ERROR", "MEMORY_ERROR", "TIFF", "Bad TIFF", "Cannot open", "Incompatible"),
}


def _fault(error: str, words: str) -> FaxFault:
    if not error and not words:
        return FaxFault.HUNG_UP  # the leg went before the engine could begin
    for fault, beginnings in _FAULTS.items():
        if any(text.startswith(beginnings) for text in (words, error)):
            return fault
    return FaxFault.LINE


def _note(fax: FaxId) -> LegId:
    """By which the leg of a fax is kept among the checkpoints."""
    return LegId(_NOTE + fax)


class Faxing(Listening):
    _asking: asyncio.Task[None] | None = None
    _over: Mapping[FaxId, FaxOutcome] = MappingProxyType({})

    def notice_fax(self, leg: LegId, within: float) -> Awaitable[None]:
        return self._set(leg, {"FAXOPT(faxdetect)": f"cng,{max(1, round(within))}"})

    def take_fax(self, fax: FaxId, leg: LegId, file: str) -> Awaitable[None]:
        return self._fax(Fax(fax, file), leg, "receive", {"FAXOPT(ecm)": "yes"})

    def send_fax(self, fax: FaxId, leg: LegId, file: str, *, station: str = "", header: str = "") -> Awaitable[None]:
        ascii_only = header.encode("ascii", "replace").decode()[:50]
        options = {"FAXOPT(ecm)": "yes", "FAXOPT(localstationid)": station[:20], "FAXOPT(headerinfo)": ascii_only}
        return self._fax(Fax(fax, file), leg, "send", {name: text for name, text in options.items() if text})

    def _set(self, leg: LegId, variables: dict[str, str]) -> Awaitable[None]:
        return self._do("POST", f"channels/{q(leg)}/variables", None, {"variables": variables}, leg=leg)

    def _fax(self, fax: Fax, leg: LegId, way: str, options: dict[str, str]) -> Awaitable[None]:
        if (known := self.legs.get(leg)) is None:
            return self._failed(LegGone(leg))
        if known.fax is not None or not known.answered:
            return self._refused(way, f"{leg} is not answered, or has a fax already")
        known.fax, known.room, known.music = fax, None, ""
        self.checkpoints.keep(_note(fax.id), leg)
        self.hush([leg])
        # An arrived leg tells nothing of its end any more, once it has left us.
        self.main.send("POST", f"applications/{_APP}/subscription", {"eventSource": f"channel:{leg}"})
        variables = {"CALLROOM_FAX": fax.id, "CALLROOM_FAX_FILE": fax.file, "FAXOPT(faxdetect)": "no", **options}
        self._set(leg, variables)

        def failed() -> None:
            if (still := self.legs.get(leg)) is not None and still.fax is fax:
                still.fax = None

        sent = self._do(
            "POST", f"channels/{q(leg)}/continue", {"context": FAX, "extension": way}, leg=leg, fails=failed
        )
        self._ask()
        return sent

    # ------------------------------------------------------------ its end

    def fax_returned(self, leg: LegId, channel: Channel, *, tone: bool) -> None:
        known = self.legs.get(leg)
        if known is None:
            self._do("DELETE", f"channels/{q(leg)}", leg=leg)
        elif tone:
            for sound in list(known.sounds):
                self.forget_sound(sound)
            known.fax_tone, known.room, known.music = True, None, ""
            self._listener(FaxToneHeard(self.clock(), leg))
        else:
            self.fax_over(known, channel)

    def fax_over(self, leg: Leg, channel: Channel) -> None:
        self._tell_end(leg, outcome_of([channel.channelvars.get(name, "") for name in FAX_VARIABLES]))

    def leg_ended(self, leg: LegId, cause: EndCause) -> None:
        if (known := self.legs.get(leg)) is not None and (fax := known.fax) is not None:
            lost = FaxOutcome(fax.pages, FaxFault.ENGINE_LOST if cause is EndCause.ENGINE_LOST else FaxFault.HUNG_UP)
            self._tell_end(known, self._over.get(fax.id, lost))
        super().leg_ended(leg, cause)

    def _tell_end(self, leg: Leg, outcome: FaxOutcome) -> None:
        if (fax := leg.fax) is not None:
            leg.fax = None
            self._forget(fax.id)
            log.info(
                "fax over", fax=fax.id, fault=outcome.fault, pages=outcome.pages, t38=outcome.t38, said=outcome.detail
            )
            self._listener(FaxEnded(self.clock(), fax.id, leg.id, outcome))

    def _forget(self, fax: FaxId) -> None:
        self.checkpoints.forget(_note(fax))
        self._do("POST", "asterisk/variable", {"variable": f"FAX_{fax}", "value": ""})

    async def faxes_over(self, channels: list[Channel]) -> dict[FaxId, FaxOutcome]:
        running = {channel.channelvars.get("CALLROOM_FAX", "") for channel in channels}
        over: dict[FaxId, FaxOutcome] = {}
        for note in self.checkpoints.beginning_with(_NOTE):
            fax = FaxId(note.removeprefix(_NOTE))
            if fax not in running:
                told = await self.main.send("GET", "asterisk/variable", {"variable": f"FAX_{fax}"})
                over[fax] = outcome_of(msgspec.json.decode(told)["value"].split("|", 5))
                self._forget(fax)
        self._over = over
        return over

    def seen_fax(self, leg: Leg, channel: Channel) -> FaxId | None:
        running = channel.channelvars.get("CALLROOM_FAX", "")
        if not running:
            self.fax_over(leg, channel)  # it came back while we were away
            return None
        if leg.fax is None:
            leg.fax = Fax(FaxId(running), channel.channelvars.get("CALLROOM_FAX_FILE", ""))
        self.checkpoints.keep(_note(leg.fax.id), leg.id)  # of the notes only those of channels are still there
        self.main.send("POST", f"applications/{_APP}/subscription", {"eventSource": f"channel:{leg.id}"})
        self._ask()
        return leg.fax.id

    # ------------------------------------------------------------ how far it is

    def _ask(self) -> None:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.get_running_loop().create_task(self._ask_on(), name="pages of faxes")
            self.tasks.add(self._asking)
            self._asking.add_done_callback(self.tasks.discard)

    async def _ask_on(self) -> None:
        while any(leg.fax for leg in self.legs.values()):
            await asyncio.sleep(LOOK)  # the engine tells of pages only when it is asked
            self.ask("FAXSessions")

    def fax_progress(self, message: Message) -> None:
        match message.get("Event"):
            case "FAXSessionsEntry":
                self.ask("FAXSession", SessionNumber=message.get("SessionNumber", ""))
            case "FAXSession":
                file = message.get("FileName", "").removesuffix(".tif")
                leg = next((leg for leg in self.legs.values() if leg.fax and leg.fax.file == file), None)
                counted = [
                    int(n) for key in ("PagesTransmitted", "PagesReceived") if (n := message.get(key, "")).isdecimal()
                ]
                if leg is not None and leg.fax is not None and (pages := max(counted, default=0)) > leg.fax.pages:
                    leg.fax.pages = pages
                    self._listener(FaxPassed(self.clock(), leg.fax.id, leg.id, pages))
            case _:
                pass
