"""Faxes that come in and go out: whole, broken off, tried again, over the deaths of servers."""

import asyncio
from dataclasses import replace

import pytest
from company import ANA, ANA_PAGE, CITY, SALES, Office, company
from msgspec import structs

from callroom.core.directory import Directory, FaxBox
from callroom.core.faxes import Outgoing
from callroom.core.ids import FaxBoxId, TrunkId
from callroom.core.journeys.facts import FaxLine
from callroom.core.journeys.model import Fax, Journey
from callroom.core.routing.model import DialPermission, InboundRoute, OutboundRoute, ToFax, ToOutside
from callroom.telephony.fake import FaxMachine, PartyState
from callroom.telephony.port import EndCause, FaxFault

BOX = FaxBoxId("office")
THEM = "057199001"
LETTER = Outgoing("fx-1", BOX, THEM, "2026/11/23/fx-1", 3, DialPermission.NATIONAL)


def with_fax(directory: Directory) -> Directory:
    """Faxes have a number of their own, and callers of the main numbers may turn out to be machines."""
    return replace(
        directory,
        fax_boxes={BOX: FaxBox(BOX, "Office", "690", station="0571 88009", caller_number="057188009")},
        inbound=(
            *(structs.replace(route, fax=BOX) for route in directory.inbound),
            InboundRoute("fax", "Fax", ToFax(BOX), did="88009"),
        ),
    )


def office(**queue: object) -> Office:
    return Office(with_fax(company(**queue)))


async def received(office: Office) -> tuple[Journey, Fax]:
    story = await office.story()
    assert story.fax is not None
    return story, story.fax


def line(office: Office) -> FaxLine:
    """The fax on its way out, as it was noted last."""
    return [one for one in office.book.lines if isinstance(one, FaxLine)][-1]


# ---------------------------------------------------------------- in


async def test_a_fax_is_taken_on_its_own_number():
    at = office()
    caller = at.call("88009")
    caller.fax = FaxMachine(pages=2, seconds=10)
    await asyncio.sleep(5)
    assert [view["state"] for view in at.views("call.changed")][-1] == "fax"
    story, fax = await received(at)
    assert (fax.direction, fax.box, fax.pages, fax.fault, fax.seconds) == ("in", BOX, 2, "", pytest.approx(20, abs=0.1))
    assert (story.loss_reason, story.answered_at is not None) == (None, True)
    assert caller.state is PartyState.ENDED


@pytest.mark.parametrize("moment", ["menu", "queue", "voicemail"])
async def test_a_caller_who_turns_out_to_be_a_machine_goes_to_the_box(moment: str):
    at = office(max_wait=5.0)
    caller = at.call("88001" if moment == "menu" else "88002")
    hears = {"menu": "demo_menu", "queue": "music", "voicemail": "leave_message"}[moment]
    await at.until(lambda: hears in caller.hears(), within=20)
    caller.send_fax_tone()
    story, fax = await received(at)
    assert (fax.pages, fax.fault, story.loss_reason) == (1, "", None)
    assert story.voicemail is None
    if moment == "queue":
        assert [(visit.outcome, visit.reason) for visit in story.queue_visits] == [("flowed_out", "fax")]


async def test_an_agent_who_answered_a_machine_is_free_again():
    at = office(wrap_up=0.0)
    await at.sign_in(ANA)
    at.fake.when_dialled(ANA_PAGE, answers_after=1)
    caller = at.call()
    await at.until(lambda: caller.hears() == {ANA_PAGE}, within=5)
    caller.send_fax_tone()
    await at.until(lambda: at.state(ANA) == "ready", within=5)
    _, fax = await received(at)
    assert (fax.pages, fax.fault) == (1, "")
    assert at.exchange.acd.distributor.waiting(SALES) == []


async def test_nobody_looks_for_tones_where_no_box_is_set():
    at = Office(company())
    caller = at.call("88001")
    await at.until(lambda: "demo_menu" in caller.hears(), within=20)
    assert not [command for command in at.fake.commands if command.name == "notice_fax"]
    caller.hang_up()
    await at.story()


