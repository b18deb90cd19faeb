"""How long agents rest: limits at a time and a day, and today's sums, which a new server goes on with."""

import asyncio
from dataclasses import replace

from company import ANA, ANA_PAGE, Office, company

from callroom.calls.live import AgentView
from callroom.core.rests import Reason, Rested

LUNCH = Reason("lunch", "away", stay=1800.0, day=3000.0)


def office_with(*reasons: Reason) -> Office:
    return Office(replace(company(), reasons={reason.id: reason for reason in reasons}))


def ana(office: Office) -> AgentView:
    view = office.exchange.board.agent(ANA)
    assert view is not None
    return view


async def test_who_rests_longer_than_allowed_is_shown_and_left_in_peace():
    office = office_with(LUNCH)
    await office.sign_in(ANA)
    office.exchange.set_presence(ANA, "away", "lunch")
    await asyncio.sleep(1799)
    assert ana(office).over is None
    told = len(office.views("agent.changed"))
    await asyncio.sleep(2)
    assert [view["over"] for view in office.views("agent.changed")[told:]] == ["stay"]
    assert ana(office).state == "away", "nothing is forced"
    office.exchange.set_presence(ANA, "ready")
    assert ana(office).over is None
    assert ana(office).rested == {"lunch": 1801}


async def test_many_short_rests_pass_the_days_limit():
    office = office_with(LUNCH)
    await office.sign_in(ANA)
    for _ in range(2):
        office.exchange.set_presence(ANA, "away", "lunch")
        await asyncio.sleep(1400)
        office.exchange.set_presence(ANA, "ready")
    office.exchange.set_presence(ANA, "away", "lunch")
    await asyncio.sleep(199)
    assert ana(office).over is None
    await asyncio.sleep(2)
    assert ana(office).over == "day"


async def test_a_new_day_begins_with_nothing():
    office = office_with(LUNCH)
    days = asyncio.create_task(office.exchange.board.follow_days())
    await office.sign_in(ANA)  # it is 9 o'clock in Shanghai
    office.exchange.set_presence(ANA, "away", "lunch")
    await asyncio.sleep(1000)
    office.exchange.set_presence(ANA, "ready")
    await asyncio.sleep(15 * 3600)
    assert ana(office).rested == {}
    days.cancel()


async def test_a_new_server_goes_on_with_the_rest_it_finds():
    office = office_with(LUNCH)
    await office.sign_in(ANA)
    office.exchange.set_presence(ANA, "away", "lunch")
    since = ana(office).since
    await asyncio.sleep(1000)
    office.new_server()
    assert ana(office).since > since
    office.exchange.rests.load({ANA: Rested({"lunch": 300.0}, since)})
    assert (ana(office).since, ana(office).rested) == (since, {"lunch": 300})
    await asyncio.sleep(801)
    assert ana(office).over == "stay"
    office.exchange.set_presence(ANA, "ready")
    assert ana(office).rested == {"lunch": 300 + 1801}


async def test_changed_limits_count_for_who_rests_already():
    office = office_with(replace(LUNCH, stay=None, day=None))
    await office.sign_in(ANA)
    office.exchange.set_presence(ANA, "away", "lunch")
    await asyncio.sleep(600)
    office.exchange.set_directory(replace(office.directory, reasons={"lunch": replace(LUNCH, stay=500.0)}))
    assert [view["over"] for view in office.views("agent.changed") if view["id"] == ANA][-1] == "stay"


async def test_a_call_in_between_is_no_rest():
    office = office_with(LUNCH)
    await office.sign_in(ANA)
    office.exchange.set_presence(ANA, "away", "lunch")
    await asyncio.sleep(100)
    office.fake.when_dialled(ANA_PAGE, answers_after=0)
    office.exchange.set_presence(ANA, "ready")
    office.call()
    await office.until(lambda: office.state(ANA) == "talking", within=20)
    await asyncio.sleep(500)
    assert ana(office).rested == {"lunch": 100}
