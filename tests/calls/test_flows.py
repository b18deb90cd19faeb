"""Callers in attendants of all kinds of steps: what they hear, what is kept of them, and what is left when they go."""

import asyncio
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from company import ANA, ANA_PAGE, FLOW, MAIN, SALES, Office, company

from callroom.core.directory import Attendant, Directory
from callroom.core.ids import FlowId, ScheduleId
from callroom.core.ivr.model import flow_from
from callroom.core.journeys.model import IvrStep, Journey
from callroom.core.schedules import Hours, Schedule
from callroom.errors import LookupFailed
from callroom.telephony.fake import Party, PartyState

SUB = FlowId("sub")
ALWAYS = ScheduleId("always")
GOODBYE = {"kind": "hang_up", "sound": {"system": "goodbye"}}
ACCOUNT = {
    "kind": "digits", "sound": {"system": "enter_extension"}, "variable": "account", "shortest": 4, "longest": 8,
    "timeout": 4, "attempts": 2, "next": "look", "fallback": "bye",
}  # fmt: skip
BANK: dict[str, Any] = {
    "entry": "hours",
    "nodes": {
        "hours": {"kind": "hours", "schedule": ALWAYS, "open": "tongue", "closed": "bye"},
        "tongue": {"kind": "menu", "sound": {"system": "demo_menu"}, "keys": {"1": "zh", "2": "en"}, "fallback": "zh"},
        "zh": {"kind": "language", "language": "zh", "next": "account"},
        "en": {"kind": "language", "language": "en", "next": "account"},
        "account": ACCOUNT,
        "look": {
            "kind": "lookup", "source": {"kind": "http", "url": "/a/{{account}}"}, "timeout": 3, "next": "rich",
            "outputs": [{"variable": "balance", "path": "accounts[0].balance"}], "fallback": "sorry",
        },
        "rich": {
            "kind": "condition", "fallback": "poor",
            "cases": [{"left": "{{balance}}", "op": "greater", "right": "1000", "to": "tell"}],
        },
        "tell": {"kind": "say", "value": "{{balance}}", "style": "digits", "next": "note"},
        "note": {"kind": "set", "variable": "told", "value": "{{customer.name}}: {{balance}}", "next": "hook"},
        "hook": {"kind": "webhook", "url": "https://crm.example/told", "next": "ask"},
        "ask": {"kind": "run_flow", "flow": SUB, "next": "bye"},
        "poor": {"kind": "go_to", "destination": {"kind": "queue", "id": SALES, "priority": 5}},
        "sorry": {"kind": "announce", "sound": {"system": "nobody_available"}, "next": "bye"},
        "bye": GOODBYE,
    },
}  # fmt: skip
ASK: dict[str, Any] = {
    "entry": "say",
    "nodes": {
        "say": {"kind": "record", "variable": "words", "longest": 20, "silence": 5, "next": "again"},
        "again": {"kind": "menu", "sound": {"system": "rate_service"}, "keys": {"1": "back", "2": "say"},
                  "fallback": "back", "timeout": 3},
        "back": {"kind": "return"},
    },
}  # fmt: skip


class Bank:
    """Answers lookups after ``delay`` seconds, by account; keeps what it was sent."""

    def __init__(self, delay: float = 0.2, **balances: str) -> None:
        self.delay = delay
        self.balances = {"1234": "1305.50", "5678": "20"}
        self.asked: list[tuple[str, dict[str, str]]] = []

    async def run(self, source: dict[str, Any], values: Any) -> Any:
        self.asked.append((source["kind"], dict(values)))
        await asyncio.sleep(self.delay)
        if source["kind"] != "http":
            return None
        if (balance := self.balances.get(values["account"])) is None:
            raise LookupFailed("not_found")
        return {"accounts": [{"balance": balance}]}


class Kept:
    """Versions of flows that are not the present ones."""

    def __init__(self, *attendants: Attendant) -> None:
        self.attendants = {(one.id, one.version): one for one in attendants}

    async def flow(self, flow: FlowId, version: int) -> Attendant | None:
        await asyncio.sleep(0.05)
        return self.attendants.get((flow, version))


