"""A bank's attendant, four levels deep, on the real engine: keys of every kind, and a hang-up at every step.

opening hours → language 600 Hz → account 800 Hz → (known?) → main menu 1000 Hz → cards 1200 Hz → account said → 1600 Hz
"""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx2
import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[2]))
from callroom.demo.company import CARRIER
from callroom.demo.phone import OutgoingCall, Phone, Tone
from callroom.telephony.asterisk.link import link_path, read_link
from site_world import Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
Method = Literal["rfc4733", "info", "inband"]
CALLER = 440  # Hz
TONGUE, ACCOUNT, MENU, CARDS, BYE = 600, 800, 1000, 1200, 1600
DID = "88020"
STEPS: list[tuple[str, int, str]] = [
    ("tongue", TONGUE, "2"), ("account", ACCOUNT, "1234#"), ("menu", MENU, "1"), ("cards", CARDS, "2"),
]  # fmt: skip


@dataclass
class Bank:
    world: SiteWorld
    admin: Person
    flow: str
    phones: AsyncExitStack

    async def call(self, *, events: bool = True) -> OutgoingCall:
        line = await self.phones.enter_async_context(Phone(bind=CARRIER, user="demo", events=events))

        return await self.world.call_in(line, DID, Tone(CALLER), caller="13900000001")

    async def engine_is_empty(self) -> None:
        link = read_link(link_path(self.world.home))
        address, secret = f"http://127.0.0.1:{link.http_port}/ari/", (link.ari_user, link.ari_secret)

        async with httpx2.AsyncClient(base_url=address, auth=secret, trust_env=False) as ari:

            async def empty() -> bool:
                return not (await ari.get("channels")).json() and not (await ari.get("bridges")).json()

            await self.world.until(empty, what="an engine without channels and bridges")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bank() -> AsyncIterator[Bank]:
    async with demo_world() as world, AsyncExitStack() as phones:
        admin = await world.sign_in("admin")
        hears = {
            hertz: {"prompt": await admin.upload_tone(str(hertz), hertz)}
            for hertz in (TONGUE, ACCOUNT, MENU, CARDS, BYE)
        }
        hours = [{"day": day, "begins": "00:00", "ends": "24:00"} for day in range(1, 8)]
        always = await admin("POST", "schedules", {"name": "Always", "hours": hours, "closed": []})
        made = await admin("POST", "ivr-flows", {"name": "Bank"})
        await draw(admin, made, flow_of(hears, always["id"]))
        route = {"name": "Bank", "did": DID, "destination": {"kind": "flow", "id": made["id"]}}
        await admin("POST", "inbound-routes", route)
        yield Bank(world, admin, made["id"], phones)


def flow_of(hears: dict[int, Any], schedule: str) -> dict[str, Any]:
    known = {"left": "{{account}}", "op": "equals", "right": "1234", "to": "menu"}
    return {
        "entry": "hours",
        "nodes": {
            "hours": {"kind": "hours", "schedule": schedule, "open": "tongue", "closed": "bye"},
            "tongue": {"kind": "menu", "sound": hears[TONGUE], "keys": {"1": "zh", "2": "en"}, "fallback": "bye"},
            "zh": {"kind": "language", "language": "zh", "next": "account"},
            "en": {"kind": "language", "language": "en", "next": "account"},
            "account": {"kind": "digits", "sound": hears[ACCOUNT], "variable": "account", "shortest": 4,
                        "next": "known", "fallback": "bye"},
            "known": {"kind": "condition", "cases": [known], "fallback": "account"},
            "menu": {"kind": "menu", "sound": hears[MENU], "keys": {"1": "cards", "*": "menu"}, "fallback": "bye"},
            "cards": {"kind": "menu", "sound": hears[CARDS], "keys": {"2": "tell", "*": "menu"}, "fallback": "bye"},
            "tell": {"kind": "say", "value": "{{account}}", "style": "digits", "next": "bye"},
            "bye": {"kind": "hang_up", "sound": hears[BYE]},
        },
    }  # fmt: skip


Counts = dict[str, dict[str, Any]]


