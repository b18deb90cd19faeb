"""Records of the site's own tables: values, statuses, who sees them, and the way to the leader and back."""

import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from httpx2 import AsyncClient
from sqlalchemy import select, update

sys.path.insert(0, str(Path(__file__).parents[1] / "calls"))
from company import Office

from callroom.calls.live import Named
from callroom.core.ids import AgentId, JourneyId, LegId
from callroom.core.journeys.facts import Started
from callroom.store.database import reading, writing
from callroom.store.tables import AuditEntry, JourneyRow, NoticeRow, User
from callroom.telephony.port import EndCause
from complaints import STATUSES, colleague, in_team, listed, make, step

# ---------------------------------------------------------------- records


async def test_values_are_read_as_people_write_them_and_defaults_fill_a_new_record(agent: AsyncClient, table):
    record = await make(
        agent, table,
        values={"what": " 没有气 ", "cost": "1,200.50", "visit": "2026年11月25日 14:30", "phone": "138 0013 8000",
                "parts": ["表", "管"], "paid": "是"},
    )  # fmt: skip
    assert record["values"] == {
        "what": "没有气", "kind": "bill", "cost": 1200.5, "visit": "2026-11-25T06:30:00Z", "phone": "+8613800138000",
        "parts": ["a", "b"], "paid": True,
    }  # fmt: skip
    assert (record["number"], record["status"]["id"], record["owner"]["name"]) == (1, "new", "agent")


async def test_wrong_values_are_told_at_their_fields(agent: AsyncClient, table, refused: Callable[..., Any]):
    wrong = {"cost": "much", "visit": "soon", "kind": "else", "no_such": 1}
    answer = await agent.post(f"tables/{table['id']}/records", json={"values": wrong})
    assert refused(answer) == {
        ("values.what", "missing"),
        ("values.cost", "float_parsing"),
        ("values.visit", "not_a_moment"),
        ("values.kind", "not_a_choice"),
        ("values.no_such", "no_such_field"),
    }


async def test_a_value_is_unique_until_its_record_goes(agent: AsyncClient, table, refused: Callable[..., Any]):
    first = await make(agent, table, values={"what": "a", "meter": "G-100"})
    second = await agent.post(f"tables/{table['id']}/records", json={"values": {"what": "b", "meter": "g-100"}})
    assert refused(second) == {("values.meter", "taken")}
    assert (await agent.delete(f"records/{first['id']}")).status_code == 204
    await make(agent, table, values={"what": "b", "meter": "g-100"})
    assert (await agent.post(f"records/{first['id']}/restore")).status_code == 409
    assert await listed(agent, table) == [2]  # a number is given once


async def test_a_status_is_left_by_its_steps_only(world, agent: AsyncClient, table, refused: Callable[..., Any]):
    record = await make(agent, table)
    assert record["status"]["next"] == ["working", "done"]
    assert refused(await step(agent, record, "rejected")) == {("status", "no_such_step")}
    working = (await step(agent, record, "working")).json()
    assert working["status"]["next"] == ["done"]  # the other one is for leaders
    assert refused(await step(agent, working, "rejected")) == {("status", "no_such_step")}
    assert (await step(agent, working, "done", version=1)).status_code == 412
    done = (await step(agent, working, "done")).json()
    assert done["closed_at"] is not None
    again = (await step(await world.client("admin"), done, "working")).json()
    assert (again["closed_at"], again["status"]["next"]) == (None, ["done", "rejected"])


async def test_what_is_required_since_is_asked_for_before_the_next_step(
    admin: AsyncClient, agent: AsyncClient, table, refused: Callable[..., Any]
):
    record = await make(agent, table)
    fields = [*table["fields"][:3], table["fields"][3] | {"required": True}, *table["fields"][4:]]
    table = (await admin.get(f"tables/{table['id']}")).json()
    answer = await admin.put(
        f"tables/{table['id']}", json=table | {"fields": fields}, headers={"If-Match": str(table["version"])}
    )
    assert answer.status_code == 200, answer.text
    assert refused(await step(agent, record, "working")) == {("values.cost", "missing")}


async def test_the_history_tells_every_step_and_the_log_no_values(world, agent: AsyncClient, table):
    record = await make(agent, table, values={"what": "a", "secret": "310101"})
    body = {"values": {"what": "b", "secret": "****"}, "memo": "问过了"}
    changed = await agent.put(f"records/{record['id']}", json=body, headers={"If-Match": "1"})
    assert changed.status_code == 200, changed.text
    await step(agent, changed.json(), "working")
    items = (await agent.get(f"records/{record['id']}/history")).json()["items"]
    assert [one["action"] for one in items] == ["status", "updated", "created"]
    assert items[0]["changes"] == {"status": ["新建", "处理中"]}
    assert items[1]["changes"] == {"values.what": ["a", "b"], "memo": ["", "问过了"]}
    async with reading(world.site.engine) as session:
        rows = await session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "record"))
        log = [(row.action, row.after) for row in rows]
    assert [action for action, _ in log] == ["record.created", "record.updated", "record.status"]
    assert "310101" not in str(log) and "问过了" not in str(log)