def with_flow(document: dict[str, Any], version: int = 1) -> Directory:
    week = tuple(Hours(day, 0, 24 * 60) for day in range(1, 8))
    main = Attendant(MAIN, "Main", "700", flow_from(document), version)
    return replace(
        company(),
        attendants={MAIN: main, SUB: Attendant(SUB, "Ask", "701", flow_from(ASK), 3)},
        schedules={ALWAYS: Schedule(ALWAYS, "Always", week)},
    )


async def hears(office: Office, caller: Party, *names: str, within: float = 20) -> None:
    await office.until(lambda: bool(set(names) & caller.hears()), within=within)


def path(journey: Journey) -> list[tuple[str, str | None]]:
    return [(step.node, step.exit) for step in journey.ivr_steps]


def step(journey: Journey, node: str) -> IvrStep:
    return next(one for one in journey.ivr_steps if one.node == node)


async def test_a_caller_types_his_account_and_hears_what_is_on_it():
    bank = Bank()
    office = Office(with_flow(BANK), bank)
    caller = office.call("88001")
    await hears(office, caller, "demo_menu")
    caller.press("2")
    await hears(office, caller, "enter_extension")
    caller.press("1234#")
    await hears(office, caller, "digit_1", "digit_3", "digit_0", "digit_5")
    [call] = office.exchange.calls.values()
    assert call.language == "en"
    await office.until(lambda: call.view.at_step is not None and call.view.at_step.flow == SUB, within=10)
    await asyncio.sleep(3)
    caller.press("#")
    await hears(office, caller, "rate_service")
    assert call.values["told"] == "Mei: 1305.50"
    caller.press("1")
    await hears(office, caller, "goodbye")
    story = await office.story()
    assert path(story) == [
        ("hours", "open"), ("tongue", "2"), ("en", "next"), ("account", "next"), ("look", "next"), ("rich", "case_1"),
        ("tell", "next"), ("note", "next"), ("hook", "next"), ("ask", "next"), ("say", "next"), ("again", "1"),
        ("back", ""), ("bye", ""),
    ]  # fmt: skip
    assert [(kind, values["account"]) for kind, values in bank.asked] == [("http", "1234"), ("webhook", "1234")]
    assert bank.asked[1][1]["told"] == "Mei: 1305.50"
    [recording] = story.recordings
    assert recording.complete and recording.seconds is not None and recording.seconds > 1
    assert (step(story, "say").flow, step(story, "say").version) == (SUB, 3)
    assert step(story, "ask").seconds >= step(story, "say").seconds


@pytest.mark.parametrize(
    ("typed", "left", "invalid", "silent"),
    [
        (["12345678"], "next", 0, 0),  # the last digit that is taken ends it
        (["12345678#"], "next", 0, 0),  # the # behind it is no key of the next step
        (["1234"], "next", 0, 0),  # silence ends it too
        (["12#", "1234#"], "next", 1, 0),
        (["99*1234#"], "next", 0, 0),  # a star begins anew
        (["", ""], "fallback", 0, 2),
        (["12#", ""], "fallback", 1, 1),
    ],
)
async def test_digits_are_collected(typed: list[str], left: str, invalid: int, silent: int):
    document = {"entry": "account", "nodes": {
        "account": ACCOUNT | {"next": "ask"},
        "ask": {"kind": "menu", "sound": {"system": "demo_menu"}, "keys": {"1": "bye"}, "fallback": "bye"},
        "bye": GOODBYE,
    }}  # fmt: skip
    office = Office(with_flow(document))
    caller = office.call("88001")
    for keys in typed:
        await hears(office, caller, "enter_extension")
        if keys:
            caller.press(keys)
        await office.until(lambda: "enter_extension" not in caller.hears(), within=10)
    if left == "next":
        await hears(office, caller, "demo_menu")
        await asyncio.sleep(0.5)
        assert caller.hears() == {"demo_menu"}, "it is said to its end"
        caller.press("1")
    story = await office.story()
    told = story.ivr_steps[0]
    assert (told.exit, told.invalid, told.silent) == (left, invalid, silent)
    if left == "next":
        assert (story.ivr_steps[1].exit, story.ivr_steps[1].invalid) == ("1", 0)


