"""Whom a queue rings: each strategy as SPEC CC-11 words it, and what holds for all of them."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callroom.core.acd import model as m
from callroom.core.acd.distributor import Distributor
from callroom.core.acd.matching import TOLD
from callroom.core.ids import AgentId, JourneyId, OfferId, QueueId

SALES = QueueId("sales")
ANA, BO, CHEN, DAN = AgentId("ana"), AgentId("bo"), AgentId("chen"), AgentId("dan")
MEMBERS = (CHEN, ANA, DAN, BO)  # in the order the admin gave them


class Day:
    """A queue of four members who sign in; calls are told one after another, each answered in no time."""

    def __init__(self, strategy: m.Strategy, chances: list[float] | None = None) -> None:
        numbers = iter(chances or [])
        queue = m.QueueSettings(SALES, strategy, wrap_up=0.0, max_wait=None, refusal_pause=0.0, members=MEMBERS)
        self.acd = Distributor([queue], chance=lambda: next(numbers))
        self.now = 0.0
        self.calls = 0
        for agent in (ANA, BO, CHEN, DAN):  # in another order than that of the members
            self.acd.handle(m.AgentSignedIn(agent, frozenset({SALES})), self.now)

    def rung(self, commands: list[m.AcdCommand]) -> list[tuple[AgentId, OfferId]]:
        return [(c.agent, c.offer) for c in commands if isinstance(c, m.RingAgent)]

    def arrive(self) -> list[tuple[AgentId, OfferId]]:
        self.calls += 1
        self.now += 1.0
        return self.rung(self.acd.handle(m.CallerJoined(JourneyId(f"j{self.calls}"), SALES), self.now))

    def answer(self, agent: AgentId, offer: OfferId) -> None:
        self.acd.handle(m.OfferAnswered(offer), self.now)
        self.acd.handle(m.TalkEnded(agent, JourneyId(f"j{self.calls}")), self.now)

    def call(self, *refusals: AgentId) -> AgentId:
        """One call; who answers it after those who refuse. AssertionError when another is rung."""
        ringing = self.arrive()
        for agent in refusals:
            [(rung, offer)] = ringing
            assert rung == agent
            ringing = self.rung(self.acd.handle(m.OfferRefused(offer), self.now))
        [(agent, offer)] = ringing
        self.answer(agent, offer)
        return agent


def test_ring_all_rings_everybody_in_the_members_order():
    day = Day(m.Strategy.RING_ALL)
    assert [agent for agent, _ in day.arrive()] == [CHEN, ANA, DAN, BO]


def test_random_follows_chance_and_nothing_else():
    day = Day(m.Strategy.RANDOM, [0.0, 0.99, 0.5, 0.25])
    assert [day.call() for _ in range(4)] == [CHEN, BO, DAN, ANA]


def test_rotate_with_memory_sends_who_answered_to_the_end():
    day = Day(m.Strategy.ROTATE_WITH_MEMORY)
    assert [day.call() for _ in range(5)] == [CHEN, ANA, DAN, BO, CHEN]
    assert day.call(ANA) == DAN  # who refused did not answer: his turn is still to come
    assert day.call() == ANA


def test_linear_begins_with_the_first_each_time():
    day = Day(m.Strategy.LINEAR)
    assert [day.call() for _ in range(3)] == [CHEN, CHEN, CHEN]
    assert day.call(CHEN, ANA) == DAN
    assert day.call() == CHEN


def test_linear_with_memory_begins_after_who_answered():
    day = Day(m.Strategy.LINEAR_WITH_MEMORY)
    assert [day.call() for _ in range(3)] == [CHEN, ANA, DAN]
    assert day.call(BO) == CHEN
    assert day.call(ANA, DAN, BO) == CHEN
    assert day.call() == ANA


def test_fewest_offered_counts_offers_that_were_refused_too():
    day = Day(m.Strategy.FEWEST_OFFERED)
    assert day.call(CHEN) == ANA
    assert [day.call() for _ in range(3)] == [DAN, BO, CHEN]


def test_fewest_answered_counts_answers_only():
    day = Day(m.Strategy.FEWEST_ANSWERED)
    assert day.call(CHEN) == ANA
    assert [day.call() for _ in range(3)] == [CHEN, DAN, BO]
    assert day.call() == ANA  # all have answered once; Ana longest ago


def test_a_new_day_begins_the_counts_anew():
    day = Day(m.Strategy.FEWEST_ANSWERED)
    for _ in range(3):
        day.call()
    day.acd.handle(m.DayBegan(), day.now)
    assert day.call() == BO  # nobody has answered today; Bo has not answered at all
    assert day.call() == CHEN


def test_who_signs_in_while_all_ring_rings_too():
    day = Day(m.Strategy.RING_ALL)
    late = AgentId("eve")
    day.arrive()
    assert [a for a, _ in day.rung(day.acd.handle(m.AgentSignedIn(late, frozenset({SALES})), day.now))] == [late]


def test_who_would_be_rung_is_told_without_ringing_him():
    day = Day(m.Strategy.ROTATE_WITH_MEMORY)
    assert day.call() == CHEN
    told = [day.acd.whom(SALES, set(tried), day.now) for tried in ([], [ANA], [ANA, DAN, BO], MEMBERS)]
    assert told == [[ANA], [DAN], [CHEN], []]
    assert day.call() == ANA, "asking changed nothing"
    assert Day(m.Strategy.RING_ALL).acd.whom(SALES, {ANA}, 0.0) == [CHEN, DAN, BO]
    assert day.acd.whom(QueueId("none"), set(), 0.0) == []


def rings(commands: list[m.AcdCommand]) -> list[m.RingAgent]:
    return [command for command in commands if isinstance(command, m.RingAgent)]


def obstacles(told: m.RingAgent) -> dict[AgentId, m.Obstacle]:
    return {one.agent: one.obstacle for one in told.passed_over}


def test_who_was_passed_over_is_told_with_the_reason():
    day = Day(m.Strategy.LINEAR)
    handle = day.acd.handle
    handle(m.PresenceChosen(ANA, m.Busy(0.0, "lunch")), 0.0)
    handle(m.AgentReachable(DAN, False), 0.0)
    [(chen, _)] = day.arrive()
    assert chen == CHEN
    [told] = rings(handle(m.CallerJoined(JourneyId("next"), SALES), day.now))  # Chen rings for the first caller
    assert (told.agent, told.others) == (BO, 3)
    assert obstacles(told) == {
        ANA: m.Obstacle.BUSY,
        CHEN: m.Obstacle.RINGING,
        DAN: m.Obstacle.NO_PHONE,
    }


def test_who_is_free_but_later_in_turn_is_told_so():
    day = Day(m.Strategy.ROTATE_WITH_MEMORY)
    [(chen, offer)] = day.arrive()
    [told] = rings(day.acd.handle(m.OfferRefused(offer), day.now))
    assert (chen, told.agent, told.choice) == (CHEN, ANA, 2)
    assert obstacles(told) == {
        BO: m.Obstacle.NOT_HIS_TURN,
        CHEN: m.Obstacle.TRIED,
        DAN: m.Obstacle.NOT_HIS_TURN,
    }


@pytest.mark.parametrize(
    ("strategy", "score", "others"),
    [
        (m.Strategy.RING_ALL, None, []),
        (m.Strategy.RANDOM, None, [None, None, None]),
        (m.Strategy.LINEAR, 1, [2, 3, 4]),
        (m.Strategy.LINEAR_WITH_MEMORY, 3, [1, 2, 4]),
        (m.Strategy.ROTATE_WITH_MEMORY, None, [2.0, 1.0, None]),  # seconds ago
        (m.Strategy.FEWEST_OFFERED, 0, [1, 1, 0]),
        (m.Strategy.FEWEST_ANSWERED, 0, [1, 1, 0]),
    ],
)
def test_what_was_compared_is_told_of_who_was_rung_and_who_was_free(
    strategy: m.Strategy, score: float | None, others: list[float | None]
):
    day = Day(strategy, [0.0] * 3)
    if strategy is m.Strategy.LINEAR_WITH_MEMORY or strategy.name.startswith(("ROTATE", "FEWEST")):
        assert [day.call(), day.call()] == [CHEN, ANA]
    day.now += 1.0
    told = rings(day.acd.handle(m.CallerJoined(JourneyId("next"), SALES), day.now))
    assert {one.score for one in told} == {score}
    compared = {one.agent: one.score for one in told[0].passed_over}
    assert [compared[agent] for agent in MEMBERS if agent in compared] == others


def test_of_many_passed_over_only_some_are_told_and_who_was_free_first():
    queue = m.QueueSettings(SALES, m.Strategy.RANDOM)
    acd = Distributor([queue])
    for number in range(3 * TOLD):
        agent = AgentId(f"a{number}")
        acd.handle(m.AgentSignedIn(agent, frozenset({SALES})), 0.0)
        if number < 2 * TOLD:
            acd.handle(m.PresenceChosen(agent, m.Busy(0.0, "")), 0.0)
    [told] = rings(acd.handle(m.CallerJoined(JourneyId("j"), SALES), 0.0))
    assert (len(told.passed_over), told.others) == (TOLD, 3 * TOLD - 1)
    assert [one.obstacle for one in told.passed_over] == [m.Obstacle.NOT_HIS_TURN] * (TOLD - 1) + [m.Obstacle.BUSY]


@pytest.mark.parametrize("strategy", list(m.Strategy))
@settings(max_examples=40, deadline=None)
@given(st.lists(st.booleans(), min_size=4, max_size=24), st.lists(st.floats(0, 0.999), min_size=200, max_size=200))
def test_everybody_is_rung_before_anybody_is_rung_again(strategy: m.Strategy, busy: list[bool], chances: list[float]):
    """Of one caller: whoever refuses, the others come first, whatever the strategy."""
    day = Day(strategy, chances)
    free = [agent for agent, is_busy in zip(MEMBERS, busy, strict=False) if not is_busy]
    for agent in MEMBERS:
        if agent not in free:
            day.acd.handle(m.PresenceChosen(agent, m.Busy(day.now, "")), day.now)
    ringing = day.arrive()
    if strategy is m.Strategy.RING_ALL:
        assert [agent for agent, _ in ringing] == free
        return
    order: list[AgentId] = []
    for _ in range(2 * len(free)):
        [(agent, offer)] = ringing
        order.append(agent)
        ringing = day.rung(day.acd.handle(m.OfferRefused(offer), day.now))
    assert Counter(order[: len(free)]) == Counter(order[len(free) :]) == Counter(free)
