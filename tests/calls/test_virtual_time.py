"""The loop of virtual time: it jumps, keeps order, waits for threads, and gives up on what never ends."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable

import pytest
from virtual_time import LONGEST, RanTooLong, VirtualTimeLoop


async def test_an_hour_takes_no_time():
    began, here = time.monotonic(), asyncio.get_running_loop().time()
    await asyncio.sleep(3600)
    assert asyncio.get_running_loop().time() == here + 3600
    assert time.monotonic() - began < 5


async def test_timers_of_one_instant_fire_in_the_order_in_which_they_were_made():
    loop, fired = asyncio.get_running_loop(), list[int]()
    for number in range(50):
        loop.call_later(1, fired.append, number)
    await asyncio.sleep(1)
    assert fired == list(range(50))


async def test_a_time_out_strikes_at_its_second():
    began = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(30):
            await asyncio.Event().wait()
    assert asyncio.get_running_loop().time() == began + 30


async def test_the_clock_waits_for_a_thread():
    began = asyncio.get_running_loop().time()
    ticking = asyncio.create_task(asyncio.sleep(100))
    await asyncio.to_thread(time.sleep, 0.05)
    assert asyncio.get_running_loop().time() == began
    ticking.cancel()


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def _spinning() -> None:
    for _ in itertools.count():
        await asyncio.sleep(0)


async def _ticking() -> None:
    for _ in itertools.count():
        await asyncio.sleep(LONGEST / 10)


@pytest.mark.parametrize("work", [_spinning, _ticking])
def test_what_never_ends_is_given_up(work: Callable[[], Awaitable[None]]):
    with pytest.raises(RanTooLong), asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(work())


def test_a_test_that_waits_for_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("virtual_time._REAL_PATIENCE", 0.05)
    with pytest.raises(RanTooLong), asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(_for_ever())
