"""Complaints 投诉: a table of a site's own, as the tests of its records need it."""

from typing import Any

from httpx2 import AsyncClient, Response
from sqlalchemy import update

from callroom.store.database import writing
from callroom.store.tables import User

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
