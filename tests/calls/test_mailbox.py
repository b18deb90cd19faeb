"""A voicemail box from a phone: its PIN, its messages, greetings, and the lamp that tells of it."""

import asyncio
from dataclasses import replace

import pytest
from company import ANA_PAGE, BO, BO_PHONE, SALES, X801, X802, Office, company

from callroom.core.acd.model import Away, PresenceChosen
from callroom.core.directory import Directory
from callroom.core.guesses import Lock
from callroom.core.mailboxes import Box
from callroom.core.numbers import Visibility
from callroom.core.routing.model import DialPermission, InboundRoute, ToExtensionVoicemail, ToVoicemailMenu
from callroom.telephony.fake import Party, PartyState
from callroom.telephony.fake.state import Leg

PIN = "271828"


def with_boxes(directory: Directory, **of_bo: object) -> Directory:
    boxes = {
        X801: Box(X801, "extension", "801", has_pin=True),
        X802: replace(Box(X802, "extension", "802", has_pin=True), **of_bo),
        SALES: Box(SALES, "queue", "600", has_pin=True),
    }
    more = (
        InboundRoute("r8", "Boxes", ToVoicemailMenu(), did="88008", language="en"),
        InboundRoute("r9", "Bo's box", ToExtensionVoicemail(X802), did="88009", language="en"),
    )
    bo = replace(directory.agents[BO], language="en")
    agents = directory.agents | {BO: bo}
    return replace(directory, boxes=boxes, inbound=directory.inbound + more, agents=agents)


@pytest.fixture
async def office() -> Office:
    return made()


def made(**of_bo: object) -> Office:
    office = Office(with_boxes(company(), **of_bo))
    office.letterbox.pins = {X802: PIN, SALES: PIN, X801: PIN}
    office.fake.register(BO_PHONE)
    return office


async def hears(office: Office, phone: Party, name: str, *, within: float = 20) -> None:
    await office.until(lambda: phone.hears() == {name}, within=within)


async def hears_next(office: Office, phone: Party) -> str:
    """What is said after what is being said; "" for the end."""
    now = phone.hears()
    await office.until(lambda: phone.hears() not in (now, set()) or phone.state is PartyState.ENDED, within=20)
    return "".join(phone.hears())


async def goes(office: Office, phone: Party, *steps: str) -> None:
    """What somebody hears, one after the other, with the keys that he then presses."""
    for step in steps:
        name, _, keys = step.partition(" ")
        await hears(office, phone, name)
        if keys:
            phone.press(keys)


async def opened(office: Office, code: str = "*97") -> Party:
    phone = office.fake.device_calls(BO_PHONE, code)
    await goes(office, phone, f"vm_enter_pin {PIN}#")
    return phone


async def over(office: Office, phone: Party) -> set[str]:
    """Listen to the end; what was heard."""
    heard: set[str] = set()

    def ended() -> bool:
        heard.update(phone.hears())
        return phone.state is PartyState.ENDED

    await office.until(ended, within=120)
    await office.until(lambda: not office.exchange.calls, within=5)
    await asyncio.sleep(1)
    assert not office.fake.left_over()
    return heard


async def test_bo_hears_his_messages_and_deletes_one(office: Office):
    first, second = office.letterbox.put(X802), office.letterbox.put(X802, caller="")
    office.letterbox.put(X802, heard=True)
    office.exchange.lamps.look()
    await office.until(lambda: office.fake.lamps.get(BO_PHONE) == (2, 1), within=2)
    phone = await opened(office)
    await goes(office, phone, "vm_you_have", "count_2", "vm_new_messages", "digit_1", "vm_saved_message", "vm_menu 1")
    await goes(office, phone, "vm_from", "digit_1", "digit_3", "digit_8", "vm_today", "hour_8", "m1")
    await office.until(lambda: office.fake.lamps.get(BO_PHONE) == (1, 2), within=2)
    await goes(office, phone, "vm_actions 7", "vm_deleted 2", "vm_unknown_caller", "m2 *", "vm_menu *")
    await over(office, phone)
    assert office.letterbox.done == [("heard", first.id), ("heard", second.id), ("deleted", first.id)]
    await office.until(lambda: office.fake.lamps.get(BO_PHONE) == (0, 2), within=2)
    told = office.views("voicemail.changed")
    assert told[-1] == {"box": X802, "new": 0, "old": 2}


async def test_what_was_deleted_can_be_taken_back_until_he_hangs_up(office: Office):
    office.letterbox.put(X802), office.letterbox.put(X802)
    phone = await opened(office)
    await goes(office, phone, "vm_menu 1", "vm_actions 7", "vm_deleted 7", "vm_restored 2", "m2 7", "vm_deleted")
    assert ("deleted", "m2") not in office.letterbox.done
    phone.hang_up()
    await over(office, phone)
    assert [done for done in office.letterbox.done if done[0] == "deleted"] == [("deleted", "m2")]


