"""Who may ask what: every route of the application stands in this table, and a new one without an entry fails."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from callroom.actions.users import Role
from callroom.http.openapi import document

ALL = frozenset(Role)
ADMIN = frozenset({Role.ADMIN})
READERS = frozenset({Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR})
LEADERS = frozenset({Role.ADMIN, Role.SUPERVISOR})
STAFF = frozenset({Role.ADMIN, Role.SUPERVISOR, Role.AGENT})
ANYBODY = None  # without a session too

CONFIGURED = [
    "api-keys",
    "connections",
    "customer-fields",
    "customer-rules",
    "devices",
    "extensions",
    "fax-boxes",
    "inbound-routes",
    "ivr-flows",
    "outbound-routes",
    "presence-reasons",
    "product-categories",
    "products",
    "prompts",
    "queues",
    "ring-groups",
    "schedules",
    "segments",
    "skills",
    "sms-gateways",
    "sms-templates",
    "surveys",
    "tables",
    "teams",
    "trunks",
    "users",
]
SEEN_BY_AGENTS = {
    "customer-fields",
    "extensions",
    "presence-reasons",
    "product-categories",
    "products",
    "queues",
    "segments",
    "sms-templates",
    "tables",
}

MAY: dict[tuple[str, str], frozenset[Role] | None] = {
    ("POST", "/session"): ANYBODY,
    ("DELETE", "/session"): ALL,
    ("GET", "/site"): ANYBODY,
    ("GET", "/me"): ALL,
    ("PATCH", "/me"): ALL,
    ("PUT", "/me/password"): ALL,
    ("GET", "/me/phone"): ALL,
    ("GET", "/me/agent-state"): STAFF,
    ("PUT", "/me/presence"): STAFF,
    ("PUT", "/me/sign-in"): STAFF,
    ("DELETE", "/me/sign-in"): STAFF,
    ("GET", "/settings"): ALL,
    ("GET", "/customer-imports"): ADMIN,
    ("POST", "/customer-imports"): ADMIN,
    ("GET", "/customer-imports/targets"): ADMIN,
    ("GET", "/customer-imports/template"): ADMIN,
    ("GET", "/customer-imports/{id}"): ADMIN,
    ("GET", "/customer-imports/{id}/faults"): ADMIN,
    ("POST", "/customer-imports/{id}/preview"): ADMIN,
    ("POST", "/customer-imports/{id}/run"): ADMIN,
    ("POST", "/customer-imports/{id}/cancel"): ADMIN,
    ("POST", "/customer-imports/{id}/undo"): ADMIN,
    ("PUT", "/settings"): ADMIN,
    ("GET", "/audit-log"): frozenset({Role.ADMIN, Role.AUDITOR}),
    ("POST", "/outbound-routes/try"): READERS,
    ("GET", "/surveys/satisfaction"): READERS,
    ("POST", "/schedules/{id}/switch"): LEADERS,
    ("GET", "/schedules/switched"): ALL,
    ("GET", "/holidays"): READERS,
    ("POST", "/holidays/read"): READERS,
    ("GET", "/feature-codes"): ALL,
    ("GET", "/prompts/{id}/sound"): READERS,
    ("GET", "/prompts/{id}/uses"): READERS,
    ("PUT", "/prompts/{id}/sounds/{id}"): ADMIN,
    ("DELETE", "/prompts/{id}/sounds/{id}"): ADMIN,
    ("POST", "/prompts/preview"): ADMIN,
    ("GET", "/voices"): READERS,
    ("GET", "/prompt-recordings"): ADMIN,
    ("GET", "/prompt-recordings/{id}/sound"): ADMIN,
    ("GET", "/system-prompts"): READERS,
    ("GET", "/system-prompts/{id}/sound"): READERS,
    ("PUT", "/system-prompts/{id}"): ADMIN,
    ("GET", "/customers"): ALL,
    ("POST", "/customers"): STAFF,
    ("GET", "/customers/count"): ALL,
    ("GET", "/customers/download"): ALL,
    ("GET", "/customers/{id}/person"): ADMIN,
    ("GET", "/customers/{id}/person/file"): ADMIN,
    ("POST", "/customers/{id}/erase"): ADMIN,
    ("GET", "/customer-views"): ALL,
    ("POST", "/customer-views"): ALL,
    ("PUT", "/customer-views/{id}"): ALL,
    ("DELETE", "/customer-views/{id}"): ALL,
    ("PUT", "/me/customer-view"): ALL,
    ("GET", "/customers/doubles"): LEADERS,
    ("POST", "/customers/{id}/merge"): LEADERS,
    ("GET", "/customers/edits"): LEADERS,
    ("POST", "/customers/edits"): LEADERS,
    ("GET", "/customers/edits/{id}"): LEADERS,
    ("POST", "/customers/edits/{id}/undo"): LEADERS,
    ("GET", "/customer-tags"): ALL,
    ("GET", "/customers/{id}"): ALL,
    ("PUT", "/customers/{id}"): STAFF,
    ("PATCH", "/customers/{id}"): STAFF,
    ("DELETE", "/customers/{id}"): ADMIN,
    ("POST", "/customers/{id}/restore"): ADMIN,
    ("GET", "/customers/{id}/changes"): ALL,
    ("POST", "/customers/{id}/leave-to-rules"): STAFF,
    ("GET", "/customer-value"): READERS,
    ("GET", "/customer-value/download"): READERS,
    ("GET", "/customer-value/customers"): READERS,
    ("GET", "/customer-value/customers/download"): READERS,
    ("GET", "/segments/{id}/reach"): READERS,
    ("GET", "/segments/{id}/mail-reach"): READERS,
    ("POST", "/segments/{id}/mails/estimate"): LEADERS,
    ("POST", "/segments/{id}/mails"): LEADERS,
    ("GET", "/mailings"): READERS,
    ("POST", "/mailings/{id}/cancel"): LEADERS,
    ("POST", "/segments/{id}/messages/estimate"): LEADERS,
    ("POST", "/segments/{id}/messages"): LEADERS,
    ("GET", "/segments/{id}/messages"): READERS,
    ("POST", "/segment-messages/{id}/cancel"): LEADERS,
    ("POST", "/customer-rules/reorder"): ADMIN,
    ("POST", "/customer-rules/try"): ADMIN,
    ("POST", "/customer-rules/run"): ADMIN,
    ("POST", "/customer-fields/reorder"): ADMIN,
    ("POST", "/customer-fields/{id}/check-type"): ADMIN,
    ("GET", "/tables/{id}/records"): ALL,
    ("POST", "/tables/{id}/records"): STAFF,
    ("GET", "/tables/{id}/records/download"): ALL,
    ("GET", "/records"): ALL,
    ("GET", "/records/{id}"): ALL,
    ("PUT", "/records/{id}"): STAFF,
    ("DELETE", "/records/{id}"): STAFF,
    ("POST", "/records/{id}/status"): STAFF,
    ("POST", "/records/{id}/submit"): STAFF,
    ("POST", "/records/{id}/answer"): LEADERS,
    ("POST", "/records/{id}/restore"): STAFF,
    ("GET", "/records/{id}/history"): ALL,
    ("GET", "/orders"): ALL,
    ("POST", "/orders"): STAFF,
    ("GET", "/orders/download"): ALL,
    ("GET", "/orders/{id}"): ALL,
    ("PUT", "/orders/{id}"): STAFF,
    ("DELETE", "/orders/{id}"): STAFF,
    ("POST", "/orders/{id}/status"): STAFF,
    ("POST", "/orders/{id}/restore"): STAFF,
    ("GET", "/orders/{id}/history"): ALL,
    ("GET", "/order-statuses"): ALL,
    ("PUT", "/order-statuses"): ADMIN,
    ("GET", "/follow-ups"): ALL,
    ("POST", "/follow-ups"): LEADERS,
    ("GET", "/follow-ups/{id}"): ALL,
    ("PUT", "/follow-ups/{id}"): STAFF,
    ("POST", "/follow-ups/{id}/close"): STAFF,
    ("GET", "/follow-ups/{id}/history"): ALL,
    ("GET", "/customers/{id}/timeline"): ALL,
    ("GET", "/memos"): ALL,
    ("POST", "/memos"): STAFF,
    ("GET", "/memos/{id}"): ALL,
    ("PUT", "/memos/{id}"): STAFF,
    ("DELETE", "/memos/{id}"): STAFF,
    ("POST", "/memos/{id}/restore"): STAFF,
    ("GET", "/memos/{id}/history"): ALL,
    ("GET", "/notices"): ALL,
    ("POST", "/notices/seen"): ALL,
    ("GET", "/me/waiting"): ALL,
    ("GET", "/journeys"): ALL,
    ("GET", "/journeys/{id}"): ALL,
    ("GET", "/recordings"): ALL,
    ("GET", "/recordings/{id}/sound"): ALL,
    ("DELETE", "/recordings/{id}"): ADMIN,
    ("GET", "/voicemails"): ALL,
    ("GET", "/voicemails/{id}/sound"): ALL,
    ("DELETE", "/voicemails/{id}"): STAFF,
    ("POST", "/voicemails/{id}/forward"): STAFF,
    ("GET", "/voicemail-statistics"): READERS,
    ("GET", "/voicemail-boxes"): ALL,
    ("GET", "/voicemail-boxes/{id}"): STAFF,
    ("PUT", "/voicemail-boxes/{id}"): STAFF,
    ("PUT", "/voicemail-boxes/{id}/pin"): STAFF,
    ("POST", "/voicemail-boxes/{id}/greetings/{id}"): STAFF,
    ("PUT", "/voicemail-boxes/{id}/greetings/{id}"): STAFF,
    ("DELETE", "/voicemail-boxes/{id}/greetings/{id}"): STAFF,
    ("GET", "/voicemail-boxes/{id}/greetings/{id}/sound"): STAFF,
    ("GET", "/me/fax-boxes"): ALL,
    ("GET", "/faxes"): ALL,
    ("POST", "/faxes"): STAFF,
    ("GET", "/faxes/{id}"): ALL,
    ("GET", "/faxes/{id}/pdf"): ALL,
    ("GET", "/faxes/{id}/pages/{id}"): ALL,
    ("POST", "/faxes/{id}/cancel"): STAFF,
    ("POST", "/faxes/{id}/send-again"): STAFF,
    ("DELETE", "/faxes/{id}"): STAFF,
    ("GET", "/callbacks"): READERS,
    ("DELETE", "/callbacks/{id}"): LEADERS,
    ("POST", "/calls"): STAFF,
    ("GET", "/jobs"): ADMIN,
    ("GET", "/settings/mail"): ADMIN,
    ("PUT", "/settings/mail"): ADMIN,
    ("POST", "/settings/mail/test"): ADMIN,
    ("GET", "/settings/webhook-secret"): ADMIN,
    ("POST", "/settings/webhook-secret"): ADMIN,
    ("GET", "/mails"): ADMIN,
    ("POST", "/connections/{id}/try"): ADMIN,
    ("GET", "/messages"): ALL,
    ("GET", "/messages/{id}"): ALL,
    ("POST", "/messages"): STAFF,
    ("POST", "/messages/preview"): STAFF,
    ("POST", "/sms-templates/preview"): ADMIN,
    ("POST", "/messages/bulk"): LEADERS,
    ("POST", "/messages/{id}/cancel"): STAFF,
    ("POST", "/messages/{id}/retry"): STAFF,
    ("POST", "/sms-gateways/{id}/test"): ADMIN,
    ("GET", "/sms-opt-outs"): READERS,
    ("POST", "/sms-opt-outs"): STAFF,
    ("DELETE", "/sms-opt-outs/{id}"): LEADERS,
    ("GET", "/settings/sms"): READERS,
    ("PUT", "/settings/sms"): ADMIN,
    ("GET", "/sms-callbacks/{id}/{id}"): ANYBODY,  # who knows the token, which is the gateway's own
    ("POST", "/sms-callbacks/{id}/{id}"): ANYBODY,
    ("POST", "/mails/{id}/retry"): ADMIN,
    ("PUT", "/users/{id}/presence"): LEADERS,
    ("GET", "/calls/{id}/pop"): STAFF,
    ("GET", "/calls/{id}/pop/frame"): STAFF,
    ("POST", "/calls/{id}/force-hangup"): LEADERS,
    ("POST", "/calls/{id}/listen"): LEADERS,
    ("POST", "/calls/{id}/whisper"): LEADERS,
    ("POST", "/calls/{id}/barge"): LEADERS,
    ("POST", "/calls/{id}/take-over"): LEADERS,
    ("POST", "/what-if"): LEADERS,
    ("PUT", "/ivr-flows/{id}/draft"): ADMIN,
    ("POST", "/ivr-flows/{id}/publish"): ADMIN,
    ("POST", "/ivr-flows/{id}/roll-back"): ADMIN,
    ("GET", "/ivr-flows/{id}/versions"): READERS,
    ("GET", "/ivr-flows/{id}/versions/{id}"): READERS,
    ("POST", "/ivr-flows/{id}/check"): READERS,
    ("POST", "/ivr-flows/{id}/simulate"): READERS,
    ("GET", "/ivr-flows/{id}/traffic"): READERS,
    ("GET", "/ivr-flows/{id}/export"): READERS,
    ("POST", "/ivr-flows/import"): ADMIN,
    ("POST", "/jobs"): ADMIN,
    ("GET", "/jobs/{id}"): ADMIN,
    ("POST", "/jobs/{id}/cancel"): ADMIN,
    ("POST", "/demo/load"): ADMIN,
    ("POST", "/demo/call"): STAFF,
}
for verb in [
    "hold",
    "resume",
    "mute",
    "unmute",
    "hangup",
    "keys",
    "transfer",
    "survey",
    "consult",
    "swap",
    "join",
    "complete",
    "cancel",
]:
    MAY["POST", f"/calls/{{id}}/{verb}"] = ALL  # in one's own call
for resource in CONFIGURED:
    MAY["GET", f"/{resource}"] = ALL if resource in SEEN_BY_AGENTS else READERS
    MAY["POST", f"/{resource}"] = ADMIN
    MAY["GET", f"/{resource}/{{id}}"] = READERS
    MAY["PUT", f"/{resource}/{{id}}"] = ADMIN
    MAY["DELETE", f"/{resource}/{{id}}"] = ADMIN


def routes_of(app: Any) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for path, operations in app.openapi()["paths"].items():
        for method in operations:
            found.add((method.upper(), re.sub(r"\{\w+\}", "{id}", path.removeprefix("/api/v1"))))
    return found


async def test_every_route_stands_in_the_table(world):
    assert routes_of(world.app) == MAY.keys()


@pytest.mark.parametrize("role", [*Role, "nobody"])
async def test_who_may_ask_what(world, role: str):
    """A role that may is answered anything but 401 and 403; the bodies are empty, so that nothing happens."""
    client = await world.client(role)
    wrong: list[Any] = []
    for (method, path), allowed in sorted(MAY.items(), key=lambda one: one[0] == ("DELETE", "/session")):
        answer = await client.request(method, path.replace("{id}", "no_such_row").removeprefix("/"), json={})
        if role == "nobody":
            right = (answer.status_code == 401) == (allowed is not None)
        elif allowed is None or role in allowed:
            right = answer.status_code not in (401, 403, 500)
        else:
            right = answer.status_code == 403
        if not right:
            wrong.append((method, path, answer.status_code))
    assert not wrong, wrong


async def test_agents_see_only_what_a_list_needs(world, company: Callable[[], Awaitable[Any]]):
    await company()
    agent = await world.client("agent")
    (extension,) = (await agent.get("extensions")).json()["items"]
    assert extension.keys() == {"id", "number", "name"}
    (queue,) = (await agent.get("queues")).json()["items"]
    assert queue.keys() == {"id", "name", "survey_id"}
    (reason,) = (await agent.get("presence-reasons")).json()["items"]
    assert (reason["name_zh"], reason["kind"]) == ("开会", "busy")


async def test_no_answer_to_a_question_holds_a_secret(world, company: Callable[[], Awaitable[Any]]):
    """Only an admin sees a phone's password, and only a phone's."""
    made = await company()
    key, phone = made["api-keys"]["key"], made["devices"]["secret"]
    for role in Role:
        client = await world.client(role)
        for method, path in MAY:
            if method == "GET":
                paths = [path.replace("{id}", row["id"]) for row in made.values()] if "{id}" in path else [path]
                for one in paths:
                    text = (await client.get(one.removeprefix("/"))).text
                    assert key not in text
                    assert "Tr-unk.pw" not in text
                    assert "password_hash" not in text and "$argon2" not in text
                    if role is not Role.ADMIN or not path.startswith(("/devices", "/extensions")):
                        assert phone not in text, (role, one)


async def test_the_log_tells_of_every_write_without_secrets(world, admin, company: Callable[[], Awaitable[Any]]):
    made = await company()
    entries = (await admin.get("audit-log", params={"limit": 200})).json()["items"]
    created = {entry["action"] for entry in entries}
    assert {"trunk.created", "extension.created", "queue.created", "ivr_flow.created", "api_key.created"} <= created
    text = str(entries)
    for secret in (made["api-keys"]["key"], made["devices"]["secret"], "Tr-unk.pw", "$argon2"):
        assert secret not in text


def test_the_description_names_every_operation_once():
    names = [one["operationId"] for path in json.loads(document())["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))
    assert {"listQueues", "createQueue", "getQueue", "replaceQueue", "deleteQueue", "tryOutboundRoutes"} <= set(names)
    assert all(re.fullmatch("[a-z][A-Za-z]+", name) for name in names)
