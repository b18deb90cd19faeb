"""An agent at a SIP phone uses its own keys: hold, transfer, and bringing two calls together (CC-16)."""

import asyncio

import pytest
from company import ANA, ANA_PAGE, BO, BO_PHONE, CITY, Office, press, with_queue
from company import company as of_company

from callroom.calls.arrivals import dial
from callroom.calls.call import Call
from callroom.core import conversation as c
from callroom.core.routing.model import DialPermission
from callroom.errors import NotNow
from callroom.telephony.fake import Party, PartyState
from callroom.telephony.port import EndCause


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


async def asks_on_his_second_line(office: Office, answers_after: float = 1) -> tuple[Call, Party, Party, Party]:
    """Bo holds his customer and dials Ana on his phone's second line: one call, in which she is asked."""
    call, caller, bo = await bo_talks(office)
    office.fake.register(ANA_PAGE)
    office.fake.when_dialled(ANA_PAGE, answers_after=answers_after)
    bo.hold()
    second = office.fake.device_calls(BO_PHONE, dialled="801")
    await office.until(lambda: second.hears() == {"ringing"}, within=1)
    assert shown(call) == ("consulting", "Ana", "ringing")
    return call, caller, bo, second


def shown(call: Call) -> tuple[str, str, str] | None:
    consult = call.view.consult
    return (call.view.state, consult.name, consult.state) if consult else None


async def they_talk(office: Office, call: Call, second: Party) -> Party:
    await office.until(lambda: second.hears() == {ANA_PAGE}, within=5)
    assert shown(call) == ("consulting", "Ana", "talking") and list(office.exchange.calls) == [call.journey]
    assert (office.state(ANA), office.state(BO)) == ("talking", "talking")
    return office.fake.party(ANA_PAGE)


async def test_customer_and_the_colleague_who_was_asked_are_brought_together():
    office = Office()
    call, caller, bo, second = await asks_on_his_second_line(office)
    ana = await they_talk(office, call, second)
    assert caller.hears() == {"music"} and ana.hears() == {BO_PHONE}
    await asyncio.sleep(5)
    bo.join_with(second)
    await office.until(lambda: caller.hears() == {ANA_PAGE} and ana.hears() == {"13800138000"}, within=1)
    assert (call.view.agent, shown(call), office.state(ANA), office.state(BO)) == (ANA, None, "talking", "wrap_up")
    await asyncio.sleep(4)
    caller.hang_up()
    await journeys_over(office)
    [story] = office.book.journeys().values()
    talked = {leg.agent: (round(leg.talk), leg.consulted_by) for leg in story.legs if leg.talked_at}
    assert talked == {BO: (0, None), ANA: (4, BO)}
    assert next(leg for leg in story.legs if leg.agent == BO).hold == pytest.approx(6, abs=1)


async def test_bo_swaps_with_his_phones_keys_and_closes_the_second_line():
    office = Office()
    call, caller, bo, second = await asks_on_his_second_line(office)
    ana = await they_talk(office, call, second)
    second.hold()
    bo.resume()
    await office.until(lambda: shown(call) == ("talking", "Ana", "waiting"), within=1)
    assert caller.hears() == {BO_PHONE} and ana.hears() == {"music"}
    bo.hold()
    second.resume()
    await office.until(lambda: shown(call) == ("consulting", "Ana", "talking"), within=1)
    assert caller.hears() == {"music"} and ana.hears() == {BO_PHONE}
    for event in (c.SwapPressed(), c.ConferPressed()):  # from his page, which cannot hold for the phone
        with pytest.raises(NotNow):
            press(call, event)
    second.hang_up()
    await office.until(lambda: ana.state is PartyState.ENDED and call.view.state == "held", within=1)
    assert call.view.consult is None and office.state(ANA) != "talking"
    bo.resume()
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=1)
    caller.hang_up()
    await journeys_over(office)


async def test_a_colleague_who_hangs_up_closes_the_second_line():
    office = Office()
    call, caller, bo, second = await asks_on_his_second_line(office)
    (await they_talk(office, call, second)).hang_up()
    await office.until(lambda: second.state is PartyState.ENDED and call.view.state == "held", within=1)
    assert caller.hears() == {"music"}
    bo.hang_up()
    await journeys_over(office)


