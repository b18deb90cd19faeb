"""What every gateway does: take a message, or say why not; tell of deliveries and replies."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Protocol

from callroom.core.sms import Encoding


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way. ``number``: E.164; ``code`` and ``params``: the platform's template and what fills it.

    ``accepted``: ids of the parts (from 1) that an earlier attempt brought over."""

    id: str
    number: str
    text: str
    encoding: Encoding
    code: str = ""
    params: tuple[tuple[str, str], ...] = ()
    accepted: Mapping[int, str] = field(default_factory=dict[int, str])
    valid: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a message, or part of it: by the gateway's id of it, or by ours."""

    state: Literal["delivered", "failed", "expired", "rejected"]
    provider_id: str = ""
    message_id: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """The place of a part in a longer message: ``number`` of ``total``, ``reference`` being the same in each."""

    reference: int
    total: int
    number: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """A reply as it came: ``number`` of its sender, ``line`` it was sent to."""

    number: str
    text: str
    line: str = ""
    piece: Piece | None = None


News = Report | Incoming
Hear = Callable[[News], Awaitable[None]]  # returns when it is stored


@dataclass(frozen=True, slots=True)
class Callback:
    """A request that a platform sends to us."""

    query: Mapping[str, str]
    content_type: str
    body: bytes


class BadCallback(Exception):
    """It holds nothing that can be understood."""


@dataclass
class NotTaken(Exception):
    """The gateway refused this message; ``lasting``: it would do so again. ``why`` is one of ``SMS_FAILURES``."""

    why: str
    told: str = ""
    lasting: bool = False
    accepted: Mapping[int, str] = field(default_factory=dict[int, str])


@dataclass
class Away(Exception):
    """The gateway takes nothing now, whatever the message: it is not to be reached, refuses us, or wants us slower."""

    why: str
    told: str = ""
    accepted: Mapping[int, str] = field(default_factory=dict[int, str])


@dataclass
class Unclear(Exception):
    """The message was given over and no answer came: it may have been sent."""

    told: str = ""
    accepted: Mapping[int, str] = field(default_factory=dict[int, str])


class Gateway(Protocol):
    """``at_once``: how many messages may be under way together."""

    at_once: int

    async def run(self) -> None:
        """Keep what must be kept open; ends only by being cancelled."""
        ...

    async def ready(self) -> None:
        """Return when a message can be sent. Raises ``Away``."""
        ...

    async def send(self, message: Outgoing) -> dict[int, str]:
        """The gateway's ids of the parts, from 1 on. Raises ``NotTaken``, ``Away``, ``Unclear``."""
        ...

    async def close(self) -> None: ...