@pytest.mark.parametrize(("delay", "account", "why"), [(0.1, "9999", "not_found"), (60, "1234", "timeout")])
async def test_what_cannot_be_looked_up_leads_on_by_another_way(delay: float, account: str, why: str):
    office = Office(with_flow(BANK), Bank(delay))
    caller = office.call("88001")
    await hears(office, caller, "demo_menu")
    caller.press("1")
    await hears(office, caller, "enter_extension")
    caller.press(f"{account}#")
    await hears(office, caller, "nobody_available")
    story = await office.story()
    assert (step(story, "look").exit, step(story, "look").reason) == ("fallback", why)


async def test_a_poor_customer_waits_before_those_who_came_straight():
    office = Office(with_flow(BANK), Bank())
    first = office.call("88002", "13900139000")
    await office.until(lambda: "music" in first.hears(), within=10)
    second = office.call("88001")
    await hears(office, second, "demo_menu")
    second.press("1")
    await hears(office, second, "enter_extension")
    second.press("5678#")
    line = office.exchange.acd.distributor
    await office.until(lambda: len(line.waiting(SALES)) == 2, within=20)
    [_, call] = office.exchange.calls.values()
    assert line.waiting(SALES)[0] == call.journey, "by the priority of his way in"
    office.new_server()
    office.fake.reconnect()
    await office.until(lambda: len(office.exchange.acd.distributor.waiting(SALES)) == 2, within=20)
    assert office.exchange.acd.distributor.waiting(SALES)[0] == call.journey, "after a restart too"
    for caller in (first, second):
        caller.hang_up()
    await office.until(lambda: not office.exchange.calls, within=5)


async def test_the_language_he_chose_stays_in_the_queue():
    document = {"entry": "zh", "nodes": {
        "zh": {"kind": "language", "language": "zh", "next": "sales"},
        "sales": {"kind": "go_to", "destination": {"kind": "queue", "id": SALES}},
    }}  # fmt: skip
    office = Office(with_flow(document))
    assert office.directory.queues[SALES].language == "en"
    caller = office.call("88001")
    await office.until(lambda: "music" in caller.hears(), within=10)
    for _ in range(2):
        [call] = office.exchange.calls.values()
        assert call.language == "zh"
        office.new_server()
        office.fake.reconnect()
        await office.until(lambda: bool(office.exchange.calls), within=5)
        await asyncio.sleep(1)
    caller.hang_up()
    await office.story()


async def test_words_of_ones_own_for_a_wrong_key_and_for_silence():
    menu = {**FLOW["nodes"]["menu"], "on_invalid": {"system": "not_allowed"}, "on_silence": {"system": "still_waiting"}}  # pyright: ignore
    office = Office(with_flow({"entry": "menu", "nodes": FLOW["nodes"] | {"menu": menu}}))  # pyright: ignore
    caller = office.call("88001")
    await hears(office, caller, "demo_menu")
    caller.press("9")
    await hears(office, caller, "not_allowed")
    await hears(office, caller, "still_waiting")
    caller.hang_up()
    story = await office.story()
    assert (story.ivr_steps[-1].exit, story.loss_reason) == ("hung_up", "gave_up_in_ivr")


class Registry(Bank):
    """Knows one customer by the number that is typed."""

    async def run(self, source: dict[str, Any], values: Any) -> Any:
        if source["kind"] != "crm":
            return await super().run(source, values)
        await asyncio.sleep(self.delay)
        if values["account"] != "5678":
            raise LookupFailed("not_found")
        return {"id": "c9", "name": "Wu", "tier": 3}


