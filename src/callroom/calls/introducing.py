"""Before a caller and his agent hear each other: who answers (CC-20), and for which queue."""

import asyncio
from typing import TYPE_CHECKING

from callroom.calls.party import Party
from callroom.core.acd.model import TalkEnded
from callroom.core.directory import Queue
from callroom.core.journeys import facts

if TYPE_CHECKING:
    from callroom.calls.call import Call


async def introduce(call: "Call", agent: Party, queue: Queue) -> None:
    """Tell the caller the agent's staff number, and at the same time the agent the queue; returns when both are said.

    The wait of the visit ended with the agent's answer, and the talk begins when they hear each other: these seconds
    are neither (METRICS: ASA, talk). The agent is engaged meanwhile, so they belong to his occupancy and, for the
    expected wait, to the handling time. Ends early when the agent hangs up (``agent.gone``): the caller then goes
    back first in line. When the caller hangs up, his call was answered, with a talk of 0 seconds.
    """
    sounds = call.exchange.sounds
    known = call.exchange.directory.agents.get(agent.agent) if agent.agent else None
    number = known.staff_number if known and queue.announce_agent else ""
    told = sounds.staff_number(number, call.language)
    whispered = sounds.uploaded(queue.whisper, known.language if known else call.language)
    if not told and not whispered:
        return
    if told:
        call.stop_music()

    async def say_both() -> None:
        await asyncio.gather(call.say(told), call.say(whispered, to=agent))

    both = asyncio.ensure_future(say_both())
    gone = asyncio.ensure_future(asyncio.shield(agent.ended))
    try:
        await asyncio.wait({both, gone}, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        if call.main is not None and call.main.gone and agent.agent:
            call.exchange.telephony.hang_up(agent.leg)
            call.exchange.acd.handle(TalkEnded(agent.agent, call.journey))
            call.note(facts.TalkStarted(agent.agent, call.exchange.name_of(agent.agent), agent.leg))
            call.note(facts.TalkEnded(agent.leg, 0.0, 0.0))
        raise
    finally:
        gone.cancel()
        both.cancel()
