"""Tables that the site makes itself: fields, statuses with their steps, submission to the leader, rights, downloads."""

import asyncio
import csv
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import select, update

from callroom.http import downloads
from callroom.store.database import reading, writing
from callroom.store.tables import AuditEntry, JourneyRow, NoticeRow, User

STATUSES = [
    {"id": "new", "label": "新建", "initial": True, "next": ["working", "done"]},
    {"id": "working", "label": "处理中", "color": "blue", "next": ["done", "rejected"]},
    {"id": "done", "label": "已解决", "color": "green", "closed": True, "solves": True, "next": ["working"]},
    {"id": "rejected", "label": "驳回", "color": "red", "closed": True, "leaders": True},
]
FIELDS: list[dict[str, Any]] = [
    {"id": "what", "label": "问题", "type": "line", "required": True},
    {
        "id": "kind",
        "label": "类型",
        "type": "choice",
        "options": [{"id": "leak", "label": "漏气"}, {"id": "bill", "label": "账单"}],
        "default": "账单",
    },
    {
        "id": "parts",
        "label": "部件",
        "type": "choices",
        "options": [{"id": "a", "label": "表"}, {"id": "b", "label": "管"}],
    },
    {"id": "cost", "label": "费用", "type": "number"},
    {"id": "visit", "label": "上门", "type": "datetime"},
    {"id": "phone", "label": "电话", "type": "phone"},
    {"id": "secret", "label": "证件", "type": "line", "masked": True},
    {"id": "meter", "label": "表号", "type": "line", "unique": True},
    {"id": "paid", "label": "已付", "type": "yes_no"},
]
XLSX = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
async def table(world) -> dict[str, Any]:
    return await world.make("tables", name="投诉", fields=FIELDS, statuses=STATUSES)


@pytest.fixture
async def agent(world) -> AsyncClient:
    return await world.client("agent")


async def make(client: AsyncClient, table: dict[str, Any], **body: Any) -> dict[str, Any]:
    body.setdefault("values", {"what": "没有气"})
    answer = await client.post(f"tables/{table['id']}/records", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def step(client: AsyncClient, record: dict[str, Any], status: str, version: int | None = None) -> Response:
    headers = {"If-Match": str(version or record["version"])}
    return await client.post(f"records/{record['id']}/status", json={"status": status}, headers=headers)


async def listed(client: AsyncClient, table: dict[str, Any], **params: Any) -> list[int]:
    answer = await client.get(f"tables/{table['id']}/records", params=params)
    assert answer.status_code == 200, answer.text
    return [one["number"] for one in answer.json()["items"]]


async def in_team(world, login: str, team: str | None, leads: list[str]) -> None:
    async with writing(world.site.engine) as session, session.begin():
        await session.execute(update(User).where(User.login == login).values(team_id=team, supervises=leads))


async def colleague(world) -> AsyncClient:
    """Another agent, signed in."""
    made = await world.make("users", login="bo", name="Bo", role="agent", password="long enough", team_id=None)
    world.ids["bo"] = made["id"]
    return await world.client("bo")


# ---------------------------------------------------------------- tables


async def test_a_table_is_made_with_fields_and_statuses_and_agents_see_it(world, agent: AsyncClient, table):
    (seen,) = (await agent.get("tables")).json()["items"]
    assert (seen["name"], [field["label"] for field in seen["fields"]][:2]) == ("投诉", ["问题", "类型"])
    assert seen["fields"][1]["default"] == "bill"  # read as the field keeps it
    assert (await agent.post("tables", json={})).status_code == 403


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"statuses": []}, ("statuses", "too_short")),
        ({"statuses": [STATUSES[1]]}, ("statuses", "one_initial_status")),
        ({"statuses": [STATUSES[0] | {"next": ["gone"]}]}, ("statuses.0.next", "unknown_reference")),
        ({"problems": True, "statuses": [STATUSES[0] | {"next": []}]}, ("statuses", "problems_need_solving")),
        ({"fields": [FIELDS[0], FIELDS[0]]}, ("fields.1.id", "twice")),
        ({"fields": [FIELDS[1] | {"options": []}]}, ("fields.0.options", "needs_options")),
        (
            {"fields": [FIELDS[0] | {"validation": {"pattern": "("}}]},
            ("fields.0.validation.pattern", "not_a_text_pattern"),
        ),
        ({"fields": [FIELDS[4] | {"default": "soon"}]}, ("fields.0.default", "not_a_moment")),
        ({"fields": [FIELDS[8] | {"unique": True}]}, ("fields.0.unique", "cannot_be_unique")),
        ({"fields": [FIELDS[0] | {"type": "colour"}]}, ("fields.0.type", "enum")),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    admin: AsyncClient, refused: Callable[..., Any], change: dict[str, Any], wrong: tuple[str, str]
):
    body = {"name": "投诉", "fields": [], "statuses": STATUSES} | change
    assert wrong in refused(await admin.post("tables", json=body))


