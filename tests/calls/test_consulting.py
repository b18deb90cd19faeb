"""An agent asks somebody while his customer waits (CC-16): a colleague, or a number outside."""

import asyncio
from dataclasses import replace

import pytest
from company import ANA, ANA_PAGE, BO, BO_PHONE, SALES, X802, Office, company, press, talking

from callroom.calls.arrivals import dial
from callroom.calls.call import Call
from callroom.core import conversation as c
from callroom.core.acd.model import Strategy
from callroom.core.directory import Device, Extension
from callroom.core.ids import AgentId, DeviceId, ExtensionId
from callroom.core.routing.model import DialPermission, ToExtension, ToOutside, ToQueue
from callroom.errors import InternalCall
from callroom.telephony.fake import Party, PartyState
from callroom.telephony.port import EndCause


async def consulting(office: Office) -> tuple[Call, Party, Party, Party]:
    """Ana asks Bo while her customer hears music."""
    call, caller, ana = await talking(office)
    office.fake.register(BO_PHONE)
    office.fake.when_dialled(BO_PHONE, answers_after=2)
    await asyncio.sleep(0.5)
    press(call, c.ConsultPressed(ToExtension(X802)))
    await office.until(lambda: caller.hears() == {"music"} and ana.hears() == {"ringing"}, within=1)
    assert call.view.consult is not None and (call.view.consult.name, call.view.consult.state) == ("Bo", "ringing")
    await office.until(lambda: ana.hears() == {BO_PHONE}, within=5)
    assert caller.hears() == {"music"} and (call.view.state, call.view.consult.state) == ("consulting", "talking")
    assert office.exchange.agent_talks(BO)
    return call, caller, ana, office.fake.party(BO_PHONE)


async def test_ana_asks_bo_and_goes_back_to_her_customer():
    office = Office()
    call, caller, ana, _bo = await consulting(office)
    await asyncio.sleep(10)
    press(call, c.TakeBackPressed())
    await office.until(lambda: caller.hears() == {ANA_PAGE} and ana.hears() == {"13800138000"}, within=1)
    assert call.view.consult is None and not office.exchange.agent_talks(BO)
    await asyncio.sleep(5)
    caller.hang_up()
    story = await office.story()
    hers, his = (next(leg for leg in story.legs if leg.agent == agent) for agent in (ANA, BO))
    assert (hers.talk, hers.hold) == (pytest.approx(6, abs=1), pytest.approx(12, abs=0.5))
    assert (his.talk, his.consulted_by) == (0, ANA)
    assert len(story.recordings) == 1


async def test_ana_asks_bo_and_he_takes_the_call():
    office = Office()
    call, caller, ana, _bo = await consulting(office)
    press(call, c.CompletePressed())
    await office.until(lambda: caller.hears() == {BO_PHONE} and ana.state is PartyState.ENDED, within=1)
    assert (office.state(ANA), call.view.agent, call.view.consult) == ("wrap_up", BO, None)
    await asyncio.sleep(8)
    caller.hang_up()
    story = await office.story()
    his = next(leg for leg in story.legs if leg.agent == BO)
    assert (his.talk, len(story.recordings)) == (pytest.approx(8, abs=0.5), 1)
    assert story.agent == BO


async def test_ana_swaps_between_customer_and_colleague_and_brings_them_together():
    office = Office()
    call, caller, ana, bo = await consulting(office)
    press(call, c.SwapPressed())
    await office.until(lambda: caller.hears() == {ANA_PAGE} and bo.hears() == {"music"}, within=1)
    press(call, c.SwapPressed())
    await office.until(lambda: caller.hears() == {"music"} and bo.hears() == {ANA_PAGE}, within=1)
    press(call, c.ConferPressed())
    await office.until(lambda: caller.hears() == {ANA_PAGE, BO_PHONE} and ana.hears() == {"13800138000", BO_PHONE})
    assert [guest.name for guest in call.view.guests] == ["Bo"] and call.view.consult is None
    bo.hang_up()
    await office.until(lambda: caller.hears() == {ANA_PAGE} and not office.exchange.agent_talks(BO), within=1)
    caller.hang_up()
    await office.story()


async def test_whoever_hangs_up_while_asking_gives_the_customer_to_the_one_who_was_asked():
    office = Office()
    _call, caller, ana, _bo = await consulting(office)
    ana.hang_up()
    await office.until(lambda: caller.hears() == {BO_PHONE} and office.state(ANA) == "wrap_up", within=1)
    caller.hang_up()
    await office.story()


async def test_a_colleague_who_does_not_answer_leaves_the_customer_on_hold():
    office = Office()
    call, caller, ana = await talking(office)
    office.fake.register(BO_PHONE)
    office.fake.when_dialled(BO_PHONE, refuses=EndCause.REJECTED, refuses_after=1)
    await asyncio.sleep(0.5)
    press(call, c.ConsultPressed(ToExtension(X802)))
    await office.until(lambda: call.view.state == "held", within=5)
    assert call.view.consult is not None and (call.view.consult.state, call.view.consult.cause) == (
        "failed",
        "rejected",
    )
    assert ana.hears() == set() and caller.hears() == {"music"}
    press(call, c.ResumePressed())
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=1)
    assert call.view.consult is None
    caller.hang_up()
    await office.story()


CHEN, CHEN_PHONE, X803 = AgentId("chen"), DeviceId("chen-phone"), ExtensionId("x803")


