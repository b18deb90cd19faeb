"""Numbers hidden from an agent are in no answer, whatever he asks (CC-24)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import faxes
from callroom.store.database import reading, writing
from callroom.store.tables import (
    CallbackRow,
    Customer,
    CustomerChange,
    CustomerField,
    CustomerPhone,
    CustomTable,
    Extension,
    FaxBox,
    FaxRow,
    FollowUp,
    Job,
    JourneyRow,
    Memo,
    MessageRow,
    NoticeRow,
    Order,
    OrderLine,
    Queue,
    QueueMember,
    Record,
    Recording,
    ServiceHistory,
    Setting,
    User,
    Voicemail,
)

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # as in conftest
NUMBER, PLACE = "+8613800138000", "北京市"
LAST = "00138000"  # the digits that no written form is without
MADE = {"created_at": NOW, "updated_at": NOW}
DAY = "2026/11/23"


def leaks(answer: Response) -> list[str]:
    """Where an answer tells the number: in its body, however it is written there, or in its headers."""
    parts = {"body": answer.text, "headers": str(answer.headers)}
    return [where for where, text in parts.items() if LAST in re.sub(r"[\s().-]", "", text)]


def kept(agent: str) -> list[Any]:
    """The number wherever people write it down: records, orders, memos, messages, and what became of them."""
    told, mine = "call 138 0013 8000", {"customer_id": "c1", "owner_id": agent, "created_by": agent} | MADE
    columns: dict[str, Any] = {
        "options": [], "position": 0, "in_pop": True, "required": False, "unique": False, "masked": False,
        "default": {}, "validation": {},
    }  # fmt: skip
    fields = [columns | {"id": id, "label": id, "type": type} for id, type in (("said", "text"), ("second", "phone"))]
    values = {"said": told, "second": NUMBER}
    rows: list[Any] = [
        CustomTable(id="tb1", name="Complaints", fields=fields,
                    statuses=[{"id": "new", "label": "New", "initial": True}], **MADE),
        Record(id="rc1", table_id="tb1", number=1, status="new", values=values, memo=told, submitted_at=NOW,
               submission=told, answered_at=NOW, answer=told, **mine),
        Order(id="or1", number=1, status="new", total=100, memo=told, **mine),
        OrderLine(order_id="or1", position=0, product_id="p1", code="A", name="Filter", quantity=1000, price=100,
                  total=100),
        Memo(id="me1", text=told, **mine),
        FollowUp(id="fu1", record_id="rc1", due_at=NOW, state="done", result="satisfied", note=told, **mine),
        MessageRow(id="ms1", direction="out", state="sent", number=NUMBER, gateway_id="sg1", text=told, encoding="gsm7",
                   customer_id="c1", owner_id=agent, due_at=NOW, expires_at=NOW, created_at=NOW, changed_at=NOW),
        NoticeRow(user_id=agent, kind="memo_due", subject_kind="memo", subject_id="me1", text={"memo": told}, at=NOW),
    ]  # fmt: skip
    rows += [
        CustomerChange(customer_id="c1", version=2, at=NOW, by="Ana", field=f"values.{field}", before={"value": value},
                       after={"value": None})
        for field, value in (*values.items(), ("gone", told))
    ]  # fmt: skip
    rows += [
        ServiceHistory(subject_kind=kind, subject_id=id, at=NOW, by_name="Ana", action="updated", note=told,
                       changes={"memo": [told, ""], "values.said": [told, None], "lines": [[[told, 1.0]], []]})
        for kind, id in (("record", "rc1"), ("order", "or1"), ("memo", "me1"), ("follow_up", "fu1"))
    ]  # fmt: skip
    return rows


@pytest.fixture
async def sold(world: Any, engine: AsyncEngine) -> Any:
    """An agent who has to do with one customer in every way there is; the number stands wherever it can."""
    agent = world.ids["agent"]
    journey = {
        "id": "j1", "direction": "inbound", "origin": None, "started_at": NOW.isoformat(), "answered_at": None,
        "ended_at": NOW.isoformat(), "from": NUMBER, "to": "+862161234567", "did": "+862161234567",
        "customer": {"id": "c1", "name": "138 0013 8000"},
        "legs": [
            {"party": "caller", "agent": None, "number": NUMBER, "started_at": NOW.isoformat()},
            {"party": "agent", "agent": agent, "number": "8001", "device": "d1", "started_at": NOW.isoformat()},
            {"party": "called", "agent": None, "number": "013800138000", "started_at": NOW.isoformat()},
        ],
        "voicemail": {"id": "v1", "box_kind": "queue", "box_id": "sales", "seconds": 3.0, "left_at": NOW.isoformat()},
    }  # fmt: skip
    async with writing(engine) as session, session.begin():
        session.add_all(
            [
                Setting(key="site", value={"country": "CN", "area_code": "021"}),
                Extension(id="e1", number="8001", **MADE),
                Queue(id="sales", name="Sales", overflow={"kind": "hang_up"}, **MADE),
                FaxBox(id="fb", name="Office", number="6901", user_ids=[agent], emails=["office@example.net"], **MADE),
                CustomerField(id="said", label="Said", type="text", **MADE),
                CustomerField(id="second", label="Second", type="phone", **MADE),
                Customer(
                    id="c1", name="138 0013 8000", company="13800138000", memo="Mobile: 138-0013-8000", seq=1,
                    values={"said": "or 13800138000", "second": NUMBER}, **MADE,
                ),
            ]
        )  # fmt: skip
        await session.flush()
        session.add_all(
            [
                CustomerPhone(id="ph1", customer_id="c1", number=NUMBER),
                QueueMember(queue_id="sales", user_id=agent),
                JourneyRow(
                    id="j1", seq=1, direction="inbound", started_at=NOW, ended_at=NOW, from_number=NUMBER,
                    to_number="+862161234567", customer_id="c1", agent_id=agent, queue_id="sales", has_recording=True,
                    document=journey,
                ),
                Voicemail(id="v1", journey_id="j1", box_kind="queue", box_id="sales", path=f"{DAY}/v1", seconds=3,
                          caller=NUMBER, left_at=NOW),
                FaxRow(id="f1", box_id="fb", direction="in", state="received", number=NUMBER, path=f"{DAY}/f1",
                       name="13800138000.pdf", cover="to 13800138000", station="86 138 0013 8000", pages=1,
                       pages_total=1, created_at=NOW, changed_at=NOW, created_by=agent, journey_id="j1"),
                CallbackRow(id="cb1", queue_id="sales", number=NUMBER, asked_at=NOW, changed_at=NOW, state="waiting",
                            origin_journey="j1"),
            ]
        )  # fmt: skip
        await session.flush()
        session.add(Recording(id="r1", journey_id="j1", path=f"{DAY}/r1", started_at=NOW, seconds=9, agent_id=agent))
        for row in kept(agent):
            session.add(row)
            await session.flush()
        await session.execute(update(User).where(User.id == agent).values(extension_id="e1"))
    for folder, file in (("recordings", "r1.wav"), ("recordings", "v1.wav"), ("faxes", "f1.pdf")):
        (world.home / folder / DAY).mkdir(parents=True, exist_ok=True)
        (world.home / folder / DAY / file).write_bytes(b"RIFF")
    return world


async def see(engine: AsyncEngine, world: Any, visibility: str) -> None:
    async with writing(engine) as session, session.begin():
        await session.execute(update(User).where(User.id == world.ids["agent"]).values(number_visibility=visibility))


def questions(world: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Every address that can be asked, each row that is there, and searches for the number."""
    ids = ("c1", "j1", "r1", "v1", "f1", "sales", "e1", "fb", "tb1", "rc1", "or1", "me1", "fu1", "ms1")
    for path, operations in world.app.openapi()["paths"].items():
        if "get" not in operations:
            continue
        path = path.removeprefix("/api/v1/").replace("{page}", "1")
        for id in ids if "{" in path else ("",):
            yield re.sub(r"\{\w+\}", id, path), {}
    for download in ("customers/download", "orders/download", "tables/tb1/records/download"):
        yield download, {"format": "csv"}
    for list_of in ("customers", "journeys", "faxes", "voicemails", "records", "orders", "memos", "messages"):
        for field in ("q", "number"):
            yield list_of, {field: "13800138000"}
    yield "journeys", {"party": "j1"}
    yield "customers", {"journey": "j1"}


