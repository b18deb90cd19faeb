"""Each offer of a caller is in his journey: to whom, when, why not to others, and how it ended (X-05)."""

import asyncio

from company import ANA, ANA_PAGE, BO, BO_PHONE, Office, company

from callroom.core.acd import model as m
from callroom.core.journeys.facts import JourneyLine, Offered, OfferFailed
from callroom.telephony.port import EndCause


def told(offered: Offered) -> list[tuple[str, str, int]]:
    return [(one.agent, one.ended, round(one.seconds)) for one in offered.rung]


async def test_offers_that_fail_are_told_in_turn_up_to_the_one_that_is_answered():
    office = Office(company(strategy=m.Strategy.LINEAR, ring_timeout=10.0, members=(ANA, BO)))
    await office.sign_in(ANA, BO)
    office.fake.when_dialled(BO_PHONE, refuses=EndCause.REJECTED, refuses_after=3)
    office.call()
    await office.until(lambda: office.state(BO) == "ringing", within=15)
    office.fake.when_dialled(ANA_PAGE, answers_after=4, hangs_up_after=5)
    [visit] = (await office.story()).queue_visits
    assert [told(one) for one in visit.offered] == [
        [(ANA, "not_answered", 10)],
        [(BO, "refused", 3)],
        [(ANA, "answered", 4)],
    ]
    assert visit.choices == 3
    assert [(one.agent, one.reason, one.score) for one in visit.offered[1].passed_over] == [(ANA, "tried", 1)]
    times = [(one.at - visit.entered_at).total_seconds() for one in visit.offered]
    assert [round(time) for time in times] == [0, 10, 13]


async def test_those_who_ring_together_are_one_offer_and_its_end_is_told_with_the_visit():
    office = Office(company())
    await office.sign_in(ANA, BO)
    office.fake.when_dialled(BO_PHONE, answers_after=6, hangs_up_after=5)
    office.call()
    [visit] = (await office.story()).queue_visits
    assert [sorted(told(one)) for one in visit.offered] == [[(ANA, "answered_elsewhere", 6), (BO, "answered", 6)]]
    assert not [
        line for line in office.book.lines if isinstance(line, JourneyLine) and isinstance(line.fact, OfferFailed)
    ]


async def test_whoever_rings_when_the_caller_leaves_was_not_wanted_any_more():
    office = Office(company())
    await office.sign_in(ANA, BO)
    caller = office.call()
    await office.until(lambda: office.state(BO) == "ringing", within=5)
    office.exchange.set_presence(ANA, "busy")
    await asyncio.sleep(2)
    caller.hang_up()
    [visit] = (await office.story()).queue_visits
    [offered] = visit.offered
    assert sorted((agent, ended) for agent, ended, _ in told(offered)) == [(ANA, "agent_gone"), (BO, "caller_left")]


async def test_a_phone_that_cannot_be_rung_is_told_apart():
    office = Office(company(strategy=m.Strategy.LINEAR, members=(ANA, BO)))
    await office.sign_in(ANA, BO)
    office.fake.when_dialled(ANA_PAGE, refuses=EndCause.UNREACHABLE)
    office.fake.when_dialled(BO_PHONE, answers_after=2, hangs_up_after=5)
    office.call()
    [visit] = (await office.story()).queue_visits
    assert [[ended for _, ended, _ in told(one)] for one in visit.offered] == [["unreachable"], ["answered"]]


async def test_what_was_offered_is_known_after_the_server_died():
    office = Office(company(strategy=m.Strategy.LINEAR, ring_timeout=10.0, members=(ANA, BO)))
    await office.sign_in(ANA, BO)
    office.call()
    await office.until(lambda: office.state(BO) == "ringing", within=15)
    office.new_server()
    office.fake.when_dialled(ANA_PAGE, answers_after=1, hangs_up_after=5)
    office.fake.reconnect()
    await office.until(lambda: bool(office.exchange.calls), within=5)
    [visit] = (await office.story()).queue_visits
    assert [told(one) for one in visit.offered] == [[(ANA, "not_answered", 10)], [(ANA, "answered", 1)]]
