"""Who sees which calls, in what order, and what of their sound and numbers."""

import wave
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from callroom.actions import audit, users
from callroom.actions.users import Role
from callroom.http.site import Site
from callroom.store.database import reading, writing
from callroom.store.tables import (
    AuditEntry,
    Customer,
    Extension,
    JourneyRow,
    Queue,
    QueueMember,
    QueueVisitRow,
    Recording,
    Team,
    Trunk,
    User,
    Voicemail,
)

PASSWORD = "long enough"
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
PEOPLE = {
    "admin": Role.ADMIN,
    "auditor": Role.AUDITOR,
    "lead": Role.SUPERVISOR,  # of the team of ana
    "loose": Role.SUPERVISOR,  # of no team, member of the queue "repair"
    "ana": Role.AGENT,
    "bo": Role.AGENT,
}


class Clock:
    now = NOON + timedelta(hours=1)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def ids(engine: AsyncEngine) -> dict[str, str]:
    """Ana and Bo answer; Ana works in "sales" and in lead's team, Bo in "repair". Returns user ids by login."""
    made = {"created_at": NOON, "updated_at": NOON}
    async with writing(engine) as session, session.begin():
        people = {
            login: await users.create_user(
                session, audit.SYSTEM, login=login, name=login.title(), role=role, password=PASSWORD, now=NOON
            )
            for login, role in PEOPLE.items()
        }
        session.add_all(
            [
                Team(id="t1", name="East", **made),
                Extension(id="e1", number="8001", **made),
                Queue(id="sales", name="Sales", overflow={"kind": "hang_up"}, **made),
                Queue(id="repair", name="Repair", overflow={"kind": "hang_up"}, **made),
                Trunk(id="k1", name="Town line", kind="address", host="192.0.2.1", **made),
                Customer(id="c1", seq=1, name="王小明", **made),
            ]
        )
        await session.flush()
        people["ana"].team_id, people["ana"].extension_id = "t1", "e1"
        people["lead"].supervises = ["t1"]
        session.add_all(
            [
                QueueMember(queue_id="sales", user_id=people["ana"].id),
                QueueMember(queue_id="repair", user_id=people["bo"].id),
                QueueMember(queue_id="repair", user_id=people["loose"].id),
            ]
        )
    return {login: user.id for login, user in people.items()}


@pytest.fixture
async def web(
    engine: AsyncEngine, app_of: Callable[[Site], FastAPI], ids: dict[str, str], clock: Clock, tmp_path: Path
) -> AsyncIterator[AsyncClient]:
    (tmp_path / "recordings").mkdir()
    transport = ASGITransport(app=app_of(Site(engine, clock, home=tmp_path)))
    async with AsyncClient(transport=transport, base_url="http://site") as client:
        yield client