async def test_no_answer_holds_a_hidden_number(sold: Any, engine: AsyncEngine):
    agent = await sold.client("agent")
    await see(engine, sold, "full")
    answered = [(path, query) for path, query in questions(sold) if (await agent.get(path, params=query)).is_success]
    telling = [(path, query) for path, query in answered if leaks(await agent.get(path, params=query))]
    assert {path for path, _ in telling} >= {  # the questions are such that their answers would tell
        *("customers", "customers/c1", "customers/c1/changes", "journeys", "journeys/j1", "voicemails"),
        *("faxes", "faxes/f1", "records", "records/rc1", "records/rc1/history", "tables/tb1/records"),
        *("orders", "orders/or1", "orders/or1/history", "memos", "memos/me1", "memos/me1/history"),
        *("follow-ups", "follow-ups/fu1", "follow-ups/fu1/history", "messages", "messages/ms1", "notices"),
        *("customers/download", "orders/download", "tables/tb1/records/download"),
    }
    for visibility in ("middle", "name"):
        await see(engine, sold, visibility)
        assert [(path, query) for path, query in answered if leaks(await agent.get(path, params=query))] == []


async def test_where_a_hidden_number_belongs_is_in_no_answer(sold: Any, engine: AsyncEngine):
    agent = await sold.client("agent")
    await see(engine, sold, "full")
    telling = [path for path in ("customers", "customers/c1", "journeys/j1") if PLACE in (await agent.get(path)).text]
    assert telling == ["customers", "customers/c1", "journeys/j1"]
    for visibility in ("middle", "name"):
        await see(engine, sold, visibility)
        for path, query in questions(sold):
            assert PLACE not in (await agent.get(path, params=query)).text, (visibility, path)
    assert (await agent.get("customers/c1")).json()["phone_list"][0]["whence"] is None