async def test_five_wrong_pins_lock_the_box_for_everybody(office: Office):
    for attempt in range(5):
        caller = office.call("88008", f"1390000000{attempt}")
        await goes(office, caller, "vm_enter_box 802#", "vm_enter_pin 111111#", "vm_wrong_pin")
        caller.hang_up()
        await over(office, caller)
    assert office.letterbox.done == [("locked", X802, "13900000004")]
    assert office.letterbox.locks == [Lock("account", X802, 900)]
    phone = office.fake.device_calls(BO_PHONE, "*97")
    assert "vm_locked" in await over(office, phone)
    await asyncio.sleep(900)
    await hears(office, await opened(office), "vm_no_messages")


@pytest.mark.parametrize("number", ["802", "888"])
async def test_nothing_tells_a_box_from_one_that_is_not_there(office: Office, number: str):
    for attempt in range(6):
        caller = office.call("88008", f"1390000000{attempt}")
        await hears(office, caller, "vm_enter_box")
        caller.press(f"{number}#")
        if attempt < 5:
            await hears(office, caller, "vm_enter_pin")
            caller.press("111111#")
            await hears(office, caller, "vm_wrong_pin")
        last = await hears_next(office, caller)
        assert last == ("vm_enter_box" if attempt < 4 else "vm_locked" if attempt == 5 else "")
        if attempt < 4:
            caller.hang_up()
        assert "vm_enter_box" not in await over(office, caller)


async def test_who_tries_many_boxes_is_locked_out_of_all(office: Office):
    caller = "13900000001"
    for number in ("700", "701", "702", "703", "704", "705", "706", "707", "708", "709"):
        phone = office.call("88008", caller)
        await goes(office, phone, f"vm_enter_box {number}#", "vm_enter_pin 123450#", "vm_wrong_pin")
        phone.hang_up()
        await over(office, phone)
    phone = office.call("88008", caller)
    await goes(office, phone, "vm_enter_box 600#")
    assert "vm_locked" in await over(office, phone)


async def test_from_outside_a_box_is_heard_but_nobody_called_back(office: Office):
    office.letterbox.put(SALES)
    caller = office.call("88008")
    await goes(office, caller, "vm_enter_box 600#", f"vm_enter_pin {PIN}#", "vm_menu 1", "m1 9", "not_allowed")
    caller.hang_up()
    story = await office.story()
    assert (story.loss_reason, story.in_mailbox) == (None, True)
    assert not [leg for leg in story.legs if leg.party != "caller"]


async def test_bo_calls_back_who_left_the_message(office: Office):
    office.letterbox.put(X802)
    phone = await opened(office, "*98802")
    await goes(office, phone, "vm_menu 1", "vm_actions 9")
    far = await office.fake.dialled("13800138000")
    far.answer()
    await office.until(lambda: phone.hears() == {"13800138000"}, within=5)
    far.hang_up()
    await over(office, phone)
    assert ("called_back", "m1") in office.letterbox.done


async def test_a_phone_that_may_dial_inside_only_calls_nobody_back(office: Office):
    directory = office.directory
    bo = replace(directory.agents[BO], permission=DialPermission.INTERNAL)
    office.exchange.set_directory(replace(directory, agents=directory.agents | {BO: bo}))
    office.letterbox.put(X802)
    phone = await opened(office)
    await goes(office, phone, "vm_menu 1", "vm_actions 9")
    assert "not_allowed" in await over(office, phone)
    assert ("called_back", "m1") not in office.letterbox.done


async def test_a_message_is_forwarded_with_an_introduction(office: Office):
    office.letterbox.put(X802)
    phone = await opened(office)
    await goes(
        office,
        phone,
        "vm_menu 1",
        "vm_actions 8",
        "vm_forward_to 999#",
        "vm_unknown_box",
        "vm_actions 8",
        "vm_forward_to 600#",
        "vm_forward_how 2",
        "vm_speak",
    )
    await office.until(lambda: phone.hears() == set(), within=5)
    await asyncio.sleep(4)
    phone.press("#")
    await hears(office, phone, "vm_forwarded")
    phone.hang_up()
    await over(office, phone)
    assert ("forwarded", "m1", SALES, "intro") in office.letterbox.done