TYPED: dict[str, Any] = {
    "entry": "account",
    "nodes": {
        "account": ACCOUNT | {"next": "pin"},
        "pin": ACCOUNT | {"variable": "_pin", "next": "who"},
        "who": {"kind": "lookup", "source": {"kind": "crm", "by": "number", "value": "{{account}}"},
                "outputs": [{"variable": "level", "path": "tier"}], "next": "queue", "fallback": "queue"},
        "queue": {"kind": "go_to", "destination": {"kind": "queue", "id": SALES}},
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "customer", "values"),
    [("5678", "c9", {"account": "5678", "level": "3"}), ("1234", "c1", {"account": "1234"})],
)
async def test_an_agent_sees_what_was_typed_and_whom_it_belongs_to(typed: str, customer: str, values: dict[str, str]):
    office = Office(with_flow(TYPED), Registry())
    await office.sign_in(ANA)
    caller = office.call("88001", number="13800138000")  # from the phone of another customer, c1
    await hears(office, caller, "enter_extension")
    caller.press(f"{typed}#")
    await asyncio.sleep(5)
    caller.press("9999#")
    await office.fake.dialled(ANA_PAGE)
    [call] = office.exchange.calls.values()
    assert (call.view.values, call.view.customer.id if call.view.customer else None) == (values, customer)
    assert call.tier == (3 if customer == "c9" else call.tier)
    office.new_server()
    office.fake.reconnect()
    await office.until(lambda: bool(office.exchange.calls), within=5)
    [call] = office.exchange.calls.values()
    assert (call.view.values, call.values["_pin"]) == (values, "9999")
    assert call.view.customer is not None and call.view.customer.id == customer
    caller.hang_up()
    story = await office.story()
    assert story.customer is not None and story.customer.id == customer


async def test_a_killed_server_takes_a_caller_up_in_the_version_and_with_the_values_he_had():
    old = with_flow(BANK, version=1)
    office = Office(old, Bank(), Kept(old.attendants[MAIN]))
    caller = office.call("88001")
    await hears(office, caller, "demo_menu")
    caller.press("1")
    await hears(office, caller, "enter_extension")
    caller.press("1234#")
    await office.until(lambda: any(call.view.at_step and call.view.at_step.flow == SUB
                                   for call in office.exchange.calls.values()), within=20)  # fmt: skip
    await asyncio.sleep(1)
    office.directory = with_flow({"entry": "bye", "nodes": {"bye": GOODBYE}}, version=2)
    office.new_server()
    office.fake.reconnect()
    await office.until(lambda: bool(office.exchange.calls), within=5)
    [call] = office.exchange.calls.values()
    await office.until(lambda: call.view.at_step is not None, within=5)
    assert call.values == {"account": "1234", "balance": "1305.50", "told": "Mei: 1305.50"}
    assert call.view.at_step is not None and (call.view.at_step.flow, call.view.at_step.node) == (SUB, "say")
    await asyncio.sleep(2)
    caller.press("#")
    await hears(office, caller, "rate_service")
    caller.press("1")
    await hears(office, caller, "goodbye")
    story = await office.story()
    assert path(story)[-5:] == [("ask", "next"), ("say", "next"), ("again", "1"), ("back", ""), ("bye", "")]
    assert {one.version for one in story.ivr_steps if one.flow == MAIN} == {1}
    assert len([one for one in story.ivr_steps if one.node == "say"]) == 1, "one visit, though he heard it twice"


async def test_who_hangs_up_while_no_server_is_there_hung_up_at_his_step():
    office = Office(with_flow(BANK), Bank())
    caller = office.call("88001")
    await hears(office, caller, "demo_menu")
    office.new_server()
    caller.hang_up()
    office.fake.reconnect()
    story = await office.story()
    assert path(story) == [("hours", "open"), ("tongue", "hung_up")]


async def test_a_caller_who_asks_for_it_is_called_back():
    document = {"entry": "call", "nodes": {
        "call": {"kind": "go_to", "destination": {"kind": "callback", "id": SALES}},
    }}  # fmt: skip
    office = Office(with_flow(document))
    caller = office.call("88001")
    await hears(office, caller, "callback_confirm")
    caller.press("1")
    await hears(office, caller, "callback_confirmed")
    await office.until(lambda: caller.state is PartyState.ENDED, within=10)
    [line] = office.book.callbacks().values()
    assert (line.queue, line.number, line.state) == (SALES, "13800138000", "waiting")


MOMENTS = [n / 2 for n in range(0, 70)]


