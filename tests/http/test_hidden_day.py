"""What an agent from whom numbers are hidden does in a day: every route that he may write to, and what it refuses."""

import re
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.store.database import writing
from callroom.store.tables import User
from hidden_number import SECRET, Step, ask, day, leaks

ELSEWHERE = {  # no answer of these can hold a customer's number, or tests/calls and tests/http/test_live go there
    *(("POST", "session"), ("DELETE", "session"), ("PATCH", "me"), ("PUT", "me/password")),
    *(("PUT", "me/sign-in"), ("DELETE", "me/sign-in"), ("PUT", "me/presence"), ("POST", "demo/call")),
    *(("POST", "sms-callbacks/{}/{}"), ("POST", "calls"), ("POST", "faxes"), ("POST", "faxes/{}/cancel")),
    *(("POST", "faxes/{}/send-again"), ("POST", "calls/{}/survey"), ("POST", "voicemails/{}/forward")),
    *(("POST", f"calls/{{}}/{key}") for key in ("hold", "resume", "mute", "unmute", "hangup", "keys", "transfer")),
    *(("POST", f"calls/{{}}/{key}") for key in ("consult", "swap", "join", "complete", "cancel")),
    *(("PUT", "voicemail-boxes/{}"), ("PUT", "voicemail-boxes/{}/pin")),
    *((method, "voicemail-boxes/{}/greetings/{}") for method in ("POST", "PUT", "DELETE")),
}


def refusals(made: dict[str, str]) -> list[Step]:
    """What is refused; the words of it, too, hold nothing that he does not see."""
    return [
        ("POST", "customers", {"name": "x", "phones": [{"journey": "j1"}]}),
        ("PATCH", "customers/c2", {"phones": [{"journey": "j1"}]}),
        ("PATCH", "customers/c2", {"values": {"mail": "13800138000"}}),
        ("POST", "customers", {"name": "x", "values": {made["unique"]: "138 0013 8000"}}),
        ("POST", "customers", {"name": "13800138000" * 20}),
        ("PUT", "customers/c1", {"name": "x", "tier": "13800138000"}),
        ("POST", "memos", {"text": "x", "customer": "13800138000"}),
        ("POST", "messages", {"customer": "c1", "text": "again"}),
        ("POST", "messages", {"to": "13800138000", "journey": "j1", "text": "x"}),
        ("POST", "customer-views", {"name": "x", "filter": {"where": ["second:ge:13800138000"]}}),
        ("POST", f"follow-ups/{made['follow_up']}/close", {"result": "satisfied"}),
    ]


async def live_through(client: AsyncClient, made: dict[str, str]) -> dict[Step, Response]:
    """All of the day's steps, with what was answered to each; what a step makes, later ones name."""
    answers: dict[Any, Response] = {}
    for method, path, body in day(made):
        step = (method, path.format(**made), body)
        answer = await ask(client, step)
        assert answer.is_success, (step, answer.text)
        answers[method, path, repr(body)] = answer
        if method == "POST" and path in ("messages", "customer-views"):
            made[path.removesuffix("s").rpartition("-")[2]] = answer.json()["id"]
    return answers


def form_of(path: str) -> str:
    """An address without ids."""
    return re.sub(r"\{\w*\}|\b(?:[a-z]{2}_?[0-9a-f]{12,}|(?:c|rc|me|or|ms|v|f|tb)[0-9])\b", "{}", path)


async def see(engine: AsyncEngine, world: Any, visibility: str) -> AsyncClient:
    async with writing(engine) as session, session.begin():
        await session.execute(update(User).where(User.id == world.ids["agent"]).values(number_visibility=visibility))
    return await world.client("agent")


@pytest.mark.parametrize("visibility", ["full", "middle", "name"])
async def test_nothing_that_he_does_is_answered_with_a_hidden_number(
    sold: Any, engine: AsyncEngine, made: dict[str, str], visibility: str
):
    agent = await see(engine, sold, visibility)
    answers = await live_through(agent, made)
    telling = {form_of(path) for _, path, _ in (step for step, answer in answers.items() if leaks(answer))}
    shown = {"customers/{}", "records/{}", "records/{}/status", "memos", "orders/{}", "messages/preview", "messages"}
    if visibility == "full":
        assert telling >= shown
    else:  # what he typed himself is his own to read
        assert telling == {"customer-views", "customer-views/{}"}
    assert [step for step, answer in answers.items() if SECRET in answer.text] == []
    for step in refusals(made):
        answer = await ask(agent, step)
        assert 400 <= answer.status_code < 500, (step, answer.text)
        if visibility != "full":
            assert not leaks(answer), (step, answer.text)


async def test_the_day_goes_by_every_route_that_an_agent_may_write_to(sold: Any, made: dict[str, str]):
    agent, missed = await sold.client("agent"), set[tuple[str, str]]()
    gone_by = {(method, form_of(path.format_map({name: "{}" for name in [*made, "message", "view"]})))
               for method, path, _ in day(made)}  # fmt: skip
    for path, operations in sold.app.openapi()["paths"].items():
        route = re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1/"))
        for method in (one.upper() for one in operations.keys() - {"get"}):
            if (method, route) in gone_by | ELSEWHERE:
                continue
            answer = await agent.request(method, route.replace("{}", "no_such_row"), json={})
            if answer.status_code != 403:
                missed.add((method, route))
    assert missed == set()


async def test_tags_and_labels_that_hold_a_number_stay_as_they_are(sold: Any, engine: AsyncEngine):
    agent, admin = await see(engine, sold, "middle"), await sold.client("admin")
    seen = (await agent.get("customers/c1")).json()
    assert (seen["tags"], seen["phone_list"][0]["label"]) == (["138****8000"], "not 138****8000")
    phones = [{name: one[name] for name in ("number", "label")} for one in seen["phone_list"]]
    body = {"tags": [*seen["tags"], "new"], "phones": [*phones, {"number": "13911112222", "label": "home"}]}
    changed = await agent.patch("customers/c1", json=body, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    stored = (await admin.get("customers/c1")).json()
    assert stored["tags"] == ["138 0013 8000", "new"]
    assert [one["label"] for one in stored["phone_list"]] == ["not 13800138000", "home"]
