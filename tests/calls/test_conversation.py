"""What an agent does in a talk, and what becomes of it when his page or the server goes away."""

import asyncio
from dataclasses import replace

import pytest
from company import ANA, ANA_PAGE, BO, BO_PHONE, CITY, MAIN, SALES, X802, Office, company, press, talking

from callroom.calls.arrivals import dial
from callroom.calls.call import Call
from callroom.calls.lines import find_way
from callroom.calls.page_watch import PAGE_WAIT
from callroom.calls.ringing import Ringing
from callroom.core import conversation as c
from callroom.core.directory import Company
from callroom.core.routing.matching import WayOut
from callroom.core.routing.model import DialPermission, ToExtension, ToOutside, ToQueue
from callroom.errors import InternalCall, NotNow
from callroom.telephony.fake import Party, PartyState
from callroom.telephony.port import CallerId, EndCause


async def test_hold_and_resume_are_booked():
    office = Office()
    call, caller, ana = await talking(office)
    await asyncio.sleep(10)
    press(call, c.HoldPressed())
    await office.until(lambda: caller.hears() == {"music"} and ana.hears() == set(), within=1)
    assert call.view.state == "held"
    with pytest.raises(NotNow):
        press(call, c.HoldPressed())
    await asyncio.sleep(20)
    press(call, c.ResumePressed())
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=1)
    await asyncio.sleep(5)
    press(call, c.HangUpPressed())
    story = await office.story()
    leg = next(leg for leg in story.legs if leg.agent == ANA)
    assert (leg.talk, leg.hold) == (pytest.approx(15, abs=0.5), pytest.approx(20, abs=0.5))
    assert story.ended_by == "agent"


async def test_keys_reach_the_customer():
    office = Office()
    call, caller, _ = await talking(office)
    assert call.conversation is not None
    call.conversation.keys("12#")
    await office.until(lambda: caller.digits_heard == "12#", within=1)
    caller.hang_up()
    await office.story()


async def test_a_page_mutes_itself_and_a_phone_is_muted_by_the_engine():
    office = Office()
    call, caller, _ = await talking(office)
    press(call, c.MutePressed(True))
    assert call.view.muted
    assert not [command for command in office.fake.commands if command.name == "mute"]
    caller.hang_up()
    await office.story()


async def test_ana_hands_the_caller_to_bo():
    office = Office()
    call, caller, ana = await talking(office)
    office.fake.register(BO_PHONE)
    office.fake.when_dialled(BO_PHONE, answers_after=2)
    await asyncio.sleep(0.5)
    press(call, c.TransferPressed(ToExtension(X802)))
    await office.until(lambda: ana.state is PartyState.ENDED and caller.hears() == {"ringing"}, within=2)
    assert office.state(ANA) == "wrap_up"
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=5)
    caller.hang_up()
    story = await office.story()
    assert [leg.agent for leg in story.legs] == [None, ANA, BO]
    assert len(story.recordings) == 2


async def test_a_caller_can_be_handed_to_a_queue_and_to_the_outside():
    office = Office()
    call, caller, _ = await talking(office)
    press(call, c.TransferPressed(ToQueue(SALES)))
    await office.until(lambda: office.state(ANA) == "ringing", within=15)
    await asyncio.sleep(0.1)
    office.fake.party(ANA_PAGE).answer()
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=5)
    office.fake.when_dialled("13900139000", answers_after=1)
    press(call, c.TransferPressed(ToOutside("13900139000")))
    await office.until(lambda: caller.hears() == {"13900139000"}, within=5)
    caller.hang_up()
    story = await office.story()
    assert [visit.outcome for visit in story.queue_visits] == ["answered", "answered"]
    assert story.legs[-1].party == "called"


async def test_a_reloaded_page_is_joined_again_while_the_customer_hears_music():
    office = Office()
    _call, caller, ana = await talking(office)
    await asyncio.sleep(5)
    ana.vanish()
    office.fake.unregister(ANA_PAGE)
    await office.until(lambda: caller.hears() == {"music"}, within=2)
    assert caller.state is PartyState.TALKING
    office.fake.register(ANA_PAGE)
    await office.until(lambda: office.fake.party(ANA_PAGE) is not ana, within=2)
    again = office.fake.party(ANA_PAGE)
    assert again.auto_answer and again.headers["auto"] == "1"
    await office.until(lambda: caller.hears() == {ANA_PAGE} and again.hears() == {"13800138000"}, within=1)
    assert office.state(ANA) == "talking"
    await asyncio.sleep(5)
    caller.hang_up()
    story = await office.story()
    assert (story.ended_by, story.talk + sum(leg.hold for leg in story.legs)) == ("caller", pytest.approx(11, abs=1.5))


