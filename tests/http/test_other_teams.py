"""What a team has is nobody else's: another team's leader and agent know the ids, and get nothing by them (S-4)."""

from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import audit, users
from callroom.actions.users import Role
from callroom.store.database import writing
from callroom.store.tables import User
from hidden_number import LAST, NOW, ask, day

PASSWORD = "long enough"
ROWS = ("journeys/j1", "records/rc1", "orders/or1", "memos/me1", "follow-ups/fu1", "messages/ms1", "faxes/f1")
OF_ROWS = (
    *(f"{row}/history" for row in ("records/rc1", "orders/or1", "memos/me1", "follow-ups/fu1")),
    *("recordings/r1/sound", "voicemails/v1/sound", "faxes/f1/pdf", "faxes/f1/pages/1"),
)
LISTS = (
    *("journeys", "recordings", "voicemails", "faxes", "records", "tables/tb1/records", "orders", "memos"),
    *("follow-ups", "messages", "callbacks", "notices"),
)
LENT = (  # what a number can be taken from
    *(("messages/preview", {"journey": "j1"}), ("messages/preview", {"message": "ms1"})),
    *(("messages", {"journey": "j1", "text": "x"}), ("messages", {"message": "ms1", "text": "x"})),
    ("customers", {"name": "x", "phones": [{"journey": "j1"}]}),
)


@pytest.fixture(params=["agent", "leader"])
async def stranger(sold: Any, engine: AsyncEngine, request: Any) -> AsyncClient:
    """An agent of another team, or who leads it."""
    theirs, others = [await sold.make("teams", name=name) for name in ("Theirs", "Others")]
    async with writing(engine) as session, session.begin():
        other = await users.create_user(
            session, audit.SYSTEM, login="stranger", name="Bo", role=Role.AGENT, password=PASSWORD, now=NOW
        )
        for id, place in ((sold.ids["agent"], theirs), (other.id, others)):
            await session.execute(update(User).where(User.id == id).values(team_id=place["id"]))
        leads = {"supervises": [others["id"]], "team_id": None}
        await session.execute(update(User).where(User.id == sold.ids["supervisor"]).values(**leads))
    return await sold.client("stranger" if request.param == "agent" else "supervisor")


async def test_no_row_of_another_team_is_shown(sold: Any, stranger: AsyncClient):
    mine = await sold.client("agent")
    for path in (*ROWS, *OF_ROWS):
        if path != "faxes/f1/pages/1":  # of which no picture can be made here
            assert (await mine.get(path)).status_code == 200, path
        assert (await stranger.get(path)).status_code == 404, path
    for path in LISTS:
        answer = await stranger.get(path, params={"customer": "c1", "journey": "j1"} if path != "callbacks" else {})
        told = [one for one in answer.json().get("items", []) if path != "messages"]
        assert answer.status_code in (200, 403) and told == [], (path, answer.text)
        assert path == "messages" or LAST not in answer.text.replace(" ", ""), path


async def test_nothing_of_another_team_is_changed(sold: Any, stranger: AsyncClient, made: dict[str, str]):
    """But customers, who are everybody's."""
    everybodys = ("customers", "tables/tb1/records", "memos", "orders", "messages", "customer-views", "notices/seen")
    for method, path, body in day(made):
        path = path.format(**made, message="ms1", view="cv_none")
        if path.startswith(("customers", "me/", "sms-opt-outs", "messages/preview")) or path in everybodys:
            continue
        answer = await ask(stranger, (method, path, body))
        assert answer.status_code in (403, 404), (method, path, answer.text)
    for path, body in LENT:
        answer = await stranger.post(path, json=body)
        assert answer.status_code == 404, (path, body, answer.text)
    for id in ("rc1", "or1", "me1"):
        kind = {"rc1": "records", "or1": "orders", "me1": "memos"}[id]
        row = (await (await sold.client("agent")).get(f"{kind}/{id}")).json()
        assert (row["version"], row["deleted"]) == (1, False)


async def test_no_agent_takes_a_colleagues_customer_with_all_that_is_kept_of_him(sold: Any, refused: Any):
    agent, admin, auditor = [await sold.client(role) for role in ("agent", "admin", "auditor")]
    owner = sold.ids["supervisor"]
    kept = await admin.post("memos", json={"customer": "c2", "text": "for his owner"})

    async def give(client: AsyncClient, to: str | None) -> Any:
        version = (await admin.get("customers/c2")).headers["etag"]
        return await client.patch("customers/c2", json={"owner": to}, headers={"If-Match": version})

    assert (await give(agent, sold.ids["agent"])).status_code == 200  # whom nobody has, he may take
    assert (await give(agent, owner)).status_code == 200  # and give on
    assert (await agent.get(f"memos/{kept.json()['id']}")).status_code == 404
    for to in (sold.ids["agent"], None):
        assert refused(await give(agent, to)) == {("owner", "owner_by_leaders")}
    assert (await give(agent, owner)).status_code == 200  # as it is
    body = {"name": "x", "owner": sold.ids["agent"]}
    version = (await admin.get("customers/c2")).headers["etag"]
    assert refused(await agent.put("customers/c2", json=body, headers={"If-Match": version}))
    assert (await agent.get(f"memos/{kept.json()['id']}")).status_code == 404
    assert (await give(auditor, None)).status_code == 403
    assert (await give(admin, sold.ids["agent"])).status_code == 200
    assert (await agent.get(f"memos/{kept.json()['id']}")).status_code == 200
