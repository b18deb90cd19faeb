"""A site whose agents have talked."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import audit, users
from callroom.http.site import Site
from callroom.store.database import writing
from callroom.store.tables import (
    Customer,
    Extension,
    Queue,
    QueueMember,
    Team,
    Trunk,
)
from past_calls import NOON, PASSWORD, PEOPLE, Clock


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
