"""What a leader asks before he plans a shift. The answers are reckoned by a process of their own, as on a site."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from callroom import what_if
from callroom.core.journeys import facts as f
from callroom.store.database import writing
from callroom.store.journal import Journal
from callroom.store.tables import JourneyRow, QueueVisitRow, User

MIDNIGHT = datetime(2026, 11, 22, 16, tzinfo=UTC)  # of Monday, in Shanghai
LOAD = {"kind": "load", "calls_per_hour": 60, "handling": 120, "patience": 90, "goal": 80, "within": 20}


@pytest.fixture
async def queue(world) -> dict[str, Any]:
    return await world.make("queues", name="Sales", members=[world.ids["agent"]])


async def a_morning(world, queue: str) -> None:
    """One agent from 9 to 11. From 9 a call each 3 minutes, from 10 one each minute; every tenth caller gave up."""
    journal = Journal(world.home, world.site.engine)
    agent = world.ids["agent"]
    journal.append(f.AgentLine(agent, MIDNIGHT + timedelta(hours=9), "ready", "ready", queues=(queue,)))
    journal.append(f.AgentLine(agent, MIDNIGHT + timedelta(hours=11), "offline", "offline"))
    begins = [*range(0, 3600, 180), *range(3600, 7200, 60)]
    for number, begin in enumerate(begins):
        at = MIDNIGHT + timedelta(hours=9, seconds=begin)
        facts: list[tuple[int, f.Fact]] = [
            (0, f.Started("inbound", "13800138000", "88001")),
            (0, f.LegStarted("l1", "caller", "13800138000")),
            (0, f.QueueEntered(queue, "Sales")),
        ]
        if number % 10 == 9:
            facts += [(30, f.QueueLeft(queue, "abandoned", 30.0))]
        else:
            facts += [
                (0, f.LegStarted("l2", "agent", "801", agent=agent)),
                (5, f.LegAnswered("l2")),
                (5, f.QueueLeft(queue, "answered", 5.0, 1, 1, agent, "agent")),
                (5, f.TalkStarted(agent, "agent", "l2")),
                (125, f.TalkEnded("l2", 120.0, 0.0)),
                (125, f.LegEnded("l2", "normal")),
            ]
        facts += [(130, f.LegEnded("l1", "normal")), (130, f.Ended("caller"))]
        for place, (seconds, fact) in enumerate(facts, 1):
            journal.append(f.JourneyLine(f"j{number}", place, at + timedelta(seconds=seconds), fact))
    await journal.close()
    world.site.now = lambda: MIDNIGHT + timedelta(hours=12)


async def test_a_load_is_answered_with_a_number_and_its_neighbours(world):
    leader = await world.client("supervisor")
    answer = await leader.post("what-if", json=LOAD)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["kind"] == "load" and told["needed"] == 4
    by_agents = {one["agents"]: one["expected"] for one in told["staffed"]}
    assert sorted(by_agents) == [2, 3, 4, 5, 6]
    assert by_agents[3]["service_level"] < 0.8 <= by_agents[4]["service_level"]
    assert by_agents[2]["abandoned"] > by_agents[3]["abandoned"] > by_agents[6]["abandoned"]
    assert 0.4 < by_agents[4]["occupancy"] < 0.5
    assert all(0 < one["margin"] < 0.1 for one in told["staffed"])


async def test_a_day_is_played_again(world, queue):
    await a_morning(world, queue["id"])
    body = {"kind": "day", "queue": queue["id"], "day": "2026-11-23"}
    answer = await (await world.client("admin")).post("what-if", json=body)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["calls"], told["answered"], told["abandoned"], told["handling"]) == (80, 72, 8, 120.0)
    nine, half, ten, last = told["half_hours"]
    assert [one["number"] for one in told["half_hours"]] == [18, 19, 20, 21]
    assert nine["at"] == "2026-11-23T01:00:00Z"
    assert [one["calls"] for one in told["half_hours"]] == [10, 10, 30, 30]
    assert [(one["present"], one["staff"]) for one in told["half_hours"]] == [(1.0, 1)] * 4
    # A call each 3 minutes that takes 2 is one agent's work; a call a minute is that of two to three.
    assert (nine["needed"], half["needed"]) == (1, 1)
    assert 2 <= ten["needed"] <= last["needed"] <= 4
    assert nine["was"]["service_level"] == 0.9
    assert last["with_staff"]["service_level"] < 0.5 < 0.8 <= last["with_needed"]["service_level"]
    assert last["with_staff"]["occupancy"] > 0.9 > last["with_needed"]["occupancy"]
    assert told["with_needed"]["abandoned"] < told["with_staff"]["abandoned"]

    more = (await (await world.client("admin")).post("what-if", json=body | {"staff": [5]})).json()
    assert {one["staff"] for one in more["half_hours"]} == {5}
    assert more["with_staff"]["service_level"] > told["with_staff"]["service_level"]


async def test_what_a_short_abandon_is_the_company_says(world, queue):
    await a_morning(world, queue["id"])
    admin = await world.client("admin")
    body = {"kind": "day", "queue": queue["id"], "day": "2026-11-23"}
    company = {
        "company_name": "Acme",
        "language": "en",
        "country": "CN",
        "time_zone": "Asia/Shanghai",
        "set_up_done": True,
    }
    answer = await admin.put("settings", json=company | {"short_abandon_seconds": 60})
    assert answer.status_code == 200, answer.text
    told = (await admin.post("what-if", json=body)).json()
    assert told["half_hours"][0]["was"]["service_level"] == 1.0, "who left after 30 s does not count"


async def test_a_day_without_answered_calls_is_told_as_it_is(world, queue):
    body = {"kind": "day", "queue": queue["id"], "day": "2026-11-22"}
    told = (await (await world.client("admin")).post("what-if", json=body)).json()
    assert (told["calls"], told["half_hours"], told["was"]) == (0, [], None)


async def test_a_leader_asks_only_of_queues_he_leads(world, queue):
    body = {"kind": "day", "queue": queue["id"], "day": "2026-11-23"}
    leader = await world.client("supervisor")
    refused = await leader.post("what-if", json=body)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:callroom:problem:not-allowed")
    team = await world.make("teams", name="Day shift")
    async with writing(world.site.engine) as session, session.begin():
        await session.execute(update(User).where(User.role == "agent").values(team_id=team["id"]))
        await session.execute(update(User).where(User.role == "supervisor").values(supervises=[team["id"]]))
    assert (await leader.post("what-if", json=body)).status_code == 200


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"goal": 100}, ("load.goal", "less_than_equal")),
        ({"handling": 0}, ("load.handling", "greater_than_equal")),
        ({"calls_per_hour": "many"}, ("load.calls_per_hour", "float_parsing")),
        ({"calls_per_hour": 20000, "handling": 7200}, ("calls_per_hour", "too_heavy")),
        ({"agents": 3}, ("load.agents", "extra_forbidden")),
        ({"kind": "guess"}, ("", "union_tag_invalid")),
        ({"kind": "day"}, ("day.queue", "missing")),
    ],
)
async def test_what_cannot_be_reckoned_is_refused_by_name(world, refused, change: dict[str, Any], fault):
    answer = await (await world.client("admin")).post("what-if", json=LOAD | change)
    assert fault in refused(answer)
    assert all(one["text"] for one in answer.json()["errors"])


async def test_a_queue_and_a_day_must_be_real(world, queue, refused):
    admin = await world.client("admin")
    body = {"kind": "day", "queue": queue["id"], "day": "2026-11-23"}
    assert refused(await admin.post("what-if", json=body | {"queue": "gone"})) == {("queue", "unknown_reference")}
    assert refused(await admin.post("what-if", json=body | {"day": "2026-02-30"})) == {
        ("day.day", "date_from_datetime_parsing")
    }
    assert ("day.staff.0", "less_than_equal") in refused(await admin.post("what-if", json=body | {"staff": [501]}))


async def test_a_day_with_too_many_calls_is_refused(world, queue):
    many = what_if.MOST_VISITS + 1
    at = MIDNIGHT + timedelta(hours=9)
    async with writing(world.site.engine) as session, session.begin():
        call = {"direction": "inbound", "started_at": at, "from_number": "", "to_number": "", "document": {}}
        await session.execute(insert(JourneyRow), [call | {"id": f"j{k}"} for k in range(many)])
        visit = {"number": 0, "queue_id": queue["id"], "entered_at": at, "outcome": "abandoned"}
        await session.execute(insert(QueueVisitRow), [visit | {"journey_id": f"j{k}"} for k in range(many)])
    body = {"kind": "day", "queue": queue["id"], "day": "2026-11-23"}
    answer = await (await world.client("admin")).post("what-if", json=body)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:callroom:problem:too-much-to-reckon"
    assert "10000" in answer.json()["title"]


async def test_what_takes_too_long_is_broken_off(world, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(what_if, "LONGEST", 0.2)
    answer = await (await world.client("admin")).post("what-if", json=LOAD)
    assert answer.json()["type"] == "urn:callroom:problem:too-much-to-reckon"


async def test_nobody_asks_without_end(world, queue, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("callroom.http.what_if.A_MINUTE", 2)
    admin = await world.client("admin")
    body = {"kind": "day", "queue": queue["id"], "day": "2026-11-22"}
    assert [(await admin.post("what-if", json=body)).status_code for _ in range(3)] == [200, 200, 429]
