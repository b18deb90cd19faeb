"""Whom a queue rings next (SPEC CC-11): the strategies that ring one agent after another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from callroom.core.acd.settings import Strategy
from callroom.core.ids import AgentId, QueueId

Rank = tuple[int, int, int]  # step of the overflow, tier, 0 or 1: not of the preferred team; the lowest is rung first
FIRST: Rank = (0, 0, 0)


@dataclass(slots=True)
class Record:
    """What an agent did in one queue. ``offered`` and ``answered`` count within the day, ``last_answer`` only grows."""

    offered: int = 0
    answered: int = 0
    last_answer: int = 0  # 0: none yet
    answered_at: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent who is free for a queue; ``place``: where he stands in its list of members; ``through``: the further
    queue whose agent he is."""

    agent: AgentId
    place: int
    record: Record
    rank: Rank = FIRST
    through: QueueId | None = None


def score(strategy: Strategy, place: int, record: Record, now: float) -> float | None:
    """What a strategy compares of an agent; ``RingAgent`` says which."""
    match strategy:
        case Strategy.FEWEST_OFFERED:
            return record.offered
        case Strategy.FEWEST_ANSWERED:
            return record.answered
        case Strategy.LINEAR | Strategy.LINEAR_WITH_MEMORY:
            return place + 1
        case Strategy.ROTATE_WITH_MEMORY:
            return None if record.answered_at is None else round(now - record.answered_at, 1)
        case Strategy.RING_ALL | Strategy.RANDOM:
            return None
        case _:
            assert_never(strategy)


def next_agent(strategy: Strategy, free: Sequence[Candidate], *, last: int, chance: Callable[[], float]) -> Candidate:
    """The one to ring of those ``free``, who are in the members' order. Not asked where all are rung together.

    ``last``: the place of who answered last, -1 if nobody did; ``chance`` gives numbers from 0 to below 1.
    """
    match strategy:
        case Strategy.RING_ALL:
            raise ValueError(strategy)
        case Strategy.RANDOM:
            return free[int(chance() * len(free))]
        case Strategy.ROTATE_WITH_MEMORY:
            return min(free, key=lambda one: one.record.last_answer)
        case Strategy.LINEAR:
            return free[0]
        case Strategy.LINEAR_WITH_MEMORY:
            return next((one for one in free if one.place > last), free[0])
        case Strategy.FEWEST_OFFERED:
            return min(free, key=lambda one: (one.record.offered, one.record.last_answer))
        case Strategy.FEWEST_ANSWERED:
            return min(free, key=lambda one: (one.record.answered, one.record.last_answer))
        case _:
            assert_never(strategy)
