"""A bank's attendant, heard by a recogniser of speech: hours, language, account, another system, value, satisfaction.

Six people call at once, each by a language and a way in which phones send keys; every one writes down what he hears.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[2]))
import recogniser
from callroom.demo.company import CARRIER
from callroom.demo.phone import OutgoingCall, Phone, Silence
from callroom.demo.tones import Samples, rms
from callroom.media.prompts import Language
from callroom.media.voices import installed
from site_world import Person, SiteWorld, demo_world
from web_server import Asked, WebServer, say

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(600),  # texts are spoken and recognised beside everything else
    pytest.mark.skipif(not installed(), reason="the voices are not installed: make voices"),
]
Method = Literal["rfc4733", "info", "inband"]
METHODS: tuple[Method, ...] = ("rfc4733", "info", "inband")
LANGUAGES: tuple[Language, ...] = ("zh", "en")
DID = "88020"
SPEECH = 500  # rms of samples
PAUSE = 1.5  # seconds; shorter ones are within what is said


@dataclass(frozen=True)
class Account:
    """What the core system knows, and what of it is heard."""

    keys: str
    balance: str
    date: str
    month_and_day: tuple[int, int]
    time: str
    hour_and_minute: tuple[int, int]


ACCOUNTS: dict[Language, Account] = {
    "zh": Account("5521", "2260.8", "2026-08-16", (8, 16), "14:30", (14, 30)),
    "en": Account("4716", "1305.5", "2026-12-07", (12, 7), "09:45", (9, 45)),
}
TEXTS: dict[str, dict[Language, str]] = {
    "tongue": {"zh": "您好，中文服务请按一，英文服务请按二。"},
    "account": {"zh": "请输入您的账号，按井号键结束。", "en": "Please enter your account number, then press pound."},
    "balance": {"zh": "您的账户余额是", "en": "The balance of your account is"},
    "as_of": {"zh": "最近一次交易的时间是", "en": "Your last payment was made on"},
}  # fmt: skip
RATING: dict[Language, str] = {
    "zh": "请为本次服务评分。非常满意请按一，满意请按二，不满意请按三。",
    "en": "Please rate our service. If you are very satisfied, press 1. If you are satisfied, press 2. "
    "If you are not satisfied, press 3.",
}
THANKS: dict[Language, str] = {"zh": "感谢您的评价。", "en": "Thank you for your rating."}


@dataclass
class Heard:
    """What one caller heard, from one key that he pressed to the next."""

    tongue: Samples
    account: Samples
    balance: Samples
    thanks: Samples


@dataclass
class Bank:
    admin: Person
    core: WebServer
    calls: dict[tuple[Method, Language], asyncio.Task[Heard]]


def number_of(method: Method, language: Language) -> str:
    return f"139000000{METHODS.index(method)}{LANGUAGES.index(language)}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bank() -> AsyncIterator[Bank]:
    async with contextlib.AsyncExitStack() as phones, demo_world() as world:
        core = WebServer(answer=tell_of_account)
        server = await asyncio.start_server(core.serve, "127.0.0.1", 0)
        core.port = server.sockets[0].getsockname()[1]
        admin = await world.sign_in("admin")
        await open_bank(admin, core.url)

        def spoken() -> bool:
            files = (world.home / "prompts/spoken").rglob("*.wav")
            return len(list(files)) >= sum(len(texts) for texts in TEXTS.values())

        await world.until(spoken, within=200, what="the typed texts as sounds")
        async with asyncio.TaskGroup() as group:
            calls = {
                (method, language): group.create_task(listen(world, phones, method, language))
                for method in METHODS
                for language in LANGUAGES
            }
            yield Bank(admin, core, calls)
        core.close()
        server.close()


async def tell_of_account(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """As the bank's core system does."""
    for account in ACCOUNTS.values():
        if asked.path == f"/accounts/{account.keys}":
            told = {"account": {"balance": account.balance, "last": {"date": account.date, "time": account.time}}}
            return await say(writer, json.dumps(told).encode())
    await say(writer, b"{}", "404 Not Found")


async def open_bank(admin: Person, core: str) -> None:
    """Publish the attendant, and let it take the calls of a number."""
    hours = [{"day": day, "begins": "00:00", "ends": "24:00"} for day in range(1, 8)]
    schedule = await admin("POST", "schedules", {"name": "Always", "hours": hours, "closed": []})
    connection = await admin("POST", "connections", {"name": "Core", "kind": "http", "base_url": core})
    question = {"label": "Service", "sound": {"system": "rate_service"}, "keys": {"1": "very_satisfied"}}
    survey = await admin("POST", "surveys", {"name": "Service", "form": {"questions": [question]}})
    flow = await admin("POST", "ivr-flows", {"name": "Bank"})
    document = flow_of(schedule["id"], connection["id"], survey["id"])
    for method, address, body in (("PUT", "draft", {"definition": document}), ("POST", "publish", {})):
        admin.client.headers["If-Match"] = str(flow["version"])
        flow = await admin(method, f"ivr-flows/{flow['id']}/{address}", body)
    lead = {"name": "Bank", "did": DID, "destination": {"kind": "flow", "id": flow["id"]}, "language": "zh"}
    await admin("POST", "inbound-routes", lead)


