"""What an admin decides about a queue, and what matters of an agent for whom he is rung. Times in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from callroom.core.ids import AgentId, QueueId, SkillId, TeamId


class Strategy(StrEnum):
    """How a queue chooses among its ready agents (SPEC CC-11)."""

    RANDOM = "random"
    RING_ALL = "ring_all"
    ROTATE_WITH_MEMORY = "rotate_with_memory"  # who answered last goes to the end
    LINEAR = "linear"  # always from the first
    LINEAR_WITH_MEMORY = "linear_with_memory"  # begins after the one who answered last
    FEWEST_OFFERED = "fewest_offered"  # counted within the site's day
    FEWEST_ANSWERED = "fewest_answered"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A skill an agent needs at ``level`` (1 to 10); who has it not has level 0.

    With a ``step`` the level falls by so much ``every`` so many seconds that a caller waits, down to ``floor``.
    """

    skill: SkillId
    level: int
    step: int = 0
    every: float = 0.0
    floor: int = 0

    @property
    def widens(self) -> bool:
        return self.step > 0 and self.every > 0 and self.floor < self.level

    def asked(self, waited: float) -> int:
        """The level that is asked of agents for a caller who waited so long."""
        if not self.widens:
            return self.level
        return max(self.floor, self.level - self.step * int(waited // self.every))


@dataclass(frozen=True, slots=True)
class Stage:
    """What a queue asks for a caller by how long he waited: ``tiers`` are open, ``steps`` of the overflow reached."""

    skills: tuple[tuple[SkillId, int], ...] = ()
    tiers: int | None = None  # None: all
    steps: int = 0


PLAIN = Stage()


@dataclass(frozen=True, slots=True)
class Step:
    """Who waited ``after`` seconds is offered to the agents of a further queue too."""

    after: float
    queue: QueueId


@dataclass(frozen=True, slots=True)
class Profile:
    """An agent, as far as the rules ask: the levels of his skills, and his team."""

    id: AgentId
    skills: Mapping[SkillId, int] = field(default_factory=dict[SkillId, int])
    team: TeamId | None = None


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """``tiers``: of the members who have another than 0; a higher one is rung when nobody of a lower one is free, and
    not before a caller waited ``tier_after`` seconds for each. ``tier_weight``: seconds of waiting that one tier of a
    customer is worth. ``sticky_days``: within them, who served a caller last is rung for him first; while he talks the
    caller waits for him, up to ``sticky_patience``. ``misses_until_busy``: so many in a row make an agent busy.
    """

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
    skills: tuple[Requirement, ...] = ()
    tiers: Mapping[AgentId, int] = field(default_factory=dict[AgentId, int])
    tier_after: float = 0.0
    tier_weight: float = 0.0
    sticky_days: int = 0  # 0: off
    sticky_patience: float = 0.0
    prefer_team: TeamId | None = None
    misses_until_busy: int = 0  # 0: off
    steps: tuple[Step, ...] = ()  # by time

    @property
    def plain(self) -> bool:
        """Whom it rings depends on nothing but the strategy."""
        return not (self.skills or self.tiers or self.sticky_days or self.prefer_team or self.steps)

    def stage(self, waited: float) -> Stage:
        """What is asked for a caller who waited so long."""
        return Stage(
            tuple((each.skill, each.asked(waited)) for each in self.skills),
            int(waited // self.tier_after) if self.tier_after else None,
            sum(step.after <= waited for step in self.steps),
        )
