"""A problem is owed a solution by a time; solved, it is owed a call; memos remind. The worker tells of what is due."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import update

from callroom.actions import follow_ups
from callroom.store.database import reading, writing
from callroom.store.tables import FollowUp, JourneyRow, SurveyAnswerRow, User
from callroom.worker import Worker

STATUSES = [
    {"id": "new", "label": "新建", "initial": True, "next": ["done"]},
    {"id": "done", "label": "已解决", "closed": True, "solves": True, "next": ["new"]},
]


@pytest.fixture
async def agent(world) -> AsyncClient:
    team = await world.make("teams", name="白班")
    async with writing(world.site.engine) as session, session.begin():
        await session.execute(update(User).where(User.login == "agent").values(team_id=team["id"]))
        await session.execute(update(User).where(User.login == "supervisor").values(supervises=[team["id"]]))
    return await world.client("agent")


@pytest.fixture
async def problem(world, agent: AsyncClient) -> dict[str, Any]:
    """A complaint of Wang Fang, in the agent's hands, due in four hours."""
    customer = await world.make("customers", name="王芳", phones=["13800138000"])
    question = {"label": "Service", "sound": {"system": "rate_service"}, "keys": {"1": "satisfied"}}
    survey = await world.make("surveys", name="Return calls", form={"questions": [question]})
    table = await world.make(
        "tables", name="投诉", statuses=STATUSES, problems=True, due_hours=4, call_back_hours=2, survey_id=survey["id"]
    )
    made = await agent.post(f"tables/{table['id']}/records", json={"customer": customer["id"], "memo": "漏气"})
    assert made.status_code == 201, made.text
    return made.json() | {"survey": survey["id"]}


async def solve(client: AsyncClient, problem: dict[str, Any]) -> dict[str, Any]:
    """Solve it; the return call that is owed then."""
    path = f"records/{problem['id']}"
    version = (await client.get(path)).headers["etag"]
    answer = await client.post(f"{path}/status", json={"status": "done"}, headers={"If-Match": version})
    assert answer.status_code == 200, answer.text
    tasks = (await client.get("follow-ups", params={"state": "open"})).json()["items"]
    assert len(tasks) == 1
    return tasks[0]


async def dialled(world, task: dict[str, Any], journey: str = "j_1") -> int:
    """As if the agent had called, and been answered in the survey; the task's version then."""
    async with writing(world.site.engine) as session, session.begin():
        row = await session.get(FollowUp, task["id"])
        assert row is not None
        await follow_ups.dialled(session, row, journey, world.site.now())
        session.add(
            JourneyRow(
                id=journey, direction="outbound", origin="follow_up", started_at=world.site.now(), from_number="8001",
                to_number="13800138000", agent_id=world.ids["agent"], document={"legs": []},
            )
        )  # fmt: skip
        await session.flush()
        session.add(
            SurveyAnswerRow(
                journey_id=journey, question=0, survey_id="s", asked_at=world.site.now(), meaning="satisfied"
            )
        )
        return row.version


async def told(client: AsyncClient) -> list[str]:
    return [one["kind"] for one in (await client.get("notices")).json()["items"]]


