"""The queue's rules at work on calls: hours, customers' tiers, who served last, missed calls; and what is told."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from company import ANA, ANA_PAGE, BO, BO_PHONE, SALES, Office, company, with_queue

from callroom.core.acd import model as m
from callroom.core.directory import Directory
from callroom.core.ids import ScheduleId, SkillId
from callroom.core.routing.model import ToHangUp, ToQueueVoicemail
from callroom.core.schedules import Hours, Schedule, minutes

OFFICE, ENGLISH = ScheduleId("office"), SkillId("english")
MEI, STRANGER = "13800138000", "13912345678"


def during(begins: str, ends: str, **queue: Any) -> Directory:
    """The company with opening hours of the sales queue; it is Monday, 9:16:40 in Shanghai."""
    directory = with_queue(company(), schedule=OFFICE, **queue)
    schedule = Schedule(OFFICE, "Office", (Hours(1, minutes(begins), minutes(ends)),))
    return replace(directory, schedules={OFFICE: schedule})


async def test_outside_the_hours_nobody_waits_and_the_journey_says_so():
    office = Office(during("09:30", "18:00", closed=ToQueueVoicemail()))
    await office.sign_in(ANA)
    caller = office.call()
    await office.until(lambda: "leave_message" in caller.hears(), within=5)
    caller.hang_up()
    story = await office.story()
    assert story.queue_visits == []
    assert [(one.queue, one.queue_name) for one in story.closed_queues] == [(SALES, "Sales")]
    assert (story.at_voicemail, story.loss_reason) == (True, "closed")


async def test_within_the_hours_callers_are_served_and_who_waits_at_closing_time_goes_on_waiting():
    office = Office(during("09:00", "09:18", closed=ToHangUp()))
    caller = office.call()
    await office.until(lambda: "music" in caller.hears(), within=5)
    await asyncio.sleep(100)
    office.fake.when_dialled(ANA_PAGE, answers_after=1, hangs_up_after=5)
    office.fake.register(ANA_PAGE)
    office.exchange.sign_in(ANA)
    story = await office.story()
    assert (story.queue_visits[0].outcome, story.loss_reason) == ("answered", None)
    late = office.call()
    await office.until(lambda: late.state.name == "ENDED", within=5)


async def test_a_key_customer_goes_forward_even_when_he_is_known_late():
    office = Office(company(tier_weight=60.0))
    office.regulars.tiers["c1"], office.regulars.delay = 2, 5.0
    stranger = office.call(number=STRANGER)
    await asyncio.sleep(2)
    mei = office.call(number=MEI)
    await office.until(lambda: len(office.exchange.acd.distributor.waiting(SALES)) == 2, within=3)
    first = [call.view.from_number for call in waiting(office)]
    await asyncio.sleep(6)
    assert (first, [call.view.from_number for call in waiting(office)]) == ([STRANGER, MEI], [MEI, STRANGER])
    office.new_server()  # who he is must not be forgotten
    office.fake.reconnect()
    await office.until(lambda: len(office.exchange.acd.distributor.waiting(SALES)) == 2, within=3)
    assert [call.view.from_number for call in waiting(office)] == [MEI, STRANGER]
    stranger.hang_up()
    mei.hang_up()


def waiting(office: Office) -> list[Any]:
    return [office.exchange.calls[journey] for journey in office.exchange.acd.distributor.waiting(SALES)]


@pytest.mark.parametrize(("days", "rung"), [(1, {BO}), (0, {ANA, BO})])
async def test_bo_served_mei_before_and_is_rung_first_where_the_queue_says_so(days: int, rung: set[str]):
    office = Office(company(sticky_days=days, sticky_patience=30.0))
    await office.sign_in(ANA, BO)
    caller = office.call(number=MEI)
    await office.until(lambda: bool(office.exchange.acd.distributor.waiting(SALES)), within=3)
    await asyncio.sleep(1)
    assert {agent for agent in (ANA, BO) if office.state(agent) == "ringing"} == rung
    (await office.fake.dialled(BO_PHONE)).answer()
    await office.until(lambda: office.state(BO) == "talking", within=2)
    caller.hang_up()
    [offered] = (await office.story()).queue_visits[0].offered
    assert offered.sticky == bool(days)


async def test_what_was_asked_and_who_lacked_it_is_told_in_the_journey():
    asked = m.Requirement(ENGLISH, 6, step=5, every=20.0)
    directory = company(strategy=m.Strategy.LINEAR, skills=(asked,))
    bo = replace(directory.agents[BO], skills={ENGLISH: 2})
    office = Office(replace(directory, agents=directory.agents | {BO: bo}, skills={ENGLISH: "英语"}))
    await office.sign_in(ANA, BO)
    office.fake.when_dialled(BO_PHONE, answers_after=1, hangs_up_after=5)
    office.call()
    story = await office.story()
    [visit] = story.queue_visits
    assert (visit.agent, visit.wait) == (BO, pytest.approx(21, abs=0.5))
    [offered] = visit.offered
    assert (offered.skills, offered.lowered) == (((ENGLISH, 1),), True)
    assert [(one.agent, one.reason) for one in offered.passed_over] == [(ANA, m.Obstacle.LACKS_SKILL)]


async def test_who_misses_too_many_calls_is_busy_and_his_page_is_told_why():
    office = Office(company(misses_until_busy=2, ring_timeout=10.0))
    await office.sign_in(ANA)
    office.call()
    await office.until(lambda: office.state(ANA) == "busy", within=30)
    told = [view for view in office.views("agent.changed") if view["id"] == ANA][-1]
    assert (told["state"], told["reason"], told["today"]["refused"]) == ("busy", m.MISSED_CALLS, 2)
    office.exchange.set_presence(ANA, "ready")
    await office.until(lambda: office.state(ANA) == "ringing", within=2)
