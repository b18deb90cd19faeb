"""Who sees which calls, in what order, and what of their numbers."""

from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from callroom.store.tables import (
    Customer,
    QueueVisitRow,
    Recording,
    User,
)
from past_calls import NOON, hide, journey, listed, messages, put, recorded, sign_in, sound


async def test_list_item_names_what_it_refers_to(web: AsyncClient, engine: AsyncEngine, ids: dict[str, str]):
    await put(
        engine,
        journey("j1", 0, legs=[ids["ana"]], queue_id="sales", trunk_id="k1", customer_id="c1", talk_seconds=61.5),
    )
    await sign_in(web, "admin")
    item = (await web.get("/api/v1/journeys")).json()["items"][0]
    assert item["from"] == "+8613800138000"
    assert item["customer"] == {"id": "c1", "name": "王小明"}
    assert item["agent"] == {"id": ids["ana"], "name": "Ana"}
    assert item["queue"] == {"id": "sales", "name": "Sales"}
    assert (item["trunk"], item["trunk_name"]) == ("k1", "Town line")
    assert item["started_at"] == "2026-11-23T04:00:00Z"
    assert item["talk_seconds"] == 61.5


async def test_one_journey_is_told_whole(web: AsyncClient, engine: AsyncEngine, ids: dict[str, str]):
    row = journey("j1", 0, legs=[ids["bo"], ids["ana"]], queue_id="sales", trunk_id="k1", customer_id="c1")
    row.document["recordings"] = [
        {"id": "r1", "path": "2026/11/23/r1", "started_at": NOON.isoformat(), "seconds": 3.0, "complete": True},
        {"id": "gone", "path": "2026/11/23/gone", "started_at": NOON.isoformat(), "seconds": 3.0, "complete": True},
        {"id": "running", "path": "2026/11/23/x", "started_at": NOON.isoformat(), "seconds": None, "complete": False},
    ]
    await put(engine, row, Recording(id="r1", journey_id="j1", path="2026/11/23/r1", started_at=NOON, seconds=3.0))
    await sign_in(web, "auditor")
    answer = await web.get("/api/v1/journeys/j1")
    story = answer.json()
    assert [(leg["party"], leg["agent_name"]) for leg in story["legs"]] == [
        ("caller", None),
        ("agent", "Bo"),
        ("agent", "Ana"),
    ]
    of_old = {"flow": "", "kind": "", "exit": ""}
    assert story["ivr_steps"] == [{"node": "n1", "label": "主菜单", "key": "1", "at": "2026-11-23T04:00:00Z", **of_old}]
    assert [one["id"] for one in story["recordings"]] == ["r1", "running"]
    assert "path" not in answer.text
    assert (await web.get("/api/v1/journeys/none")).status_code == 404


async def test_each_offer_is_told_in_words_with_why_this_agent(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str]
):
    def offer(agent: str, ended: str, **more: Any) -> dict[str, Any]:
        rung = {"agent": agent, "ended": ended, "seconds": 20.0, "score": 1, "through": "gone"}
        return {"at": NOON.isoformat(), "strategy": "linear", "rung": [rung]} | more

    passed = {"others": 1, "passed_over": [{"agent": ids["bo"], "reason": "talking"}]}
    offered = [offer(ids["bo"], "not_answered"), offer(ids["ana"], "answered", skills=[["none", 3]], **passed)]
    await put(engine, journey("j1", 0, legs=[ids["ana"]], queue_id="sales", offered=offered))
    await sign_in(web, "admin")
    [visit] = (await web.get("/api/v1/journeys/j1")).json()["queue_visits"]
    assert [one["rung"][0]["agent_name"] for one in visit["offered"]] == ["Bo", "Ana"]
    assert [one["rung"][0]["ended"] for one in visit["offered"]] == ["not_answered", "answered"]
    assert visit["choices"] == 2
    assert visit["offered"][0]["text_zh"].startswith("逐个分配：按成员顺序，Bo 是第一个空闲的坐席（第 1 位）。")
    assert visit["offered"][1]["text_en"] == (
        "In order: Ana was the first free agent in the members' order (place 1). Skills asked: (deleted) 3. Nobody of"
        " this queue could take it; after the wait, agents of “(deleted)” helped. Not rung: Bo (talking)."
    )
    why = visit["why_agent"]
    assert (why["offered"], why["text_en"]) == ([ids["ana"]], visit["offered"][1]["text_en"])


