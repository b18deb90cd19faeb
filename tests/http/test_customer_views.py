"""Saved views of the list of customers: one's own, everybody's, and the one that is shown first."""

from typing import Any

from httpx2 import AsyncClient
from sqlalchemy import update

from callroom.store.database import writing
from callroom.store.tables import User


async def views(client: AsyncClient) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in (await client.get("customer-views")).json()["items"]}


async def test_a_view_is_ones_own_or_everybodys(world, admin, agent):
    leader = await world.client("supervisor")
    plate = await world.make("customer-fields", label="车牌", type="line")
    asked = {
        "tier": [2, 3],
        "stage": ["old"],
        "do_not_call": False,
        "no_mail": True,
        "where": [f"{plate['id']}:filled:"],
    }
    body = {"name": "大客户", "filter": asked, "columns": ["name", f"values.{plate['id']}"], "sort": "-tier"}
    mine = await agent.post("customer-views", json=body)
    assert mine.status_code == 201 and mine.json()["filter"].items() >= asked.items(), mine.text
    assert (await agent.post("customer-views", json=body)).status_code == 409
    assert (await agent.post("customer-views", json=body | {"name": "x", "shared": True})).status_code == 403
    shared = (await leader.post("customer-views", json=body | {"shared": True})).json()
    seen = (await agent.get("customer-views")).json()["items"]
    assert {one["owner_name"]: one["may_change"] for one in seen} == {"agent": True, "supervisor": False}
    assert list(await views(admin)) == ["大客户"]  # an agent's own is nobody else's

    path, change = f"customer-views/{shared['id']}", body | {"name": "全部", "shared": True}
    assert (await agent.put(path, json=change, headers={"If-Match": '"1"'})).status_code == 403
    assert (await leader.put(path, json=change, headers={"If-Match": '"9"'})).status_code == 412
    assert (await admin.put(path, json=change, headers={"If-Match": '"1"'})).status_code == 200
    assert set(await views(agent)) == {"大客户", "全部"}
    other = f"customer-views/{mine.json()['id']}"
    assert (await admin.delete(other)).status_code == 404
    assert (await agent.delete(path)).status_code == 403
    assert (await leader.delete(path)).status_code == 204
    assert set(await views(agent)) == {"大客户"}


async def test_each_chooses_what_is_shown_first(world, agent):
    leader = await world.client("supervisor")
    shared = (await leader.post("customer-views", json={"name": "全部", "shared": True})).json()
    own = (await leader.post("customer-views", json={"name": "我的"})).json()
    assert (await agent.put("me/customer-view", json={"view": own["id"]})).status_code == 404
    for client, view in ((agent, shared), (leader, own)):
        assert (await client.put("me/customer-view", json={"view": view["id"]})).status_code == 204
    assert {name: one["default"] for name, one in (await views(agent)).items()} == {"全部": True}
    assert {name: one["default"] for name, one in (await views(leader)).items()} == {"全部": False, "我的": True}
    assert (await agent.put("me/customer-view", json={"view": None})).status_code == 204
    assert not (await views(agent))["全部"]["default"]
    assert (await leader.delete(f"customer-views/{own['id']}")).status_code == 204


async def test_a_view_asks_for_what_there_is(world, agent, refused):
    card = await world.make("customer-fields", label="证件", type="line", masked=True)
    for wrong, rule in (
        ({"where": ["gone:eq:1"]}, "no_such_field"),
        ({"where": ["x"]}, "not_a_filter"),
        ({"where": [f"{card['id']}:filled:"]}, "hidden_value"),
    ):
        answer = await agent.post("customer-views", json={"name": "v", "filter": wrong})
        assert rule in {one for _, one in refused(answer)}, wrong
    for body in ({"sort": "memo; DROP TABLE customers"}, {"sort": "memo"}, {"filter": {"deleted": True}}):
        assert (await agent.post("customer-views", json={"name": "v"} | body)).status_code == 422, body


async def test_what_others_look_for_tells_no_number_to_who_may_not_see_it(world, admin, agent):
    async with writing(world.site.engine) as session, session.begin():
        await session.execute(update(User).where(User.login == "agent").values(number_visibility="middle"))
    card = await world.make("customer-fields", label="证件", type="line", masked=True)
    second = await world.make("customer-fields", label="备用", type="phone")
    mail = await world.make("customer-fields", label="邮箱", type="email")
    where = [f"{card['id']}:eq:K-4711:x", f"{second['id']}:eq:13800138000", f"{mail['id']}:contains:13800138000@"]
    others = {"name": "138 0013 8000", "shared": True, "filter": {"where": where}}
    assert (await admin.post("customer-views", json=others)).status_code == 201
    seen_where = (await views(agent))["138****8000"]["filter"]["where"]
    assert [one.partition(":")[2] for one in seen_where] == ["eq:****", "eq:138****8000", "contains:138****8000@"]
    assert (await views(admin))["138 0013 8000"]["filter"]["where"] == where
    asked = {"filter": {"q": "13800138000"}}
    await admin.post("customer-views", json={"name": "他", "shared": True} | asked)
    await agent.post("customer-views", json={"name": "我找的"} | asked)
    assert (await views(admin))["他"]["filter"]["q"] == "13800138000"
    seen = {name: one["filter"]["q"] for name, one in (await views(agent)).items() if one["filter"]["q"]}
    assert seen == {"他": "138****8000", "我找的": "13800138000"}
