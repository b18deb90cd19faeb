"""Attendants: drafts, versions, what is wrong with one, the simulator, and traffic."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from callroom.store.database import writing
from callroom.store.tables import IvrStepRow, JourneyRow

Refused = Callable[[Response], set[tuple[str, str]]]
END = {"kind": "hang_up", "sound": {"system": "goodbye"}}
HELLO: dict[str, Any] = {"entry": "hello", "nodes": {"hello": {"kind": "announce", "sound": {"system": "welcome"},
                                                              "next": "end"}, "end": END}}  # fmt: skip
BANK: dict[str, Any] = {
    "entry": "hours",
    "nodes": {
        "hours": {"kind": "hours", "schedule": "", "open": "tongue", "closed": "shut"},
        "shut": {"kind": "hang_up", "sound": {"system": "outside_hours"}},
        "tongue": {"kind": "menu", "sound": {"text": {"zh": "中文按一", "en": "For English press two"}},
                   "keys": {"1": "zh", "2": "en"}, "fallback": "zh", "timeout": 4, "attempts": 2},
        "zh": {"kind": "language", "language": "zh", "next": "account"},
        "en": {"kind": "language", "language": "en", "next": "account"},
        "account": {"kind": "digits", "sound": {"system": "enter_extension"}, "variable": "account", "shortest": 4,
                    "longest": 8, "next": "look", "fallback": "sorry"},
        "look": {"kind": "lookup", "source": {"kind": "crm", "number": "{{account}}"},
                 "outputs": [{"variable": "balance", "path": "accounts[0].balance"}], "next": "rich",
                 "fallback": "sorry"},
        "rich": {"kind": "condition", "cases": [{"left": "{{balance}}", "op": "greater", "right": "1000",
                                                "to": "tell"}], "fallback": "sorry"},
        "tell": {"kind": "say", "value": "{{balance}}", "style": "amount", "next": "bye"},
        "sorry": {"kind": "announce", "sound": {"system": "nobody_available"}, "next": "bye"},
        "bye": END,
    },
}  # fmt: skip


async def drawn(world, admin: AsyncClient, document: dict[str, Any] = HELLO, **more: Any) -> dict[str, Any]:
    """A new attendant with a draft."""
    made = await world.make("ivr-flows", name="Bank", **more)
    answer = await admin.put(f"ivr-flows/{made['id']}/draft", json={"definition": document}, headers=match(made))
    assert answer.status_code == 200, answer.text
    return answer.json()


def match(row: dict[str, Any]) -> dict[str, str]:
    return {"If-Match": str(row["version"])}


async def published(admin: AsyncClient, row: dict[str, Any], note: str = "") -> dict[str, Any]:
    answer = await admin.post(f"ivr-flows/{row['id']}/publish", json={"note": note}, headers=match(row))
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'
    return answer.json()


def menu_of_two() -> dict[str, Any]:
    hears = {"sound": {"system": "demo_menu"}, "keys": {"1": "end", "2": "other"}, "fallback": "end"}
    return {"hours": {"kind": "menu", **hears}, "end": END | {"label": "Goodbye"}, "other": END}


async def bank(world, admin: AsyncClient) -> dict[str, Any]:
    hours = [{"day": 1, "begins": "09:00", "ends": "18:00"}]
    schedule = await world.make("schedules", name="Office", hours=hours, closed=[])
    nodes = BANK["nodes"] | {"hours": BANK["nodes"]["hours"] | {"schedule": schedule["id"]}}
    return await drawn(world, admin, BANK | {"nodes": nodes})


async def test_a_draft_is_published_and_rolled_back(world, admin: AsyncClient):
    row = await drawn(world, admin)
    assert (row["published"], row["draft"]) == (0, None), "the first draft is the definition"
    assert world.changed == ["ivr-flows"], "callers do not notice a draft"
    row = await published(admin, row, "first")
    assert (row["published"], row["draft"]) == (1, None)
    longer = HELLO | {"entry": "end", "nodes": {"end": END}}
    row = (await admin.put(f"ivr-flows/{row['id']}/draft", json={"definition": longer}, headers=match(row))).json()
    assert row["definition"]["entry"] == "hello" and row["draft"]["entry"] == "end"
    row = await published(admin, row, "second")
    assert (row["definition"]["entry"], row["draft"], row["published"]) == ("end", None, 2)
    answer = await admin.post(f"ivr-flows/{row['id']}/roll-back", json={"number": 1}, headers=match(row))
    row = answer.json()
    assert (row["definition"]["entry"], row["published"]) == ("hello", 3)
    items = (await admin.get(f"ivr-flows/{row['id']}/versions")).json()["items"]
    assert [(one["number"], one["note"], one["current"]) for one in items] == [
        (3, "↩ 1", True), (2, "second", False), (1, "first", False),
    ]  # fmt: skip
    assert items[0]["published_by"] == world.ids["admin"]
    second = (await admin.get(f"ivr-flows/{row['id']}/versions/2")).json()
    assert second["definition"]["entry"] == "end"
    assert (await admin.get(f"ivr-flows/{row['id']}/versions/9")).status_code == 404
    assert (
        await admin.post(f"ivr-flows/{row['id']}/roll-back", json={"number": 9}, headers=match(row))
    ).status_code == 404
    for document in (longer, HELLO, longer):
        body = {"definition": document}
        row = (await admin.put(f"ivr-flows/{row['id']}/draft", json=body, headers=match(row))).json()
    actions = [one["action"] for one in (await admin.get("audit-log", params={"limit": 50})).json()["items"]]
    assert actions.count("ivr_flow.published") == 2 and "ivr_flow.rolled_back" in actions
    assert actions.count("ivr_flow.drafted") == 3, "of the last three the log tells once"


async def test_two_who_draw_the_same_are_told(world, admin: AsyncClient):
    row = await drawn(world, admin)
    await published(admin, row)
    for address, body in (("draft", {"definition": HELLO}), ("publish", {}), ("roll-back", {"number": 1})):
        method = "PUT" if address == "draft" else "POST"
        answer = await admin.request(method, f"ivr-flows/{row['id']}/{address}", json=body, headers=match(row))
        assert answer.status_code == 412, address
        assert (await admin.request(method, f"ivr-flows/{row['id']}/{address}", json=body)).status_code == 428


async def test_a_flow_with_problems_stays_a_draft(world, admin: AsyncClient, refused: Refused):
    row = await drawn(world, admin, {"entry": "a", "nodes": {"a": {"kind": "announce"}, "b": {"kind": "go_to"}}})
    answer = await admin.post(f"ivr-flows/{row['id']}/publish", json={}, headers=match(row))
    assert refused(answer) == {
        ("definition.nodes.a", "no_sound"), ("definition.nodes.a", "no_exit"),
        ("definition.nodes.b", "no_destination"),
    }  # fmt: skip
    found = (await admin.post(f"ivr-flows/{row['id']}/check", json={})).json()["problems"]
    assert {(one["node"], one["code"]) for one in found} == {
        ("a", "no_sound"),
        ("a", "no_exit"),
        ("b", "no_destination"),
    }
    better = {"definition": HELLO}
    assert (await admin.post(f"ivr-flows/{row['id']}/check", json=better)).json() == {"problems": []}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_flow_that_asks_a_database_is_published_when_its_values_are_set(
    world, admin: AsyncClient, refused: Refused, kind: str
):
    more = {"host": "db", "username": "reader"} if kind == "postgresql" else {}
    made = await world.make("connections", name="Accounts", kind=kind, database="accounts.db", **more)

    def asking(query: str) -> dict[str, Any]:
        source = {"kind": "sql", "connection": made["id"], "query": query}
        look = {"kind": "lookup", "source": source, "next": "end", "fallback": "end"}
        return {"entry": "look", "nodes": {"look": look, "end": END}}

    row = await drawn(world, admin, asking("SELECT name FROM accounts WHERE phone = :caler"))
    answer = await admin.post(f"ivr-flows/{row['id']}/publish", json={}, headers=match(row))
    assert refused(answer) == {("definition.nodes.look", "unknown_parameter")}
    body = {"definition": asking("SELECT name FROM accounts WHERE phone = :caller")}
    answer = await admin.put(f"ivr-flows/{row['id']}/draft", json=body, headers=match(row))
    assert (await published(admin, answer.json()))["published"] == 1


async def test_what_json_cannot_hold_is_refused(world, admin: AsyncClient, refused: Refused):
    row = await drawn(world, admin)
    for more, field in (('"at": {"x": 1e999, "y": 0}', "at.x"), ('"source": {"kind": "crm", "a": 1e999}', "source")):
        body = '{"definition": {"entry": "a", "nodes": {"a": {"kind": "lookup", ' + more + "}}}}"
        answer = await admin.put(
            f"ivr-flows/{row['id']}/draft", content=body, headers=match(row) | {"Content-Type": "application/json"}
        )
        assert {name.endswith(field) for name, _ in refused(answer)} == {True}, answer.text


async def test_scripts_publish_at_once(world, admin: AsyncClient):
    row = await world.make("ivr-flows", name="Main", definition=HELLO)
    assert row["published"] == 1
    body = {"name": "Main menu", "number": "7000"}
    row = (await admin.put(f"ivr-flows/{row['id']}", json=body, headers=match(row))).json()
    assert (row["name"], row["published"], row["definition"]["entry"]) == ("Main menu", 1, "hello")
    row = (await admin.put(f"ivr-flows/{row['id']}", json=row, headers=match(row))).json()
    assert row["published"] == 2
    assert len((await admin.get(f"ivr-flows/{row['id']}/versions")).json()["items"]) == 2


async def test_three_hundred_steps_are_published(world, admin: AsyncClient):
    queues = [await world.make("queues", name=f"Q{n}") for n in range(3)]
    nodes: dict[str, Any] = {"m0": {"kind": "announce", "sound": {"system": "welcome"}, "next": "m1"}}
    for n in range(1, 150):
        keys = {"1": f"g{n}", "2": f"m{n % 149 + 1}"}
        nodes[f"m{n}"] = {"kind": "menu", "sound": {"system": "demo_menu"}, "keys": keys, "fallback": f"g{n}"}
        destination = {"kind": "queue", "id": queues[n % 3]["id"], "priority": n % 10}
        nodes[f"g{n}"] = {"kind": "go_to", "destination": destination}
    row = await drawn(world, admin, {"entry": "m0", "nodes": nodes})
    assert (await published(admin, row))["published"] == 1


async def test_a_list_tells_of_attendants_without_their_documents(world, admin: AsyncClient):
    await world.make("ivr-flows", name="Empty")
    row = await world.make("ivr-flows", name="Main", number="7000", definition=BANK | {"nodes": menu_of_two()})
    longer = {"definition": {"entry": "end", "nodes": {"end": END}}}
    row = (await admin.put(f"ivr-flows/{row['id']}/draft", json=longer, headers=match(row))).json()
    empty, main = (await admin.get("ivr-flows")).json()["items"]
    assert {"published": 0, "drafted": False, "steps": 0, "keys": {}}.items() <= empty.items()
    same = ("id", "name", "number", "version", "created_at", "updated_at", "published")
    counts = {"drafted": True, "steps": 3, "keys": {"1": "Goodbye", "2": "other"}}
    assert main == {field: row[field] for field in same} | counts


PLAYED: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"keys": []}, "waits_for_key", ["hours", "tongue"]),
    ({"time": "2026-11-22T12:00:00Z"}, "hang_up", ["hours", "shut"]),
    ({"keys": ["1", "12#"]}, "waits_for_key", ["hours", "tongue", "zh", "account"]),
    ({"keys": ["", "9", "1234#"]}, "waits_for_lookup", ["hours", "tongue", "zh", "account", "look"]),
    (
        {"keys": ["2", "12345678#"], "lookups": {"look": {"accounts": [{"balance": 1305.5}]}}},
        "hang_up",
        ["hours", "tongue", "en", "account", "look", "rich", "tell", "bye"],
    ),
    (
        {"keys": ["2", "1234#"], "lookups": {"look": {"fails": "timeout"}}},
        "hang_up",
        ["hours", "tongue", "en", "account", "look", "sorry", "bye"],
    ),
]


@pytest.mark.parametrize(("asked", "ends", "path"), PLAYED)
async def test_the_simulator_walks_as_a_caller_would(
    world, admin: AsyncClient, asked: dict[str, Any], ends: str, path: list[str]
):
    row = await bank(world, admin)
    body = {"time": "2026-11-23T04:00:00Z", "language": "zh"} | asked
    answer = await admin.post(f"ivr-flows/{row['id']}/simulate", json=body)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert ([step["node"] for step in told["steps"]], told["ends"]) == (path, ends)


async def test_the_simulator_tells_what_is_said_and_kept(world, admin: AsyncClient):
    row = await bank(world, admin)
    body = {
        "time": "2026-11-23T04:00:00Z",
        "keys": ["", "2", "12345678#"],
        "lookups": {"look": {"accounts": [{"balance": "1305.50"}]}},
    }
    told = (await admin.post(f"ivr-flows/{row['id']}/simulate", json=body)).json()
    steps = {step["node"]: step for step in told["steps"]}
    assert steps["tongue"]["said"][0]["text"] == "中文按一"
    assert (steps["tongue"]["heard"], steps["tongue"]["exit"], steps["tongue"]["to"]) == (["2"], "2", "en")
    assert steps["account"]["at"] == 4.0, "he let four seconds pass"
    assert steps["account"]["kept"] == {"account": "12345678"}
    assert steps["account"]["said"][0]["text"].isascii(), "English from here on"
    assert steps["look"]["kept"] == {"balance": "1305.50"}
    assert (steps["tell"]["said"][0]["text"], steps["tell"]["said"][0]["style"]) == ("1305.50", "amount")
    assert (told["values"], told["destination"]) == (
        {"account": "12345678", "balance": "1305.50"}, {"kind": "hang_up"} | {
            name: None for name in ("id", "number", "priority", "skills")},
    )  # fmt: skip


async def test_an_unfinished_flow_can_be_played_too(world, admin: AsyncClient):
    row = await drawn(world, admin, {"entry": "a", "nodes": {"a": {"kind": "announce"}}})
    told = (await admin.post(f"ivr-flows/{row['id']}/simulate", json={})).json()
    assert told["ends"] == "unconnected"
    nothing = {"definition": {"entry": "", "nodes": {}}}
    assert (await admin.post(f"ivr-flows/{row['id']}/simulate", json=nothing)).json()["steps"] == []


async def test_traffic_counts_what_callers_did(world, admin: AsyncClient):
    row = await published(admin, await drawn(world, admin))
    at = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    visits = [
        ("hello", "next", "end", "", 0, 0), ("hello", "hung_up", "", "", 0, 0), ("hello", None, "", "", 0, 0),
        ("menu", "1", "end", "1", 1, 0), ("menu", "1", "end", "1", 0, 2), ("menu", "fallback", "end", "", 0, 3),
    ]  # fmt: skip
    async with writing(world.site.engine) as session, session.begin():
        for n, (node, left, to, key, invalid, silent) in enumerate(visits):
            document = {"id": f"j{n}"}
            session.add(
                JourneyRow(
                    id=f"j{n}", direction="inbound", started_at=at, from_number="1", to_number="2", document=document
                )
            )
            await session.flush()
            session.add(
                IvrStepRow(
                    journey_id=f"j{n}",
                    number=0,
                    flow_id=row["id"],
                    version=1,
                    node=node,
                    entered_at=at,
                    seconds=2.0,
                    key=key,
                    exit=left,
                    to_node=to,
                    invalid=invalid,
                    silent=silent,
                )
            )
    period = {"from": at.isoformat(), "to": (at + timedelta(days=1)).isoformat()}
    nodes = (await admin.get(f"ivr-flows/{row['id']}/traffic", params=period)).json()["nodes"]
    assert (nodes["hello"]["visits"], nodes["hello"]["hung_up"]) == (3, 1)
    assert nodes["hello"]["exits"] == [{"exit": "next", "to": "end", "count": 1}]
    menu = nodes["menu"]
    assert (menu["visits"], menu["invalid"], menu["silent"], menu["keys"]) == (3, 1, 5, {"1": 2})
    assert menu["exits"] == [{"exit": "1", "to": "end", "count": 2}, {"exit": "fallback", "to": "end", "count": 1}]
    assert menu["seconds"] == 2
    later = {"from": (at + timedelta(seconds=1)).isoformat(), "to": period["to"]}
    assert (await admin.get(f"ivr-flows/{row['id']}/traffic", params=later)).json() == {"nodes": {}}
    assert (
        await admin.get(f"ivr-flows/{row['id']}/traffic", params={**period, "to": period["from"]})
    ).status_code == 422


async def test_a_flow_goes_to_another_site(world, admin: AsyncClient, refused: Refused):
    row = await bank(world, admin)
    file = (await admin.get(f"ivr-flows/{row['id']}/export")).json()
    assert (file["callroom_flow"], file["name"]) == (1, "Bank")
    assert refused(await admin.post("ivr-flows/import", json=file)) == {("name", "taken")}
    answer = await admin.post("ivr-flows/import", json=file | {"name": "Bank 2"})
    assert answer.status_code == 201
    copy = answer.json()
    assert (copy["published"], copy["definition"]) == (0, file["definition"])
    office = file["definition"]["nodes"]["hours"]["schedule"]
    assert file["names"] == {"schedules": {office: "Office"}}
    elsewhere = json.loads(json.dumps(file).replace(office, "sd_elsewhere"))
    moved = (await admin.post("ivr-flows/import", json=elsewhere | {"name": "Bank 4"})).json()
    assert moved["definition"] == file["definition"], "the office is known by its name"
    strange = elsewhere | {"name": "Bank 5", "names": {"schedules": {"sd_elsewhere": "Another"}, "users": {"a": "b"}}}
    moved = (await admin.post("ivr-flows/import", json=strange)).json()
    problems = (await admin.post(f"ivr-flows/{moved['id']}/check", json={})).json()["problems"]
    assert [(one["node"], one["code"]) for one in problems] == [("hours", "unknown_schedule")]
    assert refused(await admin.post("ivr-flows/import", json={"name": "x"})) == {
        ("callroom_flow", "missing"), ("definition", "missing"),
    }  # fmt: skip
    newer = file | {"name": "Bank 3", "callroom_flow": 2}
    assert refused(await admin.post("ivr-flows/import", json=newer)) == {("callroom_flow", "less_than_equal")}