async def test_who_listened_is_told_to_leaders_alone(web: AsyncClient, engine: AsyncEngine, ids: dict[str, str]):
    row, own = journey("j1", 0, legs=[ids["ana"]], queue_id="sales"), journey("j2", 1, legs=[ids["lead"]])
    part = {"mode": "listen", "since": NOON.isoformat(), "until": None}
    row.document["supervisions"] = [part | {"leader": ids["lead"], "leader_name": "Lead", "agent": ids["ana"]}]
    own.document["supervisions"] = [part | {"leader": ids["admin"], "leader_name": "Admin", "agent": ids["lead"]}]
    await put(engine, row, own)
    seen: dict[str, list[str]] = {}
    for login in ("ana", "auditor", "lead", "admin"):
        await sign_in(web, login)
        answers = [await web.get(f"/api/v1/journeys/{id}") for id in ("j1", "j2")]
        stories = [answer.json() for answer in answers if answer.status_code == 200]
        seen[login] = [one["leader_name"] for story in stories for one in story["supervisions"]]
    assert seen == {"ana": [], "auditor": [], "lead": ["Lead"], "admin": ["Lead", "Admin"]}


async def test_each_role_sees_its_own_calls(web: AsyncClient, engine: AsyncEngine, ids: dict[str, str]):
    await put(
        engine,
        journey("ana-talked", 1, legs=[ids["ana"]], queue_id="sales"),
        journey("ana-was-rung", 2, legs=[ids["ana"], ids["bo"]], queue_id="repair"),
        journey("bo-talked", 3, legs=[ids["bo"]], queue_id="repair"),
        journey("lost-in-sales", 4, queue_id="sales"),
        journey("flowed-out-of-sales", 5, queue_id="repair"),
        QueueVisitRow(journey_id="flowed-out-of-sales", number=0, queue_id="sales", entered_at=NOON),
        journey("lost-in-menu", 6),
    )
    everything = {"ana-talked", "ana-was-rung", "bo-talked", "lost-in-sales", "flowed-out-of-sales", "lost-in-menu"}
    seen = {
        "admin": everything,
        "auditor": everything,
        "lead": {"ana-talked", "ana-was-rung", "lost-in-sales", "flowed-out-of-sales"},
        "loose": {"ana-was-rung", "bo-talked", "flowed-out-of-sales"},
        "ana": {"ana-talked", "ana-was-rung"},
        "bo": {"ana-was-rung", "bo-talked"},
    }
    for login, expected in seen.items():
        await sign_in(web, login)
        assert set(await listed(web)) == expected, login
        for id in everything:
            found = (await web.get(f"/api/v1/journeys/{id}")).status_code == 200
            assert found == (id in expected), (login, id)
    await web.delete("/api/v1/session")
    web.cookies.clear()
    assert (await web.get("/api/v1/journeys")).status_code == 401


async def test_filters(web: AsyncClient, engine: AsyncEngine, ids: dict[str, str]):
    await put(
        engine,
        journey("in", 1, legs=[ids["ana"]], queue_id="sales", customer_id="c1", has_recording=True),
        journey("lost", 2, queue_id="repair", from_number="+8651281234567"),
        journey("out", 3, legs=[ids["bo"]], direction="outbound", from_number="8002", to_number="+12125551234"),
        journey("now", 4, ended_at=None, from_number="anonymous"),
        journey("flowed", 5, queue_id="repair", from_number="+861085551234"),
        QueueVisitRow(journey_id="flowed", number=0, queue_id="sales", entered_at=NOON),
    )
    await sign_in(web, "admin")
    for params, expected in (
        ({}, ["flowed", "now", "out", "lost", "in"]),
        ({"sort": "started_at"}, ["in", "lost", "out", "now", "flowed"]),
        ({"from": "2026-11-23T12:02:00+08:00", "to": "2026-11-23T04:04:00Z"}, ["out", "lost"]),
        ({"direction": "outbound"}, ["out"]),
        ({"agent": ids["ana"]}, ["in"]),
        ({"queue": "sales"}, ["flowed", "in"]),
        ({"customer": "c1"}, ["in"]),
        ({"outcome": "answered"}, ["out", "in"]),
        ({"outcome": "missed"}, ["flowed", "lost"]),
        ({"has_recording": "true"}, ["in"]),
        ({"number": "0512-8123 4567"}, ["lost"]),
        ({"number": "555"}, ["flowed", "out"]),
        ({"number": "%"}, []),
        ({"number": "anonym"}, ["now"]),
        ({"q": "小明"}, ["in"]),
        ({"q": "ana"}, ["in"]),
        ({"q": "8002"}, ["out"]),
        ({"q": "nobody"}, []),
    ):
        assert await listed(web, **params) == expected, params


