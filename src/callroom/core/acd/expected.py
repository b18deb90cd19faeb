"""How long a caller may still have to wait: from who waits before him, who serves, and what calls took lately."""

from math import ceil

from callroom.core.ids import AgentId, QueueId

WEIGHT = 0.1  # of the newest call: about the last twenty count


class HandlingTimes:
    """Per queue the mean seconds an agent has for a call, talk and wrap-up, as an exponential average."""

    def __init__(self) -> None:
        self._means: dict[QueueId, float] = {}
        self._counts: dict[QueueId, int] = {}
        self._began: dict[AgentId, tuple[QueueId, float]] = {}

    def began(self, agent: AgentId, queue: QueueId, now: float) -> None:
        """An agent answered a caller of this queue."""
        self._began[agent] = queue, now

    def over(self, agent: AgentId, now: float) -> None:
        """The agent is done with it, wrap-up included; nothing when he had none."""
        if (begun := self._began.pop(agent, None)) is None:
            return
        queue, since = begun
        count = self._counts[queue] = self._counts.get(queue, 0) + 1
        before = self._means.get(queue, 0.0)
        # A plain mean of the first ones, lest the very first weigh for long.
        self._means[queue] = before + max(WEIGHT, 1 / count) * (now - since - before)

    def mean(self, queue: QueueId) -> float | None:
        """None before any call is over."""
        return self._means.get(queue)


def expected_wait(ahead: int, agents: float, handling: float) -> float:
    """Seconds until an agent is free for somebody with ``ahead`` callers before him, when all agents are busy.

    One of n busy agents is done every ``handling`` / n seconds, and ``ahead`` + 1 have to be done (the mean wait of
    Erlang C's M/M/n for who finds so many before him). ``agents`` above 0 may be a part of one who serves others too.
    """
    return (ahead + 1) * handling / agents


def minutes(seconds: float) -> int:
    """As it is spoken: begun minutes, at least one."""
    return max(1, ceil(seconds / 60))
