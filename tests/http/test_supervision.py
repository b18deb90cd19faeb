"""A leader sets an agent's state and ends a call: for the agents of his teams, and it is noted."""

import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "calls"))
from company import ANA, ANA_PAGE, BO, BO_PHONE, Office, company

from callroom.actions import audit, users
from callroom.actions.users import Role
from callroom.core.directory import Agent, Device, Directory, Extension
from callroom.core.ids import AgentId, DeviceId, ExtensionId
from callroom.core.routing.model import DialPermission
from callroom.store.database import reading, writing
from callroom.store.directory import load_directory
from callroom.store.tables import User
from callroom.telephony.fake import Party, PartyState

LEE_PAGE = DeviceId("lee-page")


def led_company(leader: AgentId) -> Directory:
    """The supervisor has a phone, and leads Ana."""
    plain, extension = company(), ExtensionId("x800")
    lee = Agent(leader, "Lee", "", extension, False, DialPermission.NATIONAL, frozenset(), leads=frozenset({ANA}))
    return replace(
        plain,
        agents={**plain.agents, leader: lee},
        extensions={**plain.extensions, extension: Extension(extension, "800", "Lee", (LEE_PAGE,), leader)},
        devices={**plain.devices, LEE_PAGE: Device(LEE_PAGE, extension, "browser", "secret")},
    )


@pytest.fixture
async def office(world, engine) -> AsyncIterator[Office]:
    """Ana and Bo at work; Ana belongs to the day shift, which the supervisor leads."""
    team = await world.make("teams", name="Day shift")
    async with writing(engine) as session, session.begin():
        for login in (ANA, BO):
            made = await users.create_user(
                session,
                audit.SYSTEM,
                login=login,
                name=login,
                role=Role.AGENT,
                password="long enough",
                now=world.site.now(),
            )
            made.id = login  # the office's own names for them
            made.team_id = team["id"] if login == ANA else None
        leader = await session.get(User, world.ids["supervisor"])
        assert leader is not None
        leader.supervises = [team["id"]]
    office = Office(led_company(AgentId(world.ids["supervisor"])))
    world.site.exchange = office.exchange
    await office.sign_in(ANA, BO)
    yield office
    await office.exchange.leave()


async def talking(office: Office) -> tuple[str, Party, Party]:
    """A caller who talks with Ana: the call's id, both parties."""
    caller = office.call()
    ana = await office.fake.dialled(ANA_PAGE)
    ana.answer()
    await office.until(lambda: office.state(ANA) == "talking")
    [call] = office.exchange.calls
    return call, caller, ana


async def log(world) -> list[dict[str, Any]]:
    return (await (await world.client("admin")).get("audit-log?limit=5")).json()["items"]


async def test_a_leader_ends_a_call_of_his_team(world, office: Office):
    call, caller, ana = await talking(office)
    leader = await world.client("supervisor")
    assert (await leader.post(f"calls/{call}/force-hangup")).status_code == 204
    await office.until(lambda: not office.exchange.calls)
    assert caller.state is ana.state is PartyState.ENDED
    [journey] = [j for j in office.book.journeys().values() if j.id == call]
    assert (journey.ended_by, journey.queue_visits[0].outcome) == ("system", "answered")
    noted = (await log(world))[0]
    assert (noted["action"], noted["subject_id"], noted["after"]) == ("call.forced_hang_up", call, {"agent": ANA})
    assert (await leader.post(f"calls/{call}/force-hangup")).status_code == 404, "it is over"


async def test_a_caller_nobody_talks_with_yet_is_not_ended(world, office: Office):
    caller = office.call()
    await office.fake.dialled(ANA_PAGE)
    [call] = office.exchange.calls
    assert (await (await world.client("admin")).post(f"calls/{call}/force-hangup")).status_code == 404
    assert caller.state is PartyState.TALKING


async def test_a_leader_sets_states_and_signs_out(world, office: Office):
    leader = await world.client("supervisor")
    answer = await leader.put(f"users/{ANA}/presence", json={"state": "away"})
    assert (answer.status_code, answer.json()["state"]) == (200, "away")
    assert office.state(ANA) == "away"
    assert (await leader.put(f"users/{ANA}/presence", json={"state": "offline"})).json()["state"] == "offline"
    again = await leader.put(f"users/{ANA}/presence", json={"state": "ready"})
    assert again.status_code == 409, "a leader cannot sit down at her desk"
    assert [entry["action"] for entry in (await log(world))[:2]] == ["agent.presence", "agent.presence"]
    assert (await leader.put(f"users/{ANA}/presence", json={"state": "busy", "reason": "none"})).status_code in (
        409,
        422,
    )


async def test_another_teams_agent_is_not_his_to_lead(world, office: Office):
    leader, admin = await world.client("supervisor"), await world.client("admin")
    assert (await leader.put(f"users/{BO}/presence", json={"state": "busy"})).status_code == 403
    assert office.state(BO) == "ready"
    office.exchange.sign_out(ANA)
    office.call()
    (await office.fake.dialled(BO_PHONE)).answer()
    await office.until(lambda: office.state(BO) == "talking")
    [call] = office.exchange.calls
    refused = await leader.post(f"calls/{call}/force-hangup")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:callroom:problem:not-led")
    assert office.state(BO) == "talking"
    assert (await admin.post(f"calls/{call}/force-hangup")).status_code == 204