async def test_a_table_with_records_stays_and_so_do_the_statuses_they_are_in(
    admin: AsyncClient, agent: AsyncClient, table, refused: Callable[..., Any]
):
    record = await make(agent, table)
    assert (await admin.delete(f"tables/{table['id']}")).status_code == 409
    assert (await step(agent, record, "working")).status_code == 200
    fewer = [one | {"next": []} for one in STATUSES if one["id"] != "working"]
    change = await admin.put(f"tables/{table['id']}", json=table | {"statuses": fewer}, headers={"If-Match": "1"})
    assert refused(change) == {("statuses", "status_in_use")}


async def test_a_change_of_a_field_takes_the_values_along_or_is_refused_as_a_whole(
    admin: AsyncClient, agent: AsyncClient, table, refused: Callable[..., Any]
):
    first = await make(agent, table, values={"what": "120"})
    second = await make(agent, table, values={"what": "太贵"})
    path = f"tables/{table['id']}"
    table = (await admin.get(path)).json()
    as_number = [table["fields"][0] | {"type": "number"}, *table["fields"][1:]]
    change = {"json": table | {"fields": as_number}, "headers": {"If-Match": str(table["version"])}}
    answer = await admin.put(path, **change)
    assert refused(answer) == {("fields.0.type", "would_be_lost")}
    assert "太贵" in answer.text
    await agent.put(f"records/{second['id']}", json={"values": {"what": "80.5"}}, headers={"If-Match": "1"})
    table = (await admin.get(path)).json()
    answer = await admin.put(path, json=table | {"fields": as_number}, headers={"If-Match": str(table["version"])})
    assert answer.status_code == 200, answer.text
    values = [(await agent.get(f"records/{one['id']}")).json()["values"]["what"] for one in (first, second)]
    assert values == [120, 80.5]


async def test_a_field_becomes_unique_only_when_it_is(
    admin: AsyncClient, agent: AsyncClient, table, refused: Callable[..., Any]
):
    for _ in range(2):
        await make(agent, table, values={"what": "同样"})
    path = f"tables/{table['id']}"
    fields = [table["fields"][0] | {"unique": True}, *table["fields"][1:]]
    table = (await admin.get(path)).json()
    answer = await admin.put(path, json=table | {"fields": fields}, headers={"If-Match": str(table["version"])})
    assert refused(answer) == {("fields.0.unique", "not_unique")}


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


async def test_a_list_is_filtered_sorted_and_paged(world, agent: AsyncClient, table):
    rows = [
        {"what": "漏气", "cost": 10, "visit": "2026-11-20", "kind": "leak", "paid": True},
        {"what": "账单 100%", "cost": -5, "visit": "2026-11-25 07:00", "parts": ["a"]},  # the day before in UTC
        {"what": "账单", "cost": 200, "phone": "021-62345678", "parts": ["a", "b"]},
    ]
    made = [await make(agent, table, values=values, memo=f"备注{at}") for at, values in enumerate(rows)]
    await step(agent, made[2], "done")
    for params, numbers in (
        ({"f.what": "账单"}, [2, 3]),
        ({"f.what": "100%"}, [2]),
        ({"f.kind": "leak"}, [1]),
        ({"f.kind": ["leak", "bill"]}, [1, 2, 3]),
        ({"f.parts": "b"}, [3]),
        ({"f.cost": "0..10"}, [1]),
        ({"f.cost": "..0"}, [2]),
        ({"f.cost": "200"}, [3]),
        ({"f.visit": "2026-11-21..2026-11-25"}, [2]),
        ({"f.visit": "2026-11-20"}, [1]),
        ({"f.visit": "2026-11-25"}, [2]),
        ({"f.visit": "..2026-11-24"}, [1]),
        ({"f.paid": "true"}, [1]),
        ({"f.paid": "false"}, [2, 3]),
        ({"f.phone": "6234"}, [3]),
        ({"q": "备注1"}, [2]),
        ({"q": "6234"}, [3]),
        ({"q": "#3"}, [3]),
        ({"q": "漏气"}, [1]),
        ({"status": "done"}, [3]),
        ({"closed": False}, [1, 2]),
        ({"owner": world.ids["agent"], "f.what": "漏气"}, [1]),
        ({"owner": world.ids["admin"]}, []),
        ({"from": (world.site.now() + timedelta(1)).isoformat()}, []),
    ):
        assert sorted(await listed(agent, table, **params)) == numbers, params
    for wrong in (
        {"f.visit": "soon"},
        {"f.cost": "x..y"},
        {"f.gone": "1"},
        {"sort": "memo"},
        {"cursor": "??"},
        {"from": "today"},
    ):
        assert (await agent.get(f"tables/{table['id']}/records", params=wrong)).status_code == 422, wrong
    for sort in ("number", "-number", "created_at", "-created_at", "due_at", "-updated_at"):
        seen: list[int] = []
        cursor = ""
        while cursor is not None:
            params = {"limit": 2, "sort": sort, "cursor": cursor}
            page = (await agent.get(f"tables/{table['id']}/records", params=params)).json()
            seen += [one["number"] for one in page["items"]]
            cursor = page["next"]
        assert sorted(seen) == [1, 2, 3], sort
        if sort.endswith("number"):
            assert seen == ([1, 2, 3] if sort == "number" else [3, 2, 1])
    assert len((await agent.get("records")).json()["items"]) == 3


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


