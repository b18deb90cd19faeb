"""An agent at a SIP phone uses its own keys: hold, transfer, and bringing two calls together (CC-16)."""

import asyncio

import pytest
from company import ANA, ANA_PAGE, BO, BO_PHONE, CITY, Office, with_queue
from company import company as of_company

from callroom.calls.arrivals import dial
from callroom.calls.call import Call
from callroom.core.routing.model import DialPermission
from callroom.telephony.fake import Party, PartyState


async def bo_talks(office: Office) -> tuple[Call, Party, Party]:
    """Bo, at his SIP phone, talks to a caller of the sales queue."""
    await office.sign_in(BO)
    office.fake.when_dialled(BO_PHONE, answers_after=1)
    caller = office.call()
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=5)
    office.fake.when_dialled(BO_PHONE)
    [call] = office.exchange.calls.values()
    return call, caller, office.fake.party(BO_PHONE)


async def test_hold_on_the_phone_is_hold():
    office = Office()
    call, caller, bo = await bo_talks(office)
    bo.hold()
    await office.until(lambda: call.view.state == "held" and caller.hears() == {"music"}, within=1)
    await asyncio.sleep(10)
    bo.resume()
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=1)
    caller.hang_up()
    story = await office.story()
    assert next(leg for leg in story.legs if leg.agent == BO).hold == pytest.approx(10, abs=0.5)


async def test_a_call_given_away_on_the_phone_rings_where_it_was_sent():
    office = Office()
    _call, caller, bo = await bo_talks(office)
    office.fake.register(ANA_PAGE)
    office.fake.when_dialled(ANA_PAGE, answers_after=2)
    bo.hold()
    await asyncio.sleep(0.5)
    bo.transfer_to("801")
    await office.until(lambda: caller.hears() == {"ringing"} and bo.state is PartyState.ENDED, within=2)
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=5)
    caller.hang_up()
    story = await office.story()
    assert [leg.agent for leg in story.legs] == [None, BO, ANA]


async def test_a_call_sent_nowhere_comes_back():
    office = Office(with_queue(of_company(wrap_up=0.0)))
    _call, caller, bo = await bo_talks(office)
    office.fake.when_dialled(BO_PHONE, answers_after=2)
    bo.transfer_to("00442079460000")
    await office.until(lambda: office.fake.party(BO_PHONE) is not bo, within=2)
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=5)
    caller.hang_up()
    await office.story()


async def journeys_over(office: Office) -> None:
    await office.until(lambda: not office.exchange.calls and not office.exchange.parties, within=30)
    await asyncio.sleep(1)
    assert not office.exchange.notes.open_journeys(), "a journey is kept for ever"
    assert not office.fake.left_over()


async def test_customer_and_the_colleague_who_was_called_are_brought_together():
    office = Office()
    call, caller, bo = await bo_talks(office)
    office.fake.register(ANA_PAGE)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    bo.hold()
    second = office.fake.device_calls(BO_PHONE, dialled="801")
    await office.until(lambda: second.hears() == {ANA_PAGE}, within=5)
    await asyncio.sleep(5)
    bo.join_with(second)
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=1)
    assert (call.view.agent, office.state(ANA), office.state(BO)) == (ANA, "talking", "wrap_up")
    await asyncio.sleep(4)
    caller.hang_up()
    await journeys_over(office)
    kept = office.book.journeys()[call.journey]
    assert {leg.agent: round(leg.talk) for leg in kept.legs if leg.agent} == {BO: 0, ANA: 4}


async def test_customer_and_a_number_outside_are_brought_together():
    office = Office()
    call, caller, bo = await bo_talks(office)
    office.fake.when_dialled("13900139000", answers_after=1)
    bo.hold()
    second = office.fake.device_calls(BO_PHONE, dialled="13900139000")
    await office.until(lambda: second.hears() == {"13900139000"}, within=5)
    bo.join_with(second)
    await office.until(lambda: caller.hears() == {"13900139000"}, within=1)
    assert call.view.agent is None and office.exchange.calls_on(CITY) == 2
    caller.hang_up()
    await journeys_over(office)


async def test_a_transfer_while_it_still_rings_lets_it_ring_for_the_customer():
    office = Office()
    _call, caller, bo = await bo_talks(office)
    office.fake.register(ANA_PAGE)
    bo.hold()
    second = office.fake.device_calls(BO_PHONE, dialled="801")
    await asyncio.sleep(0.5)
    assert office.fake.party(ANA_PAGE).state is PartyState.RINGING
    office.fake.when_dialled(ANA_PAGE, answers_after=2)
    bo.join_with(second)
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=8)
    caller.hang_up()
    await journeys_over(office)


async def test_a_call_between_colleagues_is_not_given_away():
    office = Office()
    await office.sign_in(ANA, BO)
    office.fake.when_dialled(BO_PHONE, answers_after=1)
    office.fake.when_dialled(ANA_PAGE, answers_after=0)
    dial(office.exchange, ANA, "802", DialPermission.NATIONAL)
    await office.until(lambda: office.state(BO) == "talking", within=5)
    bo = office.fake.party(BO_PHONE)
    bo.transfer_to("600")
    await asyncio.sleep(2)
    assert bo.state is PartyState.TALKING and bo.hears() == {ANA_PAGE}
    bo.hang_up()
    await journeys_over(office)
