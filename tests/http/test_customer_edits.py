"""Many customers changed at once by leaders, by the worker when they are many, and taken back."""

from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select

from callroom.actions import customer_edits, jobs
from callroom.store.database import reading
from callroom.store.tables import AuditEntry
from callroom.worker import Worker

EDITS = (jobs.CUSTOMER_EDIT,)


async def customer(client: AsyncClient, row: dict[str, Any]) -> dict[str, Any]:
    return (await client.get(f"customers/{row['id']}")).json()


async def edit(client: AsyncClient, count: int, *, status: int = 202, asked: Any = None, **body: Any) -> Any:
    answer = await client.post("customers/edits", params=asked, json={"count": count} | body)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture
async def five(world) -> list[dict[str, Any]]:
    return [await world.make("customers", name=f"客户{at}", tags=["旧"], tier=at % 2) for at in range(5)]


async def test_picked_customers_are_changed_in_all_ways(world, admin, agent, five):
    field = await world.make("customer-fields", label="来源", type="line")
    ids = [row["id"] for row in five[:3]]
    done = await edit(
        admin, 3, ids=ids, owners=[world.ids["agent"], world.ids["supervisor"]], add_tags=["新", "旧"], stage="old",
        tier=7, do_not_call=True, no_mail=True, values={field["id"]: "展会"},
    )  # fmt: skip
    assert (done["state"], done["changed"], done["customers"]) == ("done", 3, 3)
    seen = [await customer(agent, row) for row in five]
    assert [row["owner_name"] for row in seen] == ["agent", "supervisor", "agent", None, None]
    for row in seen[:3]:
        assert (row["tags"], row["stage"], row["tier"], row["do_not_call"], row["version"]) == (
            ["旧", "新"],
            "old",
            7,
            True,
            2,
        )
        assert row["values"] == {field["id"]: "展会"}
    found = (await agent.get("customers", params={"tag": "新", "where": f"{field['id']}:eq:展会"})).json()["items"]
    assert {row["id"] for row in found} == set(ids)
    assert len((await agent.get("customers", params={"q": "展会"})).json()["items"]) == 3
    assert len((await agent.get("customers", params={"no_mail": True})).json()["items"]) == 3
    changes = (await agent.get(f"customers/{ids[0]}/changes")).json()["items"]
    assert {one["field"]: (one["before"], one["after"]) for one in changes} == {
        "owner_id": (None, world.ids["agent"]), "tags": (["旧"], ["旧", "新"]), "stage": ("new", "old"), "tier": (0, 7),
        "do_not_call": (False, True), "no_mail": (False, True), f"values.{field['id']}": (None, "展会"),
    }  # fmt: skip
    assert {(one["by"], one["batch"], one["version"]) for one in changes} == {("admin", done["id"], 2)}
    gone = await edit(admin, 3, ids=ids, remove_tags=["旧"], owners=[None], values={field["id"]: None})
    row = await customer(agent, five[0])
    assert (gone["changed"], row["tags"], row["owner"], row["values"]) == (3, ["新"], None, {})
    async with reading(world.site.engine) as session:
        told = await session.scalars(select(AuditEntry.after).where(AuditEntry.action == "customers.edited"))
        assert [(one or {})["customers"] for one in told] == [3, 3]


