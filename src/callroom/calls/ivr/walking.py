"""Walking through a flow: the same code for a living call and for the simulator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from callroom.calls.ivr.caller import Caller, Left, Place, Said, Spoken
from callroom.core.ivr import model as ivr
from callroom.core.ivr.conditions import holds
from callroom.core.ivr.graph import exits
from callroom.core.ivr.paths import pick
from callroom.core.ivr.templates import LONGEST_VALUE, fill, names_in
from callroom.core.ivr.validation import DEEPEST
from callroom.core.routing.model import Destination, ToHangUp
from callroom.errors import LookupFailed

MOST_STEPS = 300  # a caller who plays with the keys for ever is let go
QUEUED_WITHIN = 3.0  # seconds for a mail, a message or a webhook to be taken
INVALID, SILENT = ivr.Sound(system="invalid_key"), ivr.Sound(system="no_input")
# Steps at which nobody can stand: they are told of when they are left only.
_AT_ONCE = (ivr.HoursNode, ivr.LanguageNode, ivr.Condition, ivr.Set, ivr.Return, ivr.GoTo)


@dataclass(frozen=True, slots=True)
class End:
    """Where a flow leads, and by what."""

    destination: Destination
    by: Literal["go_to", "hang_up", "return", "too_many_steps", "unconnected"]


class Walk:
    """``values`` are the call's own; ``places``: where he stands, within those that run it."""

    def __init__(self, caller: Caller, values: dict[str, str], places: Sequence[Place]) -> None:
        self._caller = caller
        self._values = values
        self._places = list(places)

    async def run(self) -> End:
        """Walk until the flow leads somewhere."""
        for _ in range(MOST_STEPS):
            place = self._places[-1]
            if place.node not in place.attendant.flow.nodes:  # of a draft, which the simulator plays
                return End(ToHangUp(), "unconnected")
            step = place.step
            if not isinstance(step, _AT_ONCE):
                self._caller.entered(self._places, self._values)
            match step:
                case ivr.GoTo(destination=destination):
                    return self._end(place, "go_to", destination or ToHangUp())
                case ivr.HangUp(sound=sound):
                    if sound is not None:
                        await self._caller.say([sound])
                    return self._end(place, "hang_up")
                case ivr.Return():
                    self._caller.left(place, Left(""))
                    self._places.pop()
                    if not self._places:
                        return End(ToHangUp(), "return")
                    self._go(self._places[-1], Left("next"))
                case ivr.RunFlow(flow=flow):
                    sub = self._caller.flow(flow)
                    if sub is None or len(self._places) > DEEPEST:
                        self._go(place, Left("next", reason="unknown_flow" if sub is None else "too_deep"))
                    else:
                        self._places.append(Place(sub, sub.flow.entry))
                case _:
                    self._go(place, await self._do(place, step))
        return self._end(self._places[-1], "too_many_steps")

    def _end(
        self, place: Place, by: Literal["go_to", "hang_up", "too_many_steps"], destination: Destination | None = None
    ) -> End:
        self._caller.left(place, Left("", reason="" if by != "too_many_steps" else by))
        for outer in reversed(self._places[:-1]):
            self._caller.left(outer, Left("left"))
        return End(destination or ToHangUp(), by)

    def _go(self, place: Place, how: Left) -> None:
        to = exits(place.step)[how.exit]
        self._caller.left(place, Left(how.exit, to, how.key, how.invalid, how.silent, how.reason))
        self._places[-1] = place.at(to)

    # ------------------------------------------------------------ steps

    async def _do(
        self,
        place: Place,
        step: ivr.Announce
        | ivr.Menu
        | ivr.Digits
        | ivr.HoursNode
        | ivr.LanguageNode
        | ivr.Condition
        | ivr.Set
        | ivr.Lookup
        | ivr.Say
        | ivr.Send
        | ivr.SendSms
        | ivr.Webhook
        | ivr.Record,
    ) -> Left:
        caller = self._caller
        match step:
            case ivr.Announce(sound=sound):
                await caller.say([sound], until_key=self._asks_next(place))
            case ivr.Menu():
                return await self._choose(step)
            case ivr.Digits():
                return await self._collect(step)
            case ivr.HoursNode(schedule=schedule):
                return Left("open" if caller.is_open(schedule) else "closed")
            case ivr.LanguageNode(language=language):
                caller.speak(language)
            case ivr.Condition(cases=cases):
                for number, case in enumerate(cases, 1):
                    if holds(await self._filled(case.left), case.op, await self._filled(case.right)):
                        return Left(f"case_{number}")
                return Left("fallback")
            case ivr.Set(variable=variable, value=value):
                self._keep(variable, await self._filled(value))
            case ivr.Lookup():
                return await self._look_up(step)
            case ivr.Say(value=value, style=style):
                spoken = Spoken(await self._filled(value), style)
                await caller.say([spoken], until_key=self._asks_next(place))
            case ivr.Send() | ivr.SendSms() | ivr.Webhook():
                return await self._send(step)
            case ivr.Record():
                self._keep(step.variable, await caller.record(step.longest, step.silence))
            case _:
                assert_never(step)
        return Left()

    def _asks_next(self, place: Place) -> bool:
        """Whether the step behind asks for keys: one that comes now is meant for it, and is kept."""
        following = exits(place.step).get("next", "")
        return isinstance(place.attendant.flow.nodes.get(following), ivr.Menu | ivr.Digits)

    async def _choose(self, menu: ivr.Menu) -> Left:
        invalid = silent = 0
        for _ in range(menu.attempts):
            await self._caller.say([menu.sound], until_key=True)
            key = await self._caller.key(menu.timeout)
            if key in menu.keys:
                return Left(key, key=key, invalid=invalid, silent=silent)
            invalid, silent = invalid + bool(key), silent + (not key)
            await self._complain(menu, bool(key))
        return Left("fallback", invalid=invalid, silent=silent)

    async def _collect(self, step: ivr.Digits) -> Left:
        invalid = silent = 0
        for _ in range(step.attempts):
            await self._caller.say([step.sound], until_key=True)
            typed = await self._typed(step)
            if typed is not None and len(typed) >= step.shortest:
                self._keep(step.variable, typed)
                return Left("next", invalid=invalid, silent=silent)
            invalid, silent = invalid + (typed is not None), silent + (typed is None)
            await self._complain(step, typed is not None)
        return Left("fallback", invalid=invalid, silent=silent)

    async def _typed(self, step: ivr.Digits) -> str | None:
        """What he typed; None for nothing at all."""
        typed = ""
        key = await self._caller.key(step.timeout)
        if not key:
            return None
        while key and key != step.end_key:
            typed = "" if key in "*#" else typed + key
            if len(typed) >= step.longest:
                if step.end_key:
                    self._caller.ignore(step.end_key)  # many press it out of habit
                break
            key = await self._caller.key(step.timeout)
        return typed

    async def _complain(self, step: ivr.Menu | ivr.Digits, pressed: bool) -> None:
        said: Said = (step.on_invalid or INVALID) if pressed else (step.on_silence or SILENT)
        await self._caller.say([said])

    async def _look_up(self, step: ivr.Lookup) -> Left:
        values = await self._all_values()
        try:
            answer = await self._caller.run(step.source, values, step.timeout)
        except LookupFailed as failed:
            return Left("fallback", reason=failed.why)
        for output in step.outputs:
            self._keep(output.variable, pick(answer, output.path))
        return Left()

    async def _send(self, step: ivr.Send | ivr.SendSms | ivr.Webhook) -> Left:
        match step:
            case ivr.Send():
                source = {"kind": step.channel, "to": step.to, "subject": step.subject, "text": step.text}
            case ivr.SendSms():
                source = {"kind": "sms", "to": step.to, "template": step.template, "text": step.text}
            case ivr.Webhook():
                source = {"kind": "webhook", "url": step.url}
        try:
            await self._caller.run(source, await self._all_values(), QUEUED_WITHIN)
        except LookupFailed as failed:  # the caller is not to suffer from it
            return Left(reason=failed.why)
        return Left()

    # ------------------------------------------------------------ values

    async def _filled(self, text: str) -> str:
        names = names_in(text)
        if not names:
            return text
        return fill(text, {**self._values, **await self._caller.known(names)})

    async def _all_values(self) -> dict[str, str]:
        return {**self._values, **await self._caller.known(["customer.name"])}

    def _keep(self, variable: str, value: str) -> None:
        self._values[variable] = value[:LONGEST_VALUE]
