"""Lookups of flows against real systems: an HTTP server that misbehaves, PostgreSQL, SQLite, the site's customers."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import sqlite3
import time
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select

from callroom.actions import jobs
from callroom.errors import LookupFailed
from callroom.integrations import http_source, sql_source
from callroom.integrations.connection import Reach
from callroom.integrations.data import OutsideData
from callroom.integrations.http_source import LARGEST, HttpSource
from callroom.store.database import reading
from callroom.store.tables import Job, Setting
from callroom.worker import Worker
from web_server import Asked, answers, say

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
NASTY = """x"; DROP TABLE accounts; -- ' OR '1'='1 &admin=1#/../{{secret.token}}\r\nX-Evil: 1 你"""


async def failure(work: Awaitable[Any]) -> str:
    with pytest.raises(LookupFailed) as caught:
        await work
    return caught.value.why


@pytest.fixture
async def http(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http_source, "PAUSE", 0.0)
    source = HttpSource()
    yield source
    await source.close()


def crm(server: Any, **more: Any) -> Reach:
    return Reach("dc1", "http", server.url, secrets={"token": "T0ken"}, **more)


# ---------------------------------------------------------------- HTTP


async def test_values_reach_each_place_of_a_request_and_change_nothing_else_in_it(http, web_server):
    where = crm(web_server, headers=(("Authorization", "Bearer {{secret.token}}"), ("X-Who", "{{who}}")))
    source = {
        "method": "POST",
        "path": "/accounts/{{who}}/find?name={{who}}&all=0",
        "headers": {"X-Note": "for {{who}}", "Host": "evil.example", "Content-Length": "1"},
        "body": {"name": "{{who}}", "list": ["{{who}}", 3], "fixed": True},
    }
    web_server.answer = answers({"balance": 1})
    assert await http.ask(where, source, {"who": NASTY}) == {"balance": 1}
    [asked] = web_server.asked
    assert asked.path == f"/accounts/{NASTY}/find" and asked.query == {"name": NASTY, "all": "0"}
    assert asked.json == {"name": NASTY, "list": [NASTY, 3], "fixed": True}
    assert asked.headers["authorization"] == "Bearer T0ken"
    assert asked.headers["host"] == f"127.0.0.1:{web_server.port}" and "x-evil" not in asked.headers
    assert asked.headers["x-note"].startswith('for x"; DROP') and asked.headers["x-note"].endswith(
        "X-Evil: 1 %E4%BD%A0"
    )
    await http.ask(where, source | {"body": '{"name": "{{who}}"}'}, {"who": NASTY})
    assert web_server.asked[1].json == {"name": NASTY}


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ({"path": "/a/{{who}}/b"}, {"who": ".."}),
        ({"path": "/a/{{who}}"}, {"who": "."}),
        ({"method": "DELETE"}, {}),
        ({"method": "POST", "body": "{not json"}, {}),
    ],
)
async def test_a_request_that_would_ask_something_else_is_not_sent(http, web_server, source, values):
    assert await failure(http.ask(crm(web_server), source, values)) == "bad_request"
    assert web_server.asked == []


@pytest.mark.parametrize("path", ["@evil.example/", "//evil.example/", ".evil.example/", ":1/", "\\evil.example"])
async def test_no_path_leads_to_another_system(http, web_server, path):
    with contextlib.suppress(LookupFailed):
        await http.ask(crm(web_server), {"path": path}, {})
    assert [one.headers["host"] for one in web_server.asked] in ([], [f"127.0.0.1:{web_server.port}"])


@pytest.mark.parametrize(
    ("status", "why", "times"),
    [
        ("404 Not Found", "not_found", 1),
        ("401 Unauthorized", "refused", 1),
        ("500 Internal Server Error", "refused", 1),
        ("503 Service Unavailable", "refused", 2),
    ],
)
async def test_a_status_says_why_and_what_may_pass_is_asked_twice(http, web_server, status, why, times):
    web_server.answer = answers({}, status)
    assert await failure(http.ask(crm(web_server), {}, {})) == why
    assert len(web_server.asked) == times
    web_server.asked.clear()
    assert await failure(http.ask(crm(web_server), {"method": "POST", "body": {}}, {})) == why
    assert len(web_server.asked) == 1  # it may have done what was asked


