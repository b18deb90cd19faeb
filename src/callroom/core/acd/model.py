"""What the distributor knows, hears and orders. Times are seconds of one monotonic clock given by the caller."""

from dataclasses import dataclass
from enum import StrEnum

from callroom.core.acd.settings import Profile as Profile
from callroom.core.acd.settings import QueueSettings as QueueSettings
from callroom.core.acd.settings import Requirement as Requirement
from callroom.core.acd.settings import Step as Step
from callroom.core.acd.settings import Strategy as Strategy
from callroom.core.ids import AgentId, JourneyId, OfferId, QueueId, SkillId

MISSED_CALLS = "missed_calls"  # the reason of an agent who was made busy because he missed too many calls in a row


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
    FAX = "fax"  # it turned out to be a fax machine


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
    LACKS_SKILL = "lacks_skill"
    LATER_TIER = "later_tier"
    OTHER_TEAM = "other_team"  # the queue prefers a team, and he is not of it
    NOT_THE_LAST = "not_the_last"  # the caller is kept for the agent who served him last
    NOT_HIS_TURN = "not_his_turn"  # by the queue's strategy


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
class AgentsChanged:
    """All agents there are now, with what matters for whom they are rung; who rings goes on ringing."""

    agents: tuple[Profile, ...]


@dataclass(frozen=True, slots=True)
class DayBegan:
    """What agents were offered and have answered counts from nothing again."""


@dataclass(frozen=True, slots=True)
class CallerJoined:
    """``waited``: seconds a caller had in this queue before; he keeps his place. ``tier`` of the customer, 0: a usual
    one; ``served_by``: who served him last in this queue. ``CallerRanked`` tells them when they are known later.
    ``patient``: he never flows out but with his queue, for he waits without a telephone at his ear. ``skills``: what
    is asked of agents for him beside what the queue asks."""

    journey: JourneyId
    queue: QueueId
    priority: int = 0
    waited: float = 0.0
    tier: int = 0
    served_by: AgentId | None = None
    patient: bool = False
    skills: tuple[tuple[SkillId, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CallerRanked:
    """Who a waiting caller is became known; whoever is rung for him already goes on ringing."""

    journey: JourneyId
    tier: int
    served_by: AgentId | None


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
    | AgentsChanged
    | DayBegan
    | CallerJoined
    | CallerRanked
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
class Grounds:
    """The rules beside the strategy by which an agent was rung.

    ``sticky``: he served this caller last. ``skills``: the levels asked at that moment, ``lowered`` by waiting.
    ``tier``: of the agent; ``team``: he is of the preferred one. ``through``: the further queue whose agent he is.
    ``credit``: seconds by which the customer's tier moved the caller forward.
    """

    sticky: bool = False
    skills: tuple[tuple[SkillId, int], ...] = ()
    lowered: bool = False
    tier: int = 0
    team: bool = False
    through: QueueId | None = None
    credit: float = 0.0


@dataclass(frozen=True, slots=True)
class PassedOver:
    """``score``: what the strategy compared, of one who was free; see ``RingAgent``."""

    agent: AgentId
    obstacle: Obstacle
    score: float | None = None


@dataclass(frozen=True, slots=True)
class RingAgent:
    """``choice`` counts from 1 how often it was chosen for this caller; those chosen together have the same.

    ``score``: what the strategy compared: calls offered or answered today, the place among the members from 1, or the
    seconds since the last answer; None where it compares nothing, or for who has not answered yet.
    ``passed_over``: some of those who were signed in and not rung, who was free first, ``others`` how many they are.
    """

    offer: OfferId
    journey: JourneyId
    queue: QueueId
    agent: AgentId
    choice: int = 1
    score: float | None = None
    grounds: Grounds = Grounds()
    passed_over: tuple[PassedOver, ...] = ()
    others: int = 0


@dataclass(frozen=True, slots=True)
class ConnectCaller:
    offer: OfferId
    journey: JourneyId
    agent: AgentId
    visit: Visit


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
