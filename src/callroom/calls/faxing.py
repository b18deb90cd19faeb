"""A call whose other end is a fax machine: its pages are taken, or sent."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from callroom.calls.party import Party
from callroom.core.acd.model import FlowOutReason
from callroom.core.ids import FaxBoxId, FaxId, JourneyId, LegId
from callroom.core.journeys.facts import FaxOver, FaxStarted
from callroom.core.journeys.model import Fax
from callroom.core.routing.matching import choose_inbound
from callroom.core.routing.model import Destination, ToHangUp
from callroom.telephony.port import FaxEnded, FaxOutcome

if TYPE_CHECKING:
    from callroom.calls.call import Call
    from callroom.calls.exchange import Exchange

TONES = 60.0  # seconds from the answer in which a caller may turn out to be a fax machine


async def take_fax(call: "Call", box: FaxBoxId) -> Destination:
    """Take a fax from the main party for a box."""
    exchange = call.exchange
    if box not in exchange.directory.fax_boxes:
        await call.inform("nobody_available")
        return ToHangUp()
    await call.answer()
    call.stop_music()
    call.show(state="fax", offered_to=[], agent=None)
    fax = FaxId(exchange.new_id("fx"))
    path = f"{exchange.now():%Y/%m/%d}/{fax}"
    call.note(FaxStarted(fax, "in", box, path))
    call.checkpoint(s="fax")
    assert call.main is not None
    sent = exchange.telephony.take_fax(fax, call.main.leg, exchange.fax_file(path))
    await exchange.awaited.expect_fax(fax, _books(exchange, call.journey), sent)
    return ToHangUp()


async def send_pages(call: "Call", fax: FaxId, box: FaxBoxId, path: str, *, station: str, header: str) -> None:
    """Send pages to the main party, which has answered."""
    exchange = call.exchange
    assert call.main is not None
    call.show(state="fax")
    call.note(FaxStarted(fax, "out", box, path))
    call.checkpoint(s="fax")
    file = exchange.fax_file(path)
    sent = exchange.telephony.send_fax(fax, call.main.leg, file, station=station, header=header)
    await exchange.awaited.expect_fax(fax, _books(exchange, call.journey), sent)


async def await_fax(call: "Call", fax: Fax) -> Destination:
    """A former server process began this one, and the engine goes on with it."""
    call.show(state="fax")
    call.checkpoint(s="fax")
    await call.exchange.awaited.expect_fax(FaxId(fax.id), _books(call.exchange, call.journey))
    return ToHangUp()


def _books(exchange: "Exchange", journey: JourneyId) -> Callable[[FaxEnded], None]:
    """Notes the end of a fax, also when its call is over by then."""
    return lambda event: book_fax(exchange, journey, event.fax, event.outcome)


def book_fax(exchange: "Exchange", journey_id: JourneyId, fax: FaxId, outcome: FaxOutcome) -> None:
    """Note how a fax ended, in its call and, if it was sent, with the faxes on their way out."""
    fault = outcome.fault.value if outcome.fault else ""
    journey = exchange.notes.note(journey_id, FaxOver(fax, outcome.pages, fault, outcome.station, outcome.t38))
    if journey is not None and journey.fax is not None and journey.fax.direction == "out":
        exchange.faxes.over(journey.fax)


# ---------------------------------------------------------------- callers that turn out to be one


def look_for_tone(exchange: "Exchange", call: "Call", leg: LegId) -> None:
    """From the caller's answer on, notice when it is a fax machine."""
    assert call.main is not None

    def answered(done: "asyncio.Future[None]") -> None:
        if not done.cancelled():
            exchange.telephony.notice_fax(leg, TONES)

    call.main.answered.add_done_callback(answered)


def tone_heard(exchange: "Exchange", leg: LegId) -> None:
    """The caller is a fax machine: whatever it was in, it goes to the box of its number in."""
    party = exchange.parties.get(leg)
    call = exchange.calls.get(party.journey) if party else None
    if party is None or call is None or call.main is not party:
        exchange.telephony.hang_up(leg)
        return
    if (fax := call.story.fax) is not None and fax.ended_at is None:
        return  # it is being taken already
    box = _box_of(call, party)
    if box is None:  # it was taken from the number meanwhile
        call.stop("system")
        return
    exchange.acd.leave_by_choice(call.journey, FlowOutReason.FAX, "")
    call.turn_to(partial(_take_instead, box=box))


async def _take_instead(call: "Call", box: FaxBoxId) -> None:
    await take_fax(call, box)


def _box_of(call: "Call", party: Party) -> FaxBoxId | None:
    if party.trunk is None:
        return None
    view, inbound = call.view, call.exchange.directory.inbound
    route = choose_inbound(inbound, trunk=party.trunk, did=view.did, caller=view.from_number)
    return route.fax if route else None
