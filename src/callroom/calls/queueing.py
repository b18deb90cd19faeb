"""A caller in a queue: music, where he stands, and the agent who comes."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from callroom.calls.acd import Connected, FlowedOut
from callroom.calls.engagement import release
from callroom.calls.live import Named
from callroom.calls.talking import talk
from callroom.core.acd.model import Engagement
from callroom.core.directory import Queue
from callroom.core.ids import QueueId
from callroom.core.journeys.facts import QueueClosed, QueueEntered, QueueLeft
from callroom.core.routing.model import Destination, ToHangUp, ToQueueVoicemail

if TYPE_CHECKING:
    from callroom.calls.call import Call

RECOGNISED = 0.5  # seconds a caller is kept from the agents until it is known who served him last
RETURNED = 100  # priority of a caller whose agent was lost


async def wait_in_queue(
    call: "Call", queue_id: QueueId, *, waited: float = 0.0, adopted: bool = False, returned: bool = False
) -> Destination:
    """Wait until an agent answers and talk to him, or flow out; outside the queue's hours nobody waits.
    Returns where the call leads next.

    ``waited`` seconds count as waited already; ``adopted``: a former server process noted the entry.
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
        with suppress(TimeoutError):  # a slow database must not keep the caller from all agents
            await asyncio.wait_for(call.recognised.wait(), RECOGNISED)
    call.language = queue.language or call.language
    if not adopted:
        call.note(QueueEntered(queue.id, queue.name))
    call.show(state="waiting", queue=Named(queue.id, queue.name), agent=None)
    call.checkpoint(s="queue", queue=queue.id, at=exchange.now().timestamp() - waited, returned=returned)
    visit = exchange.acd.join(call, queue.id, waited=waited, priority=RETURNED if returned else 0)
    announcer = exchange.spawn(_announce(call, queue, quiet=adopted), name=f"announcements {call.journey}")
    try:
        result = await asyncio.shield(visit)
    except asyncio.CancelledError:
        if visit.done() and not visit.cancelled() and isinstance(late := visit.result(), Connected):
            exchange.telephony.hang_up(late.party.leg)  # the caller hung up in the moment of the answer
            release(call, late.agent)
        exchange.acd.leave(call.journey)
        raise
    finally:
        announcer.cancel()
    match result:
        case Connected(agent=agent, party=party):
            if party.gone:  # the agent hung up in the very moment of the connection: the caller goes first in line
                release(call, agent)
                return await wait_in_queue(call, queue_id, returned=True)
            return await talk(
                call, party, kind=Engagement.QUEUE, record=queue.record, engaged=True, wrap_up=queue.settings.wrap_up
            )
        case FlowedOut():
            call.stop_music()
            return overflow_of(queue)


def overflow_of(queue: Queue) -> Destination:
    """Where callers go whom nobody came for."""
    return _own_box(queue, queue.overflow)


def _own_box(queue: Queue, destination: Destination) -> Destination:
    if isinstance(destination, ToQueueVoicemail) and not destination.id:
        return ToQueueVoicemail(queue.id)
    return destination


async def _announce(call: "Call", queue: Queue, *, quiet: bool) -> None:
    """Greet, then music, and now and then where the caller stands, in the queue's language."""
    sounds, language = call.exchange.sounds, call.language
    if not quiet:
        await call.say(sounds.uploaded(queue.greeting))
    call.play_music()
    while queue.announce_every > 0:
        await asyncio.sleep(queue.announce_every)  # the admin's own interval
        line = call.exchange.acd.distributor.waiting(queue.id)
        if call.journey not in line:
            return
        ahead = line.index(call.journey)
        said = sounds.system(language, "all_busy")
        if queue.announce_position and ahead == 0:
            said += sounds.system(language, "you_are_next")
        elif queue.announce_position:
            said += [
                *sounds.system(language, "position_before"),
                *sounds.count(ahead, language),
                *sounds.system(language, "position_after"),
            ]
        await call.say(said)