@pytest.mark.parametrize(
    ("field", "value"),
    [("from", "2026-11-23T04:00:00"), ("sort", "talk"), ("limit", "201"), ("cursor", "bm8"), ("cursor", "é")],
)
async def test_wrong_question_is_told_its_field(web: AsyncClient, field: str, value: str):
    await sign_in(web, "admin")
    refused = await web.get("/api/v1/journeys", params={field: value})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("sort", ["-started_at", "started_at"])
async def test_pages_neither_repeat_nor_skip_while_calls_arrive(web: AsyncClient, engine: AsyncEngine, sort: str):
    at_once = [journey(f"j{number}", 10) for number in range(5)]  # the same moment: their ids decide
    await put(engine, *at_once, *(journey(f"k{number}", number) for number in range(4)))
    await sign_in(web, "admin")
    seen: list[str] = []
    cursor = ""
    for turn in range(20):
        page = (await web.get("/api/v1/journeys", params={"limit": 2, "cursor": cursor, "sort": sort})).json()
        seen += [item["id"] for item in page["items"]]
        await put(engine, journey(f"new{turn}", 60 + turn if sort == "-started_at" else -60 - turn))
        if page["next"] is None:
            break
        cursor = page["next"]
    newest_first = ["j4", "j3", "j2", "j1", "j0", "k3", "k2", "k1", "k0"]
    assert seen == (newest_first if sort == "-started_at" else newest_first[::-1])


@pytest.mark.parametrize(("visibility", "shown"), [("middle", "+86138****8000"), ("name", "****")])
async def test_hidden_number_never_reaches_the_agent(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str], tmp_path: Path, visibility: str, shown: str
):
    await recorded(engine, ids)
    sound(tmp_path, "2026/11/23/r1")
    await messages(engine, tmp_path)
    await hide(engine, "ana", visibility)
    await hide(engine, "lead", visibility)
    await sign_in(web, "ana")
    for path in ("journeys", "journeys/j1", "recordings", "voicemails"):
        answer = await web.get(f"/api/v1/{path}")
        assert "13800138000" not in answer.text
    for kind, id in (("recordings", "r1"), ("voicemails", "v2")):
        assert "13800138000" not in str((await web.get(f"/api/v1/{kind}/{id}/sound")).headers)
    story = (await web.get("/api/v1/journeys/j1")).json()
    assert (story["from"], story["legs"][0]["number"], story["legs"][1]["number"]) == (shown, shown, "8001")
    assert await listed(web, number="1380013") == []  # no guessing digit by digit
    assert await listed(web, q="1380013") == []
    assert await listed(web, number="138 0013 8000") == ["j1"]
    await sign_in(web, "lead")  # hiding is for agents
    assert (await web.get("/api/v1/journeys/j1")).json()["from"] == "+8613800138000"


async def test_deleted_customer_and_agent_leave_their_calls(web: AsyncClient, engine: AsyncEngine, ids: dict[str, str]):
    await put(engine, journey("j1", 0, legs=[ids["bo"]], customer_id="c1"))
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(delete(Customer))
        await session.execute(delete(User).where(User.id == ids["bo"]))
    await sign_in(web, "admin")
    item = (await web.get("/api/v1/journeys")).json()["items"][0]
    assert (item["customer"], item["agent"]) == (None, None)
    assert (await web.get("/api/v1/journeys/j1")).status_code == 200
