"""The rules beside the strategies: skills, tiers, customers' tiers, who served last, teams, misses, further queues."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callroom.core.acd import model as m
from callroom.core.acd.distributor import Distributor
from callroom.core.ids import AgentId, JourneyId, OfferId, QueueId, SkillId, TeamId

SALES, SERVICE, NIGHT = QueueId("sales"), QueueId("service"), QueueId("night")
ANA, BO, CHEN = AgentId("ana"), AgentId("bo"), AgentId("chen")
ENGLISH, CONTRACTS = SkillId("english"), SkillId("contracts")
NORTH, SOUTH = TeamId("north"), TeamId("south")
MEI = JourneyId("mei")
RING_ALL, LINEAR = m.Strategy.RING_ALL, m.Strategy.LINEAR
SEQUENTIAL = [one for one in m.Strategy if one is not RING_ALL]


class Floor:
    """Queues with their agents; time goes on as it is told, and the timer rings whenever it is due."""

    def __init__(self, *queues: m.QueueSettings, profiles: tuple[m.Profile, ...] = ()) -> None:
        self.acd = Distributor(queues)
        self.now = 0.0
        self.told: list[m.AcdCommand] = []
        self.ringing: dict[AgentId, OfferId] = {}
        self.does(m.AgentsChanged(profiles))

    def does(self, event: m.AcdEvent) -> list[m.AcdCommand]:
        return self._note(self.acd.handle(event, self.now))

    def _note(self, commands: list[m.AcdCommand]) -> list[m.AcdCommand]:
        for command in commands:
            match command:
                case m.RingAgent(offer=offer, agent=agent):
                    self.ringing[agent] = offer
                case m.WithdrawOffer(agent=agent) | m.ConnectCaller(agent=agent):
                    self.ringing.pop(agent, None)
                case _:
                    pass
        self.told += commands
        return commands

    def until(self, now: float) -> set[AgentId]:
        """Let time pass; who rings then."""
        while (due := self.acd.next_timer()) is not None and due <= now:
            assert due >= self.now, "time does not go back"
            self.now = due
            self._note(self.acd.tick(due))
        self.now = now
        return set(self.ringing)

    def sign_in(self, *agents: AgentId, queue: QueueId = SALES) -> None:
        for agent in agents:
            self.does(m.AgentSignedIn(agent, frozenset({queue})))

    def join(self, journey: JourneyId = MEI, **more: Any) -> set[AgentId]:
        self.does(m.CallerJoined(journey, more.pop("queue", SALES), **more))
        return set(self.ringing)

    def refuse(self, agent: AgentId) -> set[AgentId]:
        offer = self.ringing.pop(agent)
        self.does(m.OfferRefused(offer))
        return set(self.ringing)

    def answer(self, agent: AgentId) -> m.ConnectCaller:
        return next(c for c in self.does(m.OfferAnswered(self.ringing[agent])) if isinstance(c, m.ConnectCaller))

    def rang(self, agent: AgentId) -> m.RingAgent:
        """Why he was rung last."""
        return next(c for c in reversed(self.told) if isinstance(c, m.RingAgent) and c.agent == agent)

    def talks(self, *agents: AgentId) -> None:
        for agent in agents:
            self.does(m.AgentEngaged(agent, JourneyId(f"other call of {agent}"), m.Engagement.OUTBOUND))

    def ends(self, agent: AgentId) -> set[AgentId]:
        self.does(m.TalkEnded(agent, JourneyId(f"other call of {agent}")))
        return set(self.ringing)


def sales(strategy: m.Strategy = LINEAR, **rules: Any) -> m.QueueSettings:
    usual: dict[str, Any] = {"ring_timeout": 20.0, "max_wait": None, "wrap_up": 0.0, "members": (ANA, BO, CHEN)}
    return m.QueueSettings(SALES, strategy, **(usual | rules))


def _obstacles(told: m.RingAgent) -> dict[AgentId, m.Obstacle]:
    return {one.agent: one.obstacle for one in told.passed_over}


# ------------------------------------------------------------ skills

SPEAKERS = (m.Profile(ANA, {ENGLISH: 9}), m.Profile(BO, {ENGLISH: 5}), m.Profile(CHEN))


def test_only_who_is_good_enough_is_rung_until_waiting_lowers_the_level():
    falls = m.Requirement(ENGLISH, 8, step=3, every=30.0)
    floor = Floor(sales(skills=(falls,)), profiles=SPEAKERS)
    floor.sign_in(BO, CHEN)
    assert floor.join() == set()
    assert floor.until(29.9) == set()
    assert floor.until(30.0) == {BO}
    told = floor.rang(BO)
    assert told.grounds == m.Grounds(skills=((ENGLISH, 5),), lowered=True)
    assert _obstacles(told) == {CHEN: m.Obstacle.LACKS_SKILL}


def test_a_floor_of_0_lets_anybody_answer_and_another_floor_does_not():
    for least, rung in ((0, {CHEN}), (2, set[AgentId]())):
        floor = Floor(sales(skills=(m.Requirement(ENGLISH, 8, 3, 30.0, floor=least),)), profiles=SPEAKERS)
        floor.sign_in(CHEN)
        floor.join()
        assert floor.until(89.0) == set()
        assert floor.until(91.0) == rung
        assert floor.until(3600.0) == rung


def test_who_is_free_waits_for_the_caller_he_can_serve_not_for_the_first_in_line():
    floor = Floor(
        sales(skills=(m.Requirement(CONTRACTS, 1),)), m.QueueSettings(SERVICE, LINEAR, max_wait=None), profiles=SPEAKERS
    )
    floor.join()
    floor.join(JourneyId("other"), queue=SERVICE)
    floor.does(m.AgentSignedIn(ANA, frozenset({SALES, SERVICE})))
    assert [c.journey for c in floor.told if isinstance(c, m.RingAgent)] == [JourneyId("other")]


def test_a_skill_that_is_learnt_counts_at_once():
    floor = Floor(sales(skills=(m.Requirement(ENGLISH, 5),)), profiles=SPEAKERS)
    floor.sign_in(CHEN)
    assert floor.join() == set()
    floor.does(m.AgentsChanged((m.Profile(CHEN, {ENGLISH: 6}),)))
    assert set(floor.ringing) == {CHEN}


@pytest.mark.parametrize("strategy", list(m.Strategy))
@pytest.mark.parametrize("more", [{}, {"tiers": {CHEN: 1}}])
def test_what_is_asked_for_one_caller_holds_for_him_alone(strategy: m.Strategy, more: dict[str, Any]):
    people = (m.Profile(ANA), m.Profile(BO, {ENGLISH: 5}), m.Profile(CHEN, {ENGLISH: 3}))
    floor = Floor(m.QueueSettings(SALES, strategy, max_wait=None, **more), profiles=people)
    floor.sign_in(ANA, CHEN)
    assert floor.join(skills=((ENGLISH, 4),)) == set()
    assert floor.join(JourneyId("other")), "who comes behind him and asks for nothing"
    floor.does(m.CallerLeft(JourneyId("other")))
    assert floor.until(30.0) == set()
    floor.sign_in(BO)
    assert set(floor.ringing) == {BO}
    told = floor.rang(BO)
    assert (told.journey, told.grounds.skills) == (MEI, ((ENGLISH, 4),))


@settings(deadline=None)
@given(
    st.sampled_from(list(m.Strategy)),
    st.integers(1, 10),
    st.integers(0, 10),
    st.integers(1, 10),
    st.floats(1.0, 60.0),
    st.lists(st.integers(0, 10), min_size=3, max_size=3),
    st.floats(0.0, 1e6),
)
def test_nobody_below_the_level_asked_is_ever_rung_and_who_has_it_is_rung_in_time(
    strategy: m.Strategy, level: int, low: int, step: int, every: float, levels: list[int], begun: float
):
    asked = m.Requirement(ENGLISH, level, step, every, min(low, level))
    people = tuple(m.Profile(agent, {ENGLISH: own}) for agent, own in zip((ANA, BO, CHEN), levels, strict=True))
    floor = Floor(sales(strategy, skills=(asked,), ring_timeout=1e5), profiles=people)
    floor.now = begun
    floor.sign_in(ANA, BO, CHEN)
    rung = floor.join()
    for tenth in range(1, 130):
        rung = floor.until(begun + (tenth + 0.5) * every / 10)  # between the moments of its timer
        least = asked.asked(floor.now - begun + 1e-6)
        able = {one.id for one in people if one.skills[ENGLISH] >= least}
        assert rung <= able
        assert bool(rung) == bool(able)
        if strategy is RING_ALL:
            assert rung == able


# ------------------------------------------------------------ tiers of members


def test_a_later_tier_is_rung_when_nobody_of_an_earlier_one_is_free():
    floor = Floor(sales(tiers={BO: 1}, members=(BO, ANA)))
    floor.sign_in(BO, ANA)
    assert floor.join() == {ANA}
    assert floor.join(JourneyId("next")) == {ANA, BO}
    assert floor.rang(BO).grounds == m.Grounds(tier=1)


def test_who_did_not_answer_holds_the_next_tier_closed_no_longer():
    for strategy, rung in ((LINEAR, {BO}), (RING_ALL, {ANA, BO})):
        floor = Floor(sales(strategy, tiers={BO: 1}))
        floor.sign_in(ANA, BO)
        assert floor.join() == {ANA}
        assert floor.until(20.0) == rung


def test_a_tier_opens_by_waiting_where_that_is_set():
    floor = Floor(sales(RING_ALL, tiers={BO: 1, CHEN: 2}, tier_after=15.0))
    floor.sign_in(BO, CHEN)
    assert floor.join() == set()
    assert floor.until(14.9) == set()
    assert floor.until(15.0) == {BO}
    floor.does(m.PresenceChosen(BO, m.Away(15.0, "")))
    assert floor.until(29.0) == set()
    assert floor.until(30.0) == {CHEN}


@pytest.mark.parametrize("strategy", SEQUENTIAL)
@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=8))
def test_of_those_free_the_lowest_tier_is_rung_and_all_before_anybody_twice(
    strategy: m.Strategy, people: list[tuple[int, bool]]
):
    names = [AgentId(f"a{number}") for number in range(len(people))]
    tiers = {name: tier for name, (tier, _) in zip(names, people, strict=True)}
    free = [name for name, (_, is_free) in zip(names, people, strict=True) if is_free]
    floor = Floor(sales(strategy, tiers=tiers, members=tuple(names), refusal_pause=0.0))
    floor.sign_in(*names)
    floor.talks(*(name for name in names if name not in free))
    rung = floor.join()
    order: list[AgentId] = []
    for _ in free:
        [agent] = rung
        order.append(agent)
        rung = floor.refuse(agent)
    assert [tiers[agent] for agent in order] == sorted(tiers[agent] for agent in free)
    assert len(set(order)) == len(free)


# ------------------------------------------------------------ tiers of customers


def test_a_tier_moves_a_customer_forward_also_when_it_is_known_late():
    floor = Floor(sales(tier_weight=30.0))
    for number in range(4):
        floor.now = number * 20.0
        floor.join(JourneyId(f"j{number}"), tier=1 if number == 2 else 0)
    assert floor.acd.waiting(SALES) == ["j0", "j2", "j1", "j3"]
    floor.does(m.CallerRanked(JourneyId("j3"), 3, None))
    assert floor.acd.waiting(SALES) == ["j3", "j0", "j2", "j1"]
    floor.sign_in(ANA)
    assert floor.rang(ANA).grounds == m.Grounds(credit=90.0)


def test_a_caller_whose_agent_was_lost_stays_before_all_customers():
    floor = Floor(sales(tier_weight=600.0))
    floor.join(JourneyId("key customer"), tier=9)
    floor.join(MEI, priority=100)
    assert floor.acd.waiting(SALES) == [MEI, "key customer"]


@settings(deadline=None)
@given(
    st.floats(0.0, 600.0),
    st.lists(st.tuples(st.floats(0.0, 300.0), st.integers(0, 9), st.booleans()), min_size=1, max_size=30),
)
def test_nobody_starves(weight: float, others: list[tuple[float, int, bool]]):
    """Whoever waited longer by all that the highest tier is worth is before everybody, whoever comes, known at once
    or later; and each caller's place is that of his waiting and his tier."""
    floor = Floor(sales(tier_weight=weight))
    floor.join(MEI)
    worth = {MEI: 0.0}
    for number, (pause, tier, late) in enumerate(others):
        floor.now += pause
        journey = JourneyId(f"j{number}")
        floor.join(journey, tier=0 if late else tier)
        if late:
            floor.does(m.CallerRanked(journey, tier, None))
        worth[journey] = floor.now - tier * weight
        line = floor.acd.waiting(SALES)
        assert [worth[each] for each in line] == sorted(worth.values())
        ahead = line[: line.index(MEI)]
        assert all(worth[each] + 9 * weight <= 9 * weight for each in ahead)
    floor.now += 9 * weight + 1.0
    floor.join(JourneyId("the last and highest"), tier=9)
    line = floor.acd.waiting(SALES)
    assert line.index(MEI) < line.index(JourneyId("the last and highest"))