async def test_what_is_pressed_while_the_page_comes_back_holds_when_it_is_back():
    office = Office()
    call, caller, ana = await talking(office)
    ana.vanish()
    office.fake.unregister(ANA_PAGE)
    await office.until(lambda: call.view.state == "rejoining", within=2)
    talk = call.conversation
    assert talk is not None
    talk.press(c.HoldPressed())
    talk.press(c.MutePressed(True))
    assert (call.view.state, call.view.muted) == ("rejoining", True)
    office.fake.register(ANA_PAGE)
    await office.until(lambda: call.view.state == "held", within=2)
    await asyncio.sleep(1)
    assert caller.hears() == {"music"} and call.view.muted
    talk.press(c.ResumePressed())
    talk.press(c.MutePressed(False))
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=1)
    caller.hang_up()
    await office.story()


async def test_a_page_whose_connection_blinks_keeps_its_call():
    office = Office()
    _call, caller, ana = await talking(office)
    office.fake.unregister(ANA_PAGE)
    await asyncio.sleep(1.5)
    office.fake.register(ANA_PAGE)
    await asyncio.sleep(3)
    assert caller.hears() == {ANA_PAGE} and ana.state is PartyState.TALKING
    caller.hang_up()
    await office.story()


async def test_a_page_that_never_comes_back_sends_the_customer_to_the_head_of_the_queue():
    office = Office()
    _call, caller, ana = await talking(office)
    ana.vanish()
    office.fake.unregister(ANA_PAGE)
    await asyncio.sleep(PAGE_WAIT + 2)
    office.fake.when_dialled(BO_PHONE, answers_after=1)
    await office.sign_in(BO)
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=10)
    caller.hang_up()
    assert [visit.agent for visit in (await office.story()).queue_visits] == [ANA, BO]


async def test_a_killed_server_drops_no_talk_and_the_story_is_complete():
    office = Office()
    _call, caller, ana = await talking(office)
    await asyncio.sleep(5)
    office.new_server()
    await asyncio.sleep(20)
    assert caller.hears() == {ANA_PAGE}
    office.fake.reconnect()
    office.fake.register(ANA_PAGE)
    await asyncio.sleep(5)
    assert caller.hears() == {ANA_PAGE} and ana.state is PartyState.TALKING
    assert office.state(ANA) == "talking"
    caller.hang_up()
    story = await office.story()
    assert story.ended_by == "caller"
    assert story.talk == pytest.approx(30, abs=1)
    assert [r.seconds is not None for r in story.recordings] == [True]
    assert office.state(ANA) == "wrap_up"


async def test_a_killed_server_keeps_the_place_of_who_waits():
    office = Office(company(max_wait=600.0))
    first, second = office.call(), office.call(number="13900139000")
    await asyncio.sleep(30)
    office.new_server()
    await asyncio.sleep(5)
    office.fake.reconnect()
    await asyncio.sleep(1)
    line = office.exchange.acd.distributor.waiting(SALES)
    assert [office.exchange.calls[j].view.from_number for j in line] == ["13800138000", "13900139000"]
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    await office.sign_in(ANA)
    await office.until(lambda: first.hears() == {ANA_PAGE}, within=5)
    waited = [v for j in office.book.journeys().values() for v in j.queue_visits if v.outcome == "answered"]
    assert waited[0].wait == pytest.approx(37, abs=1.5)
    first.hang_up()
    second.hang_up()
    await office.until(lambda: not office.exchange.calls, within=5)


async def test_a_killed_server_lets_a_caller_hear_the_menu_again():
    office = Office()
    caller = office.call("88001")
    await office.until(lambda: caller.hears() == {"demo_menu"}, within=5)
    office.new_server()
    await asyncio.sleep(1)
    office.fake.reconnect()
    await office.until(lambda: caller.hears() == {"demo_menu"}, within=3)
    caller.press("1")
    await office.until(lambda: "music" in caller.hears(), within=3)
    caller.hang_up()
    story = await office.story()
    assert [(step.node, step.key, step.exit) for step in story.ivr_steps] == [
        ("hello", "", "next"), ("menu", "1", "1"), ("sales", "", "")
    ]  # fmt: skip


