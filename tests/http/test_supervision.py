"""A leader sets an agent's state and ends a call: for the agents of his teams, and it is noted."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "calls"))
from company import ANA, ANA_PAGE, BO, BO_PHONE, Office

from callroom.actions import audit, users
from callroom.actions.users import Role
from callroom.store.database import writing
from callroom.store.tables import User
from callroom.telephony.fake import Party, PartyState


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
    office = Office()
    world.site.exchange = office.exchange
    await office.sign_in(ANA, BO)
    yield office
    await office.exchange.leave()


async def talking(office: Office) -> tuple[str, Party, Party]:
    """A caller who talks with Ana: the call's id, both parties."""
    caller = office.call()
    ana = await office.fake.dialled(ANA_PAGE)
    ana.answer()
    await office.until(lambda: office.state(ANA) == "talking", within=5)
    [call] = office.exchange.calls
    return call, caller, ana


async def log(world) -> list[dict[str, Any]]:
    return (await (await world.client("admin")).get("audit-log?limit=5")).json()["items"]


async def test_a_leader_ends_a_call_of_his_team(world, office: Office):
    call, caller, ana = await talking(office)
    leader = await world.client("supervisor")
    assert (await leader.post(f"calls/{call}/force-hangup")).status_code == 204
    await office.until(lambda: not office.exchange.calls, within=5)
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
    await office.until(lambda: office.state(BO) == "talking", within=5)
    [call] = office.exchange.calls
    assert (await leader.post(f"calls/{call}/force-hangup")).status_code == 403
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
