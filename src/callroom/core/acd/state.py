"""What the distributor keeps of callers, agents, queues and offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from callroom.core.acd import model as m
from callroom.core.acd.settings import PLAIN, Stage
from callroom.core.acd.strategies import Rank, Record
from callroom.core.ids import AgentId, JourneyId, OfferId, QueueId, SkillId, TeamId

# Who is asked the same of agents stands in one part of a line: what nobody can give one, nobody can give the others.
# Who may get a certain agent whatever is asked, because he served him last, stands in parts of their own.
Part = tuple[Stage, bool]


@dataclass(slots=True, eq=False)
class Caller:
    """``served_by``: who served him last, until he was rung again; ``alone``: the offer beside which there is none."""

    journey: JourneyId
    queue: QueueId
    priority: int
    joined_at: float
    order: int  # who came first among equals
    patient: bool = False
    skills: tuple[tuple[SkillId, int], ...] = ()  # asked for him beside what the queue asks
    tier: int = 0
    credit: float = 0.0  # seconds that his tier is worth
    served_by: AgentId | None = None
    offers: set[OfferId] = field(default_factory=set[OfferId])
    offered: int = 0  # how often somebody was rung for him
    choices: int = 0  # how often it was decided whom to ring
    tried: set[AgentId] = field(default_factory=set[AgentId])  # rung in this round
    alone: OfferId | None = None
    stage: Stage = PLAIN  # what is asked for him until ``wakes_at``
    wakes_at: float | None = None
    filed: Part = (PLAIN, False)

    @property
    def place(self) -> tuple[int, float, int]:
        """Where he stands in the line of his queue. Nobody starves: a tier is worth a finite time."""
        return -self.priority, self.joined_at - self.credit, self.order


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
    misses: int = 0  # calls he let ring or refused, in a row
    skills: Mapping[SkillId, int] = field(default_factory=dict[SkillId, int])
    team: TeamId | None = None

    def record(self, queue: QueueId) -> Record:
        return self.records.setdefault(queue, Record())


@dataclass(slots=True, eq=False)
class Queue:
    """A queue at work: who waits, first in line first; who serves it; who of its members answered last."""

    settings: m.QueueSettings
    places: dict[AgentId, int]  # of its members, in their order
    line: list[Caller] = field(default_factory=list[Caller])
    parts: dict[Part, list[Caller]] = field(default_factory=dict[Part, list[Caller]])  # the line once more
    serving: dict[AgentId, Agent] = field(default_factory=dict[AgentId, Agent])
    last: AgentId | None = None

    def place(self, agent: AgentId) -> int:
        return self.places.get(agent, len(self.places))


@dataclass(frozen=True, slots=True)
class Offer:
    """``through``: the queue that makes him serve the caller: the caller's own, or a further one."""

    id: OfferId
    journey: JourneyId
    agent: AgentId
    expires_at: float
    through: QueueId
    rank: Rank


def occupied(agent: Agent) -> m.Obstacle:
    """Why an agent who is not free is not rung."""
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
