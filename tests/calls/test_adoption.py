"""A server dies at a bad moment, or twice; what callers said and how long they talked is kept."""

import asyncio

import pytest
from company import ANA, ANA_PAGE, BO, BO_PHONE, SALES, X802, Office, company, press, talking

from callroom.calls.arrivals import dial
from callroom.core import conversation as c
from callroom.core.routing.model import DialPermission, ToExtension
from callroom.telephony.fake import PartyState
from callroom.telephony.port import EndCause

THEM = "13900139000"


@pytest.mark.parametrize("stays", [True, False])
async def test_a_message_spoken_while_no_server_was_there_is_kept(stays: bool):
    office = Office(company(max_wait=5.0))
    caller = office.call()
    await office.until(lambda: caller.hears() == {"leave_message"}, within=10)
    await asyncio.sleep(3)
    office.new_server()
    if not stays:
        caller.hang_up()
    await asyncio.sleep(2)
    office.fake.reconnect()
    await asyncio.sleep(10)
    if caller.state is PartyState.TALKING:
        caller.press("#")
    story = await office.story()
    assert story.voicemail is not None and story.voicemail.seconds == 7.0  # what the file measures
    assert story.message is None
    assert story.loss_reason == "no_agent_signed_in"


async def test_a_talk_outlives_two_deaths():
    office = Office()
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    caller = office.call()
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=5)
    await asyncio.sleep(10)
    for _ in range(2):
        office.new_server()
        office.fake.reconnect()
        await asyncio.sleep(0)  # dead again while it takes the calls over
    await asyncio.sleep(5)
    office.fake.register(ANA_PAGE)
    assert caller.hears() == {ANA_PAGE}
    await asyncio.sleep(5)
    caller.hang_up()
    story = await office.story()
    assert story.talk == pytest.approx(20, abs=1.5)
    assert (story.agent, story.loss_reason) == (ANA, None)


async def test_a_caller_who_was_not_recognised_is_looked_up_again():
    """Else the page of another system would never open for him, and nobody would see that he called before."""
    office = Office()
    office.regulars.delay = 60
    caller = office.call()
    await office.until(lambda: "music" in caller.hears(), within=5)
    office.new_server()
    office.regulars.delay = 0.01
    office.fake.reconnect()
    await office.until(lambda: bool(office.exchange.calls), within=5)
    [call] = office.exchange.calls.values()
    await office.until(lambda: call.view.customer is not None, within=1)
    assert call.view.earlier_calls == 3
    caller.hang_up()
    assert (await office.story()).customer is not None


async def test_a_muted_agent_stays_muted():
    office = Office()
    call, caller, _ = await talking(office)
    press(call, c.MutePressed(True))
    await asyncio.sleep(1)
    office.new_server()
    told = len(office.told)
    office.fake.reconnect()
    await office.until(lambda: bool(office.exchange.calls), within=5)
    await asyncio.sleep(1)
    changes = [one.data["muted"] for one in office.told[told:] if one.type == "call.changed"]
    assert changes and all(changes), "his page would open his microphone"
    [after] = office.exchange.calls.values()
    press(after, c.MutePressed(False))
    assert not after.view.muted
    caller.hang_up()
    await office.story()


async def test_an_agent_who_waited_for_a_colleague_hears_no_ringing_any_more():
    office = Office()
    call, caller, ana = await talking(office)
    office.fake.register(BO_PHONE)
    press(call, c.ConsultPressed(ToExtension(X802)))
    bo = await office.fake.dialled(BO_PHONE)
    await office.until(lambda: ana.hears() == {"ringing"}, within=1)
    office.new_server()
    office.fake.reconnect()
    await office.until(lambda: bo.state is PartyState.ENDED and not ana.hears(), within=5)
    [after] = office.exchange.calls.values()
    assert (after.view.state, caller.hears()) == ("held", {"music"})
    press(after, c.ResumePressed())
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=1)
    caller.hang_up()
    await office.story()


async def test_who_talked_until_he_hung_up_unseen_has_talked():
    office = Office()
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    caller = office.call()
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=5)
    await asyncio.sleep(4)
    office.new_server()
    caller.hang_up()
    await asyncio.sleep(1)
    office.fake.reconnect()
    await asyncio.sleep(1)
    assert (await office.story()).talk == 7.0  # the recording's length


async def test_the_called_party_answers_while_no_server_is_there():
    office = Office()
    await office.sign_in(ANA)
    office.fake.when_dialled(THEM, answers_after=3)
    dial(office.exchange, ANA, THEM, DialPermission.NATIONAL)
    await office.fake.dialled(THEM)
    office.new_server()
    await asyncio.sleep(5)
    office.fake.reconnect()
    await asyncio.sleep(1)
    story = await office.story()
    assert (story.answered_at, story.trunk, story.agent) == (None, "city", ANA)
    assert office.state(ANA) == "ready"


async def test_screens_are_told_why_a_call_was_lost():
    office = Office()
    caller = office.call()
    await asyncio.sleep(2)
    caller.hang_up()
    await office.story()
    assert [told["loss_reason"] for told in office.views("call.ended")] == ["gave_up_in_queue"]


async def test_who_only_rang_has_not_talked():
    office = Office(company(wrap_up=0.0))
    await office.sign_in(ANA, BO)
    office.fake.when_dialled(BO_PHONE, answers_after=1, hangs_up_after=10)
    caller = office.call()
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=5)
    story = await office.story()
    assert (story.talk, story.agent) == (pytest.approx(10, abs=0.3), BO)
    assert [leg.talked_at is not None for leg in story.legs if leg.agent] == [False, True]
    assert office.exchange.acd.distributor.waiting(SALES) == []


async def test_who_gave_up_while_no_server_was_there_is_counted_on_the_wall():
    office = Office()
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, refuses=EndCause.REJECTED, refuses_after=1)
    caller = office.call()
    await office.until(lambda: bool(office.exchange.acd.distributor.waiting(SALES)), within=5)
    await asyncio.sleep(10)
    office.new_server()
    caller.hang_up()
    await asyncio.sleep(1)
    office.fake.reconnect()
    story = await office.story()
    assert [visit.outcome for visit in story.queue_visits] == ["abandoned"]
    assert story.loss_reason == "agents_did_not_answer"
    view = office.exchange.board.queue(SALES)
    assert view is not None and (view.today["offered"], view.today["abandoned"]) == (1, 1)


async def test_an_answered_caller_whose_note_is_lost_is_served_all_the_same():
    office = Office()
    caller = office.call()
    await office.until(lambda: bool(office.exchange.acd.distributor.waiting(SALES)), within=5)
    office.new_server()
    for leg in office.fake.legs.values():
        leg.checkpoint = ""
    office.fake.reconnect()
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    await office.sign_in(ANA)
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=10)
    caller.hang_up()
    await office.until(lambda: not office.exchange.calls and not office.exchange.notes.open_journeys(), within=5)
