"""A journey: one caller's or called party's whole story, from the first INVITE to the last hang-up (METRICS)."""

from datetime import datetime
from typing import Literal

import msgspec

from callroom.core.journeys import facts as f
from callroom.core.surveys import Meaning, Reason


class Leg(msgspec.Struct):
    id: str
    party: f.Role
    number: str
    started_at: datetime
    agent: str | None = None
    device: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    talk: float = 0.0  # seconds
    hold: float = 0.0
    cause: str = ""
    trunk: str | None = None
    consulted_by: str | None = None  # the agent who asked him; "" if he is not known
    talked_at: datetime | None = None  # when it was last connected as the agent's side of a talk


class IvrStep(msgspec.Struct, omit_defaults=True):
    """A caller's visit to a step of a flow. ``exit`` None: he is there now; "hung_up": he hung up there."""

    node: str
    label: str
    key: str
    at: datetime
    flow: str = ""
    version: int = 0
    kind: str = ""
    exit: str | None = ""
    to: str = ""
    invalid: int = 0
    silent: int = 0
    reason: str = ""
    seconds: float = 0.0


class QueueVisit(msgspec.Struct):
    queue: str
    queue_name: str
    entered_at: datetime
    wait: float = 0.0
    outcome: f.Outcome | None = None
    offers: int = 0
    signed_in: int = 0
    agent: str | None = None
    agent_name: str = ""
    offered: list[f.Offered] = []  # the last ones of ``choices``
    choices: int = 0  # how often it was chosen whom to ring
    reason: str = ""
    key: str = ""
    short: bool = False  # a short abandon


class Supervision(msgspec.Struct):
    """A leader in an agent's talk; agents are not to know of it."""

    leader: str
    leader_name: str
    agent: str
    mode: f.SupervisionMode
    since: datetime
    until: datetime | None = None


class Recording(msgspec.Struct):
    id: str
    path: str
    started_at: datetime
    seconds: float | None = None  # None: still being made
    complete: bool = False
    agent: str | None = None


class Voicemail(msgspec.Struct):
    id: str
    box_kind: str
    box_id: str
    path: str
    seconds: float
    left_at: datetime


class Message(msgspec.Struct):
    """A message that is being spoken."""

    id: str
    box_kind: Literal["queue", "extension"]
    box_id: str
    path: str


class SurveyAnswer(msgspec.Struct):
    question: int
    label: str
    key: str
    meaning: Meaning
    at: datetime
    reason: Reason | None = None


class Survey(msgspec.Struct):
    """What the caller said about the service; without answers he declined or hung up."""

    survey: str
    name: str
    asked_at: datetime
    agent: str | None = None
    agent_name: str = ""
    queue: str | None = None
    queue_name: str = ""
    answers: list[SurveyAnswer] = []
    comment: str | None = None  # a recording
    done: bool = False


class Fax(msgspec.Struct):
    id: str
    direction: Literal["in", "out"]
    box: str
    path: str
    started_at: datetime
    ended_at: datetime | None = None
    pages: int = 0
    fault: str = ""
    station: str = ""  # what the other machine calls itself
    t38: bool = False

    @property
    def seconds(self) -> float:
        return round((self.ended_at - self.started_at).total_seconds(), 1) if self.ended_at else 0.0


class Customer(msgspec.Struct):
    id: str
    name: str
    tier: int = 0


class ClosedQueue(msgspec.Struct):
    """A queue the caller found closed."""

    queue: str
    queue_name: str
    at: datetime


class Journey(msgspec.Struct, kw_only=True):
    id: str
    number: int = 0  # facts applied
    direction: f.Direction = "inbound"
    origin: f.Origin | None = None
    origin_journey: str = ""
    campaign: str | None = None
    started_at: datetime | None = None
    answered_at: datetime | None = None  # when two people were first connected
    ended_at: datetime | None = None
    from_number: str = msgspec.field(name="from", default="")
    to_number: str = msgspec.field(name="to", default="")
    trunk: str | None = None
    did: str = ""
    customer: Customer | None = None
    legs: list[Leg] = []
    ivr_steps: list[IvrStep] = []
    queue_visits: list[QueueVisit] = []
    closed_queues: list[ClosedQueue] = []
    recordings: list[Recording] = []
    supervisions: list[Supervision] = []
    voicemail: Voicemail | None = None
    message: Message | None = None
    at_voicemail: bool = False
    in_mailbox: bool = False  # somebody heard his messages
    survey: Survey | None = None
    fax: Fax | None = None
    ended_by: str = ""
    loss_reason: str | None = None

    @property
    def settled(self) -> bool:
        """Nothing more will be told of it."""
        return (
            self.ended_at is not None
            and self.message is None
            and (self.fax is None or self.fax.ended_at is not None)
            and all(leg.ended_at for leg in self.legs)
            and all(r.seconds is not None for r in self.recordings)
        )

    @property
    def agent(self) -> str | None:
        """Who talked last; of a call out that nobody answered, who dialled."""
        talked = [(leg.talked_at, leg.agent) for leg in self.legs if leg.agent and leg.talked_at]
        if talked:
            return max(talked)[1]
        dialled = [leg.agent for leg in self.legs if leg.agent and self.direction != "inbound"]
        return dialled[0] if dialled else None

    @property
    def talk(self) -> float:
        """Seconds of all its talks: each is booked on one leg, the side that can change while the other stays."""
        return sum(leg.talk for leg in self.legs)

    @property
    def wait(self) -> float:
        return sum(visit.wait for visit in self.queue_visits)
