"""What the screens see: views of agents, queues and calls, told as numbered events after a snapshot."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from callroom.core.ids import AgentId, QueueId
from callroom.core.numbers import Traced, Visibility, hidden, hidden_within, seen_whence

HELD = 5000  # events kept for a page that comes back
REMEMBERED = 60.0  # seconds after the last page has gone; then nothing is told, and nothing kept, until one comes


class AgentView(msgspec.Struct):
    """``state``: offline, ready, ringing, talking, wrap_up, busy or away; ``until``: the end of wrap-up."""

    id: str
    name: str
    staff_number: str
    extension: str
    state: str
    since: datetime
    until: datetime | None = None
    reason: str | None = None
    queues: list[str] = []
    call: str | None = None
    device_online: bool = False
    today: dict[str, int] = {}
    over: str | None = None  # the limit that his rest has passed: stay or day
    rested: dict[str, int] = {}  # seconds of today's finished rests by reason


class AlarmView(msgspec.Struct):
    """``kind``: waiting, longest (seconds) or level (percent); ``value`` is what passed the queue's ``limit``."""

    queue: str
    name: str
    kind: str
    value: float
    limit: float
    since: datetime


class QueueView(msgspec.Struct):
    id: str
    name: str
    waiting: int
    longest_since: datetime | None
    agents_ready: int
    agents_signed_in: int
    today: dict[str, int]


class Named(msgspec.Struct):
    id: str
    name: str


class Guest(msgspec.Struct):
    """Who takes part in a talk beside the customer and his agent; ``leader``: he came to supervise."""

    agent: str | None
    name: str
    number: str
    leader: bool = False


class Supervising(msgspec.Struct):
    """Whose talk a leader is in, and how: listen, whisper or barge; "" until his phone has answered."""

    call: str
    agent: str
    name: str
    mode: str = ""


class Standing(msgspec.Struct):
    """The step of a flow at which a caller is."""

    flow: str
    version: int
    node: str


class Consult(msgspec.Struct):
    """Whom the agent asks while his customer waits. ``state``: ringing, talking, waiting (the agent talks to the
    customer meanwhile), failed, for ``cause``. ``by_phone``: on his SIP phone's second line; its keys swap the two."""

    agent: str | None
    name: str
    number: str
    state: str
    cause: str = ""
    by_phone: bool = False


class CallView(msgspec.Struct, kw_only=True):
    id: str
    direction: str
    origin: str | None = None
    from_number: str = msgspec.field(name="from")
    from_name: str = ""
    to_number: str = msgspec.field(name="to")
    to_name: str = ""
    did: str = ""
    trunk: str | None = None
    queue: Named | None = None
    ivr_path: list[str] = []
    at_step: Standing | None = None
    state: str = "arriving"
    agent: str | None = None
    offered_to: list[str] = []
    guests: list[Guest] = []
    consult: Consult | None = None
    supervises: Supervising | None = None
    started_at: datetime
    answered_at: datetime | None = None
    since: datetime
    muted: bool = False
    recording: bool = False
    internal: bool = False
    customer: Named | None = None
    earlier_calls: int | None = None
    values: dict[str, str] = {}  # what flows asked of him and found out, by name
    whence: Traced = Traced()  # the number of who calls, or is called; told as a ``Whence``
    pop: str = ""  # when another system's page is opened for it, ring or answer; "": never


def veiled(call: dict[str, Any], numbers: Visibility) -> dict[str, Any]:
    """A call's view with outside numbers, and what is known of them, as far as they may be seen (CC-24)."""
    call = call | {"whence": seen_whence(msgspec.convert(call["whence"], Traced), numbers)}
    if numbers is Visibility.FULL:
        return call

    def veil(side: dict[str, Any]) -> dict[str, Any]:
        return side | {
            field: (hidden_within if field.endswith("name") else hidden)(side[field], numbers)
            for field in ("from", "from_name", "to", "to_name", "number", "name")
            if field in side
        }

    return veil(call) | {
        "consult": call["consult"] and veil(call["consult"]),
        "guests": [veil(guest) for guest in call["guests"]],
        "customer": call["customer"] and veil(call["customer"]),
        "values": {name: hidden_within(value, numbers) for name, value in call["values"].items()},
    }


def _notice(told: dict[str, Any], numbers: Visibility) -> dict[str, Any]:
    """What somebody is told of, in whose words numbers may stand."""
    words = told["text"].items()
    return told | {"text": {name: hidden_within(one, numbers) if isinstance(one, str) else one for name, one in words}}


# events in which numbers of customers may stand
VEILS: dict[str, Callable[[dict[str, Any], Visibility], dict[str, Any]]] = {
    "call.changed": veiled,
    "notice.made": _notice,
}


class TrunkView(msgspec.Struct):
    id: str
    name: str
    state: str
    detail: str


class DeviceView(msgspec.Struct):
    id: str
    extension: str
    kind: str
    state: str
    contact: str


@dataclass(frozen=True, slots=True)
class About:
    """Whom and what an event concerns; who sees one of them may see it."""

    agents: frozenset[AgentId] = frozenset()
    queues: frozenset[QueueId] = frozenset()


_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Told:
    """One event. ``agents`` are told of it in any case; beside them those who see what it is ``about``.

    Without ``agents`` and ``about`` it is everybody's, with ``agents`` alone only theirs.
    """

    seq: int
    type: str
    data: Any
    agents: frozenset[AgentId] | None = None
    about: About | None = None
    _texts: dict[Visibility, str] = field(default_factory=dict[Visibility, str])

    def text(self, numbers: Visibility) -> str:
        """As it is sent to those who see so much of outside numbers: made once for all of them."""
        if numbers not in self._texts:
            veil = VEILS.get(self.type)
            data = veil(self.data, numbers) if veil else self.data
            self._texts[numbers] = _encode({"seq": self.seq, "type": self.type, "data": data}).decode()
        return self._texts[numbers]


class Live:
    """The stream of events. Numbers start at ``first`` and only grow, over restarts too when it is a time.

    Views are costly to make: ask ``watched`` before making one, and ``skip`` where nobody would see it.
    """

    def __init__(self, first: int, clock: Callable[[], float]) -> None:
        self.seq = first
        self._clock = clock
        self._left_at = float("-inf")
        self._held: deque[Told] = deque(maxlen=HELD)
        self._listeners: set[Callable[[Told], None]] = set()

    @property
    def watched(self) -> bool:
        return bool(self._listeners) or self._clock() - self._left_at < REMEMBERED

    def skip(self) -> None:
        """Something happened that nobody watches: who comes later begins with a snapshot."""
        self.seq += 1
        self._held.clear()

    def tell(self, kind: str, data: Any, agents: frozenset[AgentId] | None = None, about: About | None = None) -> None:
        self.seq += 1
        told = Told(self.seq, kind, data, agents, about)
        self._held.append(told)
        for listener in list(self._listeners):
            listener(told)

    def listen(self, listener: Callable[[Told], None]) -> Callable[[], None]:
        """Hear every event from now on; returns what ends it."""
        self._listeners.add(listener)

        def leave() -> None:
            self._listeners.discard(listener)
            self._left_at = self._clock()

        return leave

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def after(self, seq: int) -> list[Told] | None:
        """The events after ``seq``, or None when some of them are not held any more (or it is not ours)."""
        if seq > self.seq or (seq < self.seq and (not self._held or self._held[0].seq > seq + 1)):
            return None
        return [told for told in self._held if told.seq > seq]