def flow_of(schedule: str, connection: str, survey: str) -> dict[str, Any]:
    said = {name: {"text": texts} for name, texts in TEXTS.items()}
    source = {"kind": "http", "connection": connection, "path": "/accounts/{{account}}"}
    parts = {"balance": "account.balance", "date": "account.last.date", "time": "account.last.time"}
    outputs = [{"variable": name, "path": path} for name, path in parts.items()]
    return {
        "entry": "hours",
        "nodes": {
            "hours": {"kind": "hours", "schedule": schedule, "open": "tongue", "closed": "bye"},
            "tongue": {"kind": "menu", "sound": said["tongue"], "keys": {"1": "zh", "2": "en"}, "fallback": "bye"},
            "zh": {"kind": "language", "language": "zh", "next": "account"},
            "en": {"kind": "language", "language": "en", "next": "account"},
            "account": {"kind": "digits", "sound": said["account"], "variable": "account", "shortest": 4,
                        "next": "ask", "fallback": "bye"},
            "ask": {"kind": "lookup", "source": source, "outputs": outputs, "next": "balance", "fallback": "bye"},
            "balance": {"kind": "announce", "sound": said["balance"], "next": "amount"},
            "amount": {"kind": "say", "value": "{{balance}}", "style": "amount", "next": "as_of"},
            "as_of": {"kind": "announce", "sound": said["as_of"], "next": "date"},
            "date": {"kind": "say", "value": "{{date}}", "style": "date", "next": "time"},
            "time": {"kind": "say", "value": "{{time}}", "style": "time", "next": "rate"},
            "rate": {"kind": "go_to", "destination": {"kind": "survey", "id": survey}},
            "bye": {"kind": "hang_up", "sound": {"system": "goodbye"}},
        },
    }  # fmt: skip


async def listen(world: SiteWorld, phones: contextlib.AsyncExitStack, method: Method, language: Language) -> Heard:
    """Somebody goes all the way, and presses a key only when he has heard everything."""
    line = await phones.enter_async_context(Phone(bind=CARRIER, user="demo", events=method != "inband"))
    call = await world.call_in(line, DID, Silence(), caller=number_of(method, language))
    ear = Ear(world, call)
    parts: list[Samples] = []
    for keys in ("1" if language == "zh" else "2", f"{ACCOUNTS[language].keys}#", "1"):
        parts.append(await ear.passage())
        await call.press(keys, method=method)
    await call.wait_ended(timeout=60)
    return Heard(*parts, ear.rest())


class Ear:
    """Takes what a caller hears apart, at the silences in which he is waited for."""

    def __init__(self, world: SiteWorld, call: OutgoingCall) -> None:
        self._world, self._call, self._at = world, call, 0

    async def passage(self) -> Samples:
        heard = self._call.heard
        await self._world.until(lambda: rms(heard.samples(0.3)) > SPEECH, within=60, what="words")
        await heard.wait_silent(PAUSE, timeout=90)
        return self.rest()

    def rest(self) -> Samples:
        whole = self._call.heard.samples()
        part, self._at = whole[self._at :], whole.size
        return part


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_words_and_values_are_right(bank: Bank, method: Method, language: Language):
    heard = await bank.calls[method, language]
    account = ACCOUNTS[language]

    def says(text: str) -> Callable[[str], bool]:
        return lambda told: recogniser.likeness(told, text) > 0.7

    understand = recogniser.understand
    await understand(heard.tongue, "zh", says(TEXTS["tongue"]["zh"]))
    await understand(heard.account, language, says(TEXTS["account"][language]))
    await understand(
        heard.balance,
        language,
        says(TEXTS["balance"][language]),
        lambda told: recogniser.amounts(told, language) == [Decimal(account.balance)],
        says(TEXTS["as_of"][language]),
        lambda told: recogniser.dates(told, language) == [account.month_and_day],
        lambda told: recogniser.times(told, language) == [account.hour_and_minute],
        says(RATING[language]),
    )
    await understand(heard.thanks, language, says(THANKS[language]))

    number = number_of(method, language)
    [journey] = (await bank.admin("GET", f"journeys?number={number}"))["items"]
    journey = await bank.admin("GET", f"journeys/{journey['id']}")
    assert [step["node"] for step in journey["ivr_steps"]] == [
        "hours", "tongue", language, "account", "ask", "balance", "amount", "as_of", "date", "time", "rate",
    ]  # fmt: skip
    assert [answer["meaning"] for answer in journey["survey"]["answers"]] == ["very_satisfied"]
    assert f"/accounts/{account.keys}" in {asked.path for asked in bank.core.asked}


async def test_what_was_not_said_is_not_heard_however_often_one_listens(bank: Bank):
    """Each is one digit beside the right one."""
    heard = await bank.calls["rfc4733", "zh"]
    with pytest.raises(AssertionError, match="4 of 4"):
        await recogniser.understand(
            heard.balance,
            "zh",
            lambda told: recogniser.amounts(told, "zh") == [Decimal("2260.7")],
            lambda told: recogniser.dates(told, "zh") == [(8, 15)],
            lambda told: recogniser.times(told, "zh") == [(14, 40)],
            lambda told: recogniser.likeness(told, TEXTS["account"]["zh"]) > 0.7,
        )
