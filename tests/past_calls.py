"""Calls that have been, with their sounds and messages, and those who may ask for them."""

import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from httpx2 import AsyncClient
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions.users import Role
from callroom.store.database import reading, writing
from callroom.store.tables import (
    AuditEntry,
    JourneyRow,
    Recording,
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


async def hide(engine: AsyncEngine, login: str, visibility: str) -> None:
    async with writing(engine) as session, session.begin():
        await session.execute(update(User).where(User.login == login).values(number_visibility=visibility))
