"""What a caller hears and may press in a queue: who answers, how long it takes, music, exits."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from company import ANA, ANA_PAGE, BO_PHONE, SALES, X802, Office, company, with_queue

from callroom.core.routing.model import ToExtension, ToQueueVoicemail
from callroom.telephony.fake import Party, PartyState

PROMPTS = {name: {"zh": f"/prompts/{name}"} for name in ("sales-line", "waltz", "advert", "hello")}
NUMBER_1001 = ["staff_number_before", "digit_1", "digit_0", "digit_1", "staff_number_after"]


def office(**queue: Any) -> Office:
    return Office(with_queue(replace(company(), prompts=PROMPTS), **queue))


async def hears(party: Party, last: str, *, within: float = 60.0) -> list[str]:
    """What a party hears one after the other until ``last``, which comes too."""
    heard: list[str] = []
    end = asyncio.get_running_loop().time() + within
    while not heard or heard[-1] != last:
        assert asyncio.get_running_loop().time() < end, heard
        for one in party.hears():
            if not heard or heard[-1] != one:
                heard.append(one)
        await asyncio.sleep(0.02)
    return heard


# ---------------------------------------------------------------- who answers (CC-20)


async def test_the_caller_hears_the_staff_number_and_the_agent_the_queue_before_they_hear_each_other():
    site = office(announce_agent=True, whisper="sales-line")
    await site.sign_in(ANA)
    caller = site.call()
    ana = await site.fake.dialled(ANA_PAGE)
    await asyncio.sleep(6)
    ana.answer()
    heard, whispered = await asyncio.gather(hears(caller, ANA_PAGE), hears(ana, "13800138000"))
    assert [one for one in heard if one != "music"] == [*NUMBER_1001, ANA_PAGE]
    assert whispered == ["sales-line", "13800138000"]
    await asyncio.sleep(20)
    caller.hang_up()
    story = await site.story()
    assert story.queue_visits[0].wait == pytest.approx(6, abs=0.2), "the announcement is no wait"
    assert story.talk == pytest.approx(20, abs=0.3), "and no talk"


async def test_who_hangs_up_while_the_number_is_told_was_answered():
    site = office(announce_agent=True)
    await site.sign_in(ANA)
    site.fake.when_dialled(ANA_PAGE, answers_after=3)
    caller = site.call()
    await site.until(lambda: "digit_0" in caller.hears())
    caller.hang_up()
    story = await site.story()
    assert (story.queue_visits[0].outcome, story.talk, story.loss_reason) == ("answered", 0, None)
    assert story.agent == ANA and story.answered_at is not None
    assert site.state(ANA) == "wrap_up"


async def test_an_agent_who_hangs_up_while_his_number_is_told_sends_the_caller_first_in_line():
    site = office(announce_agent=True)
    await site.sign_in(ANA)
    site.fake.when_dialled(ANA_PAGE, answers_after=3)
    caller = site.call()
    other = site.call(number="13900139000")
    await site.until(lambda: "digit_0" in caller.hears())
    site.fake.party(ANA_PAGE).hang_up()
    await site.until(lambda: len(site.exchange.acd.distributor.waiting(SALES)) == 2, within=1)
    [first, _] = site.exchange.acd.distributor.waiting(SALES)
    assert site.exchange.calls[first].view.from_number == caller.name
    await site.until(lambda: caller.hears() == {"music"}, within=5)
    await site.until(lambda: caller.hears() == {ANA_PAGE}, within=40)
    caller.hang_up()
    other.hang_up()
    await site.until(lambda: not site.exchange.calls, within=60)
    outcomes = [visit.outcome for journey in site.book.journeys().values() for visit in journey.queue_visits]
    assert sorted(str(one) for one in outcomes) == ["abandoned", "answered", "answered"]


async def test_an_agent_without_a_staff_number_is_connected_at_once():
    plain = replace(company(), prompts=PROMPTS)
    site = Office(
        with_queue(
            replace(plain, agents={**plain.agents, ANA: replace(plain.agents[ANA], staff_number="")}),
            announce_agent=True,
        )
    )
    await site.sign_in(ANA)
    site.fake.when_dialled(ANA_PAGE, answers_after=3)
    caller = site.call()
    assert await hears(caller, ANA_PAGE) == ["music", ANA_PAGE]
    caller.hang_up()
    await site.story()


# ---------------------------------------------------------------- announcements and music


async def test_the_expected_wait_is_told_once_a_call_is_over_and_never_grows():
    site = Office(
        with_queue(
            replace(company(max_wait=None), prompts=PROMPTS), announce_wait=True, announce_every=20.0, periodic="advert"
        )
    )
    await site.sign_in(ANA)
    site.fake.when_dialled(ANA_PAGE, answers_after=1)
    first = site.call()
    await asyncio.sleep(1)
    second, third = site.call(number="13900139000"), site.call(number="13700137000")
    told = await hears(third, "advert", within=40)
    assert told == ["music", "all_busy", "position_before", "digit_1", "position_after", "advert"]
    await asyncio.sleep(89 - 22)
    first.hang_up()  # 90 seconds, and 10 of wrap-up
    await site.until(lambda: second.hears() == {ANA_PAGE}, within=15)
    told = await hears(third, "advert", within=40)
    assert told[-4:] == ["wait_before", "count_2", "wait_after", "advert"], "he is next: 100 seconds"
    site.exchange.acd.distributor._handling._means[SALES] = 200.0  # pyright: ignore[reportPrivateUsage]
    await site.until(lambda: third.hears() == {"music"}, within=10)
    told = await hears(third, "advert", within=40)
    assert told == ["music", "all_busy", "you_are_next", "advert"], "four minutes now: nothing is said of it"
    for caller in (second, third):
        caller.hang_up()
    await site.until(lambda: not site.exchange.calls, within=60)


async def test_a_queue_has_its_own_music_which_goes_on_after_each_announcement():
    site = office(music="waltz", announce_every=15.0, greeting="hello")
    caller = site.call()
    heard = await hears(caller, "you_are_next")
    await site.until(lambda: caller.hears() == {"waltz"}, within=3)
    assert heard == ["hello", "waltz", "all_busy", "you_are_next"]
    site.new_server()
    await asyncio.sleep(0.5)
    site.fake.reconnect()
    await asyncio.sleep(2)
    assert caller.hears() == {"waltz"}
    caller.hang_up()
    await site.story()


@pytest.mark.parametrize(
    ("seconds", "short", "reason"), [(5.0, 0, "no_agent_signed_in"), (10.0, 1, "gave_up_in_queue")]
)
async def test_what_a_short_abandon_is_is_the_companys_to_say(seconds: float, short: int, reason: str):
    plain = company()
    site = Office(replace(plain, company=replace(plain.company, short_abandon=seconds)))
    caller = site.call()
    await asyncio.sleep(7)
    caller.hang_up()
    story = await site.story()
    assert (story.loss_reason, story.queue_visits[0].short) == (reason, bool(short))
    board = site.exchange.board.queue(SALES)
    assert board is not None and (board.today["abandoned"], board.today["short"]) == (1, short)


# ---------------------------------------------------------------- exits


async def test_a_key_leads_out_of_the_queue_also_while_an_agent_is_rung():
    site = office(exit_keys={"2": ToExtension(X802)}, greeting="hello")
    await site.sign_in(ANA)
    site.fake.register(BO_PHONE)
    site.fake.when_dialled(BO_PHONE, answers_after=2)
    caller = site.call()
    ana = await site.fake.dialled(ANA_PAGE)
    await asyncio.sleep(8)
    caller.press("7")  # means nothing here
    await asyncio.sleep(1)
    assert caller.hears() == {"music"}
    caller.press("2")
    await site.until(lambda: caller.hears() == {BO_PHONE}, within=5)
    assert ana.state is PartyState.ENDED and site.state(ANA) == "ready"
    caller.hang_up()
    story = await site.story()
    [visit] = story.queue_visits
    assert (visit.outcome, visit.reason, visit.key) == ("flowed_out", "exit_key", "2")
    assert visit.wait == pytest.approx(9, abs=0.3)
    assert story.loss_reason is None


async def test_a_key_during_the_greeting_leads_to_the_queues_own_box():
    site = office(exit_keys={"#": ToQueueVoicemail()}, greeting="hello")
    caller = site.call()
    await site.until(lambda: caller.hears() == {"hello"})
    caller.press("#")
    await site.until(lambda: caller.hears() == {"leave_message"}, within=1)
    caller.hang_up()
    story = await site.story()
    assert story.queue_visits[0].outcome == "flowed_out"
    assert story.loss_reason == "gave_up_at_voicemail"


async def test_what_was_pressed_before_the_queue_does_not_lead_out_of_it():
    site = office(exit_keys={"5": ToQueueVoicemail()})
    caller = site.call("88001")
    await site.until(lambda: caller.hears() == {"demo_menu"})
    caller.press("15")
    await site.until(lambda: bool(site.exchange.acd.distributor.waiting(SALES)), within=2)
    await asyncio.sleep(3)
    assert caller.hears() == {"music"}
    caller.hang_up()
    await site.story()
