"""The expected wait against what callers then really wait: the distributor itself, in virtual time."""

from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callroom.core.acd import model as m
from callroom.core.acd import simulation
from callroom.core.acd.distributor import Distributor
from callroom.core.acd.expected import HandlingTimes, expected_wait, minutes
from callroom.core.acd.simulation import Load, simulate
from callroom.core.ids import AgentId, JourneyId, QueueId

ANA = AgentId("ana")
SALES, HELP = QueueId("sales"), QueueId("help")


def told_and_waited(load: Load, monkeypatch: pytest.MonkeyPatch, calls: int = 4000) -> list[tuple[float, float]]:
    """For each caller who found nobody free: what he would have been told on joining, and what he waited."""
    told: dict[JourneyId, float] = {}
    waited: dict[JourneyId, float] = {}

    class Watched(Distributor):
        def handle(self, event: m.AcdEvent, now: float) -> list[m.AcdCommand]:
            commands = super().handle(event, now)
            free = any(isinstance(command, m.RingAgent) for command in commands)
            if isinstance(event, m.CallerJoined) and not free:
                expected = self.expected_wait(event.journey)
                if expected is not None:
                    told[event.journey] = expected
            for command in commands:
                if isinstance(command, m.ConnectCaller):
                    waited[command.journey] = command.visit.wait
            return commands

    monkeypatch.setattr(simulation, "Distributor", Watched)
    simulate(load, calls=calls, chance=Random(7).random, warm_up=0)
    return [(told[journey], waited[journey]) for journey in told if journey in waited]


@pytest.mark.parametrize(("erlangs", "agents", "handling"), [(10, 11, 180.0), (8, 10, 180.0), (20, 21, 60.0)])
def test_what_callers_are_told_is_what_they_wait_on_the_mean(
    erlangs: int, agents: int, handling: float, monkeypatch: pytest.MonkeyPatch
):
    pairs = told_and_waited(Load(erlangs / handling, agents, handling), monkeypatch)
    assert len(pairs) > 500
    mean_told, mean_waited = fmean(told for told, _ in pairs), fmean(waited for _, waited in pairs)
    assert abs(mean_told - mean_waited) < 0.15 * mean_waited, (mean_told, mean_waited)
    # One wait is as uncertain as the calls before it: no estimate is much better than the best constant one,
    # but who is told more waits more.
    error = fmean(abs(told - waited) for told, waited in pairs)
    best = fmean(abs(mean_waited - waited) for _, waited in pairs)
    assert error < 0.8 * best, (error, best)


def test_with_callers_who_give_up_it_errs_on_the_safe_side(monkeypatch: pytest.MonkeyPatch):
    pairs = told_and_waited(Load(12 / 180, 10, 180.0, patience=240.0), monkeypatch)
    mean_told, mean_waited = fmean(told for told, _ in pairs), fmean(waited for _, waited in pairs)
    assert mean_waited < mean_told < 2.5 * mean_waited, "those before him who give up make it shorter"


@given(st.integers(0, 200), st.floats(0.25, 200), st.floats(1, 3600))
def test_more_ahead_is_longer_and_more_agents_shorter(ahead: int, agents: float, handling: float):
    here = expected_wait(ahead, agents, handling)
    assert 0 < here < expected_wait(ahead + 1, agents, handling)
    assert expected_wait(ahead, agents + 1, handling) < here
    assert (minutes(here) - 1) * 60 <= max(here, 1) <= minutes(here) * 60 + 1e-6


@given(st.lists(st.floats(1, 3600), min_size=1, max_size=60))
def test_the_mean_stays_among_the_calls_it_is_made_of(seconds: list[float]):
    times = HandlingTimes()
    now = 0.0
    for each in seconds:
        times.began(ANA, SALES, now)
        times.over(ANA, now + each)
        now += each
    mean = times.mean(SALES)
    assert mean is not None and min(seconds) - 1e-6 <= mean <= max(seconds) + 1e-6
    assert times.mean(HELP) is None


def test_talk_and_wrap_up_count_and_nothing_is_known_before_a_call_is_over():
    acd = Distributor([m.QueueSettings(SALES, wrap_up=30.0)])
    acd.handle(m.AgentSignedIn(ANA, frozenset({SALES})), 0.0)
    [ring, *_] = acd.handle(m.CallerJoined(JourneyId("a"), SALES), 0.0)
    assert isinstance(ring, m.RingAgent)
    acd.handle(m.OfferAnswered(ring.offer), 5.0)
    acd.handle(m.CallerJoined(JourneyId("b"), SALES), 10.0)
    assert acd.expected_wait(JourneyId("b")) is None
    acd.handle(m.TalkEnded(ANA, JourneyId("a")), 95.0)
    assert acd.expected_wait(JourneyId("b")) is None, "he still writes"
    acd.handle(m.PresenceChosen(ANA, m.Busy(100.0, "lunch")), 100.0)
    acd.tick(125.0)
    assert acd.expected_wait(JourneyId("b")) is None, "and has gone to lunch"
    acd.handle(m.CallerJoined(JourneyId("c"), SALES), 130.0)
    bo = AgentId("bo")
    acd.handle(m.AgentReachable(bo, False), 130.0)
    acd.handle(m.AgentSignedIn(bo, frozenset({SALES})), 130.0)
    assert acd.expected_wait(JourneyId("b")) is None, "nor has Bo a phone"
    acd.handle(m.AgentEngaged(bo, JourneyId("x"), m.Engagement.OUTBOUND), 131.0)
    acd.handle(m.AgentReachable(bo, True), 132.0)
    assert acd.expected_wait(JourneyId("b")) == pytest.approx(120.0)
    assert acd.expected_wait(JourneyId("c")) == pytest.approx(240.0)


def test_who_serves_two_queues_where_somebody_waits_counts_half_in_each():
    acd = Distributor([m.QueueSettings(SALES, wrap_up=0.0), m.QueueSettings(HELP, wrap_up=0.0)])
    acd.handle(m.AgentSignedIn(ANA, frozenset({SALES, HELP})), 0.0)
    [ring, *_] = acd.handle(m.CallerJoined(JourneyId("a"), SALES), 0.0)
    assert isinstance(ring, m.RingAgent)
    acd.handle(m.OfferAnswered(ring.offer), 0.0)
    acd.handle(m.TalkEnded(ANA, JourneyId("a")), 60.0)
    acd.handle(m.AgentEngaged(ANA, JourneyId("own"), m.Engagement.OUTBOUND), 60.0)
    acd.handle(m.CallerJoined(JourneyId("b"), SALES), 61.0)
    assert acd.expected_wait(JourneyId("b")) == pytest.approx(60.0)
    acd.handle(m.CallerJoined(JourneyId("c"), HELP), 62.0)
    assert acd.expected_wait(JourneyId("b")) == pytest.approx(120.0)
