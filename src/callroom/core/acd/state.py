"""What the distributor keeps of callers, agents, queues and offers."""

from dataclasses import dataclass, field

from callroom.core.acd import model as m
from callroom.core.acd.strategies import Record
from callroom.core.ids import AgentId, JourneyId, OfferId, QueueId


@dataclass(slots=True, eq=False)
class Caller:
    journey: JourneyId
    queue: QueueId
    priority: int
    joined_at: float
    order: int  # who came first among equals
    patient: bool = False
    offers: set[OfferId] = field(default_factory=set[OfferId])
    offered: int = 0  # how often somebody was rung for him
    tried: set[AgentId] = field(default_factory=set[AgentId])  # rung in this round of a rotation

    @property
    def place(self) -> tuple[int, float, int]:
        """Where he stands in the line of his queue."""
        return -self.priority, self.joined_at, self.order


@dataclass(slots=True, eq=False)
class Agent:
    id: AgentId
    state: m.AgentState = field(default_factory=m.SignedOut)
    queues: frozenset[QueueId] = frozenset()
    rest: m.Rest = field(default_factory=m.SignedOut)  # what he returns to after a call
    reachable: bool = True
    paused_until: float = float("-inf")
    calls: dict[JourneyId, m.Talking] = field(default_factory=dict[JourneyId, m.Talking])
    owes: float = 0.0  # seconds of wrap-up for calls that ended while another went on
    records: dict[QueueId, Record] = field(default_factory=dict[QueueId, Record])

    def record(self, queue: QueueId) -> Record:
        return self.records.setdefault(queue, Record())


@dataclass(slots=True, eq=False)
class Queue:
    """A queue at work: who waits, first in line first; who serves it; who of its members answered last."""

    settings: m.QueueSettings
    places: dict[AgentId, int]  # of its members, in their order
    line: list[Caller] = field(default_factory=list[Caller])
    serving: dict[AgentId, Agent] = field(default_factory=dict[AgentId, Agent])
    last: AgentId | None = None

    def place(self, agent: AgentId) -> int:
        return self.places.get(agent, len(self.places))


@dataclass(frozen=True, slots=True)
class Offer:
    id: OfferId
    journey: JourneyId
    agent: AgentId
    expires_at: float
    passed_over: tuple[tuple[AgentId, m.Obstacle], ...]


def obstacle(agent: Agent, caller: Caller, *, free: bool) -> m.Obstacle:
    """Why an agent who serves the queue is not rung for a caller now."""
    if free:
        return m.Obstacle.TRIED if agent.id in caller.tried else m.Obstacle.NOT_HIS_TURN
    match agent.state:
        case m.Ringing():
            return m.Obstacle.RINGING
        case m.Talking():
            return m.Obstacle.TALKING
        case m.WrapUp():
            return m.Obstacle.WRAP_UP
        case m.Busy():
            return m.Obstacle.BUSY
        case m.Ready():
            return m.Obstacle.RESTING if agent.reachable else m.Obstacle.NO_PHONE
        case m.Away() | m.SignedOut():
            return m.Obstacle.AWAY
