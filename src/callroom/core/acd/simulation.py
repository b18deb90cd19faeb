"""A queue played through in virtual time by the distributor itself (X-08): what so many agents would make of a load.

Every agent who is rung answers. A ``Load`` has Poisson arrivals, exponential handling times and patience: that makes
the results comparable with the Erlang C and Erlang A formulas (A. K. Erlang 1917, C. Palm 1957), which assume the same.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count
from math import inf, log

from callroom.core.acd import model as m
from callroom.core.acd.distributor import Distributor
from callroom.core.ids import AgentId, JourneyId, QueueId
from callroom.core.journeys.facts import SHORT_ABANDON

QUEUE = QueueId("simulated")
MOST_AGENTS = 1000
FILLS = 4  # calls for each Erlang of a load that come before the number of those who talk is what it stays

Chance = Callable[[], float]  # numbers from 0 to below 1


@dataclass(frozen=True, slots=True)
class Caller:
    """One who will call: seconds. ``ring``: how long a phone rings for him before it is answered."""

    at: float
    handling: float  # talk, hold and wrap-up
    patience: float = inf
    ring: float = 0.0


@dataclass(slots=True)
class Result:
    """``waited``: callers who did not get an agent at once; ``wait``: seconds, of all callers together; ``busy``:
    seconds that all agents together were rung, talked and wrapped up."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    flowed_out: int = 0
    short: int = 0  # of the abandoned, those who gave up at once
    waited: int = 0
    wait: float = 0.0
    in_time: int = 0  # answered within the goal's seconds
    busy: float = 0.0

    def __add__(self, other: "Result") -> "Result":
        return Result(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def counted(self) -> int:
        """Those whom the service level is of: all but who gave up at once. A flow-out was not answered in time."""
        return self.offered - self.short

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
        return self.in_time / self.counted if self.counted else 1.0


@dataclass(slots=True)
class _Play:
    """One play in progress; ``staff``: agents in each period of ``each`` seconds, the last one's to the end."""

    acd: Distributor
    staff: Sequence[int]
    each: float
    within: float
    short: float
    results: list[Result]
    order: "count[int]" = field(default_factory=count)
    coming: list[tuple[float, int, tuple[m.AcdEvent, ...]]] = field(
        default_factory=list[tuple[float, int, tuple[m.AcdEvent, ...]]]
    )
    here: dict[JourneyId, tuple[Caller, bool]] = field(default_factory=dict[JourneyId, tuple[Caller, bool]])

    def period(self, at: float) -> int:
        return min(int(at // self.each), len(self.staff) - 1)

    def plan(self, at: float, *events: m.AcdEvent) -> None:
        heappush(self.coming, (at, next(self.order), events))

    def shifts(self) -> None:
        """Plan who comes and goes where the number of agents changes."""
        before = 0
        for period, agents in enumerate(self.staff):
            come = [m.AgentSignedIn(_agent(k), frozenset({QUEUE})) for k in range(before, agents)]
            go = [m.PresenceChosen(_agent(k), m.SignedOut()) for k in range(agents, before)]
            if come or go:
                self.plan(period * self.each if period else 0.0, *come, *go)
            before = agents

    def until(self, end: float) -> None:
        """Let everything happen that comes up to ``end``."""
        while True:
            timer = self.acd.next_timer()
            at = min(self.coming[0][0] if self.coming else inf, inf if timer is None else timer)
            if at > end or at == inf:
                return
            if self.coming and self.coming[0][0] == at:
                for event in heappop(self.coming)[2]:
                    self.take(event, at)
            else:
                self.carry_out(self.acd.tick(at), at)

    def take(self, event: m.AcdEvent, now: float) -> None:
        self.carry_out(self.acd.handle(event, now), now)

    def carry_out(self, commands: list[m.AcdCommand], now: float) -> None:
        for command in commands:
            match command:
                case m.RingAgent(offer=offer, journey=journey):
                    self.plan(now + self.here[journey][0].ring, m.OfferAnswered(offer))
                case m.ConnectCaller(journey=journey, agent=agent, visit=visit):
                    caller, counted = self.here.pop(journey)
                    end = now + caller.handling
                    self.plan(end, m.TalkEnded(agent, journey))
                    if counted:
                        result = self.book(caller, visit.wait)
                        result.answered += 1
                        result.in_time += visit.wait <= self.within
                        self.work(max(caller.at, now - caller.ring), end)
                case m.CallerAbandoned(journey=journey, visit=visit):
                    self.lost(journey, visit.wait)
                case m.FlowOut(journey=journey, visit=visit):
                    caller, counted = self.here.pop(journey)
                    if counted:
                        self.book(caller, visit.wait).flowed_out += 1
                case _:
                    pass

    def lost(self, journey: JourneyId, wait: float) -> None:
        caller, counted = self.here.pop(journey)
        if counted:
            result = self.book(caller, wait)
            result.abandoned += 1
            result.short += wait < self.short

    def book(self, caller: Caller, wait: float) -> Result:
        """The result of the period in which he called."""
        result = self.results[self.period(caller.at)]
        result.offered += 1
        result.waited += wait > 0
        result.wait += wait
        return result

    def work(self, begin: float, end: float) -> None:
        """Book an agent's time on the periods it lies in."""
        last = len(self.staff) - 1
        for period in range(self.period(begin), last + 1):
            until = inf if period == last and self.each == inf else (period + 1) * self.each
            self.results[period].busy += max(0.0, min(end, until) - begin)
            begin = max(begin, until)
            if end <= until:
                return


def play(
    callers: Iterable[Caller],
    staff: Sequence[int],
    *,
    settings: m.QueueSettings,
    chance: Chance,
    each: float = inf,
    within: float = 20.0,
    short: float = SHORT_ABANDON,
    warm_up: int = 0,
) -> list[Result]:
    """Play callers, in the order of their coming, with ``staff[k]`` agents in the k-th period of ``each`` seconds.

    One result a period, of the callers who came in it; the first ``warm_up`` are not counted, and who gives up in
    fewer than ``short`` seconds as a short abandon. Who waits at the end,
    when nobody will come any more, gave up.
    """
    # An offer's time is up only by an answer, and wrap-up is a part of handling.
    queue = replace(settings, id=QUEUE, ring_timeout=inf, wrap_up=0.0, members=())
    acd = Distributor([queue], chance)
    going = _Play(acd, staff, each, within, short, [Result() for _ in staff])
    going.shifts()
    now = 0.0
    for number, caller in enumerate(callers):
        going.until(caller.at)
        now = caller.at
        journey = JourneyId(str(number))
        going.here[journey] = caller, number >= warm_up
        going.take(m.CallerJoined(journey, QUEUE), now)
        if caller.patience < inf and journey in going.here:
            going.plan(now + caller.patience, m.CallerLeft(journey))
    going.until(inf)
    for journey in list(going.here):
        going.lost(journey, max(0.0, len(staff) * each - going.here[journey][0].at) if each < inf else 0.0)
    return going.results


def _agent(number: int) -> AgentId:
    return AgentId(f"a{number:04}")


# ---------------------------------------------------------------- a load as Erlang assumed it


@dataclass(frozen=True, slots=True)
class Load:
    """``arrivals``: calls a second; ``handling``: mean seconds of a call with its wrap-up; ``patience``: mean seconds
    until a waiting caller hangs up, None: never."""

    arrivals: float
    agents: int
    handling: float
    patience: float | None = None
    strategy: m.Strategy = m.Strategy.ROTATE_WITH_MEMORY

    def callers(self, number: int, chance: Chance) -> Iterable[Caller]:
        now = 0.0
        for _ in range(number):
            now += _after(1.0 / self.arrivals, chance)
            handling = _after(self.handling, chance)
            yield Caller(now, handling, inf if self.patience is None else _after(self.patience, chance))

    @property
    def erlangs(self) -> float:
        return self.arrivals * self.handling

    def occupancy(self, abandoned: float) -> float:
        """The share of their time that agents are busy, when this share of the callers gives up."""
        return min(1.0, self.erlangs * (1 - abandoned) / self.agents)


def _after(mean: float, chance: Chance) -> float:
    return -mean * log(1.0 - chance())


def simulate(
    load: Load,
    *,
    calls: int,
    chance: Chance,
    warm_up: int = 0,
    within: float = 20.0,
    short: float = SHORT_ABANDON,
) -> Result:
    """Play ``warm_up`` calls that are not counted, then ``calls``."""
    callers = load.callers(warm_up + calls, chance)
    settings = m.QueueSettings(QUEUE, load.strategy, max_wait=None)
    [result] = play(
        callers, [load.agents], settings=settings, chance=chance, within=within, short=short, warm_up=warm_up
    )
    return result


def replications(
    load: Load,
    *,
    times: int,
    calls: int,
    chance: Callable[[int], Chance],
    within: float = 20.0,
    short: float = SHORT_ABANDON,
) -> list[Result]:
    """Play the same load several times with other callers: ``chance(k)`` begins the k-th row of numbers.

    One long play is no better: a busy hour leaves its mark on all that follow, so that its mean may be far off.
    """
    warm_up = max(calls // 5, round(FILLS * load.erlangs))
    return [
        simulate(load, calls=calls, chance=chance(number), warm_up=warm_up, within=within, short=short)
        for number in range(times)
    ]


def agents_needed(
    load: Load,
    goal: float,
    *,
    times: int,
    calls: int,
    chance: Callable[[int], Chance],
    within: float = 20.0,
    short: float = SHORT_ABANDON,
) -> tuple[int, dict[int, list[Result]]]:
    """The fewest agents with whom the mean service level reaches ``goal``, and what each number that was tried on the
    way makes of the load."""
    tried: dict[int, list[Result]] = {}

    def reached(agents: int) -> bool:
        if agents not in tried:
            one = replace(load, agents=agents)
            tried[agents] = replications(one, times=times, calls=calls, chance=chance, within=within, short=short)
        return sum(result.service_level for result in tried[agents]) >= goal * times

    return fewest(reached, guess=max(1, int(load.erlangs))), tried


def fewest(reached: Callable[[int], bool], *, guess: int, most: int = MOST_AGENTS) -> int:
    """The fewest agents (1 to ``most``) with whom a goal is reached, as it is with any more; ``most`` is taken to
    reach it. It is asked of numbers around the guess, then of ever farther ones."""
    low, high, step = 1, min(guess, most), 1
    if high == most or reached(high):
        while high > 1 and reached(max(1, high - step)):
            high, step = max(1, high - step), step * 2
        low = max(1, high - step + 1)
    else:
        while high < most and not reached(high):
            low, high, step = high + 1, min(most, high + step), step * 2
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle + 1, high)
    return high