async def test_a_box_that_was_taken_from_the_number_meanwhile_ends_the_call():
    at = office()
    caller = at.call("88001")
    await at.until(lambda: "demo_menu" in caller.hears(), within=20)
    at.exchange.set_directory(company())
    caller.send_fax_tone()
    story = await at.story()
    assert (story.fax, story.ended_by) == (None, "system")


async def test_the_number_in_counts_also_when_the_call_went_out_again_over_another_line():
    there = with_fax(company())
    north = replace(there.trunks[CITY], id=TrunkId("north"))
    at = Office(
        replace(
            there,
            trunks={**there.trunks, north.id: north},
            inbound=(InboundRoute("r5", "Mobile", ToOutside(THEM), did="88005", trunk=CITY, fax=BOX),),
            outbound=(OutboundRoute("o1", "All", "X.", (north.id,)),),
        )
    )
    at.fake.when_dialled(THEM, answers_after=1)
    caller = at.call("88005")
    await at.until(lambda: caller.state is PartyState.TALKING, within=10)
    await asyncio.sleep(1)
    caller.send_fax_tone()
    _, fax = await received(at)
    assert (fax.box, fax.pages, fax.fault) == (BOX, 1, "")


async def test_no_tone_is_waited_for_on_a_number_for_faxes_alone():
    own = InboundRoute("fax", "Fax", ToFax(BOX), did="88009", fax=BOX)
    at = Office(replace(with_fax(company()), inbound=(own,)))
    at.call("88009").fax = FaxMachine()
    _, fax = await received(at)
    assert fax.pages == 1
    assert not [command for command in at.fake.commands if command.name == "notice_fax"]


@pytest.mark.parametrize(("stays", "pages"), [(True, 2), (False, 1)])
async def test_a_fax_goes_on_while_no_server_is_there(stays: bool, pages: int):
    at = office()
    caller = at.call("88009")
    caller.fax = FaxMachine(pages=2, seconds=10)
    await asyncio.sleep(5)
    at.new_server()
    await asyncio.sleep(6)
    if not stays:
        caller.hang_up()
    await asyncio.sleep(1)
    at.fake.reconnect()
    await asyncio.sleep(0.1)
    _, fax = await received(at)
    assert (fax.pages, fax.fault) == (pages, "" if stays else "hung_up")


async def test_a_fax_whose_engine_died_is_closed():
    at = office()
    caller = at.call("88009")
    caller.fax = FaxMachine(pages=2)
    await asyncio.sleep(5)
    at.fake.die()
    await asyncio.sleep(1)
    at.fake.reconnect(fresh=True)
    _, fax = await received(at)
    assert fax.fault == "engine_lost"


# ---------------------------------------------------------------- out


async def test_a_fax_is_sent_and_its_pages_are_told():
    at = office()
    at.fake.when_dialled(THEM, answers_after=3, fax=FaxMachine(pages=3, seconds=10, station="0571 99001"))
    at.exchange.faxes.send(LETTER)
    at.exchange.faxes.send(LETTER)  # told twice, sent once
    party = await at.fake.dialled(THEM)
    assert party.shown is not None and party.shown.number == "057188009"
    story, fax = await received(at)
    assert (story.direction, story.to_number, story.trunk) == ("outbound", THEM, CITY)
    assert (fax.direction, fax.pages, fax.fault) == ("out", 3, "")
    told = [(one.state, one.pages) for one in at.book.lines if isinstance(one, FaxLine)]
    assert told == [
        ("waiting", 0), ("dialling", 0), ("sending", 0), ("sending", 1), ("sending", 2), ("sending", 3), ("sent", 3),
    ]  # fmt: skip
    assert (line(at).seconds, line(at).station, line(at).attempts) == (pytest.approx(30, abs=0.1), "0571 99001", 1)


