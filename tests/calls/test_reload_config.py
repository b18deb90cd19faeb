"""The configuration changes while calls are up."""

import asyncio
from dataclasses import replace

from company import ANA, ANA_PAGE, BO, BO_PHONE, CITY, SALES, X801, Office, company

from callroom.core.directory import Directory
from callroom.core.ids import QueueId
from callroom.core.routing.model import ToHangUp
from callroom.telephony.fake import PartyState

SERVICE = QueueId("service")


def change(office: Office, directory: Directory) -> None:
    office.directory = directory
    office.exchange.set_directory(directory)


def with_service(directory: Directory, *members: str) -> Directory:
    """A second queue; who is named is in both."""
    sales = directory.queues[SALES]
    service = replace(sales, id=SERVICE, number="601", settings=replace(sales.settings, id=SERVICE))
    agents = {
        name: replace(agent, queues=agent.queues | {SERVICE}) if name in members else agent
        for name, agent in directory.agents.items()
    }
    return replace(directory, queues={**directory.queues, SERVICE: service}, agents=agents)


async def test_who_waits_in_a_deleted_queue_flows_out():
    base = company()
    office = Office(replace(base, queues={SALES: replace(base.queues[SALES], overflow=ToHangUp())}))
    await office.sign_in(ANA)
    caller = office.call()
    await office.until(lambda: office.state(ANA) == "ringing", within=5)
    change(office, replace(office.directory, queues={}))
    story = await office.story()
    assert caller.state is PartyState.ENDED
    assert [visit.outcome for visit in story.queue_visits] == ["flowed_out"]
    assert office.state(ANA) == "ready" and office.exchange.acd.distributor.queues_of(ANA) == frozenset()


async def test_a_deleted_agent_ends_his_talk_and_is_offered_nobody():
    office = Office()
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    caller = office.call()
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=5)
    directory = office.directory
    x801 = replace(directory.extensions[X801], agent=None)
    extensions = {**directory.extensions, X801: x801}
    change(office, replace(directory, agents={BO: directory.agents[BO]}, extensions=extensions))
    await asyncio.sleep(2)
    assert caller.hears() == {ANA_PAGE}
    caller.hang_up()
    await office.story()
    assert office.exchange.acd.distributor.signed_in(SALES) == []


async def test_who_takes_no_calls_any_more_stops_ringing():
    office = Office()
    await office.sign_in(ANA)
    caller = office.call()
    ana = await office.fake.dialled(ANA_PAGE)
    agents = {**office.directory.agents, ANA: replace(office.directory.agents[ANA], takes_calls=False)}
    change(office, replace(office.directory, agents=agents))
    await office.until(lambda: ana.state is PartyState.ENDED, within=1)
    assert office.state(ANA) == "offline"
    caller.hang_up()
    await office.story()


async def test_a_signed_in_agent_follows_his_queues():
    office = Office()
    await office.sign_in(ANA)
    since = office.exchange.board.agent(ANA)
    change(office, with_service(office.directory, ANA))
    assert office.exchange.acd.distributor.queues_of(ANA) == {SALES, SERVICE}
    assert office.book.rests()[ANA][2] == (SALES, SERVICE)
    now = office.exchange.board.agent(ANA)
    assert since is not None and now is not None and now.since == since.since
    caller = office.call()
    ana = await office.fake.dialled(ANA_PAGE)
    agents = {
        name: replace(agent, queues=agent.queues - {SALES} if name == ANA else agent.queues)
        for name, agent in office.directory.agents.items()
    }
    change(office, replace(office.directory, agents=agents))
    await office.until(lambda: ana.state is PartyState.ENDED, within=1)
    assert office.exchange.acd.distributor.queues_of(ANA) == {SERVICE}
    caller.hang_up()
    await office.story()


async def test_a_queue_deleted_while_no_server_was_there_leaves_no_open_visit():
    office = Office()
    office.call()
    await asyncio.sleep(3)
    office.directory = replace(office.directory, queues={})
    office.new_server()
    office.fake.reconnect()
    await asyncio.sleep(3)
    assert [visit.outcome for visit in (await office.story()).queue_visits] == ["flowed_out"]


async def test_a_removed_line_and_extension_drop_no_talk():
    office = Office()
    await office.sign_in(BO)
    office.fake.when_dialled(BO_PHONE, answers_after=1)
    caller = office.call("88003")
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=5)
    directory = office.directory
    bo = replace(directory.agents[BO], extension=None)
    change(
        office,
        replace(
            directory,
            agents={**directory.agents, BO: bo},
            trunks={},
            extensions={k: v for k, v in directory.extensions.items() if v.agent != BO},
            devices={k: v for k, v in directory.devices.items() if k != BO_PHONE},
        ),
    )
    await asyncio.sleep(2)
    assert caller.hears() == {BO_PHONE} and CITY not in office.directory.trunks
    caller.hang_up()
    await office.story()


async def test_who_signs_in_during_a_talk_is_ready_after_it():
    office = Office()
    office.fake.register(BO_PHONE)
    office.fake.when_dialled(BO_PHONE, answers_after=1)
    await asyncio.sleep(0.1)
    caller = office.call("88003")
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=5)
    office.exchange.sign_in(BO)
    assert office.exchange.acd.distributor.queues_of(BO) == {SALES}
    caller.hang_up()
    await office.story()
    assert office.state(BO) == "ready"


async def test_a_second_call_on_a_phone_does_not_make_its_agent_free():
    office = Office()
    await office.sign_in(BO)
    office.fake.when_dialled(BO_PHONE, answers_after=1)
    caller = office.call()
    await office.until(lambda: caller.hears() == {BO_PHONE}, within=5)
    second = office.fake.device_calls(BO_PHONE, "13900139000")
    await asyncio.sleep(2)
    second.hang_up()
    await asyncio.sleep(1)
    assert office.state(BO) == "talking"
    caller.hang_up()
    await office.until(lambda: office.state(BO) == "wrap_up", within=2)
    await office.until(lambda: not office.exchange.calls, within=5)


async def test_screens_begin_a_new_day_at_the_sites_midnight():
    office = Office()
    days = asyncio.get_running_loop().create_task(office.exchange.board.follow_days())
    caller = office.call()
    await asyncio.sleep(2)
    caller.hang_up()
    await office.story()
    board = office.exchange.board
    view = board.queue(SALES)
    assert view is not None and view.today["abandoned"] == view.today["offered"] == 1
    # It is 01:17 UTC, and 09:17 in Shanghai.
    midnight = 14 * 3600 + 43 * 60 + 20
    late = asyncio.get_running_loop().time()
    await asyncio.sleep(midnight - (late - 1000.0) - 60)
    view = board.queue(SALES)
    assert view is not None and view.today["offered"] == 1
    over = office.call()
    await asyncio.sleep(70)
    over.hang_up()
    await asyncio.sleep(1)
    view = board.queue(SALES)
    assert view is not None and view.today["offered"] == 0, "a visit belongs to the day on which it began"
    assert any(v["id"] == SALES and v["today"]["offered"] == 0 for v in office.views("queue.changed")[-3:])
    days.cancel()
