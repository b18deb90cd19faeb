"""What can be noted about a journey, in the past tense. Each fact is one line of the journal."""

from datetime import datetime
from typing import Literal

import msgspec

from callroom.core.surveys import Meaning, Reason

SHORT_ABANDON = 5.0  # seconds, unless a site sets it: who leaves sooner gave up by himself, whatever the agents did
Direction = Literal["inbound", "outbound", "internal"]
Origin = Literal["manual", "campaign", "callback", "follow_up"]
Role = Literal["caller", "agent", "called"]
Outcome = Literal["answered", "abandoned", "flowed_out"]
EndedBy = Literal["caller", "agent", "called", "system"]
OfferEnd = Literal[
    "answered",
    "refused",
    "not_answered",
    "unreachable",  # his phone could not be rung
    "answered_elsewhere",
    "caller_left",
    "flowed_out",
    "agent_gone",
]
SupervisionMode = Literal["listen", "whisper", "barge", "take_over"]


class _Fact(msgspec.Struct, frozen=True, tag_field="fact", omit_defaults=True):
    pass


class Started(_Fact, frozen=True, tag="started"):
    direction: Direction
    from_number: str
    to_number: str
    origin: Origin | None = None
    trunk: str | None = None
    did: str = ""
    origin_journey: str = ""  # the call that this one comes from, such as the one in which a call back was asked for


class CustomerFound(_Fact, frozen=True, tag="customer_found"):
    id: str
    name: str
    tier: int = 0


class QueueClosed(_Fact, frozen=True, tag="queue_closed"):
    """A caller came outside the queue's opening hours and was led elsewhere."""

    queue: str
    name: str


class LegStarted(_Fact, frozen=True, tag="leg_started"):
    leg: str
    party: Role
    number: str
    agent: str | None = None
    device: str | None = None
    trunk: str | None = None


class LegAnswered(_Fact, frozen=True, tag="leg_answered"):
    leg: str


class LegEnded(_Fact, frozen=True, tag="leg_ended"):
    leg: str
    cause: str  # telephony.port.EndCause


class IvrEntered(_Fact, frozen=True, tag="ivr_entered"):
    """A caller came to a step of a flow at which time passes."""

    node: str
    label: str
    flow: str
    version: int
    kind: str


class IvrStepped(_Fact, frozen=True, tag="ivr_stepped"):
    """A step of a flow was left by ``exit`` (``core.ivr.graph``; "": the flow ended, "left": it ended in one that this
    step ran) to the step ``to``. ``key``: which was pressed; "" for silence or no valid one. ``invalid`` and ``silent``
    attempts came before; ``reason`` why something failed."""

    node: str
    label: str
    key: str = ""
    flow: str = ""
    version: int = 0
    kind: str = ""
    exit: str = ""
    to: str = ""
    invalid: int = 0
    silent: int = 0
    reason: str = ""


class QueueEntered(_Fact, frozen=True, tag="queue_entered"):
    queue: str
    name: str


class RungAgent(msgspec.Struct, frozen=True, omit_defaults=True):
    """``ended``: how, after ``seconds``; "" while he rings. ``team``: he is of that preferred one; ``through`` the
    further queue whose agent he is; ``score`` as in ``core.acd`` RingAgent."""

    agent: str
    ended: OfferEnd | Literal[""] = ""
    seconds: float = 0.0
    score: float | None = None
    tier: int = 0
    team: str | None = None
    through: str | None = None


class PassedOver(msgspec.Struct, frozen=True, omit_defaults=True):
    agent: str
    reason: str  # ``core.acd`` Obstacle
    score: float | None = None


class Offered(msgspec.Struct, frozen=True, omit_defaults=True):
    """A caller was offered to agents who were chosen together: by which rules, and who was not (X-05).

    ``skills``: the levels asked, ``lowered`` by waiting; ``credit``: seconds that the customer's tier was worth;
    ``agents`` and ``others``: how many were rung and passed over, of whom only the first are told."""

    at: datetime  # UTC
    strategy: str
    rung: tuple[RungAgent, ...]
    agents: int = 1
    passed_over: tuple[PassedOver, ...] = ()
    others: int = 0
    sticky: bool = False
    skills: tuple[tuple[str, int], ...] = ()
    lowered: bool = False
    credit: float = 0.0


class OfferFailed(_Fact, frozen=True, tag="offer_failed"):
    """Nobody of those who were rung took the caller, and he waits on."""

    offered: Offered


class QueueLeft(_Fact, frozen=True, tag="queue_left"):
    """``wait`` in seconds; ``offers`` counts agents rung, ``signed_in`` those signed in to the queue at that moment;
    ``offered``: the offers that were open.

    ``reason`` why he flowed out (``core.acd`` FlowOutReason), ``key`` with which; ``short``: an abandoned visit of
    fewer seconds is a short one."""

    queue: str
    outcome: Outcome
    wait: float
    offers: int = 0
    signed_in: int = 0
    agent: str | None = None
    agent_name: str = ""
    offered: tuple[Offered, ...] = ()
    reason: str = ""
    key: str = ""
    short: float = SHORT_ABANDON


class TalkStarted(_Fact, frozen=True, tag="talk_started"):
    """Two people are connected. ``agent`` None: neither is known here."""

    agent: str | None
    agent_name: str
    leg: str


class TalkEnded(_Fact, frozen=True, tag="talk_ended"):
    leg: str
    talk: float  # seconds, hold not counted
    hold: float


class Consulted(_Fact, frozen=True, tag="consulted"):
    """An agent asked somebody while his customer waited, and he was there."""

    leg: str
    by: str | None


