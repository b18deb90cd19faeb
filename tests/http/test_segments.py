"""Messages to all of a segment, and to many chosen ones: each once, in a handful of statements."""

from datetime import timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import event, func, select, update

from callroom.actions import audit, customers_bulk, messages_bulk
from callroom.actions.customers import Phone, form_of
from callroom.actions.new_customers import NewCustomer, prepared
from callroom.chores import segments
from callroom.core.customers import Filing
from callroom.store.database import reading, writing
from callroom.store.tables import Job, MessageRow, SmsGateway
from callroom.worker import Worker
from sms_platforms import Signed
from sms_world import NOW, signed_gateway

PEOPLE = 200


async def people(world: Any, count: int = PEOPLE) -> list[str]:
    async with writing(world.site.engine) as session, session.begin():
        await audit.hold(session)
        form = await form_of(session)
        rows = [
            NewCustomer(f"N{n}", phones=[Phone(f"+86138001{n:05}")], filing=Filing(tags=["web"])) for n in range(count)
        ]
        actor = audit.Actor(world.ids["admin"], "admin")
        return await customers_bulk.insert_many(session, prepared(form, rows, actor.id, NOW, "b"))


@pytest.fixture
async def segment(world: Any, open_sms: Any) -> dict[str, Any]:
    """Customers with a tag; one is not to be called, one has no phone, one wants no messages."""
    await signed_gateway(world, await open_sms(Signed))
    for name, more in (
        ("甲", {"phones": ["13800138001"]}),
        ("乙", {"phones": ["13800138002"]}),
        ("丙", {"phones": ["13800138003"], "do_not_call": True}),
        ("丁", {}),
        ("戊", {"phones": ["13800138005"]}),
    ):
        await world.make("customers", name=name, tags=["web"], **more)
    await world.make("customers", name="己", phones=["13800138006"])
    await (await world.client("admin")).post("sms-opt-outs", json={"to": "13800138005"})
    return await world.make("segments", name="Web", conditions={"tags": ["web"]})


async def work(world: Any, now: Any = NOW) -> None:
    worker = Worker(world.site.engine, world.home, now=lambda: now)
    while await worker.step(["segment_messages"]):
        pass