# ---------------------------------------------------------------- who sees what


async def test_agents_see_their_own_leaders_their_teams_and_admins_all(world, agent: AsyncClient, table):
    team = await world.make("teams", name="白班")
    other = await colleague(world)
    await in_team(world, "agent", team["id"], [])
    await in_team(world, "supervisor", None, [team["id"]])
    mine, theirs = await make(agent, table), await make(other, table)
    assert await listed(agent, table) == [1]
    assert await listed(other, table) == [2]
    assert await listed(await world.client("supervisor"), table) == [1]
    for role in ("admin", "auditor"):
        assert sorted(await listed(await world.client(role), table)) == [1, 2]
    assert (await agent.get(f"records/{theirs['id']}")).status_code == 404
    for call in (
        agent.put(f"records/{theirs['id']}", json={"values": {}}, headers={"If-Match": "1"}),
        agent.delete(f"records/{theirs['id']}"),
        agent.post(f"records/{theirs['id']}/submit", json={}),
        agent.get(f"records/{theirs['id']}/history"),
        step(agent, theirs, "working"),
    ):
        assert (await call).status_code == 404
    assert (await (await world.client("auditor")).post(f"records/{mine['id']}/submit", json={})).status_code == 403


async def test_whoever_talked_with_a_customer_today_sees_what_is_kept_of_him(world, agent: AsyncClient, table):
    customer = await world.make("customers", name="王芳", phones=["13800138000"])
    admin = await world.client("admin")
    await make(admin, table, customer=customer["id"])
    assert await listed(agent, table) == []
    now = world.site.now()
    for id, age, seen in (("j_old", timedelta(days=2), []), ("j_new", timedelta(hours=2), [1])):
        async with writing(world.site.engine) as session, session.begin():
            session.add(
                JourneyRow(
                    id=id, direction="inbound", started_at=now - age, from_number="13800138000", to_number="1",
                    customer_id=customer["id"], agent_id=world.ids["agent"], document={"legs": []},
                )
            )  # fmt: skip
        assert await listed(agent, table) == seen
    assert await listed(agent, table, customer=customer["id"], q="王芳") == [1]


async def test_whom_a_customer_rings_sees_what_is_kept_of_him_until_it_rings_no_more(world, agent: AsyncClient, table):
    customer = await world.make("customers", name="王芳", phones=["13800138000"])
    kept = await make(await world.client("admin"), table, customer=customer["id"])
    office = Office()
    world.site.exchange, exchange = office.exchange, office.exchange
    call = exchange.new_call(JourneyId("j1"), "inbound", "13800138000", "88002")
    call.note(Started("inbound", "13800138000", "88002"))
    call.show(customer=Named(customer["id"], "王芳"))
    other = exchange.add_party(call, LegId("l1"), "agent", "802", AgentId("somebody"))
    assert await listed(agent, table) == []
    mine = exchange.add_party(call, LegId("l2"), "agent", "801", AgentId(world.ids["agent"]))
    assert await listed(agent, table) == [1]
    assert (await agent.get(f"records/{kept['id']}")).status_code == 200
    for party, cause in ((mine, EndCause.NO_ANSWER), (other, EndCause.NORMAL)):
        office.exchange.parties.pop(party.leg)
        party.ended.set_result(cause)
    assert await listed(agent, table) == []
    assert (await agent.get(f"records/{kept['id']}")).status_code == 404
    call.close("caller")
    await exchange.leave()


async def test_hidden_values_stay_hidden_and_are_not_lost_when_sent_back(world, agent: AsyncClient, table):
    record = await make(
        agent,
        table,
        values={"what": "回拨 13900139000", "phone": "13800138000", "secret": "310101"},
        memo="或 13700137000",
    )
    async with writing(world.site.engine) as session, session.begin():
        await session.execute(update(User).where(User.login == "agent").values(number_visibility="middle"))
    path = f"records/{record['id']}"
    seen = (await agent.get(path)).json()["values"]
    assert (seen["phone"], seen["secret"], seen["what"]) == ("+86138****8000", "****", "回拨 139****9000")
    memo = (await agent.get(path)).json()["memo"]
    assert memo == "或 137****7000"
    assert await listed(agent, table, q="1390013") == await listed(agent, table, **{"f.what": "1390"}) == []
    changed = await agent.put(path, json={"values": seen, "memo": f"{memo}！"}, headers={"If-Match": "1"})
    assert changed.status_code == 200, changed.text
    stored = (await (await world.client("admin")).get(path)).json()
    whole = stored["values"]
    assert (whole["what"], whole["phone"], whole["secret"]) == ("回拨 13900139000", "+8613800138000", "310101")
    assert stored["memo"] == "或 13700137000！"
    history = (await agent.get(f"{path}/history")).text
    assert "13700137000" not in history and "137****7000" in history
    assert await listed(agent, table, **{"f.phone": "1380013"}) == []  # not found digit by digit
    assert await listed(agent, table, **{"f.phone": "13800138000"}) == [1]
    assert (await agent.get(f"tables/{table['id']}/records", params={"f.secret": "3"})).status_code == 422
    assert await listed(agent, table, q="310101") == []
    download = (await agent.get(f"tables/{table['id']}/records/download", params={"format": "csv"})).text
    assert "310101" not in download and "0013" not in download and "137****7000" in download


