"""A day of a queue's history, played again with other numbers of agents (X-08).

The callers come at the moments they came. What else they bring is drawn from what the day showed:

- handling (talk, hold and wrap-up) and the time a phone rang, together, from those of the answered calls;
- patience by the estimate of Kaplan and Meier (1958): who was answered, or flowed out, would have waited longer than
  he did, one does not know how long. Beyond the waits that only a few callers had, which say little, patience is
  exponential, with the mean that the whole day's waits speak for (all seconds waited, for each who gave up). If nobody
  gave up, nobody will.

So a play is a draw; several are played, always with the same numbers of chance for each number of agents.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, inf, log
from operator import itemgetter

from callroom.core.acd.model import QueueSettings
from callroom.core.acd.simulation import Caller, Chance, Result, fewest, play
from callroom.core.journeys.facts import SHORT_ABANDON

HALF_HOUR = 1800.0
MOST_PLAYS, FEWEST_PLAYS = 30, 2
CALLS_PLAYED = 15_000  # about so many in all plays of one number of agents: a second of reckoning
FEW = 30  # callers who waited so long; of fewer, no share who gave up is told
ROUNDS = 20  # at most, in which half hours that still miss the goal get one more agent


@dataclass(frozen=True, slots=True)
class Answered:
    """One answered call: seconds of talk, hold and wrap-up, and that a phone rang."""

    handling: float
    ring: float


@dataclass(frozen=True, slots=True)
class History:
    """One local day of a queue, in seconds. ``arrivals``: since the day began, in order; ``waits``: how long each
    caller waited, and whether he gave up; ``length``: of the day, which is not always 24 hours."""

    length: float
    arrivals: tuple[float, ...]
    answered: tuple[Answered, ...]
    waits: tuple[tuple[float, bool], ...]

    @property
    def half_hours(self) -> int:
        return ceil(self.length / HALF_HOUR)

    def callers_in(self, half_hour: int) -> tuple[float, ...]:
        first, last = (bisect_left(self.arrivals, k * HALF_HOUR) for k in (half_hour, half_hour + 1))
        return self.arrivals[first:last]


class Patience:
    """How long callers wait before they give up."""

    def __init__(self, waits: Sequence[tuple[float, bool]]) -> None:
        self._steps: list[tuple[float, float]] = []  # seconds, and the share of callers who gave up until then
        self._known = 0.0  # seconds up to which the steps tell
        left, stay = len(waits), 1.0
        for at, those in groupby(sorted(waits), key=itemgetter(0)):
            if left < FEW:
                break
            gave_up = [each for _, each in those]
            if lost := sum(gave_up):
                stay *= 1 - lost / left
                self._steps.append((at, 1 - stay))
            self._known = at
            left -= len(gave_up)
        given_up = sum(gave_up for _, gave_up in waits)
        self._rest = sum(wait for wait, _ in waits) / given_up if given_up else inf

    def draw(self, chance: Chance) -> float:
        share = chance()
        place = bisect_left(self._steps, share, key=itemgetter(1))
        if place < len(self._steps):
            return self._steps[place][0]
        return inf if self._rest == inf else self._known - self._rest * log(1.0 - chance())


@dataclass(frozen=True, slots=True)
class Goal:
    """``share`` (0 to 1) of the callers answered within ``seconds``; who gives up in fewer than ``short`` does not
    count."""

    share: float
    seconds: float
    short: float = SHORT_ABANDON


class WhatIf:
    """Questions about one day. ``chance(k)`` begins the k-th row of numbers."""

    def __init__(
        self,
        history: History,
        settings: QueueSettings,
        goal: Goal,
        chance: Callable[[int], Chance],
        *,
        calls_played: int = CALLS_PLAYED,
    ) -> None:
        """``history`` has at least one answered call."""
        self._day, self._settings, self._goal, self._chance = history, settings, goal, chance
        self._patience = Patience(history.waits)
        self._load = sum(each.handling + each.ring for each in history.answered) / len(history.answered)
        self.plays = max(FEWEST_PLAYS, min(MOST_PLAYS, calls_played // max(1, len(history.arrivals))))

    def expected(self, staff: Sequence[int]) -> list[Result]:
        """What the day would be with ``staff[k]`` agents in the k-th half hour: all plays together."""
        return self._played(self._day.arrivals, staff, HALF_HOUR)

    def needed(self) -> tuple[list[int], list[bool]]:
        """The fewest agents for the goal in each half hour, and whether the goal can be reached there by any number.

        Where it cannot, because phones ring too long, as many as come nearest to it. First each half hour by itself,
        as if one just like it came before; then, as one leaves callers to the next, the whole day: a half hour that
        still misses its goal gets one more, as long as that helps it. (After a quiet one it might do with one less.)
        """
        goals = [min(self._goal.share, self._best(self._day.callers_in(k))) for k in range(self._day.half_hours)]
        staff = [self._alone(k, goal) for k, goal in enumerate(goals)]
        levels: dict[int, float] = {}  # of those that got one more, before they did
        helpless: set[int] = set()
        for _ in range(ROUNDS):
            day = self.expected(staff)
            for half_hour, before in levels.items():
                if day[half_hour].service_level <= before:
                    staff[half_hour] -= 1
                    helpless.add(half_hour)
            levels = {
                k: result.service_level
                for k, result in enumerate(day)
                if result.offered and result.service_level < goals[k] and k not in helpless
            }
            if not levels:
                break
            for half_hour in levels:
                staff[half_hour] += 1
        return staff, [goal == self._goal.share for goal in goals]

    def _best(self, arrivals: Sequence[float]) -> float:
        """The service level if there was always an agent free."""
        total = Result()
        for number in range(self.plays):
            chance = self._chance(number)
            for caller in [self._caller(at, chance) for at in (*arrivals, *arrivals)][len(arrivals) :]:
                stays = caller.ring <= caller.patience
                total.offered += 1
                total.in_time += stays and caller.ring <= self._goal.seconds
                total.short += not stays and caller.patience < self._goal.short
        return total.service_level

    def _alone(self, half_hour: int, goal: float) -> int:
        begin = half_hour * HALF_HOUR
        once = [at - begin for at in self._day.callers_in(half_hour)]
        if not once:  # somebody is still there for those who called last
            return int(half_hour > 0 and len(self._day.callers_in(half_hour - 1)) > 0)
        twice = [*once, *(at + HALF_HOUR for at in once)]

        def reached(agents: int) -> bool:
            [result] = self._played(twice, [agents], inf, warm_up=len(once))
            return result.service_level >= goal

        return fewest(reached, guess=max(1, round(len(once) * self._load / HALF_HOUR)), most=len(twice))

    def _played(self, arrivals: Sequence[float], staff: Sequence[int], each: float, warm_up: int = 0) -> list[Result]:
        total = [Result() for _ in staff]
        for number in range(self.plays):
            chance = self._chance(number)
            callers = [self._caller(at, chance) for at in arrivals]
            results = play(
                callers, staff, settings=self._settings, chance=chance, each=each, within=self._goal.seconds,
                short=self._goal.short, warm_up=warm_up,
            )  # fmt: skip
            total = [one + other for one, other in zip(total, results, strict=True)]
        return total

    def _caller(self, at: float, chance: Chance) -> Caller:
        call = self._day.answered[int(chance() * len(self._day.answered))]
        return Caller(at, call.handling, self._patience.draw(chance), call.ring)
