"""Ring groups: who is rung when, and who takes the call."""

import asyncio
from dataclasses import replace

import pytest
from company import ANA, ANA_PAGE, BO, BO_PHONE, MAIN, SALES, X801, X802, Office, company

from callroom.core.ids import RingGroupId
from callroom.core.ring_groups import Member, Order, RingGroup
from callroom.core.routing.model import Destination, InboundRoute, ToFlow, ToQueue, ToRingGroup
from callroom.telephony.fake import PartyState
from callroom.telephony.port import EndCause

SHOP = RingGroupId("shop")
MOBILE = "13700137000"


def office_with(*members: Member, otherwise: Destination | None = None, **more: object) -> Office:
    """An office whose number 88004 leads to the group; Ana's and Bo's phones are on, neither is signed in."""
    group = RingGroup(SHOP, "Shop", "620", members, otherwise or ToFlow(MAIN), **more)  # type: ignore
    routes = (*company().inbound, InboundRoute("r4", "Shop", ToRingGroup(SHOP), did="88004"))
    office = Office(replace(company(), ring_groups={SHOP: group}, inbound=routes))
    office.fake.register(ANA_PAGE, BO_PHONE)
    return office


async def test_all_are_rung_and_the_first_to_answer_has_the_call():
    office = office_with(Member(X801), Member(X802))
    await asyncio.sleep(0.1)
    caller = office.call("88004")
    ana, bo = await office.fake.dialled(ANA_PAGE), await office.fake.dialled(BO_PHONE)
    await office.until(lambda: caller.hears() == {"ringing"}, within=2)
    assert office.views("call.changed")[-1]["offered_to"] == [ANA, BO]
    bo.answer()
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=2)
    assert ana.end_cause is EndCause.ANSWERED_ELSEWHERE
    assert (office.state(BO), office.state(ANA)) == ("talking", "offline")
    await asyncio.sleep(10)
    caller.hang_up()
    story = await office.story()
    assert (story.agent, story.ended_by, story.loss_reason) == (BO, "caller", None)
    assert story.talk == pytest.approx(10, abs=0.5)


async def test_two_answer_in_the_same_moment():
    office = office_with(Member(X801), Member(X802))
    await asyncio.sleep(0.1)
    caller = office.call("88004")
    ana, bo = await office.fake.dialled(ANA_PAGE), await office.fake.dialled(BO_PHONE)
    ana.answer()
    bo.answer()
    await office.until(lambda: sorted(p.state for p in (ana, bo)) == [PartyState.ENDED, PartyState.TALKING], within=2)
    caller.hang_up()
    await office.story()


async def test_a_delay_lets_the_first_ones_answer_alone():
    office = office_with(Member(X801), Member(X802, delay=10))
    await asyncio.sleep(0.1)
    caller = office.call("88004")
    ana = await office.fake.dialled(ANA_PAGE)
    await asyncio.sleep(9)
    with pytest.raises(LookupError):
        office.fake.party(BO_PHONE)
    await office.fake.dialled(BO_PHONE)
    assert ana.state is PartyState.RINGING
    caller.hang_up()
    assert (await office.story()).loss_reason == "agents_did_not_answer"


async def test_in_turn_each_has_his_own_time():
    office = office_with(Member(X801, seconds=12), Member(X802, seconds=30), order=Order.IN_TURN)
    await asyncio.sleep(0.1)
    caller = office.call("88004")
    ana = await office.fake.dialled(ANA_PAGE)
    began = asyncio.get_running_loop().time()
    bo = await office.fake.dialled(BO_PHONE)
    assert asyncio.get_running_loop().time() - began == pytest.approx(12, abs=0.5)
    assert ana.state is PartyState.ENDED
    bo.answer()
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=2)
    bo.hang_up()
    await office.story()


async def test_a_mobile_that_does_not_press_one_does_not_take_the_call():
    """Its voicemail answers, and talks; Bo, who picks up meanwhile, has the call."""
    office = office_with(Member(number=MOBILE), Member(X802), longest=90.0)
    office.fake.when_dialled(MOBILE, answers_after=2)
    await asyncio.sleep(0.1)
    caller = office.call("88004")
    mobile = await office.fake.dialled(MOBILE)
    bo = await office.fake.dialled(BO_PHONE)
    await office.until(lambda: mobile.hears() == {"confirm_call"}, within=5)
    assert caller.hears() == {"ringing"}
    assert bo.state is PartyState.RINGING
    await office.until(lambda: mobile.state is PartyState.ENDED, within=20)
    bo.answer()
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=2)
    caller.hang_up()
    assert (await office.story()).agent == BO


