"""Callers who leave the queue to be called back when it is their turn."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from company import ANA, ANA_PAGE, BO, BO_PHONE, CITY, SALES, Office, company, with_queue

from callroom.core.acd.model import Strategy
from callroom.core.directory import CallbackRules, Directory
from callroom.core.journeys.facts import CallbackLine
from callroom.core.journeys.model import Journey
from callroom.core.routing.model import ToQueueVoicemail
from callroom.telephony.fake import Party, PartyState
from callroom.telephony.port import EndCause

MEI, LI = "13800138000", "13900139000"
RULES = CallbackRules("9", attempts=3, retry=600.0, caller_number="057188000")


def offering(**queue: Any) -> Directory:
    return with_queue(company(**queue), callback=RULES, announce_every=30.0)


async def asks(office: Office, number: str = MEI) -> Party:
    """A caller who leaves his own number and is let go."""
    caller = office.call(number=number)
    await asyncio.sleep(3)
    caller.press("9")
    await office.until(lambda: "callback_confirm" in caller.hears(), within=20)
    caller.press("1")
    await office.until(lambda: caller.hears() == {"callback_confirmed"}, within=1)
    await office.until(lambda: caller.state is PartyState.ENDED, within=5)
    return caller


def only(office: Office) -> CallbackLine:
    [line] = office.book.callbacks().values()
    return line


def call_back(office: Office) -> Journey:
    return office.book.journeys()[str(only(office).journey)]


async def over(office: Office) -> None:
    await office.until(lambda: not office.exchange.calls and not office.exchange.parties, within=300)
    await asyncio.sleep(1)
    assert not office.exchange.notes.open_journeys()
    left = office.fake.left_over()
    assert not left, left


async def test_a_caller_keeps_his_place_and_is_called_when_it_is_his_turn():
    office = Office(offering())
    await asks(office)
    second = office.call(number=LI)
    await office.until(lambda: len(office.exchange.acd.distributor.waiting(SALES)) == 2, within=1)
    asked = only(office)
    await asyncio.sleep(60)
    await office.sign_in(ANA)
    ana = await office.fake.dialled(ANA_PAGE)
    assert ana.shown is not None and ana.shown.number == MEI, "he was first"
    [call] = [call for call in office.exchange.calls.values() if call.view.origin == "callback"]
    assert (call.view.to_number, call.view.offered_to, call.view.direction) == (MEI, [ANA], "outbound")
    assert ana.headers["call"] == call.journey
    await office.until(lambda: call.view.customer is not None and call.view.customer.name == "Mei", within=1)
    ana.answer()
    await office.until(lambda: ana.hears() == {"callback_dialling"}, within=1)
    mei = await office.fake.dialled(MEI)
    assert mei.shown is not None and mei.shown.number == "057188000"
    assert "music" in second.hears() or second.hears(), "the other still waits"
    mei.answer()
    await office.until(lambda: mei.hears() == {ANA_PAGE} and ana.hears() == {MEI}, within=1)
    assert only(office).state == "done" and only(office).attempts == 1
    await asyncio.sleep(20)
    mei.hang_up()
    await office.until(lambda: office.state(ANA) == "wrap_up", within=1)
    second.hang_up()
    await over(office)
    first, returned = office.book.journeys()[asked.origin_journey], call_back(office)
    [visit] = first.queue_visits
    assert (visit.outcome, visit.reason, visit.key) == ("flowed_out", "callback", "9")
    assert (returned.origin, returned.origin_journey, returned.direction) == ("callback", first.id, "outbound")
    assert returned.queue_visits == [], "he was offered to the queue once"
    assert returned.talk == pytest.approx(20, abs=0.5) and returned.agent == ANA
    board = office.exchange.board.queue(SALES)
    assert board is not None
    today = board.today
    assert today["offered"] == today["answered"] + today["abandoned"] + today["flowed_out"] == 2


async def test_a_key_customer_is_called_back_before_who_asked_earlier():
    office = Office(offering(tier_weight=600.0))
    office.regulars.tiers["c1"] = 2
    await asks(office, LI)
    await asyncio.sleep(60)
    await asks(office, MEI)
    await asyncio.sleep(5)
    await office.sign_in(ANA)
    ana = await office.fake.dialled(ANA_PAGE)
    assert ana.shown is not None and ana.shown.number == MEI
    for line in office.book.callbacks().values():
        office.exchange.callbacks.cancel(line.id)
    await over(office)


async def test_the_announcements_tell_that_one_can_be_called_back():
    office = Office(offering())
    caller = office.call()
    await office.until(lambda: caller.hears() == {"callback_hint"})
    await office.until(lambda: caller.hears() == {"digit_9"}, within=3)
    caller.hang_up()
    await office.story()


async def test_another_number_is_typed_and_one_that_may_not_be_called_is_refused():
    office = Office(offering())
    caller = office.call()
    await asyncio.sleep(1)
    caller.press("9")
    await office.until(lambda: caller.hears() == {"callback_number"}, within=1)
    caller.press("2")
    await office.until(lambda: caller.hears() == {"callback_enter"}, within=1)
    caller.press("0014155550100#")  # abroad
    await office.until(lambda: caller.hears() == {"callback_bad_number"}, within=1)
    await office.until(lambda: caller.hears() == {"callback_enter"}, within=3)
    caller.press("13900139000")  # and nothing more
    await office.until(lambda: "callback_number" in caller.hears(), within=8)
    caller.press("1")
    await over(office)
    assert (only(office).number, only(office).state) == (LI, "waiting")


@pytest.mark.parametrize("number", ["110", "120", "12345", "801", "0014155550100", "1234567890123456789012"])
async def test_who_leaves_no_number_that_can_be_called_waits_on(number: str):
    office = Office(offering())
    caller = office.call(number="anonymous")
    await asyncio.sleep(1)
    caller.press("9")
    for _ in range(3):
        await office.until(lambda: caller.hears() == {"callback_enter"}, within=5)
        caller.press(f"{number}#")
        await office.until(lambda: caller.hears() == {"callback_bad_number"}, within=2)
    await office.until(lambda: caller.hears() == {"music"}, within=5)
    assert office.exchange.acd.distributor.waiting(SALES)
    await office.until(lambda: caller.hears() == {"all_busy"}, within=40)
    caller.hang_up()
    assert (await office.story()).queue_visits[0].outcome == "abandoned"
    assert not office.book.callbacks()


async def test_an_agent_who_comes_while_the_number_is_asked_for_talks_at_once():
    office = Office(offering())
    await office.sign_in(ANA)
    caller = office.call()
    ana = await office.fake.dialled(ANA_PAGE)
    caller.press("9")
    await office.until(lambda: caller.hears() == {"callback_number"}, within=1)
    ana.answer()
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=1)
    caller.press("1")
    await asyncio.sleep(5)
    caller.hang_up()
    assert (await office.story()).queue_visits[0].outcome == "answered"
    assert not office.book.callbacks()


async def test_who_does_not_answer_is_called_three_times_ten_minutes_apart():
    office = Office(offering(wrap_up=0.0))
    office.fake.when_dialled(MEI, refuses=EndCause.BUSY)
    await asks(office)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    await office.sign_in(ANA)
    await office.until(lambda: only(office).due_at is not None, within=30)
    assert (only(office).state, only(office).attempts, only(office).reason) == ("waiting", 1, "busy")
    assert call_back(office).loss_reason == "busy"
    await asyncio.sleep(550)
    assert only(office).attempts == 1 and office.state(ANA) == "ready"
    await asyncio.sleep(90)
    assert only(office).attempts == 2
    await asyncio.sleep(700)
    assert (only(office).state, only(office).attempts, only(office).reason) == ("failed", 3, "busy")
    await over(office)
    returned = [journey for journey in office.book.journeys().values() if journey.origin == "callback"]
    assert len(returned) == 3
    assert office.state(ANA) == "ready"
    await asyncio.sleep(3600)
    assert len(office.book.journeys()) == 4, "never again"


async def test_an_agent_who_hangs_up_before_the_number_is_dialled_costs_no_attempt():
    office = Office(offering(wrap_up=3.0))
    await asks(office)
    await office.sign_in(ANA)
    ana = await office.fake.dialled(ANA_PAGE)
    ana.answer()
    await office.until(lambda: ana.hears() == {"callback_dialling"}, within=1)
    ana.hang_up()
    await office.until(lambda: only(office).state == "waiting", within=1)
    assert only(office).attempts == 0
    again = await office.fake.dialled(ANA_PAGE)
    again.answer()
    mei = await office.fake.dialled(MEI)
    again.hang_up()
    await office.until(lambda: mei.state is PartyState.ENDED, within=1)
    await office.until(lambda: only(office).reason == "agent_hung_up", within=1)
    assert (only(office).state, only(office).attempts) == ("waiting", 1)
    await over(office)


async def test_agents_who_do_not_answer_leave_him_first_in_line():
    office = Office(offering(strategy=Strategy.ROTATE_WITH_MEMORY, ring_timeout=10.0))
    await asks(office)
    await office.sign_in(ANA, BO)
    ana = await office.fake.dialled(ANA_PAGE)
    ana.refuse(EndCause.BUSY)
    bo = await office.fake.dialled(BO_PHONE)
    name = only(office).id
    await office.until(lambda: office.exchange.callbacks.rings(name), within=1)
    bo.answer()
    mei = await office.fake.dialled(MEI)
    mei.answer()
    await office.until(lambda: only(office).state == "done", within=1)
    await asyncio.sleep(3)
    bo.hang_up()
    await over(office)
    assert len(office.book.journeys()) == 2


@pytest.mark.parametrize("stage", ["waiting", "agent rings", "agent answered", "number rings", "later"])
async def test_a_cancelled_one_is_called_no_more(stage: str):
    office = Office(offering(wrap_up=2.0))
    await asks(office)
    if stage != "waiting":
        if stage == "later":
            office.fake.when_dialled(MEI, refuses=EndCause.BUSY)
        await office.sign_in(ANA)
        ana = await office.fake.dialled(ANA_PAGE)
        if stage != "agent rings":
            ana.answer()
            await asyncio.sleep(0.5 if stage == "agent answered" else 4)
    name = only(office).id
    assert office.exchange.callbacks.cancel(name)
    assert not office.exchange.callbacks.cancel(name)
    await over(office)
    assert only(office).state == "cancelled"
    assert not office.exchange.acd.distributor.waiting(SALES)
    journeys = len(office.book.journeys())
    await asyncio.sleep(2000)
    assert len(office.book.journeys()) == journeys
    assert office.state(ANA) in ("ready", "offline")


@pytest.mark.parametrize("stage", ["waiting", "agent rings", "number rings", "due later"])
async def test_a_server_that_dies_forgets_nobody(stage: str):
    office = Office(offering(wrap_up=2.0))
    await asks(office)
    if stage == "due later":
        office.fake.when_dialled(MEI, refuses=EndCause.BUSY)
    if stage != "waiting":
        await office.sign_in(ANA)
        ana = await office.fake.dialled(ANA_PAGE)
        if stage != "agent rings":
            ana.answer()
            await office.fake.dialled(MEI)
            await asyncio.sleep(1 if stage == "number rings" else 10)
    asked_at = only(office).asked_at
    office.new_server()
    await asyncio.sleep(1)
    office.fake.reconnect()
    await asyncio.sleep(1)
    assert only(office).state in ("waiting", "ringing")
    if stage == "waiting":
        await office.sign_in(ANA)
    if stage == "due later":
        assert office.state(ANA) in ("ready", "wrap_up")
        office.fake.when_dialled(MEI, answers_after=2)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    if stage == "agent rings":
        ana = await office.fake.dialled(ANA_PAGE)
        ana.answer()
    if stage != "due later":
        mei = await office.fake.dialled(MEI)
        mei.answer()
    await office.until(lambda: only(office).state == "done", within=700)
    assert only(office).asked_at == asked_at
    office.fake.party(MEI).hang_up()
    await over(office)


async def test_who_talks_while_the_server_dies_is_not_called_again():
    office = Office(offering())
    await asks(office)
    await office.sign_in(ANA)
    ana = await office.fake.dialled(ANA_PAGE)
    ana.answer()
    mei = await office.fake.dialled(MEI)
    mei.answer()
    await office.until(lambda: mei.hears() == {ANA_PAGE}, within=1)
    office.new_server()
    await asyncio.sleep(1)
    office.fake.reconnect()
    await asyncio.sleep(1)
    assert mei.hears() == {ANA_PAGE} and only(office).state == "done"
    mei.hang_up()
    await over(office)


async def test_neither_the_longest_wait_nor_an_empty_queue_sends_him_away_but_its_end_does():
    office = Office(offering(max_wait=60.0, waits_without_agents=False, max_length=1))
    await office.sign_in(ANA)
    office.exchange.set_presence(ANA, "busy", "lunch")
    await asks(office)
    late = office.call(number=LI)
    await office.until(lambda: late.hears() == {"leave_message"}, within=5)
    late.hang_up()
    office.exchange.sign_out(ANA)
    await asyncio.sleep(600)
    assert only(office).state == "waiting"
    office.exchange.set_directory(replace(office.directory, queues={}))
    await over(office)
    assert (only(office).state, only(office).reason) == ("failed", "queue_gone")


async def test_asking_twice_is_asking_once():
    office = Office(offering())
    await asks(office)
    await asks(office)
    assert len(office.book.callbacks()) == 1
    assert len(office.exchange.acd.distributor.waiting(SALES)) == 1
    await over(office)


async def test_when_no_line_is_free_he_is_called_later():
    office = Office(offering(wrap_up=0.0))
    city = office.directory.trunks[CITY]
    office.directory = replace(office.directory, trunks={CITY: replace(city, max_calls=0)})
    await asks(office)
    office.exchange.set_directory(office.directory)
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    (await office.fake.dialled(ANA_PAGE)).answer()
    await office.until(lambda: only(office).reason == "trunk_full", within=30)
    assert only(office).state == "waiting"
    await over(office)


async def test_without_a_way_out_any_more_he_is_given_up():
    office = Office(offering(wrap_up=0.0, waits_without_agents=True))
    await asks(office)
    office.exchange.set_directory(replace(office.directory, outbound=()))
    await office.sign_in(ANA)
    (await office.fake.dialled(ANA_PAGE)).answer()
    await office.until(lambda: only(office).state == "failed", within=30)
    assert only(office).reason == "no_route"
    await over(office)


async def test_an_exit_key_and_the_callback_key_go_side_by_side():
    office = Office(with_queue(offering(), exit_keys={"0": ToQueueVoicemail()}))
    caller = office.call()
    await asyncio.sleep(1)
    caller.press("0")
    await office.until(lambda: caller.hears() == {"leave_message"}, within=1)
    caller.hang_up()
    await office.story()
    assert not office.book.callbacks()


async def test_the_prefix_for_an_outside_line_is_not_taken_off_a_callers_number():
    plain = offering()
    office = Office(replace(plain, company=replace(plain.company, external_prefix="0")))
    await asks(office, "057188002222")
    assert only(office).number == "057188002222"
    await office.sign_in(ANA)
    (await office.fake.dialled(ANA_PAGE)).answer()
    (await office.fake.dialled("057188002222")).answer()
    await office.until(lambda: only(office).state == "done", within=5)
    office.fake.party("057188002222").hang_up()
    await over(office)