async def sign_in(web: AsyncClient, login: str) -> None:
    answer = await web.post("/api/v1/session", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 200


def journey(id: str, minute: float, **more: Any) -> JourneyRow:
    """An inbound call, started ``minute`` minutes past noon; ``legs`` are the agents rung, the last one talked."""
    started = NOON + timedelta(minutes=minute)
    agents: list[str] = more.pop("legs", [])
    offered: list[dict[str, Any]] = more.pop("offered", [])
    answered = started + timedelta(seconds=20) if agents else None
    values: dict[str, Any] = {
        "direction": "inbound",
        "started_at": started,
        "answered_at": answered,
        "ended_at": started + timedelta(minutes=2),
        "from_number": "+8613800138000",
        "to_number": "+861062345678",
        "agent_id": agents[-1] if agents else None,
        "ended_by": "caller",
    } | more
    document: dict[str, Any] = {
        "id": id,
        "direction": values["direction"],
        "origin": None,
        "started_at": started.isoformat(),
        "answered_at": answered.isoformat() if answered else None,
        "ended_at": values["ended_at"].isoformat() if values["ended_at"] else None,
        "from": values["from_number"],
        "to": values["to_number"],
        "trunk": values.get("trunk_id"),
        "did": values["to_number"],
        "customer": {"id": "c1", "name": "王小明"} if values.get("customer_id") else None,
        "legs": [{"party": "caller", "agent": None, "number": values["from_number"], "started_at": started.isoformat()}]
        + [
            {"party": "agent", "agent": agent, "number": "8001", "device": "d1", "started_at": started.isoformat()}
            for agent in agents
        ],
        "ivr_steps": [{"node": "n1", "label": "主菜单", "key": "1", "at": started.isoformat()}],
        "queue_visits": [
            {
                "queue": values["queue_id"],
                "queue_name": "Sales",
                "entered_at": started.isoformat(),
                "wait": 8.5,
                "outcome": "answered" if agents else "abandoned",
                "agent": values["agent_id"],
                "agent_name": "Ana",
                "offered": offered,
                "choices": len(offered),
            }
        ]
        if values.get("queue_id")
        else [],
        "recordings": [],
        "voicemail": None,
        "survey": None,
        "ended_by": values["ended_by"],
        "loss_reason": values.get("loss_reason"),
    }
    return JourneyRow(id=id, document=document, **values)


async def put(engine: AsyncEngine, *rows: Any) -> None:
    async with writing(engine) as session, session.begin():
        for row in rows:
            session.add(row)
            await session.flush()


async def listed(web: AsyncClient, **params: Any) -> list[str]:
    answer = await web.get("/api/v1/journeys", params=params)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


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


# ---------------------------------------------------------------- sound


def sound(folder: Path, path: str, seconds: float = 0.5) -> bytes:
    file = folder / "recordings" / f"{path}.wav"
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(8000)
        wav.writeframes(bytes(i % 251 for i in range(int(seconds * 16000))))
    return file.read_bytes()


async def entries(engine: AsyncEngine, action: str) -> list[AuditEntry]:
    async with reading(engine) as session:
        found = await session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
        return list(found)


async def recorded(engine: AsyncEngine, ids: dict[str, str], path: str = "2026/11/23/r1") -> None:
    await put(
        engine,
        journey("j1", 0, legs=[ids["ana"]], has_recording=True),
        Recording(id="r1", journey_id="j1", path=path, started_at=NOON, seconds=0.5, agent_id=ids["ana"]),
    )


async def test_recording_is_heard_whole_and_in_part_and_logged_once(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str], clock: Clock, tmp_path: Path
):
    await recorded(engine, ids)
    whole = sound(tmp_path, "2026/11/23/r1")
    await sign_in(web, "ana")
    listing = (await web.get("/api/v1/recordings", params={"journey": "j1"})).json()
    assert listing["items"] == [
        {
            "id": "r1",
            "journey": "j1",
            "started_at": "2026-11-23T04:00:00Z",
            "seconds": 0.5,
            "complete": True,
            "agent": {"id": ids["ana"], "name": "Ana"},
        }
    ]
    played = await web.get("/api/v1/recordings/r1/sound")
    assert (played.status_code, played.headers["content-type"], played.content) == (200, "audio/wav", whole)
    part = await web.get("/api/v1/recordings/r1/sound", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    beyond = await web.get("/api/v1/recordings/r1/sound", headers={"Range": "bytes=9999999-"})
    assert beyond.status_code == 416
    logged = await entries(engine, "recording.played")
    assert [(one.actor_id, one.subject_kind, one.subject_id) for one in logged] == [(ids["ana"], "recording", "r1")]
    clock.now += timedelta(minutes=11)
    await web.get("/api/v1/recordings/r1/sound", headers={"Range": "bytes=100-"})
    await sign_in(web, "auditor")
    await web.get("/api/v1/recordings/r1/sound", headers={"Range": "bytes=100-"})
    logged = await entries(engine, "recording.played")
    assert [one.actor_id for one in logged] == [ids["ana"], ids["ana"], ids["auditor"]]


async def test_download_name_holds_no_whole_number(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str], tmp_path: Path
):
    await recorded(engine, ids)
    sound(tmp_path, "2026/11/23/r1")
    await sign_in(web, "admin")
    name = (await web.get("/api/v1/recordings/r1/sound")).headers["content-disposition"]
    assert name == 'inline; filename="20261123-040000-8000.wav"'


async def test_strangers_recording_is_neither_listed_nor_played_nor_logged(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str], tmp_path: Path
):
    await recorded(engine, ids)
    sound(tmp_path, "2026/11/23/r1")
    for stranger in ("bo", "loose"):  # an agent of another queue, a leader of other teams
        await sign_in(web, stranger)
        assert (await web.get("/api/v1/recordings", params={"journey": "j1"})).json()["items"] == []
        assert (await web.get("/api/v1/recordings")).json()["items"] == []
        assert (await web.get("/api/v1/recordings/r1/sound")).status_code == 404
        assert (await web.get("/api/v1/journeys/j1")).status_code == 404
    await sign_in(web, "lead")
    assert len((await web.get("/api/v1/recordings")).json()["items"]) == 1
    assert await entries(engine, "recording.played") == []


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "2026/../../secret", "link", "never-made"])
async def test_nothing_outside_the_recordings_folder_is_served(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str], tmp_path: Path, path: str
):
    (tmp_path / "secret.wav").write_bytes(b"secret")
    (tmp_path / "recordings" / "link.wav").symlink_to(tmp_path / "secret.wav")
    await recorded(engine, ids, path)
    await sign_in(web, "admin")
    assert (await web.get("/api/v1/recordings/r1/sound")).status_code == 404
    assert await entries(engine, "recording.played") == []
    assert (await web.delete("/api/v1/recordings/r1")).status_code == 204
    assert (tmp_path / "secret.wav").exists()


