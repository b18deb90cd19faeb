"""Two scripted phones call each other with no exchange between them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callroom.demo.phone import (
    CallRefused,
    EndReason,
    IncomingCall,
    MalformedMessage,
    NothingCame,
    OutgoingCall,
    Phone,
    PhoneError,
    Tone,
)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture(autouse=True)
async def nothing_left() -> AsyncIterator[None]:
    files = open_files()
    yield
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert open_files() == files


async def talk(alice: Phone, bob: Phone) -> tuple[OutgoingCall, IncomingCall]:
    call = await alice.dial(bob.uri, Tone(440))
    arrived = await bob.incoming()
    arrived.ring()
    await arrived.answer(Tone(880))
    await call.answered()
    await asyncio.gather(call.heard.wait_tone(880), arrived.heard.wait_tone(440))
    return call, arrived


async def test_both_hear_each_other_until_one_hangs_up() -> None:
    async with Phone(user="alice", display="Alice A") as alice, Phone(user="bob") as bob:
        call, arrived = await talk(alice, bob)
        assert (arrived.caller_number, arrived.caller_name) == ("alice", "Alice A")
        assert call.statuses == [100, 180, 200]
        await arrived.hang_up()
        assert await call.wait_ended() is EndReason.HUNG_UP_THERE
        assert arrived.end_reason is EndReason.HUNG_UP_HERE


async def test_a_phone_without_power_says_nothing() -> None:
    async with Phone(user="alice") as alice, Phone(user="bob") as bob:
        call, arrived = await talk(alice, bob)
        await bob.vanish()
        assert arrived.end_reason is EndReason.LOST
        await call.hang_up()  # waits in vain for an answer
        assert call.end_reason is EndReason.HUNG_UP_HERE


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
async def test_the_only_common_codec_is_taken(codec: str) -> None:
    only = ("PCMA",) if codec == "PCMA" else ("PCMU",)
    async with Phone(user="alice") as alice, Phone(user="bob", codecs=only) as bob:
        await talk(alice, bob)


async def test_phones_without_a_common_codec_do_not_talk() -> None:
    async with Phone(user="alice", codecs=("PCMU",)) as alice, Phone(user="bob", codecs=("PCMA",)) as bob:
        call = await alice.dial(bob.uri)
        arrived = await bob.incoming()
        with pytest.raises(CallRefused):
            await arrived.answer()
        with pytest.raises(CallRefused) as refused:
            await call.answered()
        assert refused.value.status == 488


async def test_keys_arrive_in_both_manners() -> None:
    async with Phone(user="alice") as alice, Phone(user="bob") as bob:
        call, arrived = await talk(alice, bob)
        await call.press("1124#")
        assert await arrived.wait_digits(5) == "1124#"
        await arrived.press("*09D", method="info")
        assert await call.wait_digits(4) == "*09D"
        with pytest.raises(ValueError, match="not a key"):
            await call.press("5x")


async def test_hold_silences_both_and_resume_brings_the_sound_back() -> None:
    async with Phone(user="alice") as alice, Phone(user="bob") as bob:
        call, arrived = await talk(alice, bob)
        for direction in ("sendonly", "inactive"):
            await call.hold(direction)
            await arrived.wait_held()
            await asyncio.gather(call.heard.wait_silent(), arrived.heard.wait_silent())
            await call.resume()
            await arrived.wait_held(False)
            await asyncio.gather(call.heard.wait_tone(880), arrived.heard.wait_tone(440))


async def test_hold_from_both_sides_at_once_is_sorted_out() -> None:
    async with Phone(user="alice") as alice, Phone(user="bob") as bob:
        call, arrived = await talk(alice, bob)
        await asyncio.gather(call.hold(), arrived.hold())
        await asyncio.gather(call.resume(), arrived.resume())
        await asyncio.gather(call.heard.wait_tone(880), arrived.heard.wait_tone(440))


async def test_bob_moves_to_carol_when_alice_transfers_him() -> None:
    async with Phone(user="alice") as alice, Phone(user="bob") as bob, Phone(user="carol") as carol:
        call, arrived = await talk(alice, bob)
        await call.refer(carol.uri)
        third = await carol.incoming()
        await third.answer(Tone(600))
        assert await call.refer_finished() == 200
        await call.hang_up()
        await arrived.wait_ended()
        followed = await bob.followed()
        await asyncio.gather(followed.heard.wait_tone(600), third.heard.wait_tone(880))


async def test_alice_hears_how_a_transfer_failed() -> None:
    async with (
        Phone(user="alice") as alice,
        Phone(user="bob") as bob,
        Phone(user="carol", refuse_with=486) as carol,
    ):
        call, _ = await talk(alice, bob)
        await call.refer(carol.uri)
        assert await call.refer_finished() == 486
        assert not call.ended.is_set()


async def test_a_call_given_up_while_ringing_ends_on_both_sides() -> None:
    async with Phone(user="alice") as alice, Phone(user="bob") as bob:
        call = await alice.dial(bob.uri)
        arrived = await bob.incoming()
        arrived.ring()
        await call.hang_up()
        assert await arrived.wait_ended() is EndReason.CANCELLED
        assert call.end_reason is EndReason.CANCELLED
        with pytest.raises(CallRefused):
            await arrived.answer()


@pytest.mark.parametrize("status", [486, 603])
async def test_a_refusal_tells_its_status(status: int) -> None:
    async with Phone(user="alice") as alice, Phone(user="bob") as bob:
        call = await alice.dial(bob.uri)
        (await bob.incoming()).reject(status)
        with pytest.raises(CallRefused) as refused:
            await call.answered()
        assert refused.value.status == status


async def test_sound_before_the_answer_is_heard() -> None:
    async with Phone(user="alice") as alice, Phone(user="bob") as bob:
        call = await alice.dial(bob.uri)
        arrived = await bob.incoming()
        arrived.progress(Tone(425))
        await call.heard.wait_tone(425)
        assert not call.is_answered
        with pytest.raises(PhoneError):
            await call.press("1")


@pytest.mark.parametrize(
    ("name", "value"),
    [("Call-Info", "<sip:x>;answer-after=0"), ("Alert-Info", "info=alert-autoanswer"), ("Answer-Mode", "Auto")],
)
async def test_a_phone_answers_by_itself_when_asked(name: str, value: str) -> None:
    async with Phone(user="alice") as alice, Phone(user="bob", auto_sound=Tone(700)) as bob:
        call = await alice.dial(bob.uri, headers={name: value})
        await call.answered()
        await call.heard.wait_tone(700)
        assert (await bob.incoming()).auto_answered


async def test_a_carrier_shows_any_number_and_name() -> None:
    async with Phone(user="carrier") as carrier, Phone(user="site") as site:
        await carrier.dial(site.uri, caller="+8613800138000", caller_name="王芳")
        arrived = await site.incoming()
        assert (arrived.caller_number, arrived.caller_name) == ("+8613800138000", "王芳")


async def test_a_hundred_calls_at_once() -> None:
    async with Phone(user="alice") as alice, Phone(user="bob") as bob:
        calls = [await alice.dial(bob.uri) for _ in range(100)]
        for _ in calls:
            (await bob.incoming()).start_answer()
        await asyncio.gather(*(call.answered() for call in calls))
        assert len(bob.calls) == 100
    assert {call.end_reason for call in calls} == {EndReason.HUNG_UP_THERE}  # bob leaves first


async def test_mistakes_are_told_plainly() -> None:
    with pytest.raises(ValueError, match="bind to one address"):
        Phone(bind="0.0.0.0", user="x")
    async with Phone(user="alice") as alice:
        with pytest.raises(OSError, match=str(alice.address[1])):
            await Phone(user="bob", port=alice.address[1]).__aenter__()
        with pytest.raises(MalformedMessage):
            await alice.dial("bob")
        with pytest.raises(ValueError, match="no registrar"):
            await alice.register()
        with pytest.raises(NothingCame, match="no call"):
            await alice.incoming(timeout=0.01)
