"""Data connections: what an admin may set up, that secrets never come out again, and trying one."""

import json
from collections.abc import Callable
from typing import Any

from httpx2 import Response
from sqlalchemy import select

from callroom.store.database import reading
from callroom.store.tables import Connection
from callroom.vault import Vault
from web_server import answers

TOKEN = "T0ken-of-the-CRM"


async def change(world: Any, row: dict[str, Any], **values: Any) -> Response:
    admin = await world.client("admin")
    return await admin.put(f"connections/{row['id']}", json=row | values, headers={"If-Match": f'"{row["version"]}"'})


async def make(world: Any, **values: Any) -> dict[str, Any]:
    headers = [{"name": "Authorization", "value": "Bearer {{secret.token}}"}]
    secrets = [{"name": "token", "value": TOKEN}]
    usual = {"name": "CRM", "kind": "http", "base_url": "http://crm.example", "headers": headers, "secrets": secrets}
    return await world.make("connections", **usual | values)


async def test_what_is_missing_or_wrong_is_told_at_its_field(world, admin, refused: Callable[[Response], Any]):
    async def faults(**body: Any) -> set[tuple[str, str]]:
        return refused(await admin.post("connections", json={"name": "A", **body}))

    assert await faults(kind="http") == {("base_url", "missing")}
    assert await faults(kind="postgresql", host="db") == {("database", "missing"), ("username", "missing")}
    assert await faults(kind="sqlite", database="../site.db") == {("database", "not_a_file_of_ours")}
    for wrong in (
        "ftp://a",
        "http://",
        "http://a b",
        "http://u:p@a",
        "http://a/?x=1",
        "http://{{host}}/",
        "http://a:0",
    ):
        assert await faults(kind="http", base_url=wrong) == {("base_url", "not_a_web_address")}, wrong
    bad = {"kind": "http", "base_url": "http://a"}
    assert await faults(**bad, headers=[{"name": "X Y", "value": ""}]) == {("headers.0.name", "bad_character")}
    assert await faults(**bad, headers=[{"name": "X", "value": "a\r\nB: c"}]) == {("headers.0.value", "bad_character")}
    assert await faults(**bad, secrets=[{"name": "token"}]) == {("secrets.token", "give_again")}
    twice = [{"name": "token", "value": "1"}, {"name": "token", "value": "2"}]
    assert await faults(**bad, secrets=twice) == {("secrets", "twice")}


async def test_secrets_stay_until_they_are_changed_and_must_be_given_again_for_another_server(
    world, refused: Callable[[Response], Any]
):
    async def stored() -> dict[str, str]:
        async with reading(world.site.engine) as session:
            row = (await session.scalars(select(Connection))).one()
        return {name: Vault(world.home).open(sealed) for name, sealed in row.secrets.items()}

    row = await make(world)
    assert row["secrets"] == [{"name": "token", "value": None}]
    row = (await change(world, row, name="The CRM")).json()
    assert await stored() == {"token": TOKEN}
    assert refused(await change(world, row, base_url="http://evil.example")) == {("secrets.token", "give_again")}
    moved = {"base_url": "http://new.example", "secrets": [{"name": "key", "value": "other"}]}
    row = (await change(world, row, **moved)).json()
    assert await stored() == {"key": "other"}


async def test_no_secret_comes_out(world, admin, web_server):
    async def repeats(asked: Any, writer: Any) -> None:
        body = json.dumps({"you sent": asked.headers, asked.headers["authorization"]: 1}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)

    web_server.answer = repeats
    row = await make(world, base_url=web_server.url)
    tried = await admin.post(f"connections/{row['id']}/try", json={"path": "/echo"})
    assert "Bearer …" in tried.json()["answer"]
    assert web_server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
    answers = [await admin.get(path) for path in ("connections", f"connections/{row['id']}", "audit-log", "jobs")]
    async with reading(world.site.engine) as session:
        stored = json.dumps((await session.scalars(select(Connection.secrets))).one())
    assert TOKEN not in stored + tried.text + "".join(one.text for one in answers)
    [entry] = [one for one in answers[2].json()["items"] if one["action"] == "connection.created"]
    assert entry["after"]["secrets"] == ["token"]


async def test_trying_says_what_is_wrong_in_words(world, admin, web_server):
    row = await make(world, base_url=web_server.url)
    web_server.answer = answers({"ok": True}, "401 Unauthorized")
    found = (await admin.post(f"connections/{row['id']}/try", json={})).json()
    assert (found["error"], found["told"]) == ("refused", "status 401")
    assert found["error_text"] == "The other system refused the request."
    web_server.answer = answers({"balance": 12.5})
    body = {"path": "/accounts/{{account}}", "values": {"account": "1/2"}}
    found = (await admin.post(f"connections/{row['id']}/try", json=body)).json()
    assert (found["error"], json.loads(found["answer"])) == ("", {"balance": 12.5})
    assert web_server.asked[-1].target == "/accounts/1%2F2"


async def test_a_connection_that_a_flow_asks_stays(world, admin):
    row = await make(world)
    source = {"kind": "http", "connection": row["id"], "path": "/"}
    nodes = {
        "ask": {"kind": "lookup", "source": source, "outputs": [], "next": "end", "fallback": "end"},
        "end": {"kind": "hang_up"},
    }
    flow = await world.make("ivr-flows", name="Main", definition={"entry": "ask", "nodes": nodes})
    refused = await admin.delete(f"connections/{row['id']}")
    assert refused.status_code == 409 and "Main" in refused.json()["title"]
    await admin.delete(f"ivr-flows/{flow['id']}")
    assert (await admin.delete(f"connections/{row['id']}")).status_code == 204
