"""Calls from the line, from the greeting to the last hang-up."""

import asyncio

import pytest
from company import ANA, ANA_PAGE, BO, BO_PHONE, SALES, Office, company

from callroom.core.acd.model import Strategy
from callroom.telephony.fake import PartyState
from callroom.telephony.port import EndCause


async def test_a_caller_chooses_sales_and_talks_to_ana():
    office = Office()
    await office.sign_in(ANA)
    caller = office.call("88001")
    await office.until(lambda: caller.hears() == {"demo_menu"}, within=3)
    caller.press("1")
    ana = await office.fake.dialled(ANA_PAGE)
    assert ana.shown is not None and ana.shown.number == "13800138000"
    assert ana.headers["call"] in office.exchange.calls
    await office.until(lambda: "music" in caller.hears(), within=3)
    ana.answer()
    await office.until(lambda: caller.hears() == {ANA_PAGE} and ana.hears() == {"13800138000"}, within=1)
    assert office.state(ANA) == "talking"
    await asyncio.sleep(30)
    caller.hang_up()
    story = await office.story()
    assert [step.key for step in story.ivr_steps] == ["", "1", ""]
    [visit] = story.queue_visits
    assert (visit.queue, visit.outcome, visit.agent) == (SALES, "answered", ANA)
    [offered] = visit.offered
    assert [(one.agent, one.ended, one.seconds) for one in offered.rung] == [(ANA, "answered", pytest.approx(3, abs=3))]
    assert offered.passed_over == (), "Bo is not signed in"
    assert (story.agent, story.ended_by, story.loss_reason) == (ANA, "caller", None)
    assert story.talk == pytest.approx(30, abs=0.5)
    [recording] = story.recordings
    assert recording.complete and recording.seconds == pytest.approx(30, abs=0.5)
    assert story.customer is not None and story.customer.name == "Mei"
    assert [leg.cause for leg in story.legs] == ["normal", "normal"]
    assert office.state(ANA) == "wrap_up"
    await asyncio.sleep(10)
    assert office.state(ANA) == "ready"


async def test_the_agent_hangs_up():
    office = Office()
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=2, hangs_up_after=5)
    caller = office.call()
    story = await office.story()
    assert caller.state is PartyState.ENDED
    assert (story.ended_by, story.queue_visits[0].wait) == ("agent", pytest.approx(2, abs=0.2))


async def test_the_caller_hears_the_menu_again_and_is_let_go():
    office = Office()
    caller = office.call("88001")
    heard: list[frozenset[str]] = []
    while caller.state is not PartyState.ENDED:
        if not heard or heard[-1] != caller.hears():
            heard.append(frozenset(caller.hears()))
        await asyncio.sleep(0.05)
    assert [next(iter(h)) for h in heard if h] == [
        "welcome", "demo_menu", "no_input", "demo_menu", "no_input", "goodbye",
    ]  # fmt: skip
    story = await office.story()
    assert (story.ended_by, story.loss_reason) == ("system", "not_connected")


async def test_who_knows_the_menu_need_not_wait_for_its_words():
    office = Office()
    caller = office.call("88001")
    await office.until(lambda: caller.hears() == {"welcome"}, within=3)
    caller.press("1")
    await office.until(lambda: bool(office.exchange.acd.distributor.waiting(SALES)), within=0.5)
    caller.hang_up()
    assert [step.key for step in (await office.story()).ivr_steps] == ["", "1", ""]


async def test_a_wrong_key_is_said_to_be_wrong():
    office = Office()
    caller = office.call("88001")
    await office.until(lambda: caller.hears() == {"demo_menu"}, within=3)
    caller.press("9")
    await office.until(lambda: caller.hears() == {"invalid_key"}, within=1)
    caller.hang_up()
    assert (await office.story()).loss_reason == "gave_up_in_ivr"


async def test_the_caller_gives_up_while_two_phones_ring():
    office = Office()
    await office.sign_in(ANA, BO)
    caller = office.call()
    ana, bo = await office.fake.dialled(ANA_PAGE), await office.fake.dialled(BO_PHONE)
    await asyncio.sleep(8)
    caller.hang_up()
    story = await office.story()
    assert (ana.end_cause, bo.end_cause) == (EndCause.CANCELLED, EndCause.CANCELLED)
    assert (story.queue_visits[0].outcome, story.loss_reason) == ("abandoned", "agents_did_not_answer")
    assert office.state(ANA) == office.state(BO) == "ready"


