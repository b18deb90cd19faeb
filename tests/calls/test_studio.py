"""A prompt is spoken into a phone: heard again, spoken again, kept or not."""

import asyncio

import pytest
from company import BO_PHONE, X802, Office

from callroom.telephony.fake import Party, PartyState


def office_of_bo() -> Office:
    office = Office()
    office.fake.register(BO_PHONE)
    return office


async def spoken(office: Office) -> Party:
    """Bo dials the code, speaks for three seconds and ends with pound; he is asked what to do with it."""
    phone = office.fake.device_calls(BO_PHONE, "*77")
    await speak(office, phone)
    return phone


async def speak(office: Office, phone: Party) -> None:
    await office.until(lambda: phone.hears() == {"studio_speak"}, within=30)
    await office.until(lambda: phone.hears() == set(), within=30)
    phone.speak()
    await asyncio.sleep(3)
    phone.press("#")


def hears(phone: Party, *names: str) -> bool:
    return phone.hears() == set(names)


async def test_what_is_kept_waits_for_its_page():
    office = office_of_bo()
    phone = await spoken(office)
    await office.until(lambda: hears(phone, "studio_review"), within=60)
    phone.press("1")
    await office.until(lambda: phone.state is PartyState.ENDED, within=60)
    kept = office.exchange.studio.of(X802)
    assert kept is not None
    assert kept.seconds >= 3
    assert office.exchange.studio.of("x801") is None
    assert office.exchange.studio.of(None) is None


async def test_it_can_be_heard_and_spoken_again():
    office = office_of_bo()
    phone = await spoken(office)
    await office.until(lambda: hears(phone, "studio_review"), within=60)
    phone.press("2")
    await office.until(lambda: not hears(phone, "studio_review"), within=60)
    await office.until(lambda: hears(phone, "studio_review"), within=60)
    phone.press("3")
    await speak(office, phone)
    await office.until(lambda: hears(phone, "studio_review"), within=60)
    phone.press("1")
    await office.until(lambda: phone.state is PartyState.ENDED, within=60)
    assert office.exchange.studio.of(X802) is not None


@pytest.mark.parametrize("code", ["*77", "*43"])
@pytest.mark.parametrize("listens", [True, False])
async def test_who_hangs_up_leaves_no_sound_behind(monkeypatch: pytest.MonkeyPatch, code: str, listens: bool):
    office = office_of_bo()
    gone: list[str] = []
    monkeypatch.setattr(office.exchange, "forget_file", gone.append)
    phone = office.fake.device_calls(BO_PHONE, code)
    await office.until(lambda: bool(office.exchange.awaited._tapes), within=30)  # pyright: ignore[reportPrivateUsage]
    phone.speak()
    await asyncio.sleep(3)
    if listens:
        phone.press("#")
        await office.until(lambda: phone.hears() != set(), within=30)
    phone.hang_up()
    await office.until(lambda: not office.exchange.calls, within=60)
    assert len(gone) == 1
    assert office.exchange.studio.of(X802) is None
