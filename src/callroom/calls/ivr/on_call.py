"""A living call in a flow: what the walk asks for is done on its leg, noted and shown."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from callroom.calls.ivr.caller import Left, Place, Said, Spoken, Values
from callroom.calls.ivr.memory import note_of
from callroom.calls.live import Standing
from callroom.core.directory import Attendant
from callroom.core.ids import FlowId, ScheduleId, TapeId
from callroom.core.ivr.model import Sound, kind_of
from callroom.core.journeys.facts import IvrEntered, IvrStepped, RecordingStarted
from callroom.errors import LookupFailed

if TYPE_CHECKING:
    from callroom.calls.call import Call

TOGETHER = 2.0  # seconds within which an end key still belongs to the digits before it


class OnCall:
    """The ``Caller`` who is on the telephone."""

    def __init__(self, call: "Call") -> None:
        self._call = call
        self._exchange = call.exchange
        self._waited = False

    # ------------------------------------------------------------ hearing and saying

    def speak(self, language: str) -> None:
        self._call.language, self._call.chose_language = language, True

    async def say(self, what: Sequence[Said], *, until_key: bool = False) -> None:
        sounds, language = self._exchange.sounds, self._call.language
        files: list[str] = []
        for each in what:
            if isinstance(each, Spoken) and each.style != "text":
                files += sounds.value(each.value, each.style, language)
                continue
            sound = Sound(text={language: each.value}) if isinstance(each, Spoken) else each
            await sounds.ready(sound.text, language)
            files += sounds.of(sound, language)
        await self._call.say(files, until_key=until_key)

    async def key(self, timeout: float) -> str:
        assert self._call.main is not None
        try:
            async with asyncio.timeout(timeout):
                return await self._call.main.keys.take()
        except TimeoutError:
            return ""

    def ignore(self, key: str) -> None:
        assert self._call.main is not None
        self._call.main.keys.ignore(key, self._exchange.clock() + TOGETHER)

    async def record(self, longest: float, silence: float) -> str:
        call, exchange = self._call, self._exchange
        tape = TapeId(exchange.new_id("rec"))
        path = f"flows/{exchange.now():%Y/%m/%d}/{tape}"
        call.note(RecordingStarted(tape, path))
        taken = await call.record(tape, path, longest=longest, silence=silence, then=call.book_tape)
        return tape if taken.seconds > 0 else ""

    # ------------------------------------------------------------ knowing

    async def known(self, names: Sequence[str]) -> Values:
        call, view = self._call, self._call.view
        if not self._waited and any(name.startswith("customer.") for name in names):
            self._waited = True
            await call.look_up()
        return {
            "caller": view.from_number,
            "called": view.to_number,
            "language": call.language,
            "now": f"{self._exchange.local_now():%Y-%m-%dT%H:%M:%S}",
            "call": call.journey,
            "customer.name": view.customer.name if view.customer else "",
            "customer.tier": str(call.tier),
        }

    async def run(self, source: dict[str, Any], values: Values, timeout: float) -> Any:
        try:
            async with asyncio.timeout(timeout):
                answer = await self._exchange.data.run(source, values)
        except TimeoutError:
            raise LookupFailed("timeout") from None
        if source.get("kind") == "crm":
            self._is_of(answer)
        return answer

    def _is_of(self, customer: dict[str, Any]) -> None:
        """A customer was found by what the caller typed, or by his number: the call is with him."""
        known = self._call.view.customer
        if known is None or known.id != customer["id"]:
            self._call.belongs_to(customer["id"], customer["name"], customer["tier"])

    def is_open(self, schedule: str) -> bool:
        return self._exchange.directory.is_open_by(ScheduleId(schedule), self._exchange.now())

    def flow(self, flow: str) -> Attendant | None:
        return self._exchange.directory.attendants.get(FlowId(flow))

    # ------------------------------------------------------------ telling

    def entered(self, places: Sequence[Place], values: Values) -> None:
        call, place = self._call, places[-1]
        attendant = place.attendant
        call.checkpoint(s="ivr", **note_of(places, values))
        call.note(IvrEntered(place.node, place.label, attendant.id, attendant.version, kind_of(place.step)))
        call.show(state="ivr", at_step=Standing(attendant.id, attendant.version, place.node))

    def left(self, place: Place, how: Left) -> None:
        call, attendant = self._call, place.attendant
        call.note(
            IvrStepped(
                place.node,
                place.label,
                how.key,
                attendant.id,
                attendant.version,
                kind_of(place.step),
                how.exit,
                how.to,
                how.invalid,
                how.silent,
                how.reason,
            )
        )
        if kind_of(place.step) == "menu":
            chosen = f"{how.key} {place.at(how.to).label}".strip()
            call.view.ivr_path = [*call.view.ivr_path, chosen]  # told with where he comes to, in this moment
