"""Stories of the distributor, and what must hold after any of them."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from callroom.core.acd import model as m
from callroom.core.acd.distributor import Distributor
from callroom.core.ids import AgentId, JourneyId, OfferId, QueueId, SkillId, TeamId

SALES, SERVICE = QueueId("sales"), QueueId("service")
ENGLISH, NORTH = SkillId("english"), TeamId("north")
ANA, BO, CHEN = AgentId("ana"), AgentId("bo"), AgentId("chen")
CALLER, NEXT = JourneyId("j1"), JourneyId("j2")


def rota(**changes: float) -> Distributor:
    return Distributor([m.QueueSettings(SALES, m.Strategy.ROTATE_WITH_MEMORY, **changes)])


def sign_in(acd: Distributor, *agents: AgentId, queues: frozenset[QueueId] = frozenset({SALES})) -> None:
    for agent in agents:
        acd.handle(m.AgentSignedIn(agent, queues), 0.0)


def rung(commands: list[m.AcdCommand]) -> dict[AgentId, OfferId]:
    return {c.agent: c.offer for c in commands if isinstance(c, m.RingAgent)}


def test_all_ready_agents_ring_and_the_first_answer_wins():
    acd = Distributor([m.QueueSettings(SALES)])
    sign_in(acd, ANA, BO)
    offers = rung(acd.handle(m.CallerJoined(CALLER, SALES), 1.0))
    assert offers.keys() == {ANA, BO}
    commands = acd.handle(m.OfferAnswered(offers[BO]), 4.0)
    assert m.ConnectCaller(offers[BO], CALLER, BO, m.Visit(SALES, 3.0, 2, 2)) in commands
    assert m.WithdrawOffer(offers[ANA], ANA, m.Withdrawal.ANSWERED_ELSEWHERE) in commands
    assert acd.state_of(ANA) == m.Ready(4.0)


def test_caller_moves_to_bo_when_ana_does_not_answer():
    acd = rota(ring_timeout=15.0)
    sign_in(acd, ANA, BO)
    assert rung(acd.handle(m.CallerJoined(CALLER, SALES), 0.0)).keys() == {ANA}
    assert acd.next_timer() == 15.0
    assert rung(acd.tick(15.0)).keys() == {BO}


def test_who_answered_last_goes_to_the_end():
    acd = rota(wrap_up=0.0)
    sign_in(acd, ANA, BO, CHEN)
    order: list[AgentId] = []
    for n in range(5):
        [(agent, offer)] = rung(acd.handle(m.CallerJoined(JourneyId(f"j{n}"), SALES), float(n))).items()
        acd.handle(m.OfferAnswered(offer), float(n))
        acd.handle(m.TalkEnded(agent, JourneyId(f"j{n}")), float(n))
        order.append(agent)
    assert order == [ANA, BO, CHEN, ANA, BO]


def test_who_refused_rests_before_he_is_rung_again():
    acd = rota(refusal_pause=5.0)
    sign_in(acd, ANA)
    offer = rung(acd.handle(m.CallerJoined(CALLER, SALES), 0.0))[ANA]
    assert rung(acd.handle(m.OfferRefused(offer), 2.0)) == {}
    assert acd.next_timer() == 7.0
    assert rung(acd.tick(7.0)).keys() == {ANA}


def test_busy_chosen_during_a_talk_counts_after_it():
    acd = rota(wrap_up=10.0)
    sign_in(acd, ANA)
    acd.handle(m.OfferAnswered(rung(acd.handle(m.CallerJoined(CALLER, SALES), 0.0))[ANA]), 1.0)
    acd.handle(m.PresenceChosen(ANA, m.Busy(5.0, "lunch")), 5.0)
    assert isinstance(acd.state_of(ANA), m.Talking)
    acd.handle(m.TalkEnded(ANA, CALLER), 60.0)
    assert acd.state_of(ANA) == m.WrapUp(60.0, 70.0)
    acd.handle(m.CallerJoined(NEXT, SALES), 61.0)
    assert rung(acd.tick(70.0)) == {}
    assert acd.state_of(ANA) == m.Busy(70.0, "lunch")


def test_busy_agent_who_rings_is_withdrawn():
    acd = rota()
    sign_in(acd, ANA)
    offer = rung(acd.handle(m.CallerJoined(CALLER, SALES), 0.0))[ANA]
    commands = acd.handle(m.PresenceChosen(ANA, m.Away(1.0, "")), 1.0)
    assert m.WithdrawOffer(offer, ANA, m.Withdrawal.AGENT_GONE) in commands
    assert acd.state_of(ANA) == m.Away(1.0, "")


def test_caller_flows_out_after_the_longest_wait():
    acd = rota(max_wait=30.0, ring_timeout=60.0)
    sign_in(acd, ANA)
    acd.handle(m.CallerJoined(CALLER, SALES), 0.0)
    assert m.FlowOut(CALLER, m.FlowOutReason.MAX_WAIT, m.Visit(SALES, 30.0, 1, 1)) in acd.tick(30.0)
    assert acd.waiting(SALES) == []
    assert acd.state_of(ANA) == m.Ready(30.0)


def test_full_queue_turns_the_next_caller_away_at_once():
    acd = Distributor([m.QueueSettings(SALES, max_length=1)])
    acd.handle(m.CallerJoined(CALLER, SALES), 0.0)
    commands = acd.handle(m.CallerJoined(NEXT, SALES), 1.0)
    assert commands == [m.FlowOut(NEXT, m.FlowOutReason.MAX_LENGTH, m.Visit(SALES, 0.0, 0, 0))]


def test_callers_flow_out_when_the_last_agent_signs_out():
    acd = Distributor([m.QueueSettings(SALES, waits_without_agents=False)])
    [out] = acd.handle(m.CallerJoined(CALLER, SALES), 0.0)
    assert out == m.FlowOut(CALLER, m.FlowOutReason.NO_AGENT, m.Visit(SALES, 0.0, 0, 0))
    sign_in(acd, ANA)
    acd.handle(m.PresenceChosen(ANA, m.Busy(1.0, "")), 1.0)
    assert acd.handle(m.CallerJoined(NEXT, SALES), 2.0) == []
    commands = acd.handle(m.PresenceChosen(ANA, m.SignedOut()), 5.0)
    assert m.FlowOut(NEXT, m.FlowOutReason.NO_AGENT, m.Visit(SALES, 3.0, 0, 0)) in commands


def test_an_agent_without_a_phone_is_offered_nobody_until_it_is_back():
    acd = rota()
    sign_in(acd, ANA)
    acd.handle(m.AgentReachable(ANA, False), 0.0)
    assert rung(acd.handle(m.CallerJoined(CALLER, SALES), 1.0)) == {}
    offer = rung(acd.handle(m.AgentReachable(ANA, True), 2.0))[ANA]
    assert m.WithdrawOffer(offer, ANA, m.Withdrawal.AGENT_GONE) in acd.handle(m.AgentReachable(ANA, False), 3.0)


def test_a_caller_who_comes_back_keeps_his_place():
    acd = rota()
    acd.handle(m.CallerJoined(CALLER, SALES), 100.0)
    acd.handle(m.CallerJoined(NEXT, SALES, waited=50.0), 110.0)
    assert acd.waiting(SALES) == [NEXT, CALLER]
    assert acd.handle(m.CallerLeft(NEXT), 120.0) == [m.CallerAbandoned(NEXT, m.Visit(SALES, 60.0, 0, 0))]


def test_heavier_queue_is_served_first():
    acd = Distributor([m.QueueSettings(SALES), m.QueueSettings(SERVICE, weight=1)])
    acd.handle(m.CallerJoined(CALLER, SALES), 0.0)
    acd.handle(m.CallerJoined(NEXT, SERVICE), 1.0)
    commands = acd.handle(m.AgentSignedIn(ANA, frozenset({SALES, SERVICE})), 2.0)
    assert [c.journey for c in commands if isinstance(c, m.RingAgent)] == [NEXT]


AGENTS = st.sampled_from([ANA, BO, CHEN])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "join",
                "leave",
                "sign_in",
                "busy",
                "ready",
                "out",
                "answer",
                "refuse",
                "dial",
                "end",
                "lost",
                "back",
                "rank",
                "tick",
            ]
        ),
        st.integers(0, 7),
        AGENTS,
        st.sampled_from([SALES, SERVICE]),
        st.floats(0.0, 20.0),
    ),
    max_size=80,
)


RULES: dict[str, object] = {
    "skills": (m.Requirement(ENGLISH, 8, step=4, every=10.0),),
    "tiers": {BO: 1, CHEN: 2},
    "tier_after": 5.0,
    "tier_weight": 15.0,
    "sticky_days": 7,
    "sticky_patience": 12.0,
    "prefer_team": NORTH,
    "misses_until_busy": 2,
}
PROFILES = (m.Profile(ANA, {ENGLISH: 9}), m.Profile(BO, {ENGLISH: 4}, NORTH), m.Profile(CHEN, {}, NORTH))


@settings(max_examples=400, deadline=None)
@given(STEPS, st.booleans())
def test_no_caller_vanishes_and_nobody_is_offered_twice(
    steps: list[tuple[str, int, AgentId, QueueId, float]], ruled: bool
):
    sales = m.QueueSettings(SALES, ring_timeout=8.0, max_wait=60.0)
    service = m.QueueSettings(SERVICE, m.Strategy.ROTATE_WITH_MEMORY, max_wait=None, max_length=3, weight=1)
    if ruled:
        sales = replace(sales, steps=(m.Step(6.0, SERVICE),), **RULES)
        service = replace(service, steps=(m.Step(3.0, SALES),), **RULES)
    acd = Distributor([sales, service])
    acd.handle(m.AgentsChanged(PROFILES), 0.0)
    now, offered, answered, abandoned, flowed_out = 0.0, 0, 0, 0, 0
    ringing: dict[OfferId, m.RingAgent] = {}
    for number, (step, pick, agent, queue, pause) in enumerate(steps):
        now += pause
        waiting = acd.waiting(SALES) + acd.waiting(SERVICE)
        offer = list(ringing)[pick % len(ringing)] if ringing else OfferId("none")
        match step:
            case "join":
                offered += 1
                commands = acd.handle(m.CallerJoined(JourneyId(f"c{number}"), queue), now)
            case "leave":
                commands = acd.handle(m.CallerLeft(waiting[pick % len(waiting)] if waiting else CALLER), now)
            case "sign_in":
                queues = frozenset({SALES, SERVICE} if pick % 3 else {queue})
                commands = acd.handle(m.AgentSignedIn(agent, queues), now)
            case "rank":
                who = waiting[pick % len(waiting)] if waiting else CALLER
                commands = acd.handle(m.CallerRanked(who, pick, agent), now)
            case "busy":
                commands = acd.handle(m.PresenceChosen(agent, m.Busy(now, "")), now)
            case "ready":
                commands = acd.handle(m.PresenceChosen(agent, m.Ready(now)), now)
            case "out":
                commands = acd.handle(m.PresenceChosen(agent, m.SignedOut()), now)
            case "answer":
                commands = acd.handle(m.OfferAnswered(offer), now)
            case "refuse":
                commands = acd.handle(m.OfferRefused(offer), now)
                ringing.pop(offer, None)
            case "dial":
                commands = acd.handle(m.AgentEngaged(agent, JourneyId("out"), m.Engagement.OUTBOUND), now)
            case "lost" | "back":
                commands = acd.handle(m.AgentReachable(agent, step == "back"), now)
            case "end":
                state = acd.state_of(agent)
                talked = state.journey if isinstance(state, m.Talking) else JourneyId("out")
                commands = acd.handle(m.TalkEnded(agent, talked), now)
            case _:
                commands = acd.tick(now)
        assert (acd.next_timer() or now + 1) > now or step != "tick", "a timer that rings for ever"
        for command in commands:
            match command:
                case m.RingAgent():
                    assert command.agent not in {other.agent for other in ringing.values()}
                    ringing[command.offer] = command
                case m.WithdrawOffer():
                    del ringing[command.offer]
                case m.ConnectCaller():
                    del ringing[command.offer]
                    answered += 1
                case m.FlowOut():
                    flowed_out += 1
                case m.CallerAbandoned():
                    abandoned += 1
                case m.AgentChanged():
                    pass
        now_waiting = acd.waiting(SALES) + acd.waiting(SERVICE)
        assert offered == answered + abandoned + flowed_out + len(now_waiting)
        assert all(other.journey in now_waiting for other in ringing.values())
        turns = [other.journey for other in ringing.values() if other.queue == SERVICE]
        assert len(turns) == len(set(turns)), "in turn means one agent at a time"
        for other in ringing.values():
            assert acd.state_of(other.agent) == m.Ringing(acd.state_of(other.agent).since, other.offer)  # pyright: ignore
