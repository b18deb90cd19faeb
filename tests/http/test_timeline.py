"""A customer's timeline: everything that was between him and the site, in one list by time."""

from datetime import timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import update

from callroom.store.database import writing
from callroom.store.tables import (
    JourneyRow,
    MessageRow,
    Recording,
    SurveyAnswerRow,
    User,
    Voicemail,
)

STATUSES = [
    {"id": "new", "label": "新建", "initial": True, "next": ["done"]},
    {"id": "done", "label": "已解决", "closed": True, "solves": True, "next": ["new"]},
]


def call(world, id: str, minutes: int, customer: str, **more: Any) -> JourneyRow:
    """An inbound call, so many minutes before now."""
    at = world.site.now() - timedelta(minutes=minutes)
    values: dict[str, Any] = {"direction": "inbound", "from_number": "+8613800138000", "to_number": "+861062345678"}
    return JourneyRow(id=id, started_at=at, ended_at=at, customer_id=customer, document={"legs": []}, **(values | more))


async def put(world, *rows: Any) -> None:
    async with writing(world.site.engine) as session, session.begin():
        for row in rows:
            session.add(row)
            await session.flush()


@pytest.fixture
async def customer(world) -> dict[str, Any]:
    return await world.make("customers", name="王芳", phones=["13800138000"])


async def all_kinds(world, customer: dict[str, Any]) -> None:
    """One of each kind; the rows of the service are made now, all at the same moment."""
    id, agent, now = customer["id"], world.ids["agent"], world.site.now()
    client = await world.client("agent")
    table = await world.make("tables", name="投诉", statuses=STATUSES, problems=True, due_hours=4)
    made = await client.post(f"tables/{table['id']}/records", json={"customer": id, "memo": "漏气"})
    assert made.status_code == 201, made.text
    record = made.json()
    solved = await client.post(f"records/{record['id']}/status", json={"status": "done"}, headers={"If-Match": '"1"'})
    assert solved.status_code == 200, solved.text
    memo = await client.post("memos", json={"customer": id, "text": "回拨 13800138000"})
    assert memo.status_code == 201, memo.text
    product = await world.make("products", name="煤气灶", code="G-1", unit="台", price=129900)
    order = await client.post("orders", json={"customer": id, "lines": [{"product": product["id"], "quantity": 1}]})
    assert order.status_code == 201, order.text
    answer = SurveyAnswerRow(journey_id="j_1", question=0, survey_id="s", asked_at=now, meaning="satisfied")
    sound = Recording(id="r_1", journey_id="j_1", path="x", started_at=now, seconds=12.5, agent_id=agent)
    left = Voicemail(
        id="v_1", journey_id="j_2", box_kind="queue", box_id="q", path="y", seconds=4, caller="+8613800138000",
        left_at=now - timedelta(minutes=9),
    )  # fmt: skip
    written = MessageRow(
        id="m_1", direction="in", gateway_id="g", expires_at=now, changed_at=now, state="received",
        number="+8613800138000", line="", text="谢谢", encoding="ucs2",
        parts=1, customer_id=id, created_at=now - timedelta(minutes=5), due_at=now,
    )  # fmt: skip
    answered = call(world, "j_1", 30, id, agent_id=agent, answered_at=now, has_recording=True)
    await put(world, answered, answer, sound, call(world, "j_2", 10, id), left, written)


async def timeline(client: AsyncClient, customer: dict[str, Any], **params: Any) -> dict[str, Any]:
    answer = await client.get(f"customers/{customer['id']}/timeline", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_all_kinds_come_in_one_list_newest_first(world, customer: dict[str, Any]):
    await all_kinds(world, customer)
    found = await timeline(await world.client("admin"), customer)
    assert [one["kind"] for one in found["items"][:4]] == ["follow_up", "record", "order", "memo"]  # of one moment
    assert [(one["kind"], one["id"]) for one in found["items"][4:]] == [
        ("message", "m_1"), ("voicemail", "v_1"), ("call", "j_2"), ("call", "j_1"),
    ]  # fmt: skip
    assert found["next"] is None
    call = found["items"][-1]["call"]
    assert call["survey"] == ["satisfied"] and call["agent"]["name"] == "agent"
    assert [(one["id"], one["seconds"]) for one in call["recordings"]] == [("r_1", 12.5)]
    assert found["items"][2]["order"]["total"] == 129900
    assert found["items"][1]["record"]["status"]["closed"] is True


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_pages_neither_repeat_nor_skip(world, customer: dict[str, Any], limit: int):
    await all_kinds(world, customer)
    admin = await world.client("admin")
    whole = [(one["kind"], one["id"]) for one in (await timeline(admin, customer))["items"]]
    found: list[tuple[str, str]] = []
    cursor = ""
    while True:
        page = await timeline(admin, customer, limit=limit, cursor=cursor)
        found += [(one["kind"], one["id"]) for one in page["items"]]
        await admin.post("memos", json={"customer": customer["id"], "text": "a later one"})
        if not (cursor := page["next"] or ""):
            break
    assert [one for one in found if one in whole] == whole
    assert len(found) == len(set(found))


async def test_only_the_kinds_that_are_asked_for(world, customer: dict[str, Any]):
    await all_kinds(world, customer)
    found = await timeline(await world.client("admin"), customer, kind=["memo", "voicemail"])
    assert [one["kind"] for one in found["items"]] == ["memo", "voicemail"]


async def test_agent_sees_what_is_his_and_no_hidden_number(world, customer: dict[str, Any]):
    await all_kinds(world, customer)
    async with writing(world.site.engine) as session, session.begin():
        await session.execute(update(User).where(User.login == "agent").values(number_visibility="middle"))
    answer = await (await world.client("agent")).get(f"customers/{customer['id']}/timeline")
    assert "13800138000" not in answer.text and "138****8000" in answer.text
    # the call of nobody and the message in a box of others are not his
    assert [one["id"] for one in answer.json()["items"] if one["kind"] in ("call", "voicemail")] == ["j_1"]


async def test_a_cursor_that_no_page_gave_and_a_customer_who_is_not_there(world, customer: dict[str, Any]):
    admin = await world.client("admin")
    for cursor in ("abc", "YXwyMDI2", "bm9uZS54fDIwMjYtMTEtMjNUMDA6MDA6MDArMDA6MDA"):
        answer = await admin.get(f"customers/{customer['id']}/timeline", params={"cursor": cursor})
        assert answer.status_code == 422, answer.text
    assert (await admin.get("customers/none/timeline")).status_code == 404