# ------------------------------------------------------------ who served him last


def sticky(strategy: m.Strategy = RING_ALL, **rules: Any) -> m.QueueSettings:
    return sales(strategy, sticky_days=7, sticky_patience=40.0, **rules)


@pytest.mark.parametrize("strategy", list(m.Strategy))
def test_who_served_him_last_is_rung_first_and_alone(strategy: m.Strategy):
    floor = Floor(sticky(strategy))
    floor.sign_in(ANA, BO, CHEN)
    assert floor.join(served_by=CHEN) == {CHEN}
    told = floor.rang(CHEN)
    assert told.grounds.sticky
    assert _obstacles(told) == {ANA: m.Obstacle.NOT_THE_LAST, BO: m.Obstacle.NOT_THE_LAST}


def test_who_does_not_answer_his_customer_is_one_of_all_again():
    floor = Floor(sticky())
    floor.sign_in(ANA, BO)
    floor.join(served_by=BO)
    assert floor.refuse(BO) == {ANA}
    assert floor.until(5.0) == {ANA, BO}
    assert not floor.rang(ANA).grounds.sticky


def test_the_caller_waits_for_him_while_he_talks_as_long_as_patience_lasts():
    floor = Floor(sticky())
    floor.sign_in(ANA, BO)
    floor.talks(BO)
    assert floor.join(served_by=BO) == set()
    assert floor.join(JourneyId("another")) == {ANA}  # whom nobody served
    floor.does(m.OfferAnswered(floor.ringing[ANA]))
    floor.does(m.TalkEnded(ANA, JourneyId("another")))
    assert floor.until(39.9) == set()
    assert floor.until(40.0) == {ANA}


