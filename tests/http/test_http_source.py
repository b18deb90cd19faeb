"""Lookups of flows over HTTP, of a server that misbehaves."""

import asyncio
import contextlib
from typing import Any

import pytest

from callroom.errors import LookupFailed
from callroom.integrations import http_source
from callroom.integrations.connection import Reach
from callroom.integrations.http_source import LARGEST, HttpSource
from lookups import NASTY, failure
from web_server import answers, say


@pytest.fixture
async def http(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http_source, "PAUSE", 0.0)
    source = HttpSource()
    yield source
    await source.close()


def crm(server: Any, **more: Any) -> Reach:
    return Reach("dc1", "http", server.url, secrets={"token": "T0ken"}, **more)


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