async def test_a_mobile_that_presses_one_takes_the_call():
    office = office_with(Member(number=MOBILE), Member(X802))
    office.fake.when_dialled(MOBILE, answers_after=2)
    await asyncio.sleep(0.1)
    caller = office.call("88004")
    mobile = await office.fake.dialled(MOBILE)
    bo = await office.fake.dialled(BO_PHONE)
    await office.until(lambda: mobile.hears() == {"confirm_call"}, within=5)
    mobile.press("1")
    await office.until(lambda: caller.hears() == {MOBILE} and mobile.hears() == {caller.name}, within=2)
    assert bo.end_cause is EndCause.ANSWERED_ELSEWHERE
    await asyncio.sleep(5)
    mobile.hang_up()
    story = await office.story()
    assert (story.talk, story.ended_by) == (pytest.approx(5, abs=0.5), "called")


async def test_a_mobile_that_hangs_up_instead_of_pressing_leaves_the_others_ringing():
    office = office_with(Member(number=MOBILE), Member(X802))
    office.fake.when_dialled(MOBILE, answers_after=1)
    await asyncio.sleep(0.1)
    caller = office.call("88004")
    mobile = await office.fake.dialled(MOBILE)
    bo = await office.fake.dialled(BO_PHONE)
    await office.until(lambda: mobile.hears() == {"confirm_call"}, within=5)
    mobile.hang_up()
    await asyncio.sleep(1)
    assert bo.state is PartyState.RINGING
    caller.hang_up()
    await office.story()


async def test_nobody_answers_in_time_and_the_call_goes_on():
    office = office_with(Member(X801, seconds=60), otherwise=ToQueue(SALES), longest=15.0)
    await asyncio.sleep(0.1)
    caller = office.call("88004")
    ana = await office.fake.dialled(ANA_PAGE)
    await office.until(lambda: bool(office.exchange.acd.distributor.waiting(SALES)), within=20)
    assert (ana.state, ana.end_cause) == (PartyState.ENDED, EndCause.CANCELLED)
    caller.hang_up()
    assert (await office.story()).queue_visits[0].outcome == "abandoned"


async def test_who_talks_already_is_not_rung():
    office = office_with(Member(X801), Member(X802), otherwise=ToQueue(SALES))
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    first = office.call()
    await office.until(lambda: first.hears() == {ANA_PAGE}, within=5)
    second = office.call("88004", number="13900139000")
    await office.fake.dialled(BO_PHONE)
    await asyncio.sleep(2)
    assert office.fake.party(ANA_PAGE).shown.number == "13800138000"  # type: ignore
    second.hang_up()
    first.hang_up()
    await office.until(lambda: not office.exchange.calls, within=5)


async def test_a_colleague_dials_the_group_and_does_not_ring_himself():
    office = office_with(Member(X801), Member(X802))
    await asyncio.sleep(0.1)
    bo = office.fake.device_calls(BO_PHONE, "620")
    ana = await office.fake.dialled(ANA_PAGE)
    ana.answer()
    await office.until(lambda: bo.hears() == {ANA_PAGE}, within=2)
    bo.hang_up()
    story = await office.story()
    assert (story.direction, len(story.legs)) == ("internal", 2)


@pytest.mark.parametrize("moment", [n / 4 for n in range(0, 48, 3)])
async def test_whenever_the_caller_hangs_up_nothing_is_left(moment: float):
    office = office_with(Member(X801), Member(X802, delay=2), Member(number=MOBILE, delay=1))
    office.fake.when_dialled(MOBILE, answers_after=1)
    office.fake.when_dialled(BO_PHONE, answers_after=4)
    await asyncio.sleep(0.1)
    caller = office.call("88004")
    await asyncio.sleep(moment)
    caller.hang_up()
    await office.story()
    last = [told.type for told in office.told if told.type.startswith("call.")][-1]
    assert last == "call.ended", "a screen shows a call that is over"


async def test_a_new_server_rings_the_group_anew():
    office = office_with(Member(X801), Member(X802))
    await asyncio.sleep(0.1)
    caller = office.call("88004")
    first = await office.fake.dialled(ANA_PAGE)
    await asyncio.sleep(3)
    office.new_server()
    office.fake.reconnect()
    again = await office.fake.dialled(ANA_PAGE)
    assert first.state is PartyState.ENDED
    again.answer()
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=2)
    caller.hang_up()
    assert (await office.story()).agent == ANA
