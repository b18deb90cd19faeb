"""Lookups of flows as they are chosen, among the site's customers too, and what flows send."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from callroom.actions import jobs
from callroom.clock import utc_now
from callroom.integrations.data import OutsideData
from callroom.main import CallWebhook
from callroom.store.database import reading
from callroom.store.tables import Job, Setting
from callroom.worker import Worker
from lookups import failure
from web_server import Asked, answers

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


@pytest.fixture
async def data(world):
    outside = OutsideData(world.site.engine, world.home, lambda: NOW)
    yield outside
    await outside.close()


async def test_customers_are_found_by_number_and_by_name(world, data):
    for name, phone in (("王芳", "13800138000"), ("Bo", "02161234567"), ("bo", "+8613900139000")):
        await world.make("customers", name=name, phones=[phone], tier=3, memo="keeps a dog")

    async def found(**source: str) -> Any:
        return await data.run({"kind": "crm", **source}, {"caller": "013800138000", "name": "王芳"})

    customer = await data.run({"kind": "crm"}, {"caller": "+8613800138000"})
    assert (customer["name"], customer["tier"], customer["memo"]) == ("王芳", 3, "keeps a dog")
    assert customer["phones"] == ["+8613800138000"]
    assert (await found(by="name", value="{{name}}"))["id"] == customer["id"]
    assert (await found(by="number", value="021-61234567"))["name"] == "Bo"
    assert await failure(found(by="name", value="bo")) == "not_found"  # two of them
    assert await failure(found(by="name", value="%")) == "not_found"
    assert await failure(found(by="number", value="{{nothing}}")) == "not_found"
    assert await failure(found(by="memo", value="x")) == "bad_request"


async def test_customers_are_found_by_what_only_one_of_them_has(world, data):
    account = await world.make("customer-fields", label="账号", type="line", unique=True)
    size = await world.make("customer-fields", label="Size", type="choice", options=[{"label": "大"}, {"label": "小"}])
    pin = await world.make("customer-fields", label="PIN", type="line", masked=True)
    small = size["options"][1]["id"]
    values = {account["id"]: "A 77", size["id"]: small, pin["id"]: "4711"}
    made = await world.make("customers", name="王芳", phones=["13800138000"], values=values)
    await world.make("customers", name="Bo", values={account["id"]: "A 78"})

    async def found(value: str, by: str = account["id"]) -> Any:
        return await data.run({"kind": "crm", "by": f"values.{by}", "value": "{{typed}}"}, {"typed": value})

    customer = await found("a  77")
    assert (customer["id"], customer["name"]) == (made["id"], "王芳")
    assert customer["values"] == {account["id"]: "A 77", size["id"]: "小"}  # agents would see what is masked
    assert await failure(found("A 79")) == "not_found"
    assert await failure(found("x" * 5000)) == "not_found"
    assert await failure(found("小", by=size["id"])) == "bad_request"
    assert await failure(found("A 77", by="gone")) == "bad_request"


async def test_a_connection_is_chosen_and_failures_are_typed(world, data, web_server):
    made = await world.make("connections", name="CRM", kind="http", base_url=web_server.url)
    web_server.answer = answers({"rows": [{"name": "Ana"}]})
    source = {"kind": "http", "connection": made["id"], "path": "/find?n={{caller}}"}
    assert await data.run(source, {"caller": "+86138"}) == {"rows": [{"name": "Ana"}]}
    assert web_server.asked[0].query == {"n": "+86138"}
    for broken in ({"kind": "http"}, {"kind": "http", "connection": "gone"}, {"kind": "ftp"}, {}):
        assert await failure(data.run(broken, {})) == "not_set_up"


async def test_a_system_that_hangs_holds_ten_requests_at_most(world, data, web_server):
    held = asyncio.Event()

    async def hangs(asked: Any, writer: asyncio.StreamWriter) -> None:
        held.set()
        await asyncio.Event().wait()

    web_server.answer = hangs
    made = await world.make("connections", name="CRM", kind="http", base_url=web_server.url)
    asking = [asyncio.create_task(data.run({"kind": "http", "connection": made["id"]}, {})) for _ in range(30)]
    await held.wait()
    async with asyncio.timeout(60):
        while len(web_server.asked) < 10:  # noqa: ASYNC110  what the server counts tells nobody
            await asyncio.sleep(0.01)
    assert await failure(data.run({"kind": "crm"}, {"caller": "1"})) == "not_found"  # others are served meanwhile
    assert len(web_server.asked) == 10
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)


async def test_a_mail_of_a_flow_is_put_in_line_with_its_values(world, data):
    source = {"kind": "email", "to": "desk@example.com, {{mail}}", "subject": "From {{caller}}", "text": "{{note}}"}
    values = {"mail": "ana@example.com", "caller": "138", "note": "a\nb"}
    assert await data.run(source, values) is None
    async with reading(world.site.engine) as session:
        job = (await session.scalars(select(Job).where(Job.kind == jobs.MAIL))).one()
    assert job.arguments["to"] == ["desk@example.com", "ana@example.com"]
    assert (job.arguments["subject"], job.arguments["text"]) == ("From 138", "a\nb")
    for to in ("", "x@example.com, evil@example.com", "no address", "a@example.com\nBcc: b@example.com"):
        assert await failure(data.run(source, values | {"mail": to or "@"})) == "bad_request"


async def test_a_webhook_is_delivered_later_and_tried_again(world, data, web_server):
    web_server.answer = answers({}, "500 Oops")
    source = {"kind": "webhook", "url": web_server.url + "/hook?c={{caller}}"}
    await data.run(source, {"caller": "1&x=2"})
    assert web_server.asked == []
    clock = [NOW]
    worker = Worker(world.site.engine, world.home, now=lambda: clock[0])
    assert await worker.step((jobs.WEBHOOK,)) and not await worker.step((jobs.WEBHOOK,))
    web_server.answer = answers({})
    clock[0] += timedelta(minutes=1)
    assert await worker.step((jobs.WEBHOOK,)) and not await worker.step((jobs.WEBHOOK,))
    first, second = web_server.asked
    assert first.headers["callroom-delivery"] == second.headers["callroom-delivery"]
    assert second.query == {"c": "1&x=2"} and second.json["values"] == {"caller": "1&x=2"}
    assert json.dumps(second.json).count("flow.reached") == 1
    assert "callroom-signature" not in second.headers  # nobody has made a secret
    assert await failure(data.run({"kind": "webhook", "url": "file:///etc/passwd"}, {})) == "bad_request"


@pytest.mark.parametrize("what", ["call.offered", "call.dialled"])
async def test_of_a_call_another_system_is_told_while_it_counts(world, data, web_server, what):
    """And a receiver of flows' webhooks that hangs holds up no offer."""
    web_server.answer = answers({}, "500 Oops")
    await data.run({"kind": "webhook", "url": web_server.url + "/flow"}, {})
    CallWebhook(world.site.engine).told(web_server.url + "/offer", what, {"call_id": "j1", "number": "13800138000"})
    begun = utc_now()

    async def row() -> Job | None:
        async with reading(world.site.engine) as session:
            return await session.scalar(select(Job).where(Job.kind == jobs.OFFER_WEBHOOK))

    async with asyncio.timeout(10):
        while await row() is None:  # noqa: ASYNC110 - it is put in line beside the call
            await asyncio.sleep(0.01)
    clock = [begun]
    worker = Worker(world.site.engine, world.home, now=lambda: clock[0] + timedelta(seconds=1))
    assert next(lane for lane in jobs.LANES if jobs.OFFER_WEBHOOK in lane) == (jobs.OFFER_WEBHOOK,)
    assert await worker.step((jobs.OFFER_WEBHOOK,))
    [told] = web_server.asked
    assert (told.path, told.json["event"], told.json["values"]["number"]) == ("/offer", what, "13800138000")
    clock[0] += timedelta(minutes=6)
    assert await worker.step((jobs.OFFER_WEBHOOK,))
    job = await row()
    assert job is not None and (job.state, (job.result or {})["error"]) == ("failed", "offer_over")
    assert len(web_server.asked) == 1, "nobody opens a page for a call of six minutes ago"