async def test_the_first_to_answer_gets_the_caller_and_the_other_is_told():
    office = Office()
    await office.sign_in(ANA, BO)
    caller = office.call()
    ana, bo = await office.fake.dialled(ANA_PAGE), await office.fake.dialled(BO_PHONE)
    ana.answer()
    bo.answer()  # in the same moment
    await office.until(lambda: len([p for p in (ana, bo) if p.state is PartyState.TALKING]) == 1, within=1)
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=1)
    assert office.state(BO) == "ready"
    caller.hang_up()
    await office.story()


async def test_in_turn_bo_is_rung_when_ana_does_not_answer():
    office = Office(company(strategy=Strategy.ROTATE_WITH_MEMORY, ring_timeout=15.0))
    await office.sign_in(ANA, BO)
    office.fake.when_dialled(BO_PHONE, answers_after=1)
    caller = office.call()
    ana = await office.fake.dialled(ANA_PAGE)
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=20)
    assert ana.state is PartyState.ENDED
    caller.hang_up()
    assert (await office.story()).queue_visits[0].offers == 2


async def test_nobody_comes_and_the_caller_leaves_a_message():
    office = Office(company(max_wait=30.0))
    caller = office.call()
    await office.until(lambda: caller.hears() == {"leave_message"}, within=40)
    await office.until(lambda: caller.hears() == set(), within=5)
    await asyncio.sleep(10)
    caller.press("#")
    await office.until(lambda: caller.hears() == {"message_saved"}, within=3)
    story = await office.story()
    assert story.voicemail is not None and story.voicemail.seconds == pytest.approx(10, abs=1.5)
    assert (story.queue_visits[0].outcome, story.loss_reason) == ("flowed_out", "no_agent_signed_in")


async def test_a_message_counts_when_the_caller_simply_hangs_up():
    office = Office(company(max_wait=5.0))
    caller = office.call()
    await office.until(lambda: caller.hears() == {"leave_message"}, within=10)
    await asyncio.sleep(6)
    caller.hang_up()
    story = await office.story()
    assert story.voicemail is not None
    assert story.ended_by == "caller"


async def test_callers_ahead_are_announced():
    office = Office()
    first, second = office.call(), office.call(number="13900139000")
    await office.until(lambda: "you_are_next" in first.hears(), within=60)
    await office.until(lambda: "position_after" in second.hears(), within=60)
    await office.until(lambda: "music" in second.hears(), within=10)
    first.hang_up()
    second.hang_up()
    await office.until(lambda: not office.exchange.calls, within=5)


async def test_a_number_nobody_has_is_refused():
    office = Office()
    caller = office.call("99999")
    story = await office.story()
    assert caller.end_cause is EndCause.NOT_FOUND
    assert (story.ended_by, story.loss_reason) == ("system", "no_route")


async def test_a_direct_number_rings_bo_who_is_not_signed_in():
    office = Office()
    office.fake.register(BO_PHONE)
    office.fake.when_dialled(BO_PHONE, answers_after=3)
    await asyncio.sleep(0.1)
    caller = office.call("88003")
    await office.until(lambda: caller.hears() == {"ringing"}, within=2)
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=5)
    assert office.state(BO) == "talking"
    caller.hang_up()
    await office.story()
    assert office.state(BO) == "offline"


async def test_the_engine_dies_in_a_talk():
    office = Office()
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    caller = office.call()
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=5)
    office.fake.die()
    office.fake.reconnect(fresh=True)
    story = await office.story()
    assert (story.ended_by, story.legs[0].cause, story.loss_reason) == ("system", "engine_lost", None)


@pytest.mark.parametrize("moment", [n / 4 for n in range(0, 60)])
async def test_whenever_the_caller_hangs_up_nothing_is_left(moment: float):
    office = Office(company(wrap_up=2.0))
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=5, hangs_up_after=60)
    caller = office.call("88001")
    loop = asyncio.get_running_loop()
    loop.call_later(2.5, lambda: caller.state is not PartyState.ENDED and caller.press("1"))
    await asyncio.sleep(moment)
    caller.hang_up()
    story = await office.story()
    assert story.ended_by == "caller"
    outcomes = [visit.outcome for visit in story.queue_visits]
    assert None not in outcomes
    await asyncio.sleep(5)
    assert office.state(ANA) == "ready"