async def test_who_hung_up_while_no_server_was_there_has_a_complete_story():
    office = Office()
    _call, caller, _ana = await talking(office)
    office.new_server()
    caller.hang_up()
    await asyncio.sleep(1)
    office.fake.reconnect()
    story = await office.story()
    assert story.ended_by == "system"
    assert all(leg.ended_at for leg in story.legs)
    assert office.state(ANA) == "ready"


async def test_ana_calls_out_from_her_page():
    office = Office()
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=0.2)
    office.fake.when_dialled("13900139000", answers_after=3)
    dial(office.exchange, ANA, "13900139000", DialPermission.NATIONAL)
    ana = await office.fake.dialled(ANA_PAGE)
    assert ana.headers["auto"] == "1"
    await office.until(lambda: ana.hears() == {"ringing"}, within=2)
    await office.until(lambda: ana.hears() == {"13900139000"}, within=5)
    assert office.state(ANA) == "talking"
    them = office.fake.party("13900139000")
    assert them.shown is not None and them.shown.number == "057188001"
    await asyncio.sleep(5)
    them.hang_up()
    story = await office.story()
    assert (story.direction, story.ended_by, story.agent) == ("outbound", "called", ANA)
    assert story.talk == pytest.approx(5, abs=0.5)
    assert story.recordings and office.state(ANA) == "ready"


@pytest.mark.parametrize(
    ("cause", "said"), [(EndCause.BUSY, "party_busy"), (EndCause.NOT_FOUND, "number_not_in_service")]
)
async def test_why_a_call_out_failed_is_said(cause: EndCause, said: str):
    office = Office()
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=0.2)
    office.fake.when_dialled("13900139000", refuses=cause)
    dial(office.exchange, ANA, "13900139000", DialPermission.NATIONAL)
    ana = await office.fake.dialled(ANA_PAGE)
    await office.until(lambda: ana.hears() == {said}, within=5)
    story = await office.story()
    assert story.loss_reason == str(cause)
    assert office.state(ANA) == "ready"


async def test_what_ana_may_not_dial_is_refused():
    office = Office()
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=0.2)
    dial(office.exchange, ANA, "0014155550100", DialPermission.NATIONAL)
    ana = await office.fake.dialled(ANA_PAGE)
    await office.until(lambda: ana.hears() == {"not_allowed"}, within=5)
    assert (await office.story()).loss_reason == "not_permitted"


async def test_the_prefix_for_an_outside_line_is_not_sent():
    directory = replace(company(), company=Company(external_prefix="9"))
    for dialled in ("913900139000", "13900139000"):
        way = find_way(directory, dialled, DialPermission.NATIONAL)
        assert isinstance(way, WayOut)
        assert [line.number for line in way.lines] == ["13900139000"]


async def test_an_emergency_number_that_begins_like_the_prefix_is_sent_whole():
    directory = replace(company(), company=Company(country="GB", external_prefix="9"))
    for dialled in ("999", "9999"):
        way = find_way(directory, dialled, DialPermission.INTERNAL)
        assert isinstance(way, WayOut)
        assert [line.number for line in way.lines] == ["999"]


async def test_colleagues_talk_and_can_neither_hold_nor_transfer():
    office = Office()
    await office.sign_in(ANA, BO)
    office.fake.when_dialled(BO_PHONE, answers_after=2)
    ana = office.fake.device_calls(ANA_PAGE, "802")
    await office.until(lambda: ana.hears() == {BO_PHONE}, within=5)
    assert office.state(ANA) == office.state(BO) == "talking"
    [call] = office.exchange.calls.values()
    assert call.audience == {ANA, BO}  # both screens show the call
    assert not [told for told in office.told if told.type == "call.ended"]
    for event in (c.HoldPressed(), c.MutePressed(True), c.TransferPressed(ToQueue(SALES))):
        with pytest.raises(InternalCall):
            press(call, event)
    ana.hang_up()
    story = await office.story()
    assert (story.direction, story.ended_by) == ("internal", "agent")
    assert office.state(ANA) == office.state(BO) == "ready"


