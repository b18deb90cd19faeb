"""One number that stands wherever a site can keep one, of a customer with whom one agent has to do in every way; and a
day of that agent's."""

import base64
import re
from datetime import UTC, datetime
from typing import Any

from httpx2 import AsyncClient, Response
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions.customers import Phone, file, form_of
from callroom.store.database import writing
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
from sms_platforms import Signed
from sms_world import signed_gateway

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # as in conftest
NUMBER, PLACE = "+8613800138000", "北京市"
LAST = "00138000"  # the digits that no written form is without
OTHER = "+8613900139000"
SECRET = "K4711XY"  # stands in a masked field
Step = tuple[str, str, Any]  # method, address, body
MADE = {"created_at": NOW, "updated_at": NOW}
DAY = "2026/11/23"


def leaks(answer: Response) -> list[str]:
    """Where an answer tells the number: in its body, however it is written there, its cursor, or its headers."""
    parts = {"body": answer.text, "cursor": "".join(map(_plainly, re.findall(r'"next":"(.+?)"', answer.text)))}
    parts["headers"] = str(answer.headers)
    return [where for where, text in parts.items() if LAST in re.sub(r"[\s().-]", "", text)]


def _plainly(cursor: str) -> str:
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode(errors="replace")


def kept(agent: str) -> list[Any]:
    """The number wherever people write it down: records, orders, memos, messages, and what became of them."""
    told, mine = "call 138 0013 8000", {"customer_id": "c1", "owner_id": agent, "created_by": agent} | MADE
    columns: dict[str, Any] = {
        "options": [], "position": 0, "in_pop": True, "required": False, "unique": False, "masked": False,
        "default": {}, "validation": {},
    }  # fmt: skip
    fields = [columns | {"id": id, "label": id, "type": type} for id, type in (("said", "text"), ("second", "phone"))]
    fields.append(columns | {"id": "secret", "label": "secret", "type": "line", "masked": True})
    values = {"said": told, "second": NUMBER, "secret": SECRET}
    rows: list[Any] = [
        CustomTable(id="tb1", name="Complaints", fields=fields, last_number=1,
                    statuses=[{"id": "new", "label": "New", "initial": True, "next": ["busy"]},
                              {"id": "busy", "label": "Busy", "next": ["new"]}], **MADE),
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
    moved = [("tags", ["138 0013 8000"]), ("phones", [{"number": NUMBER, "label": "not 13800138000"}])]
    rows += [
        CustomerChange(customer_id="c1", version=2, at=NOW, by="Ana", field=field, before={"value": value},
                       after={"value": None})
        for field, value in (*((f"values.{id}", one) for id, one in (*values.items(), ("gone", told))), *moved)
    ]  # fmt: skip
    rows += [
        ServiceHistory(subject_kind=kind, subject_id=id, at=NOW, by_name="Ana", action="updated", note=told,
                       changes={"memo": [told, ""], "values.said": [told, None], "lines": [[[told, 1.0]], []]}
                       | ({"values.secret": [SECRET, None]} if kind == "record" else {}))
        for kind, id in (("record", "rc1"), ("order", "or1"), ("memo", "me1"), ("follow_up", "fu1"))
    ]  # fmt: skip
    return rows


async def stand_everywhere(world: Any, engine: AsyncEngine) -> None:
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
                CustomerField(id="mail", label="Mail", type="email", **MADE),
                CustomerField(id="secret", label="Secret", type="line", masked=True, **MADE),
                he := Customer(
                    id="c1", name="138 0013 8000", company="13800138000", memo="Mobile: 138-0013-8000", seq=1,
                    tags=["138 0013 8000"], by_hand=["tag:138 0013 8000"],
                    values={"said": "or 13800138000", "second": NUMBER, "mail": "13800138000@example.com",
                            "secret": SECRET}, **MADE,
                ),
                other := Customer(id="c2", name="138 0013 8000 (home)", seq=2, values={}, **MADE),
            ]
        )  # fmt: skip
        await session.flush()
        file(he, await form_of(session), [Phone(NUMBER)])
        file(other, await form_of(session), [])
        session.add_all(
            [
                CustomerPhone(id="ph1", customer_id="c1", number=NUMBER, label="not 13800138000"),
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
    for folder, name in (("recordings", "r1.wav"), ("recordings", "v1.wav"), ("faxes", "f1.pdf")):
        (world.home / folder / DAY).mkdir(parents=True, exist_ok=True)
        (world.home / folder / DAY / name).write_bytes(b"RIFF")


# ---------------------------------------------------------------- a day


def day(made: dict[str, str]) -> list[Step]:
    """Everything once, in an order in which it can be done."""
    memo = {"text": "call 138 0013 8000 again", "customer": "c1"}
    record = {"values": {"said": "at 138 0013 8000", "second": "13800138000"}, "memo": "13800138000", "customer": "c1"}
    order = {"customer": "c1", "memo": "for 13800138000", "lines": [{"product": made["product"], "quantity": 1}]}
    view = {"name": "mine", "filter": {"q": "13800138000"}}
    due = {"owner": made["agent"], "due_at": NOW.isoformat()}
    return [
        ("POST", "customers", {"name": "Her", "phones": [{"journey": "j2"}]}),
        ("PATCH", "customers/c1", {"tier": 3}),
        ("PUT", "customers/c1", {"name": "138 0013 8000 x", "memo": "13800138000", "phones": ["13800138000"]}),
        ("POST", "customers/c1/leave-to-rules", None),
        ("POST", "tables/tb1/records", record),
        ("PUT", "records/rc1", record),
        ("POST", "records/rc1/status", {"status": "busy", "note": "13800138000"}),
        ("POST", "records/rc1/submit", {"note": "13800138000"}),
        ("DELETE", "records/rc1", None),
        ("POST", "records/rc1/restore", None),
        ("POST", "memos", memo),
        ("PUT", "memos/me1", memo),
        ("DELETE", "memos/me1", None),
        ("POST", "memos/me1/restore", None),
        ("POST", "orders", order),
        ("PUT", "orders/or1", order),
        ("POST", "orders/or1/status", {"status": "confirmed"}),
        ("DELETE", "orders/or1", None),
        ("POST", "orders/or1/restore", None),
        ("PUT", f"follow-ups/{made['follow_up']}", due),
        ("POST", f"follow-ups/{made['follow_up']}/close", {"result": "declined", "note": "13800138000"}),
        ("POST", "messages/preview", {"customer": "c1", "template": made["template"]}),
        ("POST", "messages/preview", {"journey": "j1", "text": "13800138000"}),
        ("POST", "messages", {"customer": "c1", "template": made["template"]}),
        ("POST", "messages", {"journey": "j1", "text": "138 0013 8000"}),
        ("POST", "messages/{message}/cancel", None),
        ("POST", "messages/ms2/retry", None),
        ("POST", "sms-opt-outs", {"customer": "c1"}),
        ("POST", "notices/seen", {}),
        ("POST", "customer-views", view),
        ("PUT", "customer-views/{view}", view),
        ("PUT", "me/customer-view", {"view": None}),
        ("DELETE", "customer-views/{view}", None),
        ("DELETE", "voicemails/v1", None),
        ("DELETE", "faxes/f1", None),
    ]


async def make_for_the_day(sold: Any, engine: AsyncEngine, open_sms: Any) -> dict[str, str]:
    """What the day needs beside what is there, by name; the agent had a call with somebody else, too."""
    gateway = await signed_gateway(sold, await open_sms(Signed))
    text = "{{customer.name}}, {{customer.second}}, {{customer.mail}}, {{customer.Secret}}"
    template = await sold.make("sms-templates", name="Greeting", texts={"zh": {"text": text}})
    category = await sold.make("product-categories", name="Parts")
    product = await sold.make("products", name="Filter", code="A", category_id=category["id"], price=100)
    unique = await sold.make("customer-fields", label="Paper", type="line", unique=True)
    await sold.make("customers", name="Theirs", values={unique["id"]: "138 0013 8000"})
    follow_up = await sold.make("follow-ups", record="rc1", owner=sold.ids["agent"])
    call = {"direction": "inbound", "from_number": OTHER, "to_number": "+862161234567", "document": {"legs": []}}
    async with writing(engine) as session, session.begin():
        session.add(JourneyRow(id="j2", seq=2, started_at=NOW, ended_at=NOW, agent_id=sold.ids["agent"], **call))
        sent = await session.get_one(MessageRow, "ms1")
        gone = {one.key: getattr(sent, one.key) for one in MessageRow.__mapper__.column_attrs}
        session.add(MessageRow(**gone | {"id": "ms2", "state": "failed", "gateway_id": gateway["id"]}))
    return {
        "template": template["id"],
        "product": product["id"],
        "unique": unique["id"],
        "follow_up": follow_up["id"],
        "agent": sold.ids["agent"],
    }


async def ask(client: AsyncClient, step: Step) -> Response:
    """With the version that is there."""
    method, path, body = step
    known = await client.get(path.removesuffix("/status").removesuffix("/close"))
    version = known.headers.get("etag", '"1"')
    return await client.request(method, path, headers={"If-Match": version}, **({} if body is None else {"json": body}))