class Supervised(_Fact, frozen=True, tag="supervised"):
    """From now on ``leader`` is in the talk of ``agent``, in this way; what he did before is over."""

    leader: str
    leader_name: str
    agent: str
    mode: SupervisionMode


class SupervisionEnded(_Fact, frozen=True, tag="supervision_ended"):
    leader: str


class RecordingStarted(_Fact, frozen=True, tag="recording_started"):
    id: str
    path: str
    agent: str | None = None


class RecordingEnded(_Fact, frozen=True, tag="recording_ended"):
    id: str
    seconds: float
    complete: bool


class VoicemailStarted(_Fact, frozen=True, tag="voicemail_started"):
    box_kind: Literal["queue", "extension"]
    box_id: str


class MessageStarted(_Fact, frozen=True, tag="message_started"):
    """From now on the caller's words are kept; ``VoicemailLeft`` or ``MessageDropped`` follows."""

    id: str
    box_kind: Literal["queue", "extension"]
    box_id: str
    path: str


class MessageDropped(_Fact, frozen=True, tag="message_dropped"):
    """Nothing was said."""

    id: str


class VoicemailLeft(_Fact, frozen=True, tag="voicemail_left"):
    id: str
    box_kind: Literal["queue", "extension"]
    box_id: str
    path: str
    seconds: float


class MailboxOpened(_Fact, frozen=True, tag="mailbox_opened"):
    """Somebody hears the messages of his box: he wanted nobody else."""

    box_kind: Literal["queue", "extension"]
    box_id: str


class SurveyStarted(_Fact, frozen=True, tag="survey_started"):
    """The caller is asked about the service: of ``agent``, who talked to him last, for ``queue``."""

    survey: str
    name: str
    agent: str | None = None
    agent_name: str = ""
    queue: str | None = None
    queue_name: str = ""


class SurveyAnswered(_Fact, frozen=True, tag="survey_answered"):
    """``question`` counts from 0."""

    question: int
    label: str
    key: str
    meaning: Meaning


class SurveyReasoned(_Fact, frozen=True, tag="survey_reasoned"):
    """Why he is not satisfied."""

    question: int
    reason: Reason


class SurveyCommented(_Fact, frozen=True, tag="survey_commented"):
    """His words are on this recording of the journey."""

    recording: str


class SurveyDone(_Fact, frozen=True, tag="survey_done"):
    """He was asked everything."""


class FaxStarted(_Fact, frozen=True, tag="fax_started"):
    """A fax is being sent (out) or taken (in); ``path`` of its pages, from the site's folder of faxes. ``FaxOver``
    follows."""

    id: str
    direction: Literal["in", "out"]
    box: str
    path: str


class FaxOver(_Fact, frozen=True, tag="fax_over"):
    """``pages`` that were passed on whole; ``fault``: a ``telephony.port.FaxFault``, "": all of them."""

    id: str
    pages: int
    fault: str = ""
    station: str = ""
    t38: bool = False


class Ended(_Fact, frozen=True, tag="ended"):
    """``reason`` is given where the story itself does not tell why the call was lost."""

    ended_by: EndedBy
    reason: str | None = None


Fact = (
    Started
    | CustomerFound
    | QueueClosed
    | LegStarted
    | LegAnswered
    | LegEnded
    | IvrEntered
    | IvrStepped
    | QueueEntered
    | OfferFailed
    | QueueLeft
    | TalkStarted
    | TalkEnded
    | Consulted
    | Supervised
    | SupervisionEnded
    | RecordingStarted
    | RecordingEnded
    | VoicemailStarted
    | MessageStarted
    | MessageDropped
    | VoicemailLeft
    | MailboxOpened
    | SurveyStarted
    | SurveyAnswered
    | SurveyReasoned
    | SurveyCommented
    | SurveyDone
    | FaxStarted
    | FaxOver
    | Ended
)


class JourneyLine(msgspec.Struct, frozen=True, tag_field="line", tag="journey"):
    """``number`` counts the facts of one journey from 1: a line that was applied already is known by it."""

    journey: str
    number: int
    at: datetime  # UTC
    fact: Fact


class AgentLine(msgspec.Struct, frozen=True, tag_field="line", tag="agent"):
    """An agent came into a state; ``rest`` is what he chose to return to after a call."""

    agent: str
    at: datetime  # UTC
    state: str
    rest: str
    reason: str = ""
    queues: tuple[str, ...] = ()


class CallbackLine(msgspec.Struct, frozen=True, tag_field="line", tag="callback", omit_defaults=True):
    """All of a call back as it is from ``at`` on; ``core.callbacks`` makes the steps."""

    id: str
    at: datetime  # UTC
    queue: str
    number: str  # as it is dialled
    asked_at: datetime  # when he joined the queue, whose place he keeps
    state: Literal["waiting", "ringing", "done", "failed", "cancelled"]
    origin_journey: str
    attempts: int = 0
    due_at: datetime | None = None  # not before then
    reason: str = ""  # why the last attempt, or all of it, failed
    language: str = "zh"
    journey: str | None = None  # the last call back


class FaxLine(msgspec.Struct, frozen=True, tag_field="line", tag="fax", omit_defaults=True):
    """How far the sending of a fax is from ``at`` on; ``core.faxes`` makes the steps."""

    id: str
    at: datetime  # UTC
    state: Literal["waiting", "dialling", "sending", "sent", "failed", "cancelled"]
    attempts: int = 0
    due_at: datetime | None = None  # not before then
    reason: str = ""  # why the last attempt, or all of it, failed
    journey: str | None = None  # the last attempt
    pages: int = 0  # passed on
    seconds: float = 0.0
    station: str = ""
    t38: bool = False


Line = FaxLine | JourneyLine | AgentLine | CallbackLine