async def test_a_busy_number_is_tried_three_times():
    at = office()
    at.fake.when_dialled(THEM, refuses=EndCause.BUSY)
    at.exchange.faxes.send(LETTER)
    await at.until(lambda: line(at).state == "failed", within=1000)
    assert (line(at).reason, line(at).attempts, len(at.fake.parties(THEM))) == ("busy", 3, 3)
    journeys = at.book.journeys().values()
    assert [story.loss_reason for story in journeys] == ["busy"] * 3
    starts = [story.started_at for story in journeys if story.started_at]
    assert (starts[1] - starts[0]).total_seconds() == pytest.approx(300, abs=1)


@pytest.mark.parametrize(
    ("machine", "reason"),
    [(FaxMachine(fault=FaxFault.LINE), "line"), (None, "no_fax")],
)
async def test_who_answered_is_not_called_again(machine: FaxMachine | None, reason: str):
    at = office()
    at.fake.when_dialled(THEM, answers_after=1, fax=machine)
    at.exchange.faxes.send(LETTER)
    await at.until(lambda: line(at).state == "failed", within=100)
    assert (line(at).reason, line(at).attempts) == (reason, 1)
    await at.story()


async def test_a_number_that_may_not_be_dialled_fails_at_once():
    at = office()
    at.exchange.faxes.send(replace(LETTER, number="0014155550100"))
    await at.until(lambda: line(at).state == "failed", within=5)
    assert (line(at).reason, at.book.journeys()) == ("not_permitted", {})


@pytest.mark.parametrize("answers", [True, False])
async def test_a_fax_is_broken_off(answers: bool):
    at = office()
    at.fake.when_dialled(THEM, answers_after=1 if answers else None, fax=FaxMachine(pages=9))
    at.exchange.faxes.send(LETTER)
    await at.fake.dialled(THEM)
    await asyncio.sleep(5)
    assert at.exchange.faxes.cancel(LETTER.id)
    assert not at.exchange.faxes.cancel(LETTER.id)
    await at.story()
    assert line(at).state == "cancelled"
    assert at.fake.party(THEM).state is PartyState.ENDED


async def test_a_fax_that_waits_is_called_off():
    at = office()
    at.fake.when_dialled(THEM, refuses=EndCause.NO_ANSWER)
    at.exchange.faxes.send(LETTER)
    await at.until(lambda: line(at).due_at is not None, within=10)
    assert at.exchange.faxes.cancel(LETTER.id)
    await asyncio.sleep(1000)
    assert (line(at).state, len(at.fake.parties(THEM))) == ("cancelled", 1)


async def test_a_full_line_is_waited_for():
    at = office()
    at.directory = replace(at.directory, trunks={CITY: replace(at.directory.trunks[CITY], max_calls=0)})
    at.exchange.set_directory(at.directory)
    at.exchange.faxes.send(LETTER)
    await at.until(lambda: line(at).due_at is not None, within=10)
    assert line(at).reason == "congestion"


@pytest.mark.parametrize("moment", ["dialling", "sending", "over"])
async def test_a_new_server_goes_on_with_a_fax(moment: str):
    at = office()
    at.fake.when_dialled(THEM, answers_after=3, fax=FaxMachine(pages=3, seconds=10))
    at.faxes[LETTER.id] = LETTER
    at.exchange.faxes.send(LETTER)
    await at.fake.dialled(THEM)
    await asyncio.sleep(1 if moment == "dialling" else 15)
    at.new_server()
    await asyncio.sleep(60 if moment == "over" else 1)
    if moment == "over":
        at.fake.party(THEM).hang_up()
    at.fake.reconnect()
    await at.until(lambda: line(at).state == "sent", within=200)
    assert (line(at).attempts, line(at).pages) == (1, 3)
    await at.until(lambda: not at.exchange.calls and not at.exchange.parties, within=100)
    assert not at.exchange.notes.open_journeys()
    assert at.fake.left_over() == []