# ---------------------------------------------------------------- downloads


async def test_a_download_holds_what_is_listed_and_no_formulas(world, agent: AsyncClient, table):
    for values in (
        {"what": "=1+1", "cost": -3, "meter": "@x"},
        {"what": "安静", "visit": "2026-11-25 14:30", "kind": "漏气"},
    ):
        await make(agent, table, values=values, memo="+cmd|' /C calc'!A0")
    path = f"tables/{table['id']}/records/download"
    answer = await agent.get(path, params={"format": "csv"}, headers={"Accept-Language": "zh-CN"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]
    head, *rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert head[:3] == ["编号", "状态", "客户"] and head[-1] == "已付"
    first, second = (dict(zip(head, row, strict=True)) for row in rows)
    assert (first["问题"], first["费用"], first["表号"], first["备注"][:5]) == ("'=1+1", "-3", "'@x", "'+cmd")
    assert (second["上门"], second["类型"], second["创建时间"]) == ("2026-11-25 14:30", "漏气", "2026-11-23 09:30")

    sheet = await agent.get(path, params={"f.what": "=1+1"})
    page = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(sheet.content)).read("xl/worksheets/sheet1.xml"))
    cells = {cell.get("r"): (cell.get("t"), "".join(cell.itertext())) for cell in page.iter(f"{XLSX}c")}
    columns = {
        text: (at or "").removesuffix("1") for at, (_, text) in cells.items() if (at or "").rstrip("1").isalpha()
    }
    row = {name: cells.get(f"{column}2") for name, column in columns.items()}
    assert (row["Number"], row["问题"], row["费用"]) == ((None, "1"), ("inlineStr", "=1+1"), (None, "-3"))
    assert "A3" not in cells and not list(page.iter(f"{XLSX}f"))  # a text, no formula
    async with reading(world.site.engine) as session:
        wanted = select(AuditEntry.after).where(AuditEntry.action == "records.downloaded").order_by(AuditEntry.id)
        told = list(await session.scalars(wanted))
    assert [(one or {})["records"] for one in told] == [2, 1]


async def test_nobody_waits_until_a_file_is_written(world, agent: AsyncClient, table, monkeypatch: pytest.MonkeyPatch):
    fill = downloads._fill

    async def beside_others(*file: Any) -> None:
        async with asyncio.timeout(30):
            await make(agent, table)
        await fill(*file)

    monkeypatch.setattr(downloads, "_fill", beside_others)
    answer = await agent.get(f"tables/{table['id']}/records/download")
    assert (answer.status_code, await listed(agent, table)) == (200, [1])


async def test_a_sheet_takes_so_many_rows(agent: AsyncClient, table, refused, monkeypatch: pytest.MonkeyPatch):
    for _ in range(2):
        await make(agent, table)
    monkeypatch.setattr(downloads, "MOST_ROWS", 1)
    path = f"tables/{table['id']}/records/download"
    assert refused(await agent.get(path)) == {("format", "too_many_rows")}
    assert (await agent.get(path, params={"format": "csv"})).status_code == 200
