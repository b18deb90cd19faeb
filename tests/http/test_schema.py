"""No request that the API's own description allows breaks the server, whatever strange values it holds."""

import asyncio
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import select

from callroom import what_if
from callroom.actions.sessions import open_session
from callroom.actions.users import ensure_admin
from callroom.clock import utc_now
from callroom.demo.phone.patience import PATIENCE
from callroom.http.app import make_app
from callroom.http.site import Site
from callroom.store.database import migrate, open_database, writing
from callroom.store.tables import User

EXAMPLES = 6  # requests for each of more than a hundred operations
LEFT_OUT = {"signOut", "changeMyPassword"}  # they would end the test's own session


def test_no_request_breaks_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(what_if, "LONGEST", 3.0)  # a heavy load would be a minute's reckoning
    engine = open_database(f"sqlite:///{tmp_path}/site.db")

    async def prepare() -> str:
        await migrate(engine)
        async with writing(engine) as session, session.begin():
            await ensure_admin(session, utc_now(), "long enough")
            admin = (await session.scalars(select(User))).one()
            token = open_session(session, admin, utc_now())
        await engine.dispose()
        return token

    headers = {"Authorization": f"Bearer {asyncio.run(prepare())}"}
    app = make_app(Site(engine, utc_now, home=tmp_path))
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    broken: list[str] = []
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.definition.raw.get("operationId") in LEFT_OUT:
            continue
        tried += 1

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: schemathesis.Case) -> None:
            answer = case.call(headers=headers, timeout=PATIENCE)
            if answer.status_code >= 500:
                broken.append(f"{case.method} {case.formatted_path} {case.query} {case.body!r:.300}: {answer.text}")

        ask()
    assert tried > 90
    assert not broken, "\n".join(broken[:5])
