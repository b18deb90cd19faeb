"""A talk as flows use it: the agent counts as engaged while it lasts, and its outcome is where the call leads next."""

from typing import TYPE_CHECKING

from callroom.calls.conversation import Adopted, Conversation
from callroom.calls.engagement import engage, release
from callroom.calls.party import Party
from callroom.calls.surveying import survey_after_talk, surveyed_queue
from callroom.core import conversation as c
from callroom.core.acd.model import Engagement
from callroom.core.ids import QueueId
from callroom.core.routing.model import Destination, ToHangUp, ToQueue

if TYPE_CHECKING:
    from callroom.calls.call import Call


async def talk(
    call: "Call",
    agent: Party,
    *,
    kind: Engagement,
    record: bool,
    engaged: bool = False,
    wrap_up: float = 0.0,
    adopted: Adopted | None = None,
) -> Destination:
    """Let the main party talk with ``agent``; ``engaged``: the distributor has him as talking already.

    Returns where the agent sent the caller; ``ToHangUp`` when somebody hung up, and the caller was asked about the
    service if his queue does so; the caller's queue again when the agent's page never came back.
    """
    if not engaged:
        engage(call, agent.agent, kind, wrap_up)
    conversation = Conversation(
        call,
        agent,
        kind=kind,
        record=record,
        wrap_up=wrap_up,
        adopted=adopted,
    )
    try:
        outcome = await conversation.run()
    finally:
        release(call, conversation.agent.agent)
    match outcome:
        case c.Transferred(to=to):
            call.show(agent=None, offered_to=[])
            call.stop_music()  # he may have been on hold
            return to
        case c.HungUp(by=c.Side.NOBODY) if call.view.queue is not None:
            call.show(agent=None)
            return ToQueue(QueueId(call.view.queue.id))
        case c.HungUp(by=c.Side.AGENT) if (queue := surveyed_queue(call, conversation.agent)) is not None:
            call.ended_by = conversation.agent.role
            call.stop_music()
            return await survey_after_talk(call, queue)
        case c.HungUp(by=by):
            call.ended_by = conversation.agent.role if by is c.Side.AGENT else "system"
            return ToHangUp()