async def test_files_are_named_by_four_digits_at_most(sold: Any, engine: AsyncEngine):
    agent = await sold.client("agent")
    for visibility, digits in (("middle", "8000"), ("name", "")):
        await see(engine, sold, visibility)
        for path in ("recordings/r1/sound", "voicemails/v1/sound", "faxes/f1/pdf"):
            answer = await agent.get(path)
            assert answer.status_code == 200, path
            name = re.search(r'filename="(.+?)"', answer.headers["content-disposition"])
            assert name is not None and name[1].partition(".")[0].endswith(f"-013000{digits and '-'}{digits}"), name


async def test_a_leader_sees_whole_numbers(sold: Any):
    for role in ("admin", "auditor"):
        assert leaks(await (await sold.client(role)).get("journeys/j1"))


async def test_a_refusal_repeats_no_number_that_the_agent_was_not_shown(sold: Any, engine: AsyncEngine):
    await see(engine, sold, "middle")
    agent = await sold.client("agent")
    taken = await agent.post("customers", json={"name": "Wang", "phones": [{"journey": "j1"}]})
    assert taken.status_code == 409
    assert taken.json()["errors"][0]["field"] == "phones"
    assert not leaks(taken)


async def phones(client: AsyncClient, customer: str) -> list[str]:
    return (await client.get(f"customers/{customer}")).json()["phones"]


async def test_the_caller_becomes_a_customer_by_his_call(sold: Any, engine: AsyncEngine, admin: AsyncClient):
    await see(engine, sold, "name")
    agent = await sold.client("agent")
    assert (await admin.delete("customers/c1")).status_code == 204
    made = await agent.post("customers", json={"name": "Wang", "phones": [{"journey": "j1"}]})
    assert made.status_code == 201
    assert made.json()["phones"] == ["****"]
    assert await phones(admin, made.json()["id"]) == [NUMBER]
    found = (await agent.get("customers", params={"journey": "j1"})).json()["items"]
    assert [customer["name"] for customer in found] == ["Wang"]


async def test_a_call_that_is_not_his_lends_him_no_number(sold: Any, engine: AsyncEngine):
    async with writing(engine) as session, session.begin():
        session.add(
            JourneyRow(
                id="j2", seq=1, direction="inbound", started_at=NOW - timedelta(days=1), from_number="+8613900000001",
                to_number="+862161234567", document={"legs": []},
            )
        )  # fmt: skip
    agent = await sold.client("agent")
    for path, field in (("journeys", "party"), ("customers", "journey")):
        assert (await agent.get(path, params={field: "j2"})).status_code == 404
    made = await agent.post("customers", json={"name": "Li", "phones": [{"journey": "j2"}]})
    assert made.status_code == 404


@pytest.mark.parametrize(("visibility", "told"), [("full", NUMBER), ("middle", "+86138****8000"), ("name", "****")])
async def test_mail_of_a_fax_box_tells_what_all_may_see_who_look_into_it(
    sold: Any, engine: AsyncEngine, visibility: str, told: str
):
    await see(engine, sold, visibility)
    async with writing(engine) as session, session.begin():
        await session.execute(update(FaxRow).where(FaxRow.id == "f1").values(state="arrived"))
        await faxes.prepared(session, "f1", NOW, pages=1)
    async with reading(engine) as session:
        [mail] = await session.scalars(select(Job.arguments))
    assert mail["subject"].endswith(f": {told}") and told in mail["text"]
    assert (LAST in str(mail)) == (visibility == "full")