def test_he_is_rung_when_his_talk_ends():
    floor = Floor(sticky())
    floor.sign_in(ANA, BO)
    floor.talks(BO)
    floor.join(served_by=BO)
    floor.until(30.0)
    assert floor.ends(BO) == {BO}


def test_nobody_waits_for_who_is_away_or_goes_or_serves_another_queue():
    away, goes, elsewhere, known_late = (Floor(sticky()) for _ in range(4))
    away.sign_in(ANA, BO)
    away.does(m.PresenceChosen(BO, m.Busy(0.0, "meeting")))
    assert away.join(served_by=BO) == {ANA}
    goes.sign_in(ANA, BO)
    goes.talks(BO)
    assert goes.join(served_by=BO) == set()
    goes.does(m.PresenceChosen(BO, m.Away(0.0, "lunch")))  # after his talk
    assert set(goes.ringing) == {ANA}
    elsewhere.sign_in(ANA)
    elsewhere.sign_in(BO, queue=SERVICE)
    assert elsewhere.join(served_by=BO) == {ANA}
    known_late.sign_in(ANA, BO)
    known_late.join()
    known_late.does(m.CallerRanked(MEI, 0, BO))
    assert set(known_late.ringing) == {ANA, BO}, "who rings goes on ringing"


def test_a_rule_that_is_turned_off_keeps_nobody_waiting():
    floor = Floor(sticky(tiers={CHEN: 1}))
    floor.sign_in(ANA, BO)
    floor.talks(BO)
    assert floor.join(served_by=BO) == set()
    floor.does(m.QueuesChanged((sales(RING_ALL, tiers={CHEN: 1}),)))
    assert set(floor.ringing) == {ANA}


