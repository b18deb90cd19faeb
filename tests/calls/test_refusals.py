"""Phones that cannot sign in: what the screens show and the log says of them."""

import asyncio
from collections.abc import MutableMapping, Sequence
from typing import Any

from company import ANA, ANA_PAGE, BO_PHONE, Office
from structlog.testing import capture_logs

from callroom.core.ids import DeviceId


def told(logs: Sequence[MutableMapping[str, Any]], event: str) -> list[int]:
    return [line["times"] for line in logs if line["event"] == event and line["log_level"] == "warning"]


async def test_a_wrong_password_is_shown_for_ten_minutes_after_the_last_attempt():
    office = Office()
    await office.sign_in(ANA)
    office.fake.unregister(BO_PHONE)
    await asyncio.sleep(1)
    office.fake.sign_in_refused(BO_PHONE, "192.0.2.7:5060")
    await asyncio.sleep(1)
    assert office.exchange.phones.device(BO_PHONE) == ("wrong_password", "192.0.2.7:5060")
    assert office.views("device.changed")[-1]["state"] == "wrong_password"
    await asyncio.sleep(500)
    office.fake.sign_in_refused(BO_PHONE, "192.0.2.8:5060")
    await asyncio.sleep(590)
    assert office.exchange.phones.device(BO_PHONE) == ("wrong_password", "192.0.2.8:5060")
    await asyncio.sleep(20)
    assert office.exchange.phones.device(BO_PHONE) == ("offline", "")
    assert office.views("device.changed")[-1]["state"] == "offline"


async def test_the_right_password_ends_it_and_a_phone_that_is_there_stays_there():
    office = Office()
    await office.sign_in(ANA)
    office.fake.unregister(BO_PHONE)
    office.fake.sign_in_refused(BO_PHONE)
    await asyncio.sleep(1)
    office.fake.register(BO_PHONE)
    await asyncio.sleep(1)
    assert office.exchange.phones.device(BO_PHONE)[0] == "online"
    office.fake.unregister(BO_PHONE)
    await asyncio.sleep(1)
    assert office.exchange.phones.device(BO_PHONE)[0] == "offline"
    office.fake.sign_in_refused(ANA_PAGE)
    await asyncio.sleep(1)
    assert office.exchange.phones.device(ANA_PAGE)[0] == "online"
    assert office.exchange.phones.agent_online(ANA) and office.state(ANA) == "ready"


async def test_a_flood_is_one_line_a_minute_and_nothing_on_the_screens():
    office = Office()
    await office.sign_in(ANA)
    seen = office.exchange.live.seq
    with capture_logs() as logs:
        for number in range(1200):  # two minutes
            office.fake.sign_in_refused(DeviceId(f"scan{number}"))
            await asyncio.sleep(0.1)
        await asyncio.sleep(200)
    times = told(logs, "unknown phones were refused")
    assert (len(times), sum(times), times[0]) == (3, 1200, 1)
    assert office.exchange.live.seq == seen
    with capture_logs() as logs:
        for _ in range(600):
            office.fake.sign_in_refused(BO_PHONE)
            await asyncio.sleep(0.1)
        await asyncio.sleep(100)
    assert told(logs, "a phone gave a wrong password") == [1, 599]
    assert office.exchange.live.seq == seen + 2
