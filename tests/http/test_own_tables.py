"""Tables that the site makes itself: their fields, and their statuses with the steps between them."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import AsyncClient

from complaints import FIELDS, STATUSES, make, step


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