async def test_a_colleague_who_refuses_is_told_to_the_second_line():
    office = Office()
    call, caller, bo = await bo_talks(office)
    office.fake.register(ANA_PAGE)
    office.fake.when_dialled(ANA_PAGE, refuses=EndCause.REJECTED, refuses_after=1)
    bo.hold()
    second = office.fake.device_calls(BO_PHONE, dialled="801")
    await office.until(lambda: second.state is PartyState.ENDED, within=5)
    assert shown(call) == ("held", "Ana", "failed") and caller.hears() == {"music"}
    bo.resume()
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=1)
    caller.hang_up()
    await journeys_over(office)


async def test_a_customer_who_leaves_ends_the_consultation():
    office = Office()
    call, caller, _bo, second = await asks_on_his_second_line(office)
    ana = await they_talk(office, call, second)
    caller.hang_up()
    await office.until(lambda: ana.state is second.state is PartyState.ENDED, within=2)
    await journeys_over(office)


async def test_the_customer_goes_to_the_colleague_when_the_agents_first_line_is_closed():
    office = Office()
    call, caller, bo, second = await asks_on_his_second_line(office)
    await they_talk(office, call, second)
    bo.hang_up()
    await office.until(lambda: caller.hears() == {ANA_PAGE} and second.state is PartyState.ENDED, within=1)
    caller.hang_up()
    await journeys_over(office)


@pytest.mark.parametrize("aside", [False, True])
async def test_a_consultation_on_the_second_line_outlives_the_server(aside: bool):
    office = Office()
    call, caller, bo, second = await asks_on_his_second_line(office)
    ana = await they_talk(office, call, second)
    if aside:
        second.hold()
        bo.resume()
    await asyncio.sleep(1)
    office.new_server()
    office.fake.reconnect()
    await office.until(lambda: bool(office.exchange.calls), within=5)
    [after] = office.exchange.calls.values()
    await office.until(lambda: shown(after) is not None, within=2)
    assert shown(after) == (("talking", "Ana", "waiting") if aside else ("consulting", "Ana", "talking"))
    await asyncio.sleep(2)
    assert caller.hears() == ({BO_PHONE} if aside else {"music"})
    assert ana.hears() == ({"music"} if aside else {BO_PHONE})
    bo.join_with(second)
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=1)
    caller.hang_up()
    await journeys_over(office)
    assert len(office.book.journeys()) == 1


async def test_a_customer_whom_the_phone_holds_is_held_by_it_after_the_servers_death():
    office = Office()
    _call, caller, bo = await bo_talks(office)
    bo.hold()
    await asyncio.sleep(1)
    office.new_server()
    office.fake.reconnect()
    await office.until(lambda: bool(office.exchange.calls), within=5)
    [after] = office.exchange.calls.values()
    await office.until(lambda: after.view.state == "held" and caller.hears() == {"music"}, within=2)
    office.fake.register(ANA_PAGE)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    second = office.fake.device_calls(BO_PHONE, dialled="801")
    await office.until(lambda: second.hears() == {ANA_PAGE}, within=5)
    assert shown(after) == ("consulting", "Ana", "talking") and list(office.exchange.calls) == [after.journey]
    second.hang_up()
    bo.resume()
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=2)
    caller.hang_up()
    await journeys_over(office)


async def test_a_second_line_that_closed_while_no_server_was_there_lets_the_colleague_go():
    office = Office()
    call, caller, bo, second = await asks_on_his_second_line(office)
    ana = await they_talk(office, call, second)
    await asyncio.sleep(1)
    office.new_server()
    second.hang_up()
    office.fake.reconnect()
    await office.until(lambda: ana.state is PartyState.ENDED, within=5)
    assert caller.hears() == {"music"}
    bo.resume()
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=2)
    caller.hang_up()
    await journeys_over(office)


async def test_a_call_for_help_on_the_second_line_is_no_consultation():
    office = Office()
    call, caller, bo = await bo_talks(office)
    bo.hold()
    office.fake.when_dialled("110", answers_after=1)
    second = office.fake.device_calls(BO_PHONE, dialled="110")
    await office.until(lambda: second.hears() == {"110"}, within=5)
    assert call.view.consult is None and len(office.exchange.calls) == 2
    caller.hang_up()
    await asyncio.sleep(2)
    assert second.hears() == {"110"}
    second.hang_up()
    await journeys_over(office)


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