async def test_a_webhook_is_signed_anew_each_time_it_is_tried(world, admin, data, web_server):
    assert (await admin.get("settings/webhook-secret")).json() == {"since": None}
    made = (await admin.post("settings/webhook-secret")).json()
    assert (await admin.get("settings/webhook-secret")).json() == {"since": made["since"]}
    async with reading(world.site.engine) as session:
        stored = (await session.get(Setting, "webhooks")).value
    assert made["secret"] not in json.dumps(stored)
    web_server.answer = answers({}, "500 Oops")
    await data.run({"kind": "webhook", "url": web_server.url + "/hook"}, {"name": "王芳"})
    clock = [NOW]
    worker = Worker(world.site.engine, world.home, now=lambda: clock[0])
    assert await worker.step((jobs.WEBHOOK,))
    clock[0] += timedelta(minutes=1)
    assert await worker.step((jobs.WEBHOOK,))
    stamps = [int(asked.headers["callroom-timestamp"]) for asked in web_server.asked]
    assert stamps == [int(NOW.timestamp()), int(NOW.timestamp()) + 60]
    assert all(is_ours(made["secret"], asked, stamp) for asked, stamp in zip(web_server.asked, stamps, strict=True))
    [first, second] = web_server.asked
    assert not is_ours(made["secret"], replace(first, body=first.body.replace(b"flow", b"blow")), stamps[0])
    assert not is_ours(made["secret"], replace(first, headers=second.headers | {"callroom-timestamp": "1"}), stamps[0])
    other = (await admin.post("settings/webhook-secret")).json()["secret"]
    assert other != made["secret"] and not is_ours(other, second, stamps[1])
    entries = (await admin.get("audit-log?limit=10")).json()["items"]
    assert sum(entry["action"] == "webhook_secret.created" for entry in entries) == 2
    assert made["secret"] not in json.dumps(entries)


def is_ours(secret: str, asked: Asked, now: int) -> bool:
    """The check of docs/crm.md."""
    stamp, told = asked.headers["callroom-timestamp"], asked.headers["callroom-signature"]
    right = hmac.new(secret.encode(), stamp.encode() + b"." + asked.body, hashlib.sha256).hexdigest()
    return abs(now - int(stamp)) < 300 and hmac.compare_digest(told, f"v1={right}")
