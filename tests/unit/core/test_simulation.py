"""The distributor against the Erlang tables of METRICS: the same code that runs live, in virtual time."""

from random import Random
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callroom.core.acd.model import Strategy
from callroom.core.acd.simulation import Load, Result, agents_needed, fewest, simulate

HANDLING = 180.0
REPLICATIONS = 15
T_95 = 2.145  # Student's t, 14 degrees of freedom, two-sided


def played(load: Load, calls: int = 4000) -> list[Result]:
    chance = Random(22)
    return [simulate(load, calls=calls, chance=chance.random, warm_up=800) for _ in range(REPLICATIONS)]


def holds(values: list[float], expected: float) -> None:
    """AssertionError unless ``expected`` lies within the 95 % confidence interval of the replications' mean."""
    half = T_95 * stdev(values) / REPLICATIONS**0.5
    assert abs(fmean(values) - expected) <= half, f"{fmean(values):.5f} ± {half:.5f}, expected {expected}"


@pytest.mark.parametrize(
    ("erlangs", "agents", "waits", "asa"),
    [(10, 14, 0.17413, 7.836), (20, 24, 0.29807, 13.413), (8, 10, 0.40918, 36.826), (50, 55, 0.38455, 13.844)],
)
def test_erlang_c_holds(erlangs: int, agents: int, waits: float, asa: float):
    results = played(Load(erlangs / HANDLING, agents, HANDLING))
    holds([result.share_waited for result in results], waits)
    holds([result.mean_wait for result in results], asa)


@pytest.mark.parametrize(
    ("erlangs", "agents", "patience", "abandon", "wait"),
    [(10, 14, 300.0, 0.013984, 4.195), (20, 20, 120.0, 0.09771, 11.725)],
)
def test_erlang_a_holds(erlangs: int, agents: int, patience: float, abandon: float, wait: float):
    results = played(Load(erlangs / HANDLING, agents, HANDLING, patience))
    holds([result.share_abandoned for result in results], abandon)
    holds([result.mean_wait for result in results], wait)


@pytest.mark.parametrize("strategy", list(Strategy))
def test_every_strategy_balances(strategy: Strategy):
    result = simulate(Load(10 / 60, 9, 60.0, 60.0, strategy), calls=600, chance=Random(3).random)
    assert result.offered == result.answered + result.abandoned == 600
    assert 0 < result.abandoned < 200


def test_the_fewest_agents_that_reach_the_goal():
    load = Load(20 / HANDLING, 0, HANDLING)
    agents, tried = agents_needed(load, 0.8, times=8, calls=2000, chance=lambda number: Random(number).random)
    assert agents == 24  # Erlang C: 23 give 0.71, 24 give 0.81
    assert fmean(result.service_level for result in tried[24]) >= 0.8 > fmean(r.service_level for r in tried[23])


@given(needed=st.integers(1, 60), guess=st.integers(1, 60), most=st.integers(1, 60))
def test_the_search_finds_the_fewest_wherever_it_begins(needed: int, guess: int, most: int):
    asked: list[int] = []

    def reached(agents: int) -> bool:
        asked.append(agents)
        return agents >= needed

    assert fewest(reached, guess=guess, most=most) == min(needed, most)
    assert all(1 <= agents <= most for agents in asked)
    assert len(set(asked)) <= 14
