"""A queue played through in virtual time by the distributor itself (X-08): what so many agents would make of a load.

Arrivals are a Poisson stream; handling times and patience are exponential. That makes the results comparable with the
Erlang C and Erlang A formulas (A. K. Erlang 1917, C. Palm 1957), which assume the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count
from math import log

from callroom.core.acd import model as m
from callroom.core.acd.distributor import Distributor
from callroom.core.ids import AgentId, JourneyId, QueueId

QUEUE = QueueId("simulated")


@dataclass(frozen=True, slots=True)
class Load:
    """``arrivals``: calls a second; ``handling``: mean seconds of a call with its wrap-up; ``patience``: mean seconds
    until a waiting caller hangs up, None: never."""

    arrivals: float
    agents: int
    handling: float
    patience: float | None = None
    strategy: m.Strategy = m.Strategy.ROTATE_WITH_MEMORY


@dataclass(slots=True)
class Result:
    """``waited``: callers who did not get an agent at once; ``wait``: seconds, of all callers together."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    waited: int = 0
    wait: float = 0.0
    in_time: int = 0  # answered within the goal's seconds

    @property
    def share_waited(self) -> float:
        return self.waited / self.offered if self.offered else 0.0

    @property
    def share_abandoned(self) -> float:
        return self.abandoned / self.offered if self.offered else 0.0

    @property
    def mean_wait(self) -> float:
        return self.wait / self.offered if self.offered else 0.0

    @property
    def service_level(self) -> float:
        """Answered in time, of answered and abandoned."""
        return self.in_time / self.offered if self.offered else 1.0


def simulate(load: Load, *, calls: int, chance: Callable[[], float], warm_up: int = 0, within: float = 20.0) -> Result:
    """Play ``warm_up`` calls that are not counted, then ``calls``; ``chance`` gives numbers from 0 to below 1."""
    acd = Distributor([m.QueueSettings(QUEUE, load.strategy, wrap_up=0.0, max_wait=None)], chance)
    for number in range(load.agents):
        acd.handle(m.AgentSignedIn(AgentId(f"a{number:04}"), frozenset({QUEUE})), 0.0)
    order = count()
    coming: list[tuple[float, int, m.AcdEvent]] = []
    arrived: dict[JourneyId, int] = {}  # who waits, and his number
    result = Result()

    def after(mean: float) -> float:
        return -mean * log(1.0 - chance())

    def plan(at: float, event: m.AcdEvent) -> None:
        heappush(coming, (at, next(order), event))

    def take(event: m.AcdEvent, now: float) -> None:
        events = [event]
        while events:
            for command in acd.handle(events.pop(), now):
                match command:
                    case m.RingAgent(offer=offer):
                        events.append(m.OfferAnswered(offer))
                    case m.ConnectCaller(journey=journey, agent=agent, visit=visit):
                        number = arrived.pop(journey)
                        plan(now + after(load.handling), m.TalkEnded(agent, journey))
                        if number >= warm_up:
                            result.answered += 1
                            result.in_time += visit.wait <= within
                            book(visit.wait)
                    case m.CallerAbandoned(journey=journey, visit=visit):
                        number = arrived.pop(journey)
                        if number >= warm_up:
                            result.abandoned += 1
                            book(visit.wait)
                    case _:
                        pass

    def book(wait: float) -> None:
        result.offered += 1
        result.waited += wait > 0
        result.wait += wait

    now = 0.0
    for number in range(warm_up + calls):
        arrival = now + after(1.0 / load.arrivals)
        while coming and coming[0][0] <= arrival:
            at, _, event = heappop(coming)
            take(event, at)
        now = arrival
        journey = JourneyId(str(number))
        arrived[journey] = number
        take(m.CallerJoined(journey, QUEUE), now)
        if load.patience is not None and journey in arrived:
            plan(now + after(load.patience), m.CallerLeft(journey))
    while coming and arrived:  # those who still wait
        at, _, event = heappop(coming)
        take(event, at)
    return result


def replications(
    load: Load, *, times: int, calls: int, chance: Callable[[int], Callable[[], float]], within: float = 20.0
) -> list[Result]:
    """Play the same load several times with other callers: ``chance(k)`` begins the k-th row of numbers.

    One long play is no better: a busy hour leaves its mark on all that follow, so that its mean may be far off.
    """
    return [
        simulate(load, calls=calls, chance=chance(number), warm_up=calls // 5, within=within) for number in range(times)
    ]


def agents_needed(
    load: Load,
    goal: float,
    *,
    times: int,
    calls: int,
    chance: Callable[[int], Callable[[], float]],
    within: float = 20.0,
) -> tuple[int, list[Result]]:
    """The fewest agents with whom the mean service level reaches ``goal``, and what they make of the load."""
    agents = max(1, int(load.arrivals * load.handling * (0.8 if load.patience else 1.0)))
    while True:
        tried = replace(load, agents=agents)
        results = replications(tried, times=times, calls=calls, chance=chance, within=within)
        if sum(result.service_level for result in results) >= goal * times:
            return agents, results
        agents += 1
