"""Scripted phones at a real Asterisk, in a namespace of their own."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from callroom.demo.phone import CallRefused, EndReason, Phone, RegistrationRefused, Tone
from callroom.demo.phone.patience import PATIENCE


@pytest.fixture(autouse=True)
async def nothing_left() -> AsyncIterator[None]:
    yield
    assert asyncio.all_tasks() == {asyncio.current_task()}


def phone(user: str, exchange: tuple[str, int], namespace: str, password: str | None = None) -> Phone:
    return Phone(user=user, password=password or f"secret-{user}", registrar=exchange, namespace=namespace)


async def test_a_phone_registers_and_hears_its_echo(exchange: tuple[str, int], namespace: str) -> None:
    async with phone("alice", exchange, namespace) as alice:
        await alice.register(expires=60)
        call = await alice.dial("600", Tone(440))
        await call.answered()
        await call.heard.wait_tone(440)
        await call.hold()
        await call.resume()
        await call.heard.wait_tone(440)
        await call.hang_up()
        assert call.end_reason is EndReason.HUNG_UP_HERE


async def test_a_wrong_password_is_refused(exchange: tuple[str, int], namespace: str) -> None:
    async with phone("alice", exchange, namespace, "wrong") as alice:
        with pytest.raises(RegistrationRefused) as refused:
            await alice.register()
        assert refused.value.status == 401
        assert not alice.registered.is_set()


async def test_pressed_keys_are_read_by_the_exchange(exchange: tuple[str, int], namespace: str) -> None:
    async with phone("alice", exchange, namespace) as alice, phone("bob", exchange, namespace) as bob:
        await asyncio.gather(alice.register(), bob.register())
        call = await alice.dial("601", Tone(440))
        await call.answered()
        await call.press("417")
        arrived = await bob.incoming()
        assert arrived.caller_number == "417"


@pytest.mark.parametrize("other", ["bob", "carol"])
async def test_two_phones_talk_directly_or_through_it(exchange: tuple[str, int], namespace: str, other: str) -> None:
    async with phone("alice", exchange, namespace) as alice, phone(other, exchange, namespace) as second:
        await asyncio.gather(alice.register(), second.register())
        call = await alice.dial(other, Tone(440))
        arrived = await second.incoming()
        await arrived.answer(Tone(880))
        await call.answered()
        await asyncio.gather(call.heard.wait_tone(880), arrived.heard.wait_tone(440))
        if other == "bob":  # both allow it: the sound then goes from phone to phone
            await call.until(
                lambda: call.media.remote is not None and call.media.remote.address == arrived.media.address,
                timeout=PATIENCE,
                what="direct media",
            )
            await asyncio.gather(call.heard.wait_tone(880), arrived.heard.wait_tone(440))
        await arrived.hang_up()
        assert await call.wait_ended() is EndReason.HUNG_UP_THERE


async def test_busy_is_told(exchange: tuple[str, int], namespace: str) -> None:
    async with phone("alice", exchange, namespace) as alice:
        call = await alice.dial("602")
        with pytest.raises(CallRefused) as refused:
            await call.answered()
        assert refused.value.status == 486


async def test_bob_reaches_carol_by_a_blind_transfer(exchange: tuple[str, int], namespace: str) -> None:
    async with (
        phone("alice", exchange, namespace) as alice,
        phone("bob", exchange, namespace) as bob,
        phone("carol", exchange, namespace) as carol,
    ):
        await asyncio.gather(alice.register(), bob.register(), carol.register())
        call = await alice.dial("bob", Tone(440))
        arrived = await bob.incoming()
        await arrived.answer(Tone(880))
        await call.answered()
        await asyncio.gather(call.heard.wait_tone(880), arrived.heard.wait_tone(440))
        await arrived.refer("sip:carol@127.0.0.1:5060")
        third = await carol.incoming()
        await third.answer(Tone(600))
        await asyncio.gather(call.heard.wait_tone(600), third.heard.wait_tone(440))
        # The exchange leaves the end of the transferring call to the phone.
        assert await arrived.refer_finished() == 200
        await arrived.hang_up()
