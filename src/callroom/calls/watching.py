"""How far somebody sees into what goes on: all of it, what he leads, or his own calls only."""

from dataclasses import dataclass

from callroom.calls.live import About, Told
from callroom.core.ids import AgentId, QueueId
from callroom.core.numbers import Visibility


@dataclass(frozen=True, slots=True)
class Watching:
    """``part``: the agents and queues he is shown, None for all; ``others``: the calls of those too, not only his;
    ``numbers``: how much of outside numbers."""

    me: AgentId
    part: tuple[frozenset[AgentId], frozenset[QueueId]] | None = None
    others: bool = True
    numbers: Visibility = Visibility.FULL

    def agent(self, agent: AgentId) -> bool:
        return self.part is None or agent in self.part[0]

    def queue(self, queue: QueueId) -> bool:
        return self.part is None or queue in self.part[1]

    def call(self, audience: frozenset[AgentId], about: About) -> bool:
        """``audience``: who takes part now; ``about``: whom and what the call concerned so far."""
        return self.me in audience or (self.others and self._within(about))

    def sees(self, told: Told) -> bool:
        if told.agents is None:
            return told.about is None or self._within(told.about)
        return self.me in told.agents if told.about is None else self.call(told.agents, told.about)

    def _within(self, about: About) -> bool:
        if self.part is None:
            return True
        agents, queues = self.part
        return not (agents.isdisjoint(about.agents) and queues.isdisjoint(about.queues))