async def test_answers_that_are_no_json_too_large_or_cut_off(http, web_server):
    async def told(body: bytes, length: int | None = None) -> str:
        async def answer(asked: Any, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (length or len(body)) + body)

        web_server.answer = answer
        return await failure(http.ask(crm(web_server), {}, {}))

    assert await told(b"<html>") == "bad_answer"
    assert await told(b"[" * 5000) == "bad_answer"
    assert await told(b'"' + b"x" * LARGEST + b'"') == "bad_answer"
    assert await told(b'{"a"', length=50) == "bad_answer"

    async def garbage(asked: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello\r\n\r\n")

    web_server.answer = garbage
    assert await failure(http.ask(crm(web_server), {}, {})) == "bad_answer"

    async def endless(asked: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
            await writer.drain()

    web_server.answer = endless
    assert await failure(http.ask(crm(web_server), {}, {})) == "bad_answer"
    web_server.answer = lambda asked, writer: say(writer, b'{"fine": 1}')
    assert await http.ask(crm(web_server), {}, {}) == {"fine": 1}


async def test_redirects_stay_within_the_system_and_are_few(http, web_server):
    async def answer(asked: Any, writer: asyncio.StreamWriter) -> None:
        match asked.path:
            case "/old":
                await say(writer, b"", "302 Found", location="/new")
            case "/away":
                await say(writer, b"", "302 Found", location=f"http://localhost:{web_server.port}/new")
            case "/round":
                await say(writer, b"", "302 Found", location="/round")
            case _:
                await answers({"path": asked.path})(asked, writer)

    web_server.answer = answer
    where = crm(web_server, headers=(("X-Key", "{{secret.token}}"),))
    assert await http.ask(where, {"path": "/old"}, {}) == {"path": "/new"}
    assert await failure(http.ask(where, {"path": "/away"}, {})) == "refused"
    assert await failure(http.ask(where, {"path": "/round"}, {})) == "refused"
    assert await failure(http.ask(where, {"path": "/old", "method": "POST"}, {})) == "refused"
    assert [one.path for one in web_server.asked].count("/round") == 4


async def test_nobody_there_and_addresses_that_are_not_asked(http):
    closed = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = closed.sockets[0].getsockname()[1]
    closed.close()
    assert await failure(http.ask(Reach("a", "http", f"http://127.0.0.1:{port}"), {}, {})) == "unreachable"
    assert await failure(http.ask(Reach("a", "http", "http://nothing.invalid"), {}, {})) == "unreachable"
    assert await failure(http.ask(Reach("a", "http", "http://169.254.169.254/latest"), {}, {})) == "refused"
    assert await failure(http.ask(Reach("a", "http", "http://[fe80::1]/"), {}, {})) == "refused"


# ---------------------------------------------------------------- SQL


@pytest.fixture(params=["sqlite", "postgresql"])
async def accounts(request: pytest.FixtureRequest, tmp_path: Path):
    """A database with two accounts, as one connection and a way to look into it."""
    table = "CREATE TABLE accounts (number INTEGER PRIMARY KEY, name TEXT, balance NUMERIC(10,2))"
    rows = [(1001, "Ana", "12.50"), (1002, NASTY, "0")]
    if request.param == "sqlite":
        (tmp_path / "data").mkdir()
        with sqlite3.connect(tmp_path / "data/bank.db") as there:
            there.execute(table)
            there.executemany("INSERT INTO accounts VALUES (?, ?, ?)", rows)
        there.close()
        yield Reach("db", "sqlite", database="bank.db")
    else:
        folder: Path = request.getfixturevalue("postgres")
        own = await asyncpg.connect(host=str(folder), user="callroom", database="postgres")
        await own.execute("DROP TABLE IF EXISTS accounts")
        await own.execute(table)
        for number, name, balance in rows:
            await own.execute("INSERT INTO accounts VALUES ($1, $2, $3::text::numeric)", number, name, balance)
        await own.close()
        yield Reach("db", "postgresql", host=str(folder), port=5432, database="postgres", username="callroom")


async def ask(where: Reach, query: str, home: Path, **values: str) -> Any:
    return await sql_source.ask_database(where, {"query": query}, values, home)


async def test_a_select_finds_rows_by_values_of_the_call(accounts, tmp_path):
    [row] = await ask(accounts, "SELECT name, balance FROM accounts WHERE number = :account", tmp_path, account="1001")
    assert row["name"] == "Ana" and float(row["balance"]) == 12.5
    query = "-- the customer's\nSELECT number FROM accounts /* ; */ WHERE name = :customer_name AND ':x' = ':x';"
    assert await ask(accounts, query, tmp_path, **{"customer.name": NASTY}) == [{"number": 1002}]
    for query in (
        "SELECT number FROM accounts WHERE name = {{customer.name}}",
        "SELECT number FROM accounts WHERE name='{{customer.name}}'",
    ):
        assert await ask(accounts, query, tmp_path, **{"customer.name": NASTY}) == [{"number": 1002}]
    assert await failure(ask(accounts, "SELECT * FROM accounts WHERE number = :a", tmp_path, a="7")) == "not_found"
    assert await failure(ask(accounts, "SELECT * FROM accounts WHERE number = :a", tmp_path, a="")) == "not_found"
    assert await failure(ask(accounts, "SELECT * FROM accounts WHERE number = :a", tmp_path, a=NASTY)) == "not_found"
    assert await failure(ask(accounts, "SELECT * FROM accounts WHERE number = :a", tmp_path, a="9" * 19)) == "not_found"


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM accounts",
        "UPDATE accounts SET balance = 0",
        "SELECT 1; DROP TABLE accounts",
        "SELECT 1;; DELETE FROM accounts; SELECT 1",
        "WITH gone AS (DELETE FROM accounts RETURNING *) SELECT * FROM gone",
        "/* SELECT */ DROP TABLE accounts",
        "ATTACH 'x.db' AS x",
        "SELECT nothing FROM nowhere",
        "",
        "SELECT 'unclosed",
        "SELECT * FROM accounts WHERE name LIKE '%{{name}}%'",
    ],
)
async def test_anything_but_one_select_is_refused_and_changes_nothing(accounts, tmp_path, query):
    assert await failure(ask(accounts, query, tmp_path)) == "bad_request"
    assert len(await ask(accounts, "SELECT number FROM accounts", tmp_path)) == 2


