"""Faxes on their way out: each is dialled by the routes out in its turn, and again when nobody answers.

Each attempt is a journey of its own. Every step is in the journal, so that a restart of the server forgets no fax; one
that is being sent goes on meanwhile, and is booked by ``calls.adoption``.
"""

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import structlog

from callroom.calls.arrivals import find_customer
from callroom.calls.call import Call
from callroom.calls.faxing import send_pages
from callroom.calls.lines import find_way, ring_outside
from callroom.calls.party import NotAnswered
from callroom.core import faxes as f
from callroom.core.faxes import Outgoing
from callroom.core.ids import FaxId, JourneyId
from callroom.core.journeys.facts import FaxLine, Started
from callroom.core.journeys.model import Fax
from callroom.core.routing.matching import Refusal, WayOut
from callroom.telephony.port import FaxPassed

if TYPE_CHECKING:
    from callroom.calls.exchange import Exchange

log = structlog.get_logger(__name__)


class Faxes:
    """All that are open, and one task for each that is to be dialled."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._open: dict[str, tuple[Outgoing, FaxLine]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._calls: dict[str, Call] = {}

    # ------------------------------------------------------------ from outside

    def send(self, fax: Outgoing) -> None:
        """Dial it as soon as may be; nothing when it is on its way already."""
        if fax.id not in self._open:
            self._keep(fax, f.waiting(fax.id, self._exchange.now()))
            self._follow(fax)

    def restore(self, faxes: Iterable[tuple[Outgoing, FaxLine]]) -> None:
        """Go on with those that were open when the server stopped."""
        for fax, line in faxes:
            journey = self._exchange.notes.open_journeys().get(JourneyId(line.journey or ""))
            if line.state == "sending" and (journey is None or journey.fax is None):
                self._keep(fax, f.failed(line, "engine_lost", self._exchange.now()))
            elif line.state == "sending":
                self._open[fax.id] = fax, line  # the engine goes on with it, and its end is told to ``over``
            else:
                self._keep(fax, f.found(line, self._exchange.now()))
        self.go_on()

    def go_on(self) -> None:
        """The engine answers: follow all that wait and that nobody follows."""
        for fax, line in list(self._open.values()):
            if line.state == "waiting" and fax.id not in self._tasks:
                self._follow(fax)

    def cancel(self, name: str) -> bool:
        """Send it no more, or break it off; False when it is over already."""
        if (found := self._open.get(name)) is None:
            return False
        fax, line = found
        self._keep(fax, f.cancelled(line, self._exchange.now()))
        if (task := self._tasks.get(name)) is not None:
            task.cancel()
        call = self._calls.get(name) or self._exchange.calls.get(JourneyId(line.journey or ""))
        if call is not None:
            call.stop("system")
        return True

    # ------------------------------------------------------------ what is told of it

    def passed(self, event: FaxPassed) -> None:
        if (found := self._open.get(event.fax)) is not None and found[1].state == "sending":
            self._keep(found[0], f.passed(found[1], event.pages, self._exchange.now()))

    def over(self, fax: Fax) -> None:
        """The engine is done with it."""
        if (found := self._open.get(fax.id)) is None or found[1].state != "sending":
            return
        at = self._exchange.now()
        line = f.ended(found[1], fax)
        # With no page at the other end it does no harm to try again after the engine failed.
        again = fax.fault == "engine_lost" and not fax.pages
        done = f.not_reached(line, fax.fault, at) if again else f.failed(line, fax.fault, at)
        self._keep(found[0], done if fax.fault else f.sent(line, at))
        log.info("a fax is over", fax=fax.id, call=line.journey, fault=fax.fault, pages=fax.pages, t38=fax.t38)
        self.go_on()  # a former server process followed it

    # ------------------------------------------------------------ the way of one

    def _keep(self, fax: Outgoing, line: FaxLine) -> None:
        if line.state in f.OPEN:
            self._open[fax.id] = fax, line
        else:
            self._open.pop(fax.id, None)
        self._exchange.notes.note_fax(line)

    def _follow(self, fax: Outgoing) -> None:
        self._tasks[fax.id] = task = self._exchange.spawn(self._serve(fax), name=f"fax {fax.id}")
        task.add_done_callback(lambda _: self._tasks.pop(fax.id, None))

    async def _serve(self, fax: Outgoing) -> None:
        """Until it has been sent, or no longer is to be; while no engine answers it waits for ``go_on``."""
        exchange = self._exchange
        while (found := self._open.get(fax.id)) is not None:
            _, line = found
            if line.due_at is not None:
                await asyncio.sleep(max(0.0, (line.due_at - exchange.now()).total_seconds()))
            if not exchange.engine_answers:
                return
            way = find_way(exchange.directory, fax.number, fax.permission, keyed=False)
            if isinstance(way, Refusal):
                self._keep(fax, f.failed(line, way.value, exchange.now()))
                return
            await self._attempt(fax, line, way)

    async def _attempt(self, fax: Outgoing, line: FaxLine, way: WayOut) -> None:
        exchange, journey = self._exchange, JourneyId(self._exchange.new_id("j"))
        box = exchange.directory.fax_boxes.get(fax.box)
        shown = box.caller_number if box else ""
        exchange.notes.note(journey, Started("outbound", shown, fax.number, origin="manual"))
        call = exchange.new_call(journey, "outbound", shown, fax.number, state="dialling")
        call.tell()
        exchange.spawn(find_customer(exchange, call, fax.number), name=f"customer of {journey}")
        self._keep(fax, f.dialled(line, journey, exchange.now()))
        self._calls[fax.id] = call
        call.run(partial(self._dial, fax, way))
        try:
            await call.closed.wait()
        finally:
            del self._calls[fax.id]
        if (found := self._open.get(fax.id)) is None:
            return
        if found[1].state == "sending":  # the call broke in the moment of the answer
            self._keep(fax, f.failed(found[1], "hung_up", exchange.now()))
        elif found[1].state == "dialling":
            self._keep(fax, f.not_reached(found[1], call.lost or "failed", exchange.now()))

    async def _dial(self, fax: Outgoing, way: WayOut, call: Call) -> None:
        exchange = self._exchange
        box = exchange.directory.fax_boxes.get(fax.box)
        try:
            party = await ring_outside(
                call, fax.number, way, shown=call.view.from_number, rather=box.caller_number if box else ""
            )
        except NotAnswered as error:
            call.lost = str(error.cause)
            return
        call.follow(party)
        call.view.trunk = party.trunk
        self._keep(fax, f.answered(self._open[fax.id][1], exchange.now()))
        company = exchange.directory.company.name
        await send_pages(
            call, FaxId(fax.id), fax.box, fax.path,
            station=box.station if box else "", header=company if company.isascii() else "",
        )  # fmt: skip