async def test_pages_of_recordings_follow_each_other(web: AsyncClient, engine: AsyncEngine, ids: dict[str, str]):
    await put(engine, journey("j1", 0, legs=[ids["ana"]]))
    await put(
        engine, *(Recording(id=f"r{n}", journey_id="j1", path="x", started_at=NOON, seconds=1.0) for n in range(5))
    )
    await sign_in(web, "lead")
    first = (await web.get("/api/v1/recordings", params={"limit": 3})).json()
    second = (await web.get("/api/v1/recordings", params={"limit": 3, "cursor": first["next"]})).json()
    assert [one["id"] for one in first["items"] + second["items"]] == ["r4", "r3", "r2", "r1", "r0"]
    assert second["next"] is None


async def test_admin_alone_deletes_a_recording_and_the_journey_stays(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str], tmp_path: Path
):
    await recorded(engine, ids)
    sound(tmp_path, "2026/11/23/r1")
    for login in ("ana", "lead", "auditor"):
        await sign_in(web, login)
        assert (await web.delete("/api/v1/recordings/r1")).status_code == 403
    await sign_in(web, "admin")
    assert (await web.delete("/api/v1/recordings/r1")).status_code == 204
    assert not (tmp_path / "recordings/2026/11/23/r1.wav").exists()
    assert (await web.get("/api/v1/journeys")).json()["items"][0]["has_recording"] is False
    assert (await web.delete("/api/v1/recordings/r1")).status_code == 404
    assert len(await entries(engine, "recording.deleted")) == 1


# ---------------------------------------------------------------- messages


async def messages(engine: AsyncEngine, tmp_path: Path) -> None:
    for number, (kind, box) in enumerate([("queue", "sales"), ("queue", "repair"), ("extension", "e1")]):
        sound(tmp_path, f"v{number}")
        await put(
            engine,
            Voicemail(
                id=f"v{number}",
                journey_id="j1",
                box_kind=kind,
                box_id=box,
                path=f"v{number}",
                seconds=0.5,
                caller="+8613800138000",
                left_at=NOON + timedelta(minutes=number),
            ),
        )


async def boxes(web: AsyncClient, **params: Any) -> list[str]:
    return [one["id"] for one in (await web.get("/api/v1/voicemails", params=params)).json()["items"]]


async def test_each_role_hears_the_boxes_of_its_queues_and_extensions(
    web: AsyncClient, engine: AsyncEngine, tmp_path: Path
):
    await messages(engine, tmp_path)
    seen = {
        "admin": ["v2", "v1", "v0"],
        "auditor": ["v2", "v1", "v0"],
        "lead": ["v2", "v0"],
        "loose": ["v1"],
        "ana": ["v2", "v0"],
        "bo": ["v1"],
    }
    for login, expected in seen.items():
        await sign_in(web, login)
        assert await boxes(web) == expected, login
        for id in ("v0", "v1", "v2"):
            answer = await web.get(f"/api/v1/voicemails/{id}/sound")
            assert answer.status_code == (200 if id in expected else 404), (login, id)


async def test_message_is_new_until_heard(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str], clock: Clock, tmp_path: Path
):
    await messages(engine, tmp_path)
    await sign_in(web, "auditor")
    await web.get("/api/v1/voicemails/v0/sound")
    assert await boxes(web, queue="sales", unheard=True) == ["v0"]  # an auditor changes nothing
    await sign_in(web, "ana")
    part = await web.get("/api/v1/voicemails/v0/sound", headers={"Range": "bytes=0-43"})
    assert (part.status_code, part.content[:4]) == (206, b"RIFF")
    clock.now += timedelta(minutes=1)
    await sign_in(web, "admin")
    await web.get("/api/v1/voicemails/v0/sound")
    assert await boxes(web, unheard=True) == ["v2", "v1"]
    assert await boxes(web, extension="e1") == ["v2"]
    item = (await web.get("/api/v1/voicemails", params={"queue": "sales"})).json()["items"][0]
    assert item["heard_by"] == {"id": ids["ana"], "name": "Ana"}
    assert item["heard_at"] == "2026-11-23T05:00:00Z"
    assert item["box"] == {"kind": "queue", "id": "sales", "name": "Sales"}
    played = await entries(engine, "voicemail.played")
    assert [one.actor_id for one in played] == [ids["auditor"], ids["ana"], ids["admin"]]


async def test_who_hears_a_message_may_delete_it_but_not_an_auditor(
    web: AsyncClient, engine: AsyncEngine, tmp_path: Path
):
    await messages(engine, tmp_path)
    for login, status in (("auditor", 403), ("bo", 404), ("ana", 204), ("ana", 404)):
        await sign_in(web, login)
        assert (await web.delete("/api/v1/voicemails/v2")).status_code == status, login
    assert not (tmp_path / "recordings/v2.wav").exists()
    assert len(await entries(engine, "voicemail.deleted")) == 1


# ---------------------------------------------------------------- hidden numbers


async def hide(engine: AsyncEngine, login: str, visibility: str) -> None:
    async with writing(engine) as session, session.begin():
        await session.execute(update(User).where(User.login == login).values(number_visibility=visibility))


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