def test_known_a_moment_later_he_is_still_the_first():
    floor = Floor(sticky())
    floor.sign_in(ANA, BO)
    floor.talks(ANA, BO)
    floor.join()
    floor.does(m.CallerRanked(MEI, 0, BO))
    assert floor.ends(ANA) == set()
    assert floor.ends(BO) == {BO}


# ------------------------------------------------------------ team, misses, further queues


def test_the_preferred_team_is_rung_before_others():
    people = (m.Profile(ANA, team=SOUTH), m.Profile(BO, team=NORTH), m.Profile(CHEN))
    for strategy in m.Strategy:
        floor = Floor(sales(strategy, prefer_team=NORTH), profiles=people)
        floor.sign_in(ANA, BO, CHEN)
        assert floor.join() == {BO}
        told = floor.rang(BO)
        assert told.grounds == m.Grounds(team=True)
        assert _obstacles(told) == {ANA: m.Obstacle.OTHER_TEAM, CHEN: m.Obstacle.OTHER_TEAM}
        floor.answer(BO)
        assert floor.join(JourneyId("next")) <= {ANA, CHEN}
        assert floor.ringing


def test_who_misses_too_many_in_a_row_is_made_busy():
    floor = Floor(sales(misses_until_busy=3, refusal_pause=0.0))
    floor.sign_in(ANA)
    floor.join()
    floor.refuse(ANA)
    floor.until(20.0)  # let it ring
    assert isinstance(floor.acd.state_of(ANA), m.Ringing)
    assert floor.refuse(ANA) == set()
    assert floor.acd.state_of(ANA) == m.Busy(20.0, m.MISSED_CALLS)
    assert m.AgentChanged(ANA, m.Busy(20.0, m.MISSED_CALLS)) in floor.told
    floor.does(m.PresenceChosen(ANA, m.Ready(20.0)))
    assert set(floor.ringing) == {ANA}, "from now on it counts anew"