async def test_a_reason_of_leaders_is_theirs_to_choose(world, office: Office):
    training = await world.make(
        "presence-reasons", name_zh="培训", name_en="Training", kind="busy", limit_minutes=30, chosen_by="leaders"
    )
    lunch = await world.make("presence-reasons", name_zh="午餐", name_en="Lunch", kind="away")
    agent = await world.client("nobody")
    answer = await agent.post("session", json={"login": "ana", "password": "long enough"})
    assert answer.status_code == 200
    refused = await agent.put("me/presence", json={"state": "busy", "reason": training["id"]})
    assert (refused.status_code, refused.json()["errors"][0]["rule"]) == (422, "reason_of_leaders")
    refused = await agent.put("me/presence", json={"state": "busy", "reason": lunch["id"]})
    assert (refused.status_code, refused.json()["errors"][0]["rule"]) == (422, "reason_of_another_state")
    leader = await world.client("supervisor")
    answer = await leader.put(f"users/{ANA}/presence", json={"state": "busy", "reason": training["id"]})
    assert (answer.json()["state"], answer.json()["reason"]) == ("busy", training["id"])
    assert (await agent.put("me/presence", json={"state": "away", "reason": lunch["id"]})).json()["state"] == "away"


async def test_a_leader_listens_whispers_barges_and_takes_over(world, office: Office):
    call, caller, ana = await talking(office)
    leader = await world.client("supervisor")
    office.fake.register(LEE_PAGE)
    await office.until(lambda: office.exchange.phones.online(LEE_PAGE))
    answer = await leader.post(f"calls/{call}/listen")
    assert answer.status_code == 200
    own = answer.json()["id"]
    lee = await office.fake.dialled(LEE_PAGE)
    await office.until(lambda: lee.hears() == {"13800138000", ANA_PAGE})
    for mode, heard_by_ana, heard_by_caller in (("whisper", True, False), ("barge", True, True)):
        assert (await leader.post(f"calls/{call}/{mode}", json={"agent": ANA})).json() == {"id": own}
        await office.until(
            lambda one=heard_by_ana, other=heard_by_caller: (
                (LEE_PAGE in ana.hears(), LEE_PAGE in caller.hears()) == (one, other)
            ),
            within=5,
        )
    assert (await leader.post(f"calls/{call}/take-over")).status_code == 200
    await office.until(lambda: caller.hears() == {LEE_PAGE} and ana.state is PartyState.ENDED)
    assert (await leader.post(f"calls/{call}/hold")).status_code == 204, "it is the leader's call now"
    noted = [(entry["action"], entry["subject_id"], entry["after"]) for entry in reversed((await log(world))[:4])]
    actions = ["call.listened_to", "call.whispered_in", "call.barged_in", "call.taken_over"]
    assert noted == [(action, call, {"agent": ANA}) for action in actions]


async def test_a_leader_hangs_up_his_own_call_and_the_talk_goes_on(world, office: Office):
    call, caller, _ = await talking(office)
    leader = await world.client("supervisor")
    office.fake.register(LEE_PAGE)
    await office.until(lambda: office.exchange.phones.online(LEE_PAGE))
    own = (await leader.post(f"calls/{call}/whisper")).json()["id"]
    lee = await office.fake.dialled(LEE_PAGE)
    await office.until(lambda: lee.state is PartyState.TALKING)
    assert (await leader.post(f"calls/{own}/hangup")).status_code == 204
    await office.until(lambda: lee.state is PartyState.ENDED and caller.hears() == {ANA_PAGE})


async def test_why_a_leader_cannot_listen_is_said(world, office: Office):
    leader, admin = await world.client("supervisor"), await world.client("admin")
    call, _, _ = await talking(office)

    async def told(client: Any, path: str = "listen", of: str = call, **body: str) -> tuple[int, str]:
        answer = await client.post(f"calls/{of}/{path}", json=body)
        return answer.status_code, answer.json()["title"]

    no_phone = (409, "You have no phone online to listen with.")
    assert await told(leader) == await told(admin) == no_phone
    office.fake.register(LEE_PAGE)
    await office.until(lambda: office.exchange.phones.online(LEE_PAGE))
    assert (await told(leader, of="none"))[0] == 404
    assert await told(leader, agent=BO) == (409, "No agent is talking in this call right now.")
    office.exchange.sign_out(ANA)
    office.call(number="13900139000")
    await office.until(lambda: office.state(BO) == "ringing" and len(office.fake.parties(BO_PHONE)) == 2)
    office.fake.party(BO_PHONE).answer()
    await office.until(lambda: office.state(BO) == "talking")
    of_bo = next(other for other in office.exchange.calls if other != call)
    assert await told(leader, of=of_bo) == (403, "“Bo” is in none of the teams you lead.")
    office.fake.when_dialled(LEE_PAGE, answers_after=30)
    assert (await leader.post(f"calls/{call}/listen")).status_code == 200
    await office.fake.dialled(LEE_PAGE)
    assert await told(leader, "barge", of=call) == (409, "You are in a call yourself; end it first.")
    leader.headers["Accept-Language"] = "zh"
    assert (await told(leader, of=of_bo))[1] == "“Bo”不在您带领的班组中。"


async def test_who_leads_whom_is_read_from_the_teams(world, office: Office, engine, tmp_path: Path):
    """The calls ask the directory, other acts of a leader the database: both say the same."""
    for login, number in ((ANA, "8001"), ("supervisor", "8002"), ("admin", "8003"), ("agent", "8004")):
        extension = await world.make("extensions", number=number, name=login)
        async with writing(engine) as session, session.begin():
            user = await session.get(User, world.ids.get(login, login))
            assert user is not None
            user.extension_id = extension["id"]
    async with reading(engine) as session:
        directory = await load_directory(session, tmp_path, tmp_path)
    led = {role: {one for one in (ANA, BO) if directory.may_lead(AgentId(id), one)} for role, id in world.ids.items()}
    assert led == {"admin": {ANA, BO}, "supervisor": {ANA}, "agent": set(), "auditor": set()}
