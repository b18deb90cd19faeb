"""Signing in and being busy from a phone, by codes, with a word to hear that it was done."""

from dataclasses import replace

import pytest
from company import ANA, BO, BO_PHONE, SALES, X802, Office, company, with_queue

from callroom.core.acd.model import Busy, Ready
from callroom.core.ids import ExtensionId, ScheduleId
from callroom.core.rests import Reason
from callroom.core.routing.model import OutboundRoute
from callroom.core.schedules import DAY, Hours, Override, Schedule
from callroom.telephony.fake import PartyState

PAPERS = Reason("papers", "busy", position=2)
TRAINING = Reason("training", "busy", position=3, by_leaders=True)


def office_of_bo(**changes: object) -> Office:
    directory = replace(company(), reasons={one.id: one for one in (PAPERS, TRAINING)}, **changes)  # type: ignore
    bo = replace(directory.agents[BO], language="en")
    office = Office(replace(directory, agents=directory.agents | {BO: bo}))
    office.fake.register(BO_PHONE)
    return office


async def dial(office: Office, code: str) -> set[str]:
    """Bo dials a code and listens to the end; what he heard."""
    phone = office.fake.device_calls(BO_PHONE, code)
    heard: set[str] = set()

    def over() -> bool:
        heard.update(phone.hears())
        return phone.state is PartyState.ENDED

    await office.until(over, within=30)
    return heard


async def test_a_day_by_codes():
    office = office_of_bo()
    assert await dial(office, "*13") == {"code_sign_in_first"}
    assert office.state(BO) == "offline"
    assert await dial(office, "*11") == {"you_signed_in"}
    assert (office.state(BO), office.exchange.acd.distributor.queues_of(BO)) == ("ready", {SALES})
    assert await dial(office, "*14") == {"you_are_busy"}
    assert office.state(BO) == "busy"
    assert await dial(office, "*13") == {"you_are_ready"}
    assert office.state(BO) == "ready"
    assert await dial(office, "*15") == {"you_are_away"}
    assert office.state(BO) == "away"
    assert await dial(office, "*12") == {"you_signed_out"}
    assert office.state(BO) == "offline"


async def test_a_reason_is_chosen_by_its_place():
    office = office_of_bo()
    await dial(office, "*11")
    assert await dial(office, "*142") == {"you_are_busy"}
    rest = office.exchange.acd.distributor.rest_of(BO)
    assert isinstance(rest, Busy) and rest.reason == "papers"


@pytest.mark.parametrize("code", ["*143", "*149", "*99", "*1", "*111", "*14x"])
async def test_a_wrong_code_says_so_and_does_nothing(code: str):
    """Place 3 is a reason of the leaders."""
    office = office_of_bo()
    await dial(office, "*11")
    assert await dial(office, code) == {"code_unknown"}
    assert isinstance(office.exchange.acd.distributor.rest_of(BO), Ready)


async def test_a_code_of_the_carrier_goes_to_the_carrier():
    office = office_of_bo(outbound=(OutboundRoute("o1", "Codes", "*6X", ("city",)),))  # type: ignore
    phone = office.fake.device_calls(BO_PHONE, "*67")
    far = await office.fake.dialled("*67")
    far.answer()
    await office.until(lambda: phone.hears() == {"*67"}, within=5)
    phone.hang_up()
    await office.until(lambda: not office.exchange.calls, within=5)


async def test_a_phone_of_nobody_signs_nobody_in():
    office = Office(replace(company(), agents={ANA: company().agents[ANA]}, extensions=_without_bo()))
    office.fake.register(BO_PHONE)
    assert await dial(office, "*11") == {"code_no_agent"}


async def test_nobody_is_rung_while_he_still_hears_that_he_signed_in():
    office = office_of_bo()
    caller = office.call()
    await office.until(lambda: bool(office.exchange.acd.distributor.waiting(SALES)), within=5)
    phone = office.fake.device_calls(BO_PHONE, "*11")
    await office.until(lambda: phone.hears() == {"you_signed_in"}, within=5)
    assert office.state(BO) == "talking"
    await office.until(lambda: office.state(BO) == "ringing", within=20)
    assert phone.state is PartyState.ENDED
    caller.hang_up()


def _without_bo():
    extensions = company().extensions
    return extensions | {X802: replace(extensions[X802], agent=None)}


NIGHT = ScheduleId("night")


def office_with_a_switch(*extensions: str) -> Office:
    """Sales keep hours that Bo's phone may switch with *285; it is Monday, 9 o'clock in Shanghai, and open."""
    week = tuple(Hours(day, 0, DAY) for day in range(1, 8))
    hours = Schedule(NIGHT, "Office", week, switch_code="5", switch_extensions=frozenset(map(ExtensionId, extensions)))
    office = office_of_bo(schedules={NIGHT: hours}, queues=with_queue(company(), schedule=NIGHT).queues)

    async def switched(schedule: ScheduleId, state: str, by: ExtensionId) -> bool:
        assert (schedule, by) == (NIGHT, X802)
        override = None if state == "timetable" else Override(state == "open")
        kept = {NIGHT: replace(office.directory.schedules[NIGHT], override=override)}
        office.directory = replace(office.directory, schedules=kept)
        office.exchange.set_directory(office.directory)
        return True

    office.exchange._switched = switched  # pyright: ignore
    return office


async def test_the_night_switch_from_a_phone():
    office = office_with_a_switch(X802)

    def is_open() -> bool:
        return office.exchange.directory.is_open_by(NIGHT, office.exchange.now())

    assert await dial(office, "*285") == {"switch_closed"}
    assert not is_open()
    caller = office.call()
    await office.until(lambda: caller.state is PartyState.ENDED, within=20)
    _, story = office.book.journeys().values()  # the phone's own call, and his
    assert story.loss_reason == "closed"
    assert await dial(office, "*285") == {"switch_timetable", "hours_open"}
    assert is_open()
    assert await dial(office, "*2852") == {"switch_closed"}
    assert await dial(office, "*2851") == {"switch_open"}
    assert await dial(office, "*2850") == {"switch_timetable", "hours_open"}


@pytest.mark.parametrize(
    ("code", "heard"), [("*285", "not_allowed"), ("*286", "code_unknown"), ("*2857", "code_unknown")]
)
async def test_who_may_not_switch_is_told_so(code: str, heard: str):
    office = office_with_a_switch()
    assert await dial(office, code) == {heard}
    assert office.exchange.directory.is_open_by(NIGHT, office.exchange.now())
