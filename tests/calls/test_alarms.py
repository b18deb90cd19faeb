"""A queue's alarms: raised and cleared by what happens, and by time alone."""

import asyncio

from company import ANA, ANA_PAGE, SALES, Office, company, with_queue

from callroom.core.alarms import Thresholds


def office_with(**limits: float) -> Office:
    return Office(with_queue(company(wrap_up=0.0), alarms=Thresholds(**limits), service_level=3.0))  # type: ignore


def kinds(office: Office, event: str = "alarm.raised") -> list[str]:
    return [alarm["kind"] for alarm in office.views(event)]


async def test_so_many_waiting_raise_an_alarm_and_fewer_clear_it():
    office = office_with(waiting=2)
    callers = [office.call()]
    await office.until(lambda: len(office.exchange.acd.distributor.waiting(SALES)) == 1, within=5)
    assert office.exchange.alarms.all() == []
    callers.append(office.call())
    await office.until(lambda: kinds(office) == ["waiting"], within=5)
    [alarm] = office.exchange.alarms.all()
    assert (alarm.queue, alarm.name, alarm.value) == (SALES, "Sales", 2)
    callers.append(office.call())
    await office.until(lambda: len(office.exchange.acd.distributor.waiting(SALES)) == 3, within=5)
    assert kinds(office) == ["waiting"], "it is one alarm, however long the line grows"
    for caller in callers[:2]:
        caller.hang_up()
    await office.until(lambda: kinds(office, "alarm.cleared") == ["waiting"], within=5)
    assert office.exchange.alarms.all() == []
    callers[2].hang_up()


async def test_a_long_wait_raises_an_alarm_although_nothing_happens():
    office = office_with(longest=20.0)
    caller = office.call()
    await office.until(lambda: bool(office.exchange.acd.distributor.waiting(SALES)), within=5)
    begun = asyncio.get_running_loop().time()
    await office.until(lambda: kinds(office) == ["longest"], within=30)
    assert 19.5 <= asyncio.get_running_loop().time() - begun <= 20.5
    caller.hang_up()
    await office.until(lambda: kinds(office, "alarm.cleared") == ["longest"], within=5)


async def test_a_low_service_level_stays_until_calls_are_answered_in_time():
    office = office_with(level=50.0)
    caller = office.call()
    await asyncio.sleep(10)
    caller.hang_up()
    await office.until(lambda: kinds(office) == ["level"], within=30)
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=1, hangs_up_after=1)
    office.call()
    await office.until(lambda: kinds(office, "alarm.cleared") == ["level"], within=30)


async def test_changed_limits_count_at_once():
    office = office_with()
    caller = office.call()
    await office.until(lambda: bool(office.exchange.acd.distributor.waiting(SALES)), within=5)
    office.exchange.set_directory(with_queue(office.directory, alarms=Thresholds(waiting=1)))
    assert [alarm.kind for alarm in office.exchange.alarms.all()] == ["waiting"]
    office.exchange.set_directory(office.directory)
    assert office.exchange.alarms.all() == []
    caller.hang_up()
