"""Playing a flow without a telephone: the walk of a living call, in virtual time, with keys and answers given."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from callroom.calls.ivr.caller import Left, Place, Said, Values
from callroom.calls.ivr.walking import Walk
from callroom.core.directory import Attendant, Directory
from callroom.core.ids import FlowId, ScheduleId
from callroom.core.ivr.model import Sound, Style, kind_of
from callroom.core.ivr.templates import fill, texts_in
from callroom.core.routing.model import Destination
from callroom.errors import LookupFailed

RECORDED = "recording"  # stands for the id of what the caller would have said


@dataclass(frozen=True, slots=True)
class Situation:
    """Who calls and what he does. ``keys``: strings of keys pressed one after the other, "" for waiting in silence;
    ``lookups``: what each lookup answers, by its step; ``{"fails": why}`` for one that fails."""

    at: datetime
    language: str
    caller: str = ""
    called: str = ""
    customer: str = ""
    tier: int = 0
    keys: Sequence[str] = ()
    lookups: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Words:
    """Something said: a sound, or a value in a style; ``language`` in which it was said."""

    sound: Sound | None
    value: str
    style: Style | None
    language: str


@dataclass(slots=True)
class Entry:
    """One visit to a step. ``at``: seconds from the beginning; ``heard``: the keys taken there; ``kept``: the values
    that changed there; ``sent``: what would have been sent."""

    flow: str
    flow_name: str
    node: str
    kind: str
    label: str
    at: float
    said: list[Words] = field(default_factory=list[Words])
    heard: list[str] = field(default_factory=list[str])
    kept: dict[str, str] = field(default_factory=dict[str, str])
    sent: list[str] = field(default_factory=list[str])
    exit: str | None = None
    to: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """``ends``: go_to, hang_up, return, too_many_steps, unconnected; waits_for_key or waits_for_lookup where the given
    ones ran out, at the last step."""

    entries: list[Entry]
    values: dict[str, str]
    ends: str
    destination: Destination | None
    language: str
    seconds: float


class _Runs(Exception):
    """What was given has run out."""

    def __init__(self, ends: str) -> None:
        self.ends = ends


async def play(directory: Directory, attendant: Attendant, situation: Situation) -> Played:
    """Walk through a flow, which may be a draft."""
    caller = _Imagined(directory, attendant, situation)
    values: dict[str, str] = {}
    caller.values = values
    destination = None
    try:
        end = await Walk(caller, values, [Place(attendant, attendant.flow.entry)]).run()
    except _Runs as runs:
        ends = runs.ends
    else:
        ends, destination = end.by, end.destination
    caller.see_values()
    return Played(caller.entries, values, ends, destination, caller.language, round(caller.seconds, 1))


class _Imagined:
    """The ``Caller`` who is made up."""

    def __init__(self, directory: Directory, attendant: Attendant, situation: Situation) -> None:
        self._directory = directory
        self._attendant = attendant
        self._situation = situation
        self._keys: deque[str] = deque(key for keys in situation.keys for key in (keys or " "))
        self._standing: list[Entry] = []
        self.entries: list[Entry] = []
        self.values: dict[str, str] = {}
        self._before: dict[str, str] = {}
        self.language = situation.language
        self.seconds = 0.0

    # ------------------------------------------------------------ hearing and saying

    def speak(self, language: str) -> None:
        self.language = language

    async def say(self, what: Sequence[Said], *, until_key: bool = False) -> None:
        for each in what:
            sound = each if isinstance(each, Sound) else None
            value, style = ("", None) if isinstance(each, Sound) else (each.value, each.style)
            self.entries[-1].said.append(Words(sound, value, style, self.language))

    async def key(self, timeout: float) -> str:
        if not self._keys:
            raise _Runs("waits_for_key")
        key = self._keys.popleft().strip()
        if key:
            self.entries[-1].heard.append(key)
        else:
            self.seconds += timeout
        return key

    def ignore(self, key: str) -> None:
        if self._keys and self._keys[0] == key:
            self._keys.popleft()

    async def record(self, longest: float, silence: float) -> str:
        self.seconds += longest
        return RECORDED

    # ------------------------------------------------------------ knowing

    async def known(self, names: Sequence[str]) -> Values:
        given = self._situation
        return {
            "caller": given.caller,
            "called": given.called,
            "language": self.language,
            "now": f"{self._now().astimezone(ZoneInfo(self._directory.company.time_zone)):%Y-%m-%dT%H:%M:%S}",
            "call": "simulation",
            "customer.name": given.customer,
            "customer.tier": str(given.tier),
        }

    async def run(self, source: dict[str, Any], values: Values, timeout: float) -> Any:
        here = self.entries[-1]
        if here.kind in ("send", "sms", "webhook"):
            here.sent = [filled for text in list(texts_in(source))[1:] if (filled := fill(text, values))]
            return None
        if here.node not in self._situation.lookups:
            raise _Runs("waits_for_lookup")
        match self._situation.lookups[here.node]:
            case {"fails": why, **more} if not more:
                if why == "timeout":
                    self.seconds += timeout
                raise LookupFailed(str(why))
            case answer:
                return answer

    def is_open(self, schedule: str) -> bool:
        return self._directory.is_open_by(ScheduleId(schedule), self._now())

    def flow(self, flow: str) -> Attendant | None:
        own = self._attendant
        return own if flow == own.id else self._directory.attendants.get(FlowId(flow))

    def _now(self) -> datetime:
        return self._situation.at + timedelta(seconds=self.seconds)

    # ------------------------------------------------------------ telling

    def entered(self, places: Sequence[Place], values: Values) -> None:
        self._standing.append(self._enter(places[-1]))

    def left(self, place: Place, how: Left) -> None:
        at = (place.attendant.id, place.node)
        here = next((each for each in reversed(self._standing) if (each.flow, each.node) == at), None)
        if here is None:
            here = self._enter(place)
        else:
            self._standing.remove(here)
        here.exit, here.to, here.reason = how.exit, how.to, how.reason
        self.see_values()

    def _enter(self, place: Place) -> Entry:
        self.see_values()
        attendant = place.attendant
        entry = Entry(
            attendant.id, attendant.name, place.node, kind_of(place.step), place.label, round(self.seconds, 1)
        )
        self.entries.append(entry)
        return entry

    def see_values(self) -> None:
        """Note what the last step changed."""
        changed = {name: value for name, value in self.values.items() if self._before.get(name) != value}
        if changed and self.entries:
            self.entries[-1].kept |= changed
        self._before = dict(self.values)
