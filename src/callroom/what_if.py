"""Staffing questions (X-08) and their answers.

An answer is seconds of reckoning. ``aside`` has it done in a process of its own, ``python -m callroom.what_if``, which
reads one question from its input and runs behind everything else, so that calls do not wait for plans.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from statistics import fmean, stdev
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from callroom.core.acd.model import QueueSettings, Strategy
from callroom.core.acd.simulation import Chance, Load, Result, agents_needed, replications
from callroom.core.acd.what_if import HALF_HOUR, Goal, WhatIf
from callroom.core.ids import QueueId
from callroom.core.journeys.facts import SHORT_ABANDON
from callroom.errors import NotFound, TooMuchToReckon
from callroom.store.database import open_database, reading
from callroom.store.history import Attendance, Day, day_of, visits_on
from callroom.store.tables import Queue

MOST_VISITS = 10_000  # of a day that is played again
MOST_STAFF = 500  # agents at once in a staffing that is asked about
LONGEST = 120.0  # seconds of reckoning
MOST_ERLANGS = 200.0  # of a load: more than one machine carries
TIMES, CALLS = 10, 2_000  # plays of a load for each number of agents, and calls in each, or more:
CALLS_AN_ERLANG = 10
T_95 = 2.262  # Student's t, 9 degrees of freedom, two-sided
AROUND = 2  # so many agents fewer and more are told beside the number needed


class LoadQuestion(msgspec.Struct, tag="load"):
    """How many agents a steady load needs. ``handling``, ``patience``, ``within``, ``short``: seconds; ``goal``:
    per cent.

    The load is not ``too_heavy``.
    """

    calls_per_hour: float
    handling: float
    patience: float | None
    goal: float
    within: float
    strategy: Strategy = Strategy.ROTATE_WITH_MEMORY
    seed: int = 1
    short: float = SHORT_ABANDON

    def load(self, agents: int) -> Load:
        return Load(self.calls_per_hour / 3600, agents, self.handling, self.patience, self.strategy)

    @property
    def too_heavy(self) -> bool:
        return self.load(1).erlangs > MOST_ERLANGS

    @property
    def calls(self) -> int:
        """To be played."""
        return max(CALLS, round(CALLS_AN_ERLANG * self.load(1).erlangs))


class DayQuestion(msgspec.Struct, tag="day"):
    """How many agents the calls of a queue's day needed, and what ``staff`` would have made of it: one number for all
    half hours, or one for each of the day's; None: those who were there. ``zone``: the site's."""

    queue: str
    day: date
    zone: str
    goal: float
    within: float
    now: datetime
    staff: list[int] | None = None
    seed: int = 1
    short: float = SHORT_ABANDON  # seconds


@dataclass(frozen=True, slots=True)
class Expected:
    """Shares from 0 to 1 and the mean wait in seconds, of all calls; ``occupancy`` None: nobody was there."""

    service_level: float
    abandoned: float
    mean_wait: float
    occupancy: float | None


@dataclass(frozen=True, slots=True)
class Staffed:
    """``margin``: the true service level lies within so much of the one told, with 95 % confidence."""

    agents: int
    margin: float
    expected: Expected


@dataclass(frozen=True, slots=True)
class LoadAnswer:
    needed: int
    staffed: list[Staffed]
    kind: Literal["load"] = "load"


@dataclass(frozen=True, slots=True)
class HalfHour:
    """``number`` counts from 0 at midnight. ``present``: agents who were there, in the mean. ``reachable`` False: no
    number of agents reaches the goal, phones rang too long. What would be is None where nobody called."""

    number: int
    at: datetime
    calls: int
    present: float
    staff: int
    needed: int
    reachable: bool
    was: Expected | None
    with_staff: Expected | None
    with_needed: Expected | None


@dataclass(slots=True)
class DayAnswer:
    """``half_hours``: from the first to the last in which somebody called or was there; none when no answered call
    tells how long calls take. ``handling``: its mean in seconds."""

    calls: int
    answered: int
    abandoned: int
    handling: float
    half_hours: list[HalfHour]
    was: Expected | None = None
    with_staff: Expected | None = None
    with_needed: Expected | None = None
    kind: Literal["day"] = "day"


Question = LoadQuestion | DayQuestion
Answer = LoadAnswer | DayAnswer


def bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """When a local day begins, and when the next one does (UTC)."""
    here = ZoneInfo(zone)
    begin, end = (datetime.combine(each, time(), here).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    return begin, end


# ---------------------------------------------------------------- a load


def plan(question: LoadQuestion) -> LoadAnswer:
    def chance(number: int) -> Chance:
        return _random(question.seed, number)

    def played(agents: int) -> list[Result]:
        load = question.load(agents)
        return replications(
            load, times=TIMES, calls=question.calls, chance=chance, within=question.within, short=question.short
        )

    needed, tried = agents_needed(
        question.load(1),
        question.goal / 100,
        times=TIMES,
        calls=question.calls,
        chance=chance,
        within=question.within,
        short=question.short,
    )
    around = range(max(1, needed - AROUND), needed + AROUND + 1)
    return LoadAnswer(needed, [_staffed(question.load(n), tried.get(n) or played(n)) for n in around])


def _staffed(load: Load, results: Sequence[Result]) -> Staffed:
    levels = [result.service_level for result in results]
    abandoned = fmean(result.share_abandoned for result in results)
    wait = fmean(result.mean_wait for result in results)
    expected = Expected(fmean(levels), abandoned, wait, load.occupancy(abandoned))
    return Staffed(load.agents, T_95 * stdev(levels) / TIMES**0.5, expected)


# ---------------------------------------------------------------- a day


async def replay(database: str, question: DayQuestion) -> DayAnswer:
    """Play a day again. Raises ``NotFound`` (there is no such queue), ``TooMuchToReckon``."""
    begin, end = bounds(question.day, question.zone)
    engine = open_database(database)
    try:
        async with reading(engine) as session:
            queue = await session.get(Queue, question.queue)
            if queue is None:
                raise NotFound("queue", question.queue)
            if await visits_on(session, queue.id, begin, end) > MOST_VISITS:
                raise TooMuchToReckon(MOST_VISITS)
            day = await day_of(
                session, queue.id, begin, end, now=question.now, within=question.within, short=question.short
            )
    finally:
        await engine.dispose()
    settings = QueueSettings(
        QueueId(queue.id),
        Strategy(queue.strategy),
        max_wait=queue.max_wait,
        max_length=queue.max_length,
        waits_without_agents=queue.no_agent == "wait",
    )
    return _again(question, day, settings, begin)


def _again(question: DayQuestion, day: Day, settings: QueueSettings, begin: datetime) -> DayAnswer:
    history = day.history
    calls, handled = len(history.arrivals), [each.handling for each in history.answered]
    told = sum(day.was, Result())
    answer = DayAnswer(calls, told.answered, told.abandoned, fmean(handled) if handled else 0.0, [])
    if not handled:
        return answer
    goal = Goal(question.goal / 100, question.within, question.short)
    what_if = WhatIf(history, settings, goal, lambda number: _random(question.seed, number))
    needed, reachable = what_if.needed()
    staff = _staff(question.staff, day.attendance)
    plans = [(count, what_if.expected(count)) for count in (staff, needed)]
    seen = [k for k, each in enumerate(day.attendance) if each.agents > 0 or history.callers_in(k)]
    for k in range(seen[0], seen[-1] + 1):
        was = _expected(day.was[k], day.attendance[k].busy, day.attendance[k].agents)
        would = [_expected(results[k], results[k].busy / what_if.plays, count[k]) for count, results in plans]
        answer.half_hours.append(
            HalfHour(
                k, begin + timedelta(seconds=k * HALF_HOUR), len(history.callers_in(k)), day.attendance[k].agents,
                staff[k], needed[k], reachable[k], was, *would,
            )
        )  # fmt: skip
    present = [each.agents for each in day.attendance]
    answer.was = _expected(told, sum(each.busy for each in day.attendance), sum(present))
    answer.with_staff, answer.with_needed = (
        _expected(whole, whole.busy / what_if.plays, sum(count))
        for count, results in plans
        for whole in [sum(results, Result())]
    )
    return answer


def _staff(asked: list[int] | None, attendance: Sequence[Attendance]) -> list[int]:
    """Agents in each half hour. Of those who were there, who came or went in the middle counts for a half or more."""
    if asked is None:
        return [max(round(each.agents), int(each.agents > 0)) for each in attendance]
    if len(asked) == 1:
        return asked * len(attendance)
    return [*asked, *[0] * len(attendance)][: len(attendance)]


def _expected(result: Result, busy: float, half_hours: float) -> Expected | None:
    """``busy``: seconds; ``half_hours``: those that agents were there, all together."""
    if not result.offered:
        return None
    there = half_hours * HALF_HOUR
    occupancy = min(1.0, busy / there) if there else None
    return Expected(result.service_level, result.share_abandoned, result.mean_wait, occupancy)


def _random(seed: int, number: int) -> Chance:
    return Random(f"{seed}/{number}").random  # noqa: S311  # callers in a play, no secret


# ---------------------------------------------------------------- beside the server


class _Asked(msgspec.Struct):
    database: str
    question: Question


class _Told(msgspec.Struct):
    """None of both: the day has more calls than are played."""

    load: LoadAnswer | None = None
    day: DayAnswer | None = None


async def aside(database: str, question: Question) -> Answer:
    """Have a question answered by a process beside this one. Raises ``TooMuchToReckon`` for a day with too many calls
    and when it takes too long."""
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "callroom.what_if"], stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(LONGEST):
            told, _ = await process.communicate(msgspec.json.encode(_Asked(database, question)))
    except TimeoutError:
        raise TooMuchToReckon(MOST_VISITS) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise RuntimeError(f"a staffing question was not answered: code {process.returncode}")
    answer = msgspec.json.decode(told, type=_Told)
    if found := answer.load or answer.day:
        return found
    raise TooMuchToReckon(MOST_VISITS)


def main() -> None:
    os.nice(10)
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=_Asked)
    try:
        match asked.question:
            case LoadQuestion() as question:
                told = _Told(load=plan(question))
            case DayQuestion() as question:
                told = _Told(day=asyncio.run(replay(asked.database, question)))
    except TooMuchToReckon:
        told = _Told()
    sys.stdout.buffer.write(msgspec.json.encode(told))


if __name__ == "__main__":
    main()
