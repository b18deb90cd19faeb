"""Who is to be called back: each keeps his place in the line of his queue, without a leg, until it is his turn.

Then the agent is rung first; when he answers, the number is dialled by the routes out. Each such call is a journey of
its own (origin ``callback``), linked to the call in which it was asked for; that call's visit flowed out, so the call
back is no further visit of the queue. Everything is in the journal, so that a restart of the server forgets nobody.
"""

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import structlog

from callroom.calls.acd import Connected, FlowedOut, Result
from callroom.calls.arrivals import find_customer
from callroom.calls.asking import PERMISSION
from callroom.calls.call import Call
from callroom.calls.leading import lead
from callroom.calls.live import Named
from callroom.calls.outside import call_outside
from callroom.calls.party import Party
from callroom.core import callbacks as c
from callroom.core.acd.model import TalkEnded
from callroom.core.directory import CallbackRules, Queue
from callroom.core.ids import JourneyId, QueueId
from callroom.core.journeys.facts import CallbackLine, Started

if TYPE_CHECKING:
    from callroom.calls.exchange import Exchange

log = structlog.get_logger(__name__)


class Callbacks:
    """All that are open, and one task for each."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._open: dict[str, CallbackLine] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._calls: dict[str, Call] = {}  # where an agent was rung, until they are over

    # ------------------------------------------------------------ from outside

    def ask(self, call: Call, queue: QueueId, number: str, *, waited: float) -> None:
        """Let a caller be called back who has ``waited`` so many seconds; once for each number in a queue."""
        if any((line.queue, line.number) == (queue, number) for line in self._open.values()):
            return
        exchange = self._exchange
        name = exchange.new_id("cb")
        self._keep(c.asked(name, queue, number, call.journey, call.language, waited=waited, at=exchange.now()))
        self._follow(name)

    def restore(self, lines: Iterable[tuple[CallbackLine, bool]]) -> None:
        """Go on with those that were open when the server stopped; True: the last call back was answered."""
        for line, answered in lines:
            at = self._exchange.now()
            self._keep(c.done(line, at) if answered else c.taken_back(line, at))
            if not answered:
                self._follow(line.id)

    def cancel(self, name: str) -> bool:
        """Call him no more; False when that is over already. Who is being rung hears that it was taken back."""
        if (line := self._open.get(name)) is None:
            return False
        self._keep(c.cancelled(line, self._exchange.now()))
        if (task := self._tasks.get(name)) is not None:
            task.cancel()
        return True

    def rings(self, name: str) -> bool:
        """Whether somebody is being rung for it just now."""
        call = self._calls.get(name)
        return call is not None and call.view.state != "waiting"

    # ------------------------------------------------------------ the way of one

    def _keep(self, line: CallbackLine) -> None:
        if line.state in c.OPEN:
            self._open[line.id] = line
        else:
            self._open.pop(line.id, None)
        self._exchange.notes.note_callback(line)

    def _follow(self, name: str) -> None:
        self._tasks[name] = task = self._exchange.spawn(self._serve(name), name=f"callback {name}")
        task.add_done_callback(lambda _: self._tasks.pop(name, None))

    async def _serve(self, name: str) -> None:
        """Until he has been called, or no longer is to be."""
        exchange = self._exchange
        while (line := self._open.get(name)) is not None:
            if line.due_at is not None:
                await asyncio.sleep(max(0.0, (line.due_at - exchange.now()).total_seconds()))
            queue = exchange.directory.queues.get(QueueId(line.queue))
            if queue is None:
                self._keep(c.given_up(line, "queue_gone", exchange.now()))
                return
            await self._turn(name, queue)

    async def _turn(self, name: str, queue: Queue) -> None:
        """Wait for an agent, and call once."""
        exchange, journey = self._exchange, JourneyId(self._exchange.new_id("j"))

        def begin() -> Call:
            if name not in self._calls:
                self._calls[name] = self._begin(name, queue, journey)
            return self._calls[name]

        before = self._open[name]
        waited = (exchange.now() - before.asked_at).total_seconds()
        visit = exchange.acd.join_absent(journey, queue.id, waited=waited, begin=begin)
        exchange.spawn(self._rank(journey, before), name=f"tier of {name}")
        try:
            result = await asyncio.shield(visit)
            if isinstance(result, Connected):
                call = begin()
                call.follow(result.party)
                call.run(partial(self._dial, name, queue, result.party))
                await call.closed.wait()
        except asyncio.CancelledError:
            if name not in self._open:  # else the server leaves, and the calls go on without it
                self._drop(name, journey, visit)
            raise
        call = self._calls.pop(name, None)
        match result:
            case Connected(agent=agent):
                exchange.acd.handle(TalkEnded(agent, journey))
                if call is not None and (line := self._open.get(name)) is not None:
                    self._not_reached(line, call, dialled=line.attempts > before.attempts)
            case FlowedOut(reason=reason):
                if call is not None:
                    call.close("system")
                self._keep(c.given_up(self._open[name], reason.value, exchange.now()))

    async def _rank(self, journey: JourneyId, line: CallbackLine) -> None:
        """Key customers are called back first, as they are served first when they wait on the line."""
        found, _ = await self._exchange.customers.find(line.number, JourneyId(line.origin_journey))
        if found is not None:
            self._exchange.acd.rank_absent(journey, found[2])

    def _begin(self, name: str, queue: Queue, journey: JourneyId) -> Call:
        """The first agent is rung: from now on there is a call."""
        exchange, line = self._exchange, self._open[name]
        shown = _rules(queue).caller_number or queue.number
        exchange.notes.note(
            journey, Started("outbound", shown, line.number, origin="callback", origin_journey=line.origin_journey)
        )
        call = exchange.new_call(
            journey,
            "outbound",
            shown,
            line.number,
            queue=Named(queue.id, queue.name),
            origin="callback",
            state="waiting",
        )
        call.language = line.language
        exchange.spawn(find_customer(exchange, call, line.number), name=f"customer of {journey}")
        self._keep(c.offered(line, journey, exchange.now()))
        return call

    async def _dial(self, name: str, queue: Queue, by: Party, call: Call) -> None:
        """An agent answered: tell him, dial the number, and let them talk."""
        exchange, rules = self._exchange, _rules(queue)
        call.checkpoint(s="dialling")
        call.show(agent=by.agent, offered_to=[], state="dialling")
        await call.say(exchange.sounds.system(call.language, "callback_dialling"))
        line = c.dialled(self._open[name], exchange.now())
        self._keep(line)

        def answered() -> None:
            if (line := self._open.get(name)) is not None:
                self._keep(c.done(line, exchange.now()))

        leads = await call_outside(
            call,
            line.number,
            PERMISSION,
            by=by,
            keyed=False,
            shown=rules.caller_number,
            record=queue.record,
            answered=answered,
        )
        await lead(call, leads)

    def _not_reached(self, line: CallbackLine, call: Call, *, dialled: bool) -> None:
        """The call back is over without him."""
        exchange = self._exchange
        queue = exchange.directory.queues.get(QueueId(line.queue))
        reason = call.lost or "agent_hung_up"
        log.info("a call back reached nobody", call=call.journey, callback=line.id, reason=reason, dialled=dialled)
        rules = _rules(queue) if queue else CallbackRules("")
        at = exchange.now()
        self._keep(c.failed(line, reason, rules, at) if dialled else c.taken_back(line, at))

    def _drop(self, name: str, journey: JourneyId, visit: "asyncio.Future[Result]") -> None:
        """It was cancelled: whoever rings stops ringing."""
        exchange, call = self._exchange, self._calls.pop(name, None)
        if visit.done() and not visit.cancelled() and isinstance(late := visit.result(), Connected):
            exchange.telephony.hang_up(late.party.leg)
            exchange.acd.handle(TalkEnded(late.agent, journey))
        exchange.acd.leave(journey)
        if call is not None and call.runs:
            call.stop("system")
        elif call is not None:
            call.close("system")


def _rules(queue: Queue) -> CallbackRules:
    """Also of a queue that offers none any more: who has asked is called."""
    return queue.callback or CallbackRules("")