@pytest.mark.parametrize(("strategy", "first"), [(Strategy.LINEAR, {CHEN}), (Strategy.RING_ALL, {BO, CHEN})])
async def test_a_queue_is_asked_as_it_rings_its_agents(strategy: Strategy, first: set[AgentId]):
    known = company(strategy=strategy, members=(ANA, CHEN, BO), ring_timeout=10.0)
    chen = replace(known.agents[BO], id=CHEN, name="Chen", staff_number="1003", extension=X803)
    directory = replace(
        known,
        agents=known.agents | {CHEN: chen},
        extensions=known.extensions | {X803: Extension(X803, "803", "Chen", (CHEN_PHONE,), CHEN)},
        devices=known.devices | {CHEN_PHONE: Device(CHEN_PHONE, X803, "sip", "secret-of-chen")},
    )
    office = Office(directory)
    call, caller, ana = await talking(office)
    await office.sign_in(BO, CHEN)
    press(call, c.ConsultPressed(ToQueue(SALES)))
    await asyncio.sleep(1)
    phones = {BO: BO_PHONE, CHEN: CHEN_PHONE}
    assert {agent for agent, phone in phones.items() if office.fake.parties(phone)} == first
    if first == {CHEN}:
        await office.until(lambda: bool(office.fake.parties(BO_PHONE)), within=10)
        assert office.fake.party(CHEN_PHONE).state is PartyState.ENDED, "he was rung for the queue's time, then Bo"
    office.fake.party(BO_PHONE).answer()
    await office.until(lambda: ana.hears() == {BO_PHONE}, within=2)
    assert call.view.consult is not None and (call.view.consult.name, call.view.consult.state) == ("Bo", "talking")
    caller.hang_up()
    await office.story()


async def test_when_nobody_of_a_queue_answers_each_was_rung_once():
    office = Office(company(ring_timeout=5.0))
    call, caller, _ana = await talking(office)
    await office.sign_in(BO)
    press(call, c.ConsultPressed(ToQueue(SALES)))
    await office.until(lambda: call.view.state == "held", within=8)
    assert call.view.consult is not None and (call.view.consult.state, call.view.consult.cause) == (
        "failed",
        "no_answer",
    )
    assert len(office.fake.parties(BO_PHONE)) == 1
    caller.hang_up()
    await office.story()


async def test_the_customer_hangs_up_while_ana_asks():
    office = Office()
    _call, caller, ana, bo = await consulting(office)
    caller.hang_up()
    await office.until(lambda: ana.state is PartyState.ENDED and bo.state is PartyState.ENDED, within=2)
    story = await office.story()
    assert story.ended_by == "caller"


async def test_a_number_outside_is_asked():
    office = Office()
    call, caller, ana = await talking(office)
    office.fake.when_dialled("13900139000", answers_after=1)
    press(call, c.ConsultPressed(ToOutside("13900139000")))
    await office.until(lambda: ana.hears() == {"13900139000"}, within=5)
    press(call, c.ConferPressed())
    await office.until(lambda: caller.hears() == {ANA_PAGE, "13900139000"}, within=1)
    ana.hang_up()
    await office.until(lambda: caller.hears() == {"13900139000"}, within=1)
    caller.hang_up()
    await office.story()


async def test_a_page_that_reloads_while_asking_finds_both_again():
    office = Office()
    call, caller, ana, bo = await consulting(office)
    ana.vanish()
    office.fake.unregister(ANA_PAGE)
    await office.until(lambda: bo.hears() == {"music"} and caller.hears() == {"music"}, within=3)
    office.fake.when_dialled(ANA_PAGE)
    office.fake.register(ANA_PAGE)
    await office.until(lambda: bo.hears() == {ANA_PAGE} and call.view.state == "consulting", within=3)
    press(call, c.TakeBackPressed())
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=1)
    caller.hang_up()
    await office.story()


async def test_a_consultation_goes_on_over_a_restart_of_the_server():
    office = Office()
    _call, caller, ana, bo = await consulting(office)
    office.new_server()
    await asyncio.sleep(3)
    office.fake.reconnect()
    await asyncio.sleep(1)
    [call] = office.exchange.calls.values()
    assert caller.hears() == {"music"} and ana.hears() == {BO_PHONE} and bo.hears() == {ANA_PAGE}
    press(call, c.CompletePressed())
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=1)
    caller.hang_up()
    await office.story()


async def test_nobody_is_asked_in_an_internal_call():
    office = Office()
    await office.sign_in(ANA, BO)
    office.fake.when_dialled(BO_PHONE, answers_after=1)
    office.fake.when_dialled(ANA_PAGE, answers_after=0)
    dial(office.exchange, ANA, "802", DialPermission.NATIONAL)
    await office.until(lambda: office.state(BO) == "talking", within=5)
    [call] = office.exchange.calls.values()
    with pytest.raises(InternalCall):
        press(call, c.ConsultPressed(ToOutside("13900139000")))
    press(call, c.HangUpPressed())
    await office.story()


async def test_the_agent_hangs_up_in_her_page_and_leaves_the_other_two():
    office = Office()
    call, caller, ana, _bo = await consulting(office)
    press(call, c.ConferPressed())
    press(call, c.HangUpPressed())
    await office.until(lambda: caller.hears() == {BO_PHONE} and ana.state is PartyState.ENDED, within=1)
    assert call.view.agent == BO
    caller.hang_up()
    await office.story()
