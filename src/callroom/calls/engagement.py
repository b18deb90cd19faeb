"""Telling the distributor what agents talk on that it did not give them, and when they are done."""

from typing import TYPE_CHECKING

from callroom.core.acd.model import AgentEngaged, Engagement, TalkEnded
from callroom.core.ids import AgentId

if TYPE_CHECKING:
    from callroom.calls.call import Call


def engage(call: "Call", agent: AgentId | None, kind: Engagement, wrap_up: float = 0.0) -> None:
    """The agent is busy with this call from now on, and owes ``wrap_up`` seconds after it; ``release`` ends it."""
    if agent:
        call.exchange.acd.handle(AgentEngaged(agent, call.journey, kind, wrap_up))


def release(call: "Call", agent: AgentId | None) -> None:
    if agent:
        call.exchange.acd.handle(TalkEnded(agent, call.journey))
