"""A day played again: what its callers bring is drawn from what the day showed, and the plan holds its goal."""

from collections.abc import Callable
from math import exp, inf, isclose, log
from random import Random
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callroom.core.acd.model import QueueSettings, Strategy
from callroom.core.acd.simulation import QUEUE, Caller, play
from callroom.core.acd.what_if import HALF_HOUR, Answered, Goal, History, Patience, WhatIf

GOAL = Goal(0.8, 20.0)
PATIENT = QueueSettings(QUEUE, Strategy.ROTATE_WITH_MEMORY, max_wait=None)
T_95 = 2.145  # Student's t, 14 degrees of freedom, two-sided


def chance(number: int) -> Callable[[], float]:
    return Random(f"play {number}").random


def history(
    rates: list[int], *, handling: float = 180.0, ring: float = 0.0, waits: list[tuple[float, bool]] | None = None,
    seed: int = 1,
) -> History:  # fmt: skip
    """A day with so many calls in each half hour, at random moments, and exponential handling times."""
    drawn = Random(f"day {seed}")
    arrivals = sorted(k * HALF_HOUR + drawn.random() * HALF_HOUR for k, rate in enumerate(rates) for _ in range(rate))
    answered = tuple(Answered(drawn.expovariate(1 / handling), ring) for _ in arrivals)
    return History(len(rates) * HALF_HOUR, tuple(arrivals), answered, tuple(waits or [(0.0, False)]))


def poisson(drawn: Random, mean: float) -> int:
    count, left = 0, drawn.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + drawn.expovariate(1.0)
    return count


def holds(values: list[float], expected: float) -> None:
    half = T_95 * stdev(values) / len(values) ** 0.5
    assert abs(fmean(values) - expected) <= half, f"{fmean(values):.5f} ± {half:.5f}, expected {expected}"


def test_days_of_a_known_law_hold_erlang_c():
    """15 days of 10 Erlangs, played again with 14 agents (METRICS: P(wait) 0.17413, ASA 7.836 s)."""
    waited: list[float] = []
    wait: list[float] = []
    for seed in range(15):
        drawn = Random(f"rates {seed}")
        day = history([poisson(drawn, 100) for _ in range(30)], seed=seed)
        played = WhatIf(day, PATIENT, GOAL, chance, calls_played=3000).expected([14] * 30)[4:]  # it begins empty
        calls = sum(result.offered for result in played)
        waited.append(sum(result.waited for result in played) / calls)
        wait.append(sum(result.wait for result in played) / calls)
    holds(waited, 0.17413)
    holds(wait, 7.836)


def test_patience_is_found_behind_answers():
    """Three of four callers of a mean patience of 60 s were answered before it ended; it is found all the same."""
    again: list[float] = []
    for seed in range(15):
        drawn = Random(f"patience {seed}")
        waits: list[tuple[float, bool]] = []
        for _ in range(2000):
            patience, answer = drawn.expovariate(1 / 60), drawn.expovariate(1 / 20)
            waits.append((min(patience, answer), patience < answer))
        found = Patience(waits)
        again += [found.draw(drawn.random) for _ in range(1000)]
    assert fmean(again) == pytest.approx(60, rel=0.06)  # of the answers and the others alike: 15
    for seconds in (10, 30, 60):
        stayed = sum(one > seconds for one in again) / len(again)
        assert stayed == pytest.approx(exp(-seconds / 60), abs=0.03)


@given(st.lists(st.floats(0.1, 600), min_size=40, max_size=60), st.floats(0, 0.2))
def test_where_everybody_gave_up_one_of_them_is_drawn(waits: list[float], share: float):
    drawn = Patience([(wait, True) for wait in waits]).draw(lambda: share)
    assert any(isclose(drawn, wait) for wait in waits)


def test_where_nobody_gave_up_nobody_will():
    assert Patience([(30.0, False)] * 9).draw(lambda: 0.0) == inf
    assert Patience([]).draw(lambda: 0.99) == inf


def test_of_a_few_callers_the_days_mean_speaks():
    found = Patience([(10.0, True), (50.0, False)])  # one gave up in 60 s of waiting
    assert found.draw(iter([0.1, 0.5]).__next__) == pytest.approx(60 * log(2))
    found = Patience([*[(10.0, True)] * 40, *[(20.0, False)] * 40])  # 1200 s for forty; none of the others gave up
    assert found.draw(lambda: 0.5) == 10.0
    assert found.draw(iter([0.51, 0.5]).__next__) == pytest.approx(20 + 30 * log(2))


def test_each_half_hour_gets_whom_it_needs():
    """About a call in 10 minutes, a rush, and nobody: the rush reaches into the half hour after it."""
    day = history([3, 3, 60, 60, 3, 0, 0], waits=[(30.0, True), *[(20.0, False)] * 9])
    what_if = WhatIf(day, PATIENT, GOAL, chance)
    needed, reachable = what_if.needed()
    assert all(reachable)
    assert 1 <= needed[0] <= 3 and 6 <= needed[2] <= 11 and needed[5:] == [1, 0]
    levels = [result.service_level for result in what_if.expected(needed) if result.offered]
    assert min(levels) >= GOAL.share
    fewer = [*needed[:2], needed[2] - 2, *needed[3:]]
    assert what_if.expected(fewer)[2].service_level < GOAL.share


def test_a_goal_that_phones_cannot_hold_is_told():
    day = history([20, 20], ring=25.0)
    needed, reachable = WhatIf(day, PATIENT, GOAL, chance).needed()
    assert reachable == [False, False]
    assert all(1 <= agents <= 20 for agents in needed)


def test_an_agents_time_lies_where_he_worked():
    [first, second] = play(
        [Caller(1500.0, 600.0, ring=10.0)], [1, 1], settings=PATIENT, chance=lambda: 0.0, each=HALF_HOUR
    )
    assert (first.busy, second.busy) == (300.0, 310.0)
    assert (first.answered, first.wait, second.offered) == (1, 10.0, 0)


callers = st.builds(
    Caller, st.floats(0, 3 * HALF_HOUR - 1), st.floats(1, 4000), st.one_of(st.just(inf), st.floats(0, 400)),
    st.floats(0, 60),
)  # fmt: skip


@given(
    st.lists(callers, max_size=30),
    st.lists(st.integers(0, 4), min_size=3, max_size=3),
    st.sampled_from(Strategy),
    st.sampled_from([None, 60.0]),
    st.sampled_from([None, 3]),
    st.booleans(),
)
def test_no_caller_is_lost_whoever_comes_and_goes(
    coming: list[Caller], staff: list[int], strategy: Strategy, max_wait: float | None, length: int | None, waits: bool
):
    settings = QueueSettings(
        QUEUE, strategy, max_wait=max_wait, max_length=length, waits_without_agents=waits
    )  # fmt: skip
    coming.sort(key=lambda caller: caller.at)
    results = play(coming, staff, settings=settings, chance=Random(1).random, each=HALF_HOUR)
    for period, result in enumerate(results):
        assert result.offered == sum(int(caller.at // HALF_HOUR) == period for caller in coming)
        assert result.offered == result.answered + result.abandoned + result.flowed_out
        assert result.in_time <= result.answered
        assert result.wait >= 0
