"""Products in their categories, and orders whose total the server reckons."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select

from callroom.core.orders import Line, total
from callroom.http import order_downloads
from callroom.store.database import reading
from callroom.store.tables import AuditEntry


@pytest.fixture
async def shop(world) -> dict[str, str]:
    """A customer, a meter at 199.90 a piece and gas at 2.63 a cubic metre."""
    top = await world.make("product-categories", name="燃气")
    below = await world.make("product-categories", name="配件", parent_id=top["id"])
    meter = await world.make("products", code="M-1", name="燃气表", unit="台", price=19990, category_id=below["id"])
    gas = await world.make("products", code="G-1", name="天然气", unit="m³", price=263, category_id=top["id"])
    customer = await world.make("customers", name="王芳", phones=["13800138000"])
    return {"top": top["id"], "below": below["id"], "meter": meter["id"], "gas": gas["id"], "customer": customer["id"]}


async def order(client: AsyncClient, shop: dict[str, str], *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await client.post("orders", json={"customer": shop["customer"], "lines": list(lines), **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "amount"),
    [(1000, 19990, 0, 19990), (12_345, 263, 0, 3247), (2500, 1, 0, 3), (1, 100, 0, 0), (2000, 500, 100, 900)],
)
def test_half_a_fen_is_rounded_up(quantity: int, price: int, discount: int, amount: int):
    assert Line(quantity, price, discount).total == amount
    assert total([Line(quantity, price, discount)] * 3) == 3 * amount


async def test_categories_are_a_tree_and_stay_while_something_is_in_them(
    admin: AsyncClient, shop, refused: Callable[..., Any]
):
    path = f"product-categories/{shop['top']}"
    loop = await admin.put(path, json={"name": "燃气", "parent_id": shop["below"]}, headers={"If-Match": "1"})
    assert refused(loop) == {("parent_id", "leads_to_itself")}
    own = await admin.put(path, json={"name": "燃气", "parent_id": shop["top"]}, headers={"If-Match": "1"})
    assert refused(own) == {("parent_id", "leads_to_itself")}
    assert (await admin.delete(path)).status_code == 409
    assert (await admin.delete(f"product-categories/{shop['below']}")).status_code == 409
    parent = shop["below"]
    for depth in range(3, 10):
        answer = await admin.post("product-categories", json={"name": str(depth), "parent_id": parent})
        if depth > 8:
            assert refused(answer) == {("parent_id", "too_deep")}
        else:
            parent = answer.json()["id"]


async def test_the_server_reckons_the_total_and_keeps_what_was_sold(
    world, admin: AsyncClient, agent: AsyncClient, shop
):
    made = await order(
        agent,
        shop,
        {"product": shop["meter"], "quantity": 2, "discount": 980},
        {"product": shop["gas"], "quantity": "12.345"},
    )
    assert (made["total"], [line["total"] for line in made["lines"]]) == (39000 + 3247, [39000, 3247])
    assert (made["number"], made["status"]["label"], made["owner"]["name"]) == (1, "待确认", "agent")
    product = {"code": "M-2", "name": "新表", "price": 29990, "active": False}
    changed = await admin.put(f"products/{shop['meter']}", json=product, headers={"If-Match": "1"})
    assert changed.status_code == 200, changed.text
    assert (await agent.get(f"orders/{made['id']}")).json()["lines"][0]["name"] == "燃气表"
    lines = [{"product": shop["meter"], "quantity": 3}]  # sold no more, but in this order already
    body = {"customer": shop["customer"], "lines": lines, "memo": "加一台"}
    again = await agent.put(f"orders/{made['id']}", json=body, headers={"If-Match": "1"})
    assert (again.status_code, again.json()["total"]) == (200, 3 * 19990)
    stale = await agent.put(f"orders/{made['id']}", json=body, headers={"If-Match": "1"})
    assert stale.status_code == 412
    assert (await admin.delete(f"products/{shop['meter']}")).status_code == 409
    items = (await agent.get(f"orders/{made['id']}/history")).json()["items"]
    assert [one["action"] for one in items] == ["updated", "created"]
    assert items[0]["changes"]["total"] == [42247, 59970]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ({"product": "p_none"}, ("lines.0.product", "unknown_reference")),
        ({"quantity": 0}, ("lines.0.quantity", "greater_than")),
        ({"quantity": "0.0001"}, ("lines.0.quantity", "decimal_max_places")),
        ({"discount": 19991}, ("lines.0.discount", "more_than_the_line")),
        ({"price": -1}, ("lines.0.price", "greater_than_equal")),
        ({"quantity": 1_000_000, "price": 1_000_000_000}, ("lines", "too_dear")),
    ],
)
async def test_wrong_lines_are_refused(
    agent: AsyncClient, shop, refused: Callable[..., Any], line: dict[str, Any], wrong: tuple[str, str]
):
    body = {"customer": shop["customer"], "lines": [{"product": shop["meter"], "quantity": 1} | line]}
    assert refused(await agent.post("orders", json=body)) == {wrong}
    assert (await agent.get("orders")).json()["items"] == []


async def test_an_order_goes_its_steps_and_a_closed_one_is_not_changed(
    agent: AsyncClient, shop, refused: Callable[..., Any]
):
    made = await order(agent, shop, {"product": shop["gas"], "quantity": 10})
    path = f"orders/{made['id']}"
    assert made["status"]["next"] == ["confirmed", "cancelled"]
    early = await agent.post(f"{path}/status", json={"status": "done"}, headers={"If-Match": "1"})
    assert refused(early) == {("status", "no_such_step")}
    gone = await agent.post(f"{path}/status", json={"status": "cancelled"}, headers={"If-Match": "1"})
    assert (gone.status_code, gone.json()["closed_at"] is not None) == (200, True)
    body = {"customer": shop["customer"], "lines": [{"product": shop["gas"], "quantity": 1}]}
    assert (await agent.put(path, json=body, headers={"If-Match": "2"})).status_code == 409


async def test_statuses_are_the_admins_while_no_order_loses_its_own(
    admin: AsyncClient, agent: AsyncClient, shop, refused: Callable[..., Any]
):
    made = await order(agent, shop, {"product": shop["gas"], "quantity": 1})
    read = await agent.get("order-statuses")
    statuses = read.json()["statuses"]
    assert (await agent.put("order-statuses", json=read.json(), headers={"If-Match": "0"})).status_code == 403
    without = {"statuses": [one | {"initial": one["id"] == "confirmed"} for one in statuses[1:]]}
    assert refused(await admin.put("order-statuses", json=without, headers={"If-Match": "0"})) == {
        ("statuses", "status_in_use")
    }
    none = {"statuses": [one | {"initial": False} for one in statuses]}
    assert refused(await admin.put("order-statuses", json=none, headers={"If-Match": "0"})) == {
        ("statuses", "one_initial_status")
    }
    fewer = [
        one | {"next": [id for id in one["next"] if id != "returned"]} for one in statuses if one["id"] != "returned"
    ]
    answer = await admin.put("order-statuses", json={"statuses": fewer}, headers={"If-Match": "0"})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    assert (await admin.put("order-statuses", json={"statuses": fewer}, headers={"If-Match": "0"})).status_code == 412
    for version, closed in ((1, True), (2, False)):  # orders that stand in it follow
        other = {"statuses": [one | {"closed": closed} if one["id"] == "new" else one for one in fewer]}
        assert (await admin.put("order-statuses", json=other, headers={"If-Match": str(version)})).is_success
        seen = (await agent.get(f"orders/{made['id']}")).json()
        assert (seen["closed_at"] is not None, seen["status"]["closed"]) == (closed, closed)


async def test_agents_see_their_own_and_bring_back_what_they_deleted(
    world, admin: AsyncClient, agent: AsyncClient, shop
):
    theirs = await order(admin, shop, {"product": shop["gas"], "quantity": 1})
    mine = await order(agent, shop, {"product": shop["gas"], "quantity": 2}, memo="急")
    listed = (await agent.get("orders")).json()["items"]
    assert [one["id"] for one in listed] == [mine["id"]]
    assert (await agent.get(f"orders/{theirs['id']}")).status_code == 404
    assert (await agent.delete(f"orders/{theirs['id']}")).status_code == 404
    assert (await agent.delete(f"orders/{mine['id']}")).status_code == 204
    assert (await agent.get("orders")).json()["items"] == []
    assert (await agent.delete(f"orders/{mine['id']}")).status_code == 409
    assert (await agent.post(f"orders/{mine['id']}/restore")).json()["deleted"] is False
    given = await order(admin, shop, {"product": shop["gas"], "quantity": 1}, owner=world.ids["agent"])
    assert (await agent.delete(f"orders/{given['id']}")).status_code == 403


async def test_orders_are_found_paged_and_downloaded(
    world, admin: AsyncClient, agent: AsyncClient, shop, monkeypatch: pytest.MonkeyPatch
):
    for quantity in (1, 2):
        await order(agent, shop, {"product": shop["gas"], "quantity": quantity}, memo=f"=第{quantity}单")
    await order(agent, shop, {"product": shop["meter"], "quantity": 1}, {"product": shop["gas"], "quantity": 3})
    for params, numbers in (
        ({"q": "M-1"}, [3]),
        ({"q": "王芳"}, [1, 2, 3]),
        ({"q": "第2单"}, [2]),
        ({"q": "#1"}, [1]),
        ({"product": shop["meter"]}, [3]),
        ({"customer": shop["customer"], "status": "new"}, [1, 2, 3]),
        ({"status": "done"}, []),
    ):
        found = sorted(one["number"] for one in (await agent.get("orders", params=params)).json()["items"])
        assert found == numbers, params
    seen: list[int] = []
    cursor = ""
    while cursor is not None:
        page = (await agent.get("orders", params={"limit": 2, "sort": "number", "cursor": cursor})).json()
        seen += [one["number"] for one in page["items"]]
        cursor = page["next"]
    assert seen == [1, 2, 3]
    monkeypatch.setattr(order_downloads, "BATCH", 2)
    rows: list[dict[str, str]] = []
    for sort, numbers in (("-number", ["3", "3", "2", "1"]), ("number", ["1", "2", "3", "3"])):
        asked = {"format": "csv", "sort": sort}
        text = (await agent.get("orders/download", params=asked, headers={"Accept-Language": "zh"})).text
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert [row["订单号"] for row in rows] == numbers
    assert (await agent.get("orders/download", params={"sort": "memo"})).status_code == 422
    assert [(row["订单号"], row["产品"], row["数量"], row["单价"]) for row in rows][2:] == [
        ("3", "燃气表", "1.0", "199.9"),
        ("3", "天然气", "3.0", "2.63"),
    ]
    assert rows[0]["备注"] == "'=第1单"
    assert (await agent.get("orders/download")).content.startswith(b"PK")
    async with reading(world.site.engine) as session:
        told = list(await session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "order")))
    assert told == ["order.created"] * 3