def test_an_answer_begins_the_count_anew_and_a_colleague_s_answer_is_no_miss():
    floor = Floor(sales(RING_ALL, misses_until_busy=3, refusal_pause=0.0))
    floor.sign_in(ANA, BO)
    for number in range(6):
        floor.join(JourneyId(f"j{number}"))
        floor.refuse(BO)
        answers = ANA if number % 2 else BO
        floor.answer(answers)
        floor.does(m.TalkEnded(answers, JourneyId(f"j{number}")))
    assert isinstance(floor.acd.state_of(BO), m.Ready)


def test_after_some_time_further_queues_help_and_the_visit_stays_the_first_one_s():
    chain = (m.Step(30.0, SERVICE), m.Step(60.0, NIGHT))
    further = [m.QueueSettings(name, LINEAR, max_wait=None) for name in (SERVICE, NIGHT)]
    floor = Floor(sales(steps=chain), *further)
    floor.sign_in(CHEN, queue=NIGHT)
    assert floor.join() == set()
    floor.until(45.0)
    floor.sign_in(BO, queue=SERVICE)
    assert set(floor.ringing) == {BO}
    assert floor.until(65.0) == {CHEN}
    told = floor.answer(CHEN)
    assert (told.visit.queue, told.visit.wait, told.visit.offers) == (SALES, 65.0, 2)
    assert floor.rang(CHEN).grounds == m.Grounds(through=NIGHT)


def test_own_agents_come_before_those_of_further_queues():
    floor = Floor(sales(steps=(m.Step(5.0, SERVICE),)), m.QueueSettings(SERVICE, LINEAR, max_wait=None))
    floor.sign_in(BO, queue=SERVICE)
    floor.sign_in(ANA)
    floor.talks(ANA, BO)
    floor.join()
    floor.until(10.0)
    floor.does(m.AgentReachable(BO, False))
    floor.ends(BO)
    assert floor.ends(ANA) == {ANA}


def test_who_leaves_the_further_queue_stops_ringing():
    floor = Floor(sales(steps=(m.Step(5.0, SERVICE),)), m.QueueSettings(SERVICE, LINEAR, max_wait=None))
    floor.sign_in(BO, queue=SERVICE)
    floor.join()
    assert floor.until(5.0) == {BO}
    floor.does(m.QueuesChanged((sales(),)))
    assert floor.ringing == {}
    assert isinstance(floor.acd.state_of(BO), m.Ready)
    assert floor.acd.waiting(SALES) == [MEI]


def test_changed_rules_count_for_those_who_wait():
    floor = Floor(sales(skills=(m.Requirement(ENGLISH, 5),)), profiles=SPEAKERS)
    floor.sign_in(CHEN)
    floor.join()
    floor.now = 10.0
    floor.does(m.QueuesChanged((sales(skills=(m.Requirement(ENGLISH, 5, step=5, every=30.0),)),)))
    assert floor.until(29.0) == set()
    assert floor.until(30.0) == {CHEN}
