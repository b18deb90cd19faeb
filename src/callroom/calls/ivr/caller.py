"""What a flow needs of whoever walks through it: a living call, or the simulator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from callroom.core.directory import Attendant
from callroom.core.ivr.model import Node, Sound, Style

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A value that is said in a style."""

    value: str
    style: Style


Said = Sound | Spoken


@dataclass(frozen=True, slots=True)
class Place:
    """A step of a flow as it was published."""

    attendant: Attendant
    node: str

    @property
    def step(self) -> Node:
        return self.attendant.flow.nodes[self.node]

    @property
    def label(self) -> str:
        return self.step.label or self.node

    def at(self, node: str) -> "Place":
        return Place(self.attendant, node)


@dataclass(frozen=True, slots=True)
class Left:
    """How a step was left: by which exit ("" where the flow ends) to which step; ``key`` that was pressed;
    ``invalid`` and ``silent`` attempts before; ``reason`` of a failure."""

    exit: str = "next"
    to: str = ""
    key: str = ""
    invalid: int = 0
    silent: int = 0
    reason: str = ""


class Data(Protocol):
    """What lies outside: lookups, mail, other systems."""

    async def run(self, source: dict[str, Any], values: Values) -> Any:
        """What a source answers: any JSON value, of SQL a list of rows. ``source`` holds templates, which only who
        knows their place in a request can fill safely. ``kind`` is that of a lookup, or ``email``, ``sms`` and
        ``webhook``, which are queued and answer nothing. Raises ``LookupFailed``."""
        ...


class Caller(Protocol):
    """Who is in the flow. All times are seconds; who hangs up ends the walk by cancelling it."""

    def speak(self, language: str) -> None:
        """From now on he is spoken to in this language."""
        ...

    async def known(self, names: Sequence[str]) -> Values:
        """The built-in values, those asked for among them as far as they can be known in a moment."""
        ...

    async def say(self, what: Sequence[Said], *, until_key: bool = False) -> None:
        """Say all to the end, or until a key, which waits to be taken."""
        ...

    async def key(self, timeout: float) -> str:
        """The next key, "" for silence."""
        ...

    def ignore(self, key: str) -> None:
        """If this key comes next, in a moment, it belonged to what was typed before."""
        ...

    async def record(self, longest: float, silence: float) -> str:
        """Record what he says; the recording's id, "" for nothing said."""
        ...

    async def run(self, source: dict[str, Any], values: Values, timeout: float) -> Any:
        """As ``Data.run``. Raises ``LookupFailed``, also when the time is up."""
        ...

    def is_open(self, schedule: str) -> bool: ...

    def flow(self, flow: str) -> Attendant | None:
        """An attendant as it is published now."""
        ...

    def entered(self, places: Sequence[Place], values: Values) -> None:
        """He is at the last of these steps; the others are those that run its flow."""
        ...

    def left(self, place: Place, how: Left) -> None: ...
