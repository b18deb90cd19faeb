"""Configured rows: made, read by pages, changed from the version one has read, kept while something leads to them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

Refused = Callable[[Response], set[tuple[str, str]]]
Company = Callable[[], Awaitable[dict[str, dict[str, Any]]]]
TRUNK = {"name": "Line", "kind": "register", "host": "sip.example.net", "username": "u1"}
END = {"kind": "hang_up"}


async def test_every_row_is_read_sent_back_and_its_version_grows(world, admin: AsyncClient, company: Company):
    for resource, row in (await company()).items():
        path = f"{resource}/{row['id']}"
        read = await admin.get(path)
        assert read.headers["etag"] == '"1"', resource
        body = read.json() | ({"secret": None} if resource == "trunks" else {})
        world.changed.clear()
        changed = await admin.put(path, json=body, headers={"If-Match": read.headers["etag"]})
        assert changed.status_code == 200, (resource, changed.text)
        assert (changed.json()["version"], changed.headers["etag"]) == (2, '"2"')
        assert world.changed[0] == resource
        same = {name: value for name, value in changed.json().items() if name not in ("version", "updated_at")}
        if resource == "ivr-flows":  # what is sent is published anew
            assert same.pop("published") == read.json()["published"] + 1
        assert same == {name: read.json()[name] for name in same}, resource
        (listed,) = [one for one in (await admin.get(resource)).json()["items"] if one["id"] == row["id"]]
        if resource not in ("extensions", "ivr-flows"):  # its phone has a version of its own; lists are brief
            assert listed == changed.json()


async def test_a_change_must_name_the_version_it_is_made_from(world, admin: AsyncClient):
    team = await world.make("teams", name="Day")
    path = f"teams/{team['id']}"
    missing = await admin.put(path, json={"name": "Night"})
    assert (missing.status_code, missing.json()["type"]) == (428, "urn:callroom:problem:precondition-required")
    for stale in ('"2"', "0", "x", '"1", "2"', "*"):
        answer = await admin.put(path, json={"name": "Night"}, headers={"If-Match": stale})
        assert (answer.status_code, answer.json()["type"]) == (412, "urn:callroom:problem:changed-meanwhile"), stale
    assert (await admin.get(path)).json()["name"] == "Day"
    assert (await admin.put(path, json={"name": "Night"}, headers={"If-Match": "1"})).status_code == 200
    assert (await admin.put(path, json={"name": "Late"}, headers={"If-Match": 'W/"2"'})).status_code == 200
    gone = await admin.put("teams/none", json={"name": "Late"}, headers={"If-Match": "1"})
    assert gone.status_code == 404


async def test_of_two_changes_at_once_one_is_told_that_it_came_late(world, admin: AsyncClient):
    team = await world.make("teams", name="Day")
    answers = await asyncio.gather(
        *(admin.put(f"teams/{team['id']}", json={"name": f"N{i}"}, headers={"If-Match": "1"}) for i in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


async def test_of_two_rows_with_one_number_made_at_once_one_is_refused(world, admin: AsyncClient, refused: Refused):
    answers = await asyncio.gather(
        admin.post("extensions", json={"number": "8100"}), admin.post("queues", json={"name": "Q", "number": "8100"})
    )
    late = max(answers, key=lambda one: one.status_code)
    assert {answer.status_code for answer in answers} == {201, 409}
    assert refused(late) == {("number", "taken")}
    assert late.json()["title"] == "“8100” is already in use."


async def test_pages_follow_each_other_in_either_order(world, admin: AsyncClient, refused: Refused):
    for name in "dabcab":
        await world.make("inbound-routes", name=name, did=f"1{len(await page(admin))}", destination=END)
    assert [one["name"] for one in await page(admin)] == list("aabbcd")
    assert [one["name"] for one in await page(admin, sort="-name")] == list("dcbbaa")
    times = [one["created_at"] for one in await page(admin, sort="created_at")]
    assert times == sorted(times)
    assert [one["did"] for one in await page(admin, sort="did", q="A")] == ["11", "14"]
    assert refused(await admin.get("inbound-routes", params={"sort": "destination"})) == {("sort", "not_sortable")}
    assert refused(await admin.get("inbound-routes", params={"cursor": "???"})) == {("cursor", "cursor")}
    assert (await admin.get("inbound-routes", params={"limit": 201})).status_code == 422


async def test_no_list_is_sorted_by_anything_but_its_columns(world, admin: AsyncClient):
    lists = [
        path.removeprefix("/api/v1/")
        for path, operations in world.app.openapi()["paths"].items()
        if "{" not in path and "sort" in {one["name"] for one in operations.get("get", {}).get("parameters", ())}
    ]
    assert len(lists) > 20
    for path in lists:
        for sort in ("name; DROP TABLE users", "(SELECT 1)", "-created_at, id", "password_hash"):
            assert (await admin.get(path, params={"sort": sort})).status_code == 422, (path, sort)


async def page(admin: AsyncClient, **params: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = (await admin.get("inbound-routes", params={"limit": 2, "cursor": cursor, **params})).json()
        rows += answer["items"]
        cursor = answer["next"]
        if cursor is None:
            return rows


def _to(kind: str, row: dict[str, Any]) -> dict[str, str]:
    return {"kind": kind, "id": row["id"]}


async def test_what_is_led_to_stays(world, admin: AsyncClient, company: Company):
    made = await company()
    await admin.put(
        f"users/{world.ids['agent']}",
        json=(await admin.get(f"users/{world.ids['agent']}")).json()
        | {"extension_id": made["extensions"]["id"], "team_id": made["teams"]["id"]},
        headers={"If-Match": "1"},
    )
    await world.make("inbound-routes", name="Shop", did="1", destination=_to("ring_group", made["ring-groups"]))
    for resource, by in {
        "trunks": "inbound route “Main number”",
        "queues": "attendant “Main”",
        "ivr-flows": "inbound route “Main number”",
        "extensions": "user “agent”",
        "devices": "extension “8001”",
        "teams": "user “agent”",
        "ring-groups": "inbound route “Shop”",
    }.items():
        answer = await admin.delete(f"{resource}/{made[resource]['id']}")
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:callroom:problem:in-use"), resource
        assert answer.json()["title"] == f"Still in use: {by}."
    for resource in ("inbound-routes", "ivr-flows", "queues", "outbound-routes", "trunks"):
        world.changed.clear()
        assert (await admin.delete(f"{resource}/{made[resource]['id']}")).status_code == 204
        assert world.changed[0] == resource
        assert (await admin.delete(f"{resource}/{made[resource]['id']}")).status_code == 404


async def test_refused_writes_tell_nobody(world, admin: AsyncClient):
    assert (await admin.post("teams", json={"name": ""})).status_code == 422
    assert (
        await admin.post("inbound-routes", json={"name": "a", "destination": {"kind": "queue", "id": "no"}})
    ).status_code == 422
    assert (await admin.delete("teams/none")).status_code == 404
    assert world.changed == []


QUEUE = {"name": "Sales"}
QUESTION = {"label": "Service", "sound": {"system": "rate_service"}, "keys": {"1": "satisfied"}}
WRONG: list[tuple[str, dict[str, Any], set[tuple[str, str]]]] = [
    ("extensions", {"number": "12"}, {("number", "not_an_inside_number")}),
    ("queues", QUEUE | {"exit_keys": {"12": END}}, {("exit_keys.12.[key]", "not_a_key")}),
    ("queues", QUEUE | {"exit_keys": {"1": {"kind": "flow", "id": "no"}}}, {("exit_keys.1", "unknown_reference")}),
    ("queues", QUEUE | {"exit_keys": {"1": END}, "callback_key": "1"}, {("callback_key", "key_twice")}),
    ("queues", QUEUE | {"callback_key": "A"}, {("callback_key", "not_a_key")}),
    ("queues", QUEUE | {"callback_attempts": 11}, {("callback_attempts", "less_than_equal")}),
    ("queues", QUEUE | {"music_prompt_id": "no"}, {("music_prompt_id", "unknown_reference")}),
    ("queues", QUEUE | {"whisper_prompt_id": "no"}, {("whisper_prompt_id", "unknown_reference")}),
    ("extensions", {"number": "８００１"}, {("number", "not_an_inside_number")}),
    (
        "extensions",
        {"number": "8001", "ring_seconds": 4, "surprise": 1},
        {("ring_seconds", "greater_than_equal"), ("surprise", "extra_forbidden")},
    ),
    ("devices", {"extension_id": "none", "kind": "sip"}, {("extension_id", "unknown_reference")}),
    ("devices", {"extension_id": "none", "kind": "sip", "secret": "short"}, {("secret", "not_a_secret")}),
    ("trunks", TRUNK | {"port": 0}, {("port", "greater_than_equal")}),
    ("trunks", TRUNK | {"host": "sip example"}, {("host", "not_a_host")}),
    ("trunks", TRUNK | {"host": "a\nb"}, {("host", "not_a_host")}),
    ("trunks", TRUNK | {"username": ""}, {("username", "missing")}),
    ("trunks", TRUNK | {"username": "a;b"}, {("username", "bad_character")}),
    ("trunks", TRUNK | {"match": ["10.0.0.0/8", "x/9"]}, {("match.1", "not_a_network")}),
    ("trunks", TRUNK | {"codecs": []}, {("codecs", "too_short")}),
    ("trunks", TRUNK | {"codecs": ["mp3"]}, {("codecs.0", "literal_error")}),
    ("inbound-routes", {"name": "a", "did": "1.2", "destination": END}, {("did", "not_a_pattern")}),
    ("inbound-routes", {"name": "a", "trunk_id": "none", "destination": END}, {("trunk_id", "unknown_reference")}),
    ("inbound-routes", {"name": "a", "destination": {"kind": "queue"}}, {("destination", "needs_id")}),
    ("inbound-routes", {"name": "a", "destination": {"kind": "voicemail_queue"}}, {("destination", "needs_id")}),
    (
        "inbound-routes",
        {"name": "a", "destination": {"kind": "flow", "id": "x"}},
        {("destination", "unknown_reference")},
    ),
    ("inbound-routes", {"name": "a", "destination": {"kind": "outside"}}, {("destination", "needs_number")}),
    (
        "inbound-routes",
        {"name": "a", "destination": {"kind": "outside", "number": "a1"}},
        {("destination", "not_a_number")},
    ),
    ("inbound-routes", {"name": "a", "destination": {"kind": "moon"}}, {("destination.kind", "literal_error")}),
    ("outbound-routes", {"name": "a", "pattern": "X.", "trunk_ids": []}, {("trunk_ids", "too_short")}),
    ("outbound-routes", {"name": "a", "pattern": "X.", "trunk_ids": ["no"]}, {("trunk_ids", "unknown_reference")}),
    ("outbound-routes", {"name": "a", "pattern": "A", "trunk_ids": ["no"]}, {("pattern", "not_a_pattern")}),
    ("surveys", {"name": "a", "form": {"questions": []}}, {("form.questions", "too_short")}),
    ("surveys", {"name": "a", "form": {"questions": [QUESTION | {"keys": {}}]}}, {("form.questions", "survey_keys")}),
    (
        "surveys",
        {"name": "a", "form": {"questions": [QUESTION | {"keys": {"1": "happy"}}]}},
        {("form.questions.0.keys.1", "literal_error")},
    ),
    (
        "surveys",
        {"name": "a", "form": {"questions": [QUESTION | {"sound": {}}]}},
        {("form.questions.0.sound", "needs_sound")},
    ),
    (
        "surveys",
        {"name": "a", "form": {"questions": [QUESTION], "comment": {"prompt": "no"}}},
        {("form.comment", "unknown_reference")},
    ),
    ("queues", QUEUE | {"survey_id": "no"}, {("survey_id", "unknown_reference")}),
    ("ring-groups", {"name": "a", "members": []}, {("members", "too_short")}),
    ("ring-groups", {"name": "a", "members": [{"extension": "no"}]}, {("members", "unknown_reference")}),
    ("ring-groups", {"name": "a", "members": [{"seconds": 20}]}, {("members", "member_is_one")}),
    ("ring-groups", {"name": "a", "members": [{"number": "123"}, {"number": "123"}]}, {("members", "twice")}),
    (
        "ring-groups",
        {"name": "a", "members": [{"number": "12x", "seconds": 4}]},
        {
            ("members.0.number", "not_a_number"),
            ("members.0.seconds", "greater_than_equal"),
        },
    ),
    ("queues", {"name": "a", "members": ["nobody"]}, {("members", "unknown_reference")}),
    ("queues", {"name": "a", "greeting_prompt_id": "no"}, {("greeting_prompt_id", "unknown_reference")}),
    ("queues", {"name": "a\tb", "wrap_up": -1}, {("name", "bad_character"), ("wrap_up", "greater_than_equal")}),
    (
        "queues",
        {"name": "a", "alarm_waiting": 0, "alarm_level": 101},
        {("alarm_waiting", "greater_than_equal"), ("alarm_level", "less_than_equal")},
    ),
    (
        "presence-reasons",
        {"name_zh": "午餐", "name_en": "Lunch", "kind": "away", "limit_minutes": 0, "chosen_by": "nobody"},
        {("limit_minutes", "greater_than_equal"), ("chosen_by", "literal_error")},
    ),
    ("queues", {"name": "a", "ring_timeout": "soon"}, {("ring_timeout", "int_parsing")}),
    ("ivr-flows", {"name": "a", "definition": {"entry": "x", "nodes": {"a": END}}}, {("definition", "no_entry")}),
    (
        "ivr-flows",
        {
            "name": "a",
            "definition": {
                "entry": "a",
                "nodes": {"a": {"kind": "go_to", "destination": {"kind": "queue", "id": "x"}}},
            },
        },
        {("definition.nodes.a", "unknown_destination")},
    ),
    (
        "ivr-flows",
        {"name": "a", "definition": {"entry": "a", "nodes": {"a": {"kind": "hang_up", "sound": {"prompt": "x"}}}}},
        {("definition.nodes.a", "unknown_prompt")},
    ),
    ("api-keys", {"name": "a", "scopes": ["all"], "user_id": "x"}, {("scopes.0", "literal_error")}),
    ("api-keys", {"name": "a", "scopes": ["read"], "user_id": "x"}, {("user_id", "unknown_reference")}),
    (
        "api-keys",
        {"name": "a", "scopes": ["read"], "user_id": "x", "expires_at": "2020-01-01T00:00:00Z"},
        {("expires_at", "past")},
    ),
    (
        "users",
        {"login": "x", "name": "x", "role": "agent", "password": "long enough", "team_id": "no"},
        {("team_id", "unknown_reference")},
    ),
    (
        "users",
        {"login": "x", "name": "x", "role": "agent", "password": "long enough", "staff_number": "a b"},
        {("staff_number", "string_pattern_mismatch")},
    ),
    ("users", {"login": "x", "name": "x", "role": "boss", "password": "long enough"}, {("role", "enum")}),
]


async def test_what_is_wrong_is_named_and_told_in_both_languages(admin: AsyncClient, refused: Refused):
    for resource, body, expected in WRONG:
        answer = await admin.post(resource, json=body)
        assert answer.status_code == 422, (resource, body, answer.text)
        assert refused(answer) == expected, (resource, body)
        chinese = await admin.post(resource, json=body, headers={"Accept-Language": "zh-CN"})
        for en, zh in zip(answer.json()["errors"], chinese.json()["errors"], strict=True):
            assert en["text"].isascii() or "“" in en["text"], en
            assert any("一" <= c <= "鿿" for c in zh["text"]), zh
            assert "?" not in en["text"] and "{" not in en["text"], en
            assert en["text"] != "This is not accepted.", en


async def test_words_of_a_refusal(admin: AsyncClient):
    body = {"number": "8001", "ring_seconds": 121}
    (error,) = (await admin.post("extensions", json=body)).json()["errors"]
    assert error == {"field": "ring_seconds", "rule": "less_than_equal", "text": "Not more than 120."}
    (error,) = (await admin.post("extensions", json=body, headers={"Accept-Language": "zh"})).json()["errors"]
    assert error["text"] == "不能大于 120。"


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"name": "\\u0000"}', '{"name": {"a": []}}'])
async def test_broken_bodies_are_refused_politely(admin: AsyncClient, body: str):
    answer = await admin.post("teams", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:callroom:problem:invalid")


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_longer_than_its_address_takes_is_not_read(admin: AsyncClient, announced: bool):
    async def endless():
        for _ in range(64):
            yield b" " * (1 << 16)

    body = b" " * (4 << 20) if announced else endless()
    answer = await admin.post("teams", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:callroom:problem:too-large")
    assert answer.json()["title"] == "This is too large."


async def test_zero_characters_reach_no_database(world, admin: AsyncClient):
    nobody = await world.client("nobody")
    assert (await nobody.post("session", json={"login": "\0", "password": "x"})).status_code == 422
    assert (await admin.get("teams/a%00b")).status_code == 404
    assert (await admin.get("teams?q=%00")).status_code == 404


async def test_null_is_stored_as_null_in_every_column_that_may_be_empty(world, admin: AsyncClient):
    """“No limit” must not become the usual limit, neither in a new row nor in a changed one."""
    given = world.app.openapi()["components"]["schemas"]
    made: set[str] = set()
    bodies: dict[str, dict[str, Any]] = {
        "trunks": TRUNK,
        "extensions": {"number": "8001"},
        "queues": {"name": "Sales"},
        "inbound-routes": {"name": "All", "destination": END},
        "teams": {"name": "Day"},
        "api-keys": {"name": "CRM", "scopes": ["read"], "user_id": world.ids["supervisor"]},
    }
    for resource, body in bodies.items():
        operation = world.app.openapi()["paths"][f"/api/v1/{resource}"]["post"]
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        empty = {
            field: None
            for field, schema in given[name]["properties"].items()
            if {"type": "null"} in schema.get("anyOf", []) and field not in ("secret", "user_id")
        }
        row = await world.make(resource, **(body | empty))
        assert {field: row[field] for field in empty} == empty, resource
        made |= empty.keys()
        if resource == "queues":
            full = await admin.put(f"queues/{row['id']}", json=row | {"max_wait": 60}, headers={"If-Match": "1"})
            again = await admin.put(f"queues/{row['id']}", json=full.json() | empty, headers={"If-Match": "2"})
            assert (full.json()["max_wait"], again.json()["max_wait"]) == (60, None)
    assert {"max_wait", "max_length", "number", "greeting_prompt_id", "trunk_id", "expires_at"} <= made