async def traffic(bank: Bank) -> Counts:
    """What is counted of each step, and how many callers stand there now."""
    period = "from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z"
    return (await bank.admin("GET", f"ivr-flows/{bank.flow}/traffic?{period}"))["nodes"]


def more(what: str, before: Counts, after: Counts) -> dict[str, int]:
    """By how much the counts have grown that did."""
    grown = {node: one[what] - before.get(node, {}).get(what, 0) for node, one in after.items()}
    return {node: count for node, count in grown.items() if count}


async def draw(admin: Person, row: dict[str, Any], document: dict[str, Any]) -> None:
    """Save the draft and publish it."""
    for method, address, body in (("PUT", "draft", {"definition": document}), ("POST", "publish", {"note": "first"})):
        path, version = f"ivr-flows/{row['id']}", {"If-Match": f'"{row["version"]}"'}
        answer = await admin.client.request(method, f"{path}/{address}", json=body, headers=version)
        assert answer.status_code == 200, answer.text
        row = answer.json()


@pytest.mark.parametrize("method", ["rfc4733", "info", "inband"])
async def test_a_caller_goes_down_four_levels(bank: Bank, method: Method):
    before = await traffic(bank)
    caller = await bank.call(events=method != "inband")
    for _, hertz, keys in STEPS:
        await caller.heard.wait_tone(hertz)
        await caller.press(keys, method=method)
    await caller.heard.wait_tone(BYE)
    await caller.wait_ended()
    journey = await bank.world.journey(bank.admin)
    assert [(step["node"], step["exit"]) for step in journey["ivr_steps"]] == [
        ("hours", "open"), ("tongue", "2"), ("en", "next"), ("account", "next"), ("known", "case_1"), ("menu", "1"),
        ("cards", "2"), ("tell", "next"), ("bye", ""),
    ]  # fmt: skip
    after = await traffic(bank)
    assert more("visits", before, after) == {step["node"]: 1 for step in journey["ivr_steps"]}
    assert more("hung_up", before, after) == {}
    assert after["tongue"]["keys"]["2"] - before.get("tongue", {}).get("keys", {}).get("2", 0) == 1
    assert {"exit": "2", "to": "tell"}.items() <= after["cards"]["exits"][0].items()
    await bank.engine_is_empty()


@pytest.mark.parametrize("depth", range(len(STEPS) + 1))
async def test_who_hangs_up_at_a_step_leaves_nothing(bank: Bank, depth: int):
    before = await traffic(bank)
    caller = await bank.call()
    for _, hertz, keys in STEPS[:depth]:
        await caller.heard.wait_tone(hertz)
        await caller.press(keys)
    node, hertz = (STEPS[depth][0], STEPS[depth][1]) if depth < len(STEPS) else ("bye", BYE)
    await caller.heard.wait_tone(hertz)
    if node != "bye":  # which is over in a moment
        assert more("now", before, await traffic(bank)) == {node: 1}
    await caller.hang_up()
    journey = await bank.world.journey(bank.admin, ended_by="caller")
    assert (journey["ivr_steps"][-1]["node"], journey["ivr_steps"][-1]["exit"]) == (node, "hung_up")
    after = await traffic(bank)
    assert (more("hung_up", before, after), more("now", before, after)) == ({node: 1}, {})
    await bank.engine_is_empty()


async def test_a_wrong_account_is_asked_for_again(bank: Bank):
    caller = await bank.call()
    await caller.heard.wait_tone(TONGUE)
    await caller.press("1")
    for account in ("99999#", "01234#", "1234#"):  # with a zero before it, it is another one
        await caller.heard.wait_tone(ACCOUNT)
        await caller.press(account)
    await caller.heard.wait_tone(MENU)
    await caller.hang_up()
    journey = await bank.world.journey(bank.admin, ended_by="caller")
    wrong = [("account", "next"), ("known", "fallback")]
    assert [(step["node"], step["exit"]) for step in journey["ivr_steps"]] == [
        ("hours", "open"), ("tongue", "1"), ("zh", "next"), *wrong, *wrong, ("account", "next"), ("known", "case_1"),
        ("menu", "hung_up"),
    ]  # fmt: skip
    await bank.engine_is_empty()