async def test_lines_that_are_full_are_said_to_be():
    office = Office()
    await office.sign_in(ANA)
    office.call("88001"), office.call("88001", "13900139001")  # the trunk takes two
    office.fake.when_dialled(ANA_PAGE, answers_after=0.2)
    dial(office.exchange, ANA, "13900139000", DialPermission.NATIONAL)
    ana = await office.fake.dialled(ANA_PAGE)
    await office.until(lambda: ana.hears() == {"trunk_busy"}, within=5)
    await office.until(lambda: not office.exchange.calls, within=60)
    lost = [j.loss_reason for j in office.book.journeys().values() if j.direction == "outbound"]
    assert lost == ["trunk_full"]


async def test_an_internal_call_to_a_queue_and_an_attendant():
    office = Office()
    office.fake.register(BO_PHONE)
    await asyncio.sleep(0.1)
    bo = office.fake.device_calls(BO_PHONE, "700")
    await office.until(lambda: bo.hears() == {"demo_menu"}, within=5)
    assert office.directory.attendants[MAIN].number == "700"
    bo.hang_up()
    assert (await office.story()).direction == "internal"


async def test_a_trunk_that_is_down_gives_way_to_nothing_else():
    office = Office()
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=0.2)
    office.fake.when_dialled("13900139000", refuses=EndCause.CONGESTION)
    dial(office.exchange, ANA, "13900139000", DialPermission.NATIONAL)
    ana = await office.fake.dialled(ANA_PAGE)
    await office.until(lambda: ana.hears() == {"trunk_busy"}, within=5)
    assert (await office.story()).loss_reason == "network"
    assert CITY in office.directory.trunks


async def bo_joins(office: Office, call: Call) -> Party:
    """Bo's phone is rung for this call and comes into the talk as a third one."""
    office.fake.register(BO_PHONE)
    office.fake.when_dialled(BO_PHONE, answers_after=1)
    await asyncio.sleep(0.1)
    shown = CallerId(call.view.from_number)
    party = await Ringing(call, office.exchange.phones.of_agent(BO), shown=shown, timeout=20).answered()
    assert call.conversation is not None
    call.conversation.add_guest(party)
    return office.fake.party(BO_PHONE)


async def test_a_guest_is_heard_by_both_and_goes_on_when_the_agent_leaves():
    office = Office()
    call, caller, ana = await talking(office)
    bo = await bo_joins(office, call)
    await office.until(lambda: caller.hears() == {ANA_PAGE, BO_PHONE} and bo.hears() == {"13800138000", ANA_PAGE})
    assert [guest.name for guest in call.view.guests] == ["Bo"]
    await asyncio.sleep(5)
    ana.hang_up()
    await office.until(lambda: caller.hears() == {BO_PHONE} and office.state(BO) == "talking", within=1)
    assert office.state(ANA) == "wrap_up" and call.view.agent == BO and call.view.guests == []
    await asyncio.sleep(3)
    caller.hang_up()
    story = await office.story()
    talks = {leg.agent: leg.talk for leg in story.legs if leg.agent}
    assert talks == {ANA: pytest.approx(6, abs=1), BO: pytest.approx(3, abs=0.5)}
    assert office.state(BO) == "wrap_up" or office.state(BO) == "offline"


async def test_a_guest_hangs_up_for_himself_alone():
    office = Office()
    call, caller, _ = await talking(office)
    await bo_joins(office, call)
    office.exchange.hang_up(call, BO)
    await office.until(lambda: caller.hears() == {ANA_PAGE} and call.view.guests == [], within=1)
    caller.hang_up()
    await office.story()


async def test_three_who_talk_go_on_over_a_restart_of_the_server():
    office = Office()
    call, caller, _ = await talking(office)
    await bo_joins(office, call)
    await asyncio.sleep(2)
    office.new_server()
    await asyncio.sleep(3)
    office.fake.reconnect()
    await asyncio.sleep(1)
    [adopted] = office.exchange.calls.values()
    assert caller.hears() == {ANA_PAGE, BO_PHONE}
    assert [guest.name for guest in adopted.view.guests] == ["Bo"]
    caller.hang_up()
    await office.story()