async def test_a_solved_problem_owes_its_customer_one_call(world, agent: AsyncClient, problem):
    task = await solve(agent, problem)
    assert (task["customer"]["name"], task["owner"]["name"], task["record"]["number"]) == ("王芳", "agent", 1)
    assert task["due_at"] == (world.site.now() + timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    path = f"records/{problem['id']}"
    for status in ("new", "done"):  # solved anew while the call is owed
        version = (await agent.get(path)).headers["etag"]
        assert (
            await agent.post(f"{path}/status", json={"status": status}, headers={"If-Match": version})
        ).status_code == 200
    assert len((await agent.get("follow-ups")).json()["items"]) == 1
    leader = await world.client("supervisor")
    assert (await leader.post("follow-ups", json={"record": problem["id"]})).status_code == 409


async def test_a_leader_owes_a_customer_one_call_more(world, agent: AsyncClient, problem, refused: Callable[..., Any]):
    leader = await world.client("supervisor")
    wanted = {"record": problem["id"], "owner": world.ids["agent"]}
    assert refused(await leader.post("follow-ups", json=wanted | {"owner": "u_nobody"})) == {
        ("owner", "unknown_reference")
    }
    made = await asyncio.gather(*(leader.post("follow-ups", json=wanted) for _ in range(3)))
    assert sorted(answer.status_code for answer in made) == [201, 409, 409]
    [task] = (await leader.get("follow-ups", params={"record": problem["id"]})).json()["items"]
    closed = {"result": "declined"}
    assert (
        await leader.post(f"follow-ups/{task['id']}/close", json=closed, headers={"If-Match": "1"})
    ).status_code == 200
    assert (await leader.delete(f"records/{problem['id']}")).status_code == 204
    assert (await leader.post("follow-ups", json=wanted)).status_code == 409


async def test_a_call_is_closed_by_what_came_of_it(world, agent: AsyncClient, problem, refused: Callable[..., Any]):
    task = await solve(agent, problem)
    path = f"follow-ups/{task['id']}"
    body = {"result": "satisfied", "note": "都好"}
    assert (await agent.post(f"{path}/close", json=body, headers={"If-Match": "1"})).status_code == 409  # no call yet
    version = await dialled(world, task)
    async with reading(world.site.engine) as session:
        assert await follow_ups.survey_of(session, "j_1") == problem["survey"]
    wrong = await agent.post(f"{path}/close", json={"result": "fine"}, headers={"If-Match": str(version)})
    assert refused(wrong) == {("result", "literal_error")}
    assert (await agent.post(f"{path}/close", json=body, headers={"If-Match": "1"})).status_code == 412
    closed = await agent.post(f"{path}/close", json=body, headers={"If-Match": str(version)})
    assert closed.status_code == 200, closed.text
    shown = closed.json()
    assert (shown["state"], shown["result"], shown["survey"]) == ("done", "satisfied", ["satisfied"])
    assert (shown["attempts"], shown["journey"]) == (1, "j_1")
    again = await agent.post(f"{path}/close", json=body, headers={"If-Match": str(shown["version"])})
    assert again.status_code == 409
    assert (await agent.get(f"records/{problem['id']}")).json()["status"]["id"] == "done"


async def test_who_is_not_satisfied_has_his_problem_back(world, agent: AsyncClient, problem):
    task = await solve(agent, problem)
    version = await dialled(world, task)
    body = {"result": "unsatisfied", "note": "还在漏"}
    answer = await agent.post(f"follow-ups/{task['id']}/close", json=body, headers={"If-Match": str(version)})
    assert answer.status_code == 200, answer.text
    record = (await agent.get(f"records/{problem['id']}")).json()
    assert (record["status"]["id"], record["closed_at"]) == ("new", None)
    history = (await agent.get(f"records/{problem['id']}/history")).json()["items"]
    assert (history[0]["action"], history[0]["note"]) == ("status", "还在漏")


async def test_a_leader_gives_the_call_to_somebody_else_who_is_told(world, agent: AsyncClient, problem):
    bo = await world.make("users", login="bo", name="Bo", role="agent", password="long enough")
    other, task = await world.client("bo"), await solve(agent, problem)
    path = f"follow-ups/{task['id']}"
    assert (await other.get(path)).status_code == 404
    leader = await world.client("supervisor")
    due = (world.site.now() + timedelta(hours=1)).isoformat()
    given = await leader.put(path, json={"owner": bo["id"], "due_at": due}, headers={"If-Match": "1"})
    assert given.status_code == 200, given.text
    assert await told(other) == ["follow_up_made"]
    assert (await other.get(path)).json()["owner"]["name"] == "Bo"


async def test_a_call_that_is_owed_goes_and_comes_back_with_its_record(world, agent: AsyncClient, problem):
    task, leader = await solve(agent, problem), await world.client("supervisor")
    path = f"records/{problem['id']}"
    worker = Worker(world.site.engine, world.home, now=lambda: world.site.now() + timedelta(days=1))
    assert (await leader.delete(path)).status_code == 204
    assert (await agent.get("follow-ups")).json()["items"] == []
    assert (await agent.get("me/waiting")).json()["follow_ups"] == 0
    body = {"result": "declined"}
    assert (await agent.post(f"follow-ups/{task['id']}/close", json=body, headers={"If-Match": "1"})).status_code == 409
    assert await worker.remind() == 0
    assert (await leader.post(f"{path}/restore")).status_code == 200
    assert [one["id"] for one in (await agent.get("follow-ups")).json()["items"]] == [task["id"]]
    assert await worker.remind() == 1


async def test_the_worker_tells_once_of_what_is_past_its_time(world, agent: AsyncClient, problem):
    clock = [world.site.now() + timedelta(hours=3, minutes=59)]
    worker = Worker(world.site.engine, world.home, now=lambda: clock[0])
    assert await worker.remind() == 0
    clock[0] += timedelta(minutes=2)
    assert (await worker.remind(), await worker.remind()) == (1, 0)
    leader = await world.client("supervisor")
    assert await told(agent) == await told(leader) == ["record_overdue"]
    assert await told(await world.client("admin")) == []
    world.site.now = lambda: clock[0]
    for client in (agent, leader):
        assert (await client.get("me/waiting")).json()["overdue"] == 1
    late = (await leader.get("records", params={"overdue": True})).json()["items"]
    assert [one["overdue"] for one in late] == [True]

    task = await solve(agent, problem)
    assert (await leader.get("me/waiting")).json()["overdue"] == 0
    clock[0] += timedelta(hours=3)
    assert (await worker.remind(), await worker.remind()) == (1, 0)
    assert await told(leader) == ["follow_up_overdue", "record_overdue"]
    assert (await leader.get("me/waiting")).json()["follow_ups"] == 1
    (overdue,) = (await leader.get("follow-ups", params={"overdue": True})).json()["items"]
    assert (overdue["id"], overdue["overdue"]) == (task["id"], True)


# ---------------------------------------------------------------- memos


async def test_a_memo_reminds_at_its_time_whom_it_says(world, agent: AsyncClient, problem):
    customer = problem["customer"]["id"]
    at = world.site.now() + timedelta(hours=1)
    made = await agent.post("memos", json={"text": "下周回电", "customer": customer, "remind_at": at.isoformat()})
    assert (made.status_code, made.json()["remind"]["name"]) == (201, "agent")
    leader = world.ids["supervisor"]
    other = {"text": "请过目", "customer": customer, "remind_at": at.isoformat(), "remind": leader}
    second = (await (await world.client("admin")).post("memos", json=other)).json()
    done = (await agent.post("memos", json={"text": "x", "customer": customer, "remind_at": at.isoformat()})).json()
    body = {"text": "x", "customer": customer, "remind_at": at.isoformat(), "done": True}
    assert (await agent.put(f"memos/{done['id']}", json=body, headers={"If-Match": "1"})).status_code == 200
    clock = [at - timedelta(seconds=1)]
    worker = Worker(world.site.engine, world.home, now=lambda: clock[0])
    assert await worker.remind() == 0
    clock[0] = at
    assert (await worker.remind(), await worker.remind()) == (2, 0)
    assert await told(agent) == await told(await world.client("supervisor")) == ["memo_due"]
    mine = (await (await world.client("supervisor")).get("memos", params={"reminds": "mine"})).json()["items"]
    assert [one["id"] for one in mine] == [second["id"]]


async def test_memos_are_one_list_within_rights(world, agent: AsyncClient, problem, refused: Callable[..., Any]):
    customer = problem["customer"]["id"]
    admin, leader = await world.client("admin"), await world.client("supervisor")
    mine = (await agent.post("memos", json={"text": "客户要求上门", "customer": customer})).json()
    theirs = (await admin.post("memos", json={"text": "内部", "customer": customer})).json()
    for client, texts in ((agent, ["客户要求上门"]), (leader, ["客户要求上门"]), (admin, ["内部", "客户要求上门"])):
        assert sorted(one["text"] for one in (await client.get("memos")).json()["items"]) == texts
    assert (await agent.get(f"memos/{theirs['id']}")).status_code == 404
    for params, count in (({"q": "上门"}, 1), ({"q": "王芳"}, 2), ({"author": world.ids["agent"]}, 1), ({"q": "%"}, 0)):
        assert len((await admin.get("memos", params=params)).json()["items"]) == count, params
    assert refused(await agent.post("memos", json={"text": " ", "customer": customer})) == {
        ("text", "string_too_short")
    }
    assert refused(await agent.post("memos", json={"text": "a", "customer": "c_none"})) == {
        ("customer", "unknown_reference")
    }
    changed = await leader.put(
        f"memos/{mine['id']}", json={"text": "已上门", "customer": customer}, headers={"If-Match": "1"}
    )
    assert changed.status_code == 200, changed.text
    history = (await agent.get(f"memos/{mine['id']}/history")).json()["items"]
    assert history[0]["changes"] == {"text": ["客户要求上门", "已上门"]}
    assert (await agent.delete(f"memos/{mine['id']}")).status_code == 204
    assert (await agent.get("memos")).json()["items"] == []
    assert (await agent.post(f"memos/{mine['id']}/restore")).json()["deleted"] is False
    assert refused(await agent.post("memos", json={"text": "a", "customer": customer, "remind": "u_none"})) == {
        ("remind", "unknown_reference")
    }


async def test_who_is_to_be_reminded_instead_is_told_too(world, agent: AsyncClient, problem):
    at, leader = world.site.now() + timedelta(hours=1), await world.client("supervisor")
    body = {"text": "回电", "customer": problem["customer"]["id"], "remind_at": at.isoformat()}
    memo = (await agent.post("memos", json=body)).json()
    path, worker = f"memos/{memo['id']}", Worker(world.site.engine, world.home, now=lambda: at)
    assert await worker.remind() == 1
    assert (await told(agent), await told(leader)) == (["memo_due"], [])
    given = await agent.put(path, json=body | {"remind": world.ids["supervisor"]}, headers={"If-Match": "1"})
    assert given.status_code == 200
    assert (await worker.remind(), await worker.remind()) == (1, 0)
    assert (await told(agent), await told(leader)) == ([], ["memo_due"])
    done = body | {"remind": world.ids["supervisor"], "done": True}
    assert (await leader.put(path, json=done, headers={"If-Match": "2"})).status_code == 200
    assert await told(leader) == [] and await worker.remind() == 0


async def test_an_agent_rewrites_no_note_of_a_colleague_nor_brings_back_what_a_leader_took_away(
    world, agent: AsyncClient, problem
):
    admin, at = await world.client("admin"), (world.site.now() + timedelta(hours=1)).isoformat()
    body = {"text": "客户发火", "customer": problem["customer"]["id"], "remind_at": at, "remind": world.ids["agent"]}
    memo = (await admin.post("memos", json=body)).json()
    path = f"memos/{memo['id']}"
    for change in ({"text": "客户满意"}, {"customer": (await world.make("customers", name="李"))["id"]}):
        assert (await agent.put(path, json=body | change, headers={"If-Match": "1"})).status_code == 403, change
    assert (await agent.put(path, json=body | {"done": True}, headers={"If-Match": "1"})).status_code == 200
    assert (await agent.get(path)).json()["text"] == "客户发火"
    table = await world.make("tables", name="备件", statuses=STATUSES)
    category = await world.make("product-categories", name="Parts")
    product = await world.make("products", name="Filter", code="A", category_id=category["id"], price=100)
    order = {"customer": problem["customer"]["id"], "lines": [{"product": product["id"], "quantity": 1}]}
    for path, mine in (
        ("memos", {"text": "x", "customer": problem["customer"]["id"]}),
        (f"tables/{table['id']}/records", {}),
        ("orders", order),
    ):
        made = await agent.post(path, json=mine)
        assert made.status_code == 201, made.text
        row = f"{path.rpartition('/')[2]}/{made.json()['id']}"
        assert (await agent.delete(row)).status_code == 204
        assert (await agent.post(f"{row}/restore")).status_code == 200
        assert (await admin.delete(row)).status_code == 204
        assert (await agent.post(f"{row}/restore")).status_code == 403, row
        assert (await admin.post(f"{row}/restore")).status_code == 200