async def test_all_that_are_found_are_changed_by_the_worker_and_back(
    world, admin, five, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(customer_edits, "FEW", 1)
    monkeypatch.setattr(customer_edits, "CHUNK", 2)
    worker = Worker(world.site.engine, world.home, now=world.site.now)
    assert (await admin.get("customers/count", params={"exact": True})).json() == {"count": 5, "more": False}
    started = await edit(admin, 5, owners=[world.ids["agent"], world.ids["admin"]], tier=9)
    assert (started["state"], started["changed"]) == ("waiting", None)
    assert (await admin.post(f"customers/edits/{started['id']}/undo")).status_code == 409
    assert await worker.step(EDITS)
    done = (await admin.get(f"customers/edits/{started['id']}")).json()
    assert (done["state"], done["changed"], done["progress"], done["fields"]) == ("done", 5, 1, ["owner_id", "tier"])
    owners = [(await customer(admin, row))["owner_name"] for row in five]
    assert (owners.count("agent"), owners.count("admin")) == (3, 2)  # evenly, over the chunks too

    changed = await admin.patch(f"customers/{five[0]['id']}", json={"tier": 4}, headers={"If-Match": '"2"'})
    assert changed.status_code == 200
    undo = (await admin.post(f"customers/edits/{started['id']}/undo")).json()
    assert await worker.step(EDITS)
    back = [await customer(admin, row) for row in five]
    assert [(row["owner"], row["tier"]) for row in back] == [(None, 4), (None, 1), (None, 0), (None, 1), (None, 0)]
    assert (await admin.post(f"customers/edits/{started['id']}/undo")).status_code == 409
    assert (await admin.post(f"customers/edits/{undo['id']}/undo")).status_code == 409
    listed = (await admin.get("customers/edits")).json()["items"]
    assert {one["id"]: one["undone_by"] for one in listed} == {started["id"]: undo["id"], undo["id"]: None}
    assert {one["by"]["name"] for one in listed} == {"admin"}


async def test_an_undoing_that_was_called_off_can_be_begun_again(world, admin, five, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(customer_edits, "FEW", 1)
    worker = Worker(world.site.engine, world.home, now=world.site.now)
    done = await edit(admin, 5, tier=9)
    assert await worker.step(EDITS)
    undo = (await admin.post(f"customers/edits/{done['id']}/undo")).json()
    assert (await admin.post(f"customers/edits/{done['id']}/undo")).status_code == 409
    assert (await admin.post(f"jobs/{undo['id']}/cancel")).is_success
    assert (await admin.get(f"customers/edits/{done['id']}")).json()["undone_by"] is None
    assert (await admin.post(f"customers/edits/{done['id']}/undo")).status_code == 202
    assert await worker.step(EDITS)
    assert [(await customer(admin, row))["tier"] for row in five] == [0, 1, 0, 1, 0]
    assert (await admin.post(f"customers/edits/{done['id']}/undo")).status_code == 409


async def test_who_takes_an_edit_over_goes_on_where_it_was_left(world, admin, five, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(customer_edits, "FEW", 1)
    monkeypatch.setattr(customer_edits, "CHUNK", 2)
    begun = await edit(admin, 5, add_tags=["一"])
    some, steps = customer_edits.change_some, list[int]()

    async def dies(*given: Any) -> customer_edits.Step:
        steps.append(1)
        if len(steps) == 2:
            raise RuntimeError("the worker dies")
        return await some(*given)

    monkeypatch.setattr(customer_edits, "change_some", dies)
    now = world.site.now()
    worker = Worker(world.site.engine, world.home, now=lambda: now)
    assert await worker.step(EDITS)
    assert [len((await customer(admin, row))["tags"]) for row in five] == [2, 2, 1, 1, 1]
    now = now.replace(hour=23)
    while await worker.step(EDITS):
        pass
    assert [(await customer(admin, row))["version"] for row in five] == [2] * 5  # each once
    assert (await admin.get(f"customers/edits/{begun['id']}")).json()["changed"] == 5


async def test_what_cannot_be_is_refused(world, admin, five, refused):
    number = await world.make("customer-fields", label="卡号", type="line", unique=True)
    size = await world.make("customer-fields", label="面积", type="number")
    for body, wrong in (
        ({}, ("fields", "nothing_to_change")),
        ({"values": {number["id"]: "1"}}, (f"values.{number['id']}", "unique_for_many")),
        ({"values": {size["id"]: "much"}}, (f"values.{size['id']}", "float_parsing")),
        ({"values": {"gone": "1"}}, ("values.gone", "no_such_field")),
        ({"owners": ["u_gone"]}, ("owners", "unknown_reference")),
        ({"tier": 3, "count": 4}, ("count", "more_by_now")),
        ({"tier": 10}, ("tier", "less_than_equal")),
        ({"stage": "x"}, ("stage", "literal_error")),
    ):
        answer = await admin.post("customers/edits", json={"count": 5} | body)
        assert wrong in refused(answer), body
    assert [(await customer(admin, row))["version"] for row in five] == [1] * 5
    only = await edit(admin, 2, asked={"tier": 1}, tier=5)
    assert [only["changed"], (await customer(admin, five[0]))["tier"], (await customer(admin, five[1]))["tier"]] == [
        2,
        0,
        5,
    ]