@pytest.mark.parametrize("moment", MOMENTS)
async def test_whenever_he_hangs_up_in_a_flow_nothing_is_left(moment: float):
    office = Office(with_flow(BANK), Bank(delay=1.5))
    caller = office.call("88001")
    loop = asyncio.get_running_loop()
    for at, keys in ((3, "1"), (8, "1234#"), (19, "#"), (27, "2"), (33, "#")):
        loop.call_later(at, lambda keys=keys: caller.state is not PartyState.ENDED and caller.press(keys))
    await asyncio.sleep(moment)
    if caller.state is not PartyState.ENDED:
        caller.hang_up()
    story = await office.story()
    assert None not in [one.exit for one in story.ivr_steps]
    hung_up = [one.node for one in story.ivr_steps if one.exit == "hung_up"]
    assert len(hung_up) == (story.ended_by == "caller" and bool(story.ivr_steps))
    assert office.exchange.awaited.nothing
    assert not [task for task in office.exchange._tasks if not task.done()]  # pyright: ignore


def random_flow(chance: Random) -> dict[str, Any]:
    """A flow in which every way leads to some step, and nothing else is sure."""
    names = [f"n{n}" for n in range(chance.randint(1, 14))]
    sounds = ({"system": "welcome"}, {"system": "demo_menu"}, {"prompt": "gone"}, {"text": {"en": "Hello"}})

    def to() -> str:
        return chance.choice(names)

    def sound() -> dict[str, Any]:
        return chance.choice(sounds)

    def node() -> dict[str, Any]:
        ways = {"next": to(), "fallback": to()}
        return chance.choice(
            [
                {"kind": "announce", "sound": sound(), "next": to()},
                {"kind": "menu", "sound": sound(), "keys": {k: to() for k in chance.sample("0123456789*#", 3)},
                 "fallback": to(), "timeout": 2, "attempts": chance.randint(1, 3)},
                {"kind": "digits", "sound": sound(), "variable": "a", "shortest": 2, "longest": 4, "timeout": 2,
                 "end_key": chance.choice("#*"), **ways},
                {"kind": "hours", "schedule": chance.choice([ALWAYS, "gone"]), "open": to(), "closed": to()},
                {"kind": "language", "language": chance.choice(["zh", "en"]), "next": to()},
                {"kind": "condition", "cases": [{"left": "{{a}}", "op": "less", "right": "50", "to": to()}],
                 "fallback": to()},
                {"kind": "set", "variable": "b", "value": "{{a}}{{b}}{{customer.name}}x", "next": to()},
                {"kind": "lookup", "source": {"kind": "http", "url": "{{account}}"}, "timeout": 1, **ways},
                {"kind": "say", "value": "{{a}}", "style": chance.choice(["number", "date", "text"]), "next": to()},
                {"kind": "webhook", "url": "https://a.example", "next": to()},
                {"kind": "record", "variable": "c", "longest": 4, "silence": 2, "next": to()},
                {"kind": "run_flow", "flow": chance.choice([SUB, MAIN, "gone"]), "next": to()},
                {"kind": "return"},
                {"kind": "go_to", "destination": {"kind": "flow", "id": MAIN}},
                {"kind": "go_to", "destination": {"kind": "queue", "id": SALES}},
                {"kind": "hang_up", "sound": sound()},
            ]
        )  # fmt: skip

    return {"entry": names[0], "nodes": {name: node() for name in names}}


class Moody(Bank):
    async def run(self, source: dict[str, Any], values: Any) -> Any:
        self.delay = (self.delay * 7 + 0.3) % 2
        return await super().run(source, {"account": "1234", **values})


@pytest.mark.parametrize("seed", range(60))
async def test_no_flow_and_no_caller_leaves_anything_behind(seed: int):
    chance = Random(seed)
    office = Office(with_flow(random_flow(chance)), Moody())
    caller = office.call("88001")
    for _ in range(chance.randint(0, 40)):
        await asyncio.sleep(chance.choice([0.01, 0.3, 1.1, 4]))
        if caller.state is PartyState.ENDED:
            break
        if chance.random() < 0.1:
            office.new_server()
            await asyncio.sleep(chance.choice([0, 0.5]))
            office.fake.reconnect()
        elif caller.state is PartyState.TALKING:
            caller.press(chance.choice("0123456789*#"))
    if caller.state is not PartyState.ENDED:
        caller.hang_up()
    story = await office.story()
    assert None not in [one.exit for one in story.ivr_steps]
    assert office.exchange.awaited.nothing
    assert not [task for task in office.exchange._tasks if not task.done()]  # pyright: ignore
