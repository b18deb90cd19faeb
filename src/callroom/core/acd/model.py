"""What the distributor knows, hears and orders. Times are seconds of one monotonic clock given by the caller."""

from dataclasses import dataclass
from enum import StrEnum

from callroom.core.ids import AgentId, JourneyId, OfferId, QueueId


class Strategy(StrEnum):
    """How a queue chooses among its ready agents (SPEC CC-11)."""

    RANDOM = "random"
    RING_ALL = "ring_all"
    ROTATE_WITH_MEMORY = "rotate_with_memory"  # who answered last goes to the end
    LINEAR = "linear"  # always from the first
    LINEAR_WITH_MEMORY = "linear_with_memory"  # begins after the one who answered last
    FEWEST_OFFERED = "fewest_offered"  # counted within the site's day
    FEWEST_ANSWERED = "fewest_answered"


class Engagement(StrEnum):
    """What an agent is talking on."""

    QUEUE = "queue"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class FlowOutReason(StrEnum):
    MAX_WAIT = "max_wait"
    MAX_LENGTH = "max_length"
    NO_AGENT = "no_agent"  # nobody is signed in, and the queue does not wait for somebody to come
    QUEUE_GONE = "queue_gone"  # it was deleted while he waited
    EXIT_KEY = "exit_key"  # by his own choice
    CALLBACK = "callback"  # he is to be called when his turn comes


class Withdrawal(StrEnum):
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    CALLER_LEFT = "caller_left"
    TIMED_OUT = "timed_out"
    FLOWED_OUT = "flowed_out"
    AGENT_GONE = "agent_gone"


class Obstacle(StrEnum):
    """Why an agent who is signed in to a queue was not rung for one of its callers."""

    RINGING = "ringing"  # for another caller
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    BUSY = "busy"
    AWAY = "away"
    NO_PHONE = "no_phone"
    RESTING = "resting"  # after a refusal
    TRIED = "tried"  # he was rung for this caller already, and others were not yet
    NOT_HIS_TURN = "not_his_turn"  # by the queue's strategy


@dataclass(frozen=True, slots=True)
class QueueSettings:
    id: QueueId
    strategy: Strategy = Strategy.RING_ALL
    ring_timeout: float = 20.0
    wrap_up: float = 10.0
    max_wait: float | None = 300.0
    max_length: int | None = None
    waits_without_agents: bool = True  # False: callers flow out when nobody is signed in
    weight: int = 0  # an agent of several queues serves the heaviest first
    refusal_pause: float = 5.0  # rest for an agent who refused, so that he is not rung at once again
    members: tuple[AgentId, ...] = ()  # in their order, which the linear strategies follow


# ---------------------------------------------------------------- agent states


@dataclass(frozen=True, slots=True)
class SignedOut:
    pass


@dataclass(frozen=True, slots=True)
class Ready:
    since: float


@dataclass(frozen=True, slots=True)
class Busy:
    since: float
    reason: str


@dataclass(frozen=True, slots=True)
class Away:
    since: float
    reason: str


@dataclass(frozen=True, slots=True)
class Ringing:
    since: float
    offer: OfferId


@dataclass(frozen=True, slots=True)
class Talking:
    since: float
    journey: JourneyId
    kind: Engagement
    wrap_up: float  # seconds owed after the talk


@dataclass(frozen=True, slots=True)
class WrapUp:
    since: float
    until: float


AgentState = SignedOut | Ready | Busy | Away | Ringing | Talking | WrapUp
Rest = SignedOut | Ready | Busy | Away  # what an agent chooses himself


# ---------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class QueuesChanged:
    """All queues there are now. Who waits in one that is no more flows out."""

    queues: tuple[QueueSettings, ...]


@dataclass(frozen=True, slots=True)
class DayBegan:
    """What agents were offered and have answered counts from nothing again."""


@dataclass(frozen=True, slots=True)
class CallerJoined:
    """``waited``: seconds a caller had in this queue before; he keeps his place. ``patient``: he never flows out but
    with his queue, for he waits without a telephone at his ear."""

    journey: JourneyId
    queue: QueueId
    priority: int = 0
    waited: float = 0.0
    patient: bool = False


@dataclass(frozen=True, slots=True)
class CallerLeft:
    journey: JourneyId


@dataclass(frozen=True, slots=True)
class CallerChose:
    """The caller leaves the queue for something else."""

    journey: JourneyId
    reason: FlowOutReason


@dataclass(frozen=True, slots=True)
class AgentSignedIn:
    """Signs in, or changes the queues of one who is; in a call it counts from the end of it."""

    agent: AgentId
    queues: frozenset[QueueId]


@dataclass(frozen=True, slots=True)
class AgentReachable:
    """Whether the agent has a phone that can ring; one who has none is offered no caller."""

    agent: AgentId
    reachable: bool


@dataclass(frozen=True, slots=True)
class PresenceChosen:
    """An agent, or his leader for him, chose how he rests; during a talk it counts from the end of it."""

    agent: AgentId
    rest: Rest


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    offer: OfferId


@dataclass(frozen=True, slots=True)
class OfferRefused:
    """The agent declined, or his phone could not be rung."""

    offer: OfferId


@dataclass(frozen=True, slots=True)
class AgentEngaged:
    """An agent began a call that the distributor did not give him."""

    agent: AgentId
    journey: JourneyId
    kind: Engagement
    wrap_up: float = 0.0


@dataclass(frozen=True, slots=True)
class TalkEnded:
    """One call of an agent is over; with a second one on his phone he goes on talking."""

    agent: AgentId
    journey: JourneyId


@dataclass(frozen=True, slots=True)
class WrapUpEnded:
    """The agent said he is done before the time was up."""

    agent: AgentId


AcdEvent = (
    QueuesChanged
    | DayBegan
    | CallerJoined
    | CallerLeft
    | CallerChose
    | AgentSignedIn
    | AgentReachable
    | PresenceChosen
    | OfferAnswered
    | OfferRefused
    | AgentEngaged
    | TalkEnded
    | WrapUpEnded
)


# ---------------------------------------------------------------- commands


@dataclass(frozen=True, slots=True)
class RingAgent:
    offer: OfferId
    journey: JourneyId
    queue: QueueId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class WithdrawOffer:
    offer: OfferId
    agent: AgentId
    cause: Withdrawal


@dataclass(frozen=True, slots=True)
class Visit:
    """A finished stay in a queue: ``wait`` seconds from joining, how many offers were made, who was signed in."""

    queue: QueueId
    wait: float
    offers: int
    signed_in: int


@dataclass(frozen=True, slots=True)
class ConnectCaller:
    """``rung``: the agents who were rung for this caller at the moment of the answer, the one chosen among them;
    ``passed_over``: the others who were signed in when he was rung, and why each was not."""

    offer: OfferId
    journey: JourneyId
    agent: AgentId
    visit: Visit
    rung: tuple[AgentId, ...]
    passed_over: tuple[tuple[AgentId, Obstacle], ...] = ()


@dataclass(frozen=True, slots=True)
class FlowOut:
    journey: JourneyId
    reason: FlowOutReason
    visit: Visit


@dataclass(frozen=True, slots=True)
class CallerAbandoned:
    """The caller left while he waited."""

    journey: JourneyId
    visit: Visit


@dataclass(frozen=True, slots=True)
class AgentChanged:
    agent: AgentId
    state: AgentState


AcdCommand = RingAgent | WithdrawOffer | ConnectCaller | FlowOut | CallerAbandoned | AgentChanged
