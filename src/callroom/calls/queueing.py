"""A caller in a queue: what he presses there, and the agent who comes."""

import asyncio
from typing import TYPE_CHECKING

from callroom.calls.acd import Connected, FlowedOut, Result
from callroom.calls.announcing import announce
from callroom.calls.asking import agreed, ask_at_leisure, ask_number
from callroom.calls.engagement import release
from callroom.calls.introducing import introduce
from callroom.calls.live import Named
from callroom.calls.talking import talk
from callroom.core.acd.model import Engagement, FlowOutReason
from callroom.core.directory import Queue
from callroom.core.ids import QueueId
from callroom.core.journeys.facts import QueueClosed, QueueEntered, QueueLeft
from callroom.core.routing.model import Destination, ToHangUp, ToQueue, ToQueueVoicemail, as_document

if TYPE_CHECKING:
    from callroom.calls.call import Call

RETURNED = 100  # priority of a caller whose agent was lost


async def wait_in_queue(
    call: "Call",
    queue_id: QueueId,
    *,
    waited: float = 0.0,
    adopted: bool = False,
    returned: bool = False,
    asked: ToQueue | None = None,
) -> Destination:
    """Wait until an agent answers and talk to him, or flow out; outside the queue's hours nobody waits.
    Returns where the call leads next.

    ``waited`` seconds count as waited already; ``adopted``: a former server process noted the entry; ``asked``: how he
    was sent here, which says how urgent he is.
    """
    exchange = call.exchange
    queue = exchange.directory.queues.get(queue_id)
    if queue is None:  # deleted meanwhile
        if adopted:
            call.note(QueueLeft(queue_id, "flowed_out", round(waited, 3)))
        call.stop_music()
        await call.say(exchange.sounds.system(call.language, "nobody_available"))
        return ToHangUp()
    if not (adopted or returned or exchange.directory.is_open(queue, exchange.now())):
        call.note(QueueClosed(queue.id, queue.name))
        return _own_box(queue, queue.closed)
    await call.answer()
    if queue.settings.sticky_days and call.view.direction == "inbound" and not (adopted or returned):
        await call.look_up()  # who served him last goes before all others
    if not call.chose_language:
        call.language = queue.language or call.language
    if not adopted:
        call.note(QueueEntered(queue.id, queue.name))
    call.show(state="waiting", queue=Named(queue.id, queue.name), agent=None)
    asked = asked or ToQueue(queue.id)
    call.checkpoint(
        s="queue",
        queue=queue.id,
        at=exchange.now().timestamp() - waited,
        returned=returned,
        asked=as_document(asked),
    )
    if call.main is not None and not adopted:
        call.main.keys.forget()  # what was pressed before was meant for something else
    skills = tuple((each.skill, each.level) for each in asked.skills)
    priority = RETURNED if returned else asked.priority
    visit = exchange.acd.join(call, queue.id, waited=waited, priority=priority, skills=skills)
    try:
        key = await _until_he_leaves(call, queue, visit, quiet=adopted)
        result = await asyncio.shield(visit)
    except asyncio.CancelledError:
        if visit.done() and not visit.cancelled() and isinstance(late := visit.result(), Connected):
            exchange.telephony.hang_up(late.party.leg)  # the caller hung up in the moment of the answer
            release(call, late.agent)
        exchange.acd.leave(call.journey)
        raise
    match result:
        case Connected(agent=agent, party=party):
            await introduce(call, party, queue)
            if party.gone:  # the agent hung up before they were connected: the caller goes first in line
                release(call, agent)
                return await wait_in_queue(call, queue_id, returned=True, asked=asked)
            return await talk(
                call, party, kind=Engagement.QUEUE, record=queue.record, engaged=True, wrap_up=queue.settings.wrap_up
            )
        case FlowedOut(reason=reason):
            call.stop_music()
            if reason is FlowOutReason.CALLBACK:
                return await agreed(call)
            return led_out(queue, key if reason is FlowOutReason.EXIT_KEY else "")


async def ask_for_callback(call: "Call", queue_id: QueueId) -> Destination:
    """Ask at which number a caller wants to be called back by a queue; who gives none waits in it."""
    exchange = call.exchange
    queue = exchange.directory.queues.get(queue_id)
    if queue is None:
        await call.inform("nobody_available")
        return ToHangUp()
    await call.answer()
    call.checkpoint(s="callback", queue=queue_id)
    call.show(state="ivr")
    number = await ask_at_leisure(call)
    if not number:
        return ToQueue(queue_id)
    exchange.callbacks.ask(call, queue_id, number, waited=0.0)
    return await agreed(call)


async def _until_he_leaves(call: "Call", queue: Queue, visit: "asyncio.Future[Result]", *, quiet: bool) -> str:
    """Let him hear music and announcements until the visit ends; returns the key by which he ended it himself."""
    exchange = call.exchange
    announcer = exchange.spawn(announce(call, queue, quiet=quiet), name=f"announcements {call.journey}")
    try:
        while (queue.exit_keys or queue.callback) and not visit.done():
            key = await _key_or_end(call, visit)
            if key in queue.exit_keys:
                exchange.acd.leave_by_choice(call.journey, FlowOutReason.EXIT_KEY, key)
                return key
            if queue.callback is not None and key == queue.callback.key:
                announcer.cancel()
                if number := await ask_number(call, visit):
                    _call_back(call, queue, number, key)
                    return key
                announcer = exchange.spawn(announce(call, queue, quiet=True), name=f"announcements {call.journey}")
        await asyncio.wait({visit})
        return ""
    finally:
        announcer.cancel()


def _call_back(call: "Call", queue: Queue, number: str, key: str) -> None:
    """Let his place go on without him; nothing when an agent was quicker."""
    exchange = call.exchange
    joined = exchange.acd.distributor.joined_at(call.journey)
    if joined is not None:
        exchange.acd.leave_by_choice(call.journey, FlowOutReason.CALLBACK, key)
        exchange.callbacks.ask(call, queue.id, number, waited=exchange.clock() - joined)


async def _key_or_end(call: "Call", visit: "asyncio.Future[Result]") -> str:
    """The next key of the caller; "" when the visit ends before."""
    assert call.main is not None
    key = asyncio.ensure_future(call.main.keys.take())
    try:
        await asyncio.wait({visit, key}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        key.cancel()
    return key.result() if key.done() and not key.cancelled() else ""


def led_out(queue: Queue, key: str) -> Destination:
    """Where a key leads, or callers go whom nobody came for ("")."""
    return _own_box(queue, queue.exit_keys.get(key, queue.overflow))


def _own_box(queue: Queue, destination: Destination) -> Destination:
    if isinstance(destination, ToQueueVoicemail) and not destination.id:
        return ToQueueVoicemail(queue.id)
    return destination
