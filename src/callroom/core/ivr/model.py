"""Attendants (IVR flows) as documents: what a caller hears, what is asked of him, and where each way leads.

A draft may be unfinished: what is not chosen yet is empty, and ``validation`` says so.
"""

from typing import Annotated, Any, Literal, cast

import msgspec

from callroom.core.ivr.conditions import Op
from callroom.core.routing.model import Destination, unfinished

LONGEST_FLOW = 500  # nodes
KEYS = "0123456789*#"

Seconds = Annotated[float, msgspec.Meta(ge=1, le=60)]
Attempts = Annotated[int, msgspec.Meta(ge=1, le=10)]
Style = Literal["number", "digits", "amount", "date", "time", "text"]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class Sound(_Part, frozen=True):
    """One of: an uploaded prompt by its id, a system prompt by its name, a typed text in each language."""

    prompt: str = ""
    system: str = ""
    text: dict[str, str] = {}

    @property
    def chosen(self) -> bool:
        return bool(self.prompt or self.system or any(text.strip() for text in self.text.values()))


SILENCE = Sound()


class Point(_Part, frozen=True):
    """A place on the drawing."""

    x: float
    y: float


class _Node(
    msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    label: str = ""
    at: Point | None = None


class Announce(_Node, frozen=True, tag="announce"):
    sound: Sound = SILENCE
    next: str = ""


class Menu(_Node, frozen=True, tag="menu"):
    """Say ``sound``, wait ``timeout`` seconds for one key; after ``attempts`` rounds without a valid one go on to
    ``fallback``. Keys are heard while the sound plays. A wrong key and silence are answered by their own sounds, or by
    the system's."""

    sound: Sound = SILENCE
    keys: dict[str, str] = {}
    fallback: str = ""
    timeout: Seconds = 5.0
    attempts: Attempts = 3
    on_invalid: Sound | None = None
    on_silence: Sound | None = None


class Digits(_Node, frozen=True, tag="digits"):
    """Collect ``shortest`` to ``longest`` digits into ``variable``: until ``end_key``, the last one, or ``timeout``
    seconds without another. ``*`` begins anew unless it is the end key."""

    sound: Sound = SILENCE
    variable: str = ""
    shortest: Annotated[int, msgspec.Meta(ge=1, le=40)] = 1
    longest: Annotated[int, msgspec.Meta(ge=1, le=40)] = 20
    end_key: str = "#"
    timeout: Seconds = 5.0
    attempts: Attempts = 3
    next: str = ""
    fallback: str = ""
    on_invalid: Sound | None = None
    on_silence: Sound | None = None


class HoursNode(_Node, frozen=True, tag="hours"):
    schedule: str = ""
    open: str = ""
    closed: str = ""


class LanguageNode(_Node, frozen=True, tag="language"):
    """From here on the caller is spoken to in another language."""

    language: Literal["zh", "en"] = "zh"
    next: str = ""


class Case(_Part, frozen=True):
    left: str = ""
    op: Op = "equals"
    right: str = ""
    to: str = ""


class Condition(_Node, frozen=True, tag="condition"):
    """The first case that holds leads on."""

    cases: tuple[Case, ...] = ()
    fallback: str = ""


class Set(_Node, frozen=True, tag="set"):
    variable: str = ""
    value: str = ""
    next: str = ""


class Output(_Part, frozen=True):
    variable: str = ""
    path: str = ""


class Lookup(_Node, frozen=True, tag="lookup"):
    """Ask ``source`` (``kind``: http, sql, crm …, with what it needs) and keep parts of the answer."""

    source: dict[str, Any] = {}
    outputs: tuple[Output, ...] = ()
    timeout: Seconds = 5.0
    next: str = ""
    fallback: str = ""


class Say(_Node, frozen=True, tag="say"):
    """Say a value, which is a template, in a style."""

    value: str = ""
    style: Style = "digits"
    next: str = ""


class Send(_Node, frozen=True, tag="send"):
    channel: Literal["email"] = "email"
    to: str = ""
    subject: str = ""
    text: str = ""
    next: str = ""


class SendSms(_Node, frozen=True, tag="sms"):
    """Send a text message: a template of the site's, by its id, or a text."""

    to: str = "{{caller}}"
    template: str = ""
    text: str = ""
    next: str = ""


class Webhook(_Node, frozen=True, tag="webhook"):
    url: str = ""
    next: str = ""


class Record(_Node, frozen=True, tag="record"):
    """Record what the caller says after a beep, until ``#`` or ``silence`` seconds; ``variable`` keeps its id."""

    variable: str = ""
    longest: Annotated[float, msgspec.Meta(ge=1, le=600)] = 60.0
    silence: Annotated[float, msgspec.Meta(ge=1, le=30)] = 5.0
    next: str = ""


class RunFlow(_Node, frozen=True, tag="run_flow"):
    """Run another attendant, which comes back by its ``return`` steps."""

    flow: str = ""
    next: str = ""


class Return(_Node, frozen=True, tag="return"):
    """Back to the attendant that ran this one; the call ends if none did."""


class GoTo(_Node, frozen=True, tag="go_to"):
    destination: Destination | None = None


class HangUp(_Node, frozen=True, tag="hang_up"):
    sound: Sound | None = None


Node = (
    Announce
    | Menu
    | Digits
    | HoursNode
    | LanguageNode
    | Condition
    | Set
    | Lookup
    | Say
    | Send
    | SendSms
    | Webhook
    | Record
    | RunFlow
    | Return
    | GoTo
    | HangUp
)


class Flow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    entry: str
    nodes: dict[str, Node]


class BadFlow(ValueError):
    """No flow at all: the document has another shape; the text says where."""


def flow_from(document: dict[str, Any]) -> Flow:
    """Read a stored flow. Raises ``BadFlow``."""
    try:
        return msgspec.convert(_completed(document), Flow)
    except msgspec.ValidationError as error:
        raise BadFlow(str(error)) from None


def flow_document(flow: Flow) -> dict[str, Any]:
    """The flow as it is stored."""
    return msgspec.to_builtins(flow)


def kind_of(node: Node) -> str:
    """As in documents."""
    return str(node.__struct_config__.tag)


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    """Destinations may be unfinished, so that a draft can hold them."""
    nodes: Any = document.get("nodes")
    if not isinstance(nodes, dict):
        return document
    named = cast(dict[str, Any], nodes)
    return document | {"nodes": {name: _with_destination(node) for name, node in named.items()}}


def _with_destination(node: Any) -> Any:
    match node:
        case {"kind": "go_to", "destination": {"kind": str()} as chosen}:
            return {**node, "destination": unfinished(cast(dict[str, Any], chosen))}
        case _:
            return node
