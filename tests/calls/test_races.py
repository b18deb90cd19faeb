"""Whoever hangs up, and whenever the server dies or the engine refuses: no call, agent or journey is left behind."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from company import ANA, ANA_PAGE, BO, BO_PHONE, SALES, X802, Office, company, with_queue

from callroom.calls.arrivals import dial
from callroom.core import conversation as c
from callroom.core.directory import CallbackRules, Directory
from callroom.core.routing.model import Destination, DialPermission, ToExtension, ToOutside, ToQueue
from callroom.errors import CallroomError
from callroom.telephony.fake import Command, Party, PartyState

THEM = "13900139000"
CALLER = "13800138000"
Story = Callable[[Office], Awaitable[None]]


async def wait(office: Office, condition: Callable[[], bool], within: float = 8.0) -> None:
    """Until it is so, or not at all: in a sweep any step may have become impossible."""
    end = asyncio.get_running_loop().time() + within
    while not condition() and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110 - time is virtual
        await asyncio.sleep(0.1)


def press(office: Office, event: c.Event) -> None:
    for call in office.exchange.calls.values():
        if call.conversation is not None:
            with suppress(CallroomError):  # the call is past it
                call.conversation.press(event)


def configure(office: Office, directory: Directory) -> None:
    office.directory = directory  # for a new server too
    office.exchange.set_directory(directory)


async def introduced(office: Office) -> None:
    told = with_queue(office.directory, announce_agent=True, whisper="line")
    configure(office, replace(told, prompts={"line": {"zh": "/prompts/line"}}))
    await queue_call(office)
    await asyncio.sleep(6)


async def key_out(office: Office) -> None:
    configure(office, with_queue(office.directory, exit_keys={"2": ToExtension(X802)}))
    await office.sign_in(ANA, BO)
    caller = office.call()
    await asyncio.sleep(2)
    if caller.state is PartyState.TALKING:
        caller.press("2")
    office.fake.when_dialled(BO_PHONE, answers_after=1)
    await asyncio.sleep(8)


async def called_back(office: Office) -> None:
    rules = CallbackRules("9", attempts=1, retry=60.0)
    configure(office, with_queue(office.directory, callback=rules))
    caller = office.call()
    await asyncio.sleep(1)
    for key in "91":
        if caller.state is PartyState.TALKING:
            caller.press(key)
        await asyncio.sleep(3)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    office.fake.when_dialled(CALLER, answers_after=2)
    await office.sign_in(ANA)
    await asyncio.sleep(12)


def engaged(office: Office) -> bool:
    return any(call.conversation is not None for call in office.exchange.calls.values())


def parties(office: Office) -> list[Party]:
    return [leg.party for leg in office.fake.legs.values()]


async def queue_call(office: Office) -> None:
    await office.sign_in(ANA, BO)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    office.call()
    await wait(office, lambda: engaged(office))
    await asyncio.sleep(2)


async def held(office: Office) -> None:
    await queue_call(office)
    press(office, c.HoldPressed())
    await asyncio.sleep(2)
    press(office, c.ResumePressed())
    await asyncio.sleep(2)


def transfer(to: Destination, *, from_hold: bool = False) -> Story:
    async def story(office: Office) -> None:
        await queue_call(office)
        office.fake.when_dialled(BO_PHONE, answers_after=2)
        office.fake.when_dialled(THEM, answers_after=2)
        if from_hold:
            press(office, c.HoldPressed())
            await asyncio.sleep(1)
        press(office, c.TransferPressed(to))
        await asyncio.sleep(20)

    return story


async def direct(office: Office) -> None:
    office.fake.register(BO_PHONE)
    await asyncio.sleep(0.1)
    office.fake.when_dialled(BO_PHONE, answers_after=1)
    office.call("88003")
    await asyncio.sleep(4)


async def by_the_page(office: Office) -> None:
    await office.sign_in(ANA)
    office.fake.when_dialled(THEM, answers_after=2)
    dial(office.exchange, ANA, THEM, DialPermission.NATIONAL)
    await asyncio.sleep(5)


async def by_the_phone(office: Office) -> None:
    await office.sign_in(BO)
    office.fake.when_dialled(THEM, answers_after=2)
    office.fake.device_calls(BO_PHONE, THEM)
    await asyncio.sleep(5)


async def colleagues(office: Office) -> None:
    await office.sign_in(ANA, BO)
    office.fake.when_dialled(BO_PHONE, answers_after=2)
    office.fake.device_calls(ANA_PAGE, "802")
    await asyncio.sleep(5)


async def message(office: Office) -> None:
    caller = office.call()
    await wait(office, lambda: caller.hears() == {"leave_message"}, 200)
    await asyncio.sleep(6)
    if caller.state is PartyState.TALKING:
        caller.press("#")
    await asyncio.sleep(5)


async def rejoin(office: Office) -> None:
    await queue_call(office)
    try:
        office.fake.party(ANA_PAGE).vanish()
    except LookupError:
        return
    office.fake.when_dialled(ANA_PAGE)
    office.fake.unregister(ANA_PAGE)
    await asyncio.sleep(3)
    office.fake.register(ANA_PAGE)
    await asyncio.sleep(4)


STORIES: dict[str, Story] = {
    "queue": queue_call,
    "hold": held,
    "to extension": transfer(ToExtension(X802)),
    "to queue": transfer(ToQueue(SALES)),
    "to outside": transfer(ToOutside(THEM)),
    "held to outside": transfer(ToOutside(THEM), from_hold=True),
    "introduced": introduced,
    "key out": key_out,
    "called back": called_back,
    "direct": direct,
    "page": by_the_page,
    "phone": by_the_phone,
    "colleagues": colleagues,
    "message": message,
    "rejoin": rejoin,
}
every_story = pytest.mark.parametrize("name", STORIES)


async def run(name: str, disturb: Callable[[Office, int, Command], None]) -> int:
    """Play a story, disturbed before command N, to its end; returns how many commands there were."""
    asyncio.get_running_loop()._turns = 0  # type: ignore[attr-defined] # pyright: ignore
    office = Office(company(wrap_up=2.0, max_wait=30.0, ring_timeout=8.0))
    number = 0

    def watch(command: Command) -> None:
        nonlocal number
        if command.name not in ("put_device", "put_trunk"):
            number += 1
            disturb(office, number, command)

    office.fake.watch(watch)
    await STORIES[name](office)
    office.fake.watch(lambda _: None)
    await asyncio.sleep(2)
    for party in parties(office):
        if party.state in (PartyState.TALKING, PartyState.CALLING):
            party.hang_up()
    await asyncio.sleep(90)
    for name in office.book.callbacks():  # one whose call was cut goes on waiting
        office.exchange.callbacks.cancel(name)
    await asyncio.sleep(5)
    nothing_left(office)
    await office.exchange.leave()
    return number


def nothing_left(office: Office) -> None:
    exchange = office.exchange
    assert not exchange.calls and not exchange.parties
    assert not exchange.notes.open_journeys() and not exchange.notes._kept  # pyright: ignore[reportPrivateUsage]
    left = office.fake.left_over()
    assert not left, left
    assert exchange.awaited.nothing
    assert not exchange.acd._waiting and not exchange.acd._offers  # pyright: ignore[reportPrivateUsage]
    assert not exchange.acd.distributor.waiting(SALES)
    for agent in (ANA, BO):
        assert office.state(agent) in ("ready", "offline"), (agent, office.state(agent))
    for journey in office.book.journeys().values():
        assert journey.settled, journey
        assert all(leg.ended_at for leg in journey.legs)
        assert all(visit.outcome and visit.wait >= 0 for visit in journey.queue_visits), journey.queue_visits
        for leg in journey.legs:
            if leg.answered_at and leg.ended_at and leg.talk:
                lived = (leg.ended_at - leg.answered_at).total_seconds()
                assert leg.talk <= lived + 0.5, (leg, lived)
        if journey.direction == "inbound" and journey.answered_at is None:
            assert journey.loss_reason, journey
        if journey.answered_at is not None:
            assert journey.loss_reason is None, journey
        if journey.started_at and journey.ended_at:
            assert journey.talk <= (journey.ended_at - journey.started_at).total_seconds() + 0.5


async def sweep(name: str, disturb: Callable[[Office, int, Command, int], None]) -> None:
    commands = await run(name, lambda _office, _number, _command: None)
    failed: dict[int, str] = {}
    for n in range(1, commands + 1):
        try:
            await run(name, lambda office, number, command, n=n: disturb(office, number, command, n))
        except (AssertionError, LookupError, RuntimeError, TypeError) as error:
            failed[n] = f"{type(error).__name__}: {str(error)[:600]}"
    assert not failed, "\n".join(f"before command {n} of {commands}: {text}" for n, text in failed.items())


@every_story
@pytest.mark.parametrize("who", [CALLER, ANA_PAGE, BO_PHONE, THEM])
async def test_whoever_hangs_up_before_any_command(name: str, who: str):
    def hang_up(office: Office, number: int, _: Command, n: int) -> None:
        if number == n:
            for party in parties(office):
                if party.name == who and party.state in (PartyState.TALKING, PartyState.CALLING):
                    party.hang_up()

    await sweep(name, hang_up)


@every_story
async def test_whenever_the_server_dies(name: str):
    def die(office: Office, number: int, _: Command, n: int) -> None:
        if number == n:
            asyncio.get_running_loop().call_soon(office.new_server)
            asyncio.get_running_loop().call_later(1.0, office.fake.reconnect)

    await sweep(name, die)


@every_story
async def test_whatever_the_engine_refuses_once(name: str):
    def refuse(office: Office, number: int, command: Command, n: int) -> None:
        if number == n:
            office.fake.refuse_next(command.name)

    await sweep(name, refuse)