async def test_a_greeting_is_recorded_and_a_pin_changed(office: Office):
    phone = await opened(office)
    await goes(office, phone, "vm_menu 2", "vm_greetings 3", "vm_speak")
    await office.until(lambda: phone.hears() == set(), within=5)
    await asyncio.sleep(3)
    phone.press("#")
    await goes(office, phone, "vm_greeting_keep 1", "vm_greeting_saved *", "vm_menu 3")
    await goes(office, phone, "vm_new_pin 123456#", "vm_pin_weak")
    await goes(office, phone, "vm_new_pin 314159#", "vm_new_pin_again 314158#", "vm_pin_differs")
    await goes(office, phone, "vm_new_pin 314159#", "vm_new_pin_again 314159#", "vm_pin_changed")
    phone.hang_up()
    await over(office, phone)
    assert (office.letterbox.pins[X802], office.letterbox.done) == ("314159", [("greeting", X802, "away", "own")])


async def test_a_box_that_asks_no_pin_is_open_at_its_own_phone():
    office = made(asks_pin=False)
    phone = office.fake.device_calls(BO_PHONE, "*97")
    await hears(office, phone, "vm_no_messages")
    phone.hang_up()
    await over(office, phone)


async def test_a_box_without_a_pin_asks_for_one_first():
    office = made(has_pin=False)
    phone = office.fake.device_calls(BO_PHONE, "*97")
    await hears(office, phone, "vm_new_pin")
    phone.hang_up()
    await over(office, phone)
    caller = office.call("88008")
    await goes(office, caller, "vm_enter_box 802#", f"vm_enter_pin {PIN}#", "vm_wrong_pin")
    caller.hang_up()
    await over(office, caller)


async def test_a_hidden_number_is_not_said(office: Office):
    directory = office.directory
    bo = replace(directory.agents[BO], sees=Visibility.MIDDLE)
    office.exchange.set_directory(replace(directory, agents=directory.agents | {BO: bo}))
    office.letterbox.put(X802)
    phone = await opened(office)
    await goes(office, phone, "vm_menu 1", "vm_ends_in")
    heard: list[str] = []
    while "vm_today" not in phone.hears():
        if phone.hears() and heard[-1:] != list(phone.hears()):
            heard += phone.hears()
        await asyncio.sleep(0.02)
    assert heard == ["vm_ends_in", "digit_8", "digit_0"], "8000"
    phone.hang_up()
    await over(office, phone)


async def test_without_a_database_the_caller_is_told(office: Office):
    phone = office.fake.device_calls(BO_PHONE, "*97")
    await hears(office, phone, "vm_enter_pin")
    office.letterbox.away = True
    phone.press(PIN + "#")
    assert "vm_not_now" in await over(office, phone)


async def test_the_greeting_says_why_bo_does_not_answer():
    greetings = {"usual": "/sounds/usual", "away": "/sounds/away"}
    office = made(greetings=greetings, longest=30.0)
    for rest, greeting in ((None, "usual"), (Away(0.0, ""), "away")):
        if rest is not None:
            office.exchange.sign_in(BO)
            office.exchange.acd.handle(PresenceChosen(BO, rest))
        caller = office.call("88009")
        await hears(office, caller, greeting)
        await office.until(lambda caller=caller: caller.hears() == set(), within=5)
        began = asyncio.get_running_loop().time()
        await hears(office, caller, "message_saved", within=60)
        assert asyncio.get_running_loop().time() - began == pytest.approx(30, abs=1)
        await over(office, caller)


async def test_a_phone_that_comes_is_told_of_its_messages(office: Office):
    office.letterbox.put(X802)
    office.exchange.lamps.load({X802: (1, 0)})
    office.fake.unregister(BO_PHONE)
    await asyncio.sleep(0.1)
    office.fake.register(BO_PHONE)
    await office.until(lambda: office.fake.lamps.get(BO_PHONE) == (1, 0), within=2)
    assert ANA_PAGE not in office.fake.lamps, "a page has no lamp"


@pytest.mark.parametrize("moment", range(0, 60, 3))
async def test_he_may_hang_up_at_any_moment(office: Office, moment: int):
    office.letterbox.put(X802)
    phone = office.fake.device_calls(BO_PHONE, "*97")

    async def busily() -> None:
        for keys in (PIN + "#", "1", "8", "600#", "2", "#", "7", "*", "2", "1", "#", "2", "#", "3", "*", "3", PIN):
            await asyncio.sleep(2.5)
            phone.press(keys)

    pressing = asyncio.create_task(busily())
    await asyncio.sleep(moment * 0.7)
    pressing.cancel()
    phone.hang_up()
    await over(office, phone)
    assert not office.exchange.notes.open_journeys()
    assert office.exchange.awaited.nothing


async def test_who_is_answered_may_press_keys_at_once(office: Office, monkeypatch: pytest.MonkeyPatch):
    answered = office.fake.answered

    def and_presses(leg: Leg) -> None:
        answered(leg)
        leg.party.press(f"{PIN}#")

    monkeypatch.setattr(office.fake, "answered", and_presses)
    phone = office.fake.device_calls(BO_PHONE, "*97")
    await hears(office, phone, "vm_no_messages")