async def test_many_are_written_to_in_a_handful_of_statements(world, admin: AsyncClient, open_sms):
    await signed_gateway(world, await open_sms(Signed))
    ids = await people(world)
    template = await world.make("sms-templates", name="G", texts={"zh": {"text": "{{customer.name}}您好"}})
    statements: list[str] = []

    def count(_c: Any, _k: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(world.site.engine.sync_engine, "before_cursor_execute", count)
    answer = await admin.post("messages/bulk", json={"customers": ids, "template": template["id"]})
    event.remove(world.site.engine.sync_engine, "before_cursor_execute", count)
    assert answer.json() == {"queued": PEOPLE, "left_out": {}}
    assert len(statements) < 40, statements
    async with reading(world.site.engine) as session:
        texts = set(await session.scalars(select(MessageRow.text)))
    assert texts == {f"N{n}您好" for n in range(PEOPLE)}
    sent = [one for one in (await admin.get("audit-log")).json()["items"] if one["action"] == "messages.sent"]
    assert [one["after"]["messages"] for one in sent] == [PEOPLE]


async def test_a_segment_is_told_its_size_and_written_to_once(world, admin: AsyncClient, segment, refused):
    path = f"segments/{segment['id']}"
    reach = {"customers": 5, "reachable": 2, "do_not_call": 1, "no_number": 1, "opted_out": 1}
    assert (await admin.get(f"{path}/reach")).json() == reach
    template = await world.make("sms-templates", name="G", texts={"zh": {"text": "{{customer.name}}您好"}})
    body = {"template": template["id"], "language": "zh"}
    told = (await admin.post(f"{path}/messages/estimate", json=body)).json()
    assert (told["reachable"], told["parts"], told["text"][1:]) == (2, 2, "您好")
    assert (await (await world.client("agent")).post(f"{path}/messages", json=body)).status_code == 403
    answer = await admin.post(f"{path}/messages", json=body | {"expected": 2})
    assert answer.status_code == 202, answer.text
    await work(world)
    async with reading(world.site.engine) as session:
        job = await session.get(Job, answer.json()["job"])
        rows = list(await session.scalars(select(MessageRow).order_by(MessageRow.number)))
    assert job and job.result == {
        "queued": 2,
        "left_out": {"sms_opted_out": 2, "sms_no_number": 1},
    }
    assert [(one.number, one.text, one.bulk) for one in rows] == [
        ("+8613800138001", "甲您好", True),
        ("+8613800138002", "乙您好", True),
    ]


async def test_nothing_is_sent_when_the_segment_has_grown_much_meanwhile(world, admin, segment, refused):
    await people(world, 20)
    answer = await admin.post(f"segments/{segment['id']}/messages", json={"text": "x", "expected": 2})
    assert refused(answer) == {("expected", "more_than_expected")}


async def test_a_worker_that_dies_in_the_midst_writes_to_nobody_twice(world, admin, segment, monkeypatch):
    monkeypatch.setattr(segments, "AT_ONCE", 1)
    put_many, done = messages_bulk.put_many, list[int]()

    async def dies(*told: Any, **named: Any) -> int:
        if len(done) == 3:
            done.append(0)
            raise OSError("the disk went")
        done.append(await put_many(*told, **named))
        return done[-1]

    monkeypatch.setattr(messages_bulk, "put_many", dies)
    await admin.post(f"segments/{segment['id']}/messages", json={"text": "hello", "expected": 2})
    await work(world)
    await work(world, NOW + timedelta(minutes=1))
    async with reading(world.site.engine) as session:
        assert await session.scalar(select(func.count()).select_from(MessageRow)) == 2
        assert (await session.scalars(select(Job.state).where(Job.kind == "segment_messages"))).all() == ["done"]


async def test_no_gateway_any_more_ends_the_sending_for_good(world, admin, segment):
    await admin.post(f"segments/{segment['id']}/messages", json={"text": "hello", "expected": 2})
    async with writing(world.site.engine) as session, session.begin():
        await session.execute(update(SmsGateway).values(enabled=False))
    await work(world)
    async with reading(world.site.engine) as session:
        [job] = (await session.scalars(select(Job).where(Job.kind == "segment_messages"))).all()
    assert (job.state, job.result) == ("failed", {"error": "sms_not_set_up", "told": ""})


async def sendings(client: AsyncClient, segment: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await client.get(f"segments/{segment['id']}/messages")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_a_sending_tells_how_far_it_is_and_is_called_off(world, admin: AsyncClient, segment):
    path, other = f"segments/{segment['id']}/messages", await world.make("segments", name="All", conditions={})
    template = await world.make("sms-templates", name="问候", texts={"zh": {"text": "{{customer.name}}您好"}})
    first = (await admin.post(path, json={"text": "hello", "expected": 2})).json()["job"]
    [waiting] = await sendings(admin, segment)
    assert (waiting["id"], waiting["state"], waiting["words"], waiting["by"]) == (first, "waiting", "hello", "admin")
    await work(world)
    [running] = await sendings(admin, segment)
    assert (running["state"], running["progress"], running["messages"]) == ("running", 0, {"queued": 2})
    assert running["left_out"] == {"sms_opted_out": 2, "sms_no_number": 1}
    async with writing(world.site.engine) as session, session.begin():
        one = (await session.scalars(select(MessageRow).order_by(MessageRow.number).limit(1))).one()
        one.state = "delivered"
    assert (await sendings(admin, segment))[0]["progress"] == 0.5
    stopped = await admin.post(f"segment-messages/{first}/cancel")
    assert (stopped.status_code, stopped.json()) == (200, {"messages": 1})
    [over] = await sendings(admin, segment)
    assert (over["state"], over["messages"]) == ("cancelled", {"delivered": 1, "cancelled": 1})
    assert (await admin.post(f"segment-messages/{first}/cancel")).status_code == 409
    assert (await admin.post("segment-messages/job_none/cancel")).status_code == 404
    body = {"template": template["id"], "language": "zh", "values": {}, "expected": 2}
    second = (await admin.post(path, json=body)).json()["job"]
    assert (await admin.post(f"segment-messages/{second}/cancel")).json() == {"messages": 0}  # before it began
    await work(world)
    assert (await admin.post(f"segment-messages/{second}/cancel")).status_code == 409
    told = {one["words"]: (one["state"], one["messages"]) for one in await sendings(admin, segment)}
    assert told == {"问候": ("cancelled", {}), "hello": ("cancelled", {"delivered": 1, "cancelled": 1})}
    assert await sendings(admin, other) == []
    log = [one for one in (await admin.get("audit-log")).json()["items"] if one["action"] == "messages.cancelled"]
    assert [one["after"]["messages"] for one in log] == [0, 1]


async def test_nothing_is_put_in_line_once_a_sending_was_called_off(world, admin, segment, monkeypatch):
    monkeypatch.setattr(segments, "AT_ONCE", 1)
    job = (await admin.post(f"segments/{segment['id']}/messages", json={"text": "x", "expected": 2})).json()["job"]
    ready_for, asked = messages_bulk.ready_for, list[int]()

    async def called_off_meanwhile(*told: Any) -> Any:
        asked.append(1)
        if len(asked) == 2:  # the first of them is in line
            assert (await admin.post(f"segment-messages/{job}/cancel")).json() == {"messages": 1}
        return await ready_for(*told)

    monkeypatch.setattr(messages_bulk, "ready_for", called_off_meanwhile)
    await work(world)
    [over] = await sendings(admin, segment)
    assert (len(asked), over["state"], over["messages"]) == (2, "cancelled", {"cancelled": 1})