async def test_few_rows_come_however_many_there_are(accounts, tmp_path):
    query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n"
    assert len(await ask(accounts, query, tmp_path)) == sql_source.MOST_ROWS


async def test_a_query_that_never_ends_stops_with_whoever_asked_and_the_loop_goes_on(accounts, tmp_path):
    query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await ask(accounts, query, tmp_path)
    assert time.monotonic() - begun < 5
    if accounts.kind == "sqlite":
        async with asyncio.timeout(60):
            await asyncio.get_running_loop().shutdown_default_executor()  # no thread is busy with it any more
    if accounts.kind == "postgresql":
        still = (
            "SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE 'WITH RECURSIVE n(i)%' AND state = 'active'"
        )
        async with asyncio.timeout(30):
            while (await ask(accounts, still, tmp_path))[0]["n"]:  # each question takes a moment
                pass


async def test_databases_that_cannot_be_asked(tmp_path, postgres):
    away = Reach("db", "postgresql", host="127.0.0.1", port=1, database="x", username="x", encrypted=False)
    assert await failure(ask(away, "SELECT 1", tmp_path)) == "unreachable"
    unknown = Reach("db", "postgresql", host=str(postgres), port=5432, database="none", username="callroom")
    assert await failure(ask(unknown, "SELECT 1", tmp_path)) == "refused"
    (tmp_path / "data").mkdir()
    (tmp_path / "site.db").write_bytes(b"")
    (tmp_path / "data/no.db").write_bytes(b"no database at all" * 100)
    for name, why in (("gone.db", "unreachable"), ("../site.db", "unreachable"), ("no.db", "bad_request")):
        assert await failure(ask(Reach("db", "sqlite", database=name), "SELECT * FROM x", tmp_path)) == why


# ---------------------------------------------------------------- customers, and what is sent


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