# ---------------------------------------------------------------- to the leader


async def test_a_record_goes_to_the_leader_and_comes_back_answered(world, agent: AsyncClient, table):
    team = await world.make("teams", name="白班")
    await in_team(world, "agent", team["id"], [])
    await in_team(world, "supervisor", None, [team["id"]])
    leader, auditor = await world.client("supervisor"), await world.client("auditor")
    record = await make(agent, table)
    path = f"records/{record['id']}"
    submitted = await agent.post(f"{path}/submit", json={"note": "请批示"})
    assert submitted.status_code == 200, submitted.text
    assert (await agent.post(f"{path}/submit", json={})).status_code == 409

    assert (await leader.get("me/waiting")).json() == {"submitted": 1, "overdue": 0, "follow_ups": 0, "notices": 1}
    (inbox,) = (await leader.get("records", params={"submitted": "mine"})).json()["items"]
    assert (inbox["id"], inbox["submission"]["note"], inbox["submission"]["by"]["name"]) == (
        record["id"],
        "请批示",
        "agent",
    )
    for other in (agent, auditor):
        assert (await other.get("records", params={"submitted": "mine"})).json()["items"] == []
    (notice,) = (await leader.get("notices", params={"unseen": True})).json()["items"]
    assert (notice["kind"], notice["subject_id"], notice["text"]["number"]) == ("record_submitted", record["id"], 1)
    assert (await leader.post("notices/seen", json={"ids": [notice["id"]]})).status_code == 204
    assert (await leader.get("me/waiting")).json()["notices"] == 0

    assert (await agent.post(f"{path}/answer", json={"answer": "好"})).status_code == 403
    answered = await leader.post(f"{path}/answer", json={"answer": "退款", "status": "working"})
    assert answered.status_code == 200, answered.text
    assert (answered.json()["submission"]["answer"], answered.json()["status"]["id"]) == ("退款", "working")
    assert (await leader.post(f"{path}/answer", json={"answer": "again"})).status_code == 409
    assert (await leader.get("me/waiting")).json()["submitted"] == 0
    (notice,) = (await agent.get("notices")).json()["items"]
    assert (notice["kind"], notice["text"]["by"]) == ("record_answered", "supervisor")
    assert (await agent.post(f"{path}/submit", json={"note": "还有问题"})).status_code == 200
    actions = [one["action"] for one in (await agent.get(f"{path}/history")).json()["items"]]
    assert actions == ["submitted", "status", "answered", "submitted", "created"]


async def test_without_a_leader_the_admin_is_asked_and_an_answer_that_cannot_be_is_none(
    world, agent: AsyncClient, table
):
    record = await make(agent, table)
    await agent.post(f"records/{record['id']}/submit", json={})
    admin, leader = await world.client("admin"), await world.client("supervisor")
    assert (await admin.get("me/waiting")).json()["submitted"] == 1
    assert (await leader.get("me/waiting")).json()["submitted"] == 0
    assert (await leader.post(f"records/{record['id']}/answer", json={"answer": "x"})).status_code == 404
    wrong = await admin.post(f"records/{record['id']}/answer", json={"answer": "x", "status": "rejected"})
    assert wrong.status_code == 422
    assert (await admin.get(f"records/{record['id']}")).json()["submission"]["answered_at"] is None


async def test_who_is_given_a_record_is_told(world, agent: AsyncClient, table):
    other = await colleague(world)
    await make(agent, table, owner=world.ids["bo"])
    (notice,) = (await other.get("notices")).json()["items"]
    assert notice["kind"] == "record_assigned"
    assert await listed(other, table) == [1]
    async with reading(world.site.engine) as session:
        assert [row.told_at for row in await session.scalars(select(NoticeRow))] == [None]  # the server tells it


async def test_agents_delete_what_they_made_and_no_problem(world, agent: AsyncClient, table):
    other = await colleague(world)
    given = await make(agent, table, owner=world.ids["bo"])
    assert (await other.delete(f"records/{given['id']}")).status_code == 403
    assert (await agent.delete(f"records/{given['id']}")).status_code == 204
    assert await listed(agent, table) == []
    assert await listed(agent, table, deleted=True) == [1]
    assert (await agent.put(f"records/{given['id']}", json={}, headers={"If-Match": "2"})).status_code == 409
    back = await agent.post(f"records/{given['id']}/restore")
    assert (back.status_code, back.json()["deleted"]) == (200, False)
    problems = await world.make("tables", name="故障", statuses=STATUSES, problems=True, due_hours=4)
    problem = await make(agent, problems, values={})
    assert problem["due_at"] == (world.site.now() + timedelta(hours=4)).isoformat().replace("+00:00", "Z")
    assert (await agent.delete(f"records/{problem['id']}")).status_code == 403
    assert (await (await world.client("admin")).delete(f"records/{problem['id']}")).status_code == 204
