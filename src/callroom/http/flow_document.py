"""The shape of a flow's document (``core.ivr.model``). What is not chosen yet is empty: a draft may be unfinished."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from callroom.core.ivr.model import LONGEST_FLOW
from callroom.http.fields import Destination, Language

NodeName = Annotated[str, Field(min_length=1, max_length=40)]
To = Annotated[str, Field(max_length=40, description="The name of the next step; empty while none is chosen")]
Variable = Annotated[str, Field(max_length=40)]
Template = Annotated[str, Field(max_length=2000, description="A text with {{variable}} in it")]
Seconds = Annotated[float, Field(ge=1, le=60)]
Attempts = Annotated[int, Field(ge=1, le=10)]
LONGEST_SOURCE = 20_000  # characters of JSON
Count = Annotated[int, Field(ge=1, le=40)]


def _storable(document: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinite numbers, though 1e999 is read as one."""
    try:
        text = json.dumps(document, allow_nan=False)
    except ValueError:
        raise PydanticCustomError("finite_number", "finite number") from None
    if len(text) > LONGEST_SOURCE:
        raise PydanticCustomError("string_too_long", "too long", {"max_length": LONGEST_SOURCE})
    return document


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Sound(_Part):
    """One of: an uploaded prompt by its id, a system prompt by its name, a typed text in each language."""

    prompt: Annotated[str, Field(max_length=40)] = ""
    system: Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9_-]*$")] = ""
    text: dict[Language, Annotated[str, Field(max_length=1000)]] = {}


class Point(_Part):
    """A place on the drawing."""

    x: Annotated[float, Field(ge=-1e6, le=1e6)]
    y: Annotated[float, Field(ge=-1e6, le=1e6)]


class _Node(_Part):
    label: Annotated[str, Field(max_length=80)] = ""
    at: Point | None = None


class AnnounceNode(_Node):
    kind: Literal["announce"]
    sound: Sound = Sound()
    next: To = ""


class MenuNode(_Node):
    """Asks for one key. ``on_invalid`` and ``on_silence`` are said instead of the system's own words."""

    kind: Literal["menu"]
    sound: Sound = Sound()
    keys: dict[str, To] = {}
    timeout: Seconds = 5
    attempts: Attempts = 3
    fallback: To = ""
    on_invalid: Sound | None = None
    on_silence: Sound | None = None


class DigitsNode(_Node):
    """Collects digits into ``variable``."""

    kind: Literal["digits"]
    sound: Sound = Sound()
    variable: Variable = ""
    shortest: Count = 1
    longest: Count = 20
    end_key: Annotated[str, Field(max_length=1)] = "#"
    timeout: Seconds = 5
    attempts: Attempts = 3
    next: To = ""
    fallback: To = ""
    on_invalid: Sound | None = None
    on_silence: Sound | None = None


class HoursNode(_Node):
    kind: Literal["hours"]
    schedule: Annotated[str, Field(max_length=40)] = ""
    open: To = ""
    closed: To = ""


class LanguageNode(_Node):
    """From here on the caller is spoken to in this language."""

    kind: Literal["language"]
    language: Language = "zh"
    next: To = ""


class Case(_Part):
    left: Template = ""
    op: Literal["equals", "not_equals", "less", "greater", "contains", "starts_with", "empty", "not_empty"] = "equals"
    right: Template = ""
    to: To = ""


class ConditionNode(_Node):
    """The first case that holds leads on; numbers are compared as numbers."""

    kind: Literal["condition"]
    cases: Annotated[list[Case], Field(max_length=50)] = []
    fallback: To = ""


class SetNode(_Node):
    kind: Literal["set"]
    variable: Variable = ""
    value: Template = ""
    next: To = ""


class Output(_Part):
    """``path`` into the answer: accounts[0].balance"""

    variable: Variable = ""
    path: Annotated[str, Field(max_length=200)] = ""


class LookupNode(_Node):
    """Asks ``source`` and keeps parts of the answer; a failure leads to ``fallback``."""

    kind: Literal["lookup"]
    source: Annotated[dict[str, Any], AfterValidator(_storable)] = {}
    outputs: Annotated[list[Output], Field(max_length=50)] = []
    timeout: Seconds = 5
    next: To = ""
    fallback: To = ""


class SayNode(_Node):
    kind: Literal["say"]
    value: Template = ""
    style: Literal["number", "digits", "amount", "date", "time", "text"] = "digits"
    next: To = ""


class SendNode(_Node):
    kind: Literal["send"]
    channel: Literal["email"] = "email"
    to: Template = ""
    subject: Template = ""
    text: Annotated[str, Field(max_length=10_000, description="A text with {{variable}} in it")] = ""
    next: To = ""


class SmsNode(_Node):
    """Sends a text message: a template by its id, or a text."""

    kind: Literal["sms"]
    to: Template = "{{caller}}"
    template: Annotated[str, Field(max_length=40)] = ""
    text: Annotated[str, Field(max_length=1000, description="A text with {{variable}} in it")] = ""
    next: To = ""


class WebhookNode(_Node):
    kind: Literal["webhook"]
    url: Template = ""
    next: To = ""


class RecordNode(_Node):
    """Records what the caller says; ``variable`` keeps the recording's id."""

    kind: Literal["record"]
    variable: Variable = ""
    longest: Annotated[float, Field(ge=1, le=600)] = 60
    silence: Annotated[float, Field(ge=1, le=30)] = 5
    next: To = ""


class RunFlowNode(_Node):
    """Runs another attendant, which comes back by its ``return`` steps."""

    kind: Literal["run_flow"]
    flow: Annotated[str, Field(max_length=40)] = ""
    next: To = ""


class ReturnNode(_Node):
    """Back to the attendant that ran this one; the call ends if none did."""

    kind: Literal["return"]


class GoToNode(_Node):
    kind: Literal["go_to"]
    destination: Destination | None = None


class HangUpNode(_Node):
    kind: Literal["hang_up"]
    sound: Sound | None = None


Node = Annotated[
    AnnounceNode
    | MenuNode
    | DigitsNode
    | HoursNode
    | LanguageNode
    | ConditionNode
    | SetNode
    | LookupNode
    | SayNode
    | SendNode
    | SmsNode
    | WebhookNode
    | RecordNode
    | RunFlowNode
    | ReturnNode
    | GoToNode
    | HangUpNode,
    Field(discriminator="kind"),
]


class FlowDefinition(_Part):
    entry: Annotated[str, Field(max_length=40)]
    nodes: Annotated[dict[NodeName, Node], Field(max_length=LONGEST_FLOW)]
