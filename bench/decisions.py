"""P-4: what one decision of the distributor takes, with many agents, queues and callers; and how that grows."""

import random
import statistics
import time
from math import log

from bench.figure import Figure
from callroom.core.acd import model as m
from callroom.core.acd.distributor import Distributor
from callroom.core.ids import AgentId, JourneyId, QueueId

SIZES = ((125, 50, 250), (250, 50, 500), (500, 50, 1000), (1000, 50, 2000))  # agents, queues, callers who wait
MEASURED = SIZES[2]
EACH = 5  # queues an agent serves
ROUNDS = 3000  # calls answered and replaced


def _times(agents: int, queues: int, waiting: int) -> list[float]:
    """Milliseconds of each decision while calls end, the longest waiting are offered and answered, and others come."""
    chance = random.Random(4)
    names = [QueueId(f"q{number}") for number in range(queues)]
    people = [AgentId(f"a{number}") for number in range(agents)]
    serves = {agent: frozenset(chance.sample(names, EACH)) for agent in people}
    strategies = list(m.Strategy)
    acd = Distributor(
        [
            m.QueueSettings(
                name,
                strategies[place % len(strategies)],
                wrap_up=0.0,
                weight=place % 3,
                members=tuple(agent for agent in people if name in serves[agent]),
            )
            for place, name in enumerate(names)
        ],
        chance=chance.random,
    )
    now, number, took = 0.0, 0, list[float]()
    talking: list[tuple[AgentId, JourneyId]] = []

    def take(event: m.AcdEvent) -> None:
        """Let it decide, and have every agent who is rung answer at once."""
        events = [event]
        while events:
            begun = time.perf_counter()
            commands = acd.handle(events.pop(), now)
            acd.next_timer()
            took.append((time.perf_counter() - begun) * 1000)
            offers = {command.journey: command for command in commands if isinstance(command, m.RingAgent)}
            for command in commands:
                if isinstance(command, m.ConnectCaller):
                    talking.append((command.agent, command.journey))
            events += [m.OfferAnswered(offer.offer) for offer in offers.values()]

    def arrive() -> None:
        nonlocal number
        number += 1
        take(m.CallerJoined(JourneyId(f"j{number}"), chance.choice(names), priority=chance.randrange(3)))

    for agent in people:
        take(m.AgentSignedIn(agent, serves[agent]))
    for _ in range(agents + waiting):
        arrive()
    took.clear()
    for _ in range(ROUNDS):
        now += 0.05
        agent, journey = talking.pop(chance.randrange(len(talking)))
        take(m.TalkEnded(agent, journey))
        arrive()
    return took


async def decisions() -> list[Figure]:
    p99: dict[str, float] = {}
    means: list[float] = []
    for size in SIZES:
        took = _times(*size)
        p99["/".join(map(str, size))] = round(statistics.quantiles(took, n=100)[-1], 3)
        means.append(statistics.fmean(took))
    first, last = SIZES[0][2], SIZES[-1][2]
    detail = {
        "p99_by_agents_queues_waiting": p99,
        "mean_ms": [round(mean, 4) for mean in means],
        "growth": round(means[-1] / means[0], 2),
        "n_log_n_growth": round(last * log(last) / (first * log(first)), 2),
        "decisions_each": len(took),
    }
    return [Figure("P-4", p99["/".join(map(str, MEASURED))], "ms", "<= 1.0", detail)]
